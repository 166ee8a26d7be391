package dev.rehearse.assess;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Aborted;
import dev.rehearse.recording.Recording.BlockerFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether the run proves anything: a verdict is earned, and a run that could not have shown harm shows no safety either. */
final class ValidityFindings {

    /** Share of due operations that must succeed before the migration begins. */
    private static final double LEAST_SHARE_OF_RATE = 0.9;

    /** A free client that takes up an arrival later than this measures this machine, not the database. */
    private static final long LATEST_MICROS = 250_000;

    private ValidityFindings() {}

    static List<Finding> of(Facts facts) {
        Recording recording = facts.recording();
        List<Finding> findings = new ArrayList<>();
        Aborted aborted = recording.aborted();
        if (aborted != null) {
            findings.add(aborted(aborted));
        }
        if (recording.span(Phase.MIGRATE) == null) {
            return findings;
        }
        if (facts.statements(Phase.MIGRATE).isEmpty()) {
            findings.add(nothing(
                    "NOTHING_MIGRATED",
                    "The migration sent no statement",
                    "0 statements",
                    "The tool found nothing to do, or did not come through the wiretap.",
                    "Look at the plan's migration: are these the pending ones?"));
        }
        rate(facts, findings);
        touched(facts, findings);
        if (facts.isNewApplicationAbsent()) {
            findings.add(nothing(
                    "NEW_APPLICATION_ABSENT",
                    "The application " + recording.load().after() + " never ran",
                    "0 operations",
                    "It is to come with the migration, but not one of its operations was taken up in SETTLE; what kept it out"
                            + " is under what was not measured.",
                    "Mend its operations, so that they fit the migrated schema, or make settle longer."));
        }
        recording.blockers().stream().filter(BlockerFact::diedEarly).forEach(blocker -> findings.add(died(blocker)));
        generator(recording, findings);
        observer(recording, findings);
        return findings;
    }

    private static Finding nothing(String id, String title, String measured, String why, String what) {
        return new Finding(
                id, Severity.VOID, title, -1, measured, "", List.of(why), "This run proves nothing.", what, null);
    }

    private static Finding aborted(Aborted aborted) {
        return nothing(
                aborted.databaseDied() ? "DATABASE_DIED" : "ABORTED",
                aborted.databaseDied()
                        ? "The database died in " + aborted.phase()
                        : "The run ended early, in " + aborted.phase(),
                aborted.phase().name(),
                aborted.reason(),
                "See the reason; run it again.");
    }

    private static void rate(Facts facts, List<Finding> findings) {
        List<Operation> baseline = facts.operationsDueIn(Phase.BASELINE);
        long succeeded =
                baseline.stream().filter(o -> o.outcome() == Outcome.SUCCEEDED).count();
        if (succeeded == 0) {
            findings.add(nothing(
                    "LOAD_DID_NOTHING",
                    "The load did nothing before the migration began",
                    "0 of " + Units.count(baseline.size(), "operation") + " succeeded",
                    errorsOf(baseline),
                    "Mend the workload: it must run without the migration."));
            return;
        }
        long end = java.util.Objects.requireNonNull(facts.recording().span(Phase.BASELINE))
                .endMicros();
        long inTime = baseline.stream()
                .filter(o -> o.outcome() == Outcome.SUCCEEDED && o.endMicros() <= end + 1_000_000)
                .count();
        if (inTime < LEAST_SHARE_OF_RATE * baseline.size()) {
            findings.add(nothing(
                    "RATE_MISSED",
                    "The load reached " + Units.count(inTime) + " of " + Units.count(baseline.size(), "operation")
                            + " before the migration began",
                    Words.percent((double) inTime / baseline.size()),
                    "Waits would measure this machine or a failing workload, not the migration. " + errorsOf(baseline),
                    "Lower the rate, give it more CPU, or mend the operations that fail."));
        }
    }

    private static String errorsOf(List<Operation> operations) {
        var errors = OperationStatistics.of(operations).errorsBySqlState();
        return errors.isEmpty() ? "No operation failed." : "Errors by SQLSTATE: " + errors;
    }

    private static void touched(Facts facts, List<Finding> findings) {
        Set<String> locked = facts.tablesLockedAgainstWriters();
        if (locked.isEmpty()) {
            return;
        }
        Set<String> touched = new HashSet<>();
        facts.operationsDueIn(0, Long.MAX_VALUE)
                .forEach(operation -> touched.addAll(facts.kind(operation).tables()));
        if (locked.stream().noneMatch(touched::contains)) {
            findings.add(
                    nothing(
                            "LOAD_MISSED_THE_TABLES",
                            "The load never touched a table that the migration locked",
                            "0 of " + Units.count(locked.size(), "table"),
                            "Locked: " + String.join(", ", locked),
                            "Add operations on these tables to the workload, or leave the workload out: one is then derived from the schema."));
        }
    }

    /** Tables locked against writers that no operation touched, although others were: nothing was measured about them. */
    static List<String> untouched(Facts facts) {
        Set<String> touched = new HashSet<>();
        facts.operationsDueIn(0, Long.MAX_VALUE)
                .forEach(operation -> touched.addAll(facts.kind(operation).tables()));
        return facts.tablesLockedAgainstWriters().stream()
                .filter(table -> !touched.contains(table))
                .toList();
    }

    private static Finding died(BlockerFact blocker) {
        return nothing(
                "BLOCKER_DIED",
                "The blocker " + blocker.label() + " was gone before its time",
                Words.time(blocker.endMicros() - blocker.startMicros()),
                blocker.error() == null ? "its session ended" : blocker.error(),
                "See why it ended; a longer statement_timeout or another table may help.");
    }

    private static void generator(Recording recording, List<Finding> findings) {
        if (recording.load().lateP99Micros() > LATEST_MICROS) {
            findings.add(nothing(
                    "GENERATOR_LATE",
                    "The load generator was late itself",
                    Words.time(recording.load().lateP99Micros()) + " at the 99th percentile",
                    "A free client took up its operations that late: this machine was too busy to tell.",
                    "Lower the rate or give the machine more CPU."));
        }
    }

    private static void observer(Recording recording, List<Finding> findings) {
        Budget budget = recording.plan().budget();
        long gap = recording.observer().longestGapMicros();
        long limit = budget.longestLockWait() == null
                ? 1_000_000
                : budget.longestLockWait().toNanos() / 1_000;
        if (recording.observer().samples() == 0 || gap > Math.max(1_000_000, limit)) {
            findings.add(nothing(
                    "OBSERVER_BEHIND",
                    "The lock observer fell behind",
                    recording.observer().samples() == 0 ? "no sample" : "a gap of " + Words.time(gap),
                    "Who waited for whom was not seen for that long.",
                    "Give the machine more CPU or lower the rate."));
        }
    }
}
