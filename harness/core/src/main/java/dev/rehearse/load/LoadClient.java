package dev.rehearse.load;

import dev.rehearse.load.PlannedOperation.PlannedStatement;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * One client: takes the next arrival, waits until it is due, and runs it on its connection. A lost connection is made again for the next
 * arrival; until that works arrivals fail, as they would in the application. Runs in one thread; {@link #cancel} and {@link #abort}
 * come from another.
 */
final class LoadClient implements Runnable {

    private static final long LONGEST_PARK_NANOS = 1_000_000_000L;
    private static final long FIRST_BACK_OFF_MILLIS = 20;
    private static final long LONGEST_BACK_OFF_MILLIS = 1_000;
    private static final String WRONG_ROWS = "RH001";

    private final LoadClients clients;
    private final LoadRun run;
    private final String name;
    private final Map<PlannedStatement, PreparedStatement> statements = new IdentityHashMap<>();
    private final Map<TrackedWrite, Integer> mostRows = new IdentityHashMap<>();
    private volatile @Nullable Connection connection;
    private volatile @Nullable Statement running;
    private volatile @Nullable InFlight inFlight;
    private int pid;
    private boolean lostBefore;
    private long backOffMillis = FIRST_BACK_OFF_MILLIS;

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

    @Nullable
    InFlight inFlight() {
        return inFlight;
    }

    @Override
    public void run() {
        try {
            while (!run.abandoned) {
                long arrival = clients.nextArrival();
                long due = run.schedule.dueMicros(arrival);
                long claimed = run.clock.micros();
                if (!awaitDue(arrival, due)) {
                    return;
                }
                if (run.schedule.application(arrival) == clients.number()) {
                    long start = run.clock.micros();
                    if (claimed <= due) {
                        run.late(start - due);
                    }
                    serve(arrival, due, start);
                }
            }
        } finally {
            close();
        }
    }

    /** Parks until then; false when the load stops first. */
    private boolean awaitDue(long arrival, long due) {
        while (!run.abandoned && due < run.stopMicros) {
            long micros = due - run.clock.micros();
            if (run.schedule.isIdle(clients.number(), due) && !run.schedule.isSettledFor(arrival, clients.number())) {
                LockSupport.parkNanos(this, LONGEST_PARK_NANOS);
            } else if (micros <= 0) {
                return true;
            } else {
                LockSupport.parkNanos(this, Math.min(LONGEST_PARK_NANOS, micros * 1_000));
            }
        }
        return false;
    }

    private void serve(long arrival, long due, long start) {
        inFlight = new InFlight(arrival, start, pid);
        int index = clients.operationOf(arrival);
        Outcome outcome = Outcome.SUCCEEDED;
        String state = null;
        try {
            Connection ready = ready();
            inFlight = new InFlight(arrival, start, pid);
            state = new Unit(ready, clients.application().operations().get(index), clients.kind(arrival), start)
                    .execute(arrival);
            outcome = state == null ? Outcome.SUCCEEDED : Outcome.FAILED;
        } catch (SQLException e) {
            state = e.getSQLState() == null ? "XX000" : e.getSQLState();
            outcome = run.abandoned || isUnanswered(state) && pid != 0 ? Outcome.UNKNOWN : Outcome.FAILED;
            recover(state);
        }
        run.log(
                arrival,
                new OperationLog.Operation(clients.kind(arrival), due, start, run.clock.micros(), outcome, state, pid));
        inFlight = null;
        if (connection == null) {
            pid = 0;
            backOff();
        }
    }

    private static boolean isUnanswered(String state) {
        return state.startsWith("08");
    }

    private static boolean isLoss(String state) {
        return isUnanswered(state) || state.startsWith("57P");
    }

    void connect() throws SQLException {
        Connection opened = run.connections.open(name);
        connection = opened;
        try (Statement statement = opened.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_catalog.pg_backend_pid()")) {
            rows.next();
            pid = rows.getInt(1);
        }
    }

    private Connection ready() throws SQLException {
        Connection ready = connection;
        if (ready == null) {
            connect();
            ready = java.util.Objects.requireNonNull(connection);
            backOffMillis = FIRST_BACK_OFF_MILLIS;
            if (lostBefore) {
                run.reconnects.incrementAndGet();
                lostBefore = false;
            }
        }
        return ready;
    }

    /** Leaves the connection fit for the next operation, or gives it up. */
    private void recover(String state) {
        Connection broken = connection;
        if (broken == null) {
            return;
        }
        try {
            if (!isLoss(state) && !broken.isClosed()) {
                if (!broken.getAutoCommit()) {
                    broken.rollback();
                }
                return;
            }
        } catch (SQLException e) {
            // The rollback found the connection lost as well.
        }
        lostBefore = true;
        close();
    }

    private void backOff() {
        long until = run.clock.micros() + backOffMillis * 1_000;
        backOffMillis = Math.min(LONGEST_BACK_OFF_MILLIS, backOffMillis * 2);
        for (long now = run.clock.micros(); now < until && !run.abandoned; now = run.clock.micros()) {
            LockSupport.parkNanos(this, (until - now) * 1_000);
        }
    }

    /** One operation on one connection: what it wrote is accounted for once the server has confirmed it. */
    private final class Unit {
        private final Connection connection;
        private final PlannedOperation operation;
        private final int kind;
        private final long startMicros;
        private final List<WriteLedger.Row> unconfirmed = new ArrayList<>();

        Unit(Connection connection, PlannedOperation operation, int kind, long startMicros) {
            this.connection = connection;
            this.operation = operation;
            this.kind = kind;
            this.startMicros = startMicros;
        }

        /** Returns null, or the SQLSTATE of our own where the server was content but the operation was not. */
        @Nullable
        String execute(long arrival) throws SQLException {
            @Nullable String[] values = operation.draws().draw(run.schedule.random(arrival));
            if (connection.getAutoCommit() == operation.transaction()) {
                connection.setAutoCommit(!operation.transaction());
            }
            for (PlannedStatement statement : operation.statements()) {
                int rows = rows(statement, values);
                if (!operation.transaction()) {
                    confirmed();
                }
                if (statement.expectedRows() >= 0 && rows != statement.expectedRows()) {
                    if (operation.transaction()) {
                        connection.rollback();
                    }
                    return WRONG_ROWS;
                }
            }
            if (operation.transaction()) {
                commit();
                confirmed();
            }
            return null;
        }

        private int rows(PlannedStatement planned, @Nullable String[] values) throws SQLException {
            PreparedStatement statement = prepared(planned);
            OperationResolver.bind(statement, planned.slots(), values);
            long began = run.clock.micros();
            running = statement;
            String failure = null;
            try {
                return result(planned, statement);
            } catch (SQLException e) {
                failure = e.getSQLState();
                if (planned.write() != null && !operation.transaction() && failure != null && isLoss(failure)) {
                    run.ledger.uncertain(planned.write(), mostRows.getOrDefault(planned.write(), 1));
                }
                throw e;
            } finally {
                running = null;
                hear(statement.getWarnings(), began, failure);
            }
        }

        private int result(PlannedStatement planned, PreparedStatement statement) throws SQLException {
            if (!statement.execute()) {
                return statement.getUpdateCount();
            }
            int count = 0;
            TrackedWrite write = planned.write();
            try (ResultSet rows = statement.getResultSet()) {
                int last = write == null ? 0 : rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    count++;
                    if (write != null) {
                        unconfirmed.add(WriteLedger.Row.of(write, rows.getString(last)));
                    }
                }
            }
            if (write != null) {
                mostRows.merge(write, count, Math::max);
            }
            return count;
        }

        private void commit() throws SQLException {
            long began = run.clock.micros();
            String failure = null;
            try {
                connection.commit();
            } catch (SQLException e) {
                failure = e.getSQLState();
                if (failure != null && isLoss(failure)) {
                    run.ledger.wrote(unconfirmed, startMicros, run.clock.micros(), false);
                }
                throw e;
            } finally {
                // Deferred constraints can wait for locks at the very end.
                hear(connection.isClosed() ? null : connection.getWarnings(), began, failure);
                if (!connection.isClosed()) {
                    connection.clearWarnings();
                }
            }
        }

        private void confirmed() {
            if (unconfirmed.isEmpty()) {
                return;
            }
            run.ledger.wrote(unconfirmed, startMicros, run.clock.micros(), true);
            for (WriteLedger.Row row : unconfirmed) {
                if (row.write().verb() == TrackedWrite.Verb.INSERT
                        && run.pools.keepsInserts(row.write().table())) {
                    run.pools.inserted(row.write().table(), row.texts());
                }
            }
            unconfirmed.clear();
        }

        private PreparedStatement prepared(PlannedStatement planned) throws SQLException {
            PreparedStatement known = statements.get(planned);
            if (known == null) {
                known = connection.prepareStatement(planned.sql());
                known.unwrap(PGStatement.class).setPrepareThreshold(operation.prepared() ? 1 : 0);
                statements.put(planned, known);
            }
            return known;
        }

        private void hear(java.sql.@Nullable SQLWarning warnings, long began, @Nullable String failure) {
            if (warnings != null) {
                long ended = run.clock.micros();
                run.heard(WaitCollector.waits(
                        warnings,
                        new WaitCollector.Context(
                                kind,
                                clients.application().name(),
                                began,
                                ended,
                                failure,
                                ended(failure, ended - began))));
            }
        }

        private Ended ended(@Nullable String failure, long micros) {
            if (failure == null) {
                return Ended.GRANTED;
            }
            if (run.abandoned) {
                return Ended.STILL_WAITING;
            }
            if (isLoss(failure)) {
                return Ended.CONNECTION_LOST;
            }
            // Both end with 57014; only the time tells them apart.
            boolean timedOut = run.statementTimeoutMicros > 0 && micros >= run.statementTimeoutMicros;
            return switch (failure) {
                case "55P03" -> Ended.LOCK_TIMEOUT;
                case "40P01" -> Ended.DEADLOCK;
                case "57014" -> timedOut ? Ended.STATEMENT_TIMEOUT : Ended.CANCELLED;
                default -> Ended.CANCELLED;
            };
        }
    }

    /** Asks the server to end what runs. */
    void cancel() {
        Statement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                // The server does not take the request; abort() follows.
            }
        }
    }

    /** Gives the connection up without asking the server. */
    void abort() {
        Connection doomed = connection;
        if (doomed != null) {
            try {
                doomed.abort(Runnable::run);
            } catch (SQLException e) {
                // It is gone already.
            }
        }
    }

    void close() {
        Connection old = connection;
        connection = null;
        statements.clear();
        if (old != null) {
            try {
                old.close();
            } catch (SQLException e) {
                // It is gone already.
            }
        }
    }
}
