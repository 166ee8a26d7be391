package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges what became of the rows and values, after the rollback, or after the migration where there was none. Stateless. */
final class LossFindings {

    private static final Pattern PRIMARY_KEY = Pattern.compile("PRIMARY KEY \\(([^)]*)\\)");

    private LossFindings() {}

    static List<Finding> of(Recording recording) {
        List<Finding> findings = new ArrayList<>();
        losses(recording, findings);
        goneBetween(recording, findings);
        return findings;
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
            findings.add(rowsLeftBehind(tables, " lost"));
        } else if (losses.rows() > 0) {
            findings.add(lost(
                    "ROWS_LOST",
                    severity,
                    Units.count(losses.rows(), "row") + " lost",
                    losses.rows(),
                    with(keysMadeAnew(recording, tables), byTable(tables))));
        }
        long values = sum(losses.oldValues());
        Map<String, Long> behind = valuesLeftBehind(recording, tables);
        if (severity == Severity.DANGER && !behind.isEmpty()) {
            findings.add(valuesLeftBehind(behind, values, losses.oldValues(), ""));
        } else if (values > 0) {
            findings.add(lost(
                    "VALUES_LOST",
                    severity,
                    Units.count(values, "value") + " lost or changed",
                    values,
                    with(keysMadeAnew(recording, tables), byColumn(losses.oldValues()))));
        }
        youngLosses(losses).ifPresent(findings::add);
    }

    private static List<String> with(List<String> first, List<String> others) {
        return Stream.concat(first.stream(), others.stream()).toList();
    }

    /** Tables whose rows were looked up by a key that is not the one they had: others may have the numbers of some by now. */
    private static List<String> keysMadeAnew(Recording recording, List<TableAccount> tables) {
        List<SchemaDifference> changes = recording.schema().changes();
        List<String> anew = tables.stream()
                .filter(table ->
                        table.rowsLost() + table.sampledRowsLost() + table.valuesLost() + table.sampledValuesLost() > 0)
                .map(TableAccount::table)
                .filter(table -> changes.stream()
                        .filter(change -> change.object().startsWith("constraint " + table + "."))
                        .map(change -> PRIMARY_KEY.matcher(String.valueOf(change.before())))
                        .filter(Matcher::lookingAt)
                        .flatMap(key -> Stream.of(key.group(1).split(", ")))
                        .anyMatch(column -> changes.stream()
                                .anyMatch(change -> change.object().equals("column " + table + "." + column)
                                        && change.after() == null)))
                .toList();
        return anew.isEmpty() || recording.account().verifiedAfter() != Phase.ROLL_BACK
                ? List.of()
                : List.of(
                        "the migration dropped the key of " + Words.some(anew)
                                + ", and the rollback made it anew: rows have other numbers in it, and what refers to them from outside finds others");
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
        return tables.stream().anyMatch(LossFindings::losesWhatIsWritten);
    }

    /**
     * Values by column that are lost only of rows that the application wrote meanwhile, in columns that are defined as before. Nobody means that, either: who
     * changes values on purpose changes those of older rows, too.
     */
    private static Map<String, Long> valuesLeftBehind(Recording recording, List<TableAccount> tables) {
        Set<String> changed = recording.schema().changes().stream()
                .map(change -> Losses.withoutQuotes(change.object()))
                .collect(Collectors.toSet());
        Map<String, Long> behind = new TreeMap<>();
        tables.stream()
                .filter(table -> table.sampledValuesLost() == 0)
                .forEach(table -> table.lostByColumn().forEach((column, lost) -> {
                    String name = table.table() + "." + column;
                    if (!changed.contains(Losses.withoutQuotes("column " + name))
                            && !Chance.explainsLoss(lost, table.written(), table.sampled())) {
                        behind.put(name, lost);
                    }
                }));
        return behind;
    }

    /**
     * @param values all that are lost
     * @param where and what became of them after that
     */
    private static Finding valuesLeftBehind(
            Map<String, Long> behind, long values, Map<String, Long> byColumn, String where) {
        return leftBehind(
                "VALUES_LOST",
                Units.count(values, "value") + " lost" + where,
                List.copyOf(behind.keySet()),
                values,
                byColumn(byColumn),
                "What users change while rows are copied, or written anew, is as it was before.");
    }

    /** What the migration lost and a rollback brings back is gone wherever nobody rolls back. */
    private static void goneBetween(Recording recording, List<Finding> findings) {
        List<TableAccount> tables = recording.account().beforeRollback();
        Map<String, Long> behind = valuesBehindUntilRollback(recording);
        if (!behind.isEmpty()) {
            findings.add(
                    valuesLeftBehind(behind, sum(behind), behind, " after the migration, and back after the rollback"));
        }
        long gone = goneUntilRollback(recording);
        if (gone > 0 && leavesBehind(tables)) {
            findings.add(rowsLeftBehind(tables, " gone after the migration, and back after the rollback"));
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

    /** Values by column that were left behind and that the rollback brought back; none where some stayed away, as those are told by themselves. */
    static Map<String, Long> valuesBehindUntilRollback(Recording recording) {
        Recording.RowAccount account = recording.account();
        return account.verifiedAfter() == Phase.ROLL_BACK
                        && Losses.of(recording).oldValues().isEmpty()
                ? valuesLeftBehind(recording, account.beforeRollback())
                : Map.of();
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

    private static Finding rowsLeftBehind(List<TableAccount> tables, String where) {
        long rows = rowsLost(tables);
        return leftBehind(
                "ROWS_LOST",
                Units.count(rows, "row") + where,
                tables.stream()
                        .filter(LossFindings::losesWhatIsWritten)
                        .map(TableAccount::table)
                        .toList(),
                rows,
                byTable(tables),
                "What users enter while rows are copied stays behind where they were.");
    }

    /** @param of of which only what the application wrote meanwhile is lost */
    private static Finding leftBehind(
            String id, String lost, List<String> of, long measured, List<String> evidence, String effect) {
        return new Finding(
                id,
                Severity.BREACH,
                lost + ", of " + Words.some(of) + " only such as the application wrote meanwhile",
                -1,
                Units.count(measured),
                "none",
                evidence,
                effect,
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
}
