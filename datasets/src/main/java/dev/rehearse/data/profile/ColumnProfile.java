package dev.rehearse.data.profile;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One column.
 *
 * @param line where it stands in the file, or 0
 * @param name its name
 * @param type its type as SQL writes it
 * @param notNull whether NULL is forbidden
 * @param defaultValue its default or what it is generated from, as the server writes it, or null
 * @param harmless whether its values may be known
 * @param statistics what the planner knows of its values, or null where it was not analyzed or not to be seen
 * @param partitions the same of each partition, by its name as in {@link TableProfile#partitions}; none where that is not known
 */
public record ColumnProfile(
        int line,
        String name,
        String type,
        boolean notNull,
        @Nullable String defaultValue,
        boolean harmless,
        @Nullable Statistics statistics,
        SortedMap<String, PartitionStatistics> partitions) {

    public ColumnProfile {
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    /**
     * A row of {@code pg_stats}, values replaced by their shape unless the column is harmless.
     *
     * @param nullShare share of NULL
     * @param distinct number of distinct values; negative: that share of the rows
     * @param widthBytes mean width of the values that are not NULL
     * @param correlation between the order of the values and that of the rows, or null for types without an order
     * @param commonShares shares of the most common values, in descending order
     * @param commonValues these values, for a harmless column
     * @param bounds bounds of parts of equal size of the other values, for a harmless column
     * @param lengths characters of the texts: the least, each tenth, the most
     * @param characters share of the texts that hold characters of a class
     * @param magnitudes bits of the whole part of the numbers, negative for negative ones: the least, each tenth, the most
     * @param years the years between which nine tenths of the points in time lie, or empty
     * @param days how many days there are from the first to the last of these, to two digits, or 0
     */
    public record Statistics(
            double nullShare,
            double distinct,
            int widthBytes,
            @Nullable Double correlation,
            List<Double> commonShares,
            List<String> commonValues,
            List<String> bounds,
            List<Integer> lengths,
            SortedMap<String, Double> characters,
            List<Integer> magnitudes,
            List<Integer> years,
            int days) {

        public Statistics {
            commonShares = List.copyOf(commonShares);
            commonValues = List.copyOf(commonValues);
            bounds = List.copyOf(bounds);
            lengths = List.copyOf(lengths);
            characters = Collections.unmodifiableSortedMap(new TreeMap<>(characters));
            magnitudes = List.copyOf(magnitudes);
            years = List.copyOf(years);
        }

        /** Distinct values in a table of so many rows; at least one unless all are NULL. */
        public double distinctOf(long rows) {
            return distinct >= 0 ? distinct : -distinct * rows;
        }
    }
}
