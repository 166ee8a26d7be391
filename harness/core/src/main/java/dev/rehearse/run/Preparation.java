package dev.rehearse.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.fill.Dataset;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.migration.MigrationResult;
import dev.rehearse.migration.PlannedTool;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.report.Units;
import dev.rehearse.sql.OtherSql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Builds the schema and loads the data, or takes both from a template. */
final class Preparation {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEPT = "loaded.json";
    /** Of each table what it is called, its rows, and how ANALYZE names it where it has some of which nobody knows how many. */
    private static final String TABLES = """
            SELECT CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                   greatest(c.reltuples, 0)::bigint,
                   CASE WHEN c.reltuples <= 0 AND pg_relation_size(c.oid) > 0 THEN format('%I.%I', n.nspname, c.relname) END
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'rehearse')
            ORDER BY 2 DESC""";

    /** As Flyway names one without a value. */
    private static final Pattern PLACEHOLDER = Pattern.compile("placeholder: \\$\\{([^}]+)}");

    private final Rehearsal rehearsal;
    private final PlannedTool tool;
    private final TestDatabase database;
    private final RunListener listener;

    /**
     * What was loaded.
     *
     * @param rows by table, largest first
     * @param brought whether the database had them
     * @param notes what a reader of the report should know about the data
     */
    record Loaded(Map<String, Long> rows, boolean brought, List<String> notes) {}

    Preparation(Rehearsal rehearsal, PlannedTool tool, TestDatabase database, RunListener listener) {
        this.tool = tool;
        this.rehearsal = rehearsal;
        this.database = database;
        this.listener = listener;
    }

    /** Leaves the database loaded and sealed. */
    Loaded load() throws SQLException, InterruptedException {
        Loaded loaded;
        if (database.isLoaded()) {
            loaded = database.kept(KEPT).map(Preparation::read).orElseGet(this::countWhatIsThere);
        } else {
            mustNotBeInterrupted();
            database.beginLoading();
            SchemaScripts scripts = new SchemaScripts(database);
            scripts.makeHistories(ScriptHistories.lacking(rehearsal));
            scripts.run(rehearsal.schema(), listener);
            scripts.makeRoles(rehearsal.roles());
            prepareTool();
            scripts.mustBeKnown(rehearsal.roles().application());
            try (Connection connection = database.primary().connect("rehearse-schema")) {
                SchemaWatch.mustNameWhatExists(connection, rehearsal.invariants());
            }
            loaded = fill(scripts);
            database.keep(KEPT, written(loaded));
        }
        database.seal(listener);
        return loaded;
    }

