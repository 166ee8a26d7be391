package dev.rehearse.assess;

import dev.rehearse.assess.server.ServerSide;
import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.InvariantFact;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges the migration itself: how long it took, what it left, what it cost the standbys, what it broke. */
final class MigrationFindings {

    /** How a recording writes that the query of an invariant failed. */
    private static final Pattern ERROR = Pattern.compile("error [0-9A-Z]{5}");

    /** Where in a program of Java's or Node.js' an exception comes from. */
    private static final Pattern FRAME = Pattern.compile("\\s+at .*(?:\\(.*\\)|:\\d+)");

    private static final int PRINTED_LINES = 6;

    private MigrationFindings() {}

    static List<Finding> of(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(MigrationFailure.of(facts));
        ChecksOff.find(facts).ifPresent(findings::add);
        AwayMeanwhile.find(facts).ifPresent(findings::add);
        findings.addAll(duration(facts.recording()));
        findings.addAll(replication(facts.recording()));
        findings.addAll(LeftoverFindings.of(facts.recording()));
        facts.recording().invariants().stream()
                .filter(invariant -> !holds(invariant))
                .forEach(invariant -> findings.add(broken(invariant)));
        return findings;
    }

    static String inWords(Attempt attempt) {
        return (attempt.migration() == null ? "" : attempt.migration() + ", ") + "attempt " + attempt.number()
                + " of migrator " + (attempt.migrator() + 1) + ": " + attempt.outcome()
                + " after " + Words.time(attempt.endMicros() - attempt.startMicros())
                + (attempt.sqlState() == null ? "" : ", SQLSTATE " + attempt.sqlState());
    }

    /** The tool's own last words. */
    static List<String> printed(Attempt attempt) {
        List<String> lines = attempt.output()
                .lines()
                .filter(line -> !line.isBlank() && !FRAME.matcher(line).matches())
                .toList();
        return lines.subList(Math.max(0, lines.size() - PRINTED_LINES), lines.size()).stream()
                .map(line -> "the tool printed: " + Words.oneLine(line))
                .toList();
    }

    /** The last attempt of each migrator. */
    static List<Attempt> lastAttempts(Recording recording, Phase phase) {
        return last(
                recording.attempts().stream().filter(a -> a.phase() == phase).toList());
    }

    /** How many migrators got through. */
    private static long succeeded(Recording recording, Phase phase) {
        return lastAttempts(recording, phase).stream()
                .filter(a -> a.outcome() == Outcome.SUCCEEDED)
                .count();
    }

    /** Whether it was migrated again as it was the first time, where of several migrators some may not have got through; null: that was not tried. */
    static @Nullable Boolean reapplied(Recording recording) {
        return lastAttempts(recording, Phase.REAPPLY).isEmpty()
                ? null
                : succeeded(recording, Phase.REAPPLY) >= succeeded(recording, Phase.MIGRATE);
    }

    /** From the start of the first attempt to the end of the last one: the phase is longer by what Rehearse looks at in it. */
    static long tookMicros(Recording recording, Phase phase) {
        LongSummaryStatistics ends = new LongSummaryStatistics();
        LongSummaryStatistics starts = new LongSummaryStatistics();
        recording.attempts().stream().filter(a -> a.phase() == phase).forEach(a -> {
            starts.accept(a.startMicros());
            ends.accept(a.endMicros());
        });
        return starts.getCount() == 0 ? 0 : ends.getMax() - starts.getMin();
    }

    /** Of these, the last of each migrator. */
    static List<Attempt> last(List<Attempt> attempts) {
        return attempts.stream()
                .filter(a -> attempts.stream().noneMatch(b -> b.migrator() == a.migrator() && isLater(b, a)))
                .toList();
    }

    /** Numbers begin anew with each migration. */
    private static boolean isLater(Attempt a, Attempt b) {
        return a.startMicros() == b.startMicros() ? a.number() > b.number() : a.startMicros() > b.startMicros();
    }

