package dev.rehearse.load;

import dev.rehearse.load.operation.PlannedOperation;
import dev.rehearse.load.operation.PlannedOperation.PlannedApplication;
import dev.rehearse.recording.OperationLog.OperationKind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The clients of one application version: its pool of connections, each with a thread. Used by one thread, but for the clients. */
final class LoadClients {

    /** Each attempt fails an arrival: where nobody is there to refuse them, which takes no time, most arrivals wait all the same. */
    private static final long LEAST_BETWEEN_ATTEMPTS_MICROS = 4_000;

    private static final long MOST_BETWEEN_ATTEMPTS_MICROS = 10_000;
    private static final long LONGEST_BACK_OFF_MICROS = 1_000_000;

    private final LoadRun run;
    private final PlannedApplication application;
    private final int number;
    private final int firstKind;
    private final Turns attempts;
    /** How long the last attempt to connect took that failed. */
    private volatile long attemptMicros = LEAST_BETWEEN_ATTEMPTS_MICROS;

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
        this.attempts = new Turns(run.clock, this::betweenAttemptsMicros);
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
        return application.at(run.schedule.uniform(arrival, 2));
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

    /**
     * Waits until a client that could not connect, or lost its connection, is to try again.
     *
     * @param tookMicros how long its attempt to connect took; 0: it has made none
     */
    void awaitAttempt(long tookMicros) {
        if (tookMicros > 0) {
            attemptMicros = tookMicros;
        }
        attempts.take(() -> run.abandoned);
    }

    /** Where some are connected, the server has other things to do than to refuse the rest. */
    private long betweenAttemptsMicros() {
        long most = Math.min(MOST_BETWEEN_ATTEMPTS_MICROS, LONGEST_BACK_OFF_MICROS / Math.max(1, clients.size()));
        if (clients.stream().anyMatch(LoadClient::isConnected)) {
            return most;
        }
        return Math.min(most, Math.max(LEAST_BETWEEN_ATTEMPTS_MICROS, 2 * attemptMicros));
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
