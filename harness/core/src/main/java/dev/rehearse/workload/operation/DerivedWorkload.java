package dev.rehearse.workload.operation;

import dev.rehearse.data.MigrationHistory;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.Workload.Step;
import dev.rehearse.workload.statement.Catalog;
import dev.rehearse.workload.statement.Catalog.Column;
import dev.rehearse.workload.statement.Catalog.ForeignKey;
import dev.rehearse.workload.statement.Catalog.Index;
import dev.rehearse.workload.statement.Catalog.Table;
import dev.rehearse.workload.statement.Catalog.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Operations for a database that nobody described a workload for: what an application with an object-relational mapper does to its
 * tables, as far as the catalog tells. Every table and view is read, and a table written where a valid row can be made; the large ones are also joined and
 * searched, and rows that the load inserted are deleted again. The tables in which migration tools keep their history are left alone.
 *
 * @param operations candidates; each must still be tried
 * @param notes what could not be derived, and why
 */
record DerivedWorkload(List<Derived> operations, List<String> notes) {

    private static final int MOST_OPERATIONS = 40;
    /** Joins, searches and so on are left to the large tables, but in a schema of many tables these get them all the same. */
    private static final int FEWEST_OTHERS = 20;

    private static final int ROWS_OF_A_RANGE = 20;

    /** What the names of parameters begin with, in a statement, that take a key of another table. */
    private static final String REFERENCE = ":reference_";

    /** As an insert into a small table, so that some seconds on the new schema hardly pass without one. */
    private static final int OF_A_VIEW = 6;

    private static final int ROWS_OF_A_VIEW = 10;

    private static final Set<String> ORDERED = Set.of(
            "int2", "int4", "int8", "numeric", "text", "varchar", "bpchar", "uuid", "date", "timestamp", "timestamptz");

    /** @param ownKeys whether its keys are rows that the load inserted itself */
    record Derived(Operation operation, boolean ownKeys) {}

    /** @param isCheap of a view whether some of its rows may be asked for again and again */
    static DerivedWorkload of(Catalog catalog, Predicate<View> isCheap) {
        List<String> empty = new ArrayList<>();
        List<String> keyless = new ArrayList<>();
        List<Derived> chosen = new ArrayList<>();
        List<Derived> others = new ArrayList<>();
        List<Table> tables = catalog.tables().stream()
                .filter(table -> !isHistory(table))
                .sorted(Comparator.comparingLong(Table::rows).reversed())
                .toList();
        for (Table table : tables) {
            chosen.add(read(table));
            if (table.rows() == 0) {
                empty.add(table.label());
                continue;
            }
            Derived insert = insert(table, catalog);
            Derived update = update(table);
            if (insert == null) {
                keyless.add(table.label());
                addIfAny(chosen, update);
            } else {
                chosen.add(insert);
                addIfAny(others, update);
            }
            addIfAny(others, join(table, catalog));
            addIfAny(others, range(table));
            if (insert != null) {
                addIfAny(others, delete(table));
            }
        }
        List<String> unread = new ArrayList<>();
        for (View view : catalog.views()) {
            boolean cheap = isCheap.test(view);
            chosen.add(read(view, cheap));
            if (!cheap) {
                unread.add(view.label());
            }
        }
        int room = Math.max(FEWEST_OTHERS, MOST_OPERATIONS - chosen.size());
        chosen.addAll(others.subList(0, Math.min(others.size(), room)));
        List<String> notes = new ArrayList<>();
        if (!empty.isEmpty()) {
            notes.add("The load only reads these tables, because they are empty: " + String.join(", ", empty) + ".");
        }
        if (!keyless.isEmpty()) {
            notes.add(
                    "The load does not insert into these tables, because no valid new row can be made of an old one with a"
                            + " new key: " + String.join(", ", keyless) + ".");
        }
        if (!unread.isEmpty()) {
            notes.add(
                    "The load asks for no row of these views, because a few take much or fail, so that a new schema that slows"
                            + " them down does not show: " + String.join(", ", unread) + ".");
        }
        return new DerivedWorkload(List.copyOf(chosen), List.copyOf(notes));
    }

