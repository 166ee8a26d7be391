package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Facts;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** What only the server can answer while the rows are planned; while they are loaded, who asks holds its lock. Used by one thread at a time. */
public final class Probe {

    /** Keys that are read from a table that had rows before; its children refer to these only. */
    private static final int EXISTING_KEYS = 100_000;

    private static final List<String> COMMON_LITERALS = List.of(
            "1",
            "a",
            "0",
            "{}",
            "()",
            "a=>1",
            "(0,0)",
            "2025-01-01",
            "true",
            "\\x00",
            "<a/>",
            "POINT(0 0)",
            "[1,2]",
            "0/16B3748",
            "pg_class",
            "$.a",
            "=r/pg_monitor",
            "1:1:");

    private final Connection connection;
    private final Facts facts;
    private final boolean unicode;
    private final ParentsInPlace parents;
    private final TriggerTrial triggers;

    /** @param plans of all tables, by OID, those that are planned so far */
    public Probe(Connection connection, Facts facts, Map<Long, TablePlan> plans) throws SQLException {
        this(connection, facts, plans, isUnicode(connection), TriggerTrial.refusing(connection, facts));
    }

    public Probe(Connection connection, Facts facts, boolean unicode) {
        this(connection, facts, Map.of(), unicode, Set.of());
    }

    private Probe(Connection connection, Facts facts, Map<Long, TablePlan> plans, boolean unicode, Set<Long> refusing) {
        this.connection = connection;
        this.facts = facts;
        this.unicode = unicode;
        this.parents = new ParentsInPlace(connection, plans);
        this.triggers = new TriggerTrial(connection, facts, refusing);
    }

