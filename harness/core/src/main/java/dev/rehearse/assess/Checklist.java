package dev.rehearse.assess;

import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.PhaseSpan;
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
        boolean rolledBack = recording.span(Phase.ROLL_BACK) != null;
        boolean restored = recording.schema().afterRollback() != null
                && recording.schema().afterRollback().isEmpty();
        add(
                "before",
                "rollback written and tested",
                rolledBack && restored,
                rolledBack || recording.plan().hasRollback(),
                rolledBack
                        ? restored
                                ? "rolled back under load, schema restored to the object"
                                : "rolled back, but not restored"
                        : recording.plan().hasRollback() ? "the run ended before it" : "the plan has no rollback");
        notMeasured("before", "affected tables backed up", "a rehearsal cannot see production's backups");
        PhaseSpan settle = recording.span(Phase.SETTLE);
        OperationStatistics settled = facts.statistics(Phase.SETTLE);
        add(
                "before",
                "application compatible with both schemas",
                settle != null && settled.errorCount() == 0 && !facts.isNewApplicationAbsent(),
                settle != null,
                settle == null
                        ? "the run ended before SETTLE"
                        : Units.count(settled.errorCount()) + " of "
                                + Units.count(settled.count(), "operation")
                                + " failed on the new schema ("
                                + (recording.load().after() == null
                                        ? "the old application only: the plan names no new one"
                                        : facts.isNewApplicationAbsent()
                                                ? "the old application only: the new one never ran"
                                                : "old and new application together")
                                + ")");
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        add(
                "before",
                "duration benchmarked",
                migrate != null,
                migrate != null,
                migrate == null
                        ? "the run ended before it"
                        : Words.time(migrate.endMicros() - migrate.startMicros()) + " on this machine, once");
        long locks = facts.statements(Phase.MIGRATE).stream()
                .mapToLong(s -> s.locks().size())
                .sum();
        add(
                "before",
                "lock impact known",
                migrate != null,
                migrate != null,
                Units.count(locks, "relation lock") + " recorded over "
                        + Units.count(facts.statements(Phase.MIGRATE).size(), "statement") + "; "
                        + Units.count(facts.applicationWaits().size(), "operation") + " of the application waited");
        boolean standby = !recording.replication().isEmpty();
        add(
                "before",
                "replication lag watched",
                standby,
                standby,
                standby
                        ? Units.count(recording.environment().standbys(), "standby") + " sampled"
                        : "no standby in this rehearsal");
    }

    private void during() {
        boolean observed = recording.observer().samples() > 0;
        add(
                "during",
                "lock waits and active statements",
                observed,
                observed,
                Units.count(recording.observer().samples(), "sample") + ", longest gap "
                        + Words.time(recording.observer().longestGapMicros()));
        var worst = MigrationFindings.worstLag(recording);
        add(
                "during",
                "replication lag",
                worst != null,
                worst != null,
                worst == null ? "no standby in this rehearsal" : "at most " + Words.time(worst.replayLagMicros()));
        var migrating = facts.statistics(Phase.MIGRATE);
        add(
                "during",
                "error rate",
                migrating.errorCount() == 0,
                migrating.count() > 0,
                Units.count(migrating.errorCount()) + " of " + Units.count(migrating.count(), "operation") + " failed");
        add(
                "during",
                "the rollback command at hand",
                recording.plan().hasRollback(),
                recording.plan().hasRollback(),
                recording.plan().hasRollback() ? "the plan's down scripts" : "the plan has no rollback");
    }

    private void after() {
        boolean migrated = MigrationFindings.lastAttempts(recording, Phase.MIGRATE).stream()
                .anyMatch(a -> a.outcome() == Outcome.SUCCEEDED);
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
        long lost = recording.account().tables().stream()
                .mapToLong(t -> t.rowsLost() + t.sampledRowsLost())
                .sum();
        add(
                "after",
                "row counts and checksums",
                lost == 0 && written + sampled > 0,
                written + sampled > 0,
                Units.count(written, "row") + " that the application wrote and " + Units.count(sampled, "older row")
                        + " looked up again, value by value; " + Units.count(lost) + " lost");
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
