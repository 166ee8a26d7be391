/**
 * Valid, reproducible rows for a schema, from its live catalog alone: what to make ({@link dev.rehearse.data.DatasetSpec}), and what was
 * made.
 *
 * <p>{@link dev.rehearse.data.fill.Dataset} is the way in. One run goes through {@code catalog} (what is there), {@code plan} (how many
 * rows, and a {@code Values} for each column: by {@code condition}, {@code plausible} and {@code column}, or as a {@code twin} of a
 * profile), and {@code load} (COPY by a {@code Crew}, indexes, foreign keys and triggers out of the way meanwhile). Each package knows only
 * those below it.
 *
 * <p>A value is a pure function of the seed, the table, the column and the row number. That is why rows can be made in any order and by
 * any number of threads, and why a child computes its parent's key and looks nothing up.
 */
@NullMarked
package dev.rehearse.data;

import org.jspecify.annotations.NullMarked;
