package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives each migration a verdict of its own, by the findings that are about one of its statements or attempts. */
record MigrationVerdicts(Recording recording, List<Finding> findings) {

    private static final Set<String> OF_AN_ATTEMPT = Set.of("MIGRATION_FAILED", "ROLLBACK_FAILED");
    private static final String NOT_RUN = "NOT_RUN";

    static List<RehearsalReport.Migration> of(Recording recording, List<Finding> findings) {
        MigrationVerdicts verdicts = new MigrationVerdicts(recording, findings);
        return recording.plan().migrations().stream().map(verdicts::judged).toList();
    }

    private RehearsalReport.Migration judged(String id) {
        List<Finding> own = findings.stream().filter(f -> isAbout(f, id)).toList();
        String outcome = outcome(id);
        long start = start(id);
        boolean ran = !outcome.equals(NOT_RUN) && start != Long.MAX_VALUE;
        return new RehearsalReport.Migration(
                id,
                verdict(outcome, own),
                outcome,
                ran ? Words.millis(start) : -1,
                ran ? Words.millis(end(id) - start) : 0,
                own.stream().map(Finding::id).distinct().toList(),
                rolledBack(id));
    }

    private Verdict verdict(String outcome, List<Finding> own) {
        boolean failed = outcome.equals(Outcome.FAILED.name()) || outcome.equals(Outcome.UNKNOWN.name());
        boolean tells = findings.stream().noneMatch(f -> f.id().equals(FullDisk.ID));
        if (failed && tells || own.stream().anyMatch(f -> f.severity() == Severity.BREACH)) {
            return Verdict.NO_GO;
        }
        boolean proves = !outcome.equals(NOT_RUN)
                && findings.stream()
                        .noneMatch(f -> f.severity() == Severity.VOID && (f.statement() < 0 || own.contains(f)));
        return proves ? Verdict.GO : Verdict.INCONCLUSIVE;
    }

    /** Where there is but one, everything is about it. */
    private boolean isAbout(Finding finding, String id) {
        if (recording.plan().migrations().size() == 1) {
            return true;
        }
        if (finding.statement() >= 0) {
            return id.equals(recording.statements().get(finding.statement()).migration());
        }
        Phase phase = finding.id().startsWith("ROLLBACK") ? Phase.ROLL_BACK : Phase.MIGRATE;
        return OF_AN_ATTEMPT.contains(finding.id())
                && recording.attempts().stream()
                        .anyMatch(a ->
                                a.phase() == phase && a.outcome() != Outcome.SUCCEEDED && id.equals(a.migration()));
    }

    private List<Attempt> attempts(Phase phase, @Nullable String id) {
        return recording.attempts().stream()
                .filter(a -> a.phase() == phase && Objects.equals(a.migration(), id))
                .toList();
    }

    private List<StatementFact> statements(String id) {
        return recording.statements().stream()
                .filter(s -> s.phase() == Phase.MIGRATE && id.equals(s.migration()))
                .toList();
    }

    private String outcome(String id) {
        List<Attempt> own = MigrationFindings.last(attempts(Phase.MIGRATE, id));
        if (!own.isEmpty()) {
            return worst(own);
        }
        List<Attempt> ofAll = MigrationFindings.last(attempts(Phase.MIGRATE, null));
        String worst = ofAll.isEmpty() ? NOT_RUN : worst(ofAll);
        if (worst.equals(Outcome.SUCCEEDED.name()) || worst.equals(NOT_RUN)) {
            return worst;
        }
        List<StatementFact> statements = statements(id);
        if (statements.isEmpty()) {
            return NOT_RUN;
        }
        // One attempt ran them all, and ended with the last that has statements.
        boolean last = recording.statements().stream()
                .filter(s -> s.phase() == Phase.MIGRATE && s.migration() != null)
                .reduce((a, b) -> b)
                .filter(s -> id.equals(s.migration()))
                .isPresent();
        return last ? worst : Outcome.SUCCEEDED.name();
    }

    private static String worst(List<Attempt> attempts) {
        return attempts.stream()
                .map(Attempt::outcome)
                .filter(outcome -> outcome != Outcome.SUCCEEDED)
                .findFirst()
                .orElse(Outcome.SUCCEEDED)
                .name();
    }

    private long start(String id) {
        List<Attempt> own = attempts(Phase.MIGRATE, id);
        return own.isEmpty()
                ? statements(id).stream()
                        .mapToLong(StatementFact::startMicros)
                        .min()
                        .orElse(Long.MAX_VALUE)
                : own.stream().mapToLong(Attempt::startMicros).min().orElseThrow();
    }

    private long end(String id) {
        List<Attempt> own = attempts(Phase.MIGRATE, id);
        return own.isEmpty()
                ? statements(id).stream()
                        .mapToLong(StatementFact::endMicros)
                        .max()
                        .orElseThrow()
                : own.stream().mapToLong(Attempt::endMicros).max().orElseThrow();
    }

    private @Nullable Boolean rolledBack(String id) {
        if (recording.attempts().stream().noneMatch(a -> a.phase() == Phase.ROLL_BACK)) {
            return null;
        }
        List<Attempt> own = attempts(Phase.ROLL_BACK, id);
        List<Attempt> last = MigrationFindings.last(own.isEmpty() ? attempts(Phase.ROLL_BACK, null) : own);
        return !last.isEmpty() && worst(last).equals(Outcome.SUCCEEDED.name());
    }
}
