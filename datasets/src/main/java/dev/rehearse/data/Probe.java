package dev.rehearse.data;

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** What only the server can answer while the rows are planned. Used by one thread. */
final class Probe {

    /** Keys that are read from a table that had rows before; its children refer to these only. */
    private static final int EXISTING_KEYS = 100_000;

    private static final int TRIES = 4_000;
    private static final int KEPT = 1_000;
    private static final Pattern LITERAL = Pattern.compile("'((?:[^']|'')*)'|(?<![\\w.])(\\d+(?:\\.\\d+)?)(?![\\w.])");
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
            "1:1:");

    private final Connection connection;
    private final boolean unicode;

    Probe(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SHOW server_encoding")) {
            r.next();
            this.unicode = r.getString(1).equals("UTF8");
        }
    }

    /** Whether the database can store every character. */
    boolean unicode() {
        return unicode;
    }

    /** The largest number in an integer column, or 0. */
    long largest(Table table, Column column) throws SQLException {
        return Math.max(
                0,
                Sql.queryLong(
                        connection,
                        "SELECT coalesce(max(" + Sql.quote(column.name()) + "), 0) FROM " + table.quoted()));
    }

    /** The escaped values of some columns, row by row, of a table that had rows before; rows with NULL in them are left out. */
    Map<Integer, byte[][]> existingKeys(Table table, List<Integer> columns) throws SQLException {
        List<String> names = columns.stream()
                .map(number -> Sql.quote(table.column(number).name()))
                .toList();
        String list = String.join(", ", names);
        String notNull = String.join(" IS NOT NULL AND ", names) + " IS NOT NULL";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                            "COPY (SELECT " + list + " FROM " + table.quoted() + " WHERE " + notNull + " ORDER BY "
                                    + list + " LIMIT " + EXISTING_KEYS + ") TO STDOUT",
                            out);
        } catch (IOException e) {
            throw new SQLException(e);
        }
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        int count = out.size() == 0 ? 0 : lines.length;
        Map<Integer, byte[][]> keys = new HashMap<>();
        columns.forEach(number -> keys.put(number, new byte[count][]));
        for (int row = 0; row < count; row++) {
            String[] cells = lines[row].split("\t", -1);
            for (int i = 0; i < cells.length; i++) {
                keys.getOrDefault(columns.get(i), new byte[0][])[row] = cells[i].getBytes(StandardCharsets.UTF_8);
            }
        }
        return keys;
    }

    /** A text that the server takes for a value of the type, or null when none of the common ones is. */
    @Nullable
    String anyLiteral(SqlType type) throws SQLException {
        for (String literal : COMMON_LITERALS) {
            try (PreparedStatement statement = connection.prepareStatement("SELECT ?::text::" + type.sqlName())) {
                statement.setString(1, literal);
                statement.executeQuery().close();
                return literal;
            } catch (SQLException e) {
                // Not a value of the type, or not the name of anything; whatever else went wrong is not about the
                // literal.
                if (!String.valueOf(e.getSQLState()).matches("(22|42).*")) {
                    throw e;
                }
            }
        }
        return null;
    }

    /**
     * Tries values until some satisfy the checks: those the columns would have anyway, the constants of the checks, and NULL.
     *
     * @param columns the columns that the checks read
     * @param candidates the values that each would have
     * @return combinations that satisfy all, escaped, NULL as null; empty when none did
     */
    List<byte[][]> satisfying(
            Table table, List<Column> columns, List<Values> candidates, List<CheckConstraint> checks, long seed)
            throws SQLException {
        StringBuilder select = new StringBuilder("SELECT 0::bigint AS rehearse_row");
        StringBuilder condition = new StringBuilder("true");
        for (Column column : columns) {
            String name = Sql.quote(column.name());
            select.append(", ")
                    .append(name)
                    .append("::")
                    .append(column.type().sqlName())
                    .append(" AS ")
                    .append(name);
        }
        for (CheckConstraint check : checks) {
            String expression = check.expression();
            if (check.columns().size() == 1) {
                // A domain's check speaks of VALUE.
                String column = Sql.quote(table.column(check.columns().get(0)).name());
                expression = expression.replaceAll("\\bVALUE\\b", Matcher.quoteReplacement(column));
            }
            condition.append(" AND (").append(expression).append(") IS NOT FALSE");
        }
        List<byte[][]> tuples = candidates(columns, candidates, checks, seed);
        Sql.execute(connection, "DROP TABLE IF EXISTS pg_temp.rehearse_probe");
        Sql.execute(
                connection,
                "CREATE TEMP TABLE rehearse_probe AS " + select + " FROM " + table.quoted() + " WITH NO DATA");
        copyIn(tuples);
        List<byte[][]> satisfying = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT rehearse_row FROM pg_temp.rehearse_probe WHERE "
                        + condition + " ORDER BY 1 LIMIT " + KEPT)) {
            while (r.next()) {
                satisfying.add(tuples.get(r.getInt(1)));
            }
        }
        Sql.execute(connection, "DROP TABLE pg_temp.rehearse_probe");
        return satisfying;
    }

    private void copyIn(List<byte[][]> tuples) throws SQLException {
        CopyBuffer lines = new CopyBuffer(1 << 16);
        for (int i = 0; i < tuples.size(); i++) {
            lines.putLong(i);
            for (byte[] cell : tuples.get(i)) {
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
                            "COPY pg_temp.rehearse_probe FROM STDIN",
                            new ByteArrayInputStream(lines.array(), 0, lines.length()));
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }

    private static List<byte[][]> candidates(
            List<Column> columns, List<Values> candidates, List<CheckConstraint> checks, long seed) {
        Set<String> constants = new LinkedHashSet<>();
        for (CheckConstraint check : checks) {
            Matcher m = LITERAL.matcher(check.expression());
            while (m.find()) {
                String constant = m.group(1) != null ? m.group(1).replace("''", "'") : m.group(2);
                constants.add(constant);
            }
        }
        List<List<String>> suggested = new ArrayList<>();
        for (Column column : columns) {
            suggested.add(constants.stream()
                    .filter(constant -> fits(column.type(), constant))
                    .toList());
        }
        List<byte[][]> tuples = new ArrayList<>();
        CopyBuffer scratch = new CopyBuffer(256);
        for (int row = 0; row < TRIES; row++) {
            byte[][] tuple = new byte[columns.size()][];
            for (int i = 0; i < tuple.length; i++) {
                Column column = columns.get(i);
                long bits = Mix.at(seed + i, row);
                long die = Mix.below(bits, 4);
                List<String> options = suggested.get(i);
                if (die == 0 && !column.notNull()) {
                    continue;
                }
                if (die == 1 && !options.isEmpty()) {
                    String option = options.get((int) Mix.below(Mix.mix(bits), options.size()));
                    tuple[i] =
                            CopyBuffer.escape(column.type().kind().isText() ? likeness(option, column, bits) : option);
                    continue;
                }
                scratch.truncate(0);
                candidates.get(i).write(row, scratch);
                if (scratch.textFrom(0) != null) {
                    tuple[i] = java.util.Arrays.copyOf(scratch.array(), scratch.length());
                }
            }
            tuples.add(tuple);
        }
        return tuples;
    }

    /** A text that a LIKE pattern accepts: its wildcards replaced, in upper case as often as not. */
    private static String likeness(String pattern, Column column, long bits) {
        String word = new String(Words.pick(Words.PLAIN, Mix.mix(bits + 1)), StandardCharsets.US_ASCII)
                + Mix.below(Mix.mix(bits + 2), 1000);
        String text = pattern.replace("%", (bits & 1) == 0 ? word : word.toUpperCase(Locale.ROOT))
                .replace("_", "a");
        return text.length() <= column.type().maxLength() ? text : pattern;
    }

    private static boolean fits(SqlType type, String constant) {
        return switch (type.kind()) {
            case INT2, INT4, INT8 -> constant.matches("-?\\d{1,4}");
            case NUMERIC, FLOAT4, FLOAT8, MONEY -> constant.matches("-?\\d{1,4}(\\.\\d+)?");
            case TEXT, CHAR -> constant.length() <= type.maxLength();
            case ENUM -> type.labels().contains(constant);
            case BOOL -> constant.equals("true") || constant.equals("false");
            case DATE, TIMESTAMP, TIMESTAMPTZ -> Timeline.parse(constant) != null;
            default -> false;
        };
    }
}
