package dev.rehearse.data.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Facts;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.Tables;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.Probe;
import dev.rehearse.data.plan.values.PlanContext;
import dev.rehearse.data.twin.ProfileUse;
import dev.rehearse.data.value.CopyBuffer;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomKeysTest {

    private static final int SCHEMAS = 150;
    private static final long CHILD = 100;
    private static final String NULL = "\\N";
    private static final List<SqlType> TYPES = List.of(
            Tables.type(SqlType.Kind.INT4, -1),
            Tables.type(SqlType.Kind.TEXT, -1),
            Tables.type(SqlType.Kind.DATE, -1),
            Tables.type(SqlType.Kind.BOOL, -1),
            new SqlType("kinds", SqlType.Kind.ENUM, -1, List.of("a", "b", "c"), null, List.of(), List.of(), false));

    /** A unique key, and which rows its predicate lets in. */
    private record Key(UniqueKey key, Predicate<List<String>> has) {}

    /** A table with the parents of its foreign keys, and how many rows each is to have. */
    private record Schema(Map<Table, Long> parents, Table child, long rows, List<Key> keys) {}

    @Test
    void no_rows_conflict_whatever_unique_keys_there_are() throws SQLException {
        List<String> conflicts = new ArrayList<>();
        for (int seed = 0; seed < SCHEMAS; seed++) {
            Schema schema = schema(new Random(seed * 7919L));
            List<List<String>> rows = rows(schema);
            for (Key key : schema.keys) {
                if (rows.isEmpty() || conflict(key, rows)) {
                    conflicts.add("schema " + seed + ", " + rows.size() + " rows, " + key.key);
                }
            }
        }

        assertThat(conflicts).isEmpty();
    }

    @Test
    void no_rows_conflict_where_foreign_keys_share_a_column() throws SQLException {
        List<String> wrong = new ArrayList<>();
        for (int seed = 0; seed < SCHEMAS; seed++) {
            Schema schema = sharing(new Random(seed * 104_729L));
            List<List<String>> rows = rows(schema);
            for (Key key : schema.keys) {
                if (conflict(key, rows)) {
                    wrong.add("schema " + seed + ", " + rows.size() + " rows, " + key.key);
                }
            }
            // A key of two items of the same tenant has room for all rows.
            boolean hasRoom =
                    schema.keys.size() == 1 && schema.keys.get(0).key.columns().size() == 3;
            if (rows.isEmpty() || hasRoom && rows.size() < schema.rows) {
                wrong.add("schema " + seed + " has " + rows.size() + " rows of " + schema.rows + ", " + schema.keys);
            }
        }

        assertThat(wrong).isEmpty();
    }

    /** A table whose rows refer by (c1, c2) and (c1, c3), and mostly by (c1, c4), to items of one tenant each. */
    private static Schema sharing(Random random) {
        Map<Table, Long> parents = new LinkedHashMap<>();
        parents.put(parent(1), List.of(1L, 4L, 10L).get(random.nextInt(3)));
        List<Column> columns = new ArrayList<>(List.of(column(1, TYPES.get(0), true)));
        List<ForeignKey> foreignKeys = new ArrayList<>();
        int items = 2 + random.nextInt(2);
        for (int number = 2; number < 2 + items; number++) {
            columns.add(column(number, TYPES.get(0), random.nextInt(3) > 0));
            parents.put(items(number), List.of(60L, 100L, 300L).get(random.nextInt(3)));
            foreignKeys.add(
                    new ForeignKey(number, "fk" + number, CHILD, number, List.of(1, number), List.of(1, 2), false, 0));
        }
        List<Key> keys = new ArrayList<>();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            List<Integer> numbers =
                    new ArrayList<>(IntStream.range(2, 2 + items).boxed().toList());
            Collections.shuffle(numbers, random);
            List<Integer> key = new ArrayList<>(List.of(1));
            key.addAll(numbers.subList(0, 1 + random.nextInt(2)));
            keys.add(new Key(
                    new UniqueKey("key" + i, key, false, null, false, random.nextInt(8) == 0, List.of(), null),
                    row -> true));
        }
        List<UniqueKey> unique = keys.stream().map(Key::key).toList();
        Table child = new Table(
                CHILD, "public", "child", false, columns, unique, foreignKeys, List.of(), List.of(), List.of(), 0);
        return new Schema(parents, child, List.of(50L, 150L).get(random.nextInt(2)), keys);
    }

    /** Rows that are numbered, each of a tenant of the first parent. */
    private static Table items(long oid) {
        return new Table(
                oid,
                "public",
                "items" + oid,
                false,
                List.of(column(1, TYPES.get(0), true), column(2, TYPES.get(0), true)),
                List.of(new UniqueKey("pk", List.of(1, 2), true, null, false, false, List.of(), null)),
                List.of(new ForeignKey(oid + 50, "tenant" + oid, oid, 1, List.of(1), List.of(1), false, 0)),
                List.of(),
                List.of(),
                List.of(),
                0);
    }

    private static boolean conflict(Key key, List<List<String>> rows) {
        Set<List<String>> known = new HashSet<>();
        return rows.stream()
                .filter(key.has)
                .map(row -> key.key.columns().stream()
                        .map(number -> row.get(number - 1))
                        .toList())
                .filter(values -> key.key.nullsEqual() || !values.contains(NULL))
                .anyMatch(values -> !known.add(values));
    }

    private static List<List<String>> rows(Schema schema) throws SQLException {
        Map<Long, TablePlan> plans = new LinkedHashMap<>();
        schema.parents.forEach((parent, rows) -> plans.put(parent.oid(), new TablePlan(parent, rows, false)));
        TablePlan child = new TablePlan(schema.child, schema.rows, false);
        plans.put(CHILD, child);
        List<Table> tables = plans.values().stream().map(TablePlan::table).toList();
        PlanContext context = PlanContext.of(DatasetSpec.of(1000, 7), ProfileUse.NONE, tables, plans, withoutServer());
        for (TablePlan plan : plans.values()) {
            new TablePlanner(plan, context).plan();
        }
        List<List<String>> rows = new ArrayList<>();
        for (long row = 0; row < child.rows(); row++) {
            List<String> cells = new ArrayList<>();
            for (int column = 0; column < schema.child.columns().size(); column++) {
                CopyBuffer cell = new CopyBuffer(32);
                child.values(column).write(row, cell);
                cells.add(Objects.requireNonNullElse(cell.textFrom(0), NULL));
            }
            rows.add(cells);
        }
        return rows;
    }

    /** Plain keys are planned without a question to the server. */
    private static Probe withoutServer() {
        Connection none = (Connection) Proxy.newProxyInstance(
                RandomKeysTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    throw new AssertionError("the server was asked: " + method.getName());
                });
        return new Probe(none, Facts.LIVE, true);
    }

    private static Schema schema(Random random) {
        Map<Table, Long> parents = new LinkedHashMap<>();
        List<Column> columns = new ArrayList<>();
        List<ForeignKey> foreignKeys = new ArrayList<>();
        int width = 2 + random.nextInt(4);
        boolean primary = random.nextBoolean();
        List<Integer> primaryColumns = someOf(width, random);
        for (int number = 1; number <= width; number++) {
            boolean notNull = primary && primaryColumns.contains(number) || random.nextBoolean();
            boolean foreign = random.nextBoolean();
            SqlType type = TYPES.get(foreign ? 0 : random.nextInt(TYPES.size()));
            columns.add(column(number, type, notNull));
            if (foreign) {
                parents.put(parent(number), List.of(3L, 10L, 40L, 100L, 1000L).get(random.nextInt(5)));
                foreignKeys.add(
                        new ForeignKey(number, "fk" + number, CHILD, number, List.of(number), List.of(1), false, 0));
            }
        }
        List<Key> keys = new ArrayList<>();
        if (primary) {
            keys.add(new Key(
                    new UniqueKey("pk", primaryColumns, true, null, false, false, List.of(), null), row -> true));
        }
        int others = 1 + random.nextInt(3);
        for (int i = 0; i < others; i++) {
            keys.add(key("key" + i, columns, random));
        }
        List<UniqueKey> unique = keys.stream().map(Key::key).toList();
        Table child = new Table(
                CHILD, "public", "child", false, columns, unique, foreignKeys, List.of(), List.of(), List.of(), 0);
        return new Schema(parents, child, List.of(50L, 200L, 500L).get(random.nextInt(3)), keys);
    }

    private static Key key(String name, List<Column> columns, Random random) {
        List<Integer> numbers = someOf(columns.size(), random);
        boolean nullsEqual = random.nextInt(8) == 0;
        List<String> predicate = new ArrayList<>();
        Predicate<List<String>> has = row -> true;
        for (int i = random.nextInt(3); i > 0; i--) {
            Column column = columns.get(random.nextInt(columns.size()));
            int place = column.number() - 1;
            if (column.type().kind() == SqlType.Kind.BOOL && column.notNull()) {
                predicate.add(column.name());
                has = has.and(row -> row.get(place).equals("t"));
            } else if (column.type().kind() == SqlType.Kind.ENUM && column.notNull()) {
                predicate.add("(" + column.name() + " = 'a'::kinds)");
                has = has.and(row -> row.get(place).equals("a"));
            } else if (!column.notNull()) {
                boolean isNull = random.nextBoolean();
                predicate.add("(" + column.name() + (isNull ? " IS NULL)" : " IS NOT NULL)"));
                has = has.and(row -> row.get(place).equals(NULL) == isNull);
            }
        }
        String sql = predicate.isEmpty() ? null : "(" + String.join(" AND ", predicate) + ")";
        return new Key(new UniqueKey(name, numbers, false, sql, false, nullsEqual, List.of(), null), has);
    }

    /** Up to three of the numbers of so many columns, in any order. */
    private static List<Integer> someOf(int columns, Random random) {
        List<Integer> numbers =
                new ArrayList<>(IntStream.rangeClosed(1, columns).boxed().toList());
        Collections.shuffle(numbers, random);
        return List.copyOf(numbers.subList(0, 1 + random.nextInt(Math.min(3, columns))));
    }

    private static Table parent(long oid) {
        UniqueKey primary = new UniqueKey("pk", List.of(1), true, null, false, false, List.of(), null);
        return new Table(
                oid,
                "public",
                "parent" + oid,
                false,
                List.of(column(1, TYPES.get(0), true)),
                List.of(primary),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0);
    }

    private static Column column(int number, SqlType type, boolean notNull) {
        return new Column(number, "c" + number, type, notNull, null, null, false, false);
    }
}
