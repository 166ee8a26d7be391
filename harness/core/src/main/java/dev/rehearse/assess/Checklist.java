package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.ChecklistLine;
import dev.rehearse.report.RehearsalReport.ChecklistLine.State;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.List;

/** The go-live checklist, each line with its evidence, or with why it was not measured. */
final class Checklist {

    private final Facts facts;
    private final Recording recording;
    private final List<ChecklistLine> lines = new ArrayList<>();

    private Checklist(Facts facts) {
        this.facts = facts;
        this.recording = facts.recording();
    }

    static List<ChecklistLine> of(Facts facts) {
        Checklist checklist = new Checklist(facts);
        checklist.before();
        checklist.during();
        checklist.after();
        return checklist.lines;
    }

    private void before() {
        long rows = recording.plan().rows().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        boolean migrated = recording.span(Phase.MIGRATE) != null;
        add(
                "before",
                "tested at production-like volume",
                migrated && rows > 0,
                migrated,
                Units.count(rows, "row") + " in "
                        + Units.count(recording.plan().rows().size(), "table")
                        + "; whether production has as many, only you know");
        rollback();
        notMeasured("before", "affected tables backed up", "a rehearsal cannot see production's backups");
        compatibility();
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        boolean worked = worked(Phase.MIGRATE);
        add(
                "before",
                "duration benchmarked",
                worked,
                worked,
                worked && migrate != null
                        ? Words.time(migrate.endMicros() - migrate.startMicros()) + " on this machine, once"
                        : "the migration did not come to its end");
        List<StatementFact> statements = facts.statements(Phase.MIGRATE);
        boolean seen = worked && !statements.isEmpty() && ValidityFindings.observerKeptUp(recording);
        long locks = statements.stream().mapToLong(s -> s.locks().size()).sum();
        add(
                "before",
                "lock impact known",
                seen,
                seen,
                Units.count(locks, "relation lock") + " recorded over " + Units.count(statements.size(), "statement")
                        + "; " + Units.count(facts.applicationWaits().size(), "wait") + " of the application for them"
                        + (seen
                                ? ""
                                : worked
                                        ? "; the observer did not see all"
                                        : "; the migration did not come to its end"));
        boolean standby = !recording.replication().isEmpty();
        add(
                "before",
                "replication lag watched",
                standby,
                standby,
                standby ? Units.count(recording.environment().standbys(), "standby") + " sampled" : facts.noStandby());
    }

    private void rollback() {
        boolean rolledBack = recording.span(Phase.ROLL_BACK) != null;
        List<SchemaDifference> differences = recording.schema().notRestored();
        boolean restored = differences != null && differences.isEmpty();
        String evidence;
        if (!rolledBack) {
            evidence = recording.plan().hasRollback() ? "the run ended before it" : "the plan has no rollback";
        } else if (!worked(Phase.ROLL_BACK)) {
            evidence = "it did not come to its end";
        } else if (differences == null) {
            evidence = "rolled back under load, but the schema was not compared";
        } else {
            evidence = restored
                    ? "rolled back under load, schema restored to the object"
                    : "rolled back under load, but " + Words.differ(differences.size());
        }
        boolean known = rolledBack && (differences != null || !worked(Phase.ROLL_BACK));
        add("before", "rollback written and tested", worked(Phase.ROLL_BACK) && restored, known, evidence);
    }

    private void compatibility() {
        String item = "application compatible with both schemas";
        OperationStatistics settled = facts.statistics(Phase.SETTLE);
        if (!worked(Phase.MIGRATE) || settled.count() == 0) {
            notMeasured("before", item, "no operation ran on the new schema");
            return;
        }
        boolean derived = recording.load().before().equals(Workload.Application.DERIVED);
        boolean compatible = isWithinErrors(Phase.SETTLE, settled) && !facts.isNewApplicationAbsent();
        String who = recording.load().after() == null
                ? "the old application only: the plan names no new one"
                : facts.isNewApplicationAbsent()
                        ? "the old application only: the new one never ran"
                        : "old and new application together";
        add(
                "before",
                item,
                compatible,
                !derived || !compatible,
                Units.count(settled.errorCount()) + " of " + Units.count(settled.count(), "operation")
                        + " failed on the new schema ("
                        + (derived ? "derived from the schema: it is not your application" : who) + ")");
    }

