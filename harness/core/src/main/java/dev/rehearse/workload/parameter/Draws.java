package dev.rehearse.workload.parameter;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Suggestions;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Draws the parameters of one operation, once an arrival. Keys of different columns of one table come from one row, so that composite
 * keys exist; a column named twice is drawn twice, from two rows. Thread-safe.
 */
public final class Draws {

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 ";

    private final List<String> names;
    private final List<@Nullable Maker> makers = new ArrayList<>();
    private final List<RowDraw> rowDraws = new ArrayList<>();

    @FunctionalInterface
    private interface Maker {
        String make(SplittableRandom random);
    }

    /** One row of a pool that gives the values of several parameters. */
    private record RowDraw(KeyPool pool, KeyPool.Pick pick, List<Integer> slots, List<Integer> columns) {}

    private Draws(List<String> names) {
        this.names = names;
    }

    /**
     * @param ownKeys whether keys are rows that the load inserted itself
     * @throws InvalidRehearsalException if a parameter names a table or column that is not there
     */
    public static Draws of(
            String operation,
            Map<String, Parameter> parameters,
            boolean ownKeys,
            Connection connection,
            Catalog catalog,
            KeyPools pools)
            throws SQLException {
        Map<String, Parameter> ordered = new TreeMap<>(parameters);
        Draws draws = new Draws(List.copyOf(ordered.keySet()));
        Map<String, Map<String, Integer>> groups = new LinkedHashMap<>();
        Map<String, KeyPool.Pick> picks = new LinkedHashMap<>();
        Map<String, Catalog.Table> tables = new LinkedHashMap<>();
        int slot = 0;
        for (Map.Entry<String, Parameter> entry : ordered.entrySet()) {
            Parameter parameter = entry.getValue();
            Catalog.Table table = table(operation, entry.getKey(), parameter, catalog);
            Catalog.Column column = column(operation, entry.getKey(), parameter, table);
            if (parameter.kind() == Parameter.Kind.KEY && table != null && column != null) {
                KeyPool.Pick pick = ownKeys
                        ? KeyPool.Pick.OWN
                        : KeyPool.Pick.valueOf(parameter.distribution().name());
                int nth = 0;
                while (groups.getOrDefault(table.sqlName() + " " + pick + nth, Map.of())
                        .containsKey(column.name())) {
                    nth++;
                }
                String group = table.sqlName() + " " + pick + nth;
                groups.computeIfAbsent(group, g -> new LinkedHashMap<>()).put(column.name(), slot);
                picks.put(group, pick);
                tables.put(group, table);
                draws.makers.add(null);
            } else {
                draws.makers.add(maker(parameter, connection, catalog, table, column, pools));
            }
            slot++;
        }
        for (Map.Entry<String, Map<String, Integer>> group : groups.entrySet()) {
            List<String> columns = List.copyOf(group.getValue().keySet());
            KeyPool.Pick pick = java.util.Objects.requireNonNull(picks.get(group.getKey()));
            Catalog.Table table = java.util.Objects.requireNonNull(tables.get(group.getKey()));
            KeyPool pool = pools.pool(connection, table, columns, pick);
            draws.rowDraws.add(new RowDraw(
                    pool,
                    pick,
                    List.copyOf(group.getValue().values()),
                    columns.stream().map(pool.columns()::indexOf).toList()));
        }
        return draws;
    }

    private static Catalog.@Nullable Table table(String operation, String name, Parameter parameter, Catalog catalog) {
        if (parameter.table() == null) {
            return null;
        }
        Catalog.Table table = catalog.named(parameter.table());
        if (table == null) {
            throw new InvalidRehearsalException("Operation \"" + operation + "\" draws :" + name + " from table \""
                    + parameter.table() + "\", but the database has no such table." + catalog.hint(parameter.table()));
        }
        return table;
    }

    private static Catalog.@Nullable Column column(
            String operation, String name, Parameter parameter, Catalog.@Nullable Table table) {
        if (table == null || parameter.column() == null) {
            return null;
        }
        Catalog.Column column = KeyPools.columnOf(table, parameter.column());
        if (column == null) {
            List<String> columns =
                    table.columns().stream().map(Catalog.Column::name).toList();
            throw new InvalidRehearsalException("Operation \"" + operation + "\" draws :" + name + " from column \""
                    + parameter.column() + "\" of " + table.label()
                    + ", but the table has no such column." + Suggestions.nearest(parameter.column(), columns)
                    + " Its columns are " + String.join(", ", columns) + ".");
        }
        return column;
    }

    private static Maker maker(
            Parameter parameter,
            Connection connection,
            Catalog catalog,
            Catalog.@Nullable Table table,
            Catalog.@Nullable Column column,
            KeyPools pools)
            throws SQLException {
        switch (parameter.kind()) {
            case KEY -> throw new InvalidRehearsalException("A key is drawn from a table and a column; name both.");
            case UNIQUE -> {
                AtomicLong counter = pools.counter(connection, catalog, table, column);
                int radix = column != null && column.isText() ? 36 : 10;
                return random -> Long.toString(counter.getAndIncrement(), radix);
            }
            case UUID -> {
                return random -> {
                    ThreadLocalRandom bits = ThreadLocalRandom.current();
                    return new UUID(bits.nextLong() & ~0xF000L | 0x4000L, bits.nextLong() >>> 2 | 0x8000000000000000L)
                            .toString();
                };
            }
            case INTEGER -> {
                return random -> Long.toString(integer(parameter.low(), parameter.high(), random));
            }
            case TEXT -> {
                return random -> {
                    StringBuilder text = new StringBuilder();
                    for (long i = 0; i < parameter.high(); i++) {
                        text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
                    }
                    return text.toString();
                };
            }
            case NOW -> {
                return random ->
                        OffsetDateTime.now(java.time.ZoneId.systemDefault()).toString();
            }
            case CHOICE -> {
                return random -> parameter
                        .choices()
                        .get(random.nextInt(parameter.choices().size()));
            }
        }
        throw new IllegalStateException(parameter.kind().name());
    }

    /** Any number from {@code low} to {@code high}, both included, though they be the least and the greatest there are. */
    private static long integer(long low, long high, SplittableRandom random) {
        if (high < Long.MAX_VALUE) {
            return random.nextLong(low, high + 1);
        }
        return low == Long.MIN_VALUE ? random.nextLong() : random.nextLong(low - 1, high) + 1;
    }

    /** Position of a parameter in what {@link #draw} returns, or -1. */
    public int slot(String name) {
        return names.indexOf(name);
    }

    public List<String> names() {
        return names;
    }

    /** What {@link #draw} returned, by name. */
    public Map<String, @Nullable String> named(@Nullable String[] values) {
        Map<String, @Nullable String> named = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            named.put(names.get(i), values[i]);
        }
        return named;
    }

    /** One value a parameter; null where a key was to be drawn and there is none. */
    @Nullable
    public String[] draw(SplittableRandom random) {
        @Nullable String[] values = new String[makers.size()];
        for (int i = 0; i < values.length; i++) {
            Maker maker = makers.get(i);
            if (maker != null) {
                values[i] = maker.make(random);
            }
        }
        for (RowDraw draw : rowDraws) {
            @Nullable String[] row = draw.pool().pick(draw.pick(), random);
            for (int i = 0; row != null && i < draw.slots().size(); i++) {
                values[draw.slots().get(i)] = row[draw.columns().get(i)];
            }
        }
        return values;
    }
}
