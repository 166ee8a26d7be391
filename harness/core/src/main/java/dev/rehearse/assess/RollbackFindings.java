package dev.rehearse.assess;

import dev.rehearse.assess.statement.Reading;
import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Budget.RollbackRule;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Judges the way back: whether there is one, whether it works and restores, and what became of the rows and values. */
final class RollbackFindings {

    private static final Pattern WRITES_ANEW = Pattern.compile(
            "(?:refresh\\s+materialized\\s+view|vacuum|reindex|analy[sz]e|cluster|checkpoint)\\b",
            Pattern.CASE_INSENSITIVE);

    private RollbackFindings() {}

    static List<Finding> of(Facts facts) {
        Recording recording = facts.recording();
        List<Finding> findings = new ArrayList<>();
        if (!recording.plan().hasRollback() && !leavesNothingToTakeBack(facts)) {
            findings.add(missing(recording));
        }
        MigrationFindings.lastAttempts(recording, Phase.ROLL_BACK).stream()
                .filter(a -> a.outcome() != Outcome.SUCCEEDED)
                .findFirst()
                .ifPresent(a -> findings.add(failed(facts, a)));
        notRestored(recording, findings);
        losses(recording, findings);
        goneBetween(recording, findings);
        reapplied(facts, findings);
        return findings;
    }

    /** Whether the migration only read, or wrote anew what is there, and the schema is as it was. */
    private static boolean leavesNothingToTakeBack(Facts facts) {
        List<StatementFact> statements = facts.statements(Phase.MIGRATE);
        return !statements.isEmpty()
                && facts.recording().schema().changes().stream().allMatch(SchemaDifference::clustersOnly)
                && NothingMigrated.withoutHistory(facts.recording(), statements).stream()
                        .allMatch(s -> Reading.isOneBut(
                                s.sql(), part -> WRITES_ANEW.matcher(part).lookingAt()));
    }

    private static Finding missing(Recording recording) {
        boolean required = recording.plan().budget().rollback() == RollbackRule.REQUIRED;
        ToolFacts tool = recording.plan().project();
        return new Finding(
                "ROLLBACK_MISSING",
                required ? Severity.BREACH : Severity.DANGER,
                "There is no way back",
                -1,
                "no down script",
                required ? "required" : "tested where there is one",
                tool == null || tool.withoutUndo().isEmpty()
                        ? List.of("the plan names no script that rolls back")
                        : List.of(
                                "the plan names no script that rolls back",
                                tool.title() + " cannot take back " + String.join(", ", tool.withoutUndo())),
                "If the release goes wrong after the migration, nothing rehearsed undoes it.",
                "Write the down script and rehearse it, or plan a corrective migration and rehearse that.",
                null);
    }

    private static Finding failed(Facts facts, Attempt attempt) {
        List<String> evidence = evidence(attempt);
        facts.statements(Phase.ROLL_BACK).stream()
                .filter(s -> s.outcome() != Outcome.SUCCEEDED)
                .forEach(s -> evidence.add("statement " + (s.index() + 1) + ": " + Words.oneLine(s.sql())));
        return new Finding(
                "ROLLBACK_FAILED",
                Severity.BREACH,
                "The rollback failed"
                        + (attempt.sqlState() == null
                                ? ""
                                : " with " + attempt.sqlState() + ErrorFindings.meaning(attempt.sqlState())),
                -1,
                attempt.sqlState() == null ? "failed" : attempt.sqlState(),
                "succeeds",
                evidence,
                "On the night of the release the way back ends half way.",
                MigrationFailure.wayOut(attempt.sqlState(), "Mend the down script and rehearse again."),
                null);
    }

    private static List<String> evidence(Attempt attempt) {
        List<String> evidence = new ArrayList<>();
        if (attempt.message() != null) {
            evidence.add(attempt.message());
        }
        evidence.addAll(MigrationFindings.printed(attempt));
        evidence.add(MigrationFindings.inWords(attempt));
        return evidence;
    }

    private static void notRestored(Recording recording, List<Finding> findings) {
        List<SchemaDifference> differences = recording.schema().notRestored();
        if (differences != null && !differences.isEmpty()) {
            findings.add(new Finding(
                    "SCHEMA_NOT_RESTORED",
                    Severity.BREACH,
                    "The rollback does not restore "
                            + Words.some(differences.stream()
                                    .map(SchemaDifference::object)
                                    .toList()),
                    -1,
                    Units.count(differences.size(), "difference"),
                    "none",
                    differences.stream().limit(10).map(RollbackFindings::words).toList(),
                    differences.stream().allMatch(SchemaDifference::standsElsewhere)
                            ? "Rows get numbers that are there: their INSERT fails (23505), or two rows have the same where nothing keeps them apart."
                            : "The old application meets a schema that it was never tested on.",
                    "Complete the down script until before and after are the same."
                            + (differences.stream().anyMatch(SchemaDifference::standsElsewhere)
                                    ? " A sequence goes on from the greatest number that is there with setval('...', (SELECT max(...) FROM ...))."
                                    : ""),
                    null));
        }
        List<SchemaDifference> left = recording.schema().leftOnServer();
        if (!left.isEmpty()) {
            findings.add(new Finding(
                    "LEFT_ON_SERVER",
                    Severity.DANGER,
                    "The rollback leaves what all databases of the server share",
                    -1,
                    Units.count(left.size(), "object"),
                    "none",
                    left.stream().limit(10).map(RollbackFindings::words).toList(),
                    "It stays on production's server, for every database there, until somebody drops it.",
                    "Let the down script drop it, or make it outside of the migration.",
                    null));
        }
    }

