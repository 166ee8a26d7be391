package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Budget;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges the 99th percentile of response time. A breach says that the migration did it, so it has to be more than chance among few operations
 * (one in a hundred may be slower than a 99th percentile), more than the machine's own standstills ({@link OwnTimes}), and more than what
 * the baseline shows in a stretch as long.
 */
final class ResponseFindings {

    private static final List<Phase> PHASES = List.of(Phase.MIGRATE, Phase.ROLL_BACK);

    /** Of fewer operations the slowest is the 99th percentile. */
    private static final int LEAST_FOR_P99 = 100;

    private static final double SHARE_BEYOND_P99 = 0.01;

    /** A multiple of the baseline counts from here up: below, it tells of the scheduler and the disk, not of a migration. */
    private static final long LEAST_MULTIPLE_MICROS = 20_000;

    private ResponseFindings() {}

    static List<Finding> of(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        for (Phase phase : PHASES) {
            judge(facts, phase).ifPresent(findings::add);
        }
        return findings;
    }

    private static Optional<Finding> judge(Facts facts, Phase phase) {
        Limit limit = limit(facts);
        List<Operation> operations = facts.ownTimes().operations(phase);
        if (limit == null || OperationStatistics.of(operations).responseP99Micros() <= limit.micros()) {
            return Optional.empty();
        }
        if (isChance(operations, limit)) {
            return Optional.of(chance(phase, operations, limit));
        }
        double alone = largestShareAlone(facts, phase, limit);
        return Optional.of(
                share(operations, limit) > alone
                        ? slow(facts, phase, operations, limit)
                        : noisy(phase, operations, limit, alone));
    }

    /** Whether operations are slower than the limit allows, and not by chance; false where there is no limit. */
    static boolean isExceeded(Facts facts, List<Operation> operations) {
        Limit limit = limit(facts);
        return limit != null
                && OperationStatistics.of(operations).responseP99Micros() > limit.micros()
                && !isChance(operations, limit);
    }

    /** @param words what the report calls it */
    private record Limit(long micros, String words) {}

    /** The lower of the limits; null where there is none. */
    private static @Nullable Limit limit(Facts facts) {
        Budget budget = facts.recording().plan().budget();
        OperationStatistics baseline = OperationStatistics.of(facts.ownTimes().operations(Phase.BASELINE));
        Limit absolute = budget.responseP99() == null
                ? null
                : new Limit(budget.responseP99().toNanos() / 1_000, Words.time(budget.responseP99()));
        if (budget.responseP99TimesBaseline() == null || baseline.count() == 0) {
            return absolute;
        }
        long times = Math.round(budget.responseP99TimesBaseline() * baseline.responseP99Micros());
        long relative = Math.max(LEAST_MULTIPLE_MICROS, times);
        String words = ApplicationFindings.timesBaseline(budget.responseP99TimesBaseline())
                + (relative > times ? ", at least " : " = ")
                + Words.time(relative);
        return absolute != null && absolute.micros() <= relative ? absolute : new Limit(relative, words);
    }

    /** Whether so many operations beyond the limit are no surprise where each may be with a probability of 1 %. */
    private static boolean isChance(List<Operation> operations, Limit limit) {
        return Chance.explains(beyond(operations, limit), operations.size(), SHARE_BEYOND_P99);
    }

    private static long beyond(List<Operation> operations, Limit limit) {
        return operations.stream()
                .filter(operation -> operation.responseMicros() > limit.micros())
                .count();
    }

    private static double share(List<Operation> operations, Limit limit) {
        return (double) beyond(operations, limit) / operations.size();
    }

    /** The largest share beyond the limit in a stretch of the baseline that is as long as the phase, each stretch half over the one before. */
    private static double largestShareAlone(Facts facts, Phase phase, Limit limit) {
        PhaseSpan baseline = facts.recording().span(Phase.BASELINE);
        PhaseSpan judged = facts.recording().span(phase);
        if (baseline == null || judged == null) {
            return 0;
        }
        long length = Math.max(1_000, judged.endMicros() - judged.startMicros());
        List<Operation> operations = new ArrayList<>(facts.ownTimes().operations(Phase.BASELINE));
        operations.sort(Comparator.comparingLong(Operation::dueMicros));
        double largest = 0;
        int from = 0;
        int to = 0;
        for (long start = baseline.startMicros(); start + length <= baseline.endMicros(); start += length / 2) {
            while (from < operations.size() && operations.get(from).dueMicros() < start) {
                from++;
            }
            while (to < operations.size() && operations.get(to).dueMicros() < start + length) {
                to++;
            }
            if (from < to) {
                largest = Math.max(largest, share(operations.subList(from, to), limit));
            }
        }
        return largest;
    }

