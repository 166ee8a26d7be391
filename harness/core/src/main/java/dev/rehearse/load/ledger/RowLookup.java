package dev.rehearse.load.ledger;

import dev.rehearse.load.statement.Catalog;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds rows again by the text of their keys. Used by one thread. */
final class RowLookup {

    /** Stands beside the columns of a key under a name that no column has. */
    private static final String VALUE = "";

    private final Connection connection;

    RowLookup(Connection connection) {
        this.connection = connection;
    }

    /**
     * The rows that are there, by key.
     *
     * @param names of columns now by those of then
     */
    Map<List<String>, RowImage> rows(
            Catalog.Table then, Catalog.Table current, Map<String, String> names, List<List<String>> keys)
            throws SQLException {
        Map<List<String>, RowImage> found = new HashMap<>();
        read(then, current, names, keys, "to_json(t.*)").forEach((key, texts) -> found.put(key, RowImage.of(texts)));
        return found;
    }

    /**
     * A value of each of these rows, by key, as an image of that one column.
     *
     * @param expression of the table {@code t}
     */
    Map<List<String>, RowImage> values(
            Catalog.Table then,
            Catalog.Table current,
            Map<String, String> names,
            List<List<String>> keys,
            String column,
            String expression)
            throws SQLException {
        List<String> fields = new ArrayList<>();
        for (Catalog.Column key : primaryKey(then, current, names)) {
            fields.add("'" + key.name().replace("'", "''") + "', t." + key.sqlName());
        }
        fields.add("'" + VALUE + "', " + expression);
        Map<List<String>, RowImage> found = new HashMap<>();
        read(then, current, names, keys, "json_build_object(" + String.join(", ", fields) + ")")
                .forEach((key, texts) -> {
                    Map<String, @Nullable String> value = new HashMap<>();
                    value.put(column, texts.get(VALUE));
                    found.put(key, RowImage.of(value));
                });
        return found;
    }

    private Map<List<String>, Map<String, @Nullable String>> read(
            Catalog.Table then, Catalog.Table current, Map<String, String> names, List<List<String>> keys, String what)
            throws SQLException {
        try {
            return read(then, current, names, keys, what, true);
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith("22")) {
                throw e;
            }
            // The key has another type now, which the old keys do not fit: compare as text.
            return read(then, current, names, keys, what, false);
        }
    }

    private Map<List<String>, Map<String, @Nullable String>> read(
            Catalog.Table then,
            Catalog.Table current,
            Map<String, String> names,
            List<List<String>> keys,
            String what,
            boolean typed)
            throws SQLException {
        List<Catalog.Column> primary = primaryKey(then, current, names);
        List<String> arrays = new ArrayList<>();
        List<String> aliases = new ArrayList<>();
        List<String> joins = new ArrayList<>();
        for (int i = 0; i < primary.size(); i++) {
            arrays.add("?::text[]");
            aliases.add("k" + i);
            String column = "t." + primary.get(i).sqlName();
            joins.add(typed ? column + " = k.k" + i + "::" + primary.get(i).type() : column + "::text = k.k" + i);
        }
        String query = "SELECT " + what + "::text FROM " + current.sqlName() + " t JOIN unnest("
                + String.join(", ", arrays) + ") AS k(" + String.join(", ", aliases) + ") ON "
                + String.join(" AND ", joins);
        Map<List<String>, Map<String, @Nullable String>> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < primary.size(); i++) {
                int part = i;
                Array array = connection.createArrayOf(
                        "text", keys.stream().map(key -> key.get(part)).toArray());
                statement.setArray(i + 1, array);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Map<String, @Nullable String> texts = RowImage.texts(rows.getString(1));
                    List<String> key = new ArrayList<>();
                    for (Catalog.Column column : primary) {
                        String text = texts.get(column.name());
                        key.add(text == null ? "" : text);
                    }
                    found.put(key, texts);
                }
            }
        }
        return found;
    }

    private static List<Catalog.Column> primaryKey(
            Catalog.Table then, Catalog.Table current, Map<String, String> names) {
        return then.primaryKey().stream()
                .map(c -> Objects.requireNonNull(current.column(Objects.requireNonNull(names.get(c.name())))))
                .toList();
    }
}
