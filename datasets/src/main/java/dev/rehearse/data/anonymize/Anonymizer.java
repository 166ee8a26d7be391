package dev.rehearse.data.anonymize;

import dev.rehearse.data.FillProgress;
import dev.rehearse.data.anonymize.AnonymizedSnapshot.LeakReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a database, its personal values replaced.
 *
 * <p>The source is only read, in one snapshot that several sessions share. The target must be empty; while the schema
 * {@code rehearse_filling} is in it, it is not whole, and it is emptied when the leak check finds something.
 */
public final class Anonymizer {

    private static final String MARK = "rehearse_filling";
    /** What one text may be worth to the filters, by estimate. */
    private static final int FEATURES_PER_VALUE = 4;

    private final Endpoint source;
    private final AnonymizeSpec spec;
    private final FillProgress progress;

    private Anonymizer(Endpoint source, AnonymizeSpec spec, FillProgress progress) {
        this.source = source;
        this.spec = spec;
        this.progress = progress;
    }

    /**
     * The rules that would be applied, as a file to be reviewed. Reads a sample of every table. Blocks.
     *
     * @throws AnonymizeException when the source does not answer or the rules that were given are wrong
     */
    public static String suggest(Endpoint source, AnonymizeSpec spec) {
        try (Snapshot snapshot = Snapshot.take(source)) {
            SourceSchema schema = new SourceReader(snapshot.leader()).read();
            return RulesText.of(schema, rules(snapshot, schema, new KeyFamilies(schema), spec.rules()));
        } catch (SQLException e) {
            throw Troubles.explain("reading the source", e);
        }
    }

    /**
     * Makes the snapshot. Blocks; an interrupt ends it with an exception.
     *
     * @param target an empty database of PostgreSQL 14 or newer, as its owner and a superuser
     * @param progress hears of it while rows are copied
     * @return what was made: {@link AnonymizedSnapshot#isWhole} says whether it may be used
     * @throws AnonymizeException when it cannot be made; the target is then not whole and must be made anew
     */
    public static AnonymizedSnapshot run(Endpoint source, Endpoint target, AnonymizeSpec spec, FillProgress progress) {
        try {
            return new Anonymizer(source, spec, progress).into(target);
        } catch (SQLException e) {
            throw Troubles.explain("making the snapshot", e);
        } catch (IOException e) {
            throw AnonymizeException.machine("Cannot write a temporary file: " + e.getMessage() + ".", e);
        }
    }

