/**
 * Fills a schema with valid, reproducible rows, from the live catalog alone.
 *
 * <p>{@link dev.rehearse.data.Dataset} is the way in. One run goes through {@code CatalogReader} (what is there), {@code RowTargets} (how
 * many rows), one {@code TablePlanner} per table, parents first (how each column is made: a {@code Values} per column), {@code SetAside}
 * (indexes, foreign keys and triggers out of the way), {@code Loader} (COPY by a {@code Crew}), and back.
 *
 * <p>A value is a pure function of the seed, the table, the column and the row number. That is why rows can be made in any order and by
 * any number of threads, and why a child computes its parent's key and looks nothing up.
 */
@NullMarked
package dev.rehearse.data;

import org.jspecify.annotations.NullMarked;
