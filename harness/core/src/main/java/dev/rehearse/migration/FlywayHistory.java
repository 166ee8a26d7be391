package dev.rehearse.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The table in which Flyway keeps what it has applied.
 *
 * @param schema null: the one that the connection is in
 * @param table its name without quotes
 */
record FlywayHistory(@Nullable String schema, String table) {

    /** Both, for people. */
    String name() {
        return schema == null ? table : schema + "." + table;
    }

    /** Scripts that lead back see the schema first that Flyway's own see first. */
    void enter(Connection session, SourceListener sources) throws SQLException {
        if (schema != null) {
            try (PreparedStatement set = session.prepareStatement(
                    "select set_config('search_path', concat_ws(', ', ?, nullif(current_setting('search_path'), '')), false)")) {
                sources.next(session.unwrap(PGConnection.class).getBackendPID(), "Flyway's schema");
                set.setString(1, quoted(schema));
                set.execute();
            }
        }
    }

    /** Removes versions, so that Flyway applies them again; does nothing where there are none. */
    void forget(Connection session, SourceListener sources, List<String> versions) throws SQLException {
        if (!versions.isEmpty()) {
            String literals = versions.stream()
                    .map(version -> "'" + version.replace("'", "''") + "'")
                    .collect(Collectors.joining(", "));
            delete(session, sources, "version in (" + literals + ")");
        }
    }

    /** Removes what it says of runs of repeatable scripts since that row of it. */
    void forgetRepeatable(Connection session, SourceListener sources, int lastRank) throws SQLException {
        delete(session, sources, "version is null and installed_rank > " + lastRank);
    }

    private void delete(Connection session, SourceListener sources, String condition) throws SQLException {
        String qualified = (schema == null ? "" : quoted(schema) + ".") + quoted(table);
        try (Statement statement = session.createStatement()) {
            sources.next(session.unwrap(PGConnection.class).getBackendPID(), "Flyway's history");
            statement.executeUpdate("delete from " + qualified + " where " + condition);
        }
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
