package dev.rehearse.data.dirt;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.Dirt;
import dev.rehearse.data.PlannedConstraint;
import dev.rehearse.data.PlannedConstraint.Element;
import dev.rehearse.data.PlannedConstraint.NotNull;
import dev.rehearse.data.PlannedConstraint.Reference;
import dev.rehearse.data.PlannedConstraint.Type;
import dev.rehearse.data.PlannedConstraint.Unique;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableNames;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.value.Mix;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How a row is made to break a planned constraint: which columns change, and to what. */
interface Breach {

    /** Where a row lies. */
    record Place(long partition, String ctid) {

        /** The condition that names this row of a table with that alias. */
        String of(String alias) {
            return alias + ".tableoid = " + partition + " AND " + alias + ".ctid = '" + ctid + "'";
        }
    }

    /**
     * One try.
     *
     * @param assignment what follows SET
     * @param condition whether the row, called {@code dirty}, breaks the constraint after it
     */
    record Attempt(String assignment, String condition) {}

    /** Columns that are changed. */
    List<Column> changed();

    /** Which rows can be taken. */
    default String eligible() {
        return "true";
    }

    /** Whether each row needs another one to resemble. */
    default boolean needsDonors() {
        return false;
    }

    /**
     * @param number number of the row among those that are made dirty, from 0
     * @param donor the row to resemble
     */
    List<Attempt> attempts(int number, Place donor);

    /** @throws DatasetException where the schema does not allow it */
    static Breach of(Dirt dirt, Table table, List<Table> tables, Connection connection) throws SQLException {
        PlannedConstraint planned = PlannedConstraint.parse(dirt.breaks());
        if (planned instanceof NotNull notNull) {
            return new Null(dirt, column(table, notNull.column()));
        }
        if (planned instanceof Unique unique) {
            return new Twin(dirt, table, unique);
        }
        if (planned instanceof Reference reference) {
            return new Orphan(dirt, table, reference, parentOf(dirt, reference, tables, connection));
        }
        if (planned instanceof Type type) {
            return new Misfit(dirt, column(table, type.column()), type.type(), connection);
        }
        return new Offence(dirt, table, ((PlannedConstraint.Check) planned).expression(), connection);
    }

    private static Table parentOf(Dirt dirt, Reference reference, List<Table> tables, Connection connection)
            throws SQLException {
        long oid =
                Sql.queryLong(connection, "SELECT to_regclass(" + Sql.literal(reference.parent()) + ")::oid::bigint");
        return tables.stream()
                .filter(table -> table.oid() == oid)
                .findFirst()
                .orElseThrow(() -> impossible(dirt, "there is no table " + reference.parent()));
    }

    private static Column column(Table table, String name) {
        return TableNames.column(table, name, DirtMaker.WHERE);
    }

    static DatasetException impossible(Dirt dirt, String why) {
        return DatasetException.spec("No row of \"" + dirt.table() + "\" can be made to break " + dirt.breaks() + ": "
                + why + ". Mend it, or take it out of " + DirtMaker.WHERE + ".");
    }

    /** Whether the server refused the value, and not the statement. */
    static boolean isRefusedValue(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("22") || state.startsWith("23");
    }

    static String list(List<String> names) {
        return names.stream().map(Sql::quote).collect(Collectors.joining(", "));
    }