    static String words(SchemaDifference difference) {
        if (difference.before() == null) {
            return difference.object() + " is new: " + Words.oneLine(String.valueOf(difference.after()));
        }
        if (difference.after() == null) {
            return difference.object() + " is gone: " + Words.oneLine(difference.before());
        }
        return difference.object() + " was " + Words.whereItDiffers(difference.before(), difference.after()) + ", is "
                + Words.whereItDiffers(difference.after(), difference.before());
    }

    /**
     * What is missing.
     *
     * @param oldTables those that were there before
     * @param oldValues values by column that was there before
     * @param youngValues values by column that the migration added, which go with the rollback by nature
     * @param youngRows rows by table that the migration added, which go as these do
     */
    record Losses(
            List<TableAccount> oldTables,
            Map<String, Long> oldValues,
            Map<String, Long> youngValues,
            Map<String, Long> youngRows) {

        static Losses of(Recording recording) {
            Set<String> added = recording.schema().changes().stream()
                    .filter(change -> change.before() == null)
                    .map(change -> withoutQuotes(change.object()))
                    .collect(Collectors.toSet());
            boolean rolledBack = recording.account().verifiedAfter() == Phase.ROLL_BACK;
            List<TableAccount> oldTables = new ArrayList<>();
            Map<String, Long> old = new TreeMap<>();
            Map<String, Long> young = new TreeMap<>();
            Map<String, Long> rows = new TreeMap<>();
            for (TableAccount table : recording.account().tables()) {
                table.lostByColumn().forEach((column, values) -> {
                    String name = table.table() + "." + column;
                    (added.contains(withoutQuotes("column " + name)) ? young : old).merge(name, values, Long::sum);
                });
                if (!rolledBack || !added.contains(withoutQuotes("table " + table.table()))) {
                    oldTables.add(table);
                } else if (table.rowsLost() > 0) {
                    rows.put(table.table(), table.rowsLost());
                }
            }
            return new Losses(oldTables, old, young, rows);
        }

        /** An account has a column's name without the quotes that it needs. */
        private static String withoutQuotes(String object) {
            return object.replace("\"", "");
        }

        /** Rows that are gone from what was there before. */
        long rows() {
            return rowsLost(oldTables);
        }
    }

    static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * After a rollback nothing may be missing; without one the migration may have meant to change it, which only its author knows.
     * What was written into columns and tables that the migration added goes with the rollback by nature; anything else that goes is a loss of data.
     */
    private static void losses(Recording recording, List<Finding> findings) {
        Losses losses = Losses.of(recording);
        List<TableAccount> tables = losses.oldTables();
        Severity severity = recording.account().verifiedAfter() == Phase.ROLL_BACK ? Severity.BREACH : Severity.DANGER;
        if (losses.rows() > 0 && severity == Severity.DANGER && leavesBehind(tables)) {
            findings.add(leftBehind(tables, " lost"));
        } else if (losses.rows() > 0) {
            findings.add(lost(
                    "ROWS_LOST",
                    severity,
                    Units.count(losses.rows(), "row") + " lost",
                    losses.rows(),
                    byTable(tables)));
        }
        long values = sum(losses.oldValues());
        if (values > 0) {
            findings.add(lost(
                    "VALUES_LOST",
                    severity,
                    Units.count(values, "value") + " lost or changed",
                    values,
                    byColumn(losses.oldValues())));
        }
        youngLosses(losses).ifPresent(findings::add);
    }

    private static Optional<Finding> youngLosses(Losses losses) {
        List<String> what = new ArrayList<>();
        if (!losses.youngRows().isEmpty()) {
            what.add(Units.count(sum(losses.youngRows()), "row") + " in new tables");
        }
        if (!losses.youngValues().isEmpty()) {
            what.add(Units.count(sum(losses.youngValues()), "value") + " in new columns");
        }
        if (what.isEmpty()) {
            return Optional.empty();
        }
        List<String> evidence = new ArrayList<>(byColumn(losses.youngRows()));
        evidence.addAll(byColumn(losses.youngValues()));
        return Optional.of(new Finding(
                "NEW_VALUES_LOST",
                Severity.DANGER,
                "The rollback drops what the application wrote: " + Words.some(what),
                -1,
                Words.some(what),
                "not judged: these were not there before",
                evidence,
                "What users entered since the migration is gone after the rollback.",
                "Rename the column or the table with a _deprecated suffix instead of dropping it, or save what is in it first.",
                null));
    }

