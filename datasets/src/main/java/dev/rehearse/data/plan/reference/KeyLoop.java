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
 * {@code (team, id)}. The rows of such tables go in step, and the table that is planned first makes the values.
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
                    : ForeignKeyUse.decided(plan.table(), plans).stream()
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