    private static boolean isHistory(Table table) {
        return MigrationHistory.isOne(
                table.label().substring(table.label().lastIndexOf('.') + 1).replace("\"", ""));
    }

    private static void addIfAny(List<Derived> operations, @Nullable Derived derived) {
        if (derived != null) {
            operations.add(derived);
        }
    }

    /** By the columns' names, as a mapper does it: where nothing is written, only this notices a column that goes. */
    private static Derived read(Table table) {
        List<Column> key = table.primaryKey();
        String select = "SELECT " + list(table.columns()) + " FROM " + table.shortName();
        if (key.isEmpty() || table.rows() == 0) {
            String order = key.isEmpty() ? "" : " ORDER BY " + list(key);
            return derived("read", table, 2, Map.of(), select + order + " LIMIT 10", -1, false);
        }
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        String where = where(table, key, "", parameters, Parameter.Distribution.ZIPF);
        return derived("read", table, 8, parameters, select + " WHERE " + where, 1, false);
    }

    /** Its columns, its rights and its locks are asked for without a row, too. */
    private static Derived read(View view, boolean cheap) {
        String sql =
                "SELECT " + view.columns() + " FROM " + view.shortName() + " LIMIT " + (cheap ? ROWS_OF_A_VIEW : 0);
        return new Derived(
                new Operation(name("read", view.label()), OF_A_VIEW, true, true, Map.of(), List.of(Step.of(sql))),
                false);
    }

    private static @Nullable Derived join(Table table, Catalog catalog) {
        if (table.primaryKey().isEmpty()) {
            return null;
        }
        for (ForeignKey key : table.foreignKeys()) {
            Table parent = catalog.byOid().get(key.referencedOid());
            if (parent == null) {
                continue;
            }
            List<String> on = new ArrayList<>();
            for (int i = 0; i < key.columns().size(); i++) {
                on.add("p." + parent.numbered(key.referencedColumns().get(i)).sqlName() + " = c."
                        + table.numbered(key.columns().get(i)).sqlName());
            }
            Map<String, Parameter> parameters = new LinkedHashMap<>();
            String where = where(table, table.primaryKey(), "c.", parameters, Parameter.Distribution.UNIFORM);
            String sql = "SELECT * FROM " + table.shortName() + " c JOIN " + parent.shortName() + " p ON "
                    + String.join(" AND ", on) + " WHERE " + where;
            return derived("join", table, 3, parameters, sql, -1, false);
        }
        return null;
    }

    private static @Nullable Derived range(Table table) {
        List<Index> usable = table.indexes().stream()
                .filter(i -> i.method().equals("btree")
                        && !i.partial()
                        && !i.columns().isEmpty())
                .filter(i -> ORDERED.contains(table.numbered(i.columns().get(0)).base()))
                .sorted(Comparator.comparing(Index::primary))
                .toList();
        if (usable.isEmpty()) {
            return null;
        }
        Column column = table.numbered(usable.get(0).columns().get(0));
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        parameters.put("from_key", key(table, column, Parameter.Distribution.UNIFORM));
        String sql = "SELECT * FROM " + table.shortName() + " WHERE " + column.sqlName() + " >= :from_key ORDER BY "
                + column.sqlName() + " LIMIT " + ROWS_OF_A_RANGE;
        return derived("range", table, 2, parameters, sql, -1, false);
    }

    private static @Nullable Derived update(Table table) {
        List<Column> key = table.primaryKey();
        Set<Integer> sensitive = new HashSet<>();
        table.indexes().stream().filter(Index::unique).forEach(i -> sensitive.addAll(i.read()));
        table.foreignKeys().forEach(f -> sensitive.addAll(f.columns()));
        List<Column> free = table.columns().stream()
                .filter(c -> !sensitive.contains(c.number()) && !c.generated() && c.identity() != 'a')
                .toList();
        if (key.isEmpty() || free.isEmpty()) {
            return null;
        }
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        String where = where(table, key, "", parameters, Parameter.Distribution.ZIPF);
        Column lastChange = lastChange(table, free);
        // With a value of its own an update that a copy of the table, or a backfill, misses is seen to be lost.
        String set = Stream.of(free.get(0), lastChange == null ? free.get(0) : lastChange)
                .distinct()
                .map(c -> c.sqlName() + " = " + (c.equals(lastChange) ? "now()" : c.sqlName()))
                .collect(Collectors.joining(", "));
        String sql = "UPDATE " + table.shortName() + " SET " + set + " WHERE " + where;
        return derived("update", table, 3, parameters, sql, 1, false);
    }