    /** A session of the target whose text forms are those of the source's. */
    static Connection openTarget(Endpoint target) throws SQLException {
        Connection connection = target.connections().open();
        try {
            execute(
                    connection,
                    Snapshot.SETTINGS
                            + "; SET lock_timeout = '10s'; SET synchronous_commit = off; SET application_name = 'rehearse-anonymize'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Rules rules(
            Snapshot snapshot, SourceSchema schema, KeyFamilies families, AnonymizeSpec.@Nullable RulesFile file)
            throws SQLException {
        Suggester suggester = new Suggester(snapshot.leader(), schema, families);
        Map<KeyFamilies.Place, ColumnRule> suggested = suggester.suggest();
        Set<String> codes = new HashSet<>();
        suggester.codeWords().forEach(word -> codes.add(word.toLowerCase(Locale.ROOT)));
        return file == null
                ? new Rules(suggested, Set.of(), codes)
                : new RulesReader(file.name(), schema, families, suggested).read(file.text());
    }

    private AnonymizedSnapshot into(Endpoint target) throws SQLException, IOException {
        long start = System.nanoTime();
        Path folder = Files.createTempDirectory("rehearse-anonymize-");
        Path preData = folder.resolve("pre-data.sql");
        Path postData = folder.resolve("post-data.sql");
        try (Connection owner = openTarget(target)) {
            mustBeEmpty(owner);
            SourceSchema schema;
            Rules rules;
            Map<Long, Long> rows;
            LeakCheck check;
            LeakReport report;
            SchemaTools tools;
            List<String> notes = new ArrayList<>();
            try (Snapshot snapshot = Snapshot.take(source)) {
                progress.report("reading the source's catalog", 0, -1);
                schema = new SourceReader(snapshot.leader()).read();
                KeyFamilies families = new KeyFamilies(schema);
                rules = rules(snapshot, schema, families, spec.rules());
                notes.addAll(schema.notes());
                notes.addAll(refuseNulls(schema, rules));
                tools = SchemaTools.find(schema.major());
                mark(owner);
                progress.report("bringing the schema over", 0, -1);
                tools.dumpSection(source, snapshot.id(), "pre-data", preData);
                tools.dumpSection(source, snapshot.id(), "post-data", postData);
                tools.runScript(target, preData, "making the tables");
                Ledger ledger = new Ledger(features(schema), harmless(schema, rules));
                if (rules.columns().values().stream().anyMatch(ColumnRule::keepWords)) {
                    SourceScan.scan(
                            snapshot, schema, rules, spec.readers(), "reading what identifies", progress, ledger::read);
                }
                ChosenRows chosen = spec.subset().isAll()
                        ? null
                        : new SubsetClosure(snapshot.leader(), schema, progress).find(spec.subset());
                rows = new SnapshotCopy(snapshot, target, schema, rules, families, spec, ledger, progress).run(chosen);
                Aftermath.setSequences(snapshot.leader(), owner);
                check = new LeakCheck(rules, ledger, progress);
                mustHaveArrived(target, schema, rows, check);
                check.readSchema(Files.readString(preData));
                check.readSchema(Files.readString(postData));
                report = check.judge(snapshot, schema, spec.readers());
            }
            if (report.leaks().isEmpty()) {
                progress.report("building indexes and checking foreign keys", 0, -1);
                tools.runScript(target, postData, "building indexes and checking foreign keys");
                Aftermath.refreshViews(owner, notes);
                progress.report("collecting statistics", 0, -1);
                execute(owner, "VACUUM (ANALYZE)");
                execute(owner, "DROP SCHEMA " + MARK + " CASCADE");
            } else {
                empty(owner, schema);
            }
            return new AnonymizedSnapshot(
                    tables(schema, rules, rows), Duration.ofNanos(System.nanoTime() - start), report, notes);
        } finally {
            Files.deleteIfExists(preData);
            Files.deleteIfExists(postData);
            Files.deleteIfExists(folder);
        }
    }

    private static long features(SourceSchema schema) {
        return schema.tables().stream()
                .mapToLong(table -> Math.max(table.rows(), 1000)
                        * table.copied().stream()
                                .filter(column -> column.type().isTextual())
                                .count()
                        * FEATURES_PER_VALUE)
                .sum();
    }

    private static Set<String> harmless(SourceSchema schema, Rules rules) {
        Set<String> harmless = new HashSet<>(rules.harmless());
        harmless.addAll(schema.codes());
        return harmless;
    }

    private static void mustBeEmpty(Connection owner) throws SQLException {
        List<String> there = new ArrayList<>();
        new SourceReader(owner).each("""
                SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
                  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                ORDER BY 1 LIMIT 3""", r -> there.add(r.getString(1)));
        if (!there.isEmpty()) {
            throw AnonymizeException.input("The target is not empty: it has " + String.join(", ", there)
                    + ". A snapshot goes into an empty database; make the target anew (DROP DATABASE, CREATE DATABASE, and mark it"
                    + " again).");
        }
    }

    /** What {@code rehearse data fill} and {@code rehearse run} refuse, too. */
    private static void mark(Connection owner) throws SQLException {
        execute(
                owner,
                "CREATE SCHEMA " + MARK + "; CREATE TABLE " + MARK + ".filling (spec text NOT NULL); INSERT INTO "
                        + MARK + ".filling VALUES ('an anonymized snapshot')");
    }

    /** Columns that nothing is known to do with are left NULL, where they take that. */
    private static List<String> refuseNulls(SourceSchema schema, Rules rules) {
        List<String> notes = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (SourceTable table : schema.tables()) {
            for (SourceColumn column : table.copied()) {
                ColumnRule rule = rules.of(table, column);
                String place = "Column " + column.name() + " of table " + table.label();
                if (rule.treatment() == Treatment.NULL && column.notNull()) {
                    problems.add(place + " (" + column.declared() + ") takes no NULL, and " + rule.reason()
                            + ". Give it the rule keep if it identifies nobody.");
                } else if (column.type().hasUnknown() && rule.treatment() == Treatment.NULL) {
                    notes.add(place + " was left NULL: " + rule.reason() + ".");
                }
            }
        }
        if (!problems.isEmpty()) {
            throw AnonymizeException.input(String.join("\n", problems));
        }
        return notes;
    }

    /** Reads every table of the target for leaks, and counts its rows on the way. */
    private void mustHaveArrived(Endpoint target, SourceSchema schema, Map<Long, Long> rows, LeakCheck check) {
        Workers.run(spec.readers(), schema.tables(), "checking for leaks", () -> {
            Connection connection = openTarget(target);
            return new Workers.Bench<SourceTable>() {

                @Override
                public List<Connection> connections() {
                    return List.of(connection);
                }

                @Override
                public void run(SourceTable table) throws SQLException {
                    long arrived = check.read(connection, table);
                    long copied = rows.getOrDefault(table.oid(), 0L);
                    if (arrived != copied && !table.copied().isEmpty()) {
                        throw AnonymizeException.machine(
                                "Of " + copied + " rows of table " + table.label() + ", " + arrived
                                        + " arrived. A rule or something in the target drops or doubles rows; it is not whole.",
                                null);
                    }
                }

                @Override
                public void close() throws SQLException {
                    connection.close();
                }
            };
        });
    }

    private static void empty(Connection owner, SourceSchema schema) throws SQLException {
        List<String> names = schema.tables().stream().map(SourceTable::quoted).toList();
        if (!names.isEmpty()) {
            execute(owner, "TRUNCATE " + String.join(", ", names));
        }
    }

    private static List<AnonymizedSnapshot.Table> tables(SourceSchema schema, Rules rules, Map<Long, Long> rows) {
        return schema.tables().stream()
                .map(table -> new AnonymizedSnapshot.Table(
                        table.schema(),
                        table.name(),
                        rows.getOrDefault(table.oid(), 0L),
                        table.copied().stream()
                                .map(column -> {
                                    ColumnRule rule = rules.of(table, column);
                                    return new AnonymizedSnapshot.Column(
                                            column.name(), rule.treatment(), rule.personal(), rule.reason());
                                })
                                .toList()))
                .toList();
    }
}
