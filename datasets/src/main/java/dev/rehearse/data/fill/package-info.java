/**
 * Fills a database: one run from the catalog to what was made of it.
 *
 * <p>{@link dev.rehearse.data.fill.Dataset} is the way in, {@code Filling} the run. It reads the {@code catalog}, plans each table ({@code
 * plan}), takes indexes, foreign keys and triggers out of the way, loads ({@code load}), puts them back, and then makes dirt and age.
 */
@NullMarked
package dev.rehearse.data.fill;

import org.jspecify.annotations.NullMarked;
