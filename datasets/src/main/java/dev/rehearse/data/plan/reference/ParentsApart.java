package dev.rehearse.data.plan.reference;

import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Difference;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Foreign keys of one table to the same parent of which the checks ask that they differ, or that one key is less than the other.
 *
 * @param echoes foreign keys whose columns others decide all
 * @param checks loses the checks and orderings that are satisfied here
 */
public record ParentsApart(Table table, List<ForeignKeyUse> uses, List<ForeignKeyUse> echoes, CheckSolver checks) {

    public void keep() {
        for (Difference difference : checks.differences()) {
            List<ForeignKeyUse> both = uses.stream()
                    .filter(use -> use.owned().contains(difference.one())
                            || use.owned().contains(difference.other()))
                    .toList();
            if (both.size() == 2 && (keepApart(both.get(1), both.get(0)) || keepApart(both.get(0), both.get(1)))) {
                checks.unsolved().remove(difference.source());
            }
        }
        checks.orderings().removeIf(ordering -> {
            Optional<ForeignKeyUse> lesser = soleOwner(ordering.lesser());
            Optional<ForeignKeyUse> greater = soleOwner(ordering.greater());
            boolean tied = lesser.isPresent()
                    && greater.isPresent()
                    && lesser.get().owned().size() == 1
                    && isUntouched(lesser.get())
                    && isUntouched(greater.get())
                    && isInteger(greater.get())
                    && isFreeBeside(greater.get(), lesser.get());
            if (tied) {
                greater.get().follow(lesser.get());
            }
            return tied;
        });
    }

    private Optional<ForeignKeyUse> soleOwner(int column) {
        return uses.stream().filter(use -> use.owned().equals(List.of(column))).findFirst();
    }

    private static boolean isUntouched(ForeignKeyUse use) {
        return !use.isTied() && !use.isAvoided();
    }

    private static boolean isInteger(ForeignKeyUse use) {
        return use.parent()
                .table()
                .typeOf(use.foreignKey().parentColumns().get(0))
                .kind()
                .isInteger();
    }

    /** Not where a unique key counts on what the one refers to without regard to the other, or a foreign key must match it. */
    private boolean keepApart(ForeignKeyUse one, ForeignKeyUse other) {
        if (isFreeBeside(one, other)) {
            one.differFrom(other);
            return true;
        }
        if (isFree(one.owned(), other.owned()) && one.canDifferAmongMatches(other)) {
            one.differAmongMatches(other);
            return true;
        }
        return false;
    }

    /** Whether no unique key counts on what decides some columns without regard to others, and no foreign key must match them. */
    private boolean isFree(List<Integer> columns, List<Integer> beside) {
        return table.keys().stream()
                        .map(UniqueKey::columns)
                        .allMatch(key -> Collections.disjoint(key, columns) || key.containsAll(beside))
                && Stream.concat(uses.stream(), echoes.stream())
                        .map(ForeignKeyUse::shared)
                        .allMatch(shared -> Collections.disjoint(shared, columns));
    }

    private boolean isFreeBeside(ForeignKeyUse one, ForeignKeyUse other) {
        return isFree(one.owned(), other.owned())
                && Stream.concat(uses.stream(), echoes.stream())
                        .allMatch(use -> Collections.disjoint(use.shared(), other.owned()))
                && one.canDiffer(other);
    }
}
