package dev.rehearse.data.catalog;

import dev.rehearse.data.ConnectionSource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The few things that every part does with SQL. */
public final class Sql {

    private Sql() {}

    public static String quote(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    /** An identifier as the server writes it in definitions. */
    public static String quotedIfNeeded(String identifier) {
        return identifier.matches("[a-z_][a-z0-9_]*") ? identifier : quote(identifier);
    }

    public static String literal(String text) {
        String quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'";
        return text.indexOf('\\') < 0 ? quoted : "E" + quoted;
    }

    /** Whether an expression, as the server writes it back, names a column, or has its name in another part; a name before a bracket is a function's. */
    public static boolean mentions(String expression, String column) {
        return expression.contains(quote(column))
                || Pattern.compile("(?<![\\w\"])" + Pattern.quote(column) + "(?![\\w\"(])")
                        .matcher(expression)
                        .find();
    }

    public static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public static long queryLong(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** The numbers of columns that an array of the catalog holds. */
    static List<Integer> numbers(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray())
                .map(number -> ((Number) number).intValue())
                .toList();
    }

    /** Opens a session whose text forms do not depend on the role's or the database's settings. */
    public static Connection open(ConnectionSource connections) throws SQLException {
        Connection connection = connections.open();
        try {
            execute(
                    connection,
                    "SET application_name = 'rehearse-data'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';"
                            + " SET timezone = 'UTC'; SET lock_timeout = '10s'; SET statement_timeout = 0;"
                            + " SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0; SET xmloption = 'content';"
                            // A crash loses a half full database either way, so no commit need wait for the disk.
                            + " SET synchronous_commit = off; SET client_min_messages = warning;"
                            // Event triggers are for the user's own statements; a setting of 17 and newer that only
                            // superusers have.
                            + " SELECT set_config(name, 'off', false) FROM pg_settings, pg_roles"
                            + " WHERE name = 'event_triggers' AND rolname = current_user AND rolsuper");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
