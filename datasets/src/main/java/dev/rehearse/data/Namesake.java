package dev.rehearse.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The column that another one means by its name where no foreign key says so: {@code PROC_INST_ID_} of a history table means the only
 * unique {@code PROC_INST_ID_} there is.
 */
record Namesake(TablePlan plan, int column) {

    static Optional<Namesake> of(Table table, Column column, Restriction r, Collection<TablePlan> plans) {
        ColumnName name = ColumnName.of(column.name());
        if (!name.endsWith("id") || name.words().size() < 2) {
            return Optional.empty();
        }
        return plans.stream()
                .filter(plan -> plan.table() != table && plan.rows() > 0)
                .sorted(Comparator.comparing(plan -> plan.table().label()))
                .flatMap(plan -> plan.table().columns().stream()
                        .filter(other -> ColumnName.of(other.name()).equals(name)
                                && other.type().kind() == column.type().kind()
                                && other.type().maxLength() <= r.maxLength()
                                && isUnique(plan.table(), other))
                        .map(other -> new Namesake(plan, plan.table().indexOf(other.number()))))
                .findFirst();
    }

    /** Values of that column; {@code otherwise} as long as its table is not planned. */
    Values values(Values otherwise, long seed) {
        return (row, out) -> {
            @Nullable Values values = plan.isPlanned() ? plan.values(column) : null;
            if (values == null || plan.rows() == 0) {
                otherwise.write(row, out);
                return;
            }
            long bits = Mix.at(seed, row);
            long even = Mix.mix(bits);
            values.write((bits & 1) == 0 ? Mix.below(even, plan.rows()) : Mix.skewedBelow(even, plan.rows()), out);
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
