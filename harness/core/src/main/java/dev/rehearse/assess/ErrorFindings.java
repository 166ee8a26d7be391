package dev.rehearse.assess;

import dev.rehearse.assess.Chance.Failure;
import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges which operations failed, and whether the migration is to blame. */
final class ErrorFindings {

    /** Class of errors by which the server says that it does not know what a statement names. */
    static final String NOT_KNOWN = "42";

    /** Of fewer that fail the moment may be to blame. */
    private static final int FEWEST_TO_BE_BROKEN = 3;

    private ErrorFindings() {}

    static List<Finding> of(Facts facts) {
        Double allowed = facts.recording().plan().budget().errorShare();
        if (allowed == null) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        List<TooMany> tooMany = Facts.JUDGED.stream()
                .filter(phase -> hasTooManyErrors(facts, phase))
                .flatMap(phase -> tooManyErrors(facts, phase, allowed).stream())
                .toList();
        findings.addAll(togetherOfPhases(tooMany));
        for (Phase phase : Facts.JUDGED) {
            if (!hasTooManyErrors(facts, phase) && isBeyond(facts, phase, Set.of())) {
                findings.add(fewErrors(facts, phase, allowed));
            }
        }
        if (!hasTooManyErrors(facts, Phase.SETTLE)) {
            findings.addAll(brokenOperations(facts));
        }
        return findings;
    }

    /**
     * Errors of one phase.
     *
     * @param share of the operations of the phase
     * @param inWords how many of how many, and when
     * @param errors with what these failed
     */
    private record TooMany(Finding finding, Phase phase, double share, String inWords, Set<String> errors) {

        /** Whether it is of the same statement, and its way out is among the other's, or the other's among its. */
        boolean needsTheSame(TooMany other) {
            String way = String.valueOf(finding.saferWay());
            String otherWay = String.valueOf(other.finding.saferWay());
            return finding.statement() == other.finding.statement()
                    && (way.contains(otherWay) || otherWay.contains(way));
        }
    }

    /** What fails for the same statement, and needs the same, is told once, as of the phase in which the most failed, the rollback's only where nothing failed before it. */
    private static List<Finding> togetherOfPhases(List<TooMany> tooMany) {
        List<List<TooMany>> alike = new ArrayList<>();
        for (TooMany one : tooMany) {
            alike.stream()
                    .filter(others -> others.get(0).needsTheSame(one))
                    .findFirst()
                    .orElseGet(() -> {
                        alike.add(new ArrayList<>());
                        return alike.get(alike.size() - 1);
                    })
                    .add(one);
        }
        return alike.stream().map(ErrorFindings::worst).toList();
    }

    private static Finding worst(List<TooMany> alike) {
        TooMany worst = Collections.max(
                alike,
                // What the migration brought lasts until the rollback has taken it back.
                Comparator.<TooMany, Boolean>comparing(each -> each.phase != Phase.ROLL_BACK)
                        .thenComparingDouble(TooMany::share));
        Finding finding = worst.finding;
        List<String> evidence = new ArrayList<>(finding.evidence());
        alike.stream().filter(each -> each != worst).forEach(each -> {
            evidence.add("for the same: " + each.inWords);
            if (!worst.errors.containsAll(each.errors)) {
                evidence.addAll(each.finding.evidence());
            }
        });
        return Together.retold(
                finding,
                finding.title(),
                finding.measured(),
                evidence,
                alike.stream()
                        .map(each -> String.valueOf(each.finding.saferWay()))
                        .max(Comparator.comparingInt(String::length))
                        .orElse(finding.saferWay()));
    }

    /** Operations that never work on the new schema, and not for a reason that they had before, however few such operations are among the others. */
    private static List<Finding> brokenOperations(Facts facts) {
        Set<Failure> known = Chance.failures(before(facts)).keySet();
        Map<Integer, List<Operation>> byKind = facts.judgedOperations(Phase.SETTLE).stream()
                .filter(operation -> operation.isServed() && !known.contains(Failure.of(operation)))
                .collect(Collectors.groupingBy(Operation::kind));
        List<List<Operation>> broken = byKind.values().stream()
                .filter(operations -> isBroken(facts, operations))
                .sorted(Comparator.<List<Operation>>comparingInt(List::size).reversed())
                .toList();
        return byMigration(facts, broken).stream()
                .map(own -> broken(facts, own))
                .toList();
    }

