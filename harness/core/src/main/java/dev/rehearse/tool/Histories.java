package dev.rehearse.tool;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tables in which tools keep what they have applied. Stateless. */
public final class Histories {

    private Histories() {}

    /** The values of a query's first column; none where its table is not there. */
    public static List<String> column(Connection connection, String table, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        if (!exists(connection, table)) {
            return values;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** Whether there is such a table, as the search path finds it where no schema is named. */
    public static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?) is not null")) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** The ids of those migrations that have one of these, in the migrations' order. */
    public static List<String> inOrder(List<ToolMigration> migrations, List<String> ids) {
        Set<String> wanted = new HashSet<>(ids);
        return migrations.stream()
                .map(ToolMigration::id)
                .filter(wanted::contains)
                .toList();
    }

    /** Removes the rows whose column, as text, is one of these. */
    public static void forget(Connection connection, String table, String column, List<String> values)
            throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + table + " where (" + column + ")::text = any(?)")) {
            delete.setArray(1, connection.createArrayOf("text", values.toArray()));
            delete.executeUpdate();
        }
    }
}
