package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.ServerValues;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The column that another one means by its name where no foreign key says so: {@code PROC_INST_ID_} of a history table means the only
 * unique {@code PROC_INST_ID_} there is.
 */
record Namesake(TablePlan plan, int column) {

    /** All columns that others may mean by their names: unique ones that are called the id of something. */
    static Map<ColumnName, List<Namesake>> among(Collection<TablePlan> plans) {
        Map<ColumnName, List<Namesake>> byName = new HashMap<>();
        plans.stream()
                .filter(plan -> plan.rows() > 0)
                .sorted(Comparator.comparing(plan -> plan.table().label()))
                .forEach(plan -> {
                    List<Column> columns = plan.table().columns();
                    for (int i = 0; i < columns.size(); i++) {
                        ColumnName name = ColumnName.of(columns.get(i).name());
                        if ((name.endsWith("id") && name.words().size() > 1 || isOwnId(plan.table(), columns.get(i)))
                                && isUnique(plan.table(), columns.get(i))) {
                            byName.computeIfAbsent(name, key -> new ArrayList<>())
                                    .add(new Namesake(plan, i));
                        }
                    }
                });
        return byName;
    }

    /** Whether it is called as the table with "id" behind it, in one word: {@code jobid} of {@code job}. */
    private static boolean isOwnId(Table table, Column column) {
        String name = column.name().toLowerCase(Locale.ROOT);
        String owner = table.name().toLowerCase(Locale.ROOT);
        return name.equals(owner + "id")
                || (owner.endsWith("s") && name.equals(owner.substring(0, owner.length() - 1) + "id"));
    }

    /** Whether a column of another table can hold the values of this one. */
    boolean suits(Table table, Column other, Restriction r) {
        SqlType type = plan.table().columns().get(column).type();
        return plan.table() != table && type.kind() == other.type().kind() && type.maxLength() <= r.maxLength();
    }

    /** Values of that column; {@code otherwise} as long as its table is not planned, or where the server computes them row by row. */
    Values values(Values otherwise, long seed) {
        return (row, out) -> {
            @Nullable Values values = plan.isPlanned() ? plan.values(column) : null;
            if (values == null || values instanceof ServerValues || plan.rows() == 0) {
                otherwise.write(row, out);
                return;
            }
            long bits = Mix.at(seed, row);
            long even = Mix.mix(bits);
            int start = out.length();
            values.write((bits & 1) == 0 ? Mix.below(even, plan.rows()) : Mix.skewedBelow(even, plan.rows()), out);
            if (out.textFrom(start) == null) {
                // Which rows have none the column itself decides.
                out.truncate(start);
                otherwise.write(row, out);
            }
        };
    }

    private static boolean isUnique(Table table, Column column) {
        boolean foreign =
                table.foreignKeys().stream().anyMatch(fk -> fk.columns().contains(column.number()));
        return !foreign
                && table.keys().stream()
                        .anyMatch(
                                key -> key.predicate() == null && key.columns().equals(List.of(column.number())));
    }
}