    /** The line is judged as the verdict is, so that the two never disagree. */
    private boolean isWithinErrors(Phase phase, OperationStatistics statistics) {
        return statistics.errorCount() == 0
                || recording.plan().budget().errorShare() != null && !ErrorFindings.hasTooManyErrors(facts, phase);
    }

    /** Whether every migrator came to its end. */
    private boolean worked(Phase phase) {
        List<Attempt> last = MigrationFindings.lastAttempts(recording, phase);
        return !last.isEmpty() && last.stream().allMatch(a -> a.outcome() == Outcome.SUCCEEDED);
    }

    private void during() {
        boolean observed = ValidityFindings.observerKeptUp(recording);
        add(
                "during",
                "lock waits and active statements",
                observed,
                observed,
                Units.count(recording.observer().samples(), "sample") + ", longest gap "
                        + Words.time(recording.observer().longestGapMicros())
                        + "; the samplers took "
                        + Words.percent(recording.observer().cores())
                        + " of a core, the server's answers to them at most "
                        + Words.percent(recording.observer().serverCoresAtMost())
                        + "; the tap's reading of the migration's locks is not counted");
        var worst = MigrationFindings.worstLag(recording);
        add(
                "during",
                "replication lag",
                worst != null,
                worst != null,
                worst == null ? facts.noStandby() : "at most " + Words.time(worst.replayLagMicros()));
        var migrating = facts.statistics(Phase.MIGRATE);
        add(
                "during",
                "error rate",
                isWithinErrors(Phase.MIGRATE, migrating),
                migrating.count() > 0,
                Units.count(migrating.errorCount()) + " of " + Units.count(migrating.count(), "operation") + " failed");
        add(
                "during",
                "the rollback command at hand",
                recording.plan().hasRollback(),
                recording.plan().hasRollback(),
                recording.plan().hasRollback()
                        ? "the plan's down scripts, or the tool's own way back"
                        : "the plan has no rollback");
    }

    private void after() {
        boolean migrated = worked(Phase.MIGRATE);
        add(
                "after",
                "schema as expected",
                migrated,
                migrated,
                Units.count(recording.schema().changes().size(), "object") + " changed, listed in the report");
        notMeasured("after", "integration tests pass on the migrated database", "they are the application's own");
        long written = recording.account().tables().stream()
                .mapToLong(t -> t.written())
                .sum();
        long sampled = recording.account().tables().stream()
                .mapToLong(t -> t.sampled())
                .sum();
        LossFindings.Losses losses = LossFindings.Losses.of(recording);
        long goneUntilRollback = LossFindings.goneUntilRollback(recording);
        boolean intact = losses.rows() == 0
                && losses.oldValues().isEmpty()
                && LossFindings.valuesBehindUntilRollback(recording).isEmpty()
                && !(goneUntilRollback > 0
                        && LossFindings.leavesBehind(recording.account().beforeRollback()));
        add(
                "after",
                "row counts and checksums",
                intact,
                written + sampled > 0 && (intact || recording.account().verifiedAfter() == Phase.ROLL_BACK),
                Units.count(written, "row") + " that the application wrote and " + Units.count(sampled, "older row")
                        + " looked up again, value by value; " + Units.count(losses.rows(), "row") + " and "
                        + Units.count(LossFindings.sum(losses.oldValues()), "value") + " lost or changed"
                        + (goneUntilRollback == 0
                                ? ""
                                : "; " + Units.count(goneUntilRollback, "row") + " gone until the rollback")
                        + (intact || recording.account().verifiedAfter() == Phase.ROLL_BACK
                                ? ""
                                : "; without a rollback only you know whether that was meant"));
        notMeasured("after", "generated types and ORM models up to date", "they are in the application's build");
        List<String> deprecated = recording.leftovers().stream()
                .filter(l -> l.kind() == Recording.Leftover.Kind.DEPRECATED_COLUMN)
                .map(Recording.Leftover::object)
                .toList();
        notMeasured(
                "after",
                "deprecated structures scheduled for removal",
                deprecated.isEmpty() ? "none with a _deprecated name was found" : String.join(", ", deprecated));
        notMeasured("after", "a runbook written", "a rehearsal cannot see it");
    }

    private void add(String when, String item, boolean done, boolean measured, String evidence) {
        State state = !measured ? State.NOT_MEASURED : done ? State.DONE : State.FAILED;
        lines.add(new ChecklistLine(when, item, state, evidence));
    }

    private void notMeasured(String when, String item, String why) {
        lines.add(new ChecklistLine(when, item, State.NOT_MEASURED, why));
    }
}
