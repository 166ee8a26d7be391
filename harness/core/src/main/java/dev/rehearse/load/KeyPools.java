package dev.rehearse.load;

import dev.rehearse.plan.Workload.Parameter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The key pools of a load, by table, and its counters of values never used before. Thread-safe. */
final class KeyPools {

    private static final int MOST_KEYS = 100_000;
    private static final int MOST_VALUES = 600_000;
    private static final int NEWEST = 10_000;
    /** How far above the greatest key counting begins, so that sequences which go on meanwhile do not catch up. */
    private static final long HEADROOM = 1_000_000;

    private static final long INTEGER_LIMIT = Integer.MAX_VALUE - 10 * HEADROOM;

    private final long randomSeed;
    private final int keysPerTable;
    private final Map<String, List<KeyPool>> pools = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();
    private final Map<String, TreeSet<String>> wanted = new ConcurrentHashMap<>();

    KeyPools(long randomSeed, int tables) {
        this.randomSeed = randomSeed;
        this.keysPerTable = Math.max(1_000, Math.min(MOST_KEYS, MOST_VALUES / 2 / Math.max(1, tables)));
    }

    /** Announces columns that will be asked for, so that one pool serves all operations on the table. */
    void want(Iterable<Parameter> parameters, Catalog catalog) {
        for (Parameter parameter : parameters) {
            if (parameter.kind() == Parameter.Kind.KEY && parameter.table() != null && parameter.column() != null) {
                Catalog.Table table = catalog.named(parameter.table());
                Catalog.Column column = table == null ? null : columnOf(table, parameter.column());
                if (table != null && column != null) {
                    wanted.computeIfAbsent(table.sqlName(), t -> new TreeSet<>())
                            .add(column.name());
                }
            }
        }
    }

    /** The column that a user's name means. */
    static Catalog.@Nullable Column columnOf(Catalog.Table table, String name) {
        String plain = name.replace("\"", "");
        Catalog.Column exact = table.column(plain);
        return exact != null ? exact : table.column(plain.toLowerCase(Locale.ROOT));
    }

    /** The pool that has these columns of the table, sampled now where there is none yet. */
    synchronized KeyPool pool(Connection connection, Catalog.Table table, List<String> columns) throws SQLException {
        List<KeyPool> known = pools.computeIfAbsent(table.sqlName(), t -> new CopyOnWriteArrayList<>());
        for (KeyPool pool : known) {
            if (pool.columns().containsAll(columns)) {
                return pool;
            }
        }
        TreeSet<String> all = new TreeSet<>(columns);
        for (String name : wanted.getOrDefault(table.sqlName(), new TreeSet<>())) {
            if (table.column(name) != null) {
                all.add(name);
            }
        }
        KeyPool pool = sample(connection, table, List.copyOf(all));
        known.add(pool);
        return pool;
    }

    /** Whether anyone wants to hear of rows inserted into the table. */
    boolean keepsInserts(Catalog.Table table) {
        return pools.getOrDefault(table.sqlName(), List.of()).stream().anyMatch(KeyPool::keepsInserts);
    }

    void inserted(Catalog.Table table, Map<String, String> values) {
        for (KeyPool pool : pools.getOrDefault(table.sqlName(), List.of())) {
            if (pool.keepsInserts()) {
                pool.inserted(values);
            }
        }
    }

    private KeyPool sample(Connection connection, Catalog.Table table, List<String> columns) throws SQLException {
        List<Catalog.Column> read = columns.stream()
                .map(c -> java.util.Objects.requireNonNull(table.column(c)))
                .toList();
        String list =
                String.join(", ", read.stream().map(c -> c.sqlName() + "::text").toList());
        String select = "SELECT " + list + " FROM " + table.sqlName();
        List<@Nullable String[]> rows = new ArrayList<>();
        if (table.rows() > 2L * keysPerTable) {
            double percent = Math.min(100, 120.0 * keysPerTable / table.rows());
            rows = rows(
                    connection,
                    select + " TABLESAMPLE SYSTEM (" + percent + ") REPEATABLE (" + (randomSeed & 0xFFFF) + ")",
                    keysPerTable);
        }
        if (rows.isEmpty()) {
            rows = rows(connection, select, keysPerTable);
        }
        Collections.shuffle(rows, new Random(randomSeed));
        return new KeyPool(columns, rows, newest(connection, table, select, rows));
    }

    /** Newest first by the primary key; what is newest in a table without one, or with one that is not ordered, only its sample's order says. */
    private static List<@Nullable String[]> newest(
            Connection connection, Catalog.Table table, String select, List<@Nullable String[]> sample)
            throws SQLException {
        List<Catalog.Column> key = table.primaryKey();
        if (key.isEmpty()) {
            return sample;
        }
        String order =
                String.join(", ", key.stream().map(c -> c.sqlName() + " DESC").toList());
        return rows(connection, select + " ORDER BY " + order, NEWEST);
    }

    private static List<@Nullable String[]> rows(Connection connection, String query, int limit) throws SQLException {
        List<@Nullable String[]> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query + " LIMIT " + limit)) {
            int width = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                @Nullable String[] row = new String[width];
                for (int i = 0; i < width; i++) {
                    row[i] = rows.getString(i + 1);
                }
                found.add(row);
            }
        }
        return found;
    }

    /** A counter of values that the column has never had; without a column, above every integer key that there is room above. */
    AtomicLong counter(
            Connection connection, Catalog catalog, Catalog.@Nullable Table table, Catalog.@Nullable Column column)
            throws SQLException {
        String name = table == null || column == null ? "" : table.sqlName() + "." + column.name();
        AtomicLong known = counters.get(name);
        if (known != null) {
            return known;
        }
        long first = HEADROOM;
        if (table != null && column != null) {
            first = firstFree(connection, table, column);
        } else {
            for (Catalog.Table other : catalog.tables()) {
                for (Catalog.Column key : other.primaryKey()) {
                    long free = key.isInteger() ? firstFree(connection, other, key) : 0;
                    first = free < INTEGER_LIMIT ? Math.max(first, free) : first;
                }
            }
        }
        AtomicLong fresh = new AtomicLong(first);
        AtomicLong raced = counters.putIfAbsent(name, fresh);
        return raced == null ? fresh : raced;
    }

    private static long firstFree(Connection connection, Catalog.Table table, Catalog.Column column)
            throws SQLException {
        if (column.isText()) {
            // Eight characters in base 36 that no earlier run on this database can have used.
            return System.currentTimeMillis();
        }
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT coalesce(max(" + column.sqlName() + "), 0)::bigint FROM " + table.sqlName());
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            long max = rows.getLong(1);
            boolean tight = column.base().equals("int4") && max > INTEGER_LIMIT
                    || column.base().equals("int2");
            return tight ? max + 1 : max + HEADROOM;
        }
    }
}
