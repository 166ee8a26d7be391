package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says once what locks of one transaction have in common, however many tables it locked. Stateless. */
final class Together {

    private Together() {}

    /**
     * What was found of one lock.
     *
     * @param object what was locked
     * @param micros how bad it is: how long it was held, or waited for
     */
    record Told(Finding finding, String object, long micros) {}

    /** What makes several one: the transaction, the migration that answers for it, and what to do. */
    private record Cause(
            String id,
            int backendPid,
            int endOfTransaction,
            @Nullable String migration,
            String saferWay) {}

    /** One finding for each cause, where the first of it was: the worst, with what the others locked. */
    static List<Finding> of(Facts facts, List<Told> all) {
        Map<Object, List<Told>> byCause = new LinkedHashMap<>();
        for (Told told : all) {
            StatementFact statement = facts.statement(told.finding().statement());
            Object cause = statement == null ? told : cause(facts, told.finding(), statement);
            byCause.computeIfAbsent(cause, any -> new ArrayList<>()).add(told);
        }
        return byCause.values().stream().map(each -> one(facts, each)).toList();
    }

    private static Cause cause(Facts facts, Finding finding, StatementFact statement) {
        return new Cause(
                finding.id(),
                statement.backendPid(),
                facts.recording()
                        .endOfTransaction(statement)
                        .map(StatementFact::index)
                        .orElse(-1),
                statement.migration(),
                String.valueOf(finding.saferWay()));
    }

    private static Finding one(Facts facts, List<Told> told) {
        List<Told> worstFirst = told.stream()
                .sorted(Comparator.comparingLong(Told::micros).reversed())
                .toList();
        Told worst = worstFirst.get(0);
        if (told.size() == 1) {
            return worst.finding();
        }
        Finding finding = worst.finding();
        List<Told> others = worstFirst.subList(1, worstFirst.size());
        Set<String> objects = others.stream().map(Told::object).collect(Collectors.toCollection(LinkedHashSet::new));
        objects.remove(worst.object());
        List<String> evidence = new ArrayList<>(finding.evidence());
        evidence.add("in the same transaction, longest first: " + lines(facts, others));
        return retold(
                finding,
                finding.title()
                        + (objects.isEmpty()
                                ? ""
                                : "; likewise " + Words.some(List.copyOf(objects)) + " in the same transaction"),
                finding.measured(),
                evidence,
                finding.saferWay());
    }

    /** A finding that stands for others, too. */
    static Finding retold(Finding finding, String title, String measured, List<String> evidence, String saferWay) {
        return new Finding(
                finding.id(),
                finding.severity(),
                title,
                finding.statement(),
                measured,
                finding.limit(),
                evidence,
                finding.effect(),
                saferWay,
                finding.catalogue());
    }

    private static String lines(Facts facts, Collection<Told> others) {
        return others.stream()
                .map(told -> {
                    StatementFact statement = facts.statement(told.finding().statement());
                    return told.object() + " " + Words.time(told.micros())
                            + (statement == null ? "" : " (" + Words.place(statement) + ")");
                })
                .collect(Collectors.joining(", "));
    }
}
