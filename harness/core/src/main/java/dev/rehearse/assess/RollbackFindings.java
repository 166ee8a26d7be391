package dev.rehearse.assess;

import dev.rehearse.assess.statement.Reading;
import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Budget.RollbackRule;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Judges the way back: whether there is one, whether it works and restores, and what became of the rows and values ({@link LossFindings}). */
final class RollbackFindings {

    private static final Pattern WRITES_ANEW = Pattern.compile(
            "(?:refresh\\s+materialized\\s+view|vacuum|reindex|analy[sz]e|cluster|checkpoint)\\b",
            Pattern.CASE_INSENSITIVE);

    private RollbackFindings() {}

    static List<Finding> of(Facts facts) {
        Recording recording = facts.recording();
        List<Finding> findings = new ArrayList<>();
        if (!recording.plan().hasRollback() && !leavesNothingToTakeBack(facts)) {
            findings.add(missing(recording));
        }
        MigrationFindings.lastAttempts(recording, Phase.ROLL_BACK).stream()
                .filter(a -> a.outcome() != Outcome.SUCCEEDED)
                .findFirst()
                .ifPresent(a -> findings.add(failed(facts, a)));
        SchemaNotRestored.find(recording, findings);
        findings.addAll(LossFindings.of(recording));
        reapplied(facts, findings);
        return findings;
    }

    /** Whether the migration only read, or wrote anew what is there, and the schema is as it was. */
    private static boolean leavesNothingToTakeBack(Facts facts) {
        List<StatementFact> statements = facts.statements(Phase.MIGRATE);
        return !statements.isEmpty()
                && facts.recording().schema().changes().stream().allMatch(SchemaDifference::clustersOnly)
                && NothingMigrated.withoutHistory(facts.recording(), statements).stream()
                        .allMatch(s -> Reading.isOneBut(
                                s.sql(), part -> WRITES_ANEW.matcher(part).lookingAt()));
    }

    private static Finding missing(Recording recording) {
        boolean required = recording.plan().budget().rollback() == RollbackRule.REQUIRED;
        ToolFacts tool = recording.plan().project();
        return new Finding(
                "ROLLBACK_MISSING",
                required ? Severity.BREACH : Severity.DANGER,
                "There is no way back",
                -1,
                "no down script",
                required ? "required" : "tested where there is one",
                tool == null || tool.withoutUndo().isEmpty()
                        ? List.of("the plan names no script that rolls back")
                        : List.of(
                                "the plan names no script that rolls back",
                                tool.title() + " cannot take back " + String.join(", ", tool.withoutUndo())),
                "If the release goes wrong after the migration, nothing rehearsed undoes it.",
                "Write the down script and rehearse it, or plan a corrective migration and rehearse that.",
                null);
    }

    private static Finding failed(Facts facts, Attempt attempt) {
        List<String> evidence = evidence(attempt);
        facts.statements(Phase.ROLL_BACK).stream()
                .filter(s -> s.outcome() != Outcome.SUCCEEDED)
                .forEach(s -> evidence.add("statement " + (s.index() + 1) + ": " + Words.oneLine(s.sql())));
        return new Finding(
                "ROLLBACK_FAILED",
                Severity.BREACH,
                "The rollback failed"
                        + (attempt.sqlState() == null
                                ? ""
                                : " with " + attempt.sqlState() + ErrorWords.meaning(attempt.sqlState())),
                -1,
                attempt.sqlState() == null ? "failed" : attempt.sqlState(),
                "succeeds",
                evidence,
                "On the night of the release the way back ends half way.",
                MigrationFailure.wayOut(attempt.sqlState(), "Mend the down script and rehearse again."),
                null);
    }

    private static List<String> evidence(Attempt attempt) {
        List<String> evidence = new ArrayList<>();
        if (attempt.message() != null) {
            evidence.add(attempt.message());
        }
        evidence.addAll(MigrationFindings.printed(attempt));
        evidence.add(MigrationFindings.inWords(attempt));
        return evidence;
    }

    private static void reapplied(Facts facts, List<Finding> findings) {
        boolean failed = Boolean.FALSE.equals(MigrationFindings.reapplied(facts.recording()));
        MigrationFindings.lastAttempts(facts.recording(), Phase.REAPPLY).stream()
                .filter(a -> failed && a.outcome() != Outcome.SUCCEEDED)
                .findFirst()
                .ifPresent(attempt -> findings.add(new Finding(
                        "REAPPLY_FAILED",
                        Severity.BREACH,
                        "After the rollback the migration cannot be run again",
                        -1,
                        attempt.sqlState() == null ? "failed" : attempt.sqlState(),
                        "succeeds",
                        evidence(attempt),
                        "A release that was rolled back once cannot go out a second time.",
                        "Let the down script remove everything that the up script makes.",
                        null)));
        List<SchemaDifference> differs = facts.recording().schema().reapplyDiffers();
        if (!failed && differs != null && !differs.isEmpty()) {
            findings.add(new Finding(
                    "REAPPLY_DIFFERS",
                    Severity.DANGER,
                    "Migrating again gives another schema: " + Words.differ(differs.size()),
                    -1,
                    Units.count(differs.size(), "difference"),
                    "none",
                    differs.stream().limit(10).map(SchemaNotRestored::words).toList(),
                    "Two databases with the same history are not the same.",
                    "Let the down script restore what the up script found.",
                    null));
        }
    }
}
