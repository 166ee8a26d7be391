/**
 * How each table is filled: how many rows, which keys, which parents, which partitions, and a {@code Values} for each column.
 *
 * <p>Tables are planned parents first, one {@code TablePlanner} each, which has the order of the steps. The packages below are what it takes, each of
 * them built on those before it: {@code table} (the outcome, a {@code TablePlan}), {@code trial} (what is asked of the server), {@code reference}
 * (foreign keys), {@code values} (of which values a column may have, which it gets) and {@code key} (unique keys).
 */
@NullMarked
package dev.rehearse.data.plan;

import org.jspecify.annotations.NullMarked;
