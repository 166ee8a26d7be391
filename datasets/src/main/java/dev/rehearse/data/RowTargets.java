package dev.rehearse.data;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How many rows each table shall have: what the spec says, or its profile, or else the default over ten for every step of foreign keys between the table
 * and the leaves, but not under a floor of 100.
 */
final class RowTargets {

    private static final long FAN_OUT = 10;
    private static final long FLOOR = 100;

    private final Map<Long, Long> chosen = new HashMap<>();
    private final Map<Long, Integer> heights;
    private final long defaultRows;

    RowTargets(List<Table> tables, TableGraph graph, DatasetSpec spec, ProfileUse profile) {
        this.heights = graph.heights();
        this.defaultRows = spec.defaultRows();
        spec.rows().forEach((name, rows) -> {
            Table table = find(tables, name);
            if (chosen.put(table.oid(), rows) != null) {
                throw DatasetException.spec("Table " + table.label()
                        + " is named twice under the rows of the data set, once as \"" + name + "\". Name it once.");
            }
        });
        for (Table table : tables) {
            Long rows = profile.rows(table);
            if (rows != null) {
                chosen.putIfAbsent(table.oid(), rows);
            }
        }
    }

    boolean isChosen(Table table) {
        return chosen.containsKey(table.oid());
    }

    /** Rows in all, those that the table has already included. */
    long of(Table table) {
        Long rows = chosen.get(table.oid());
        if (rows != null) {
            return rows;
        }
        if (table.existingRows() > 0) {
            return table.existingRows();
        }
        long share = defaultRows;
        for (int step = 0; step < heights.getOrDefault(table.oid(), 0); step++) {
            share /= FAN_OUT;
        }
        return Math.max(share, Math.min(defaultRows, FLOOR));
    }

    private static Table find(List<Table> tables, String name) {
        List<Table> exact = tables.stream()
                .filter(t -> t.label().equals(name) || t.name().equals(name))
                .toList();
        List<Table> found = !exact.isEmpty()
                ? exact
                : tables.stream()
                        .filter(t ->
                                t.label().equalsIgnoreCase(name) || t.name().equalsIgnoreCase(name))
                        .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.size() > 1) {
            throw DatasetException.spec("The table name \"" + name + "\" under the rows of the data set fits "
                    + String.join(" and ", found.stream().map(Table::label).toList())
                    + ". Write the schema before it.");
        }
        Optional<Table> partitionOf = tables.stream()
                .filter(t -> t.partitions().stream().anyMatch(p -> p.name().equalsIgnoreCase(name)))
                .findFirst();
        if (partitionOf.isPresent()) {
            throw DatasetException.spec(
                    "\"" + name + "\" under the rows of the data set is a partition. Give the rows of "
                            + partitionOf.get().label() + "; they are spread over its partitions.");
        }
        Optional<String> nearest = tables.stream()
                .map(t -> name.contains(".") ? t.label() : t.name())
                .min(Comparator.comparingInt(
                        candidate -> distance(candidate.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))));
        throw DatasetException.spec("There is no table \"" + name + "\", which the rows of the data set name. "
                + nearest.map(n -> "Did you mean \"" + n + "\"?")
                        .orElse("The database has no user tables: is the schema loaded?"));
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
