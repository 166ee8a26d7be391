package dev.rehearse.workload;

import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One client: takes the next arrival, waits until it is due, and runs it on its connection. A lost connection is made again for the next
 * arrival; until that works arrivals fail, as they would in the application. The clients take turns at it, 10 ms apart at most, so that the server
 * is not stormed. While none of them is connected one at a time tries, again after a hundredth of the outage so far, from a millisecond to as long as the
 * refusal took, and the end of an outage is seen soon. Runs in one thread; {@link #cancel} and {@link #abort} come from another.
 */
final class LoadClient implements Runnable {

    private static final long LONGEST_PARK_NANOS = 1_000_000_000L;

    private final LoadClients clients;
    private final LoadRun run;
    private final String name;
    private volatile @Nullable LoadSession session;
    private volatile @Nullable InFlight inFlight;
    private volatile @Nullable Path thread;
    private boolean lostBefore;

    /** What a client is doing. */
    record InFlight(long arrival, long startMicros, int pid) {}

    LoadClient(LoadClients clients, LoadRun run, String name) {
        this.clients = clients;
        this.run = run;
        this.name = name;
    }

    String name() {
        return name;
    }

    boolean isConnected() {
        return session != null;
    }

    @Nullable
    InFlight inFlight() {
        return inFlight;
    }

    /** Its thread's folder in /proc; null before it runs, and where the system has none. */
    @Nullable
    Path thread() {
        return thread;
    }

    /** The server process that serves it, 0 where none does. */
    int servedBy() {
        LoadSession current = session;
        return current == null ? 0 : current.pid();
    }

    @Override
    public void run() {
        thread = currentThread();
        try {
            if (!isConnected()) {
                clients.awaitTurn();
            }
            while (!run.abandoned) {
                long arrival = clients.nextArrival();
                long due = run.schedule.dueMicros(arrival);
                long claimed = run.clock.micros();
                if (due < run.stopMicros && run.isGivenUp(arrival, claimed)) {
                    if (run.schedule.application(arrival) == clients.number()) {
                        run.giveUp(arrival, clients.kind(arrival));
                    }
                    continue;
                }
                if (!awaitDue(arrival, due)) {
                    return;
                }
                if (run.schedule.application(arrival) == clients.number()) {
                    long start = run.clock.micros();
                    boolean inTime = claimed <= due;
                    if (inTime) {
                        run.late(start - due);
                    }
                    serve(arrival, due, start, inTime);
                }
            }
        } catch (RuntimeException | Error e) {
            run.breakdown.compareAndSet(null, e);
        } finally {
            close();
        }
    }

    private static @Nullable Path currentThread() {
        try {
            return Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
        } catch (IOException e) {
            return null;
        }
    }

    /** Parks until then; false when the load stops first. */
    private boolean awaitDue(long arrival, long due) {
        while (!run.abandoned && due < run.stopMicros) {
            long micros = due - run.clock.micros();
            if (run.schedule.isIdle(clients.number(), due) && !run.schedule.isSettledFor(arrival, clients.number())) {
                if (run.isStopped()) {
                    // Nobody changes the shares any more, so nothing that is still due is ours.
                    return false;
                }
                LockSupport.parkNanos(this, LONGEST_PARK_NANOS);
            } else if (micros <= 0) {
                return true;
            } else {
                LockSupport.parkNanos(this, Math.min(LONGEST_PARK_NANOS, micros * 1_000));
            }
        }
        return false;
    }

    private void serve(long arrival, long due, long start, boolean inTime) {
        int kind = clients.kind(arrival);
        Outcome outcome;
        String state;
        LoadSession used = session;
        inFlight = new InFlight(arrival, start, used == null ? 0 : used.pid());
        try {
            if (used == null) {
                used = clients.connect(this);
                inFlight = new InFlight(arrival, start, used.pid());
            }
            state = used.execute(clients.operation(arrival), kind, arrival);
            outcome = state == null ? Outcome.SUCCEEDED : Outcome.FAILED;
        } catch (SQLException e) {
            state = e.getSQLState() == null ? "XX000" : e.getSQLState();
            run.messages.heard(kind, state, run.clock.micros(), e);
            boolean unanswered = used != null && LoadSession.isUnanswered(state);
            outcome = run.abandoned || unanswered ? Outcome.UNKNOWN : Outcome.FAILED;
        }
        long end = run.clock.micros();
        int pid = used == null ? 0 : used.pid();
        long think = used == null ? 0 : used.thoughtMicros();
        run.log(arrival, new OperationLog.Operation(kind, due, start, end, outcome, state, pid, think, inTime));
        if (used != null) {
            used.account(start, end);
        }
        if (outcome != Outcome.SUCCEEDED && (used == null || !used.recovers(String.valueOf(state)))) {
            lostBefore |= used != null;
            close();
            clients.awaitTurn();
        }
        inFlight = null;
    }

    LoadSession connect() throws SQLException {
        LoadSession opened = LoadSession.open(run, clients.application(), name);
        session = opened;
        if (lostBefore) {
            run.reconnects.incrementAndGet();
            lostBefore = false;
        }
        return opened;
    }

    /** Asks the server to end what runs. */
    void cancel() {
        LoadSession current = session;
        if (current != null) {
            current.cancel();
        }
    }

    /** Gives the connection up without asking the server. */
    void abort() {
        LoadSession current = session;
        if (current != null) {
            current.abort();
        }
    }

    void close() {
        LoadSession old = session;
        session = null;
        if (old != null) {
            old.close();
        }
    }
}
