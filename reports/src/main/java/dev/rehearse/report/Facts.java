package dev.rehearse.report;

import static java.util.stream.Collectors.joining;

import dev.rehearse.report.RehearsalReport.Attempt;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Lock;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.RehearsalReport.Operation;
import dev.rehearse.report.RehearsalReport.Outage;
import dev.rehearse.report.RehearsalReport.PhaseSpan;
import dev.rehearse.report.RehearsalReport.Rollback;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.RehearsalReport.Statement;
import dev.rehearse.report.RehearsalReport.TableAccount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What several renderings of a report say alike, said once. */
final class Facts {

    /** Modes, weakest first; https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES. */
    private static final List<String> MODES = List.of(
            "ACCESS SHARE",
            "ROW SHARE",
            "ROW EXCLUSIVE",
            "SHARE UPDATE EXCLUSIVE",
            "SHARE",
            "SHARE ROW EXCLUSIVE",
            "EXCLUSIVE",
            "ACCESS EXCLUSIVE");

    private static final Set<String> LOADED_PHASES = Set.of("MIGRATE", "SETTLE", "ROLL_BACK", "REAPPLY");

    private final RehearsalReport report;

    Facts(RehearsalReport report) {
        this.report = report;
    }

    /** Where it ran, on how much, under what load. */
    List<String> setting() {
        List<String> setting = new ArrayList<>();
        setting.add(PlainText.oneLine(report.environment().database()));
        headTable()
                .ifPresent(table ->
                        setting.add(Units.count(table.getValue()) + " " + PlainText.oneLine(table.getKey(), 40)));
        if (report.load().ratePerSecond() > 0) {
            setting.add(rate(report.load()));
        }
        return setting;
    }

    /** What the run's numbers depend on: the largest table that the migration changes or keeps others from changing; where there is none, of all. */
    Optional<Map.Entry<String, Long>> headTable() {
        Set<String> migrated = report.statements().stream()
                .filter(statement -> statement.phase().equals("MIGRATE"))
                .flatMap(statement -> statement.locks().stream())
                .filter(lock -> lock.existedBefore() && MODES.indexOf(lock.mode()) >= MODES.indexOf("ROW EXCLUSIVE"))
                .map(lock -> unquoted(lock.relation()))
                .collect(Collectors.toSet());
        return largestTable(table -> migrated.contains(unquoted(table))).or(this::largestTable);
    }

    private static String unquoted(String name) {
        return name.replace("\"", "");
    }

    /** The table with the most rows of the plan's, and how many; of several the first by name. */
    Optional<Map.Entry<String, Long>> largestTable() {
        return largestTable(table -> true);
    }

    private Optional<Map.Entry<String, Long>> largestTable(Predicate<String> wanted) {
        return report.plan().rows().entrySet().stream()
                .filter(table -> wanted.test(table.getKey()))
                .max(Map.Entry.<String, Long>comparingByValue()
                        .thenComparing(Map.Entry.<String, Long>comparingByKey().reversed()));
    }

    /** What the migration took in a phase, all attempts together. */
    double attemptsMillis(String phase) {
        return report.attempts().stream()
                .filter(attempt -> attempt.phase().equals(phase))
                .mapToDouble(Attempt::durationMillis)
                .sum();
    }

    /** What took so long in a phase, without the time that the machine took from the migration meanwhile. */
    double own(String phase, double millis) {
        double lost = report.phases().stream()
                .filter(span -> span.phase().equals(phase) && Double.isFinite(span.lostMillis()))
                .mapToDouble(PhaseSpan::lostMillis)
                .sum();
        return Math.max(0, millis - lost);
    }

    /** By how much the database was larger in between than before; NaN where nobody could see. */
    double diskNeededBytes() {
        long before = report.server().databaseBytesBefore();
        long peak = report.server().databaseBytesPeak();
        return before < 0 || peak < 0 ? Double.NaN : Math.max(0, peak - before);
    }

    private static String rate(RehearsalReport.Load load) {
        // What is one rate all the time is a number and its unit; what changes is said in words.
        return load.rate().contains(" ")
                ? PlainText.oneLine(load.rate(), 80) + ", operations"
                : Units.rate(load.ratePerSecond()) + " operations/s";
    }

    /** How a statement is called: "statement 2 (V7__widen.sql:9)". */
    String statementName(int index) {
        if (index < 0 || index >= report.statements().size()) {
            return "no statement";
        }
        String source = report.statements().get(index).source();
        return "statement " + (index + 1) + (source == null ? "" : " (" + PlainText.oneLine(source, 48) + ")");
    }

    Optional<Statement> statement(int index) {
        return index < 0 || index >= report.statements().size()
                ? Optional.empty()
                : Optional.of(report.statements().get(index));
    }

    /**
     * The lock on what existed before that stands most in the way: by mode, then a table before its indexes, then by how long it was
     * held.
     */
    static Optional<Lock> strongestLock(Statement statement) {
        return statement.locks().stream()
                .filter(Lock::existedBefore)
                .max(Comparator.<Lock>comparingInt(lock -> MODES.indexOf(lock.mode()))
                        .thenComparing(lock ->
                                !lock.kind().endsWith("index") && !lock.kind().startsWith("TOAST"))
                        .thenComparingDouble(Lock::heldMillis));
    }

    /** Whether plain INSERT, UPDATE and DELETE wait for the mode; those that stop reads stop writes too. */
    static boolean blocksWriters(String mode) {
        return MODES.indexOf(mode) >= MODES.indexOf("SHARE");
    }

