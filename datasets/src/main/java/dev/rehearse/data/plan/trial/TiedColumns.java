package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Columns whose values are tried together, because checks tie them to each other.
 *
 * @param columns in the table's order
 * @param checks what a row's values of them must satisfy
 * @param keepsItsValue columns, by number, of which only whether they are NULL is tried
 */
record TiedColumns(List<Column> columns, List<CheckConstraint> checks, IntPredicate keepsItsValue) {}