    /** Nobody means that: who deletes on purpose deletes older rows, too. */
    private static boolean losesWhatIsWritten(TableAccount table) {
        return table.rowsLost() > 0
                && table.sampledRowsLost() == 0
                && !Chance.explainsLoss(table.rowsLost(), table.written(), table.sampled());
    }

    /** Whether some of them lost only rows that the application wrote meanwhile. */
    static boolean leavesBehind(List<TableAccount> tables) {
        return tables.stream().anyMatch(RollbackFindings::losesWhatIsWritten);
    }

    /** What the migration lost and a rollback brings back is gone wherever nobody rolls back. */
    private static void goneBetween(Recording recording, List<Finding> findings) {
        List<TableAccount> tables = recording.account().beforeRollback();
        long gone = goneUntilRollback(recording);
        if (gone > 0 && leavesBehind(tables)) {
            findings.add(leftBehind(tables, " gone after the migration, and back after the rollback"));
        } else if (gone > 0) {
            findings.add(new Finding(
                    "ROWS_LOST",
                    Severity.DANGER,
                    Units.count(gone, "row") + " gone after the migration, and back after the rollback",
                    -1,
                    Units.count(gone),
                    "none",
                    byTable(tables),
                    "The application does not find them on the new schema; only you know whether that was meant.",
                    "Keep them in the table, or give the application a view of where they are.",
                    null));
        }
    }

    /** Rows that the rollback brought back; 0 where some stayed away, as those are told by themselves. */
    static long goneUntilRollback(Recording recording) {
        Recording.RowAccount account = recording.account();
        return account.verifiedAfter() == Phase.ROLL_BACK
                        && Losses.of(recording).rows() == 0
                ? rowsLost(account.beforeRollback())
                : 0;
    }

    private static long rowsLost(List<TableAccount> tables) {
        return tables.stream()
                .mapToLong(table -> table.rowsLost() + table.sampledRowsLost())
                .sum();
    }

    private static List<String> byTable(List<TableAccount> tables) {
        return tables.stream()
                .filter(table -> table.rowsLost() + table.sampledRowsLost() > 0)
                .map(table -> table.table() + ": " + Units.count(table.rowsLost()) + " of "
                        + Units.count(table.written(), "row") + " that the application wrote, "
                        + Units.count(table.sampledRowsLost()) + " of " + Units.count(table.sampled(), "older row")
                        + " looked up again")
                .toList();
    }

    private static Finding leftBehind(List<TableAccount> tables, String where) {
        long rows = rowsLost(tables);
        return new Finding(
                "ROWS_LOST",
                Severity.BREACH,
                Units.count(rows, "row") + where + ", of "
                        + Words.some(tables.stream()
                                .filter(RollbackFindings::losesWhatIsWritten)
                                .map(TableAccount::table)
                                .toList())
                        + " only such as the application wrote meanwhile",
                -1,
                Units.count(rows),
                "none",
                byTable(tables),
                "What users enter while rows are copied stays behind where they were.",
                "Let a trigger write both before the copy begins; or copy under LOCK TABLE ... IN SHARE MODE, where writers can wait that long.",
                null);
    }

    private static List<String> byColumn(Map<String, Long> columns) {
        return columns.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(10)
                .map(e -> e.getKey() + ": " + Units.count(e.getValue()))
                .toList();
    }

    private static Finding lost(String id, Severity severity, String title, long measured, List<String> evidence) {
        return new Finding(
                id,
                severity,
                title,
                -1,
                Units.count(measured),
                "none",
                evidence,
                "Data that users entered is gone or changed"
                        + (severity == Severity.BREACH
                                ? "."
                                : "; without a rollback only you know whether that was meant."),
                "Keep the old structure until the new one is proven; copy before you drop.",
                null);
    }

    private static void reapplied(Facts facts, List<Finding> findings) {
        boolean failed = Boolean.FALSE.equals(MigrationFindings.reapplied(facts.recording()));
        MigrationFindings.lastAttempts(facts.recording(), Phase.REAPPLY).stream()
                .filter(a -> failed && a.outcome() != Outcome.SUCCEEDED)
                .findFirst()
                .ifPresent(attempt -> findings.add(new Finding(
                        "REAPPLY_FAILED",
                        Severity.BREACH,
                        "After the rollback the migration cannot be run again",
                        -1,
                        attempt.sqlState() == null ? "failed" : attempt.sqlState(),
                        "succeeds",
                        evidence(attempt),
                        "A release that was rolled back once cannot go out a second time.",
                        "Let the down script remove everything that the up script makes.",
                        null)));
        List<SchemaDifference> differs = facts.recording().schema().reapplyDiffers();
        if (!failed && differs != null && !differs.isEmpty()) {
            findings.add(new Finding(
                    "REAPPLY_DIFFERS",
                    Severity.DANGER,
                    "Migrating again gives another schema: " + Words.differ(differs.size()),
                    -1,
                    Units.count(differs.size(), "difference"),
                    "none",
                    differs.stream().limit(10).map(RollbackFindings::words).toList(),
                    "Two databases with the same history are not the same.",
                    "Let the down script restore what the up script found.",
                    null));
        }
    }
}