    private static List<Finding> duration(Recording recording) {
        Budget budget = recording.plan().budget();
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        if (budget.duration() == null || migrate == null) {
            return List.of();
        }
        long took = migrate.endMicros() - migrate.startMicros();
        if (took <= budget.duration().toNanos() / 1_000) {
            return List.of();
        }
        StatementFact longest = recording.statements().stream()
                .filter(s -> s.phase() == Phase.MIGRATE)
                .max(Comparator.comparingLong(s -> s.endMicros() - s.startMicros()))
                .orElse(null);
        return List.of(new Finding(
                "DURATION",
                Severity.BREACH,
                "The migration took " + Words.time(took),
                longest == null ? -1 : longest.index(),
                Words.time(took),
                Words.time(budget.duration()),
                longest == null
                        ? List.of("no statement was seen")
                        : List.of("longest statement: " + Words.oneLine(longest.sql()) + ", "
                                + Words.time(longest.endMicros() - longest.startMicros())),
                "The release window is not long enough.",
                "Split off the long statement; backfill in batches outside the release.",
                null));
    }

    private static List<Finding> replication(Recording recording) {
        Budget budget = recording.plan().budget();
        ReplicationSample worst = worstLag(recording);
        if (budget.replayLag() == null || worst == null) {
            return List.of();
        }
        if (worst.replayLagMicros() <= budget.replayLag().toNanos() / 1_000) {
            return List.of();
        }
        return List.of(new Finding(
                "REPLAY_LAG",
                Severity.BREACH,
                worst.standby() + " fell " + Words.time(worst.replayLagMicros()) + " behind",
                recording.statements().stream()
                        .filter(s -> s.startMicros() <= worst.micros())
                        .reduce((a, b) -> b)
                        .map(StatementFact::index)
                        .orElse(-1),
                Words.time(worst.replayLagMicros()),
                Words.time(budget.replayLag()),
                lagEvidence(recording, worst),
                "Reads on the standby are that stale, and a failover would lose or wait for that much.",
                "Smaller transactions with pauses while the lag is high; for a stall behind a reader on the standby, end long readers first.",
                null));
    }

    private static List<String> lagEvidence(Recording recording, ReplicationSample worst) {
        List<String> evidence = new ArrayList<>(List.of(
                Units.count(worst.replayLagBytes()) + " bytes of WAL were not yet replayed at that moment",
                Units.count(worst.conflicts()) + " queries cancelled on the standby so far"));
        ServerSide.waits(recording, worst.standby()).stream()
                .filter(w ->
                        w.startMicros() <= worst.micros() && w.endMicros() >= worst.micros() - worst.replayLagMicros())
                .findFirst()
                .ifPresent(w -> evidence.add(w.waiter() + " there waited " + Words.time(w.micros()) + " for "
                        + LockMode.ofCatalogName(w.mode())
                                .map(LockMode::sqlName)
                                .orElse(w.mode())
                        + (w.relation() == null ? "" : " on " + w.relation())
                        + (w.chain().isEmpty()
                                ? ""
                                : " behind "
                                        + w.chain().get(w.chain().size() - 1).who())));
        return evidence;
    }

    /** The worst lag from the start of the migration on. */
    static @Nullable ReplicationSample worstLag(Recording recording) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        return migrate == null
                ? null
                : recording.replication().stream()
                        .filter(s -> s.micros() >= migrate.startMicros())
                        .max(Comparator.comparingLong(ReplicationSample::replayLagMicros))
                        .orElse(null);
    }

    /** Whether an invariant held wherever it was asked. */
    static boolean holds(InvariantFact fact) {
        String expected = fact.expected() != null ? fact.expected() : fact.before();
        return expected != null
                && !ERROR.matcher(expected).matches()
                && (fact.expected() == null || Objects.equals(fact.before(), expected))
                && (fact.afterMigration() == null || Objects.equals(fact.afterMigration(), expected))
                && (fact.afterRollback() == null || Objects.equals(fact.afterRollback(), expected));
    }

    private static Finding broken(InvariantFact fact) {
        return new Finding(
                "INVARIANT",
                Severity.BREACH,
                "\"" + fact.name() + "\" did not hold",
                -1,
                "before " + fact.before() + ", after the migration " + fact.afterMigration() + ", after the rollback "
                        + fact.afterRollback(),
                fact.expected() == null ? "as before" : fact.expected(),
                List.of(Words.oneLine(fact.sql())),
                "The data no longer means what it meant.",
                "Find the statement that changes it; check it against a copy of the data.",
                null);
    }
}
