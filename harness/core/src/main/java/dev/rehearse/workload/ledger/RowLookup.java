package dev.rehearse.workload.ledger;

import dev.rehearse.workload.statement.Catalog;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finds rows again by the text of their keys. Used by one thread. */
final class RowLookup {

    /** How many rows the server sends at a time. */
    private static final int FETCHED = 20;

    private final Connection connection;

    RowLookup(Connection connection) {
        this.connection = connection;
    }

    /**
     * What is there of these rows, by key.
     *
     * @param primary the columns of the key as they are called now
     * @param keyAsThen of those that are written otherwise now, by name, what the key is compared with; others are compared by themselves
     * @param json an expression of the table {@code t} that gives an object, whose fields are taken for columns
     */
    Map<List<String>, RowImage> images(
            Catalog.Table current,
            List<Catalog.Column> primary,
            Map<String, String> keyAsThen,
            List<List<String>> keys,
            String json)
            throws SQLException {
        if (keyAsThen.isEmpty()) {
            try {
                return images(
                        current,
                        primary,
                        column -> "t." + column.sqlName(),
                        column -> "::" + column.type(),
                        keys,
                        json);
            } catch (SQLException e) {
                if (e.getSQLState() == null || !e.getSQLState().startsWith("22")) {
                    throw e;
                }
                // The key has another type now, which the old keys do not fit: compare as text.
            }
        }
        return images(
                current,
                primary,
                column -> "(" + keyAsThen.getOrDefault(column.name(), "t." + column.sqlName()) + ")::text",
                column -> "",
                keys,
                json);
    }

    /** Lets this session write values into text as others do. */
    void writeAs(Map<String, String> settings) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, false)")) {
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                statement.setString(1, setting.getKey());
                statement.setString(2, setting.getValue());
                statement.execute();
            }
        }
    }

    private Map<List<String>, RowImage> images(
            Catalog.Table current,
            List<Catalog.Column> primary,
            Function<Catalog.Column, String> value,
            Function<Catalog.Column, String> cast,
            List<List<String>> keys,
            String json)
            throws SQLException {
        List<String> arrays = new ArrayList<>();
        List<String> aliases = new ArrayList<>();
        List<String> joins = new ArrayList<>();
        for (int i = 0; i < primary.size(); i++) {
            arrays.add("?::text[]");
            aliases.add("k" + i);
            joins.add(value.apply(primary.get(i)) + " = k.k" + i + cast.apply(primary.get(i)));
        }
        String query = "SELECT " + json + "::text, k.* FROM " + current.sqlName() + " t JOIN unnest("
                + String.join(", ", arrays) + ") AS k(" + String.join(", ", aliases) + ") ON "
                + String.join(" AND ", joins);
        Map<List<String>, RowImage> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < primary.size(); i++) {
                int part = i;
                Array array = connection.createArrayOf(
                        "text", keys.stream().map(key -> key.get(part)).toArray());
                statement.setArray(i + 1, array);
            }
            each(statement, row -> {
                List<String> key = new ArrayList<>();
                for (int i = 0; i < primary.size(); i++) {
                    key.add(row.getString(i + 2));
                }
                found.put(key, RowImage.of(RowImage.texts(row.getString(1))));
            });
        }
        return found;
    }

    /** Takes a row. */
    interface Taker {
        void take(ResultSet row) throws SQLException;
    }

    /**
     * Gives somebody each row of a query, of which a few come at a time, as documents may be large.
     *
     * @param query of a connection with no transaction open: only within one do they come so
     */
    static void each(PreparedStatement query, Taker taker) throws SQLException {
        Connection connection = query.getConnection();
        connection.setAutoCommit(false);
        query.setFetchSize(FETCHED);
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                taker.take(rows);
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