    /** Where the 99th percentile is only the slowest of a few operations, which a reader must know. */
    static List<String> fewSamples(Facts facts) {
        Budget budget = facts.recording().plan().budget();
        List<Phase> phases = new ArrayList<>(PHASES);
        if (budget.responseP99TimesBaseline() != null) {
            phases.add(Phase.BASELINE);
        } else if (budget.responseP99() == null) {
            return List.of();
        }
        List<String> few = new ArrayList<>();
        for (Phase phase : phases) {
            long count = facts.statistics(phase).count();
            if (facts.recording().span(phase) != null && count < LEAST_FOR_P99) {
                few.add("a 99th percentile of response time in " + phase + ": "
                        + (count == 0
                                ? "no operation was due in it"
                                : "it had " + Units.count(count, "operation") + ", and the slowest stands for it"));
            }
        }
        return few;
    }

    private static Finding slow(Facts facts, Phase phase, List<Operation> operations, Limit limit) {
        OperationStatistics before = OperationStatistics.of(facts.ownTimes().operations(Phase.BASELINE));
        OperationStatistics then = OperationStatistics.of(operations);
        List<String> evidence = new ArrayList<>(List.of("baseline: " + times(before), "then: " + times(then)));
        if (!facts.ownTimes().areWhole()) {
            evidence.add("felt: " + times(facts.statistics(phase))
                    + ", with the time, not judged here, in which this machine stood still or worked for others");
        }
        return new Finding(
                "RESPONSE_TIME",
                Severity.BREACH,
                title(phase, then),
                -1,
                Words.time(then.responseP99Micros()),
                limit.words(),
                evidence,
                "One request in a hundred takes at least that long.",
                "Shorten the locks that the other findings name; where there are none, throttle the migration's work.",
                null);
    }

    private static String title(Phase phase, OperationStatistics then) {
        return "Response time reached a 99th percentile of " + Words.time(then.responseP99Micros()) + " while "
                + ApplicationFindings.words(phase);
    }

    private static String times(OperationStatistics statistics) {
        return "p50 " + Words.time(Math.round(statistics.responseMillis().p50() * 1_000)) + ", p99 "
                + Words.time(statistics.responseP99Micros()) + ", max "
                + Words.time(Math.round(statistics.responseMillis().max() * 1_000)) + " over "
                + Units.count(statistics.count(), "operation");
    }

    private static Finding chance(Phase phase, List<Operation> operations, Limit limit) {
        OperationStatistics then = OperationStatistics.of(operations);
        return new Finding(
                "TOO_FEW_TO_TELL",
                Severity.NOTE,
                title(phase, then) + ", which may be chance",
                -1,
                Words.time(then.responseP99Micros()),
                limit.words(),
                List.of(beyond(operations, limit) + " of " + Units.count(then.count(), "operation")
                        + " took longer; as many do by chance where one in a hundred does"),
                "Whether the migration makes the application slow cannot be told from so few.",
                "A higher rate, or more data for the migration to work on, for more operations while it runs.",
                null);
    }

    private static Finding noisy(Phase phase, List<Operation> operations, Limit limit, double alone) {
        return new Finding(
                "BASELINE_AS_SLOW",
                Severity.VOID,
                "Operations were slow as often before the migration as while " + ApplicationFindings.words(phase),
                -1,
                Words.time(OperationStatistics.of(operations).responseP99Micros()),
                limit.words(),
                List.of(
                        Words.percent(share(operations, limit)) + " of the operations in " + phase + " took longer",
                        Words.percent(alone) + " did in a stretch of the baseline that is as long"),
                "Whether the migration makes the application slow cannot be told.",
                "Run it again, on a machine with less beside it or more CPU, with a longer baseline, or with a limit that"
                        + " the application keeps without a migration.",
                null);
    }
}
