package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Times in which no operation on a table succeeded although one was due. An outage begins when the first operation that had to wait was
 * due (or the last success, if later) and ends with the next success; one arrival gap is its resolution.
 */
final class Outages {

    /** Shorter gaps are what a healthy run has too. */
    private static final long SHORTEST_MICROS = 50_000;

    /** SQLSTATE classes of what the values of an operation bring about: data exceptions, violated constraints, errors that functions raise. */
    private static final Pattern OF_VALUES = Pattern.compile("22|23|P0");

    private static final double RARE = 0.001;

    private Outages() {}

    static List<RehearsalReport.Outage> of(Facts facts) {
        PhaseSpan baseline = facts.recording().span(Phase.BASELINE);
        if (baseline == null) {
            return List.of();
        }
        Map<String, List<Operation>> byTable = new TreeMap<>();
        for (Operation operation : facts.operationsDueIn(0, Long.MAX_VALUE)) {
            facts.kind(operation)
                    .tables()
                    .forEach(table -> byTable.computeIfAbsent(table, t -> new ArrayList<>())
                            .add(operation));
        }
        List<RehearsalReport.Outage> outages = new ArrayList<>();
        byTable.forEach((table, operations) -> outages.addAll(ofTable(facts, table, operations, baseline)));
        outages.sort(Comparator.comparingDouble(RehearsalReport.Outage::millis).reversed());
        return outages;
    }

    private static List<RehearsalReport.Outage> ofTable(
            Facts facts, String table, List<Operation> operations, PhaseSpan baseline) {
        List<Gap> gaps = gaps(operations);
        long usual = gaps.stream()
                .filter(gap -> gap.end <= baseline.endMicros() && gap.start >= baseline.startMicros())
                .mapToLong(Gap::micros)
                .max()
                .orElse(0);
        long threshold = Math.max(SHORTEST_MICROS, 2 * usual);
        Map<Failure, Double> before = sharesBefore(operations, baseline.endMicros());
        return gaps.stream()
                .filter(gap -> gap.micros() > threshold && gap.end > baseline.endMicros())
                .filter(gap -> !isByChance(operations, gap, before))
                .map(gap -> new RehearsalReport.Outage(
                        table,
                        Words.millis(gap.start),
                        Words.millis(gap.micros()),
                        facts.ownTimes().outageMillis(table, gap.start, gap.end),
                        statementDuring(facts, table, operations, gap)))
                .toList();
    }

    /** What an operation fails with. */
    private record Failure(int kind, @Nullable String sqlState) {
        static Failure of(Operation operation) {
            return new Failure(operation.kind(), operation.sqlState());
        }
    }

