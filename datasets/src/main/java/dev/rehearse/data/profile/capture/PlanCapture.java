package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.QueryPlan;
import dev.rehearse.data.profile.QueryProfile;
import dev.rehearse.data.profile.TableProfile;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the plans of the workload's statements, and says of how many there are none and why. One thread. */
final class PlanCapture {

    /** What wants more than SELECT, also where it begins with WITH or SELECT. */
    private static final String WRITES = "(?is).*\\b(?:insert|update|delete|merge|for\\s+(?:key\\s+)?share)\\b.*";

    /**
     * Tables that have more partitions and indexes than a tenth of what all sessions together have room to lock, and views of them: planning without
     * pruning locks all of those, and production may want the room (<a
     * href="https://www.postgresql.org/docs/current/runtime-config-locks.html">max_locks_per_transaction</a>).
     */
    private static final String WIDE = """
            WITH RECURSIVE wide AS (
                SELECT pg_partition_root(part.oid)::oid AS oid FROM pg_class part
                WHERE part.relkind = 'p' OR part.relispartition AND part.relkind IN ('r', 'f')
                GROUP BY 1
                HAVING sum(1 + (SELECT count(*) FROM pg_index i WHERE i.indrelid = part.oid))
                      > current_setting('max_locks_per_transaction')::bigint
                        * (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint) / 10
                UNION
                SELECT rule.ev_class FROM wide
                JOIN pg_depend d ON d.refobjid = wide.oid AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
                JOIN pg_rewrite rule ON rule.oid = d.objid)
            SELECT DISTINCT c.relname FROM wide JOIN pg_class c ON c.oid = wide.oid""";

    private static final String LOCKS_TOO_MUCH =
            "planning would lock all partitions of a table, and these are too many for production's lock table (max_locks_per_transaction).";

    private final CaptureSession session;
    private final Map<String, String> settings;
    private final String role;
    private final List<String> missing;

    /** @param settings the server's, as they are without those of the session */
    PlanCapture(CaptureSession session, Map<String, String> settings, String role, List<String> missing) {
        this.session = session;
        this.settings = settings;
        this.role = role;
        this.missing = missing;
    }

    /** The statements with their plans. */
    List<QueryProfile> with(List<QueryProfile> workload, List<TableProfile> tables)
            throws SQLException, InterruptedException {
        Set<String> schemas = new TreeSet<>();
        tables.forEach(table -> schemas.add(table.schema()));
        List<QueryProfile> planned = new ArrayList<>();
        Map<String, Integer> reasons = new TreeMap<>();
        List<Pattern> wide = workload.isEmpty()
                ? List.of()
                : session.list(
                        WIDE,
                        row -> Pattern.compile(
                                "(?<![\\p{L}\\p{N}_])" + Pattern.quote(row.getString(1)) + "(?![\\p{L}\\p{N}_])",
                                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE));
        for (QueryProfile query : workload) {
            QueryPlan plan = null;
            try {
                if (wide.stream().anyMatch(table -> table.matcher(query.text()).find())) {
                    reasons.merge(LOCKS_TOO_MUCH, 1, Integer::sum);
                } else {
                    plan = session.ask(connection -> new Explainer(connection, settings, schemas).plan(query.text()));
                }
            } catch (SQLException e) {
                reasons.merge(reason(query.text(), e), 1, Integer::sum);
            }
            planned.add(new QueryProfile(query.text(), query.calls(), query.meanMillis(), query.rows(), plan));
        }
        reasons.forEach((reason, count) -> missing.add("Of " + count + " of the " + workload.size()
                + " statements there is no plan, so the twin's is not compared: " + reason));
        return planned;
    }

    /** Without the server's message, which could hold a literal of a view or a function. */
    private String reason(String sql, SQLException e) throws SQLException {
        String state = String.valueOf(e.getSQLState());
        return switch (state) {
            case "42501" ->
                sql.matches(WRITES)
                        ? "they write or lock rows, and EXPLAIN wants the privileges of the statement: INSERT, UPDATE or DELETE on"
                                + " their tables."
                        : "EXPLAIN wants the privileges of the statement: GRANT pg_read_all_data TO " + role
                                + "; (and where row-level security applies to the role, ALTER ROLE " + role
                                + " BYPASSRLS;).";
            case "42P01", "42883", "42703", "42704", "3F000" ->
                "they name something that is not in the schemas of the search path or of the tables (SQLSTATE " + state
                        + "), as temporary tables are.";
            case "42P18", "42P08", "42601", "42804", "42725" ->
                "their texts lack the values that tell the types of parameters (SQLSTATE " + state + ").";
            case "57014" -> "planning took longer than the statement timeout; allow it more (--statement-timeout).";
            case "55P03" -> "another session held a lock on a table for longer than 500 ms; capture again later.";
            default -> {
                if (state.startsWith("08") || state.startsWith("57P")) {
                    throw e;
                }
                yield "the server refused to explain them (SQLSTATE " + state + ").";
            }
        };
    }
}
