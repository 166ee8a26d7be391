package dev.rehearse.assess;

import dev.rehearse.assess.Chance.Failure;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Outage;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges what the application's users felt: errors, outages, response times ({@link ResponseFindings}). */
final class ApplicationFindings {

    private static final List<Phase> JUDGED = List.of(Phase.MIGRATE, Phase.SETTLE, Phase.ROLL_BACK);

    /** What it says where a checked read gave another number of rows. */
    private static final String WRONG_ROWS = "RH001";

    /** First words of a statement after which whoever reads a table finds the same rows in it. */
    private static final Pattern LEAVES_ROWS = Pattern.compile(
            "(alter(?!.*\\b(partition|inherit|policy|row\\s+level\\s+security|rename\\s+to|set\\s+schema|type\\b.*\\busing)\\b)"
                    + "|create(?!\\s+(or\\s+replace\\s+)?(policy|rule|view)\\b)"
                    + "|drop\\s+(index|trigger)|comment|grant|revoke|reindex|cluster|vacuum|analy[sz]e|lock)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Classes of errors by which the server refuses what no longer fits the schema. */
    private static final Set<String> UNFITTING = Set.of("22", "23", "42");

    static final Predicate<LockMode> WRITING = mode -> mode.compareTo(LockMode.ROW_EXCLUSIVE) >= 0;

    private ApplicationFindings() {}

    static List<Finding> of(Facts facts, List<Outage> outages) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(errors(facts));
        findings.addAll(cachedPlans(facts));
        findings.addAll(longestOutage(facts, outages));
        findings.addAll(ResponseFindings.of(facts));
        Slowdown.find(facts).ifPresent(findings::add);
        OldApplication.find(facts).ifPresent(findings::add);
        return findings;
    }

    private static List<Finding> cachedPlans(Facts facts) {
        List<Operation> failed = JUDGED.stream()
                .flatMap(phase -> facts.operationsDueIn(phase).stream())
                .filter(operation -> facts.isFailedCachedPlan(operation))
                .toList();
        if (failed.isEmpty()) {
            return List.of();
        }
        return List.of(new Finding(
                "CACHED_PLAN",
                Severity.DANGER,
                Units.count(failed.size()) + " prepared SELECT * failed once on the changed table",
                statementOfFirstError(facts, failed),
                Units.count(failed.size(), "failure"),
                "not judged: the derived workload reads so on purpose",
                failed.stream()
                        .map(operation -> facts.kind(operation).name())
                        .distinct()
                        .limit(8)
                        .toList(),
                "An application that reads SELECT * through prepared statements inside transactions gets error 0A000"
                        + " once for each connection.",
                advice(Map.of(Facts.CACHED_PLAN, 1L)),
                "APP-01"));
    }

    private static List<Finding> errors(Facts facts) {
        Double allowed = facts.recording().plan().budget().errorShare();
        if (allowed == null) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        for (Phase phase : JUDGED) {
            if (hasTooManyErrors(facts, phase)) {
                findings.add(tooManyErrors(facts, phase, allowed));
            } else if (isBeyond(facts, phase, Set.of())) {
                findings.add(fewErrors(facts, phase, allowed));
            }
        }
        return findings;
    }

    /** Whether more operations due in the phase failed than the budget allows, and not by chance. */
    static boolean hasTooManyErrors(Facts facts, Phase phase) {
        return isBeyond(
                facts,
                phase,
                Chance.failures(
                        facts.judgedOperations(phase),
                        before(facts),
                        facts.recording().schema().changes()));
    }

    /** All that ran on the schema as it was. */
    private static List<Operation> before(Facts facts) {
        return Stream.of(Phase.WARM_UP, Phase.BASELINE)
                .flatMap(phase -> facts.judgedOperations(phase).stream())
                .toList();
    }

