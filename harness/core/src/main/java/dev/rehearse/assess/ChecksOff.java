package dev.rehearse.assess;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a migration that goes faster by having foreign keys not checked, which the server does not make up for. By its words: nothing else shows it afterwards. */
final class ChecksOff {

    private static final Pattern SWITCHES_OFF = Pattern.compile(
            "\\bset\\s+((session|local)\\s+)?session_replication_role\\s*(=|\\bto\\b)\\s*'?replica\\b"
                    + "|\\bset_config\\s*\\(\\s*'session_replication_role'\\s*,\\s*'replica'"
                    + "|\\bdisable\\s+trigger\\s+all\\b",
            Pattern.CASE_INSENSITIVE);

    /** A comment, or in the group a text in quotes, in which none begins. */
    private static final Pattern COMMENT = Pattern.compile("('[^']*+'|\"[^\"]*+\")|--.*|/\\*(?s:.*?)\\*/");

    /** In the group the own name of what a statement defines, in quotes or not. */
    private static final Pattern DEFINED = Pattern.compile(
            "\\b(?:function|procedure|routine)\\s+(?:(?:\"[^\"]+\"|\\w+)\\s*\\.\\s*)?(\"[^\"]+\"|\\w+)",
            Pattern.CASE_INSENSITIVE);

    /** What only names a function calls none, as in DROP FUNCTION, GRANT EXECUTE ON FUNCTION or a trigger's EXECUTE FUNCTION. */
    private static final String NOT_NAMED_ONLY =
            "(?<!\\b(?:function|procedure|routine)\\s{1,9}(?:[\\w\"]{1,63}\\s{0,9}\\.\\s{0,9})?)";

    private ChecksOff() {}

    private static Pattern callOf(String function) {
        return Pattern.compile(
                "(?<![\\w\"])" + NOT_NAMED_ONLY + "\"?" + Pattern.quote(function.replace("\"", "")) + "\"?\\s*\\(",
                Pattern.CASE_INSENSITIVE);
    }

    static Optional<Finding> find(Facts facts) {
        List<StatementFact> found = new ArrayList<>();
        List<Pattern> callsThatSwitch = new ArrayList<>();
        for (StatementFact statement : facts.statements(Phase.MIGRATE)) {
            String sql = COMMENT.matcher(statement.sql()).replaceAll("$1 ");
            boolean switches = SWITCHES_OFF.matcher(sql).find()
                    || callsThatSwitch.stream()
                            .anyMatch(call -> call.matcher(sql).find());
            if (switches && statement.messageStatements() == 1 && FirstError.definesCode(statement)) {
                Matcher defined = DEFINED.matcher(sql);
                if (defined.find()) {
                    callsThatSwitch.add(callOf(defined.group(1)));
                }
            } else if (switches) {
                found.add(statement);
            }
        }
        return found.stream()
                .findFirst()
                .map(first -> new Finding(
                        "CHECKS_OFF",
                        Severity.BREACH,
                        "Foreign keys are not checked from " + Words.place(first) + " on",
                        first.index(),
                        "switched off",
                        "checked",
                        found.stream()
                                .limit(5)
                                .map(each -> "statement " + (each.index() + 1) + ": " + Words.oneLine(each.sql()))
                                .toList(),
                        "Rows that break them stay, and nothing looks for them later: the constraints say that there are none.",
                        "Leave them on, and write in batches, parents before children; or DROP CONSTRAINT, and afterwards ADD CONSTRAINT ... NOT VALID and"
                                + " VALIDATE CONSTRAINT, which looks.",
                        "N7"));
    }
}
