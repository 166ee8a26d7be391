package dev.rehearse.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a report says: the contract, described by {@code report.schema.json} beside this class. Plain values; times are milliseconds
 * since the run began, lengths are milliseconds, both with fractions.
 *
 * @param schemaVersion version of this contract; a reader that knows version N can read every N.x
 * @param plan what was to be rehearsed
 * @param verdict the conclusion
 * @param migrations each migration with a verdict of its own
 * @param summary the few lines that matter, plain text
 * @param findings limits broken and dangers seen, worst first
 * @param statements what the migration tool sent
 * @param attempts attempts to migrate, to roll back and to migrate again
 * @param phases when each phase ran
 * @param lockWaits every wait for a lock, longest first
 * @param queues longest queue per relation
 * @param operations counts and times per operation and phase
 * @param outages per table, times in which nothing succeeded although something was due
 * @param replication per standby
 * @param rollback what the way back did
 * @param schemaChanges what the migration changed
 * @param leftovers what the migration left half done
 * @param invariants values that had to hold
 * @param server what the migration cost the server
 * @param timeline throughput, response time, errors and waits over time, for the picture
 * @param load how the load was made and how well the generator kept its schedule
 * @param blockers who stood in the way
 * @param checklist the go-live checklist, each line with its evidence
 * @param notMeasured what a reader must not take for measured
 * @param environment where it ran
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RehearsalReport(
        String schemaVersion,
        Plan plan,
        Verdict verdict,
        List<Migration> migrations,
        List<String> summary,
        List<Finding> findings,
        List<Statement> statements,
        List<Attempt> attempts,
        List<PhaseSpan> phases,
        List<LockWait> lockWaits,
        List<Queue> queues,
        List<Operation> operations,
        List<Outage> outages,
        List<Replication> replication,
        Rollback rollback,
        List<SchemaChange> schemaChanges,
        List<Leftover> leftovers,
        List<Invariant> invariants,
        ServerCost server,
        Timeline timeline,
        Load load,
        List<Blocker> blockers,
        List<ChecklistLine> checklist,
        List<String> notMeasured,
        Environment environment) {

    public static final String SCHEMA_VERSION = "1.0";

    /**
     * @param name its name
     * @param folder where it is
     * @param tool what runs the migration
     * @param files the scripts that migrate
     * @param rows rows loaded, by table
     * @param randomSeed what makes it reproducible
     * @param budget the limits, by name, in words ("300 ms"); one that is not judged is not there
     */
    public record Plan(
            String name,
            String folder,
            String tool,
            List<String> files,
            Map<String, Long> rows,
            long randomSeed,
            Map<String, String> budget) {}

    /**
     * One of the migrations that were rehearsed, in order. What the run as a whole shows, its response times say, is in the verdict for all.
     *
     * @param id as the tool names it
     * @param verdict its own: NO_GO by a finding of its own, else INCONCLUSIVE where it did not run or the run proves too little
     * @param outcome SUCCEEDED, FAILED, UNKNOWN or NOT_RUN
     * @param startMillis since the run began, -1 where it did not run
     * @param durationMillis until the tool was done with it
     * @param findings ids of the findings that are about it
     * @param rolledBack whether it was taken back; null where that was not tried
     */
    public record Migration(
            String id,
            Verdict verdict,
            String outcome,
            double startMillis,
            double durationMillis,
            List<String> findings,
            @Nullable Boolean rolledBack) {}

    /**
     * @param id stable: LOCK_WAIT, OUTAGE, RESPONSE_TIME, ERRORS ...
     * @param severity whether it decides the verdict
     * @param title one line for people
     * @param statement index into statements, -1 where it is about none
     * @param measured what was measured, with its unit
     * @param limit the limit, with its unit; empty where there is none
     * @param evidence lines that prove it
     * @param effect what it does to users
     * @param saferWay what to do instead
     * @param catalogue id of the operation in the catalogue of dangerous operations ("IDX-01"), or null
     */
    public record Finding(
            String id,
            Severity severity,
            String title,
            int statement,
            String measured,
            String limit,
            List<String> evidence,
            String effect,
            String saferWay,
            @Nullable String catalogue) {}

    /** BREACH: NO_GO. VOID: the run proves too little, INCONCLUSIVE unless something is a BREACH. DANGER: seen, within the limits. NOTE: worth knowing. */
    public enum Severity {
        BREACH,
        VOID,
        DANGER,
        NOTE
    }

    /**
     * @param index what findings and lock waits refer to
     * @param phase MIGRATE, ROLL_BACK or REAPPLY
     * @param migrator which of several migrators, from 0
     * @param attempt from 1
     * @param migration the migration that it belongs to; null where it is the tool's own
     * @param source file and line, where known
     * @param sql as sent
     * @param startMillis since the run began
     * @param durationMillis until the server's answer
     * @param outcome SUCCEEDED, FAILED or UNKNOWN
     * @param sqlState of its failure
     * @param message of its failure
     * @param locks relation locks it took
     * @param rewrites tables rewritten
     * @param scans tables scanned to verify a constraint
     * @param indexBuilds indexes built
     * @param queued operations of the application that waited for it or behind it
     * @param errors operations of the application that failed while it ran, by SQLSTATE
     * @param walBytes WAL written meanwhile, -1 if not measured
     * @param saferWay what to do instead of one that operations of the application waited for or behind; null for others
     */
    public record Statement(
            int index,
            String phase,
            int migrator,
            int attempt,
            @Nullable String migration,
            @Nullable String source,
            String sql,
            double startMillis,
            double durationMillis,
            String outcome,
            @Nullable String sqlState,
            @Nullable String message,
            List<Lock> locks,
            List<String> rewrites,
            List<String> scans,
            List<String> indexBuilds,
            long queued,
            Map<String, Long> errors,
            long walBytes,
            @Nullable String saferWay) {}

    /** A lock a statement took: relation, its kind, mode ("ACCESS EXCLUSIVE"), the wait for it, and how long it was held. */
    public record Lock(
            String relation, String kind, String mode, double waitMillis, double heldMillis, boolean existedBefore) {}

    /** One attempt: phase, migrator and number from 1, the one migration that it was for (null: all), when, how long, how it ended, and what it cost the application. */
    public record Attempt(
            String phase,
            int migrator,
            int number,
            @Nullable String migration,
            double startMillis,
            double durationMillis,
            String outcome,
            @Nullable String sqlState,
            @Nullable String message,
            long operationsQueued,
            double longestLockWaitMillis) {}

    /**
     * When a phase ran.
     *
     * @param lostMillis how much of it this machine took from the migration: it stood still, or other programs had the cores; NaN in a report from before
     *     there was this
     */
    public record PhaseSpan(String phase, double startMillis, double durationMillis, double lostMillis) {}

    /**
     * @param waiter who waited: an operation, "migration", a blocker
     * @param waiterKind APPLICATION, MIGRATION, BLOCKER or OTHER
     * @param relation waited for; for a lock that names none what else it is on ("schema shop", "advisory key 42"), or its type ("transactionid")
     * @param lockType {@code pg_locks.locktype}; of "transactionid" and "tuple" with a relation of its own it waited for a row of that
     * @param mode in SQL's words ("ROW EXCLUSIVE")
     * @param startMillis since the run began
     * @param millis how long
     * @param countedMillis how much of that the verdict counts against {@code longestLockWait}: behind the migration, without the time that this machine
     *     took from it; NaN in a report from before there was this
     * @param rootBlocker who stood at the root of the chain, or null where that was too short to be seen
     * @param chain nearest blocker first: "migration (ALTER TABLE ...)"
     * @param alsoBlockedBy who stood in the way beside the root, or before or after it, and had to let go, too: the other readers that an ALTER TABLE waits for; at last, of more than 20, how many others there were ("4 others")
     * @param statement index of the migration's statement in the chain or at the time, -1 for none
     * @param ended GRANTED, LOCK_TIMEOUT ...
     * @param source where the length comes from
     * @param errorMillis how far it may be off
     * @param phase in which it began
     */
    public record LockWait(
            String waiter,
            String waiterKind,
            String relation,
            @Nullable String lockType,
            String mode,
            double startMillis,
            double millis,
            double countedMillis,
            @Nullable String rootBlocker,
            List<String> chain,
            List<String> alsoBlockedBy,
            int statement,
            String ended,
            String source,
            double errorMillis,
            String phase) {

        /** Types of the locks for which who waits for a row waits. */
        private static final Set<String> OF_ROWS = Set.of("transactionid", "tuple");

        /** What it waited for, in words: "ROW EXCLUSIVE on orders", "a row of orders". */
        public String lock() {
            return lockType != null && OF_ROWS.contains(lockType) && !relation.equals(lockType)
                    ? "a row of " + relation
                    : mode + " on " + relation;
        }
    }

    /** The longest queue on a relation, and when. */
    public record Queue(String relation, int longest, double atMillis) {}

    /**
     * @param name the operation
     * @param application the version it belongs to
     * @param phase in which it was due
     * @param count how many were due
     * @param errorsBySqlState failures
     * @param responseMillis from the intended start
     * @param serviceMillis from when a client took it up
     * @param countedMillis from the intended start, without the time that this machine took from it; all of it in a report from before there was this
     */
    public record Operation(
            String name,
            String application,
            String phase,
            long count,
            Map<String, Long> errorsBySqlState,
            Percentiles responseMillis,
            Percentiles serviceMillis,
            Percentiles countedMillis) {

        public Operation {
            countedMillis = countedMillis == null ? responseMillis : countedMillis;
        }
    }

    /** Percentiles of a distribution, in milliseconds. */
    public record Percentiles(double p50, double p90, double p99, double p999, double max) {}

    /**
     * A time in which no operation on the table succeeded although some were due.
     *
     * @param countedMillis how much of that the verdict counts against {@code longestOutage}: without the time that this machine took from it; NaN in a report
     *     from before there was this
     */
    public record Outage(String table, double startMillis, double millis, double countedMillis, int statement) {}

    /**
     * How far a standby fell behind, and the queries it cancelled.
     *
     * @param maxLagMillis time by which its replay, and with it what its readers see, trailed the primary at worst
     * @param maxLagBytes WAL not replayed, at worst
     * @param maxReceiveLagMillis time by which what it had received trailed the primary at worst: what would be lost with the primary
     * @param atMillis when its replay was furthest behind
     * @param conflicts queries cancelled by recovery conflicts
     * @param byTable of each table that the application wrote, furthest behind first
     * @param lockWaits on the standby, longest first: of its replay behind readers, and of readers behind its replay
     */
    public record Replication(
            String standby,
            double maxLagMillis,
            long maxLagBytes,
            double maxReceiveLagMillis,
            double atMillis,
            long conflicts,
            List<TableLag> byTable,
            List<LockWait> lockWaits) {}

    /**
     * How far a standby's readers saw a table behind, at worst: since its oldest write that was not replayed.
     *
     * @param atMillis when that was
     */
    public record TableLag(String table, double maxLagMillis, double atMillis) {}

    /**
     * @param ran whether there was a way back and it ran
     * @param outcome how it ended; null where it did not run
     * @param durationMillis how long it took
     * @param schemaRestored whether every object was as before; null where that was not compared
     * @param differences what was not
     * @param rowsLost rows the application wrote that are gone
     * @param valuesLost column values that are gone or changed
     * @param byTable the same, table by table
     * @param reapplied whether migrating again worked; null where it was not tried
     */
    public record Rollback(
            boolean ran,
            @Nullable String outcome,
            double durationMillis,
            @Nullable Boolean schemaRestored,
            List<SchemaChange> differences,
            long rowsLost,
            long valuesLost,
            List<TableAccount> byTable,
            @Nullable Boolean reapplied) {}

    /** Rows the application wrote to a table, and rows that were there before (a sample), looked up again at the end. */
    public record TableAccount(
            String table,
            long written,
            long rowsLost,
            long valuesLost,
            Map<String, Long> lostByColumn,
            long sampled,
            long sampledRowsLost,
            long sampledValuesLost) {}

    /** An object whose definition changed; null where it was not there or is gone. */
    public record SchemaChange(
            String object,
            @Nullable String before,
            @Nullable String after) {}

    /** What a migration left half done. */
    public record Leftover(String kind, String object, String phase, String detail) {}

    /** A value that had to hold. */
    public record Invariant(
            String name,
            String sql,
            @Nullable String expected,
            @Nullable String before,
            @Nullable String afterMigration,
            @Nullable String afterRollback,
            boolean held) {}

    /**
     * What the migration cost the server, -1 where not measured, and how relations grew.
     *
     * @param checkpoints begun or finished while it ran
     * @param requestedCheckpoints of these, asked for by the amount of WAL or by somebody, not due
     * @param checkpointBytes written by checkpoints while it ran
     * @param databaseBytesBefore size of the database on disk before it
     * @param databaseBytesPeak the most while it ran, which is what it needs of room: the most that was seen, once a second, or if that is more what it wrote anew of tables and indexes in one transaction beside what was there
     * @param walDirectoryBytesPeak the most WAL on disk while it ran
     * @param oldestSnapshotAge the most transactions that began while one snapshot was kept: dead rows that nobody could clear away
     * @param frozenXidAge transactions since the oldest one that the database still has to tell apart, at most: its way to the wraparound
     * @param bufferReadBytes read from outside the server's buffers while it ran and up to a second after, until when the server counts it, the load's share included
     * @param bufferHitBytes found in the server's buffers, in the same time, the load's share included
     */
    public record ServerCost(
            long walBytes,
            long tempBytes,
            long deadlocks,
            List<RelationGrowth> relations,
            long checkpoints,
            long requestedCheckpoints,
            long checkpointBytes,
            long databaseBytesBefore,
            long databaseBytesPeak,
            long walDirectoryBytesPeak,
            long oldestSnapshotAge,
            long frozenXidAge,
            long bufferReadBytes,
            long bufferHitBytes) {}

    /** Size of a table or index and dead rows (-1 for an index) before, after the migration and after the rollback; -1 where it did not exist. */
    public record RelationGrowth(
            String relation,
            String kind,
            long bytesBefore,
            long bytesAfterMigration,
            long bytesAfterRollback,
            long deadRowsBefore,
            long deadRowsAfterMigration,
            long deadRowsAfterRollback) {}

    /**
     * Columns of equal length, one entry per bucket of intended start time.
     *
     * @param bucketMillis width of a bucket
     * @param startMillis start of the first bucket since the run began
     * @param due operations due
     * @param succeeded operations that succeeded, by the time they ended
     * @param failed operations that failed, by the time they ended
     * @param p50Millis response time of those due in the bucket
     * @param p99Millis the same
     * @param maxMillis the same
     * @param waiting most sessions waiting for locks at once in the bucket
     * @param replayLagMillis worst standby's lag in the bucket, null entries where there is no standby
     * @param active sessions that ran something, at the moment of the bucket when most did, by what they waited for ("Lock:relation", "IO:DataFileRead"), or CPU
     */
    public record Timeline(
            double bucketMillis,
            double startMillis,
            List<Long> due,
            List<Long> succeeded,
            List<Long> failed,
            List<Double> p50Millis,
            List<Double> p99Millis,
            List<Double> maxMillis,
            List<Integer> waiting,
            List<Double> replayLagMillis,
            Map<String, List<Integer>> active) {}

    /**
     * How the load was made, and whether the generator kept its schedule. Planned = completed + shed + unfinished.
     *
     * @param ratePerSecond asked for; where it changes, the highest
     * @param rate the same in words, with how it changes
     * @param shed gave up waiting for a connection of the application's pool
     * @param queueP99Millis how long, at the 99th percentile, operations waited for a connection of the pool
     */
    public record Load(
            double ratePerSecond,
            String rate,
            int clients,
            String before,
            @Nullable String after,
            long planned,
            long completed,
            long shed,
            long unfinished,
            double lateP99Millis,
            double lateMaxMillis,
            double queueP99Millis,
            long reconnects) {}

    /** A session that stood in the way. */
    public record Blocker(
            String kind,
            @Nullable String table,
            double startMillis,
            double millis,
            boolean diedEarly,
            @Nullable String error) {}

    /**
     * @param when before, during or after the release
     * @param item what the checklist asks
     * @param state DONE, FAILED or NOT_MEASURED
     * @param evidence what says so, or why it was not measured
     */
    public record ChecklistLine(String when, String item, State state, String evidence) {

        /** Whether a line of the checklist is proven. */
        public enum State {
            DONE,
            FAILED,
            NOT_MEASURED
        }
    }

    /** Where it ran. */
    public record Environment(
            String rehearseVersion,
            String database,
            String provider,
            String serverVersion,
            String compiledWith,
            int standbys,
            Map<String, String> settings,
            int cores,
            long memoryMib,
            String javaVersion,
            String operatingSystem,
            String startedAt) {}
}