    /** How many of the operations of a kind failed before the migration with what their own values brought about. */
    private static Map<Failure, Double> sharesBefore(List<Operation> operations, long untilMicros) {
        List<Operation> before =
                operations.stream().filter(o -> o.endMicros() <= untilMicros).toList();
        Map<Integer, Long> all = before.stream().collect(Collectors.groupingBy(Operation::kind, Collectors.counting()));
        return before.stream()
                .filter(o -> o.outcome() == Outcome.FAILED
                        && OF_VALUES.matcher(String.valueOf(o.sqlState())).lookingAt())
                .collect(Collectors.groupingBy(Failure::of, Collectors.counting()))
                .entrySet()
                .stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        each -> (double) each.getValue()
                                / all.getOrDefault(each.getKey().kind(), 1L)));
    }

    /** Whether all that was asked meanwhile failed as before the migration, and none waited, so few that this comes about by chance. */
    private static boolean isByChance(List<Operation> operations, Gap gap, Map<Failure, Double> before) {
        List<Operation> due = operations.stream()
                .filter(o -> o.dueMicros() >= gap.start && o.dueMicros() < gap.end)
                .toList();
        List<Operation> failed =
                due.stream().filter(o -> o.outcome() != Outcome.SUCCEEDED).toList();
        double chance = failed.stream()
                .mapToDouble(o -> before.getOrDefault(Failure.of(o), 0.0))
                .reduce(1, (one, other) -> one * other);
        return !failed.isEmpty()
                && chance > RARE
                && due.stream().allMatch(o -> o.endMicros() - o.dueMicros() < SHORTEST_MICROS);
    }

    private record Gap(long start, long end) {
        long micros() {
            return end - start;
        }
    }

    /** Between two successes in a row, the time for which at least one operation that was due had not succeeded. */
    private static List<Gap> gaps(List<Operation> operations) {
        List<Operation> byDue = operations.stream()
                .sorted(Comparator.comparingLong(Operation::dueMicros))
                .toList();
        List<Operation> successes = operations.stream()
                .filter(o -> o.outcome() == Outcome.SUCCEEDED)
                .sorted(Comparator.comparingLong(Operation::endMicros))
                .toList();
        List<Gap> gaps = new ArrayList<>();
        int next = 0;
        long lastSuccess = 0;
        for (Operation success : successes) {
            while (next < byDue.size() && byDue.get(next).dueMicros() < lastSuccess) {
                next++;
            }
            long firstDue = next < byDue.size() ? byDue.get(next).dueMicros() : success.dueMicros();
            long begin = Math.max(lastSuccess, Math.min(firstDue, success.dueMicros()));
            long asked = lastEnd(byDue.subList(next, byDue.size()), success.dueMicros());
            if (asked > begin && success.dueMicros() - asked > asked - begin) {
                // That one fails where the table is rarely asked is an error, not an outage until the next is due.
                gaps.add(new Gap(begin, asked));
                begin = success.dueMicros();
            }
            if (success.endMicros() > begin) {
                gaps.add(new Gap(begin, success.endMicros()));
            }
            lastSuccess = success.endMicros();
        }
        long lastEnd = operations.stream().mapToLong(Operation::endMicros).max().orElse(0);
        long firstUnserved = byDue.stream()
                .filter(o -> o.outcome() != Outcome.SUCCEEDED)
                .mapToLong(Operation::dueMicros)
                .filter(due -> due >= 0)
                .reduce(Long.MAX_VALUE, Math::min);
        long begin = Math.max(lastSuccess, firstUnserved);
        if (firstUnserved != Long.MAX_VALUE && lastEnd > begin) {
            gaps.add(new Gap(begin, lastEnd));
        }
        return gaps;
    }

    /** When the last of those that were due by then came to its end; then, where none was. */
    private static long lastEnd(List<Operation> byDue, long micros) {
        return byDue.stream()
                .takeWhile(operation -> operation.dueMicros() < micros)
                .mapToLong(Operation::endMicros)
                .max()
                .orElse(micros);
    }

    /**
     * The statement whose lock on the table stood in the way the longest; where none did, or most operations were refused, the one that these failed for, or
     * else that ran the longest meanwhile.
     *
     * @param operations on the table
     */
    private static int statementDuring(Facts facts, String table, List<Operation> operations, Gap gap) {
        List<Operation> due = operations.stream()
                .filter(operation -> operation.dueMicros() >= gap.start && operation.dueMicros() < gap.end)
                .toList();
        List<Operation> refused = ApplicationFindings.refused(due);
        return Optional.of(refused)
                .filter(some -> 2 * some.size() > due.size())
                .flatMap(most -> FirstError.known(facts, most))
                .or(() -> longest(facts, gap, s -> heldUntil(s, table)))
                .or(() -> FirstError.known(facts, refused.isEmpty() ? due : refused))
                .or(() -> longest(facts, gap, StatementFact::endMicros))
                .map(StatementFact::index)
                .orElse(-1);
    }

    private static Optional<StatementFact> longest(Facts facts, Gap gap, ToLongFunction<StatementFact> until) {
        ToLongFunction<StatementFact> shared =
                s -> Math.min(until.applyAsLong(s), gap.end) - Math.max(s.startMicros(), gap.start);
        return facts.recording().statements().stream()
                .filter(s -> shared.applyAsLong(s) > 0)
                .max(Comparator.comparingLong(shared));
    }

    /** When the statement's lock on the table was free; its start where it took none that stops writers. */
    private static long heldUntil(StatementFact statement, String table) {
        return statement.locks().stream()
                .filter(lock -> lock.relation().equals(table) && lock.mode().blocksWriters())
                .mapToLong(statement::heldUntilMicros)
                .max()
                .orElse(statement.startMicros());
    }
}