    /** What may be any moment; null where there is none. A partition, or a table that inherits, may ask for more than its parent. */
    private static @Nullable Column lastChange(Table table, List<Column> free) {
        return table.partitioned() || table.inherited()
                ? null
                : free.stream()
                        .filter(c -> c.isLastChange() && !c.limited())
                        .findFirst()
                        .orElse(null);
    }

    /**
     * A copy of an old row under a new key satisfies whatever constraints the old one did. Where only another reference makes a key new, as in a table
     * that joins two, the row may be there already.
     */
    private static @Nullable Derived insert(Table table, Catalog catalog) {
        List<Column> key = table.primaryKey();
        Map<Integer, String> fresh = key.isEmpty() ? null : freshColumns(table);
        if (fresh == null) {
            return null;
        }
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Column column : table.columns()) {
            String made = fresh.get(column.number());
            boolean byDefault = column.generated() || column.identity() == 'a' || "".equals(made);
            if (byDefault) {
                continue;
            }
            columns.add(column.sqlName());
            if (made == null) {
                values.add("o." + column.sqlName());
            } else if (made.startsWith(":")) {
                String cast = "CAST(" + made + " AS " + column.type() + ")";
                values.add(
                        mayStayNull(table, column)
                                ? "CASE WHEN o." + column.sqlName() + " IS NOT NULL THEN " + cast + " END"
                                : cast);
                parameters.put(
                        made.substring(1),
                        made.startsWith(REFERENCE) ? referenced(table, column, catalog) : unique(table, column));
            } else {
                values.add(made);
            }
        }
        String where = where(table, key, "o.", parameters, Parameter.Distribution.UNIFORM);
        String sql = "INSERT INTO " + table.shortName() + " (" + String.join(", ", columns) + ") SELECT "
                + String.join(", ", values) + " FROM " + table.shortName() + " o WHERE " + where;
        if (columns.isEmpty() || parameters.containsValue(null)) {
            return null;
        }
        boolean mayBeThere = fresh.values().stream().anyMatch(made -> made.startsWith(REFERENCE));
        return mayBeThere
                ? derived("insert", table, 3, parameters, sql + " ON CONFLICT DO NOTHING", -1, false)
                : derived("insert", table, 3, parameters, sql, 1, false);
    }

    /** What a CHECK wants beside it may need it so. */
    private static boolean mayStayNull(Table table, Column column) {
        return !column.notNull() && table.indexes().stream().allMatch(index -> index.isFreeOf(column.number()));
    }

    /**
     * For each unique index one column that is given a new value: the empty string where its default gives one, a parameter, or an
     * expression; where it has no such column, those that refer to other tables. Null where an index has neither.
     */
    private static @Nullable Map<Integer, String> freshColumns(Table table) {
        Set<Integer> referencing = new HashSet<>();
        table.foreignKeys().forEach(f -> referencing.addAll(f.columns()));
        Map<Integer, String> fresh = new LinkedHashMap<>();
        for (Index index : table.indexes()) {
            if (!index.unique() || index.read().stream().anyMatch(fresh::containsKey)) {
                continue;
            }
            String best = null;
            Column chosen = null;
            for (int number : index.read()) {
                Column column = table.numbered(number);
                String made = referencing.contains(number) ? null : fresh(column, index);
                if (made != null && (best == null || rank(made) < rank(best))) {
                    best = made;
                    chosen = column;
                }
            }
            if (best != null && chosen != null) {
                fresh.put(chosen.number(), best);
            } else if (!index.read().isEmpty()) {
                List<Integer> references = references(table, index);
                if (references.isEmpty()) {
                    return null;
                }
                references.forEach(number -> fresh.put(number, REFERENCE + number));
            }
        }
        return fresh;
    }

    /** The columns of the index that are all of one foreign key and part of no other, and of which nothing else is asked. */
    private static List<Integer> references(Table table, Index index) {
        return index.read().stream()
                .filter(number -> {
                    List<ForeignKey> foreign = table.foreignKeys().stream()
                            .filter(key -> key.columns().contains(number))
                            .toList();
                    return foreign.size() == 1
                            && foreign.get(0).columns().size() == 1
                            && !foreign.get(0).limited();
                })
                .toList();
    }

    /** A key of the table that the column refers to; null where that is not there. */
    private static @Nullable Parameter referenced(Table table, Column column, Catalog catalog) {
        ForeignKey foreign = table.foreignKeys().stream()
                .filter(one -> one.columns().contains(column.number()))
                .findFirst()
                .orElseThrow();
        Table parent = catalog.byOid().get(foreign.referencedOid());
        return parent == null || parent.rows() == 0
                ? null
                : key(parent, parent.numbered(foreign.referencedColumns().get(0)), Parameter.Distribution.UNIFORM);
    }

    private static int rank(String made) {
        return made.isEmpty() ? 0 : made.startsWith(":") ? 1 : 2;
    }

    private static @Nullable String fresh(Column column, Index index) {
        String byDefault = column.defaultValue();
        boolean generates = byDefault != null
                && (byDefault.contains("nextval(")
                        || byDefault.contains("gen_random_uuid(")
                        || byDefault.contains("uuid_generate"));
        if (column.identity() != ' ' || generates || column.generated()) {
            return "";
        }
        String parameter = ":new_" + column.number();
        if (column.isInteger()
                || column.base().equals("numeric")
                || column.base().equals("uuid")) {
            return parameter;
        }
        if (column.isText() && (column.maxLength() < 0 || column.maxLength() >= 8)) {
            return parameter;
        }
        if (column.base().startsWith("timestamp")) {
            return "clock_timestamp()";
        }
        return column.notNull() || index.primary() ? null : "NULL";
    }

    private static @Nullable Derived delete(Table table) {
        if (table.deleteTriggers()) {
            return null;
        }
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        String where = where(table, table.primaryKey(), "", parameters, Parameter.Distribution.UNIFORM);
        String sql = "DELETE FROM " + table.shortName() + " WHERE " + where;
        return derived("delete", table, 1, parameters, sql, -1, true);
    }

    private static Derived derived(
            String verb,
            Table table,
            int importance,
            Map<String, Parameter> parameters,
            String sql,
            int expectedRows,
            boolean ownKeys) {
        int weight = importance * (1 + (int) Math.log10(1 + table.rows()));
        OptionalInt expected = expectedRows < 0 ? OptionalInt.empty() : OptionalInt.of(expectedRows);
        // In a transaction, as a mapper does it: there a failing cached plan reaches the application.
        Operation operation = new Operation(
                name(verb, table.label()), weight, true, true, parameters, List.of(new Step(sql, expected)));
        return new Derived(operation, ownKeys);
    }

    private static String name(String verb, String label) {
        return verb + "_" + label.replace("\"", "").replace('.', '_');
    }

    private static String where(
            Table table,
            List<Column> key,
            String prefix,
            Map<String, Parameter> parameters,
            Parameter.Distribution distribution) {
        List<String> terms = new ArrayList<>();
        for (Column column : key) {
            String name = "key_" + column.number();
            parameters.put(name, key(table, column, distribution));
            terms.add(prefix + column.sqlName() + " = :" + name);
        }
        return String.join(" AND ", terms);
    }

    private static String list(List<Column> columns) {
        return String.join(", ", columns.stream().map(Column::sqlName).toList());
    }

    private static Parameter key(Table table, Column column, Parameter.Distribution distribution) {
        return new Parameter(Parameter.Kind.KEY, table.sqlName(), column.name(), distribution, 0, 0, List.of());
    }

    private static Parameter unique(Table table, Column column) {
        Parameter.Kind kind = column.base().equals("uuid") ? Parameter.Kind.UUID : Parameter.Kind.UNIQUE;
        return new Parameter(kind, table.sqlName(), column.name(), Parameter.Distribution.UNIFORM, 0, 0, List.of());
    }
}
