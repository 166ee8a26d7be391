package dev.rehearse.recording;

import dev.rehearse.plan.Budget;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The raw facts of one run, everything a verdict rests on. Immutable; times are microseconds of the run's {@link RunClock}.
 * {@link RecordingFiles} saves and loads it, so that it can be judged again without a database.
 *
 * @param format version of the saved form
 * @param plan what was to be rehearsed
 * @param environment on what
 * @param startedAt wall-clock time of microsecond 0
 * @param phases which phases ran, in order
 * @param statements what the migration tool sent, in order of their start
 * @param attempts attempts of MIGRATE, ROLL_BACK and REAPPLY with what each cost
 * @param lockWaits every wait for a lock that was seen
 * @param queues how many sessions waited, per relation, whenever that changed
 * @param operations every operation of the load
 * @param load what the load was, and how well the generator kept its schedule
 * @param blockers what became of each blocker
 * @param replication standby lag, sampled
 * @param standbyWaits every wait for a lock that was seen on a standby
 * @param server server-wide counters, sampled
 * @param states what the primary's sessions did and what it had to keep, sampled
 * @param relations sizes and dead rows of user tables and indexes, per moment
 * @param schema the schema before, after and after the rollback, compared
 * @param account what became of the rows and values
 * @param leftovers what the migration left half done
 * @param invariants the invariants' values
 * @param observer whether the observers kept up
 * @param notMeasured what could not be measured, and why
 * @param aborted why the run ended early; null where it did not
 */
