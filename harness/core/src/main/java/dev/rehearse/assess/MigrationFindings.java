package dev.rehearse.assess;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.InvariantFact;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
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
    private static final String FOUND_AFTER = "found after ";

    private MigrationFindings() {}

    static List<Finding> of(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(MigrationFailure.of(facts));
        ChecksOff.find(facts).ifPresent(findings::add);
        findings.addAll(duration(facts.recording()));
        findings.addAll(replication(facts.recording()));
        findings.addAll(leftovers(facts.recording()));
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

    /** What the rollback left, too, is told once. */
    private static Collection<Finding> leftovers(Recording recording) {
        Map<String, Finding> findings = new LinkedHashMap<>();
        for (Leftover leftover : recording.leftovers()) {
            findings.merge(
                    leftover.kind() + " " + leftover.object(),
                    leftover(leftover),
                    (first, again) -> with(first, foundAfter(leftover)));
        }
        if (recording.schema().afterRollback() != null) {
            findings.replaceAll((key, found) -> found.id().equals(Leftover.Kind.INVALID_INDEX.name())
                            && !found.evidence().contains(FOUND_AFTER + Phase.ROLL_BACK)
                    ? with(found, "gone after " + Phase.ROLL_BACK)
                    : found);
        }
        return findings.values();
    }

    private static Finding with(Finding finding, String line) {
        List<String> evidence = new ArrayList<>(finding.evidence());
        evidence.add(line);
        return new Finding(
                finding.id(),
                finding.severity(),
                finding.title(),
                finding.statement(),
                finding.measured(),
                finding.limit(),
                evidence,
                finding.effect(),
                finding.saferWay(),
                finding.catalogue());
    }

    private static String foundAfter(Leftover leftover) {
        return FOUND_AFTER + leftover.phase();
    }

    private static Finding leftover(Leftover leftover) {
        return switch (leftover.kind()) {
            case INVALID_INDEX ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "INVALID index " + leftover.object() + " was left",
                        "No query uses it, and IF NOT EXISTS takes it for the real one.",
                        "DROP INDEX CONCURRENTLY, then build it again.",
                        "IDX-04");
            case NOT_VALID_CONSTRAINT ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Constraint " + leftover.object() + " is NOT VALID",
                        "Existing rows may break it, and the planner does not rely on it.",
                        "VALIDATE CONSTRAINT in a transaction of its own.",
                        "CON-02");
            case MISSING_PRIVILEGE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "The application has no right to the new " + leftover.object(),
                        "The release that uses it fails with 42501 (insufficient privilege).",
                        "GRANT in the migration, or ALTER DEFAULT PRIVILEGES for the role that migrates, once.",
                        null);
            case LOST_PRIVILEGE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "The application lost rights to " + leftover.object(),
                        "What still uses them fails with 42501 (insufficient privilege). A relation that is dropped and made again loses its grants.",
                        "GRANT again in the same transaction; replace a view with CREATE OR REPLACE, which keeps them.",
                        null);
            case POLICIES_UNTRIED ->
                ValidityFindings.unproven(
                        leftover.kind().name(),
                        "What the policies let the application do was not tried: " + leftover.object(),
                        "the owner's rights",
                        "the application's rights",
                        leftover.detail(),
                        "Rows that the policies keep from the application are not missed in this run; what else it found holds.",
                        "Name whose rights the application has, the owner where it is: roles: { application: shop_app } in the plan.");
            case ROWS_UNFOLLOWED ->
                ValidityFindings.unproven(
                        leftover.kind().name(),
                        "What became of rows that the application wrote was not seen: " + leftover.object(),
                        "no key to find them by",
                        "looked up again",
                        leftover.detail(),
                        "A table gives its key back: something else has that name now, and may put the rows elsewhere, or nowhere. An application that"
                                + " asks for the key gets none; what else the run found holds.",
                        "Let the INSTEAD OF trigger set the key in NEW, as by nextval, before it writes the row, and return that.");
            case FUNCTIONS_UNTRIED ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Changed, and not seen to be called: " + leftover.object(),
                        "The server looks into a function when it is called: a name that is not there, or another result, shows only then.",
                        "Let an operation of workload.before call it, or call it in the application's tests on the migrated schema.",
                        null);
            case DEPRECATED_COLUMN ->
                leftover(
                        leftover,
                        Severity.NOTE,
                        "Column " + leftover.object() + " waits to be removed",
                        "It costs space and confuses readers.",
                        "Plan its removal.",
                        null);
            case OPEN_TRANSACTION ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "A transaction was left open: " + leftover.object(),
                        "Its locks and its snapshot stay.",
                        "End every transaction; set idle_in_transaction_session_timeout.",
                        "TX-06");
            case TOOL_STUCK ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "The tool cannot go on: " + leftover.object(),
                        "The next release stops before it has begun, until somebody clears it.",
                        "The way out: " + leftover.detail(),
                        null);
            case ADVISORY_LOCK ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "An advisory lock was left: " + leftover.object(),
                        "The next run of the tool waits for it.",
                        "Release it; end the session that holds it.",
                        null);
        };
    }

    private static Finding leftover(
            Leftover leftover, Severity severity, String title, String effect, String way, @Nullable String catalogue) {
        return new Finding(
                leftover.kind().name(),
                severity,
                title,
                -1,
                leftover.object(),
                severity == Severity.BREACH ? "none" : "not judged",
                List.of(leftover.detail(), foundAfter(leftover)),
                effect,
                way,
                catalogue);
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