    private static void ask(Dirt dirt, Connection connection, String sql) throws SQLException {
        try {
            Sql.execute(connection, sql);
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("42")) {
                throw impossible(dirt, "the server says " + e.getMessage());
            }
            throw e;
        }
    }

    /** NULL where there will be none. */
    final class Null implements Breach {

        private final Column column;

        Null(Dirt dirt, Column column) {
            if (column.notNull()) {
                throw impossible(dirt, "column " + column.name() + " is NOT NULL already");
            }
            this.column = column;
        }

        @Override
        public List<Column> changed() {
            return List.of(column);
        }

        @Override
        public String eligible() {
            return Sql.quote(column.name()) + " IS NOT NULL";
        }

        @Override
        public List<Attempt> attempts(int number, Place donor) {
            return List.of(new Attempt(Sql.quote(column.name()) + " = NULL", "true"));
        }
    }

    /** Rows that are different and yet alike where no two may be; in other letters where the planned index looks past that. */
    final class Twin implements Breach {

        private final Table table;
        private final List<Element> elements;

        Twin(Dirt dirt, Table table, Unique unique) {
            this.table = table;
            this.elements = unique.elements();
            Set<Integer> numbers = changed().stream().map(Column::number).collect(Collectors.toSet());
            table.keys().stream()
                    .filter(key -> key.predicate() == null
                            && numbers.containsAll(key.columns())
                            && elements.stream().allMatch(element -> element.function() == null))
                    .findFirst()
                    .ifPresent(key -> {
                        throw impossible(dirt, "the unique key " + key.name() + " holds already");
                    });
        }

        @Override
        public List<Column> changed() {
            return elements.stream().map(e -> column(table, e.column())).toList();
        }

        @Override
        public boolean needsDonors() {
            return true;
        }

        @Override
        public String eligible() {
            return elements.stream()
                    .map(element -> Sql.quote(element.column()) + " IS NOT NULL")
                    .collect(Collectors.joining(" AND "));
        }

        @Override
        public List<Attempt> attempts(int number, Place donor) {
            String assignments = elements.stream()
                    .map(element -> Sql.quote(element.column()) + " = (SELECT " + likeness(element) + " FROM "
                            + table.quoted() + " AS donor WHERE " + donor.of("donor") + ")")
                    .collect(Collectors.joining(", "));
            return List.of(new Attempt(assignments, "true"));
        }

        private static String likeness(Element element) {
            String value = "donor." + Sql.quote(element.column());
            String function = element.function();
            if (function == null) {
                return value;
            }
            return switch (function) {
                case "lower" -> "upper(" + value + ")";
                case "upper" -> "lower(" + value + ")";
                default -> value + " || ' '";
            };
        }
    }

    /** References to nothing. */
    final class Orphan implements Breach {

        private final Table table;
        private final Table parent;
        private final List<Column> columns;
        private final List<Column> parentColumns;

        Orphan(Dirt dirt, Table table, Reference reference, Table parent) {
            this.table = table;
            this.parent = parent;
            this.columns = reference.columns().stream()
                    .map(name -> column(table, name))
                    .toList();
            this.parentColumns = reference.parentColumns().isEmpty()
                    ? parent.keys().stream()
                            .filter(UniqueKey::primary)
                            .findFirst()
                            .map(key ->
                                    key.columns().stream().map(parent::column).toList())
                            .orElse(List.of())
                    : reference.parentColumns().stream()
                            .map(name -> column(parent, name))
                            .toList();
            if (parentColumns.size() != columns.size()) {
                throw impossible(
                        dirt,
                        "it has " + columns.size() + " columns and " + parent.label() + " is referred to by "
                                + parentColumns.size());
            }
        }

        @Override
        public List<Column> changed() {
            return List.of(columns.get(columns.size() - 1));
        }

        @Override
        public String eligible() {
            return columns.stream()
                    .map(column -> Sql.quote(column.name()) + " IS NOT NULL")
                    .collect(Collectors.joining(" AND "));
        }

        @Override
        public List<Attempt> attempts(int number, Place donor) {
            Column last = columns.get(columns.size() - 1);
            List<Attempt> attempts = new ArrayList<>();
            for (String value : DirtyValues.unheardOf(last.type(), Mix.at(table.oid(), number), number)) {
                StringBuilder matches = new StringBuilder();
                for (int i = 0; i < columns.size(); i++) {
                    matches.append(i == 0 ? "" : " AND ")
                            .append("p.")
                            .append(Sql.quote(parentColumns.get(i).name()))
                            .append(" = ")
                            .append(
                                    i == columns.size() - 1
                                            ? value
                                            : "dirty."
                                                    + Sql.quote(columns.get(i).name()));
                }
                attempts.add(new Attempt(
                        Sql.quote(last.name()) + " = " + value,
                        "NOT EXISTS (SELECT FROM " + parent.quoted() + " p WHERE " + matches + ")"));
            }
            return attempts;
        }
    }

    /** Values that the new type does not take. */
    final class Misfit implements Breach {

        private final Column column;
        private final List<String> values = new ArrayList<>();

        Misfit(Dirt dirt, Column column, String type, Connection connection) throws SQLException {
            this.column = column;
            ask(dirt, connection, "SELECT NULL::" + type);
            for (String value : DirtyValues.of(column, type)) {
                try {
                    Sql.execute(connection, "SELECT CAST(" + value + " AS " + type + ")");
                    if (DirtyValues.isLongerThan(value, type)) {
                        values.add(value);
                    }
                } catch (SQLException e) {
                    if (!isRefusedValue(e)) {
                        throw impossible(dirt, "the server says " + e.getMessage());
                    }
                    values.add(value);
                }
            }
            if (values.isEmpty()) {
                throw impossible(
                        dirt,
                        type + " takes every value that is known of "
                                + column.type().sqlName());
            }
        }

        @Override
        public List<Column> changed() {
            return List.of(column);
        }

        @Override
        public List<Attempt> attempts(int number, Place donor) {
            return DirtyValues.rotated(values, number).stream()
                    .map(value -> new Attempt(Sql.quote(column.name()) + " = " + value, "true"))
                    .toList();
        }
    }

    /** Values with which a condition is false. */
    final class Offence implements Breach {

        private final Table table;
        private final String expression;
        private final List<Column> read;
        private final List<Column> changed;

        Offence(Dirt dirt, Table table, String expression, Connection connection) throws SQLException {
            this.table = table;
            this.expression = expression;
            ask(dirt, connection, "SELECT 1 FROM " + table.quoted() + " WHERE (" + expression + ") LIMIT 0");
            this.read = table.columns().stream()
                    .filter(column -> DirtyValues.names(expression, column.name()))
                    .toList();
            Set<Integer> keys = new HashSet<>();
            table.keys().stream().filter(UniqueKey::primary).forEach(key -> keys.addAll(key.columns()));
            table.foreignKeys().forEach(key -> keys.addAll(key.columns()));
            this.changed = read.stream()
                    .filter(column -> !keys.contains(column.number()))
                    .toList();
            if (changed.isEmpty()) {
                throw impossible(dirt, "it speaks of no column that is free to change");
            }
        }

        @Override
        public List<Column> changed() {
            return changed;
        }

        @Override
        public List<Attempt> attempts(int number, Place donor) {
            List<Attempt> attempts = new ArrayList<>();
            for (Column column : changed) {
                for (String value : DirtyValues.of(column, expression)) {
                    String row = read.stream()
                            .map(each -> (each == column ? value : "dirty." + Sql.quote(each.name())) + " AS "
                                    + Sql.quote(each.name()))
                            .collect(Collectors.joining(", "));
                    attempts.add(new Attempt(
                            Sql.quote(column.name()) + " = " + value,
                            "NOT coalesce((SELECT (" + expression + ") FROM (SELECT " + row + ") AS "
                                    + Sql.quote(table.name()) + "), true)"));
                }
            }
            return DirtyValues.rotated(attempts, number);
        }
    }
}