    /**
     * What failed, by the migration that it failed for, so that each answers for its own; what no migration is known of is with the first of the others.
     *
     * @param failed each the operations of a kind that failed alike
     */
    private static Collection<List<List<Operation>>> byMigration(Facts facts, Collection<List<Operation>> failed) {
        Map<String, List<List<Operation>>> byMigration = new LinkedHashMap<>();
        List<List<Operation>> others = new ArrayList<>();
        for (List<Operation> operations : failed) {
            int statement = FirstError.of(facts, operations);
            String migration = statement < 0
                    ? null
                    : facts.recording().statements().get(statement).migration();
            (migration == null ? others : byMigration.computeIfAbsent(migration, m -> new ArrayList<>()))
                    .add(operations);
        }
        if (!others.isEmpty()) {
            byMigration.values().stream()
                    .findFirst()
                    .orElseGet(() -> byMigration.computeIfAbsent("", m -> new ArrayList<>()))
                    .addAll(others);
        }
        return byMigration.values();
    }

    /**
     * Once is enough where the new schema does not know what the operation names; else it may have been the moment, or the first time on a connection that
     * had a plan for the old schema.
     */
    private static boolean isBroken(Facts facts, List<Operation> operations) {
        return operations.stream().allMatch(operation -> operation.outcome() == Outcome.FAILED)
                && operations.stream().anyMatch(operation -> !facts.isStalePlan(operation))
                && (operations.size() >= FEWEST_TO_BE_BROKEN
                        || operations.stream()
                                .allMatch(operation ->
                                        String.valueOf(operation.sqlState()).startsWith(NOT_KNOWN)));
    }

    /** @param broken each operation's, the one that ran most often first */
    private static Finding broken(Facts facts, List<List<Operation>> broken) {
        List<Operation> first = broken.get(0);
        List<Operation> all = broken.stream().flatMap(List::stream).toList();
        Map<String, Long> errors = OperationStatistics.of(all).errorsBySqlState();
        Map<Failure, Integer> blamed = blamed(facts, all);
        return new Finding(
                "ERRORS",
                Severity.BREACH,
                facts.kind(first.get(0)).name()
                        + (broken.size() == 1 ? "" : " and " + Units.count(broken.size() - 1, "other operation"))
                        + " never worked on the new schema, but failed with " + errorsOf(facts, all),
                FirstError.of(facts, first),
                "0 of " + Units.count(all.size(), "operation") + " succeeded",
                "every operation works",
                byOperation(facts, all, blamed),
                "Users get errors, whatever share of all operations these are.",
                ErrorAdvice.of(facts, blamed, errors),
                null);
    }

