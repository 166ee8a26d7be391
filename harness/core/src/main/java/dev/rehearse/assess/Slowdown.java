package dev.rehearse.assess;

import dev.rehearse.assess.schema.LostIndexes;
import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges what stays slow once the migration is over: an operation that lost its index, or whose plan changed with the statistics. Compared is
 * the median of service time, in SETTLE against the baseline, of each operation on a table that the migration locked; what slows the others as
 * well, such as a busy machine or full caches, is taken off. Stateless.
 */
final class Slowdown {

    /** Of fewer the median says nothing. */
    private static final int LEAST_OPERATIONS = 5;

    /** Less is not felt, and may be the scheduler's. */
    private static final double LEAST_MORE_MICROS = 3_000;

    /**
     * @param before service times of those that succeeded in the baseline, in microseconds, sorted
     * @param after the same in SETTLE
     */
    private record Compared(OperationKind kind, List<Long> before, List<Long> after) {

        double times() {
            return median(after) / Math.max(1, median(before));
        }

        /** @param machine how many times as long everything takes now */
        boolean isSlower(double limit, double machine) {
            List<Double> own = after.stream().map(micros -> micros / machine).toList();
            return times() / machine > limit
                    && median(after) / machine - median(before) >= LEAST_MORE_MICROS
                    && !Chance.explainsLonger(before, own);
        }
    }

    private static final Pattern DROPS = Pattern.compile("\\bdrop\\b", Pattern.CASE_INSENSITIVE);

    private Slowdown() {}

    static Optional<Finding> find(Facts facts) {
        Double limit = facts.recording().plan().budget().slowdown();
        if (limit == null) {
            return Optional.empty();
        }
        List<Compared> all = compared(facts);
        List<StatementFact> statements = facts.statements(Phase.MIGRATE);
        List<Compared> onOthers = new ArrayList<>(all);
        onOthers.removeIf(one -> statementOn(statements, one.kind()).isPresent());
        List<Compared> onMigrated = new ArrayList<>(all);
        onMigrated.removeAll(onOthers);
        double machine = Math.max(
                1,
                onOthers.isEmpty()
                        ? 1
                        : middle(onOthers.stream().map(Compared::times).sorted().toList()));
        List<Compared> slower = onMigrated.stream()
                .filter(one -> one.isSlower(limit, machine))
                .sorted(Comparator.comparingDouble(Compared::times).reversed())
                .toList();
        return slower.isEmpty() ? Optional.empty() : Optional.of(finding(facts, slower, limit));
    }

    /** Which operations on tables that the migration locked ran too rarely to be compared, in words. */
    static Optional<String> notCompared(Facts facts) {
        if (facts.recording().plan().budget().slowdown() == null
                || facts.recording().span(Phase.SETTLE) == null) {
            return Optional.empty();
        }
        List<StatementFact> statements = facts.statements(Phase.MIGRATE);
        Set<OperationKind> compared = compared(facts).stream()
                .filter(one -> !Chance.explainsAnyOrder(
                        one.before().size(), one.after().size()))
                .map(Compared::kind)
                .collect(Collectors.toSet());
        // Those that never work there any more are told as errors.
        Set<OperationKind> failing = facts.judgedOperations(Phase.SETTLE).stream()
                .collect(Collectors.groupingBy(facts::kind, Collectors.mapping(Operation::outcome, Collectors.toSet())))
                .entrySet()
                .stream()
                .filter(each -> each.getValue().equals(Set.of(Outcome.FAILED)))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        List<String> rare = facts.recording().operations().kinds().stream()
                .filter(kind ->
                        kind.application().equals(facts.recording().load().before()))
                .filter(kind -> !compared.contains(kind))
                .filter(kind -> statementOn(statements, kind).isPresent())
                .filter(kind -> !failing.contains(kind))
                .map(OperationKind::name)
                .toList();
        return rare.isEmpty()
                ? Optional.empty()
                : Optional.of("whether the new schema slows " + Words.some(rare)
                        + " down: so few succeeded before the migration or after it that chance could do it");
    }

