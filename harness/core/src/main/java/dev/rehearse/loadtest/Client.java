package dev.rehearse.loadtest;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.loadtest.wire.Wire;
import dev.rehearse.pgbench.ExpressionException;
import dev.rehearse.pgbench.PgRandom;
import dev.rehearse.pgbench.ScriptState;
import dev.rehearse.pgbench.Value;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One client: one connection, one thread, one operation at a time. A lost connection is made again for the next operation; until that
 * works operations fail, as they would in an application. {@link #cancel} and {@link #abort} come from other threads.
 */
final class Client implements Runnable {

    private static final String CONNECTION_LOST = "08006";
    private static final long FIRST_BACK_OFF_MILLIS = 20;
    private static final long LONGEST_BACK_OFF_MILLIS = 1_000;

    private final Load load;
    private final Tally tally;
    private final int number;
    private final ScriptState state;
    private final long randomSeed;
    /** In the closed model: how many operations it has. */
    private final long most;

    private final Arrivals.Slot slot = new Arrivals.Slot();
    private final PgRandom choice = new PgRandom();
    private volatile @Nullable Wire wire;
    /** Whoever turns it to false accounts for the operation. */
    private final AtomicBoolean running = new AtomicBoolean();

    /** These two are written before {@link #running} is, and read after it. */
    private long dueNanos;

    private int runs;
    private String errorMessage = "";
    private String connectFailure = CONNECTION_LOST;
    private long backOffMillis = FIRST_BACK_OFF_MILLIS;
    /** Written before {@link #running} is, so that who reads that has it. */
    private long begun;
    /** When the last operation did, or when the first one was to begin. */
    private long ended;

    private int tries;
    private @Nullable ScriptRun current;

    Client(Load load, Tally tally, int number, ScriptState state) {
        this.load = load;
        this.tally = tally;
        this.number = number;
        this.state = state;
        this.randomSeed = load.plan().randomSeed();
        LoadTestPlan.Pace pace = load.plan().pace();
        this.most = pace.isTimed() ? Long.MAX_VALUE : pace.operationsPerClient();
    }

    void connect() throws SQLException {
        Wire opened = Wire.open(
                load.url(),
                "rehearse-load-" + (number + 1),
                load.plan().sessions().protocol(),
                load.program().statements() + 1);
        wire = opened;
        if (load.plan().sessions().readOnly()) {
            try {
                opened.readOnly();
            } catch (SQLException e) {
                lose(opened);
                throw e;
            }
        }
        if (load.isAbandoned()) {
            opened.close();
        }
    }

    @Override
    public void run() {
        try {
            load.awaitStart();
            Arrivals arrivals = load.arrivals();
            if (arrivals == null) {
                closed();
            } else {
                open(arrivals);
            }
        } catch (RuntimeException | Error e) {
            load.fail(e);
        } finally {
            load.ended();
        }
    }

    private void closed() {
        enters();
        while (isToGoOn()) {
            begun++;
            operate(PgRandom.mix(number, begun - 1), ended, ended, true);
        }
    }

    /** In the closed model: its first operation begins, on the thread that it has from now on. */
    void enters() {
        ended = System.nanoTime();
    }

    /** In the closed model, in which an operation begins when the one before it has ended. */
    private boolean isToGoOn() {
        return begun < most && !load.isOver(ended) && !load.isAbandoned();
    }

    /**
     * In the closed model, on a connection that does not wait: goes on until an answer must be waited for.
     *
     * @return false where the client has come to its end, or has lost its connection, which is not for this thread to wait for
     */
    boolean advances() {
        while (true) {
            ScriptRun run = current;
            Wire used = wire;
            if (run == null || used == null) {
                if (used == null || !isToGoOn()) {
                    return false;
                }
                run = beginsNext(used);
                if (load.isAbandoned()) {
                    // Whoever gave it up may have looked at this client just before.
                    current = null;
                    abandon(ended);
                    return false;
                }
            }
            String failure = advance(run, used);
            if (failure == null && current != null) {
                return true;
            }
            if (failure != null && wire != null && mayRetry(failure, tries)) {
                tries++;
                tally.retried();
                state.reseed(randomSeed, PgRandom.mix(number, begun - 1));
                current = new ScriptRun(used, load.program().part(runs), state);
            } else {
                current = null;
                end(failure, runs, dueNanos, dueNanos, true);
            }
        }
    }

    private ScriptRun beginsNext(Wire used) {
        long operation = PgRandom.mix(number, begun);
        begun++;
        begin(load.program().choose(choice, randomSeed, operation), ended);
        tries = 1;
        state.reseed(randomSeed, operation);
        ScriptRun run = new ScriptRun(used, load.program().part(runs), state);
        current = run;
        return run;
    }

    /** @return the SQLSTATE that the script ended with; null where it goes on, and where it succeeded, when there is none that runs any more */
    private @Nullable String advance(ScriptRun run, Wire used) {
        try {
            if (!run.advances()) {
                return null;
            }
            current = null;
            return ended(run, used);
        } catch (IOException e) {
            current = null;
            return lost(run, used, e);
        } catch (ExpressionException e) {
            throw new InvalidRehearsalException(run.where() + ": " + e.getMessage(), e);
        }
    }

    /** What the script ended with; the connection is fit for the next one, or gone. */
    private @Nullable String ended(ScriptRun run, Wire used) {
        String failure = run.failure();
        if (failure != null) {
            errorMessage = run.message();
            if (failure.equals(ScriptRun.NO_VALUE) && !load.hasSucceeded()) {
                // Most likely none ever will.
                throw new InvalidRehearsalException(errorMessage);
            }
            if (ScriptRun.isLoss(failure)) {
                lose(used);
            }
        }
        return failure;
    }

    private String lost(ScriptRun run, Wire used, IOException why) {
        lose(used);
        String failure = run.failure();
        if (failure != null) {
            errorMessage = run.message();
            return failure;
        }
        // A server that ends a session says why before it goes.
        String said = used.sqlState();
        errorMessage = run.where() + ": " + (said == null ? why.getMessage() : used.errorMessage());
        return said == null ? CONNECTION_LOST : said;
    }

    private void begin(int script, long due) {
        dueNanos = due;
        runs = script;
        running.set(true);
    }

    private void end(@Nullable String failure, int script, long due, long start, boolean inTime) {
        ended = System.nanoTime();
        if (!running.compareAndSet(true, false)) {
            return;
        }
        if (failure == null) {
            load.succeeded();
            tally.succeeded(script, due, start, ended, inTime);
        } else {
            tally.failed(script, failure, errorMessage, due, start, ended, inTime);
        }
    }

    private void open(Arrivals arrivals) {
        while (!load.isAbandoned() && arrivals.take(slot)) {
            long due = load.startNanos() + slot.dueNanos;
            long now = System.nanoTime();
            boolean inTime = now <= due;
            if (now - due > load.patienceNanos() && !load.isOver(due)) {
                tally.shed(load.program().choose(choice, randomSeed, slot.number), load.patienceNanos());
                continue;
            }
            while (now < due && !load.isOver(due)) {
                LockSupport.parkNanos(this, due - now);
                now = System.nanoTime();
            }
            if (load.isOver(due)) {
                load.withdrawn();
                return;
            }
            operate(slot.number, due, now, inTime);
        }
    }

    private void operate(long operation, long due, long start, boolean inTime) {
        int script = load.program().choose(choice, randomSeed, operation);
        begin(script, due);
        if (load.isAbandoned()) {
            account(() -> tally.unfinished(script, due, start));
            return;
        }
        tries = 1;
        String failure = attempt(script, operation);
        while (failure != null && mayRetry(failure, tries)) {
            tries++;
            tally.retried();
            failure = attempt(script, operation);
        }
        end(failure, script, due, start, inTime);
    }

    private void account(Runnable accounting) {
        if (running.compareAndSet(true, false)) {
            accounting.run();
        }
    }

    private boolean mayRetry(String sqlState, int tries) {
        int most = load.plan().sessions().maxTries();
        boolean retryable = sqlState.equals("40001") || sqlState.equals("40P01");
        return retryable && (most == 0 || tries < most) && !load.isOver(System.nanoTime());
    }

    /** @return the SQLSTATE that it failed with, or null */
    private @Nullable String attempt(int script, long operation) {
        state.reseed(randomSeed, operation);
        Wire used = wire;
        if (used == null) {
            used = reconnected();
            if (used == null) {
                return connectFailure;
            }
        }
        Program.Part part = load.program().part(script);
        ScriptRun run = new ScriptRun(used, part, state);
        try {
            run.run();
            return ended(run, used);
        } catch (IOException e) {
            return lost(run, used, e);
        } catch (ExpressionException e) {
            throw new InvalidRehearsalException(run.where() + ": " + e.getMessage(), e);
        }
    }

    /** Gives the connection up; the next operation makes another one. */
    void lose(Wire lost) {
        wire = null;
        lost.close();
    }

    private @Nullable Wire reconnected() {
        try {
            connect();
            backOffMillis = FIRST_BACK_OFF_MILLIS;
            tally.reconnected();
            return wire;
        } catch (SQLException e) {
            connectFailure = e.getSQLState() == null ? "08001" : e.getSQLState();
            errorMessage = DatabaseUrl.said(e);
            load.pause(backOffMillis);
            backOffMillis = Math.min(LONGEST_BACK_OFF_MILLIS, backOffMillis * 2);
            return null;
        }
    }

    /** The connection; null where it is lost. */
    @Nullable
    Wire wire() {
        return wire;
    }

    /** How many operations it began in the closed model. */
    long begun() {
        return begun;
    }

    /** Counts the operation that runs as unfinished; the client will not count it. */
    void abandon(long now) {
        account(() -> tally.unfinished(runs, dueNanos, now));
    }

    /** From now on the other one has it. Both of them rest meanwhile. */
    void lendConnection(Client other) {
        other.wire = wire;
    }

    /** Sets a variable that is not set; before the run. */
    void setDefault(String name, Value value) {
        state.setDefault(name, value);
    }

    /** The driver's view of the connection; before the run. */
    Connection driver() {
        return java.util.Objects.requireNonNull(wire).driver();
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

    /** Ends the session, which no thread uses any more. */
    void close() {
        Wire used = wire;
        if (used != null) {
            used.close();
        }
    }
}
