package dev.rehearse.data.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the unique keys of one table have decided so far: which of its different values a column has in a row, and what is unique by that. */
final class KeyNumbering {

    private final Map<Integer, LongUnaryOperator> numbers = new HashMap<>();
    private final List<Set<Integer>> unique = new ArrayList<>();
    private final Map<ForeignKeyUse, Long> rowsPerParent = new HashMap<>();

    /** Gives each row its own value of a column. */
    void byRow(int column) {
        number(column, row -> row);
        unique(Set.of(column));
    }

    /** Gives a row the value of a column that has the number which {@code number} says. */
    void number(int column, LongUnaryOperator number) {
        numbers.put(column, number);
    }

    /** Notes that no two rows have the same values in these columns. */
    void unique(Collection<Integer> columns) {
        unique.add(new HashSet<>(columns));
    }

    /** Notes that a foreign key leads a key: its parents come in order, each for so many rows. */
    void lead(ForeignKeyUse use, long rows) {
        rowsPerParent.put(use, rows);
    }

    /** The number of a column's value in each row, or null where no key numbers it. */
    @Nullable
    LongUnaryOperator of(int column) {
        return numbers.get(column);
    }

    boolean isNumbered(int column) {
        return numbers.containsKey(column);
    }

    /** Whether a key numbers the column, and its values differ by themselves. */
    boolean isUniqueAlone(int column) {
        return isNumbered(column) && unique.contains(Set.of(column));
    }

    /** Whether no two rows have the same values in all of these columns. */
    boolean isUnique(Collection<Integer> columns) {
        return unique.stream().anyMatch(columns::containsAll);
    }

    /** How many rows each parent of a foreign key that leads a key has, or null where it leads none. */
    @Nullable
    Long rowsPerParent(ForeignKeyUse use) {
        return rowsPerParent.get(use);
    }
}
