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

    /** How much of the time the machine stood still. The pauses are in order, and none is over another. */
    static long within(Recording recording, long fromMicros, long toMicros) {
        List<Pause> pauses = recording.load().pauses();
        int first = 0;
        for (int after = pauses.size(); first < after; ) {
            int middle = (first + after) >>> 1;
            if (end(pauses.get(middle)) <= fromMicros) {
                first = middle + 1;
            } else {
                after = middle;
            }
        }
        long still = 0;
        for (int i = first; i < pauses.size() && pauses.get(i).startMicros() < toMicros; i++) {
            still += Math.min(toMicros, end(pauses.get(i)))
                    - Math.max(fromMicros, pauses.get(i).startMicros());
        }
        return still;
    }

    private static long end(Pause pause) {
        return pause.startMicros() + pause.micros();
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
        List<Operation> operations = operations(facts, phase);
        return facts.recording().load().pauses().isEmpty()
                ? operations
                : operations.stream()
                        .map(operation -> without(facts.recording(), operation))
                        .toList();
    }

    private static List<Operation> operations(Facts facts, Phase phase) {
        return facts.operationsDueIn(phase).stream()
                .filter(operation -> !facts.isFailedCachedPlan(operation))
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
                operation.thinkMicros()
                        + Math.min(
                                operation.responseMicros(),
                                within(recording, operation.dueMicros(), operation.endMicros())),
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
            if (ResponseFindings.isExceeded(facts, operations(facts, phase))
                    && !ResponseFindings.isExceeded(facts, ownOperations(facts, phase))) {
                unknown.add("responseP99 in " + phase);
            }
        }
        return unknown.isEmpty() ? List.of() : List.of(finding(recording, unknown));
    }

    private static boolean isOnlyWith(double whole, double own, double limit) {
        return whole > limit && own <= limit;
    }

    private static Finding finding(Recording recording, List<String> unknown) {
        List<Pause> pauses = recording.load().pauses().stream()
                .filter(pause -> ApplicationFindings.isJudged(recording, pause.startMicros(), end(pause)))
                .toList();
        Pause longest =
                pauses.stream().max(Comparator.comparingLong(Pause::micros)).orElseThrow();
        return new Finding(
                "MACHINE_STALLED",
                Severity.VOID,
                "This machine stood still while it measured",
                -1,
                Words.time(longest.micros()),
                "none that decides about a limit",
                List.of(
                        "not to be told apart from the migration: " + String.join(", ", unknown),
                        "while the migration or its rollback ran, or between them: "
                                + Units.count(pauses.size(), "time") + ", the longest at "
                                + Words.time(longest.startMicros())),
                "This run proves nothing about these limits.",
                "Run it again, on a machine with less beside it or more CPU.",
                null);
    }
}
