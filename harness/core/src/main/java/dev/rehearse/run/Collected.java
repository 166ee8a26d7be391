package dev.rehearse.run;

import dev.rehearse.migration.PlannedTool;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Aborted;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.BlockerFact;
import dev.rehearse.recording.Recording.EnvironmentFacts;
import dev.rehearse.recording.Recording.InvariantFact;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.LoadFacts;
import dev.rehearse.recording.Recording.ObserverFacts;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.PlanFacts;
import dev.rehearse.recording.Recording.QueueLength;
import dev.rehearse.recording.Recording.RelationSize;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.Recording.RowAccount;
import dev.rehearse.recording.Recording.SchemaFacts;
import dev.rehearse.recording.Recording.ServerSample;
import dev.rehearse.recording.Recording.StandbyWait;
import dev.rehearse.recording.Recording.StateSample;
import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run has found out so far; a {@link Recording} can be made of it at any moment, so that a run that ends early still tells what it
 * measured. Used by the run's own thread.
 */
final class Collected {

    private final Rehearsal rehearsal;
    private String toolName;
    private boolean hasRollback;
    private List<String> migrations = List.of();
    private @Nullable ToolFacts toolFacts;
    private final RunClock clock;
    Map<String, Long> rows = Map.of();
    boolean broughtRows;
    EnvironmentFacts environment;
    List<StatementFact> statements = List.of();
    List<Attempt> attempts = new ArrayList<>();
    List<LockWait> lockWaits = List.of();
    List<QueueLength> queues = List.of();
    OperationLog operations = new OperationLog();
    LoadFacts load;
    List<BlockerFact> blockers = List.of();
    List<ReplicationSample> replication = List.of();
    List<StandbyWait> standbyWaits = List.of();
    List<ServerSample> server = List.of();
    List<StateSample> states = List.of();
    List<RelationSize> relations = new ArrayList<>();
    SchemaFacts schema = new SchemaFacts(List.of(), null, null, List.of(), List.of());
    List<TableAccount> afterMigration = List.of();
    RowAccount account = new RowAccount(null, List.of(), List.of());
    List<Leftover> leftovers = new ArrayList<>();
    Map<String, InvariantFact> invariants = new LinkedHashMap<>();
    ObserverFacts observer = new ObserverFacts(0, 0, 0, 0, 0, List.of(), List.of(), List.of());
    List<String> notMeasured = new ArrayList<>();

    @Nullable
    Aborted aborted;

    Collected(Rehearsal rehearsal, RunClock clock) {
        this.rehearsal = rehearsal;
        this.toolName = rehearsal.migration().tool().name();
        this.clock = clock;
        this.environment = Environment.unknown(rehearsal);
        var after = rehearsal.workload().after();
        this.load = new LoadFacts(
                rehearsal.workload().rate().highestPerSecond(),
                rehearsal.workload().rate().words(),
                rehearsal.workload().clients(),
                rehearsal.workload().before().name(),
                after == null ? null : after.name(),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                List.of());
    }

    /** What runs the migration, and what it is to run; Flyway knows that once it has begun. */
    void tool(PlannedTool tool) {
        toolName = tool.name();
        hasRollback = tool.hasDown();
        migrations = tool.migrations();
        toolFacts = tool.facts();
    }

    /** Adds what a later recorder heard, numbered on from what is there. */
    void addStatements(List<StatementFact> later) {
        List<StatementFact> all = new ArrayList<>(statements);
        later.forEach(statement -> all.add(statement.withIndex(all.size())));
        statements = all;
    }

    /** The run ends here: what happened, in words for the user. Only the first reason counts. */
    void abort(Phase phase, String reason, boolean databaseDied) {
        if (aborted == null) {
            aborted = new Aborted(phase, reason, databaseDied);
        }
    }

    Recording recording(List<PhaseSpan> phases) {
        return new Recording(
                Recording.FORMAT,
                plan(),
                environment,
                clock.startedAt(),
                List.copyOf(phases),
                statements,
                List.copyOf(attempts),
                lockWaits,
                queues,
                operations,
                load,
                blockers,
                replication,
                standbyWaits,
                server,
                states,
                List.copyOf(relations),
                schema,
                account,
                List.copyOf(leftovers),
                List.copyOf(invariants.values()),
                observer,
                List.copyOf(notMeasured),
                aborted);
    }

    private PlanFacts plan() {
        var migration = rehearsal.migration();
        return new PlanFacts(
                rehearsal.name(),
                rehearsal.folder().toString(),
                toolName,
                migration.flyway() == null
                        ? migrations
                        : migration.flyway().locations().stream()
                                .map(Object::toString)
                                .toList(),
                migrations,
                toolFacts,
                hasRollback,
                migration.migrators(),
                migration.lockTimeout() == null ? -1 : migration.lockTimeout().toMillis(),
                migration.retries(),
                rows,
                broughtRows,
                rehearsal.data().scale(),
                rehearsal.data().randomSeed(),
                rehearsal.budget());
    }
}
