package dev.rehearse.data.anonymize.copy;

import dev.rehearse.data.FillProgress;
import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.AnonymizeSpec;
import dev.rehearse.data.anonymize.AnonymizedSnapshot;
import dev.rehearse.data.anonymize.AnonymizedSnapshot.LeakReport;
import dev.rehearse.data.anonymize.Endpoint;
import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.dump.SchemaTools;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.leak.LeakCheck;
import dev.rehearse.data.anonymize.leak.OrdinaryWords;
import dev.rehearse.data.anonymize.leak.SourceScan;
import dev.rehearse.data.anonymize.leak.Transfer;
import dev.rehearse.data.anonymize.rules.ColumnRule;
import dev.rehearse.data.anonymize.rules.KeyFamilies;
import dev.rehearse.data.anonymize.rules.Rules;
import dev.rehearse.data.anonymize.rules.RulesReader;
import dev.rehearse.data.anonymize.rules.RulesText;
import dev.rehearse.data.anonymize.rules.Suggester;
import dev.rehearse.data.anonymize.source.ChosenRows;
import dev.rehearse.data.anonymize.source.Roles;
import dev.rehearse.data.anonymize.source.Snapshot;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceReader;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.SubsetClosure;
import dev.rehearse.data.anonymize.source.TablePart;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.anonymize.value.RecordingLeaf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Copies a database, its personal values replaced.
 *
 * <p>The source is only read, in one snapshot that several sessions share. The target must hold nothing but
 * extensions, or what an earlier run left that did not come to its end. While the schema {@code rehearse_filling} is in it, it is not whole;
 * what the run brought is taken out again when the leak check finds something.
 */
public final class Anonymizer {

    /** What one text may be worth to the filters, by estimate. */
    private static final int FEATURES_PER_VALUE = 4;

    private static final int MOST_PLACES_TOLD = 10;

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
            return RulesText.of(schema, rules(snapshot, schema, new KeyFamilies(schema), spec.rules(), true));
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
     * @throws AnonymizeException when it cannot be made; the target is then not whole. The same call goes on from there if the key is one
     *     that is kept and the source has not changed, and else begins anew
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

