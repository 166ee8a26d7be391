package dev.rehearse.assess;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A recording to judge, written down by hand: 100 operations/s on {@code orders}, each answered in 1 ms, from second 0; BASELINE from 1 s to
 * 5 s, MIGRATE from 5 s to 8 s, SETTLE to 9 s, ROLL_BACK to 10 s.
 */
final class RecordedRun {

    static final long SECOND = 1_000_000;
    private static final long PERIOD = 10_000;

    Budget budget = Budget.DEFAULT;
    boolean hasRollback = true;
    String provider = "embedded";
    List<StatementFact> statements = new ArrayList<>();
    List<Recording.Attempt> attempts = new ArrayList<>(List.of(
            attempt(Phase.MIGRATE, Outcome.SUCCEEDED, null), attempt(Phase.ROLL_BACK, Outcome.SUCCEEDED, null)));
    List<LockWait> waits = new ArrayList<>();
    List<Recording.BlockerFact> blockers = new ArrayList<>();
    List<Recording.Leftover> leftovers = new ArrayList<>();
    List<Recording.SchemaDifference> afterRollback = new ArrayList<>();
    List<Recording.SchemaDifference> changes = new ArrayList<>();
    List<String> codeBefore = new ArrayList<>();
    List<String> uniqueBefore = new ArrayList<>();
    List<Recording.SchemaDifference> reapplyDiffers = new ArrayList<>();
    List<Recording.TableAccount> account = new ArrayList<>();
    List<Recording.TableAccount> beforeRollback = new ArrayList<>();
    List<Recording.InvariantFact> invariants = new ArrayList<>();
    List<Recording.ReplicationSample> replication = new ArrayList<>();
    List<Recording.StandbyWait> standbyWaits = new ArrayList<>();
    List<Recording.ServerSample> server = new ArrayList<>();
    List<Recording.StateSample> states = new ArrayList<>();
    List<Recording.RelationSize> relations = new ArrayList<>();
    Recording.@Nullable Aborted aborted;
    long lateP99Micros = 500;
    List<Recording.Pause> pauses = List.of();
    List<Recording.ErrorMessage> messages = new ArrayList<>();
    List<Recording.Hold> holds = List.of();
    List<Recording.RunDelay> runDelays = List.of();
    long longestGapMicros = 12_000;
    long blockedFrom = -1;
    long blockedTo = -1;
    /** What an operation takes longer from the end of the migration on. */
    long slowerMicros;

    /** How many of ten operations do. */
    int slowerOfTen = 10;

    /** Whether operations on another table are slower, too. */
    boolean allAreSlower;

    /** What operations on another table fail with on the new schema; null: there are none that fail. */
    @Nullable
    String othersFailWith;

    double failingShare;

    /** All that is due from then on fails, until {@link #failingTo}. */
    long failingFrom = Long.MAX_VALUE;

    long failingTo;
    String failingWith = "42703";

    /** From when on what fails does so as its connection is lost. */
    long losingFrom = Long.MAX_VALUE;

    Phase verifiedAfter = Phase.ROLL_BACK;
    String loadTable = "orders";
    /** What another operation reads. */
    List<String> otherTables = List.of("customers");

    String application = "shop 1.4";
    boolean writes = true;
    int standbys;
    boolean settingsGiven = true;
    long samples = 1_000;
    boolean compared = true;
    Set<Phase> notReached = Set.of();
    /** Every twentieth operation before the migration fails with it. */
    @Nullable
    String baselineFailsWith;

    Map<String, String> settings = Map.of("fsync", "on");

    /** No client is free for operations due from then on, until {@link #blockedTo}. */
    long withoutClientFrom = Long.MAX_VALUE;

    /** The session of the operations. */
    int servedBy = 100;

    long every = PERIOD;
    /** How much longer the operations take that are due in the first 50 ms of a second. */
    long jitterMicros;

    List<String> migrations = List.of("V2.sql");
    int migrators = 1;
    /** The session that the statements to come are of. */
    int backendPid = 4711;

    boolean broughtRows;
    Map<String, Long> rows = Map.of("orders", 1_000_000L);

    @Nullable
    ToolFacts tool;

    @Nullable
    String newApplication;

    /** What every second operation of the new application fails with, which runs on the new schema then. */
    @Nullable
    String newFailsWith;

