package dev.rehearse.assess;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A disk without room ({@code 53100}). It is the rehearsal's own: what fails for it, and whatever comes after it, tells nothing of how the
 * migration does where there is room. Stateless.
 */
final class FullDisk {

    static final String ID = "DISK_FULL";

    private static final String DISK_FULL = "53100";

    private FullDisk() {}

    /** The findings as they are; where the disk was full, without one that decides against the migration. */
    static List<Finding> heeded(Facts facts, List<Finding> findings) {
        return first(facts)
                .map(evidence -> {
                    List<Finding> open = new ArrayList<>(List.of(finding(evidence)));
                    findings.forEach(each -> open.add(each.severity() == Severity.BREACH ? undecided(each) : each));
                    return open;
                })
                .orElse(findings);
    }

    /** What failed first, in words. */
    private static Optional<String> first(Facts facts) {
        Stream<String> statements = facts.recording().statements().stream()
                .filter(statement -> DISK_FULL.equals(statement.sqlState()))
                .map(FullDisk::words);
        Stream<String> attempts = facts.recording().attempts().stream()
                .filter(attempt -> DISK_FULL.equals(attempt.sqlState()))
                .map(FullDisk::words);
        Stream<String> operations = facts.failedOperations().stream()
                .filter(operation -> DISK_FULL.equals(operation.sqlState()))
                .map(operation -> facts.kind(operation).name() + " failed with it");
        return Stream.of(statements, attempts, operations).flatMap(each -> each).findFirst();
    }

    private static String words(StatementFact statement) {
        return Words.place(statement) + ": " + Words.oneLine(statement.sql());
    }

    private static String words(Attempt attempt) {
        return (attempt.phase() == Phase.MIGRATE
                        ? "the migration"
                        : attempt.phase().toString()) + ": " + attempt.message();
    }

    private static Finding finding(String evidence) {
        return new Finding(
                ID,
                Severity.VOID,
                "The disk of the rehearsal's server was full",
                -1,
                "SQLSTATE " + DISK_FULL,
                "room for all that the run writes",
                List.of(evidence),
                "What failed for it, and whatever came after it, says nothing of a server that has room.",
                "Make room where the server keeps its data, or rehearse with fewer rows. How much production's disk needs is under \"server\""
                        + " in the report of a run that comes to its end, and in what rehearse predict tells.",
                null);
    }

    private static Finding undecided(Finding finding) {
        return new Finding(
                finding.id(),
                Severity.DANGER,
                finding.title(),
                finding.statement(),
                finding.measured(),
                finding.limit(),
                finding.evidence(),
                finding.effect(),
                finding.saferWay(),
                finding.catalogue());
    }
}
