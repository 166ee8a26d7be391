package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Budget;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Hold;
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
import java.util.function.IntPredicate;

/**
 * Times in which the machine kept Rehearse itself from running, the tap kept the migration from letting go of its locks while it read them (a moment, where
 * there is CPU), or other programs had the cores that a session wanted ({@link RunDelays}). What operations took meanwhile says nothing about the migration: a
 * limit that is broken only with that time is not broken, but it was not kept either.
 */
final class MachineStalls {

    private MachineStalls() {}

    /** All but the delays, and of what the tap did only what concerned these sessions; in order, those that are over another as one. */
    static List<Pause> of(Recording recording, IntPredicate heldPids) {
        List<Pause> each = new ArrayList<>(recording.load().pauses());
        recording.observer().holds().stream()
                .filter(hold -> heldPids.test(hold.pid()))
                .forEach(hold -> each.add(hold.pause()));
        return union(each);
    }

    /** The same times in order, those that are over another as one. */
    static List<Pause> union(List<Pause> each) {
        List<Pause> all = new ArrayList<>();
        for (Pause pause : each.stream()
                .sorted(Comparator.comparingLong(Pause::startMicros))
                .toList()) {
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

    static long end(Pause pause) {
        return pause.startMicros() + pause.micros();
    }

    /** Where limits are broken only with that time. */
    static List<Finding> of(Facts facts, List<Outage> outages) {
        if (facts.ownTimes().areWhole()) {
            return List.of();
        }
        Budget budget = facts.recording().plan().budget();
        List<String> unknown = new ArrayList<>();
        Duration longestWait = budget.longestLockWait();
        if (longestWait != null
                && facts.applicationWaits().stream()
                        .anyMatch(w -> isOnlyWith(
                                Facts.behindMigrationMicros(w),
                                facts.ownTimes().of(w),
                                longestWait.toNanos() / 1_000))) {
            unknown.add("longestLockWait");
        }
        Duration longestOutage = budget.longestOutage();
        if (longestOutage != null
                && outages.stream()
                        .filter(outage -> ApplicationFindings.isJudged(facts, outage))
                        .anyMatch(o -> isOnlyWith(o.millis(), o.countedMillis(), longestOutage.toNanos() / 1e6))) {
            unknown.add("longestOutage");
        }
        for (Phase phase : List.of(Phase.MIGRATE, Phase.ROLL_BACK)) {
            if (ResponseFindings.isExceeded(facts, facts.judgedOperations(phase))
                    && !ResponseFindings.isExceeded(facts, facts.ownTimes().operations(phase))) {
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
        long began = began(recording);
        List<String> evidence = new ArrayList<>();
        evidence.add("not to be told apart from the migration: " + String.join(", ", unknown));
        List<Pause> stalls = sinceMigration(recording, facts.stalls());
        Pause longest =
                stalls.stream().max(Comparator.comparingLong(Pause::micros)).orElse(null);
        if (longest != null) {
            evidence.add("since the migration began: " + Units.count(stalls.size(), "time") + ", the longest for "
                    + Words.time(longest.micros()) + " at " + Words.time(longest.startMicros()));
        }
        List<Pause> holds =
                recording.observer().holds().stream().map(Hold::pause).toList();
        long held = within(union(holds), began, Long.MAX_VALUE);
        if (held > 0) {
            evidence.add("the migration's transactions were kept open for " + Words.time(held)
                    + " of it, while Rehearse read their locks");
        }
        double others = facts.runDelays().shareOfOthers(began);
        long migrationLost = facts.ownTimes().migrationLostMicros(began);
        long loadLost = facts.runDelays().ofAnyClient(facts.stalls(), began, Long.MAX_VALUE);
        if (others > 0) {
            evidence.add("other programs had up to " + Math.round(100 * others)
                    + " % of what was used of the cores since then; the migration lost " + Words.time(migrationLost)
                    + " to them while operations waited for its locks, the load up to " + Words.time(loadLost));
        }
        boolean isOfOthers = longest == null
                || migrationLost + loadLost
                        > stalls.stream().mapToLong(Pause::micros).sum();
        return new Finding(
                "MACHINE_STALLED",
                Severity.VOID,
                isOfOthers
                        ? "Other programs had this machine's CPU while it measured"
                        : sinceMigration(recording, recording.load().pauses()).isEmpty()
                                ? "Rehearse itself kept the migration waiting"
                                : "This machine stood still while it measured",
                -1,
                longest == null || isOfOthers
                        ? Math.round(100 * others) + " % of the CPU"
                        : Words.time(longest.micros()),
                "none that decides about a limit",
                evidence,
                "This run proves nothing about these limits.",
                "Run it again, on a machine with less beside it or more CPU.",
                null);
    }

    private static long began(Recording recording) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        return migrate == null ? 0 : migrate.startMicros();
    }

    private static List<Pause> sinceMigration(Recording recording, List<Pause> pauses) {
        return pauses.stream().filter(pause -> end(pause) > began(recording)).toList();
    }
}
