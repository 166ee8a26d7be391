package dev.rehearse.data.catalog;

import dev.rehearse.data.DatasetException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds tables and columns by the names that people give them. */
public final class TableNames {

    private TableNames() {}

    /**
     * @param where who names it, for people: "the rows of the data set"
     * @throws DatasetException if there is none, or several
     */
    public static Table find(List<Table> tables, String name, String where) {
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
            throw DatasetException.spec("The table name \"" + name + "\" under " + where + " fits "
                    + String.join(" and ", found.stream().map(Table::label).toList())
                    + ". Write the schema before it.");
        }
        Optional<Table> partitionOf = tables.stream()
                .filter(t -> t.partitions().stream().anyMatch(p -> p.name().equalsIgnoreCase(name)))
                .findFirst();
        if (partitionOf.isPresent()) {
            throw DatasetException.spec("\"" + name + "\" under " + where + " is a partition. Name the whole table, "
                    + partitionOf.get().label() + ": its rows are spread over its partitions.");
        }
        Optional<String> nearest = nearest(name, tables.stream().map(t -> name.contains(".") ? t.label() : t.name()));
        throw DatasetException.spec("There is no table \"" + name + "\", which " + where + " name. "
                + nearest.map(n -> "Did you mean \"" + n + "\"?")
                        .orElse("The database has no user tables: is the schema loaded?"));
    }

    /** @throws DatasetException if the table has none of that name that rows can be given */
    public static Column column(Table table, String name, String where) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        DatasetException.spec("There is no column \"" + name + "\" that can be filled in table "
                                + table.label() + ", which " + where + " name. "
                                + nearest(name, table.columns().stream().map(Column::name))
                                        .map(n -> "Did you mean \"" + n + "\"?")
                                        .orElse("")));
    }

    private static Optional<String> nearest(String name, Stream<String> candidates) {
        return candidates.min(Comparator.comparingInt(
                candidate -> distance(candidate.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))));
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
