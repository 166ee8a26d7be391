package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.QueryPlan;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks a server for the plans of statements that have parameters in the place of values: the generic ones, in a read-only transaction each
 * that is rolled back. What a row-level security policy would change is refused, and partitions that a value would rule out are all there.
 * EXPLAIN does not run the statement, but takes its locks while it plans, and calls functions of constants that are not volatile, as each
 * planning of the statement does. One thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-prepare.html">PREPARE</a>, whose generic plans come in every release
 */
public final class Explainer {

    private static final String NAME = "rehearse_explained";

    /** Settings that the choice of a plan depends on. Where a value has a unit, the number before it is in that unit. */
    private static final String PLANNER =
            "cpu_.*_cost|(?:seq|random)_page_cost|effective_cache_size|work_mem|hash_mem_multiplier"
                    + "|max_parallel_workers_per_gather|enable_.*|geqo|join_collapse_limit|from_collapse_limit|parallel_.*_cost"
                    + "|min_parallel_.*_scan_size|cursor_tuple_fraction|constraint_exclusion|recursive_worktable_factor";

    private final Connection connection;
    private final String settings;

    /**
     * @param connection one that is not in the middle of a transaction; it is left as it was
     * @param settings the server's that the plans are for
     * @param schemas those of the tables, which are looked for in the search path and then in these
     */
    public Explainer(Connection connection, Map<String, String> settings, Collection<String> schemas) {
        this.connection = connection;
        Set<String> path = new LinkedHashSet<>();
        Arrays.stream(settings.getOrDefault("search_path", "public").split(","))
                .map(schema -> schema.strip().replaceFirst("^\"(.*)\"$", "$1"))
                .filter(schema -> !schema.isEmpty() && !schema.equals("$user"))
                .forEach(path::add);
        schemas.stream().sorted().forEach(path::add);
        this.settings =
                "SET TRANSACTION READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL row_security = off;"
                        + " SET LOCAL search_path = "
                        + path.stream().map(Quoted::identifier).collect(Collectors.joining(", "))
                        + ";"
                        + settings.entrySet().stream()
                                .filter(setting -> setting.getKey().matches(PLANNER))
                                .map(setting -> " SELECT set_config(name, "
                                        + Quoted.literal(setting.getValue().split(" ")[0])
                                        + ", true) FROM pg_settings WHERE name = "
                                        + Quoted.literal(setting.getKey()) + ";")
                                .collect(Collectors.joining())
                        + " SET LOCAL enable_partition_pruning = off";
    }

    /** The plan of one statement. */
    public QueryPlan plan(String sql) throws SQLException {
        if (sql.indexOf(';') >= 0) {
            throw new SQLException("a statement with a semicolon in it is not explained", "42601");
        }
        boolean auto = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(settings);
            statement.execute("PREPARE " + NAME + " AS " + sql + CaptureSession.MARK);
            try {
                return explained(statement);
            } finally {
                connection.rollback();
                statement.execute("DEALLOCATE " + NAME);
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(auto);
        }
    }

    private static QueryPlan explained(Statement statement) throws SQLException {
        int parameters;
        try (ResultSet r =
                statement.executeQuery("SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = '"
                        + NAME + "'" + CaptureSession.MARK)) {
            r.next();
            parameters = r.getInt(1);
        }
        String values = parameters == 0 ? "" : "(NULL" + ", NULL".repeat(parameters - 1) + ")";
        StringBuilder json = new StringBuilder();
        try (ResultSet r = statement.executeQuery(
                "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) EXECUTE " + NAME + values + CaptureSession.MARK)) {
            while (r.next()) {
                json.append(r.getString(1)).append('\n');
            }
        }
        return QueryPlan.ofJson(json.toString());
    }
}