    private static boolean isBeyond(Facts facts, Phase phase, Set<Failure> leftOut) {
        Double allowed = facts.recording().plan().budget().errorShare();
        Map<String, Long> errors = errors(facts.judgedOperations(phase), leftOut);
        Map<String, Long> known = errors(facts.judgedOperations(Phase.BASELINE), leftOut);
        long count = facts.statistics(phase).count();
        double beyond = share(sum(errors), count)
                - share(sum(known), facts.statistics(Phase.BASELINE).count());
        // No share of other errors in the baseline excuses an error that it did not have.
        errors.keySet().removeAll(known.keySet());
        return allowed != null && Math.max(beyond, share(sum(errors), count)) > allowed;
    }

    private static Map<String, Long> errors(List<Operation> operations, Set<Failure> leftOut) {
        Map<String, Long> errors = new TreeMap<>();
        Chance.failures(operations).forEach((failure, count) -> {
            if (!leftOut.contains(failure)) {
                errors.merge(failure.error(), count, Long::sum);
            }
        });
        return errors;
    }

    private static long sum(Map<String, Long> errors) {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Finding fewErrors(Facts facts, Phase phase, double allowed) {
        OperationStatistics then = facts.statistics(phase);
        OperationStatistics before = OperationStatistics.of(before(facts));
        Set<Failure> earlier = Chance.failures(before(facts)).keySet();
        boolean mayBeTheMigrations = facts.judgedOperations(phase).stream()
                .anyMatch(o -> o.outcome() != Outcome.SUCCEEDED
                        && !earlier.contains(Failure.of(o))
                        && locking(
                                        facts.recording().statements(),
                                        facts.kind(o).tables(),
                                        mode -> mode == LockMode.ROW_EXCLUSIVE)
                                .isPresent());
        return new Finding(
                "FEW_ERRORS",
                mayBeTheMigrations ? Severity.VOID : Severity.NOTE,
                Units.count(then.errorCount()) + " of " + Units.count(then.count(), "operation") + " failed with "
                        + mostFrequent(then.errorsBySqlState()) + " while " + words(phase) + ", which may be chance",
                -1,
                Words.percent(share(then.errorCount(), then.count())),
                allowed(allowed),
                List.of("before the migration: " + Units.count(before.errorCount()) + " of "
                        + Units.count(before.count(), "operation")),
                mayBeTheMigrations
                        ? "It may lie in the made-up values, or in those that the migration wrote: too few to tell."
                        : "It happens without the migration, too, or lies in the made-up values that it was done with.",
                "Let the operation bear what the data may hold, or have no edge cases in it (data: { edgeCases: 0 }); a longer"
                        + " workload.baseline tells better.",
                null);
    }

    /** A share of errors in a limit's words. */
    static String allowed(double share) {
        return (share == 0 ? "none" : Words.percent(share)) + " beyond the baseline";
    }

    /** "3 x baseline". */
    static String timesBaseline(double times) {
        return Units.rate(times) + " x baseline";
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static Finding tooManyErrors(Facts facts, Phase phase, double allowed) {
        List<Operation> operations = facts.operationsDueIn(phase).stream()
                .filter(operation -> !facts.isFailedCachedPlan(operation))
                .toList();
        OperationStatistics statistics = OperationStatistics.of(operations);
        OperationStatistics baseline = facts.statistics(Phase.BASELINE);
        double baselineShare = share(baseline.errorCount(), baseline.count());
        Map<String, Long> byOperation = new TreeMap<>();
        for (Operation operation : operations) {
            if (operation.outcome() != Outcome.SUCCEEDED) {
                String name = facts.kind(operation).name() + " of "
                        + facts.kind(operation).application() + ": " + OperationStatistics.errorName(operation)
                        + meaning(OperationStatistics.errorName(operation));
                byOperation.merge(name, 1L, Long::sum);
            }
        }
        List<String> evidence = byOperation.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(8)
                .map(e -> Units.count(e.getValue()) + " x " + e.getKey())
                .collect(Collectors.toCollection(ArrayList::new));
        if (baselineShare > 0) {
            evidence.add(
                    "baseline: " + Words.percent(baselineShare) + " of operations failed before the migration began");
        }
        return new Finding(
                "ERRORS",
                Severity.BREACH,
                Units.count(statistics.errorCount()) + " of " + Units.count(statistics.count(), "operation")
                        + " failed with " + mostFrequent(statistics.errorsBySqlState()) + " while " + words(phase),
                statementOfFirstError(facts, operations),
                Words.percent(share(statistics.errorCount(), statistics.count())),
                allowed(allowed),
                evidence,
                "Users get errors.",
                advice(statistics.errorsBySqlState()),
                null);
    }

    private static String mostFrequent(Map<String, Long> errors) {
        String name =
                Collections.max(errors.entrySet(), Map.Entry.comparingByValue()).getKey();
        return name + meaning(name) + (errors.size() > 1 ? " and others" : "");
    }

    static String words(Phase phase) {
        return switch (phase) {
            case MIGRATE -> "the migration ran";
            case SETTLE -> "the old and the new application ran on the new schema";
            case ROLL_BACK -> "the rollback ran";
            default -> phase.purpose();
        };
    }

    /** The last statement before the first error that locked a table of the operation that failed, or wrote to it, or else just the last one. */
    private static int statementOfFirstError(Facts facts, List<Operation> operations) {
        Operation first = operations.stream()
                .filter(o -> o.outcome() != Outcome.SUCCEEDED)
                .min(Comparator.comparingLong(Operation::endMicros))
                .orElse(null);
        if (first == null) {
            return -1;
        }
        List<String> tables = facts.kind(first).tables();
        List<StatementFact> before = facts.recording().statements().stream()
                .filter(s -> s.startMicros() <= first.endMicros())
                .toList();
        return Optional.of(before)
                .filter(all -> WRONG_ROWS.equals(first.sqlState()))
                .map(all ->
                        all.stream().filter(ApplicationFindings::mayChangeRows).toList())
                .flatMap(changing -> locking(changing, tables, WRITING))
                .or(() -> locking(before, tables, LockMode::blocksWriters))
                .or(() -> locking(before, tables, WRITING))
                .or(() -> before.stream().reduce((a, b) -> b))
                .map(StatementFact::index)
                .orElse(-1);
    }

    /** Whether there may be other rows in a table after it, or some that its readers find no more. */
    private static boolean mayChangeRows(StatementFact statement) {
        return statement.messageStatements() > 1
                || !LEAVES_ROWS
                        .matcher(Words.withoutLeadingComments(statement.sql()))
                        .lookingAt();
    }

    static Optional<StatementFact> locking(
            List<StatementFact> statements, List<String> tables, Predicate<LockMode> how) {
        return statements.stream()
                .filter(s ->
                        s.locks().stream().anyMatch(lock -> how.test(lock.mode()) && tables.contains(lock.relation())))
                .reduce((a, b) -> b);
    }

    /** What a SQLSTATE means to the reader, after the error codes appendix of the PostgreSQL documentation. */
    static String meaning(String sqlState) {
        return switch (sqlState) {
            case "0A000" -> " (cached plan must not change result type)";
            case "42703" -> " (undefined column)";
            case "42P01" -> " (undefined table)";
            case "42804" -> " (datatype mismatch)";
            case "23502" -> " (not null violation)";
            case "23503" -> " (foreign key violation)";
            case "23505" -> " (unique violation)";
            case "23514" -> " (check violation)";
            case "40001" -> " (serialization failure)";
            case "40P01" -> " (deadlock detected)";
            case "55P03" -> " (lock not available: lock_timeout)";
            case "57014" -> " (query cancelled: statement_timeout)";
            case "57P01", "57P02", "57P03" -> " (server shutting down)";
            case "22001" -> " (string too long)";
            case "22003" -> " (number out of range)";
            case "42501" -> " (insufficient privilege)";
            case Operation.OWN_FAILURE -> " (the application's own exception)";
            case Operation.NO_CONNECTION -> " (no connection of the pool within connectionTimeout)";
            case WRONG_ROWS -> " (a checked read gave another number of rows)";
            default -> "";
        };
    }

    private static String advice(Map<String, Long> errors) {
        if (errors.containsKey("0A000")) {
            return "Name the columns instead of SELECT *, and the key's where generated keys are asked for (for which pgjdbc"
                    + " adds RETURNING *), or let the driver re-prepare (pgjdbc: autosave=conservative), before this migration.";
        }
        if (errors.containsKey("42703") || errors.containsKey("42P01")) {
            return "Expand and contract: the application stops using it one release before it goes.";
        }
        if (errors.containsKey("23502") || errors.containsKey("23514") || errors.containsKey("23505")) {
            return "Give the old application's writes a default or a trigger first; add the constraint when only the"
                    + " new application writes.";
        }
        if (errors.containsKey("42501")) {
            return "GRANT what the application needs in the transaction that makes or replaces it.";
        }
        if (errors.containsKey("57014") || errors.containsKey("55P03")) {
            return "A shorter lock: see the finding about lock waits.";
        }
        if (errors.containsKey(WRONG_ROWS)) {
            return "Expand and contract: rows go, or change, once the application no longer reads them as they were.";
        }
        return "See the operations' SQLSTATEs.";
    }

    private static List<Finding> longestOutage(Facts facts, List<Outage> outages) {
        Duration longest = facts.recording().plan().budget().longestOutage();
        if (longest == null) {
            return List.of();
        }
        List<Outage> tooLong = outages.stream()
                .filter(outage -> isJudged(facts, outage) && facts.ownTimes().millis(outage) > longest.toNanos() / 1e6)
                .toList();
        if (tooLong.isEmpty()) {
            return List.of();
        }
        Outage worst = tooLong.get(0);
        return List.of(new Finding(
                "OUTAGE",
                Severity.BREACH,
                "No operation on " + worst.table() + " succeeded for " + time(worst.millis()),
                worst.statement(),
                time(worst.millis()),
                Words.time(longest),
                tooLong.stream()
                        .limit(6)
                        .map(o -> o.table() + ": " + time(o.millis()) + " from " + time(o.startMillis()))
                        .toList(),
                "For its users the application is down for that long.",
                wayAround(facts, worst),
                null));
    }

    /** No lock held up operations that the server refused: these no longer fit the schema. */
    private static String wayAround(Facts facts, Outage outage) {
        long start = Math.round(outage.startMillis() * 1_000);
        List<Operation> due = facts.operationsDueIn(start, start + Math.round(outage.millis() * 1_000)).stream()
                .filter(operation -> facts.kind(operation).tables().contains(outage.table()))
                .toList();
        List<Operation> refused = due.stream()
                .filter(operation -> UNFITTING.contains(
                        OperationStatistics.errorName(operation).substring(0, 2)))
                .toList();
        return 2 * refused.size() > due.size()
                ? advice(OperationStatistics.of(refused).errorsBySqlState())
                : SaferWay.of(facts.statement(outage.statement())).text();
    }

    /** Whether it fell into the migration, its rollback, or the time between: a lock may outlive the statement that took it. */
    static boolean isJudged(Facts facts, Outage outage) {
        long start = Math.round(outage.startMillis() * 1_000);
        return isJudged(facts.recording(), start, start + Math.round(outage.millis() * 1_000));
    }

    private static boolean isJudged(Recording recording, long fromMicros, long toMicros) {
        return JUDGED.stream()
                .map(recording::span)
                .anyMatch(span -> span != null && fromMicros < span.endMicros() && toMicros > span.startMicros());
    }

    private static String time(double millis) {
        return Words.time(Math.round(millis * 1_000));
    }
}
