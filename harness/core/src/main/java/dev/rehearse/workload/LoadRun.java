package dev.rehearse.workload;

import dev.rehearse.plan.Protocol;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RunClock;
import dev.rehearse.workload.ledger.WriteLedger;
import dev.rehearse.workload.parameter.KeyPools;
import dev.rehearse.workload.statement.Catalog;
import dev.rehearse.workload.wait.ServerWait;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** What all clients of one load share. Thread-safe. */
final class LoadRun {

    private static final long LONGEST_LATENESS_MICROS = 3_600_000_000L;

    final RunClock clock;
    final ArrivalSchedule schedule;
    final LoadConnections connections;
    final Catalog catalog;
    final KeyPools pools;
    final WriteLedger ledger;
    final OperationLog log = new OperationLog();
    final long statementTimeoutMicros;
    /** How long an arrival waits for a client. */
    private final long patienceMicros;

    /** Whether statements may stay prepared on the server. */
    final boolean prepares;

    final ErrorMessages messages = new ErrorMessages();
    final AtomicLong reconnects = new AtomicLong();
    final AtomicLong unfinished = new AtomicLong();
    final AtomicLong shed = new AtomicLong();
    final ConcurrentHistogram lateness = new ConcurrentHistogram(LONGEST_LATENESS_MICROS, 3);
    /** The first thing that ended a client before its time. */
    final AtomicReference<@Nullable Throwable> breakdown = new AtomicReference<>();

    private final ConcurrentLinkedQueue<ServerWait> waits = new ConcurrentLinkedQueue<>();

    /** Arrivals due from here on are not part of the load. */
    volatile long stopMicros = Long.MAX_VALUE;
    /** The deadline for draining has passed: take up nothing more. */
    volatile boolean abandoned;

    LoadRun(RunClock clock, ArrivalSchedule schedule, LoadConnections connections, LoadPlan plan, WriteLedger ledger) {
        this.clock = clock;
        this.schedule = schedule;
        this.connections = connections;
        this.catalog = plan.catalog();
        this.pools = plan.pools();
        this.ledger = ledger;
        Duration patience = plan.workload().sessions().connectionTimeout();
        this.patienceMicros = patience == null ? Long.MAX_VALUE : patience.toNanos() / 1_000;
        this.prepares = plan.workload().sessions().protocol() == Protocol.PREPARED;
        this.statementTimeoutMicros = plan.workload().statementTimeout().toMillis() * 1_000;
    }

    boolean isStopped() {
        return stopMicros < Long.MAX_VALUE;
    }

    void heard(List<ServerWait> more) {
        waits.addAll(more);
    }

    List<ServerWait> waits() {
        return List.copyOf(waits);
    }

    void late(long micros) {
        lateness.recordValue(Math.max(0, Math.min(micros, LONGEST_LATENESS_MICROS)));
    }

    /** Whether the arrival, which no client has taken up so far, has waited for one as long as it would. */
    boolean isGivenUp(long arrival, long nowMicros) {
        return nowMicros - schedule.dueMicros(arrival) > patienceMicros;
    }

    /** Notes that the arrival gave up waiting, which was as long after it was due as it would wait. */
    void giveUp(long arrival, int kind) {
        long due = schedule.dueMicros(arrival);
        long end = due + patienceMicros;
        log(
                arrival,
                new OperationLog.Operation(
                        kind, due, end, end, Outcome.FAILED, OperationLog.Operation.NO_CONNECTION, 0, 0, false));
    }

    /** Puts the arrival's outcome into the log, once. */
    void log(long arrival, OperationLog.Operation operation) {
        if (schedule.finish(arrival)) {
            log.add(operation);
            if (abandoned && operation.outcome() == Outcome.UNKNOWN) {
                unfinished.incrementAndGet();
            } else if (!operation.isServed()) {
                shed.incrementAndGet();
            }
        }
    }

    /** How a wait ended that a statement was in, which took so long. */
    Ended ended(@Nullable SQLException failure, long micros) {
        if (failure == null) {
            return Ended.GRANTED;
        }
        if (abandoned) {
            return Ended.STILL_WAITING;
        }
        if (LoadSession.isLoss(failure)) {
            return Ended.CONNECTION_LOST;
        }
        // Both end with 57014; only the time tells them apart.
        boolean timedOut = statementTimeoutMicros > 0 && micros >= statementTimeoutMicros;
        return switch (String.valueOf(failure.getSQLState())) {
            case "55P03" -> Ended.LOCK_TIMEOUT;
            case "40P01" -> Ended.DEADLOCK;
            case "57014" -> timedOut ? Ended.STATEMENT_TIMEOUT : Ended.CANCELLED;
            default -> Ended.CANCELLED;
        };
    }
}
