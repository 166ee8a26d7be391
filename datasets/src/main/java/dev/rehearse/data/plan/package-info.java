/**
 * How each table is filled: how many rows, which keys, which parents, which partitions, and a {@code Values} for each column.
 *
 * <p>Tables are planned parents first, one {@code TablePlanner} each; its outcome is a {@code TablePlan}.
 */
@NullMarked
package dev.rehearse.data.plan;

import org.jspecify.annotations.NullMarked;
