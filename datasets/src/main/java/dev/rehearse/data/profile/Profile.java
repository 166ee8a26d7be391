package dev.rehearse.data.profile;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shape of a database: its schema, sizes, statistics and workload. Immutable.
 *
 * @param source the file it was read from, for messages
 * @param serverVersion PostgreSQL's version, as in {@code 17.5}
 * @param settings the settings that plans and locks depend on, with their units
 * @param enums labels of the enum types by qualified name
 * @param tables the user tables by schema and name; a partitioned one stands for its partitions
 * @param workload the statements of pg_stat_statements, the costliest first
 * @param workloadSeconds how long their calls took, from the last reset to the capture; 0: not known
 * @param missing what could not be read, and what mends it
 */
public record Profile(
        String source,
        String serverVersion,
        SortedMap<String, String> settings,
        SortedMap<String, List<String>> enums,
        List<TableProfile> tables,
        List<QueryProfile> workload,
        double workloadSeconds,
        List<String> missing) {

    /** The version of the file format that this release writes, and the newest it reads; 1 had no plans, 2 no days, 3 no partitions and expressions. */
    public static final int VERSION = 4;

    public Profile {
        settings = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        enums = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(enums));
        tables = List.copyOf(tables);
        workload = List.copyOf(workload);
        missing = List.copyOf(missing);
    }
}