    private static Finding finding(Facts facts, List<Compared> slower, double limit) {
        List<StatementFact> statements = facts.statements(Phase.MIGRATE);
        Compared worst = slower.get(0);
        List<SchemaDifference> lost = slower.stream()
                .flatMap(one -> lostIndexes(facts, one.kind()).stream())
                .distinct()
                .toList();
        return new Finding(
                "SLOWDOWN",
                Severity.BREACH,
                worst.kind().name() + " takes " + Words.time(Math.round(median(worst.after())))
                        + " on the new schema instead of "
                        + Words.time(Math.round(median(worst.before())))
                        + (slower.size() == 1
                                ? ""
                                : ", and " + Units.count(slower.size() - 1, "other") + " longer, too"),
                cause(facts, worst.kind()).map(StatementFact::index).orElse(-1),
                ApplicationFindings.timesBaseline(worst.times()),
                ApplicationFindings.timesBaseline(limit),
                Stream.concat(
                                slower.stream().limit(8).map(Slowdown::inWords),
                                lost.stream().limit(4).map(SchemaNotRestored::words))
                        .toList(),
                "From the release on it takes that long, and longer on larger tables.",
                (isReferredToAnew(worst.kind(), statements)
                                ? "An index on the new foreign key's columns, built CONCURRENTLY before the key: without one the server reads the whole referring"
                                        + " table for each row that is deleted. "
                                : "")
                        + (lost.isEmpty()
                                ? "Compare its plan (EXPLAIN) on both schemas: an index that it needs is gone or no longer fits, or ANALYZE must follow a rewrite."
                                : "Keep an index on the columns of the one that went, built CONCURRENTLY before where a new key takes its place, until no"
                                        + " application asks by them; if that does not help, compare its plan (EXPLAIN) on both schemas."),
                null);
    }

    /** Whether the migration makes a foreign key to a table that the operation writes. */
    private static boolean isReferredToAnew(OperationKind kind, List<StatementFact> statements) {
        return kind.written().stream()
                .map(table -> Pattern.compile(
                        "\\breferences\\s+(\\S+\\.)?\"?"
                                + Pattern.quote(table.replaceFirst("^.*\\.", "").replace("\"", "")) + "\"?(?!\\w)",
                        Pattern.CASE_INSENSITIVE))
                .anyMatch(reference -> statements.stream()
                        .anyMatch(
                                statement -> reference.matcher(statement.sql()).find()));
    }

    private static String inWords(Compared one) {
        return one.kind().name() + ": median service time " + Words.time(Math.round(median(one.before()))) + " of "
                + Units.count(one.before().size(), "operation") + " before, "
                + Words.time(Math.round(median(one.after()))) + " of "
                + Units.count(one.after().size())
                + " after the migration";
    }

    /** What took an index of the operation's tables away; where none went, the last statement that could change how the operation runs. */
    private static Optional<StatementFact> cause(Facts facts, OperationKind kind) {
        List<String> indexes = lostIndexes(facts, kind).stream()
                .map(change -> change.object().substring("index ".length()))
                .toList();
        List<StatementFact> statements = facts.statements(Phase.MIGRATE);
        return statements.stream()
                .filter(statement -> DROPS.matcher(statement.sql()).find() && FirstError.names(statement, indexes))
                .reduce((a, b) -> b)
                .or(() -> statementOn(statements, kind));
    }

    /** Of the tables of an operation. */
    private static List<SchemaDifference> lostIndexes(Facts facts, OperationKind kind) {
        List<SchemaDifference> changes = facts.recording().schema().changes();
        return changes.stream()
                .filter(change -> change.object().startsWith("index ")
                        && LostIndexes.lost(change, changes)
                                .filter(lost -> kind.tables().contains(lost.table()))
                                .isPresent())
                .toList();
    }

    /** The last statement of the migration that could change how the operation runs. */
    private static Optional<StatementFact> statementOn(List<StatementFact> statements, OperationKind kind) {
        List<String> tables = kind.tables();
        return ApplicationFindings.locking(statements, tables, mode -> mode.blocksWriters())
                .or(() -> ApplicationFindings.locking(statements, tables, ApplicationFindings.WRITING));
    }

    private static List<Compared> compared(Facts facts) {
        Map<Integer, List<Long>> before = services(facts, Phase.BASELINE);
        List<Compared> all = new ArrayList<>();
        services(facts, Phase.SETTLE).forEach((kind, after) -> {
            List<Long> earlier = before.get(kind);
            if (earlier != null && Math.min(earlier.size(), after.size()) >= LEAST_OPERATIONS) {
                all.add(new Compared(facts.recording().operations().kinds().get(kind), earlier, after));
            }
        });
        return all;
    }

    private static Map<Integer, List<Long>> services(Facts facts, Phase phase) {
        Map<Integer, List<Long>> services = new HashMap<>();
        for (Operation operation : facts.ownTimes().operations(phase)) {
            if (operation.outcome() == Outcome.SUCCEEDED) {
                services.computeIfAbsent(operation.kind(), kind -> new ArrayList<>())
                        .add(Math.max(0, operation.serviceMicros()));
            }
        }
        services.values().forEach(each -> each.sort(null));
        return services;
    }

    private static double median(List<Long> sorted) {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2.0;
    }

    private static double middle(List<Double> sorted) {
        return sorted.get((sorted.size() - 1) / 2);
    }
}