    private static boolean isUnicode(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SHOW server_encoding")) {
            r.next();
            return r.getString(1).equals("UTF8");
        }
    }

    TriggerTrial triggers() {
        return triggers;
    }

    /** Whether the database can store every character. */
    public boolean unicode() {
        return unicode;
    }

    /** The largest number in an integer column, or 0. */
    public long largest(Table table, Column column) throws SQLException {
        return Math.max(
                0,
                Sql.queryLong(
                        connection,
                        facts.answer(
                                "largest of " + table.oid() + "." + column.number(),
                                "SELECT coalesce(max(" + Sql.quote(column.name()) + "), 0) FROM " + table.quoted())));
    }

    /** The escaped values of some columns, row by row, of a table that had rows before; rows with NULL in all of them are left out. */
    public Map<Integer, byte[][]> existingKeys(Table table, List<Integer> columns) throws SQLException {
        List<String> names = columns.stream()
                .map(number -> Sql.quote(table.generated(number)
                        .map(Table.Computed::name)
                        .orElseGet(() -> table.column(number).name())))
                .toList();
        String list = String.join(", ", names);
        String any = String.join(" IS NOT NULL OR ", names) + " IS NOT NULL";
        String keys = "SELECT " + list + " FROM " + table.quoted() + " WHERE " + any + " ORDER BY " + list + " LIMIT "
                + EXISTING_KEYS;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (" + facts.answer("keys of " + table.oid(), keys) + ") TO STDOUT", out);
        } catch (IOException e) {
            throw new SQLException(e);
        }
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        int count = out.size() == 0 ? 0 : lines.length;
        Map<Integer, byte[][]> values = new HashMap<>();
        columns.forEach(number -> values.put(number, new byte[count][]));
        for (int row = 0; row < count; row++) {
            String[] cells = lines[row].split("\t", -1);
            for (int i = 0; i < columns.size(); i++) {
                values.getOrDefault(columns.get(i), new byte[0][])[row] = cells[i].getBytes(StandardCharsets.UTF_8);
            }
        }
        return values;
    }

    /** A text that the server takes for a value of the type, or null when none of the common ones is. */
    @Nullable
    public String anyLiteral(SqlType type) throws SQLException {
        for (String literal : COMMON_LITERALS) {
            if (isLiteral(type, literal)) {
                return literal;
            }
        }
        return null;
    }

    /** Whether the server takes a text for a value of the type. */
    boolean isLiteral(SqlType type, String literal) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT ?::text::" + type.castName())) {
            statement.setString(1, literal);
            statement.executeQuery().close();
            return true;
        } catch (SQLException e) {
            // Types of extensions have states of their own for what is no value, and so has a server in trouble.
            if (e.getSQLState() == null || e.getSQLState().matches("(08|53|57|58).*")) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Asks the server which rows satisfy some checks.
     *
     * @param columns the columns that the checks read
     * @param rows the values of these columns, escaped, NULL as null
     * @return the numbers of the rows that satisfy all checks, in ascending order
     */
    public List<Integer> accepted(Table table, List<Column> columns, List<byte[][]> rows, List<CheckConstraint> checks)
            throws SQLException {
        StringBuilder condition = new StringBuilder("true");
        for (CheckConstraint check : checks) {
            String expression = check.expression();
            if (check.columns().size() == 1) {
                // A domain's check speaks of VALUE.
                String column = Sql.quote(table.column(check.columns().get(0)).name());
                expression = expression.replaceAll("\\bVALUE\\b", Matcher.quoteReplacement(column));
            }
            condition.append(" AND (").append(expression).append(") IS NOT FALSE");
        }
        List<Integer> accepted = new ArrayList<>();
        List<@Nullable String> verdicts =
                parents.during(table, checks, () -> evaluated(table, columns, rows, condition.toString()));
        for (int row = 0; row < verdicts.size(); row++) {
            if ("true".equals(verdicts.get(row))) {
                accepted.add(row);
            }
        }
        return accepted;
    }

    /** What the server computes from each row, as text; null for NULL, and where it fails, as with a division by zero. */
    List<@Nullable String> evaluated(Table table, List<Column> columns, List<byte[][]> rows, String expression)
            throws SQLException {
        StringBuilder select = new StringBuilder("SELECT 0::bigint AS rehearse_row");
        for (Column column : columns) {
            String name = Sql.quote(column.name());
            select.append(", ")
                    .append(name)
                    .append("::")
                    .append(column.type().castName())
                    .append(" AS ")
                    .append(name);
        }
        Sql.execute(connection, "DROP TABLE IF EXISTS pg_temp.rehearse_probe CASCADE");
        Sql.execute(
                connection,
                "CREATE TEMP TABLE rehearse_probe AS " + select + " FROM " + table.quoted() + " WITH NO DATA");
        copyIn(connection, "rehearse_probe", rows);
        Sql.execute(
                connection,
                "CREATE FUNCTION pg_temp.rehearse_evaluate(pg_temp.rehearse_probe) RETURNS text LANGUAGE plpgsql AS $rehearse$"
                        + " BEGIN RETURN (SELECT (" + expression + ")::text FROM " + row(table, columns) + ");"
                        + " EXCEPTION WHEN data_exception OR integrity_constraint_violation OR plpgsql_error OR program_limit_exceeded"
                        + " OR syntax_error_or_access_rule_violation OR external_routine_exception THEN RETURN NULL; END $rehearse$");
        List<@Nullable String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT pg_temp.rehearse_evaluate(rehearse_probe) FROM pg_temp.rehearse_probe ORDER BY rehearse_row")) {
            while (r.next()) {
                values.add(r.getString(1));
            }
        }
        Sql.execute(connection, "DROP TABLE pg_temp.rehearse_probe CASCADE");
        return values;
    }

    /** The row that is looked at, with the generated columns that can be computed of it. */
    private static String row(Table table, List<Column> columns) {
        List<Integer> known = columns.stream().map(Column::number).toList();
        StringBuilder select = new StringBuilder("(SELECT ")
                .append(columns.stream()
                        .map(column -> padded(column) + " AS " + Sql.quote(column.name()))
                        .collect(Collectors.joining(", ")));
        for (Table.Computed computed : table.computed()) {
            if (computed.isColumn() && known.containsAll(computed.columns())) {
                select.append(", (").append(computed.value()).append(") AS ").append(Sql.quote(computed.name()));
            }
        }
        return select + " FROM (SELECT ($1).*) probe) probe";
    }

    /** A column as the table holds it: a text of a fixed length with its blanks. */
    private static String padded(Column column) {
        String name = "probe." + Sql.quote(column.name());
        boolean fixed =
                column.type().sqlName().equals("character") && column.type().modifier() >= 4;
        return fixed ? name + "::character(" + column.type().maxLength() + ")" : name;
    }

    /** Puts the cells of rows, escaped, NULL as null, behind their numbers into a temporary table. */
    static void copyIn(Connection connection, String table, List<byte[][]> rows) throws SQLException {
        CopyBuffer lines = new CopyBuffer(1 << 16);
        for (int i = 0; i < rows.size(); i++) {
            lines.putLong(i);
            for (byte[] cell : rows.get(i)) {
                lines.put('\t');
                if (cell == null) {
                    lines.putNull();
                } else {
                    lines.put(cell);
                }
            }
            lines.put('\n');
        }
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY pg_temp." + table + " FROM STDIN",
                            new ByteArrayInputStream(lines.array(), 0, lines.length()));
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }
}
