package dev.rehearse.assess;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import java.util.List;
import java.util.Optional;
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

    private ChecksOff() {}

    static Optional<Finding> find(Facts facts) {
        List<StatementFact> found = facts.statements(Phase.MIGRATE).stream()
                .filter(statement -> statement.messageStatements() > 1 || !FirstError.definesCode(statement))
                .filter(statement -> SWITCHES_OFF
                        .matcher(COMMENT.matcher(statement.sql()).replaceAll("$1 "))
                        .find())
                .toList();
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
