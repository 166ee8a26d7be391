/**
 * How each table is filled: how many rows, which keys, which parents, which partitions, and a {@code Values} for each column.
 *
 * <p>Tables are planned parents first, one {@code TablePlanner} each, which has the order of the steps; its outcome is a {@code TablePlan}.
 * Unique keys are the affair of {@code KeySolver}, the rows outside of partial ones that of {@code PartialIndexes}, and what a column may
 * still be asked for says {@code ColumnFreedom}.
 */
@NullMarked
package dev.rehearse.data.plan;

import org.jspecify.annotations.NullMarked;
