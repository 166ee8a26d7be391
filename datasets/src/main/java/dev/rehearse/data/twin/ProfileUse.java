package dev.rehearse.data.twin;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.profile.ColumnProfile;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.profile.PartitionStatistics;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.TableProfile;
import dev.rehearse.data.profile.TableProfile.ExtendedStatistics;
import dev.rehearse.data.value.Mix;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A profile laid over the tables of the database that it is to shape. */
public final class ProfileUse {

    /** Nothing is known. */
    public static final ProfileUse NONE = new ProfileUse(Map.of(), Map.of());

    private final Map<Long, TableProfile> tables;
    private final Map<String, ColumnProfile> columns;
    private final Map<List<Long>, Map<String, JointColumns>> joints = new HashMap<>();

    private ProfileUse(Map<Long, TableProfile> tables, Map<String, ColumnProfile> columns) {
        this.tables = tables;
        this.columns = columns;
    }

    /** Lays it over; a table or a column that the database lacks is an error with its place in the profile. */
    public static ProfileUse of(Profile profile, List<Table> tables, Connection connection, List<String> notes)
            throws SQLException {
        Map<String, String> types = types(connection);
        Map<Long, TableProfile> known = new HashMap<>();
        Map<String, ColumnProfile> columns = new HashMap<>();
        Set<String> labels = new HashSet<>();
        for (TableProfile profiled : profile.tables()) {
            Table table = tables.stream()
                    .filter(t ->
                            t.schema().equals(profiled.schema()) && t.name().equals(profiled.name()))
                    .findFirst()
                    .orElseThrow(() -> wrong(
                            profile,
                            profiled.line(),
                            "table " + profiled.label() + " is in the profile but not in the database",
                            "the table"));
            labels.add(table.label());
            known.put(table.oid(), profiled);
            for (ColumnProfile column : profiled.columns()) {
                String name = table.label() + "." + column.name();
                String type = types.get(name);
                if (type == null) {
                    throw wrong(
                            profile,
                            column.line(),
                            "column " + name + " is in the profile but not in the database",
                            "the column");
                }
                if (!type.equals(column.type())) {
                    notes.add("Column " + name + " is " + type + " here and " + column.type()
                            + " in the profile; it was made without regard to the profile.");
                } else {
                    columns.put(table.oid() + "." + column.name(), column);
                }
            }
        }
        tables.stream()
                .filter(table -> !labels.contains(table.label()))
                .forEach(table ->
                        notes.add("Table " + table.label() + " is not in the profile; it was made without one."));
        String unseen = profile.tables().stream()
                .filter(ProfileUse::isWithoutStatistics)
                .map(TableProfile::label)
                .collect(Collectors.joining(", "));
        if (!unseen.isEmpty()) {
            notes.add("The profile has no statistics of " + unseen
                    + ": their rows are as many, but made without regard to the columns of production's. What it says under"
                    + " \"missing\" is the way to have them.");
        }
        return new ProfileUse(known, columns);
    }

    /** Whether it has rows, but nothing is known of the columns. */
    private static boolean isWithoutStatistics(TableProfile table) {
        return table.rows() > 0 && table.columns().stream().allMatch(column -> column.statistics() == null);
    }

    private static DatasetException wrong(Profile profile, int line, String what, String part) {
        return DatasetException.spec(profile.source() + ":" + line + ": " + what
                + ". Load the schema that the profile was captured from, or take " + part + " out of the profile.");
    }

    private static Map<String, String> types(Connection connection) throws SQLException {
        Map<String, String> types = new HashMap<>();
        Sql.execute(connection, "SET search_path = pg_catalog");
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT n.nspname || '.' || c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)"
                                + " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped")) {
            while (r.next()) {
                types.put(r.getString(1), r.getString(2));
            }
        } finally {
            Sql.execute(connection, "RESET search_path");
        }
        return types;
    }

    public boolean isNone() {
        return tables.isEmpty();
    }

    /** Rows that the table has in the profile, or null. */
    @Nullable
    public Long rows(Table table) {
        TableProfile profiled = tables.get(table.oid());
        return profiled == null || profiled.rows() < 0 ? null : profiled.rows();
    }

    /** Rows that each partition has in the profile, by its name; none where that does not say. */
    public Map<String, Long> partitionRows(Table table) {
        TableProfile profiled = tables.get(table.oid());
        return profiled == null ? Map.of() : profiled.partitions();
    }

    @Nullable
    public Statistics statistics(Table table, Column column) {
        ColumnProfile profiled = columns.get(table.oid() + "." + column.name());
        return profiled == null ? null : profiled.statistics();
    }

    /** What each partition has in a column, by its name; none where that is not known. */
    public Map<String, PartitionStatistics> partitionStatistics(Table table, Column column) {
        ColumnProfile profiled = columns.get(table.oid() + "." + column.name());
        return profiled == null ? Map.of() : profiled.partitions();
    }

    /** A column shaped by the profile, or null where that says nothing of it. */
    @Nullable
    public ProfiledColumn column(Table table, Column column, long rows, boolean nullable, long seed) {
        Statistics statistics = statistics(table, column);
        return statistics == null || rows == 0
                ? null
                : new ProfiledColumn(column.name(), statistics, rows, nullable, seed, joint(table, column, rows));
    }

    /**
     * The columns that it goes with after the extended statistics, those on the most columns first; one object for all of them that are made
     * for so many rows.
     */
    private @Nullable JointColumns joint(Table table, Column column, long rows) {
        return joints.computeIfAbsent(
                        List.of(table.oid(), rows),
                        each -> JointColumns.of(extended(table), rows, Mix.seed(rows, table.label())))
                .get(column.name());
    }

    /** The table's extended statistics in the profile. */
    public List<ExtendedStatistics> extended(Table table) {
        TableProfile profiled = tables.get(table.oid());
        return profiled == null ? List.of() : profiled.extended();
    }

    /** What the profile says of the table's expressions, by their text. */
    public Map<String, Statistics> expressions(Table table) {
        TableProfile profiled = tables.get(table.oid());
        return profiled == null ? Map.of() : profiled.expressions();
    }

    /** Bytes outside the row for each value of a column that may be so wide. */
    public double outsideBytes(Table table, long rows) {
        TableProfile profiled = tables.get(table.oid());
        if (profiled == null || rows == 0) {
            return 0;
        }
        double values = profiled.columns().stream()
                .map(ColumnProfile::statistics)
                .filter(s -> s != null && WideText.isOutside(s))
                .mapToDouble(s -> s == null ? 0 : (1 - s.nullShare()) * rows)
                .sum();
        // Of a page of 8,192 bytes, four chunks use 7,984.
        return values == 0 ? 0 : profiled.toastBytes() * 0.975 / values;
    }
}