    private static boolean isUnicode(Connection owner) throws SQLException {
        boolean[] unicode = {false};
        new SourceReader(owner)
                .each("SHOW server_encoding", r -> unicode[0] = r.getString(1).equals("UTF8"));
        return unicode[0];
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Rules rules(
            Snapshot snapshot,
            SourceSchema schema,
            KeyFamilies families,
            AnonymizeSpec.@Nullable RulesFile file,
            boolean unicode)
            throws SQLException {
        Suggester suggester = new Suggester(snapshot.leader(), schema, families);
        Map<KeyFamilies.Place, ColumnRule> suggested = suggester.suggest();
        return file == null
                ? new Rules(suggested, Set.of(), Set.of(), suggester.ordinary(), unicode)
                : new RulesReader(file.name(), schema, families, suggested)
                        .read(file.text(), suggester.ordinary(), unicode);
    }

    private AnonymizedSnapshot into(Endpoint target) throws SQLException, IOException {
        long start = System.nanoTime();
        Path folder = Files.createTempDirectory("rehearse-anonymize-");
        Path preData = folder.resolve("pre-data.sql");
        Path postData = folder.resolve("post-data.sql");
        try (Connection owner = Snapshot.openTarget(target);
                Snapshot snapshot = Snapshot.take(source)) {
            if (!Checkpoint.holdsRun(owner)) {
                TargetObjects.mustBeNone(owner);
            }
            progress.report("reading the source's catalog", 0, -1);
            SourceSchema schema = new SourceReader(snapshot.leader()).read();
            KeyFamilies families = new KeyFamilies(schema);
            Rules rules = rules(snapshot, schema, families, spec.rules(), isUnicode(owner));
            List<String> notes = new ArrayList<>(schema.notes());
            notes.addAll(refuseNulls(schema, rules));
            SchemaTools tools = SchemaTools.find(schema.major());
            Roles.mustBeThere(snapshot.leader(), owner, target);
            boolean isSubset = !spec.subset().isAll();
            ChosenRows chosen =
                    isSubset ? new SubsetClosure(snapshot.leader(), schema, progress).find(spec.subset()) : null;
            List<TablePart> parts = SnapshotCopy.parts(schema, chosen);
            Set<String> names = parts.stream().map(TablePart::name).collect(Collectors.toSet());
            Checkpoint checkpoint =
                    checkpoint(owner, new Checkpoint.Basis(spec.key(), plan(rules), snapshot.state(), names), notes);
            progress.report("bringing the schema over", 0, -1);
            tools.dumpSection(source, snapshot.id(), "pre-data", preData);
            tools.dumpSection(source, snapshot.id(), "post-data", postData);
            // As the source has them: statements of this run are written behind them.
            List<String> scripts = List.of(Files.readString(preData), Files.readString(postData));
            if (!checkpoint.has(Checkpoint.Step.TABLES)) {
                Files.writeString(preData, Checkpoint.Step.TABLES.statement(), StandardOpenOption.APPEND);
                tools.runScript(target, preData, "making the tables");
            }
            Aftermath.dropUserMappings(owner, notes);
            Ledger ledger = new Ledger(
                    features(schema, rules, rule -> true),
                    features(schema, rules, rule -> rule.treatment() == Treatment.KEEP || rule.keepWords()),
                    rules.harmless(),
                    schema.codes());
            schema.tables()
                    .forEach(table -> table.copied().forEach(column -> {
                        long place = Ledger.place(table, column);
                        ledger.excuse(place, rules.ordinary(table, column).codes());
                        if (rules.keepsCodes(table, column)) {
                            ledger.excuse(place, OrdinaryWords.inPlaceOfNames());
                        }
                    }));
            Transfer transfer = new Transfer(snapshot, target, schema, rules, spec, ledger, progress);
            if (isSubset || rules.columns().values().stream().anyMatch(ColumnRule::keepWords)) {
                // Who is not among the chosen rows may be named in them.
                SourceScan.scan(transfer, "reading what identifies", () -> {
                    Ledger.Writer writer = ledger.writer();
                    return (table, column, kind, name, value, inside, personal) -> {
                        if (!rules.of(table, column).checksLongNumbersOnly(column)) {
                            writer.read(RecordingLeaf.readable(kind, value), personal);
                        }
                    };
                });
            }
            if (checkpoint.parts().isEmpty()) {
                progress.report("trying the rules on the first rows", 0, -1);
                RulesTrial.run(transfer, parts);
            }
            SnapshotCopy copy = new SnapshotCopy(transfer);
            Map<Long, Long> rows;
            try {
                rows = copy.run(parts, chosen == null ? -1 : chosen.count(), checkpoint.parts());
            } catch (AnonymizeException e) {
                if (copy.differs()) {
                    checkpoint.spoil();
                }
                throw e;
            }
            if (!ledger.digestSizes().isEmpty()) {
                ledger.expectDigests();
                SourceScan.scan(transfer, "reading whose digests may have been copied", () -> {
                    Ledger.Writer writer = ledger.writer();
                    return (table, column, kind, name, value, inside, personal) -> {
                        if (personal) {
                            writer.digests(value);
                        }
                    };
                });
            }
            schema.tables()
                    .forEach(table -> table.copied()
                            .forEach(column -> rules.ordinary(table, column)
                                    .keys()
                                    .forEach(keys -> ledger.excuseKeys(Ledger.place(table, column), keys))));
            LeakCheck check = new LeakCheck(transfer, Aftermath.setSequences(snapshot.leader(), owner));
            List<SourceTable> tables = new SourceReader(owner).sized(schema.tables(), rows);
            mustHaveArrived(
                    schema, rows, check.tables(tables, scripts, new SourceReader(snapshot.leader()).comments()));
            if (check.report().leaks().isEmpty()) {
                progress.report("building indexes and checking foreign keys", 0, -1);
                if (!checkpoint.has(Checkpoint.Step.INDEXES)) {
                    Files.writeString(postData, Checkpoint.Step.INDEXES.statement(), StandardOpenOption.APPEND);
                    tools.runScript(target, postData, "building indexes and checking foreign keys");
                }
                Aftermath.refreshViews(owner, notes);
                List<SourceTable> views = new SourceReader(owner).materializedViews();
                if (!views.isEmpty()) {
                    check.views(views, tables);
                }
            }
            LeakReport report = check.report();
            String remains = "";
            if (report.leaks().isEmpty()) {
                Aftermath.dropComments(owner, check.comments(), notes);
                noteWords(check.words(), notes);
                progress.report("collecting statistics", 0, -1);
                execute(owner, "VACUUM (ANALYZE)");
                checkpoint.end();
            } else {
                remains = emptied(checkpoint, owner);
            }
            return new AnonymizedSnapshot(
                    tables(schema, rules, rows), Duration.ofNanos(System.nanoTime() - start), report, remains, notes);
        } finally {
            Files.deleteIfExists(preData);
            Files.deleteIfExists(postData);
            Files.deleteIfExists(folder);
        }
    }

    /** @return why what leaks is still there; empty where it is not */
    private static String emptied(Checkpoint checkpoint, Connection owner) {
        try {
            checkpoint.spoil();
            Checkpoint.empty(owner);
            return "";
        } catch (SQLException | AnonymizeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Goes on with what an earlier process left, if that can be, or begins. */
    private Checkpoint checkpoint(Connection owner, Checkpoint.Basis basis, List<String> notes) throws SQLException {
        if (Checkpoint.isThere(owner)) {
            List<String> why = new ArrayList<>();
            Checkpoint found = Checkpoint.find(owner, basis, why);
            if (found != null) {
                String there = found.parts().size() + " parts of tables with "
                        + found.parts().values().stream()
                                .mapToLong(rows -> rows)
                                .sum() + " rows were there already";
                progress.report("going on with a run that was interrupted: " + there, 0, -1);
                notes.add("This run went on with one that was interrupted: " + there + ".");
                return found;
            }
            if (Checkpoint.holdsRun(owner)) {
                progress.report("taking out what an earlier run left", 0, -1);
                Checkpoint.empty(owner);
            }
            Checkpoint.unmark(owner);
            notes.add("An earlier run was begun anew: " + String.join(", ", why) + ".");
        }
        // What is there by now stays, so nothing may have come since the run began.
        TargetObjects.mustBeNone(owner);
        return Checkpoint.begin(owner, basis);
    }

    /** All that decides what is written, but for the rows and the key. */
    private String plan(Rules rules) {
        StringBuilder plan = new StringBuilder("7 ").append(spec.subset());
        new TreeMap<>(rules.columns().entrySet().stream()
                        .collect(Collectors.toMap(
                                each -> each.getKey().table() + "."
                                        + each.getKey().column(),
                                Map.Entry::getValue)))
                .forEach((place, rule) -> plan.append(' ')
                        .append(place)
                        .append(rule.treatment())
                        .append(rule.amount())
                        .append(rule.keepWords())
                        .append(rule.keptKeys() == null ? "" : new TreeSet<>(rule.keptKeys()))
                        .append(new TreeSet<>(rule.notCodes()))
                        .append(rule.meaning()));
        return plan.append(new TreeSet<>(rules.keptMailDomains()))
                .append(
                        rules.columns().values().stream().anyMatch(ColumnRule::keepWords)
                                ? new TreeSet<>(rules.harmless())
                                : "")
                .toString();
    }

    private static void noteWords(Set<String> words, List<String> notes) {
        if (!words.isEmpty()) {
            notes.add(
                    "Definitions (defaults, views, functions, partitions) went over as they are. Their literals and comments hold in "
                            + words.size()
                            + " places words of personal columns, or what looks like somebody's address or number: "
                            + words.stream().limit(MOST_PLACES_TOLD).collect(Collectors.joining("; "))
                            + (words.size() > MOST_PLACES_TOLD ? "; ..." : "") + ". Read them.");
        }
    }

    /** How many there are of the values of columns that are checked, by estimate. */
    private static long features(SourceSchema schema, Rules rules, Predicate<ColumnRule> which) {
        return schema.tables().stream()
                .mapToLong(table -> Math.max(table.mostRows(), 1000)
                        * table.copied().stream()
                                .filter(column ->
                                        rules.of(table, column).checks(column) && which.test(rules.of(table, column)))
                                .count()
                        * FEATURES_PER_VALUE)
                .sum();
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
                } else if (rule.treatment() == Treatment.NULL
                        && (column.type().hasUnknown() || !column.type().hasPseudonyms())) {
                    notes.add(place + " was left NULL: " + rule.reason() + ".");
                }
            }
        }
        if (!problems.isEmpty()) {
            throw AnonymizeException.input(String.join("\n", problems));
        }
        return notes;
    }

    private static void mustHaveArrived(SourceSchema schema, Map<Long, Long> rows, Map<Long, Long> arrivedRows) {
        for (SourceTable table : schema.tables()) {
            long arrived = arrivedRows.getOrDefault(table.oid(), 0L);
            long copied = rows.getOrDefault(table.oid(), 0L);
            if (arrived != copied && !table.copied().isEmpty()) {
                throw AnonymizeException.machine(
                        "Of " + copied + " rows of table " + table.label() + ", " + arrived
                                + " arrived. A rule or something in the target drops or doubles rows; it is not whole.",
                        null);
            }
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
