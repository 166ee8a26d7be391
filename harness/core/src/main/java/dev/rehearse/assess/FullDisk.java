package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A disk without room ({@code 53100}). It is the rehearsal's own: what fails for it, and whatever comes after it, tells nothing of how the
 * migration does where there is room; what was there before stands. Stateless.
 */
final class FullDisk {

    static final String ID = "DISK_FULL";

    private static final String DISK_FULL = "53100";

    private FullDisk() {}

    /** That something failed for it, in words. */
    private record Failure(long micros, String words) {}

    /**
     * The findings as they are; where the disk was full, with those alone to decide against the migration that operations had felt before it was:
     * that they waited for too long, or failed for another reason, no room makes undone.
     */
    static List<Finding> heeded(Facts facts, List<Finding> findings) {
        return first(facts)
                .map(full -> {
                    Facts before = new Facts(Earlier.until(full.micros(), facts.recording()));
                    Set<String> known = Stream.of(LockFindings.of(before), ErrorFindings.of(before))
                            .flatMap(List::stream)
                            .filter(FullDisk::isBreach)
                            .map(FullDisk::subject)
                            .collect(Collectors.toSet());
                    List<Finding> heeded = new ArrayList<>(List.of(finding(full.words())));
                    findings.forEach(each ->
                            heeded.add(isBreach(each) && !known.contains(subject(each)) ? undecided(each) : each));
                    return heeded;
                })
                .orElse(findings);
    }

    private static boolean isBreach(Finding finding) {
        return finding.severity() == Severity.BREACH;
    }

    /** What it is about, whatever was measured of it. */
    private static String subject(Finding finding) {
        return finding.id() + " " + finding.statement();
    }

    private static Optional<Failure> first(Facts facts) {
        Stream<Failure> statements = facts.recording().statements().stream()
                .filter(statement -> DISK_FULL.equals(statement.sqlState()))
                .map(statement -> new Failure(statement.endMicros(), words(statement)));
        Stream<Failure> attempts = facts.recording().attempts().stream()
                .filter(attempt -> DISK_FULL.equals(attempt.sqlState()))
                .map(attempt -> new Failure(attempt.endMicros(), words(attempt)));
        Stream<Failure> operations = facts.failedOperations().stream()
                .filter(operation -> DISK_FULL.equals(operation.sqlState()))
                .map(operation ->
                        new Failure(operation.endMicros(), facts.kind(operation).name() + " failed with it"));
        return Stream.of(statements, attempts, operations)
                .flatMap(each -> each)
                .min(Comparator.comparingLong(Failure::micros));
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