    /** For which statement operations failed, by how they did, the most frequent first; -1: none is known. */
    private static Map<Failure, Integer> blamed(Facts facts, List<Operation> operations) {
        Map<Failure, Integer> blamed = new LinkedHashMap<>();
        operations.stream()
                .filter(operation -> operation.outcome() != Outcome.SUCCEEDED)
                .collect(Collectors.groupingBy(Failure::of, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .sorted(Comparator.comparingInt(each -> -each.getValue().size()))
                .forEach(each -> blamed.put(
                        each.getKey(),
                        FirstError.known(facts, each.getValue())
                                .map(StatementFact::index)
                                .orElse(-1)));
        return blamed;
    }

    /**
     * Whether more operations due in the phase failed than the budget allows, and not by chance. None of the application that comes with the migration
     * ever ran before it, so that of these chance explains nothing.
     */
    static boolean hasTooManyErrors(Facts facts, Phase phase) {
        return isBeyond(facts, phase, chance(facts, phase));
    }

    private static Set<Failure> chance(Facts facts, Phase phase) {
        Set<Failure> chance = Chance.failures(
                facts.judgedOperations(phase),
                before(facts),
                facts.recording().schema().changes());
        List<OperationKind> kinds = facts.recording().operations().kinds();
        chance.removeIf(failure -> !kinds.get(failure.kind())
                .application()
                .equals(facts.recording().load().before()));
        return chance;
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
                        && ApplicationFindings.locking(
                                        facts.recording().statements(),
                                        facts.kind(o).tables(),
                                        mode -> mode == LockMode.ROW_EXCLUSIVE)
                                .isPresent());
        return new Finding(
                "FEW_ERRORS",
                mayBeTheMigrations ? Severity.VOID : Severity.NOTE,
                Units.count(then.errorCount()) + " of " + Units.count(then.count(), "operation") + " failed with "
                        + errorsOf(facts, facts.judgedOperations(phase)) + " while " + ApplicationFindings.words(phase)
                        + ", which may be chance",
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

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static List<TooMany> tooManyErrors(Facts facts, Phase phase, double allowed) {
        List<Operation> operations = facts.operationsDueIn(phase).stream()
                .filter(operation -> !facts.isFailedCachedPlan(operation))
                .toList();
        Set<Failure> chance = chance(facts, phase);
        Map<Failure, List<Operation>> failed = operations.stream()
                .filter(operation -> operation.outcome() != Outcome.SUCCEEDED)
                .filter(operation -> !chance.contains(Failure.of(operation)))
                .collect(Collectors.groupingBy(Failure::of, LinkedHashMap::new, Collectors.toList()));
        Collection<List<List<Operation>>> byMigration = byMigration(facts, failed.values());
        return byMigration.size() < 2
                ? List.of(tooManyErrors(facts, phase, allowed, operations, operations))
                : byMigration.stream()
                        .map(own -> own.stream().flatMap(List::stream).toList())
                        .map(own -> tooManyErrors(facts, phase, allowed, operations, own))
                        .toList();
    }

    /** @param blamed those that failed for one cause, perhaps with others that succeeded */
    private static TooMany tooManyErrors(
            Facts facts, Phase phase, double allowed, List<Operation> operations, List<Operation> blamed) {
        OperationStatistics statistics = OperationStatistics.of(blamed);
        OperationStatistics baseline = facts.statistics(Phase.BASELINE);
        double baselineShare = share(baseline.errorCount(), baseline.count());
        Map<Failure, Integer> statements = blamed(facts, blamed);
        List<String> evidence = byOperation(facts, blamed, statements);
        if (baselineShare > 0) {
            evidence.add(
                    "baseline: " + Words.percent(baselineShare) + " of operations failed before the migration began");
        }
        int statement = FirstError.of(facts, mostFrequent(blamed));
        double failed = share(statistics.errorCount(), operations.size());
        String inWords = Units.count(statistics.errorCount()) + " of " + Units.count(operations.size(), "operation")
                + " failed with " + errorsOf(facts, blamed) + " while "
                + ApplicationFindings.words(phase);
        Finding finding = new Finding(
                "ERRORS",
                Severity.BREACH,
                inWords,
                statement,
                Words.percent(failed),
                allowed(allowed),
                evidence,
                "Users get errors.",
                ErrorAdvice.of(facts, statements, statistics.errorsBySqlState()),
                null);
        return new TooMany(
                finding, phase, failed, inWords, statistics.errorsBySqlState().keySet());
    }

    /** What most of these failed with. */
    private static String errorsOf(Facts facts, List<Operation> operations) {
        return ErrorWords.error(facts, mostFrequent(operations).get(0))
                + (OperationStatistics.of(operations).errorsBySqlState().size() > 1 ? " and others" : "");
    }

    /** Those that failed as most did: the statement that is named is of these. */
    private static List<Operation> mostFrequent(List<Operation> operations) {
        String error = mostFrequentName(OperationStatistics.of(operations).errorsBySqlState());
        return operations.stream()
                .filter(operation -> operation.outcome() != Outcome.SUCCEEDED)
                .filter(operation -> OperationStatistics.errorName(operation).equals(error))
                .collect(Collectors.groupingBy(Operation::kind, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .max(Comparator.comparingInt(List::size))
                .orElse(operations);
    }

    /** How often which operation failed with what, the most frequent first, and for which statement where that is not the same of all; can be added to. */
    private static List<String> byOperation(Facts facts, List<Operation> operations, Map<Failure, Integer> statements) {
        boolean severalStatements = Set.copyOf(statements.values()).size() > 1;
        Map<String, Long> byOperation = new TreeMap<>();
        Map<Failure, String> said = ErrorWords.said(facts, operations);
        for (Operation operation : operations) {
            if (operation.outcome() != Outcome.SUCCEEDED) {
                StatementFact statement =
                        severalStatements ? facts.statement(statements.getOrDefault(Failure.of(operation), -1)) : null;
                String name = facts.kind(operation).name() + " of "
                        + facts.kind(operation).application() + ": " + ErrorWords.error(facts, operation)
                        + said.getOrDefault(Failure.of(operation), "")
                        + (statement == null
                                ? ""
                                : ", for " + Words.place(statement) + ": " + Words.oneLine(statement.sql()));
                byOperation.merge(name, 1L, Long::sum);
            }
        }
        return byOperation.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(8)
                .map(e -> Units.count(e.getValue()) + " x " + e.getKey())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static String mostFrequentName(Map<String, Long> errors) {
        return Collections.max(errors.entrySet(), Map.Entry.comparingByValue()).getKey();
    }
}
