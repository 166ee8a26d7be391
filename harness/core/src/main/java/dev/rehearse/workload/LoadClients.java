package dev.rehearse.workload;

import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.workload.operation.PlannedOperation;
import dev.rehearse.workload.operation.PlannedOperation.PlannedApplication;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The clients of one application version: its pool of connections, each with a thread. Used by one thread, but for the clients. */
final class LoadClients {

    /** Of the server from a client that it refused. */
    private static final long LEAST_REST_MICROS = 1_000;

    private static final long LEAST_TURN_MICROS = 4_000;
    private static final long MOST_BETWEEN_TURNS_MICROS = 10_000;
    private static final long LONGEST_BACK_OFF_MICROS = 1_000_000;

    private final LoadRun run;
    private final PlannedApplication application;
    private final int number;
    private final int firstKind;
    private final Turns turns;
    /** How many clients have their turn and have not tried to the end. */
    private final AtomicInteger trying = new AtomicInteger();
    /** By then the server has had its rest from the last one that it refused. */
    private volatile long restedMicros;
    /** Since when it refuses all; 0 where it does not. */
    private volatile long refusesSinceMicros;

    private final AtomicLong cursor = new AtomicLong();
    private final List<LoadClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param number {@link ArrivalSchedule#BEFORE} or {@link ArrivalSchedule#AFTER}
     * @param size how many clients
     * @param firstClient number of the first, from 1
     */
    LoadClients(LoadRun run, PlannedApplication application, int number, int size, int firstClient) {
        this.run = run;
        this.application = application;
        this.number = number;
        int first = -1;
        for (PlannedOperation operation : application.operations()) {
            int kind = run.log.addKind(
                    new OperationKind(operation.name(), application.name(), operation.tables(), operation.written()));
            first = first < 0 ? kind : first;
        }
        this.firstKind = first;
        for (int i = 0; i < size; i++) {
            clients.add(new LoadClient(this, run, "rehearse-load-" + (firstClient + i)));
        }
        this.turns = new Turns(run.clock, this::nextTurnMicros);
    }

    PlannedApplication application() {
        return application;
    }

    int number() {
        return number;
    }

    /** Index in the log of what an arrival does. */
    int kind(long arrival) {
        return firstKind + operationOf(arrival);
    }

    PlannedOperation operation(long arrival) {
        return application.operations().get(operationOf(arrival));
    }

    private int operationOf(long arrival) {
        int wanted = run.schedule.operation(arrival, number);
        return wanted >= 0 ? wanted : application.at(run.schedule.uniform(arrival, 2));
    }

    long nextArrival() {
        return cursor.getAndIncrement();
    }

    /** Opens every connection, so that the load does not begin with connecting. */
    void connect() throws SQLException {
        for (LoadClient client : clients) {
            client.connect();
        }
    }

    void start() {
        for (LoadClient client : clients) {
            Thread thread = new Thread(client, client.name());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Waits until a client that has no connection is to try for one, which is {@link #connect}. */
    void awaitTurn() {
        turns.take(() -> run.abandoned);
        trying.incrementAndGet();
    }

    /**
     * Connects a client that has its turn. While none is connected it tries again until its turn has been long enough: where nobody is there to refuse
     * them, which takes no time, most arrivals wait all the same, and only one in each turn fails.
     *
     * @throws SQLException the last refusal
     */
    LoadSession connect(LoadClient client) throws SQLException {
        long enough = run.clock.micros() + LEAST_TURN_MICROS;
        try {
            while (true) {
                long tried = run.clock.micros();
                try {
                    LoadSession session = client.connect();
                    refusesSinceMicros = 0;
                    return session;
                } catch (SQLException e) {
                    long now = run.clock.micros();
                    restedMicros = now + restMicros(tried, now);
                    if (restedMicros >= enough || isAnyConnected() || run.abandoned) {
                        throw e;
                    }
                    LockSupport.parkNanos(this, (restedMicros - now) * 1_000);
                }
            }
        } finally {
            trying.decrementAndGet();
            turns.lookAgain();
        }
    }

    /** A hundredth of the outage so far, so that its length is known as closely, and no longer than it took to be refused. */
    private long restMicros(long tried, long now) {
        if (refusesSinceMicros == 0) {
            refusesSinceMicros = tried;
        }
        return Math.max(LEAST_REST_MICROS, Math.min(now - tried, (now - refusesSinceMicros) / 100));
    }

    /**
     * As soon as the last one was refused and the server has rested. Where some are connected it has other things to do than to refuse the rest; and one
     * that nobody answers keeps no other from trying.
     */
    private long nextTurnMicros(long lastMicros) {
        long latest =
                lastMicros + Math.min(MOST_BETWEEN_TURNS_MICROS, LONGEST_BACK_OFF_MICROS / Math.max(1, clients.size()));
        boolean isRefused = restedMicros > lastMicros && trying.get() == 0;
        return isRefused && !isAnyConnected() ? Math.min(latest, restedMicros) : latest;
    }

    private boolean isAnyConnected() {
        return clients.stream().anyMatch(LoadClient::isConnected);
    }

    /** Something changed that parked clients should look at. */
    void wake() {
        threads.forEach(LockSupport::unpark);
    }

    boolean await(Duration deadline) {
        long until = System.nanoTime() + deadline.toNanos();
        for (Thread thread : threads) {
            long millis = (until - System.nanoTime()) / 1_000_000;
            try {
                if (millis > 0) {
                    thread.join(millis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return threads.stream().noneMatch(Thread::isAlive);
    }

    void cancelRunning() {
        clients.forEach(LoadClient::cancel);
    }

    void abort() {
        clients.forEach(LoadClient::abort);
    }

    void close() {
        clients.forEach(LoadClient::close);
    }

    List<LoadClient> clients() {
        return clients;
    }
}