public record Recording(
        int format,
        PlanFacts plan,
        EnvironmentFacts environment,
        Instant startedAt,
        List<PhaseSpan> phases,
        List<StatementFact> statements,
        List<Attempt> attempts,
        List<LockWait> lockWaits,
        List<QueueLength> queues,
        OperationLog operations,
        LoadFacts load,
        List<BlockerFact> blockers,
        List<ReplicationSample> replication,
        List<StandbyWait> standbyWaits,
        List<ServerSample> server,
        List<StateSample> states,
        List<RelationSize> relations,
        SchemaFacts schema,
        RowAccount account,
        List<Leftover> leftovers,
        List<InvariantFact> invariants,
        ObserverFacts observer,
        List<String> notMeasured,
        @Nullable Aborted aborted) {

    public static final int FORMAT = 10;

    /**
     * @param name the plan's name
     * @param folder its folder, as given
     * @param tool what runs the migration, in words
     * @param files names of the scripts that migrate
     * @param migrations what is rehearsed, by id, in order
     * @param project what the tool says of itself; null where it is not one that runs in a project
     * @param hasRollback whether there is a way back
     * @param migrators how many migrators ran at once
     * @param lockTimeoutMillis lock_timeout of the migration, -1 where none was set
     * @param retries further attempts allowed
     * @param rows rows loaded, by table, largest first
     * @param broughtRows whether the database brought them; else Rehearse made them
     * @param scale the plan's scale
     * @param randomSeed the plan's randomSeed
     * @param budget the limits
     */
    public record PlanFacts(
            String name,
            String folder,
            String tool,
            List<String> files,
            List<String> migrations,
            @Nullable ToolFacts project,
            boolean hasRollback,
            int migrators,
            long lockTimeoutMillis,
            int retries,
            Map<String, Long> rows,
            boolean broughtRows,
            long scale,
            long randomSeed,
            Budget budget) {}

    /**
     * @param title the tool's name
     * @param historyTables where it keeps what it has applied, and its lock
     * @param lock what keeps a second instance out, in words; null: nothing does
     * @param outsideTransaction how a statement that runs in no transaction is run with it, in words; null: not known
     * @param withoutUndo migrations that it cannot take back
     * @param from the last migration that was there when the data was loaded; null: it applied none before
     */
    public record ToolFacts(
            String title,
            List<String> historyTables,
            @Nullable String lock,
            @Nullable String outsideTransaction,
            List<String> withoutUndo,
            @Nullable String from) {}

    /**
     * @param rehearseVersion ours
     * @param database what kind, in words: "PostgreSQL 18.6 in a container (postgres:18)"
     * @param provider docker, embedded or external
     * @param serverVersion {@code server_version}
     * @param serverVersionNum {@code server_version_num}
     * @param compiledWith {@code version()} and, where known, the build's CFLAGS
     * @param standbys how many
     * @param settings the settings that matter, by name
     * @param settingsGiven whether the plan gave production's settings
     * @param cores of this machine
     * @param memoryMib of this machine
     * @param javaVersion of the harness
     * @param operatingSystem of the harness
     */
    public record EnvironmentFacts(
            String rehearseVersion,
            String database,
            String provider,
            String serverVersion,
            int serverVersionNum,
            String compiledWith,
            int standbys,
            Map<String, String> settings,
            boolean settingsGiven,
            int cores,
            long memoryMib,
            String javaVersion,
            String operatingSystem) {

        /** Whether somebody else runs the server, so that its settings and standbys are not the plan's. */
        public boolean belongsToOthers() {
            return provider.equals("external");
        }
    }

    /** A phase that ran, from {@code startMicros} to {@code endMicros}. */
    public record PhaseSpan(Phase phase, long startMicros, long endMicros) {}

    /**
     * One attempt to migrate or to roll back.
     *
     * @param phase MIGRATE, ROLL_BACK or REAPPLY
     * @param migrator which migrator, from 0
     * @param number from 1
     * @param migration the one migration that it was to run or to take back; null: all of them
     * @param outcome how it ended
     * @param sqlState of its failure
     * @param message of its failure, as the tool or the server gave it
     * @param output the last of what the tool printed; empty where it is no program
     */
    public record Attempt(
            Phase phase,
            int migrator,
            int number,
            @Nullable String migration,
            long startMicros,
            long endMicros,
            Outcome outcome,
            @Nullable String sqlState,
            @Nullable String message,
            String output) {}

    /** From {@code micros} on, {@code waiting} sessions waited for locks on {@code relation} (or for a lock that names none). */
    public record QueueLength(long micros, String relation, int waiting) {}

    /**
     * @param ratePerSecond asked for; where it changes, the highest
     * @param rate the same in words, with how it changes
     * @param clients connections per application
     * @param before name of the application that runs today
     * @param after name of the one that comes with the migration; null where the same one stays
     * @param planned arrivals scheduled
     * @param completed of these, succeeded, failed or unknown
     * @param shed of these, gave up waiting for a connection of the pool
     * @param unfinished of these, still running or never begun when the load stopped
     * @param lateP99Micros how late, at the 99th percentile, a free client took up an arrival: the generator's own delay
     * @param lateMaxMicros the same, at worst
     * @param reconnects connections lost and made again
     * @param pauses of our own process, by the machine or for garbage, in their order; none below 20 ms
     * @param messages what the server said of failures, the first few of each kind of operation and SQLSTATE, in their order
     */
    public record LoadFacts(
            double ratePerSecond,
            String rate,
            int clients,
            String before,
            @Nullable String after,
            long planned,
            long completed,
            long shed,
            long unfinished,
            long lateP99Micros,
            long lateMaxMicros,
            long reconnects,
            List<Pause> pauses,
            List<ErrorMessage> messages) {

        public LoadFacts {
            pauses = List.copyOf(pauses);
            messages = List.copyOf(messages);
        }
    }

    /**
     * What the server said of a failure.
     *
     * @param kind of operation, as in {@link OperationLog}
     * @param micros when it said so first
     * @param message without the values in its detail; with the function in which it happened
     */
    public record ErrorMessage(int kind, String sqlState, long micros, String message) {}

    /** A time in which our own process did not run although it wanted to. */
    public record Pause(long startMicros, long micros) {}

    /**
     * @param label what plans and reports call it
     * @param pid its server process
     * @param startMicros when it was in place
     * @param endMicros when it let go
     * @param diedEarly whether it was gone before its time; the run then proves nothing
     * @param error why it died
     */
    public record BlockerFact(
            String label,
            @Nullable String table,
            int pid,
            long startMicros,
            long endMicros,
            boolean diedEarly,
            @Nullable String error) {}

    /**
     * @param standby its name
     * @param replayLagMicros time by which its replay trails the primary's writes
     * @param replayLagBytes WAL bytes not yet replayed
     * @param receiveLagMicros time by which what it has received, and flushed, trails the primary's writes
     * @param conflicts queries cancelled by recovery conflicts so far
     */
    public record ReplicationSample(
            long micros,
            String standby,
            long replayLagMicros,
            long replayLagBytes,
            long receiveLagMicros,
            long conflicts) {}

    /** A wait for a lock on a standby: of its replay behind somebody who reads there, or of a reader behind the replay. */
    public record StandbyWait(String standby, LockWait lockWait) {}

    /**
     * Counters of the whole server since it started: WAL and temporary bytes, deadlocks, commits, rollbacks, bytes that were read from outside
     * its buffers and that were found there; and the connections now.
     */
    public record ServerSample(
            long micros,
            long walBytes,
            long tempBytes,
            long deadlocks,
            long commits,
            long rollbacks,
            long bufferReadBytes,
            long bufferHitBytes,
            int connections) {}

    /**
     * What the primary did at a moment. Counters are since it started; -1 stands for what could not be read.
     *
     * @param active sessions of this database that ran something, by what they waited for ("Lock:relation", "IO:DataFileRead"), or CPU
     * @param checkpoints finished or begun
     * @param requestedCheckpoints of these, not for their time but because somebody or the amount of WAL asked for them
     * @param checkpointBytes written by them
     * @param databaseBytes of the database on disk
     * @param walDirectoryBytes of WAL on disk
     * @param oldestSnapshotAge transactions begun since the oldest snapshot that is still in use, which keeps their dead rows
     * @param frozenXidAge {@code age(datfrozenxid)} of the database
     */
    public record StateSample(
            long micros,
            Map<String, Integer> active,
            long checkpoints,
            long requestedCheckpoints,
            long checkpointBytes,
            long databaseBytes,
            long walDirectoryBytes,
            long oldestSnapshotAge,
            long frozenXidAge) {}

    /**
     * @param moment when: one of the constants
     * @param relation table or index
     * @param kind table or index
     * @param bytes of its main fork and, for a table, its TOAST table
     * @param deadRows {@code n_dead_tup}; -1 for an index
     */
    public record RelationSize(String moment, String relation, String kind, long bytes, long deadRows) {

        public static final String BEFORE = "before";
        public static final String AFTER_MIGRATION = "after migration";
        public static final String AFTER_ROLLBACK = "after rollback";
    }

    /**
     * @param changes what the migration changed
     * @param afterRollback what differs between before the migration and after the rollback; empty: restored. Null: not compared.
     * @param reapplyDiffers what differs between the first and the second migration; null: not compared
     * @param codeBefore definitions of functions that were there before the migration and have to do with triggers that do not fire
     * @param uniqueBefore definitions of the unique indexes that were there before the migration
     */
    public record SchemaFacts(
            List<SchemaDifference> changes,
            @Nullable List<SchemaDifference> afterRollback,
            @Nullable List<SchemaDifference> reapplyDiffers,
            List<String> codeBefore,
            List<String> uniqueBefore) {

        /** What the rollback did not restore of this database; empty: restored. Null: not compared. */
        public @Nullable List<SchemaDifference> notRestored() {
            List<SchemaDifference> left = leftOnServer();
            return afterRollback == null
                    ? null
                    : afterRollback.stream().filter(d -> !left.contains(d)).toList();
        }

        /** The roles and tablespaces that the rollback left, which all databases of the server share, and the settings of those roles. */
        public List<SchemaDifference> leftOnServer() {
            List<SchemaDifference> young =
                    Objects.requireNonNullElse(afterRollback, List.<SchemaDifference>of()).stream()
                            .filter(d -> d.before() == null)
                            .toList();
            return young.stream()
                    .filter(d -> d.isOnServer()
                            || young.stream().anyMatch(role -> role.isOnServer() && d.isSettingOf(role.object())))
                    .toList();
        }
    }

    /**
     * @param object what: "column orders.total", "index orders_total_idx"
     * @param before its definition before, null: it was not there
     * @param after its definition after, null: it is gone
     */
    public record SchemaDifference(
            String object,
            @Nullable String before,
            @Nullable String after) {

        private static final String CLUSTERED = "; clustered on";
        private static final String POSITION = "the position of sequence ";

        private boolean isOnServer() {
            return object.startsWith("role ") || object.startsWith("tablespace ");
        }

        /** @param role as it is called here: "role app" */
        public boolean isSettingOf(String role) {
            return object.startsWith("setting ") && (object + " ").contains(" of " + role + " ");
        }

        /** Where a sequence stands, by its name. */
        public static SchemaDifference ofPosition(String sequence, String before, String after) {
            return new SchemaDifference(POSITION + sequence, before, after);
        }

        /** Whether the same columns of a table only stand in another order, as where one was dropped and made anew: the server adds columns at the end. */
        public boolean ordersOnly() {
            return object.startsWith("column order of ")
                    && before != null
                    && after != null
                    && before.lines()
                            .sorted()
                            .toList()
                            .equals(after.lines().sorted().toList());
        }

        /** Whether a sequence stands elsewhere. */
        public boolean standsElsewhere() {
            return object.startsWith(POSITION);
        }

        /** Whether only which index CLUSTER took last differs, which nobody but the next CLUSTER asks for. */
        public boolean clustersOnly() {
            return before != null
                    && after != null
                    && before.replace(CLUSTERED, "").equals(after.replace(CLUSTERED, ""));
        }
    }

    /**
     * What became of the rows, table by table, after the rollback (or after the migration where there was no rollback).
     *
     * @param verifiedAfter the phase after which it was checked
     * @param tables by table
     * @param beforeRollback the same, looked up before the rollback began; empty where there was none, or where that did not succeed
     */
    public record RowAccount(
            @Nullable Phase verifiedAfter, List<TableAccount> tables, List<TableAccount> beforeRollback) {}

    /**
     * @param table which
     * @param written rows the application wrote during the run and that were looked up again
     * @param rowsLost of these, rows that are gone although the application did not delete them
     * @param valuesLost column values of these that are gone or changed although the application did not change them
     * @param lostByColumn the same, by column
     * @param sampled rows that were there before, looked up again
     * @param sampledRowsLost of these, gone
     * @param sampledValuesLost column values of these, gone or changed
     * @param rowsBefore exact number of rows before the load began
     */
    public record TableAccount(
            String table,
            long written,
            long rowsLost,
            long valuesLost,
            Map<String, Long> lostByColumn,
            long sampled,
            long sampledRowsLost,
            long sampledValuesLost,
            long rowsBefore) {}

    /**
     * @param kind what
     * @param object which
     * @param phase after which phase it was found
     * @param detail in words
     */
    public record Leftover(Kind kind, String object, Phase phase, String detail) {

        /** What a migration can leave half done, or for others to find out. */
        public enum Kind {
            INVALID_INDEX,
            NOT_VALID_CONSTRAINT,
            /** The application's role may do nothing with what the migration made. */
            MISSING_PRIVILEGE,
            /** It may no longer do what it could. */
            LOST_PRIVILEGE,
            /** Row level security that did not hold the load, which had the owner's rights. */
            POLICIES_UNTRIED,
            /** Rows that the load wrote, and that nothing finds again, as they came back without a key. */
            ROWS_UNFOLLOWED,
            /** Rows that can be written, and not be read with all of their columns. */
            ROWS_UNREADABLE,
            /** Functions that do something else now, and that the load was not seen to call. */
            FUNCTIONS_UNTRIED,
            /** An index, or a stored generated column, that was made by a function which does something else now. */
            FORMER_VALUES,
            DEPRECATED_COLUMN,
            /** A foreign key's column that does not hold every key that it may refer to. */
            NARROW_REFERENCE,
            /** A sequence of fewer numbers than the column that it fills has room for. */
            NARROW_SEQUENCE,
            /** A column that a sequence fills, and that is no bigint. */
            SHORT_KEY,
            /** A column that holds numbers already that its sequence is yet to give. */
            SEQUENCE_BEHIND,
            /** A table whose rows have a column of a type without equality. */
            ROWS_INCOMPARABLE,
            OPEN_TRANSACTION,
            ADVISORY_LOCK,
            /** The tool's own books keep it from going on; the detail is the way out. */
            TOOL_STUCK
        }
    }

    /** An invariant's value (or the error its query gave) before, after the migration, and after the rollback; null: not asked. */
    public record InvariantFact(
            String name,
            String sql,
            @Nullable String expected,
            @Nullable String before,
            @Nullable String afterMigration,
            @Nullable String afterRollback) {}

    /**
     * @param intervalMicros the lock sampler's interval as planned
     * @param samples how many it took
     * @param longestGapMicros longest time between two while the migration ran
     * @param cores what the threads of all samplers but the tap's had of this machine's cores on average, from the first load to the last
     * @param serverCoresAtMost how many of its cores the servers used for them on average, at most
     * @param holds when the tap kept sessions of the migration from going on in their open transactions
     * @param runDelays when threads and sessions wanted to run while other programs had the cores; those of one in order, and none over another
     * @param disagreements where two sources disagreed, in words
     */
    public record ObserverFacts(
            long intervalMicros,
            long samples,
            long longestGapMicros,
            double cores,
            double serverCoresAtMost,
            List<Hold> holds,
            List<RunDelay> runDelays,
            List<String> disagreements) {}

    /**
     * A time in which the tap kept a session from going on in its open transaction, to read what it had locked.
     *
     * @param pid its server process
     */
    public record Hold(int pid, long startMicros, long micros) {

        public Pause pause() {
            return new Pause(startMicros, micros);
        }
    }

    /**
     * A time in some of which a session of the server, or a thread of ours, wanted to run and had no core.
     *
     * @param pid of the session: its own delay, or that of the load's client which it serves; 0 for MIGRATOR
     * @param delayMicros for how much of it
     * @param shareOfOthers how much other programs had of what was used of the cores then
     */
    public record RunDelay(
            Whose whose, int pid, long startMicros, long micros, long delayMicros, double shareOfOthers) {

        /** Who wanted to run. */
        public enum Whose {
            SESSION,
            CLIENT,
            /** Of the threads of the tap and the migrators the one that waited the most. */
            MIGRATOR
        }

        public long endMicros() {
            return startMicros + micros;
        }

        /** What of the delay is the others': they are to blame for as much as they had of the cores. */
        public double othersMicros() {
            return delayMicros * shareOfOthers;
        }
    }

    /**
     * @param phase in which it happened
     * @param reason what happened, in words for the user
     * @param databaseDied whether the server was gone
     */
    public record Aborted(Phase phase, String reason, boolean databaseDied) {}

    /** When a phase ran, or null. */
    public @Nullable PhaseSpan span(Phase phase) {
        return phases.stream().filter(p -> p.phase() == phase).findFirst().orElse(null);
    }

    /** With which the transaction of a statement was over, itself outside of one; empty where nobody saw it end. */
    public Optional<StatementFact> endOfTransaction(StatementFact statement) {
        return statements.stream()
                .skip(statement.index())
                .filter(each -> each.backendPid() == statement.backendPid() && !each.inTransaction())
                .findFirst();
    }
}
