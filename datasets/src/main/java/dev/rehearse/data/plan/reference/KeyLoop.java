package dev.rehearse.data.plan.reference;

import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.TablePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Foreign keys by which the values of columns would come from these columns themselves: a team whose {@code (id, captain)} is a player's
 * {@code (team, id)}. The rows of such tables go in step, and the table that is planned first makes the values; or the one of two that has them from
 * elsewhere.
 *
 * @param columns the columns of one foreign key whose values come back to its own table
 * @param begins whether its table is the first of them that is planned
 */
record KeyLoop(List<Integer> columns, boolean begins) {

    private record Place(long table, int column) {}

    static Optional<KeyLoop> of(Table table, ForeignKeyUse use, Map<Long, TablePlan> plans) {
        List<Integer> columns = new ArrayList<>();
        boolean begins = true;
        for (int column : use.owned()) {
            Set<Place> round = round(table, column, plans);
            if (!round.isEmpty()) {
                columns.add(column);
                begins &= round.stream().noneMatch(place -> plan(place, plans).isPlanned());
            }
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(new KeyLoop(columns, begins));
    }

    /**
     * Two foreign keys of which one refers back to the rows of the other, and must: a method's settings {@code (method, settings)} are those of this very method.
     * Row by row each refers to the other.
     */
    static Optional<KeyLoop> mutual(Table table, ForeignKeyUse use, Map<Long, TablePlan> plans) {
        boolean mutual = use.parent().rows() > 0
                && !use.foreignKey().isSelfReference()
                && ForeignKeyUses.decided(use.parent().table(), plans).stream()
                        .filter(other -> other.foreignKey().parent() == table.oid())
                        .anyMatch(other -> use.decidesAll()
                                ? answers(use, other, use.parent().table())
                                : answers(other, use, table));
        return mutual ? Optional.of(new KeyLoop(use.owned(), false)) : Optional.empty();
    }

    /** Whether {@code one} has the very columns that {@code other}, of this table, must match. */
    private static boolean answers(ForeignKeyUse one, ForeignKeyUse other, Table table) {
        return one.decidesAll()
                && !other.decidesAll()
                && !other.owned().isEmpty()
                && !other.optional(table)
                && Set.copyOf(other.parentColumns(other.shared())).equals(Set.copyOf(one.owned()))
                && one.parentColumns(other.parentColumns(other.shared())).equals(other.shared());
    }

    /** Where the value of a column comes from, if that is the column itself in the end; empty where it is not. */
    private static Set<Place> round(Table table, int column, Map<Long, TablePlan> plans) {
        Place start = new Place(table.oid(), column);
        Set<Place> passed = new HashSet<>();
        Place at = start;
        while (passed.add(at)) {
            TablePlan plan = plan(at, plans);
            int number = at.column;
            Optional<ForeignKeyUse> decisive = plan.rows() == 0
                    ? Optional.empty()
                    : ForeignKeyUses.decided(plan.table(), plans).stream()
                            .filter(use -> use.owned().contains(number)
                                    && !use.foreignKey().isSelfReference())
                            .findFirst();
            if (decisive.isEmpty()) {
                return Set.of();
            }
            at = new Place(
                    decisive.get().foreignKey().parent(),
                    decisive.get().parentColumns(List.of(number)).get(0));
        }
        return at.equals(start) ? passed : Set.of();
    }

    private static TablePlan plan(Place place, Map<Long, TablePlan> plans) {
        return Objects.requireNonNull(plans.get(place.table));
    }
}
