package dev.rehearse.loadtest.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.loadtest.LoadTestPlan;
import dev.rehearse.loadtest.replay.ParameterUse.Use;
import dev.rehearse.pgbench.Command;
import dev.rehearse.pgbench.Script;
import dev.rehearse.pgbench.SqlText;
import dev.rehearse.pgbench.Symbols;
import dev.rehearse.pgbench.Value;
import dev.rehearse.serverlog.StatementExport;
import dev.rehearse.serverlog.StatementExport.Exported;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The statements of an export as scripts for a database: the server says what types the parameters have and, by its plan, which columns they belong to,
 * and rows of the database say what values. A statement that does not run there is left out, with the server's reason. Immutable.
 *
 * @param work a script for each statement, weighted by how often it ran, and what cannot be replayed
 * @param callsPerSecond of all that can be run
 */
public record ExportedLoad(LoadTestPlan.Work work, double callsPerSecond) {

    /** {@code interval $1}, which was a literal: no parameter may stand there. */
    private static final Pattern TYPED_LITERAL =
            Pattern.compile("(?i)\\b(interval|date|timestamptz|timestamp|time)\\s+(\\$\\d+)\\b");

    private static final String SYNTAX_ERROR = "42601";
    private static final int TOTAL_WEIGHT = 1_000_000_000;
    private static final int NAME_LENGTH = 60;
    private static final int MOST_REASONS = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Asks the database. Each statement is run once, and what it wrote is rolled back.
     *
     * @param writes whether the export has statements that write
     * @param progress hears how many statements were asked about
     * @throws EnvironmentException where the database cannot be reached
     * @throws InvalidRehearsalException where none of the statements runs there
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public static ExportedLoad of(String url, StatementExport export, boolean writes, Progress progress)
            throws InterruptedException {
        DatabaseUrl database = DatabaseUrl.of(url);
        try (Connection connection = database.connect("rehearse-load-1")) {
            return new Making(connection, export, writes, progress).made();
        } catch (SQLException e) {
            throw database.cannotConnect(e);
        }
    }

    /** The making of one. For one thread. */
    private static final class Making {

        private final Connection connection;
        private final StatementExport export;
        private final boolean writes;
        private final RowSamples samples;
        private final Progress progress;
        private final Symbols symbols = new Symbols();
        private final Map<String, Long> leftOut = new LinkedHashMap<>();
        private final List<String> reasons = new ArrayList<>();
        private long notRun;
        private final Set<String> emptyTables = new TreeSet<>();
        private long plainValues;
        private long valued;

        Making(Connection connection, StatementExport export, boolean writes, Progress progress) throws SQLException {
            this.connection = connection;
            this.export = export;
            this.writes = writes;
            this.progress = progress;
            this.samples = new RowSamples(connection);
            leftOut.putAll(export.leftOut());
            execute("SET statement_timeout = '10s'");
            execute("SET plan_cache_mode = force_generic_plan");
            // A plan for NULLs would leave out all partitions.
            execute("SET enable_partition_pruning = off");
            if (!writes) {
                execute("SET default_transaction_read_only = on");
            }
        }

