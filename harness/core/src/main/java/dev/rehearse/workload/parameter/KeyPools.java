package dev.rehearse.workload.parameter;

import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.workload.statement.Catalog;
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
public final class KeyPools {

    private static final int MOST_KEYS = 100_000;
    /** Of all tables together, so that the samples fit a small heap. */
    private static final double MOST_VALUES = 1_000_000;

    private static final int FEWEST_KEYS = 1_000;
    /** Above this a sample of whole pages is taken, which does not read the table. */
    private static final long MOST_ROWS_TO_SCAN = 1_000_000;

    private static final int NEWEST = 10_000;
    /** How far above the greatest key counting begins, so that sequences which go on meanwhile do not catch up. */
    private static final long HEADROOM = 1_000_000;

    private static final long INTEGER_LIMIT = Integer.MAX_VALUE - 10 * HEADROOM;

    private final long randomSeed;
    private final Map<String, List<KeyPool>> pools = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();
    private final Map<String, Wanted> wanted = new ConcurrentHashMap<>();

    /** Columns of a table that will be asked for. */
    private record Wanted(long tableRows, TreeSet<String> columns) {}

    public KeyPools(long randomSeed) {
        this.randomSeed = randomSeed;
    }

    /** Announces columns that will be asked for, so that one pool serves all operations on the table. */
    public void want(Iterable<Parameter> parameters, Catalog catalog) {
        for (Parameter parameter : parameters) {
            if (parameter.kind() == Parameter.Kind.KEY && parameter.table() != null && parameter.column() != null) {
                Catalog.Table table = catalog.named(parameter.table());
                Catalog.Column column = table == null ? null : columnOf(table, parameter.column());
                if (table != null && column != null) {
                    wanted.computeIfAbsent(table.sqlName(), t -> new Wanted(table.rows(), new TreeSet<>()))
                            .columns()
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

    /** The pool that has these columns of the table, sampled now where there is none yet, and ready for such picks. */
    synchronized KeyPool pool(Connection connection, Catalog.Table table, List<String> columns, KeyPool.Pick pick)
            throws SQLException {
        KeyPool pool = pool(connection, table, columns);
        if (pick == KeyPool.Pick.LATEST && pool.hasNoNewest()) {
            pool.newest(newest(connection, table, pool.columns()));
        }
        pool.willPick(pick);
        return pool;
    }

    private KeyPool pool(Connection connection, Catalog.Table table, List<String> columns) throws SQLException {
        List<KeyPool> known = pools.computeIfAbsent(table.sqlName(), t -> new CopyOnWriteArrayList<>());
        for (KeyPool pool : known) {
            if (pool.columns().containsAll(columns)) {
                return pool;
            }
        }
        TreeSet<String> all = new TreeSet<>(columns);
        for (String name : wanted.getOrDefault(table.sqlName(), new Wanted(0, new TreeSet<>()))
                .columns()) {
            if (table.column(name) != null) {
                all.add(name);
            }
        }
        KeyPool pool = sample(connection, table, List.copyOf(all));
        known.add(pool);
        return pool;
    }

    /** Whether anyone wants to hear of rows inserted into the table. */
    public boolean keepsInserts(Catalog.Table table) {
        return pools.getOrDefault(table.sqlName(), List.of()).stream().anyMatch(KeyPool::keepsInserts);
    }

    public void inserted(Catalog.Table table, Map<String, String> values) {
        for (KeyPool pool : pools.getOrDefault(table.sqlName(), List.of())) {
            if (pool.keepsInserts()) {
                pool.inserted(values);
            }
        }
    }

    /** Large tables get most of the room. */
    private int keysOf(Catalog.Table table, int columns) {
        double all = wanted.values().stream().mapToDouble(Wanted::tableRows).sum();
        double share = Math.min(1, (table.rows() + 1) / (all + 1));
        return (int) Math.max(FEWEST_KEYS, Math.min(MOST_KEYS, MOST_VALUES * share / columns));
    }

    private KeyPool sample(Connection connection, Catalog.Table table, List<String> columns) throws SQLException {
        int keys = keysOf(table, columns.size());
        String select = select(table, columns);
        List<@Nullable String[]> rows = new ArrayList<>();
        if (table.rows() > keys) {
            String method = table.rows() > MOST_ROWS_TO_SCAN ? "SYSTEM" : "BERNOULLI";
            double percent = Math.min(100, 120.0 * keys / table.rows());
            rows = rows(
                    connection,
                    select + " TABLESAMPLE " + method + " (" + percent + ") REPEATABLE (" + (randomSeed & 0xFFFF) + ")",
                    2 * keys);
        }
        if (rows.isEmpty()) {
            rows = rows(connection, select, keys);
        }
        // They come in the table's order: mixed before they are cut, so that its end is not left out.
        Collections.shuffle(rows, new Random(randomSeed));
        return new KeyPool(columns, List.copyOf(rows.subList(0, Math.min(keys, rows.size()))));
    }

    private static String select(Catalog.Table table, List<String> columns) {
        List<String> read = columns.stream()
                .map(c ->
                        "t." + java.util.Objects.requireNonNull(table.column(c)).sqlName() + "::text")
                .toList();
        return "SELECT " + String.join(", ", read) + " FROM " + table.sqlName() + " t";
    }

    /** Newest first by the primary key; what is newest in a table without one nobody can tell. */
    private static List<@Nullable String[]> newest(Connection connection, Catalog.Table table, List<String> columns)
            throws SQLException {
        // Without the table's name ORDER BY would mean the texts that are read, which have another order than numbers.
        List<String> order = table.primaryKey().stream()
                .map(c -> "t." + c.sqlName() + " DESC")
                .toList();
        return rows(
                connection,
                select(table, columns) + (order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order)),
                NEWEST);
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
