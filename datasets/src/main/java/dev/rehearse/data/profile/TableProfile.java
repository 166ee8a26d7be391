package dev.rehearse.data.profile;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One table.
 *
 * @param line where it stands in the file, or 0
 * @param schema its schema
 * @param name its name
 * @param kind {@code table} or {@code partitioned}
 * @param rows rows, or -1 where the table was never analyzed
 * @param exact whether the rows were counted and not estimated by the last VACUUM or ANALYZE
 * @param bytes size of its pages
 * @param toastBytes size of the pages of its wide values
 * @param deadRows rows that wait for VACUUM, as the server estimates them
 * @param partitions rows of each partition that holds rows, counted or estimated as {@code rows} are, by its name, with its schema before
 *     it where that is not the table's; none where it was never analyzed, the table has none, or the profile is older than this
 * @param columns its columns in their order
 * @param constraints its constraints by name
 * @param indexes its indexes by name
 * @param extended its extended statistics by name
 * @param expressions what the planner knows of expressions, of indexes and extended statistics, by their text
 */
public record TableProfile(
        int line,
        String schema,
        String name,
        String kind,
        long rows,
        boolean exact,
        long bytes,
        long toastBytes,
        long deadRows,
        SortedMap<String, Long> partitions,
        List<ColumnProfile> columns,
        List<Definition> constraints,
        List<IndexProfile> indexes,
        List<ExtendedStatistics> extended,
        SortedMap<String, ColumnProfile.Statistics> expressions) {

    /**
     * A constraint.
     *
     * @param name its name
     * @param definition as {@code pg_get_constraintdef} writes it
     */
    public record Definition(String name, String definition) {}

    /**
     * An index.
     *
     * @param name its name
     * @param definition as {@code pg_get_indexdef} writes it
     * @param bytes size of its pages
     * @param scans scans since the statistics were reset
     */
    public record IndexProfile(String name, String definition, long bytes, long scans) {}

    /**
     * Statistics on several columns; combinations with expressions are left out.
     *
     * @param name its name
     * @param definition as {@code pg_get_statisticsobjdef} writes it
     * @param columns the columns, in the server's order
     * @param distinct numbers of distinct combinations by {@link #key}; negative: that share of the rows
     * @param dependencies degrees of functional dependency by {@link #key} {@code => column}
     * @param commonShares shares of the most common combinations
     * @param combinations these combinations, a word for each column: {@code 3} is the fourth of its {@code commonShares}, {@code -} is
     *     NULL, and {@code ?1} stands for one of its rarer values
     */
    public record ExtendedStatistics(
            String name,
            String definition,
            List<String> columns,
            SortedMap<String, Double> distinct,
            SortedMap<String, Double> dependencies,
            List<Double> commonShares,
            List<String> combinations) {

        public ExtendedStatistics {
            columns = List.copyOf(columns);
            distinct = Collections.unmodifiableSortedMap(new TreeMap<>(distinct));
            dependencies = Collections.unmodifiableSortedMap(new TreeMap<>(dependencies));
            commonShares = List.copyOf(commonShares);
            combinations = List.copyOf(combinations);
        }

        /** Whether nothing of them is known, as where the role could not see them, or nobody has analyzed the table since they are there. */
        public boolean isUnknown() {
            return distinct.isEmpty() && dependencies.isEmpty() && commonShares.isEmpty();
        }

        /** Some columns in one word, in the order of {@link #columns}. */
        public String key(Collection<String> some) {
            return columns.stream().filter(some::contains).collect(Collectors.joining(", "));
        }
    }

    public TableProfile {
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
        columns = List.copyOf(columns);
        constraints = List.copyOf(constraints);
        indexes = List.copyOf(indexes);
        extended = List.copyOf(extended);
        expressions = Collections.unmodifiableSortedMap(new TreeMap<>(expressions));
    }

    /** {@code schema.name}. */
    public String label() {
        return schema + "." + name;
    }
}
