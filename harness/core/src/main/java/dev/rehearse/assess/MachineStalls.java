package dev.rehearse.assess;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Pause;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Outage;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Times in which the machine kept Rehearse itself from running, or the tap kept the migration from letting go of its locks while it read them (a moment, where
 * there is CPU). What operations took meanwhile says nothing about the migration: a limit that is broken only with that time is not broken, but it was not kept
 * either.
 */
final class MachineStalls {

    private MachineStalls() {}

    /** All of them, in order, those that are over another as one. */
    static List<Pause> all(Recording recording) {
        List<Pause> each = new ArrayList<>(recording.load().pauses());
        each.addAll(recording.observer().holds());
        each.sort(Comparator.comparingLong(Pause::startMicros));
        List<Pause> all = new ArrayList<>();
        for (Pause pause : each) {
            Pause last = all.isEmpty() ? null : all.get(all.size() - 1);
            if (last == null || end(last) < pause.startMicros()) {
                all.add(pause);
            } else {
                all.set(
                        all.size() - 1,
                        new Pause(last.startMicros(), Math.max(end(last), end(pause)) - last.startMicros()));
            }
        }
        return List.copyOf(all);
    }

    /** How much of the time they took. */
    static long within(List<Pause> pauses, long fromMicros, long toMicros) {
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

    /** How much of the wait the migration has to answer for, without that time; of a part of the wait, without the like part of that time. */
    static long own(Facts facts, LockWait wait) {
        long behind = Facts.behindMigrationMicros(wait);
        long still = within(facts.stalls(), wait.startMicros(), wait.endMicros());
        return wait.micros() <= 0 ? behind : Math.max(0, behind - Math.round((double) still * behind / wait.micros()));
    }

    /** The outage's length without that time. */
    static double ownMillis(Facts facts, Outage outage) {
        long start = Math.round(outage.startMillis() * 1_000);
        return outage.millis() - within(facts.stalls(), start, start + Math.round(outage.millis() * 1_000)) / 1e3;
    }

    /** The operations due in the phase without that time. */
    static List<Operation> ownOperations(Facts facts, Phase phase) {
        List<Operation> operations = operations(facts, phase);
        return facts.stalls().isEmpty()
                ? operations
                : operations.stream()
                        .map(operation -> without(facts.stalls(), operation))
                        .toList();
    }

    private static List<Operation> operations(Facts facts, Phase phase) {
        return facts.operationsDueIn(phase).stream()
                .filter(operation -> !facts.isFailedCachedPlan(operation))
                .toList();
    }

    private static Operation without(List<Pause> stalls, Operation operation) {
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
                                within(stalls, operation.dueMicros(), operation.endMicros())),
                operation.inTime());
    }

    /** Where limits are broken only with that time. */
    static List<Finding> of(Facts facts, List<Outage> outages) {
        if (facts.stalls().isEmpty()) {
            return List.of();
        }
        Budget budget = facts.recording().plan().budget();
        List<String> unknown = new ArrayList<>();
        Duration longestWait = budget.longestLockWait();
        if (longestWait != null
                && facts.applicationWaits().stream()
                        .anyMatch(w -> isOnlyWith(
                                Facts.behindMigrationMicros(w), own(facts, w), longestWait.toNanos() / 1_000))) {
            unknown.add("longestLockWait");
        }
        Duration longestOutage = budget.longestOutage();
        if (longestOutage != null
                && outages.stream()
                        .filter(outage -> ApplicationFindings.isJudged(facts, outage))
                        .anyMatch(o -> isOnlyWith(o.millis(), ownMillis(facts, o), longestOutage.toNanos() / 1e6))) {
            unknown.add("longestOutage");
        }
        for (Phase phase : List.of(Phase.MIGRATE, Phase.ROLL_BACK)) {
            if (ResponseFindings.isExceeded(facts, operations(facts, phase))
                    && !ResponseFindings.isExceeded(facts, ownOperations(facts, phase))) {
                unknown.add("responseP99 in " + phase);
            }
        }
        return unknown.isEmpty() ? List.of() : List.of(finding(facts, unknown));
    }

    private static boolean isOnlyWith(double whole, double own, double limit) {
        return whole > limit && own <= limit;
    }

    private static Finding finding(Facts facts, List<String> unknown) {
        Recording recording = facts.recording();
        List<Pause> stalls = sinceMigration(recording, facts.stalls());
        Pause longest = (stalls.isEmpty() ? facts.stalls() : stalls)
                .stream().max(Comparator.comparingLong(Pause::micros)).orElseThrow();
        List<String> evidence = new ArrayList<>(List.of(
                "not to be told apart from the migration: " + String.join(", ", unknown),
                "since the migration began: " + Units.count(stalls.size(), "time") + ", the longest at "
                        + Words.time(longest.startMicros())));
        long held = sinceMigration(recording, recording.observer().holds()).stream()
                .mapToLong(Pause::micros)
                .sum();
        if (held > 0) {
            evidence.add("the migration's transactions were kept open for " + Words.time(held)
                    + " of it, while Rehearse read their locks");
        }
        return new Finding(
                "MACHINE_STALLED",
                Severity.VOID,
                sinceMigration(recording, recording.load().pauses()).isEmpty()
                        ? "Rehearse itself kept the migration waiting"
                        : "This machine stood still while it measured",
                -1,
                Words.time(longest.micros()),
                "none that decides about a limit",
                evidence,
                "This run proves nothing about these limits.",
                "Run it again, on a machine with less beside it or more CPU.",
                null);
    }

    private static List<Pause> sinceMigration(Recording recording, List<Pause> pauses) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        return pauses.stream()
                .filter(pause -> migrate == null || end(pause) > migrate.startMicros())
                .toList();
    }
}