    RecordedRun() {
        statements.add(statement(
                "ALTER TABLE orders ADD COLUMN note text",
                5 * SECOND,
                5 * SECOND + 2_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 2_000)));
    }

    static RelationLock lock(String table, LockMode mode, long heldMicros) {
        return new RelationLock(table, "table", mode, 0, heldMicros, true, "pg_locks after the statement");
    }

    StatementFact statement(String sql, long start, long end, RelationLock... locks) {
        return statement(Phase.MIGRATE, sql, start, end, locks);
    }

    StatementFact statement(Phase phase, String sql, long start, long end, RelationLock... locks) {
        return new StatementFact(
                statements.size(),
                phase,
                0,
                1,
                null,
                backendPid,
                "V2.sql:1",
                sql,
                start,
                end,
                Outcome.SUCCEEDED,
                null,
                null,
                false,
                1,
                0,
                List.of(locks),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                1_000);
    }

    /** The same, of which the server says that it rewrote a table. */
    static StatementFact rewriting(StatementFact s, String table) {
        return new StatementFact(
                s.index(),
                s.phase(),
                s.migrator(),
                s.attempt(),
                s.migration(),
                s.backendPid(),
                s.source(),
                s.sql(),
                s.startMicros(),
                s.endMicros(),
                s.outcome(),
                s.sqlState(),
                s.message(),
                s.inTransaction(),
                s.messageStatements(),
                s.rows(),
                s.locks(),
                List.of(table),
                s.scans(),
                s.indexBuilds(),
                s.serverWords(),
                s.walBytes());
    }

    /** A statement of a migration, or of the tool's own (null), that takes a millisecond. */
    StatementFact sent(
            @Nullable String migration, int pid, long start, boolean staysOpen, String sql, RelationLock... locks) {
        return sent(Phase.MIGRATE, 0, migration, pid, start, staysOpen, sql, locks);
    }

    StatementFact sent(
            Phase phase,
            int migrator,
            @Nullable String migration,
            int pid,
            long start,
            boolean staysOpen,
            String sql,
            RelationLock... locks) {
        StatementFact fact = new StatementFact(
                statements.size(),
                phase,
                migrator,
                1,
                migration,
                pid,
                null,
                sql,
                start,
                start + 1_000,
                Outcome.SUCCEEDED,
                null,
                null,
                staysOpen,
                1,
                0,
                List.of(locks),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0);
        statements.add(fact);
        return fact;
    }

    static Recording.Attempt attempt(Phase phase, Outcome outcome, @Nullable String sqlState) {
        long start = phase == Phase.MIGRATE ? 5 * SECOND : phase == Phase.ROLL_BACK ? 9 * SECOND : 11 * SECOND;
        return new Recording.Attempt(
                phase, 0, 1, null, start, start + SECOND, outcome, sqlState, sqlState == null ? null : "it failed", "");
    }

    static LockWait waited(String waiter, String relation, String mode, long start, long micros, Blocking... chain) {
        return new LockWait(
                100,
                waiter,
                SessionKind.APPLICATION,
                "relation",
                relation,
                mode,
                start,
                start + micros,
                LockWait.Ended.GRANTED,
                List.of(chain),
                -1,
                LockWait.Source.SERVER_MESSAGE,
                1);
    }

    /** @param statement that ran meanwhile */
    static LockWait waitedForRow(int statement, long start, long micros) {
        return waitedForRow(null, statement, start, micros);
    }

    /**
     * @param relation whose row, null where that is not known
     * @param statement that ran meanwhile
     */
    static LockWait waitedForRow(@Nullable String relation, int statement, long start, long micros) {
        return new LockWait(
                100,
                "place_order",
                SessionKind.APPLICATION,
                "transactionid",
                relation,
                "ShareLock",
                start,
                start + micros,
                LockWait.Ended.GRANTED,
                List.of(migration()),
                statement,
                LockWait.Source.SERVER_MESSAGE,
                1);
    }

    static Blocking migration() {
        return new Blocking(4711, "migration", SessionKind.MIGRATION, "ALTER TABLE orders ...", true);
    }

    static Blocking reader() {
        return new Blocking(4712, "longReader", SessionKind.BLOCKER, "SELECT ...", false);
    }

    Recording build() {
        OperationLog log = new OperationLog();
        int kind = log.addKind(new OperationKind(
                "place_order", application, List.of(loadTable), writes ? List.of(loadTable) : List.of()));
        int other = log.addKind(new OperationKind("read_customer", application, otherTables, List.of()));
        int failEvery = failingShare == 0 ? Integer.MAX_VALUE : (int) Math.round(1 / failingShare);
        int number = 0;
        for (long due = 0; due < 10 * SECOND; due += every) {
            boolean blocked = due >= blockedFrom && due < blockedTo;
            long start = blocked && due >= withoutClientFrom ? blockedTo : due;
            long slower = due >= 8 * SECOND && due / every % 10 < slowerOfTen ? slowerMicros : 0;
            long end = (blocked ? blockedTo : due) + 1_000 + slower + (due % SECOND < 50_000 ? jitterMicros : 0);
            boolean fails = due >= 5 * SECOND && ++number % failEvery == 0 || due >= failingFrom && due < failingTo;
            String error = fails ? failingWith : null;
            if (due < 5 * SECOND && due / every % 20 == 0) {
                error = baselineFailsWith;
            }
            boolean loses = error != null && due >= losingFrom;
            Outcome failure = loses ? Outcome.UNKNOWN : Outcome.FAILED;
            log.add(new Operation(
                    kind,
                    due,
                    start,
                    end,
                    error == null ? Outcome.SUCCEEDED : failure,
                    loses ? "08006" : error,
                    servedBy));
        }
        for (long due = 0; (allAreSlower || othersFailWith != null) && due < 10 * SECOND; due += every) {
            long end = due + 1_000 + (due >= 8 * SECOND ? slowerMicros : 0);
            String error = due >= 8 * SECOND ? othersFailWith : null;
            log.add(new Operation(
                    other, due, due, end, error == null ? Outcome.SUCCEEDED : Outcome.FAILED, error, servedBy));
        }
        if (newApplication != null && newFailsWith != null) {
            int newer = log.addKind(
                    new OperationKind("place_order", newApplication, List.of(loadTable), List.of(loadTable)));
            for (long due = 8 * SECOND; due < 9 * SECOND; due += every) {
                boolean fails = due / every % 2 == 0;
                log.add(new Operation(
                        newer,
                        due,
                        due,
                        due + 1_000,
                        fails ? Outcome.FAILED : Outcome.SUCCEEDED,
                        fails ? newFailsWith : null,
                        servedBy));
            }
        }
        return new Recording(
                Recording.FORMAT,
                new Recording.PlanFacts(
                        "note on orders",
                        "plans/note",
                        "plain SQL",
                        List.of("V2.sql"),
                        migrations,
                        tool,
                        hasRollback,
                        migrators,
                        -1,
                        0,
                        rows,
                        broughtRows,
                        1_000_000,
                        42,
                        budget),
                new Recording.EnvironmentFacts(
                        "test",
                        "PostgreSQL 18.6, embedded",
                        provider,
                        "18.6",
                        180006,
                        "gcc -O2",
                        standbys,
                        settings,
                        settingsGiven,
                        2,
                        24_000,
                        "17",
                        "Linux"),
                Instant.parse("2026-11-22T10:15:00Z"),
                Stream.of(
                                span(Phase.WARM_UP, 0, 1),
                                span(Phase.BASELINE, 1, 5),
                                span(Phase.MIGRATE, 5, 8),
                                span(Phase.SETTLE, 8, 9),
                                span(Phase.ROLL_BACK, 9, 10))
                        .filter(span -> !notReached.contains(span.phase()))
                        .toList(),
                statements,
                attempts,
                waits,
                List.of(),
                log,
                new Recording.LoadFacts(
                        100,
                        "100/s",
                        8,
                        application,
                        newApplication,
                        1_000,
                        1_000,
                        0,
                        0,
                        lateP99Micros,
                        lateP99Micros,
                        0,
                        pauses,
                        messages),
                blockers,
                replication,
                standbyWaits,
                server,
                states,
                relations,
                new Recording.SchemaFacts(
                        changes, compared ? afterRollback : null, reapplyDiffers, codeBefore, uniqueBefore),
                new Recording.RowAccount(verifiedAfter, account, beforeRollback),
                leftovers,
                invariants,
                new Recording.ObserverFacts(
                        10_000, samples, longestGapMicros, 0.012, 0.034, holds, runDelays, List.of()),
                List.of(),
                aborted);
    }

    private static Recording.PhaseSpan span(Phase phase, long from, long to) {
        return new Recording.PhaseSpan(phase, from * SECOND, to * SECOND);
    }
}
