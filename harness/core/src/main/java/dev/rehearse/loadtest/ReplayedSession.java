package dev.rehearse.loadtest;

import dev.rehearse.plan.Protocol;
import dev.rehearse.serverlog.LoggedStatement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One session of the log on a connection of its own, one statement after the other, each when it is due or as soon as the one before is done.
 * One thread; {@link #abandon}, {@link #cancel} and {@link #abort} come from others.
 */
final class ReplayedSession implements Runnable {

    private static final String CONNECTION_LOST = "08006";

    private final Replay replay;
    private final Tally tally;
    private final String applicationName;
    private final List<LoggedStatement> statements;
    private volatile @Nullable Wire wire;
    private String failureMessage = "";
    private boolean wasConnected;
    /** How many statements were accounted for; whoever accounts for one holds the lock of this session. */
    private int accounted;

    private final AtomicBoolean ended = new AtomicBoolean();

    ReplayedSession(Replay replay, Tally tally, String applicationName, List<LoggedStatement> statements) {
        this.replay = replay;
        this.tally = tally;
        this.applicationName = applicationName;
        this.statements = statements;
    }

    /** When the first statement is due. */
    long firstDueNanos() {
        return replay.dueNanos(statements.get(0));
    }

    /** When the last one is. */
    long lastDueNanos() {
        return replay.dueNanos(statements.get(statements.size() - 1));
    }

    @Override
    public void run() {
        try {
            // So that the first statement need not wait for the connection.
            connected();
            for (LoggedStatement statement : statements) {
                if (!runs(statement)) {
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            replay.fail(e);
        } finally {
            close();
            ended.set(true);
        }
    }

    /** @return false where nothing is due any more */
    private boolean runs(LoggedStatement statement) {
        long due = replay.dueNanos(statement);
        long now = System.nanoTime();
        boolean inTime = now <= due;
        while (now < due && !replay.isOver(due)) {
            LockSupport.parkNanos(this, due - now);
            now = System.nanoTime();
        }
        if (replay.isOver(due) || replay.isAbandoned()) {
            return false;
        }
        String failure = attempt(statement);
        long end = System.nanoTime();
        synchronized (this) {
            if (replay.isAbandoned()) {
                return false;
            }
            accounted++;
            if (failure == null) {
                tally.succeeded(0, due, now, end, inTime);
            } else {
                tally.failed(0, failure, failureMessage, due, now, end, inTime);
            }
        }
        return true;
    }

    /** @return the SQLSTATE that it failed with, or null */
    private @Nullable String attempt(LoggedStatement statement) {
        Wire used = wire;
        if (used == null) {
            String refused = connected();
            used = wire;
            if (used == null) {
                return refused;
            }
        }
        try {
            if (statement.extended()) {
                used.putParsed(statement.sql(), statement.parameters());
            } else {
                used.putQuery(statement.sql());
            }
            String failure = used.exchange(null);
            if (failure != null) {
                failureMessage = "line " + statement.line() + ": " + used.errorMessage();
                if (failure.startsWith("57P") || failure.startsWith("08") || failure.equals("25P03")) {
                    close();
                }
            }
            return failure;
        } catch (IOException e) {
            failureMessage = "line " + statement.line() + ": " + e.getMessage();
            close();
            return CONNECTION_LOST;
        }
    }

    /** @return the SQLSTATE of the refusal, or null */
    private @Nullable String connected() {
        try {
            Wire opened = Wire.open(replay.url(), applicationName, Protocol.EXTENDED, 0);
            wire = opened;
            if (replay.isAbandoned()) {
                opened.abort();
            }
            replay.readOnly(opened);
            if (wasConnected) {
                tally.reconnected();
            }
            wasConnected = true;
            return null;
        } catch (SQLException e) {
            failureMessage = String.valueOf(e.getMessage());
            close();
            return e.getSQLState() == null ? "08001" : e.getSQLState();
        }
    }

    private void close() {
        Wire old = wire;
        wire = null;
        if (old != null) {
            old.close();
        }
    }

    boolean hasEnded() {
        return ended.get();
    }

    /** Counts what is due and not done as unfinished; the session counts nothing any more. */
    synchronized void abandon(long now) {
        for (LoggedStatement statement : statements.subList(accounted, statements.size())) {
            long due = replay.dueNanos(statement);
            if (!replay.isOver(due)) {
                tally.unfinished(0, due, now);
            }
        }
    }

    /** How many of its statements were due before the end. */
    long planned() {
        return statements.stream()
                .filter(s -> !replay.isOver(replay.dueNanos(s)))
                .count();
    }

    void cancel() {
        Wire used = wire;
        if (used != null) {
            used.cancel();
        }
    }

    void abort() {
        Wire used = wire;
        if (used != null) {
            used.abort();
        }
    }
}
