package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.QueryProfile;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The statements that pg_stat_statements keeps of this database.
 *
 * @see <a href="https://www.postgresql.org/docs/current/pgstatstatements.html">pg_stat_statements</a>
 */
final class Workload {

    private static final int MOST = 500;

    private record Statement(String text, long calls, double totalMillis, long rows) {}

    private Workload() {}

    static List<QueryProfile> read(CaptureSession session, List<String> missing)
            throws SQLException, InterruptedException {
        List<String> schemas = session.list(
                "SELECT quote_ident(n.nspname) AS name FROM pg_extension e JOIN pg_namespace n ON n.oid ="
                        + " e.extnamespace WHERE e.extname = 'pg_stat_statements'",
                row -> row.getString("name"));
        if (schemas.isEmpty()) {
            missing.add("There is no workload: pg_stat_statements is not installed in this database"
                    + " (CREATE EXTENSION pg_stat_statements; with the library in shared_preload_libraries).");
            return List.of();
        }
        List<Statement> statements;
        try {
            statements = session.list(
                    "SELECT query, calls, total_exec_time, rows FROM " + schemas.get(0)
                            + ".pg_stat_statements AS s WHERE"
                            // With track = all; an old release does not tell.
                            + " to_jsonb(s) ->> 'toplevel' IS DISTINCT FROM 'false' AND"
                            + " dbid = (SELECT oid FROM"
                            + " pg_database WHERE datname"
                            + " = current_database()) AND"
                            + " query IS NOT NULL AND"
                            + " query NOT LIKE"
                            + " '%rehearse-capture%' ORDER"
                            + " BY total_exec_time DESC"
                            + " LIMIT 5000",
                    row -> new Statement(
                            row.getString("query"),
                            row.getLong("calls"),
                            row.getDouble("total_exec_time"),
                            row.getLong("rows")));
        } catch (SQLException e) {
            if ("42703".equals(e.getSQLState())) {
                missing.add("There is no workload: pg_stat_statements is of an old release (ALTER EXTENSION"
                        + " pg_stat_statements UPDATE;).");
                return List.of();
            }
            if (!"55000".equals(e.getSQLState())) {
                throw e;
            }
            missing.add("There is no workload: the library of pg_stat_statements is not loaded"
                    + " (shared_preload_libraries = 'pg_stat_statements', then a restart).");
            return List.of();
        }
        return summed(statements);
    }

    /** How long ago the statistics were reset; 0 where an old release of the extension does not know. */
    static double seconds(CaptureSession session) throws SQLException, InterruptedException {
        List<String> schemas = session.list(
                "SELECT quote_ident(n.nspname) AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
                        + " WHERE p.proname = 'pg_stat_statements_info'",
                row -> row.getString("name"));
        return schemas.isEmpty()
                ? 0
                : Double.parseDouble(session.text("SELECT round(extract(epoch FROM now() - stats_reset), 3) FROM "
                        + schemas.get(0) + ".pg_stat_statements_info"));
    }

    /** Several users and nesting levels have a line of their own for the same statement. */
    private static List<QueryProfile> summed(List<Statement> statements) {
        Map<String, Statement> byText = new LinkedHashMap<>();
        for (Statement statement : statements) {
            Optional<String> text = QueryText.withoutLiterals(statement.text);
            if (text.isPresent() && !isCatalog(text.get())) {
                byText.merge(
                        text.get(),
                        statement,
                        (a, b) -> new Statement(
                                a.text, a.calls + b.calls, a.totalMillis + b.totalMillis, a.rows + b.rows));
            }
        }
        List<QueryProfile> workload = new ArrayList<>();
        byText.forEach((text, s) -> workload.add(new QueryProfile(
                text, s.calls, Math.round(s.totalMillis / Math.max(1, s.calls) * 1000) / 1000.0, s.rows, null)));
        return workload.stream().limit(MOST).toList();
    }

    private static boolean isCatalog(String text) {
        return text.matches("(?is).*\\b(?:(?:from|join)\\s+\"?pg_|pg_stat|pg_catalog\\.).*");
    }
}
