/** What is known of each table once it is planned, {@code TablePlan}: how many rows, in which partitions, with which values. */
@NullMarked
package dev.rehearse.data.plan.table;

import org.jspecify.annotations.NullMarked;
