package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds a migration that goes faster by having foreign keys not checked, which the server does not make up for. By its words: nothing else shows it afterwards. */
final class ChecksOff {

    private static final Pattern SWITCHES_OFF = Pattern.compile(
            "\\bset\\s+((session|local)\\s+)?session_replication_role\\s*(=|\\bto\\b)\\s*'?replica\\b"
                    + "|\\bset_config\\s*\\(\\s*'session_replication_role'\\s*,\\s*'replica'"
                    + "|\\bdisable\\s+trigger\\s+(all\\b|\"?RI_ConstraintTrigger)"
                    + "|\\bupdate\\s+(pg_catalog\\.)?pg_trigger\\b",
            Pattern.CASE_INSENSITIVE);

    /** Of triggers that are named by something else. */
    private static final Pattern DISABLES = Pattern.compile("\\bdisable\\s+trigger\\b", Pattern.CASE_INSENSITIVE);

    /** What tells the triggers of constraints in the catalog, and is not there to leave them out. */
    private static final Pattern CONSTRAINTS = Pattern.compile(
            "\\btgconstraint\\b(?!\\s*=\\s*0\\b)|RI_ConstraintTrigger"
                    + "|(?<!\\bnot\\s)(?<![\\w.])(\\w+\\.)?tgisinternal\\b(?!\\s*(=|\\bis\\b)\\s*'?f)",
            Pattern.CASE_INSENSITIVE);

    /** As {@link dev.rehearse.observe.SchemaFingerprint} says it of a foreign key whose triggers fire for nobody, or on replicas alone. */
    private static final Pattern OFF = Pattern.compile("; enforced by triggers in state [^;]*[DR]");

    /** In the group the own name of what a statement defines, in quotes or not. */
    private static final Pattern DEFINED = Pattern.compile(
            "\\b(?:function|procedure|routine)\\s+(?:(?:\"[^\"]+\"|\\w+)\\s*\\.\\s*)?(\"[^\"]+\"|\\w+)",
            Pattern.CASE_INSENSITIVE);

    /** What only names a function calls none, as in DROP FUNCTION, GRANT EXECUTE ON FUNCTION or a trigger's EXECUTE FUNCTION. */
    private static final String NOT_NAMED_ONLY =
            "(?<!\\b(?:function|procedure|routine)\\s{1,9}(?:[\\w\"]{1,63}\\s{0,9}\\.\\s{0,9})?)";

    /** In the group the own name of the function that a trigger calls. */
    private static final Pattern EXECUTES = Pattern.compile(
            "\\bEXECUTE (?:FUNCTION|PROCEDURE) (?:(?:\"(?:[^\"]|\"\")+\"|\\w+)\\.)?(\"(?:[^\"]|\"\")+\"|\\w+)\\(");

    private ChecksOff() {}

    private static Pattern callOf(String function) {
        return Pattern.compile(
                "(?<![\\w\"])" + NOT_NAMED_ONLY + "\"?" + Pattern.quote(function.replace("\"", "")) + "\"?\\s*\\(",
                Pattern.CASE_INSENSITIVE);
    }

    private static boolean switchesOff(String sql) {
        return SWITCHES_OFF.matcher(sql).find()
                || DISABLES.matcher(sql).find() && CONSTRAINTS.matcher(sql).find();
    }

    static Optional<Finding> find(Facts facts) {
        List<StatementFact> found = new ArrayList<>();
        List<Pattern> callsThatSwitch = new ArrayList<>();
        for (String definition : facts.recording().schema().codeBefore()) {
            noteIfSwitching(Words.withoutComments(definition), callsThatSwitch);
        }
        for (StatementFact statement : facts.statements(Phase.MIGRATE)) {
            String sql = Words.withoutComments(statement.sql());
            if (statement.messageStatements() == 1 && FirstError.definesCode(statement)) {
                noteIfSwitching(sql, callsThatSwitch);
            } else if (switches(sql, callsThatSwitch)) {
                found.add(statement);
            }
        }
        List<SchemaDifference> changes = facts.recording().schema().changes();
        List<String> left = Stream.concat(
                        changes.stream()
                                .filter(change -> isOff(change.after()) && !isOff(change.before()))
                                .map(change -> change.object() + " is not checked after the migration either"),
                        byTriggers(changes, callsThatSwitch))
                .toList();
        return found.isEmpty() && left.isEmpty() ? Optional.empty() : Optional.of(finding(found, left));
    }

    /** Triggers that call from now on what switches them off, for the transaction at least that fires them. */
    private static Stream<String> byTriggers(List<SchemaDifference> changes, List<Pattern> callsThatSwitch) {
        List<SchemaDifference> functions = changes.stream()
                .filter(change -> change.after() != null && change.after().contains("RETURNS trigger"))
                .toList();
        functions.forEach(function -> noteIfSwitching(definition(function.after()), callsThatSwitch));
        return Stream.concat(
                changes.stream()
                        .filter(change ->
                                calls(change.after(), callsThatSwitch) && !calls(change.before(), callsThatSwitch))
                        .map(change -> change.object() + " switches them off when it fires"),
                functions.stream()
                        .filter(function -> function.before() != null
                                && switchesOff(definition(function.after()))
                                && !switchesOff(definition(function.before())))
                        .map(function -> function.object() + " switches them off when a trigger calls it"));
    }

    private static String definition(@Nullable String function) {
        return Words.withoutComments(Objects.requireNonNullElse(function, ""));
    }

    private static boolean calls(@Nullable String trigger, List<Pattern> callsThatSwitch) {
        Matcher executed = EXECUTES.matcher(Objects.requireNonNullElse(trigger, ""));
        return executed.find()
                && callsThatSwitch.stream()
                        .anyMatch(call -> call.matcher(executed.group(1) + "(").find());
    }

    private static boolean switches(String sql, List<Pattern> callsThatSwitch) {
        return switchesOff(sql)
                || callsThatSwitch.stream().anyMatch(call -> call.matcher(sql).find());
    }

    private static void noteIfSwitching(String definition, List<Pattern> callsThatSwitch) {
        Matcher defined = DEFINED.matcher(definition);
        if (switches(definition, callsThatSwitch) && defined.find()) {
            callsThatSwitch.add(callOf(defined.group(1)));
        }
    }

    private static boolean isOff(@Nullable String constraint) {
        return constraint != null && OFF.matcher(constraint).find();
    }

    /** @param left what keeps them from being checked after the migration */
    private static Finding finding(List<StatementFact> found, List<String> left) {
        List<String> evidence = new ArrayList<>();
        found.stream()
                .limit(5)
                .forEach(each -> evidence.add("statement " + (each.index() + 1) + ": " + Words.oneLine(each.sql())));
        left.stream().limit(5).forEach(evidence::add);
        return new Finding(
                "CHECKS_OFF",
                Severity.BREACH,
                "Foreign keys are not checked from " + (found.isEmpty() ? "the migration" : Words.place(found.get(0)))
                        + " on",
                found.isEmpty() ? -1 : found.get(0).index(),
                "switched off",
                "checked",
                evidence,
                "Rows that break them stay, and nothing looks for them later: the constraints say that there are none.",
                "Leave them on, and write in batches, parents before children; or DROP CONSTRAINT, and afterwards ADD CONSTRAINT ... NOT VALID and"
                        + " VALIDATE CONSTRAINT, which looks.",
                "N7");
    }
}
