package dev.rehearse.assess;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Pause;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Outage;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Times in which the machine kept Rehearse itself from running. What operations took meanwhile says nothing about the migration: a limit that is broken only
 * with that time is not broken, but it was not kept either.
 */
final class MachineStalls {

    private MachineStalls() {}

    /** How much of the time the machine stood still. */
    static long within(Recording recording, long fromMicros, long toMicros) {
        return recording.load().pauses().stream()
                .mapToLong(pause -> Math.max(
                        0,
                        Math.min(toMicros, pause.startMicros() + pause.micros())
                                - Math.max(fromMicros, pause.startMicros())))
                .sum();
    }

    /** The wait's length without that time. */
    static long own(Recording recording, LockWait wait) {
        return wait.micros() - within(recording, wait.endMicros() - wait.micros(), wait.endMicros());
    }

    /** The outage's length without that time. */
    static double ownMillis(Recording recording, Outage outage) {
        long start = Math.round(outage.startMillis() * 1_000);
        return outage.millis() - within(recording, start, start + Math.round(outage.millis() * 1_000)) / 1e3;
    }

    /** The operations due in the phase without that time. */
    static List<Operation> ownOperations(Facts facts, Phase phase) {
        Recording recording = facts.recording();
        List<Operation> operations = facts.operationsDueIn(phase).stream()
                .filter(operation -> !facts.isFailedCachedPlan(operation))
                .toList();
        return recording.load().pauses().isEmpty()
                ? operations
                : operations.stream()
                        .map(operation -> without(recording, operation))
                        .toList();
    }

    private static Operation without(Recording recording, Operation operation) {
        return new Operation(
                operation.kind(),
                operation.dueMicros(),
                operation.startMicros(),
                operation.endMicros(),
                operation.outcome(),
                operation.sqlState(),
                operation.pid(),
                operation.thinkMicros() + within(recording, operation.dueMicros(), operation.endMicros()),
                operation.inTime());
    }

    /** Where limits are broken only with that time. */
    static List<Finding> of(Facts facts, List<Outage> outages) {
        Recording recording = facts.recording();
        if (recording.load().pauses().isEmpty()) {
            return List.of();
        }
        Budget budget = recording.plan().budget();
        List<String> unknown = new ArrayList<>();
        Duration longestWait = budget.longestLockWait();
        if (longestWait != null
                && facts.applicationWaits().stream()
                        .anyMatch(w -> isOnlyWith(w.micros(), own(recording, w), longestWait.toNanos() / 1_000))) {
            unknown.add("longestLockWait");
        }
        Duration longestOutage = budget.longestOutage();
        if (longestOutage != null
                && outages.stream()
                        .filter(outage -> ApplicationFindings.isJudged(facts, outage))
                        .anyMatch(
                                o -> isOnlyWith(o.millis(), ownMillis(recording, o), longestOutage.toNanos() / 1e6))) {
            unknown.add("longestOutage");
        }
        for (Phase phase : List.of(Phase.MIGRATE, Phase.ROLL_BACK)) {
            Long limit = ResponseFindings.limitMicros(facts);
            if (limit != null
                    && isOnlyWith(
                            facts.statistics(phase).responseP99Micros(),
                            OperationStatistics.of(ownOperations(facts, phase)).responseP99Micros(),
                            limit)) {
                unknown.add("responseP99 in " + phase);
            }
        }
        return unknown.isEmpty() ? List.of() : List.of(finding(recording, unknown));
    }

    private static boolean isOnlyWith(double whole, double own, double limit) {
        return whole > limit && own <= limit;
    }

    private static Finding finding(Recording recording, List<String> unknown) {
        Pause longest = recording.load().pauses().stream()
                .max(Comparator.comparingLong(Pause::micros))
                .orElseThrow();
        return new Finding(
                "MACHINE_STALLED",
                Severity.VOID,
                "This machine stood still while it measured",
                -1,
                Words.time(longest.micros()),
                "no limit is broken only while the machine stands still",
                List.of(
                        "not to be told apart from the migration: " + String.join(", ", unknown),
                        Units.count(recording.load().pauses().size(), "time") + ", the longest at "
                                + Words.time(longest.startMicros())),
                "This run proves nothing about these limits.",
                "Run it again, on a machine with less beside it or more CPU.",
                null);
    }
}
