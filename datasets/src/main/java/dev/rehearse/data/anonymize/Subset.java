package dev.rehearse.data.anonymize;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which rows are copied; the rows that they refer to by foreign keys come with them, at any remove.
 *
 * @param percent of the rows of every table that has no condition, 0 to 100; 100 for all of them where nothing has a condition
 * @param conditions SQL conditions by table, as {@code schema.table} or {@code table}: of such a table the rows that satisfy it, and all
 *     rows that refer to them, at any remove; of the other tables then only what these need, unless {@code percent} says more
 */
public record Subset(double percent, Map<String, String> conditions) {

    /** Everything. */
    public static final Subset ALL = new Subset(100, Map.of());

    public Subset {
        // In an order that the next process has, too, which knows a run by it.
        conditions = Collections.unmodifiableSortedMap(new TreeMap<>(conditions));
        if (!(percent >= 0 && percent <= 100)) {
            throw AnonymizeException.input("The share of rows must be from 0 to 100 percent, but was " + percent + ".");
        }
    }

    public boolean isAll() {
        return percent >= 100 && conditions.isEmpty();
    }
}
