package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.value.Values;
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
public final class KeyNumbering {

    /** Columns in which no two rows have the same values; of more rows than {@code filled} some have NULL there. */
    private record Unique(Set<Integer> columns, long filled) {}

    private final Map<Integer, LongUnaryOperator> numbers = new HashMap<>();
    private final Map<Integer, Values> looks = new HashMap<>();
    private final List<Unique> unique = new ArrayList<>();
    private final Map<ForeignKeyUse, Long> rowsPerParent = new HashMap<>();

    /** Gives each row its own value of a column. */
    public void byRow(int column) {
        number(column, row -> row);
        unique(Set.of(column));
    }

    /** Gives a row the value of a column that has the number which {@code number} says. */
    public void number(int column, LongUnaryOperator number) {
        numbers.put(column, number);
    }

    /** Says what the values of a numbered column look like, by their numbers. */
    public void look(int column, Values values) {
        looks.put(column, values);
    }

    /** What the values of a numbered column look like, by their numbers, or null where the column itself says so. */
    @Nullable
    Values look(int column) {
        return looks.get(column);
    }

    /** Notes that no two rows have the same values in these columns. */
    public void unique(Collection<Integer> columns) {
        unique(columns, Long.MAX_VALUE);
    }

    /** Notes as well of more than how many rows some have NULL there. */
    public void unique(Collection<Integer> columns, long filled) {
        unique.add(new Unique(new HashSet<>(columns), filled));
    }

    /** Forgets all that was decided. */
    public void clear() {
        numbers.clear();
        looks.clear();
        unique.clear();
        rowsPerParent.clear();
    }

    /** Notes that a foreign key leads a key: its parents come in order, each for so many rows. */
    public void lead(ForeignKeyUse use, long rows) {
        rowsPerParent.put(use, rows);
    }

    /** Notes that the parents of a foreign key come in another order after all. */
    public void leadNoMore(ForeignKeyUse use) {
        rowsPerParent.remove(use);
    }

    /** The number of a column's value in each row, or null where no key numbers it. */
    @Nullable
    public LongUnaryOperator of(int column) {
        return numbers.get(column);
    }

    public boolean isNumbered(int column) {
        return numbers.containsKey(column);
    }

    /** Whether a key numbers the column, and its values differ by themselves. */
    public boolean isUniqueAlone(int column) {
        return isNumbered(column) && unique.contains(new Unique(Set.of(column), Long.MAX_VALUE));
    }

    /** Whether no two of so many rows conflict in a key. */
    public boolean isUnique(UniqueKey key, long rows) {
        return unique.stream()
                .anyMatch(known ->
                        key.columns().containsAll(known.columns) && (!key.nullsEqual() || rows <= known.filled));
    }

    /** How many rows each parent of a foreign key that leads a key has, or null where it leads none. */
    @Nullable
    public Long rowsPerParent(ForeignKeyUse use) {
        return rowsPerParent.get(use);
    }
}