    static void mustNotBeInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("The run was interrupted before the database was loaded.");
        }
    }

    private void prepareTool() throws SQLException, InterruptedException {
        TestDatabase.Server server = database.primary();
        MigrationResult result;
        Lasting lasting = new Lasting("schema: " + tool.name(), listener);
        try {
            result = tool.prepare(server, server.user(), server.password());
        } finally {
            lasting.close();
        }
        mustNotBeInterrupted();
        if (result.lacksProgram()) {
            throw result.asMissing("The database cannot be brought to where the rehearsal begins");
        }
        if (!result.succeeded()) {
            throw new InvalidRehearsalException(
                    "The migration tool cannot bring the database to where the rehearsal begins: "
                            + (result.failedAt() == null ? "" : result.failedAt() + ": ")
                            + String.valueOf(result.message()).replaceFirst("[.!]+$", "") + ". "
                            + advice(result.message() + "\n" + result.output())
                            + (result.output().isEmpty() ? "" : " It printed:\n" + result.output()));
        }
    }

    private String advice(String said) throws SQLException {
        try (Connection connection = database.primary().connect("rehearse-schema")) {
            Optional<String> part = MissingExtension.adviceOnPart(said, connection);
            return MissingExtension.advice(said, connection)
                    .or(() -> part)
                    .or(() -> missingPlaceholder(said))
                    .or(() -> OtherSql.adviceOn(said))
                    .or(
                            () -> SchemaScripts.missingRole(said)
                                    .map(
                                            role ->
                                                    "Name the role under \"roles\" of the plan, or make it in a script under \"schema\"."))
                    .orElse(
                            "See that the tool runs on this machine"
                                    + (rehearsal.migration().flyway() == null
                                            ? ", and finds the rehearsal's database: what it finds it by besides DATABASE_URL and PG* belongs under \"environment\"."
                                            : ".")
                                    + " Where its migrations up to there do not build the schema from nothing, let"
                                    + " \"schema\" be a pg_dump of production's schema, with the rows of the tool's own history.");
        }
    }

    private static Optional<String> missingPlaceholder(String said) {
        return PLACEHOLDER
                .matcher(said)
                .results()
                .findFirst()
                .map(named -> "Give it one under \"flyway\" in the plan's migration: settings: { placeholders."
                        + named.group(1) + ": ... }.");
    }

    private Loaded fill(SchemaScripts scripts) throws SQLException {
        DatasetSpec spec = rehearsal
                .data()
                .spec()
                .keeping(Stream.concat(tool.historyTables().stream(), scripts.histories().stream())
                        .toList());
        try {
            FilledDataset filled = filled(spec);
            Map<String, Long> rows = new LinkedHashMap<>();
            filled.tables().stream()
                    .sorted(Comparator.comparingLong(t -> -t.rows()))
                    .forEach(t ->
                            rows.put(t.schema().equals("public") ? t.name() : t.schema() + "." + t.name(), t.rows()));
            List<String> notes = new ArrayList<>(scripts.notes());
            notes.addAll(filled.notes());
            rehearsal
                    .data()
                    .keeps()
                    .forEach(kept -> notes.add("The rows of " + kept.table() + " were made to keep " + kept.constraint()
                            + ", as the plan says of production's."));
            return new Loaded(rows, false, notes);
        } catch (DatasetException e) {
            throw DataFilling.explained(e);
        }
    }

    private FilledDataset filled(DatasetSpec spec) throws SQLException {
        KeptConstraints kept = new KeptConstraints();
        try (Connection connection = database.primary().connect("rehearse-dataset")) {
            kept.make(connection, rehearsal.data().keeps());
            FilledDataset filled =
                    Dataset.fill(() -> database.primary().connect("rehearse-dataset"), spec, listener::report);
            kept.takeAway(connection);
            return filled;
        }
    }

    /** An external database brings its own rows: how many, by the server's own estimate. */
    private Loaded countWhatIsThere() {
        Map<String, Long> rows = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        notes.add("the database brought its own rows; their numbers are the server's estimates");
        try (Connection connection = database.primary().connect("rehearse-schema");
                Statement statement = connection.createStatement()) {
            if (Dataset.isUnfinished(connection)) {
                throw new InvalidRehearsalException(
                        "A filling of the database was begun and has not ended, so the database is"
                                + " not whole. Fill its missing parts, or make the database anew.");
            }
            analyze(statement, notes);
            try (ResultSet tables = statement.executeQuery(TABLES)) {
                while (tables.next()) {
                    rows.put(tables.getString(1), tables.getLong(2));
                }
            }
        } catch (SQLException e) {
            throw new EnvironmentException("The database does not answer: " + e.getMessage(), e);
        }
        return new Loaded(rows, true, notes);
    }

    /** Without statistics, as after a restore, the server and the derived load take a table for an empty one, which production's is not. */
    private void analyze(Statement statement, List<String> notes) throws SQLException {
        List<String> unknown = new ArrayList<>();
        try (ResultSet tables = statement.executeQuery(TABLES)) {
            while (tables.next()) {
                if (tables.getString(3) != null) {
                    unknown.add(tables.getString(3));
                }
            }
        }
        for (int i = 0; i < unknown.size(); i++) {
            listener.report("tables that nobody has analyzed", i, unknown.size());
            statement.execute("ANALYZE " + unknown.get(i));
        }
        if (!unknown.isEmpty()) {
            notes.add("nobody had analyzed " + Units.count(unknown.size(), "table")
                    + " of the database, so Rehearse did");
        }
    }

    private static byte[] written(Loaded loaded) {
        try {
            return JSON.writeValueAsBytes(loaded);
        } catch (IOException e) {
            throw new HarnessException("What was loaded cannot be written down: " + e.getMessage(), e);
        }
    }

    private static Loaded read(byte[] content) {
        try {
            return JSON.readValue(content, Loaded.class);
        } catch (IOException e) {
            throw new HarnessException("What was kept beside the template cannot be read: " + e.getMessage(), e);
        }
    }
}