    /** What the server said that it did: "table rewritten". */
    static List<String> work(Statement statement) {
        List<String> work = new ArrayList<>();
        if (!statement.rewrites().isEmpty()) {
            work.add("rewrites " + names(statement.rewrites()));
        }
        if (!statement.scans().isEmpty()) {
            work.add("scans " + names(statement.scans()));
        }
        if (!statement.indexBuilds().isEmpty()) {
            work.add("builds " + names(statement.indexBuilds()));
        }
        return work;
    }

    private static String names(List<String> names) {
        String first = PlainText.oneLine(names.get(0), 60);
        return names.size() == 1 ? first : first + " and " + (names.size() - 1) + " more";
    }

    /** Longest first. */
    List<LockWait> applicationWaits() {
        return report.lockWaits().stream()
                .filter(wait -> wait.waiterKind().equals("APPLICATION"))
                .sorted(Comparator.comparingDouble(LockWait::millis).reversed())
                .toList();
    }

    /** What of a wait the verdict counts; of a report that does not say, all. */
    static double counted(LockWait wait) {
        return wait.countedMillis() >= 0 ? wait.countedMillis() : wait.millis();
    }

    /** The same of an outage. */
    static double counted(Outage outage) {
        return outage.countedMillis() >= 0 ? outage.countedMillis() : outage.millis();
    }

    /** The application's longest wait per statement. */
    Map<Integer, LockWait> worstWaitByStatement() {
        Map<Integer, LockWait> worst = new TreeMap<>();
        for (LockWait wait : applicationWaits()) {
            if (wait.statement() >= 0) {
                worst.putIfAbsent(wait.statement(), wait);
            }
        }
        return worst;
    }

    List<Finding> findings(Severity... severities) {
        Set<Severity> wanted = Set.of(severities);
        return report.findings().stream()
                .filter(finding -> wanted.contains(finding.severity()))
                .toList();
    }

    /** Failures of the application from the migration on, by SQLSTATE, most frequent first. */
    Map<String, Long> errors() {
        Map<String, Long> sum = new TreeMap<>();
        for (Operation operation : report.operations()) {
            if (LOADED_PHASES.contains(operation.phase())) {
                operation.errorsBySqlState().forEach((state, n) -> sum.merge(state, n, Long::sum));
            }
        }
        return mostFrequentFirst(sum);
    }

    /** Operations due from the migration on. */
    long operations() {
        return report.operations().stream()
                .filter(operation -> LOADED_PHASES.contains(operation.phase()))
                .mapToLong(Operation::count)
                .sum();
    }

    static Map<String, Long> mostFrequentFirst(Map<String, Long> counts) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(e -> sorted.put(e.getKey(), e.getValue()));
        return sorted;
    }

    static String errorsInWords(Map<String, Long> errors) {
        return mostFrequentFirst(errors).entrySet().stream()
                .map(e -> Units.count(e.getValue()) + " × " + SqlStates.inWords(e.getKey()))
                .collect(joining(", "));
    }

    /** "1.6 s, rolled back", "failed: MIGRATION_FAILED, LOCK_WAIT", "not run". */
    String migrationInWords(Migration migration) {
        if (migration.outcome().equals("NOT_RUN")) {
            return "not run";
        }
        List<String> words = new ArrayList<>();
        words.add(
                migration.outcome().equals("SUCCEEDED")
                        ? Units.millis(migration.durationMillis())
                        : PlainText.oneLine(migration.outcome().toLowerCase(Locale.ROOT), 20) + " after "
                                + Units.millis(migration.durationMillis()));
        Boolean rolledBack = migration.rolledBack();
        if (rolledBack != null) {
            words.add(rolledBack ? "rolled back" : "not rolled back");
        }
        List<String> bad = migration.findings().stream()
                .filter(id -> findings(Severity.BREACH).stream().anyMatch(f -> f.id().equals(id)))
                .toList();
        return String.join(", ", words) + (bad.isEmpty() ? "" : ": " + PlainText.oneLine(String.join(", ", bad), 60));
    }

    String rollbackInWords() {
        Rollback rollback = report.rollback();
        if (!rollback.ran()) {
            return "not rehearsed";
        }
        List<String> words = new ArrayList<>();
        String outcome = rollback.outcome();
        words.add(Units.millis(rollback.durationMillis())
                + (outcome == null || outcome.equals("SUCCEEDED") ? "" : ", " + outcome));
        words.add(restoredInWords(
                rollback.schemaRestored(), rollback.differences().size()));
        if (rollback.byTable().stream().allMatch(account -> account.written() + account.sampled() == 0)) {
            words.add("no row looked up again");
        } else {
            words.add(rollback.rowsLost() == 0 ? "no row lost" : Units.count(rollback.rowsLost(), "row") + " lost");
            words.add(rollback.valuesLost() == 0 ? "no value lost" : lostValues(rollback));
        }
        if (rollback.reapplied() != null) {
            words.add(rollback.reapplied() ? "migrated again" : "migrating again failed");
        }
        return String.join(", ", words);
    }

    private static String restoredInWords(@Nullable Boolean restored, int differences) {
        if (restored == null) {
            return "schema not compared";
        }
        return restored ? "schema restored" : "schema not restored (" + Units.count(differences, "difference") + ")";
    }

    private static String lostValues(Rollback rollback) {
        String where = rollback.byTable().stream()
                .filter(account -> account.valuesLost() > 0)
                .max(Comparator.comparingLong(TableAccount::valuesLost))
                .map(account -> " in " + PlainText.oneLine(account.table(), 40))
                .orElse("");
        return Units.count(rollback.valuesLost(), "value") + " lost" + where;
    }

    /** From the first phase to the end of the last. */
    double durationMillis() {
        return report.phases().stream()
                .mapToDouble(phase -> phase.startMillis() + phase.durationMillis())
                .max()
                .orElse(0);
    }
}
