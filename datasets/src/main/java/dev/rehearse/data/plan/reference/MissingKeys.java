package dev.rehearse.data.plan.reference;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.SampledRows;
import dev.rehearse.data.plan.table.TablePlan;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/** Foreign keys that must refer to a row and find none that has a key, as in a circle of tables or within one table. */
public final class MissingKeys {

    private MissingKeys() {}

    /**
     * Looks at some rows of a table once all tables are planned.
     *
     * @return what cannot be loaded, as sentences
     */
    public static List<String> of(TablePlan plan, Map<Long, TablePlan> plans) {
        Table table = plan.table();
        return table.foreignKeys().stream()
                .filter(foreignKey -> plan.rows() > 0 && isMissing(plan, foreignKey, plans))
                .map(foreignKey -> "Foreign key " + foreignKey.name() + " of table " + table.label() + " ("
                        + String.join(", ", table.columnNames(foreignKey.columns()))
                        + ") must refer to a row, and what it refers to has none with such a key. "
                        + Failures.waysOut(table))
                .toList();
    }

    private static boolean isMissing(TablePlan plan, ForeignKey foreignKey, Map<Long, TablePlan> plans) {
        Table table = plan.table();
        List<Column> needed = foreignKey.columns().stream()
                .filter(number -> !table.mayBeNull(number))
                .map(table::column)
                .toList();
        TablePlan parent = Objects.requireNonNull(plans.get(foreignKey.parent()));
        if (parent.parents() == 0 && needed.size() == foreignKey.columns().size()) {
            return true;
        }
        SampledRows rows = new SampledRows(plan, column -> plan.values(table.indexOf(column.number())), 0);
        long count = Math.min(plan.rows(), SampledRows.COUNT);
        return needed.stream()
                .anyMatch(column -> LongStream.range(0, count)
                        .anyMatch(place -> rows.cell(column, rows.number(place, count)) == null));
    }
}