        private void execute(String sql) throws SQLException {
            try (java.sql.Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        ExportedLoad made() throws SQLException, InterruptedException {
            Map<Exported, Script> scripts = new LinkedHashMap<>();
            long asked = 0;
            for (Exported exported : export.statements()) {
                progress.report(
                        "trying the statements of the export",
                        asked++,
                        export.statements().size());
                if (Thread.interrupted()) {
                    throw new InterruptedException("Interrupted while the database was asked for values.");
                }
                try {
                    scripts.put(exported, script(exported, scripts.size() + 1));
                } catch (SQLException e) {
                    if (!connection.isValid(5)) {
                        throw e;
                    }
                    leaveOut(exported, e);
                }
            }
            if (scripts.isEmpty()) {
                throw new InvalidRehearsalException(
                        "None of the " + export.statements().size()
                                + " statements of the export runs in this database. " + String.join(" ", reasons()));
            }
            double rate = scripts.keySet().stream()
                    .mapToDouble(Exported::callsPerSecond)
                    .sum();
            double whole = export.statements().stream()
                    .mapToDouble(Exported::callsPerSecond)
                    .sum();
            List<String> all = new ArrayList<>(export.findings());
            all.add(String.format(
                    Locale.ROOT,
                    "%d of %d statements run here, with %.1f %% of the calls; each by itself, as an export does not"
                            + " tell transactions.",
                    scripts.size(),
                    export.statements().size(),
                    100 * rate / whole));
            if (plainValues > 0) {
                all.add(plainValues + " of " + valued
                        + " parameters belong to no column; each has one plain value of its type.");
            }
            if (!emptyTables.isEmpty()) {
                all.add("There are no rows to take values from in " + String.join(", ", emptyTables) + ".");
            }
            all.addAll(reasons());
            if (!writes) {
                all.add("Nothing was written: the sessions were read-only. Functions that act outside transactions do"
                        + " so all the same.");
            }
            List<LoadTestPlan.Weighted> weighted = new ArrayList<>();
            scripts.forEach((exported, script) -> weighted.add(new LoadTestPlan.Weighted(
                    script, (int) Math.max(1, Math.round(exported.callsPerSecond() / rate * TOTAL_WEIGHT)))));
            return new ExportedLoad(new LoadTestPlan.Work(weighted, symbols, Map.of(), false, leftOut, all), rate);
        }

        private void leaveOut(Exported exported, SQLException why) {
            leftOut.merge("statements that do not run in this database", 1L, Long::sum);
            if (++notRun > MOST_REASONS) {
                return;
            }
            String message =
                    String.valueOf(why.getMessage()).lines().findFirst().orElse("");
            reasons.add("Left out, " + exported.place() + ": " + name(exported.sql()) + ": " + message + " ("
                    + why.getSQLState() + ").");
        }

        private List<String> reasons() {
            List<String> all = new ArrayList<>(reasons);
            if (notRun > MOST_REASONS) {
                all.add("Left out, too: " + (notRun - MOST_REASONS) + " further statements that do not run here.");
            }
            return all;
        }

        private static String name(String sql) {
            String line = sql.replaceAll("\\s+", " ").strip();
            return line.length() <= NAME_LENGTH ? line : line.substring(0, NAME_LENGTH - 3) + "...";
        }

        private Script script(Exported exported, int number) throws SQLException {
            String prepared = "rehearse_export_" + number;
            String sql = prepare(prepared, exported.sql());
            try {
                List<String> types = types(prepared);
                ColumnValues values = values(prepared, sql, types, exported);
                tryOut(prepared, types, values);
                List<Integer> variables = new ArrayList<>();
                for (int i = 1; i <= types.size(); i++) {
                    variables.add(symbols.index("p" + i));
                }
                String name = number + ": " + name(exported.sql());
                return new Script(
                        name,
                        List.of(
                                new Command.Draw(exported.place(), variables, values),
                                new Command.Sql(
                                        exported.place(),
                                        SqlText.ofNumbered(sql, variables),
                                        Command.Rows.DROPPED,
                                        "")));
            } finally {
                execute("DEALLOCATE " + prepared);
            }
        }

        /** @return the statement as the server takes it */
        private String prepare(String name, String sql) throws SQLException {
            String whole = sql.strip().replaceAll(";\\s*$", "");
            try {
                execute("PREPARE " + name + " AS " + whole);
                return whole;
            } catch (SQLException e) {
                Matcher literal = TYPED_LITERAL.matcher(whole);
                if (!SYNTAX_ERROR.equals(e.getSQLState()) || !literal.find()) {
                    throw e;
                }
                String cast = literal.replaceAll(
                        found -> Matcher.quoteReplacement("CAST(" + found.group(2) + " AS " + found.group(1) + ")"));
                execute("PREPARE " + name + " AS " + cast);
                return cast;
            }
        }

        private List<String> types(String prepared) throws SQLException {
            return samples.texts(
                    "SELECT t FROM pg_prepared_statements, unnest(parameter_types::text[]) WITH ORDINALITY AS p (t, n)"
                            + " WHERE name = '" + prepared + "' ORDER BY n");
        }

        private ColumnValues values(String prepared, String sql, List<String> types, Exported exported)
                throws SQLException {
            ColumnValues values = new ColumnValues(types.size());
            if (types.isEmpty()) {
                return values;
            }
            ParameterUse use = new ParameterUse(plan(prepared, types.size()), sql);
            Map<String, List<Integer>> byRelation = new LinkedHashMap<>();
            List<Use> uses = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                Use own = samples.resolved(use.of(i + 1), use.relations(), types.get(i));
                uses.add(own);
                valued++;
                if (own.relation().isEmpty()) {
                    String plain = switch (own.kind()) {
                        case LIMIT -> Long.toString(Math.max(1, Math.min(1_000, Math.round(exported.rowsPerCall()))));
                        case OFFSET -> "0";
                        default -> ColumnValues.plain(types.get(i));
                    };
                    plainValues += own.kind() == ParameterUse.Kind.UNKNOWN ? 1 : 0;
                    values.made(i, random -> plain);
                } else {
                    byRelation
                            .computeIfAbsent(own.relation(), r -> new ArrayList<>())
                            .add(i);
                }
            }
            for (Map.Entry<String, List<Integer>> group : byRelation.entrySet()) {
                if (!samples.addTo(values, group.getKey(), group.getValue(), uses)) {
                    emptyTables.add(group.getKey());
                    group.getValue().forEach(i -> values.made(i, random -> ColumnValues.plain(types.get(i))));
                }
            }
            return values;
        }

        private JsonNode plan(String prepared, int parameters) throws SQLException {
            String nulls = "NULL, ".repeat(parameters - 1) + "NULL";
            String plan = String.join(
                    "\n",
                    samples.texts(
                            "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) EXECUTE " + prepared + " (" + nulls + ")"));
            try {
                return JSON.readTree(plan);
            } catch (JsonProcessingException e) {
                throw new dev.rehearse.HarnessException("The server's plan is no JSON: " + plan, e);
            }
        }

        /** Whatever it returns, one row is fetched. */
        private void runOnce(String sql) throws SQLException {
            try (java.sql.Statement statement = connection.createStatement()) {
                statement.setMaxRows(1);
                statement.execute(sql);
            }
        }

        /** Runs it once, and undoes it. That it takes long, or that a key or another session is in the way, does not mean that it cannot be run. */
        private void tryOut(String prepared, List<String> types, ColumnValues values) throws SQLException {
            dev.rehearse.pgbench.PgRandom random = new dev.rehearse.pgbench.PgRandom();
            random.seed(1);
            List<String> literals = new ArrayList<>();
            for (Value value : values.draw(random)) {
                literals.add(value.isNull() ? "NULL" : "'" + value.text().replace("'", "''") + "'");
            }
            connection.setAutoCommit(false);
            try {
                execute("SET LOCAL statement_timeout = '1s'");
                runOnce("EXECUTE " + prepared + (types.isEmpty() ? "" : " (" + String.join(", ", literals) + ")"));
            } catch (SQLException e) {
                String state = String.valueOf(e.getSQLState());
                if (!state.equals("57014") && !state.matches("(23|40|55).*")) {
                    throw e;
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }
}
