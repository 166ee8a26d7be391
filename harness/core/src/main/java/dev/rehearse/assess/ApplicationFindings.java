package dev.rehearse.assess;

import dev.rehearse.assess.schema.OldApplication;
import dev.rehearse.assess.statement.SaferWay;
import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Outage;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Judges what the application's users felt: errors ({@link ErrorFindings}), outages, response times ({@link ResponseFindings}). */
final class ApplicationFindings {

    /** Classes of errors by which the server refuses what no longer fits the schema, or connections. */
    private static final Set<String> REFUSING = Set.of("22", "23", "28", "42", "53");

    static final Predicate<LockMode> WRITING = mode -> mode.compareTo(LockMode.ROW_EXCLUSIVE) >= 0;

    private static final Pattern CHANGES_TYPE = Pattern.compile(
            "\\balter\\s+(column\\s+)?(\\w+|\"[^\"]+\")\\s+(set\\s+data\\s+)?type\\b", Pattern.CASE_INSENSITIVE);

    private ApplicationFindings() {}

    static List<Finding> of(Facts facts, List<Outage> outages) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(ErrorFindings.of(facts));
        findings.addAll(cachedPlans(facts));
        findings.addAll(longestOutage(facts, outages));
        findings.addAll(ResponseFindings.of(facts));
        Slowdown.find(facts).ifPresent(findings::add);
        OldApplication.find(facts.recording()).ifPresent(findings::add);
        return findings;
    }

    private static List<Finding> cachedPlans(Facts facts) {
        List<Operation> failed = Facts.JUDGED.stream()
                .flatMap(phase -> facts.operationsDueIn(phase).stream())
                .filter(operation -> facts.isFailedCachedPlan(operation))
                .toList();
        if (failed.isEmpty()) {
            return List.of();
        }
        boolean typed = readAnotherType(facts, failed);
        return List.of(new Finding(
                "CACHED_PLAN",
                typed ? Severity.DANGER : Severity.NOTE,
                (typed ? "" : "SELECT * of ") + Units.count(failed.size(), "prepared statement")
                        + " failed once on the changed table",
                FirstError.of(facts, failed),
                Units.count(failed.size(), "failure"),
                "not judged: the derived workload reads so on purpose",
                failed.stream()
                        .map(operation -> facts.kind(operation).name())
                        .distinct()
                        .limit(8)
                        .toList(),
                "An application that reads SELECT *"
                        + (typed ? ", or a column whose type or collation has changed," : " or asks for RETURNING *")
                        + " through prepared statements inside transactions gets error 0A000 once for each connection"
                        + (typed ? "." : "; one that names its columns does not notice."),
                ErrorAdvice.of(Map.of(Facts.CACHED_PLAN, 1L)),
                "APP-01"));
    }

    /** Whether a table that some of these read has a column of another type now. */
    private static boolean readAnotherType(Facts facts, List<Operation> operations) {
        List<String> columns = facts.recording().schema().changes().stream()
                .filter(OldApplication::givesColumnAnotherType)
                .map(SchemaDifference::object)
                .toList();
        // A type that was made anew under the same name is another, too.
        List<StatementFact> changing = facts.statements(Phase.MIGRATE).stream()
                .filter(statement -> CHANGES_TYPE.matcher(statement.sql()).find())
                .toList();
        return operations.stream()
                .flatMap(operation -> facts.kind(operation).tables().stream())
                .distinct()
                .anyMatch(table -> columns.stream().anyMatch(column -> column.startsWith("column " + table + "."))
                        || changing.stream().anyMatch(statement -> FirstError.names(statement, List.of(table))));
    }

    /** "3 x baseline". */
    static String timesBaseline(double times) {
        return Units.rate(times) + " x baseline";
    }

    static String words(Phase phase) {
        return switch (phase) {
            case MIGRATE -> "the migration ran";
            case SETTLE -> "the old and the new application ran on the new schema";
            case ROLL_BACK -> "the rollback ran";
            default -> phase.purpose();
        };
    }

    static Optional<StatementFact> locking(
            List<StatementFact> statements, List<String> tables, Predicate<LockMode> how) {
        return statements.stream()
                .filter(statement -> locks(statement, tables, how))
                .reduce((a, b) -> b);
    }

    static boolean locks(StatementFact statement, List<String> tables, Predicate<LockMode> how) {
        return statement.locks().stream().anyMatch(lock -> how.test(lock.mode()) && tables.contains(lock.relation()));
    }

    private static List<Finding> longestOutage(Facts facts, List<Outage> outages) {
        Duration longest = facts.recording().plan().budget().longestOutage();
        if (longest == null) {
            return List.of();
        }
        List<Outage> tooLong = outages.stream()
                .filter(outage -> isJudged(facts, outage) && outage.countedMillis() > longest.toNanos() / 1e6)
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

    /** No lock held up operations that the server refused. */
    private static String wayAround(Facts facts, Outage outage) {
        long start = Math.round(outage.startMillis() * 1_000);
        List<Operation> due = facts.operationsDueIn(start, start + Math.round(outage.millis() * 1_000)).stream()
                .filter(operation -> facts.kind(operation).tables().contains(outage.table()))
                .toList();
        List<Operation> refused = refused(due);
        StatementFact statement = facts.statement(outage.statement());
        boolean locked = statement != null && locks(statement, List.of(outage.table()), LockMode::blocksWriters);
        return 2 * refused.size() > due.size() || !locked && !refused.isEmpty()
                ? ErrorAdvice.of(OperationStatistics.of(refused).errorsBySqlState())
                : SaferWay.of(statement).text();
    }

    /** Those for which no lock is to blame. */
    static List<Operation> refused(List<Operation> operations) {
        return operations.stream()
                .filter(operation -> REFUSING.contains(
                        OperationStatistics.errorName(operation).substring(0, 2)))
                .toList();
    }

    /** Whether it fell into the migration, its rollback, or the time between: a lock may outlive the statement that took it. */
    static boolean isJudged(Facts facts, Outage outage) {
        long start = Math.round(outage.startMillis() * 1_000);
        return isJudged(facts.recording(), start, start + Math.round(outage.millis() * 1_000));
    }

    private static boolean isJudged(Recording recording, long fromMicros, long toMicros) {
        return Facts.JUDGED.stream()
                .map(recording::span)
                .anyMatch(span -> span != null && fromMicros < span.endMicros() && toMicros > span.startMicros());
    }

    private static String time(double millis) {
        return Words.time(Math.round(millis * 1_000));
    }
}
