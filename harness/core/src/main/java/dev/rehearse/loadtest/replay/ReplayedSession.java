package dev.rehearse.loadtest.replay;

import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.loadtest.LoadThreads;
import dev.rehearse.loadtest.Tally;
import dev.rehearse.loadtest.wire.Wire;
import dev.rehearse.plan.Protocol;
import dev.rehearse.serverlog.LoggedStatement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One session of the log on a connection of its own, one statement after the other, each when it is due or as soon as the one before is done.
 * One thread; {@link #offer}, {@link #abandon}, {@link #cancel} and {@link #abort} come from others.
 */
final class ReplayedSession implements Runnable {

    private static final Pattern COMMIT = Pattern.compile("\\s*(COMMIT|END)\\b", Pattern.CASE_INSENSITIVE);
    private static final String CONNECTION_LOST = "08006";
    private static final long LONGEST_WAIT_NANOS = 100_000_000;

    private final Replay replay;
    private final Tally tally;
    private final String applicationName;
    private volatile @Nullable Wire wire;
    private String failureMessage = "";
    private boolean wasConnected;
    /** What it was given and has not done, the one that runs first; for whoever holds the lock of this session. */
    private final ArrayDeque<LoggedStatement> open = new ArrayDeque<>();

    private final AtomicBoolean ended = new AtomicBoolean();
    private final Thread thread;
    private long left;

    /** @param count of the statements that it will be given */
    ReplayedSession(Replay replay, Tally tally, String applicationName, long count) {
        this.replay = replay;
        this.tally = tally;
        this.applicationName = applicationName;
        this.left = count;
        this.thread = LoadThreads.of(this);
    }

    void start() {
        thread.start();
    }

    /** Gives it the statement that comes after those before. */
    void offer(LoggedStatement statement) {
        synchronized (this) {
            open.addLast(statement);
        }
        wake();
    }

    /** Something has changed that it may wait for. */
    void wake() {
        LockSupport.unpark(thread);
    }

    private synchronized @Nullable LoggedStatement first() {
        return open.peekFirst();
    }

    @Override
    public void run() {
        try {
            // So that the first statement need not wait for the connection.
            connected();
            long free = System.nanoTime();
            while (left > 0) {
                LoggedStatement statement = first();
                if (statement != null) {
                    if (!runs(statement, free)) {
                        return;
                    }
                    left--;
                    free = System.nanoTime();
                } else if (replay.givesNoMore()) {
                    return;
                } else {
                    LockSupport.parkNanos(this, LONGEST_WAIT_NANOS);
                }
            }
        } catch (RuntimeException | Error e) {
            replay.fail(e);
        } finally {
            close();
            ended.set(true);
        }
    }

    /**
     * @param free when the session had nothing to do any more
     * @return false where nothing is due any more
     */
    private boolean runs(LoggedStatement statement, long free) {
        long due = replay.dueNanos(statement);
        long now = System.nanoTime();
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
            open.removeFirst();
            if (failure == null) {
                tally.succeeded(0, due, now, end, free <= due);
            } else {
                tally.failed(0, failure, failureMessage, due, now, end, free <= due);
            }
        }
        replay.done(statement);
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
            put(statement, used);
            String failure = used.exchange(null);
            if (failure != null) {
                failureMessage = statement.place() + ": " + used.errorMessage();
                if (failure.startsWith("57P") || failure.startsWith("08") || failure.equals("25P03")) {
                    close();
                }
            }
            return failure;
        } catch (IOException e) {
            // A server that ends a session says why before it goes.
            String said = used.sqlState();
            failureMessage = statement.place() + ": " + (said == null ? e.getMessage() : used.errorMessage());
            close();
            return said == null ? CONNECTION_LOST : said;
        }
    }

    /** What failed is to fail again, even where what made it fail then, such as a cancel, does not come: so that what it did is undone as it was. */
    private static void put(LoggedStatement statement, Wire to) {
        String sqlState = statement.failure();
        String failing = sqlState == null
                ? ""
                : "DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''" + sqlState
                        + "'', MESSAGE = ''It failed so in the log.''; END'";
        if (statement.extended()) {
            to.putParsed(sqlState == null ? statement.sql() : undone(statement.sql()), statement.parameters());
            if (sqlState != null) {
                to.putParsed(failing, List.of());
            }
            to.putSync();
        } else {
            to.putQuery(sqlState == null ? statement.sql() : undone(statement.sql()) + "\n;" + failing);
        }
    }

    /** A transaction that failed as it was to commit did not. */
    private static String undone(String sql) {
        return COMMIT.matcher(sql).lookingAt() ? "ROLLBACK" : sql;
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
            failureMessage = DatabaseUrl.said(e);
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
        while (!open.isEmpty() && !replay.isOver(replay.dueNanos(open.getFirst()))) {
            tally.unfinished(0, replay.dueNanos(open.removeFirst()), now);
        }
    }

    /** How many statements it was given and did not begin, as they are due after the end. */
    synchronized long withdrawn() {
        return open.size();
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
