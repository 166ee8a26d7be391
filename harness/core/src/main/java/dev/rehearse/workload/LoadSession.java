package dev.rehearse.workload;

import dev.rehearse.plan.Workload.ThinkTime;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.workload.lend.Lending;
import dev.rehearse.workload.operation.OperationTrial;
import dev.rehearse.workload.operation.PlannedOperation;
import dev.rehearse.workload.operation.PlannedOperation.PlannedApplication;
import dev.rehearse.workload.operation.PlannedOperation.PlannedJava;
import dev.rehearse.workload.operation.PlannedOperation.PlannedStatement;
import dev.rehearse.workload.statement.SqlTemplate;
import dev.rehearse.workload.statement.TrackedWrite;
import dev.rehearse.workload.wait.WaitCollector;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/**
 * One connection of the load: runs operations, hears of its waits for locks, and remembers what it wrote until that is accounted for.
 * Used by one thread, but for {@link #cancel} and {@link #abort}.
 */
final class LoadSession {

    private final LoadRun run;
    private final String application;
    private final Connection connection;
    private final int pid;
    private final Map<PlannedStatement, PreparedStatement> statements = new IdentityHashMap<>();
    private final WrittenRows rows;
    private final PlainWrites plain;
    private final Map<String, Optional<TrackedWrite>> unfollowed = new HashMap<>();
    private final Lending lending;
    /** What runs while that is Java, and what it is called in the log. */
    private @Nullable PlannedJava java;

    private int javaKind;
    private long thoughtMicros;

    /** The statement of the operation that failed. */
    private @Nullable PlannedStatement failed;

    private volatile @Nullable Statement running;

    private LoadSession(LoadRun run, String application, Connection connection, int pid) {
        this.run = run;
        this.application = application;
        this.connection = connection;
        this.pid = pid;
        this.rows = new WrittenRows(run);
        this.plain = new PlainWrites(run.ledger);
        this.lending = Lending.of(connection, new JavaWatch());
    }

    static LoadSession open(LoadRun run, PlannedApplication application, String name) throws SQLException {
        Connection connection = application.isJava() ? run.connections.openForJava(name) : run.connections.open(name);
        int pid = connection.unwrap(PGConnection.class).getBackendPID();
        return new LoadSession(run, application.name(), connection, pid);
    }

    int pid() {
        return pid;
    }

    /** Whether the server did not say what became of the statement. */
    static boolean isUnanswered(String sqlState) {
        return sqlState.startsWith("08");
    }

    /** Whether the connection is gone after such a failure. */
    static boolean isLoss(String sqlState) {
        return isUnanswered(sqlState) || sqlState.startsWith("57P");
    }

    static boolean isLoss(SQLException failure) {
        return failure.getSQLState() != null && isLoss(failure.getSQLState());
    }

    /**
     * Runs an operation.
     *
     * @param kind index in the log of what it is
     * @return null, or a SQLSTATE of ours where the server was content but the operation was not
     */
    @Nullable
    String execute(PlannedOperation operation, int kind, long arrival) throws SQLException {
        rows.begin();
        thoughtMicros = 0;
        SplittableRandom random = run.schedule.random(arrival);
        @Nullable String[] values = operation.draws().draw(random);
        PlannedJava planned = operation.java();
        if (planned != null) {
            java = planned;
            javaKind = kind;
            lending.run(database -> {
                planned.code().run(database, operation.draws().named(values), random);
                return Boolean.TRUE;
            });
            return null;
        }
        if (connection.getAutoCommit() == operation.transaction()) {
            connection.setAutoCommit(!operation.transaction());
        }
        List<PlannedStatement> inTurn = new ArrayList<>(operation.statements());
        Map<PlannedStatement, PlainWrites.Instead> sentInstead = new IdentityHashMap<>();
        while (true) {
            try {
                String state = execute(operation, inTurn, kind, values, random);
                sentInstead.values().forEach(plain::helped);
                return state;
            } catch (SQLException e) {
                PlannedStatement failing = failed;
                PlainWrites.Instead instead = failing == null || !operation.transaction()
                        ? null
                        : plain.instead(
                                sentInstead.remove(failing),
                                failing,
                                e,
                                () -> failsAgain(operation, inTurn, kind, values, e));
                if (instead == null) {
                    throw e;
                }
                connection.rollback();
                rows.begin();
                inTurn.replaceAll(statement -> statement == failing ? instead.sent() : statement);
                sentInstead.put(instead.sent(), instead);
            }
        }
    }

    /** Whether a failure is none by chance, as of a number that the server drew; asked in a transaction that is taken back. */
    private boolean failsAgain(
            PlannedOperation operation,
            List<PlannedStatement> statements,
            int kind,
            @Nullable String[] values,
            SQLException failure)
            throws SQLException {
        if (operation.transaction()) {
            connection.rollback();
        } else {
            connection.setAutoCommit(false);
        }
        try {
            for (PlannedStatement statement : statements) {
                sent(operation, kind, statement, values);
            }
            return false;
        } catch (SQLException e) {
            return Objects.equals(e.getSQLState(), failure.getSQLState());
        } finally {
            connection.rollback();
            connection.setAutoCommit(!operation.transaction());
            rows.begin();
        }
    }

    private @Nullable String execute(
            PlannedOperation operation,
            List<PlannedStatement> inTurn,
            int kind,
            @Nullable String[] values,
            SplittableRandom random)
            throws SQLException {
        failed = null;
        boolean isFirst = true;
        for (PlannedStatement statement : inTurn) {
            if (!isFirst) {
                think(operation.think(), random);
            }
            isFirst = false;
            int count = operation.transaction()
                    ? sent(operation, kind, statement, values)
                    : sentAlone(operation, kind, statement, values);
            if (!operation.transaction()) {
                rows.confirm();
            }
            if (statement.expectedRows() >= 0 && count != statement.expectedRows()) {
                if (operation.transaction()) {
                    connection.rollback();
                }
                return OperationLog.Operation.WRONG_ROWS;
            }
        }
        if (operation.transaction()) {
            commit(kind);
            rows.confirm();
        }
        return null;
    }

    /** The application's own time, with the transaction as it is. Drawn from the arrival's own numbers, so that every run has the same. */
    private void think(@Nullable ThinkTime time, SplittableRandom random) throws SQLException {
        if (time == null) {
            return;
        }
        double share = time.distribution() == ThinkTime.Distribution.CONSTANT ? 1 : -Math.log(1 - random.nextDouble());
        long began = run.clock.micros();
        long until = began + (long) (time.mean().toNanos() / 1_000 * share);
        for (long now = began; now < until && !run.abandoned; now = run.clock.micros()) {
            LockSupport.parkNanos(this, (until - now) * 1_000);
        }
        thoughtMicros += run.clock.micros() - began;
        if (run.abandoned) {
            throw new SQLException("The load ended while the application was thinking", "57014");
        }
    }

    /** How long the last operation was thinking so far. */
    long thoughtMicros() {
        return thoughtMicros;
    }

    private int sentAlone(PlannedOperation operation, int kind, PlannedStatement planned, @Nullable String[] values)
            throws SQLException {
        PlainWrites.Instead instead = null;
        while (true) {
            PlannedStatement sending = instead == null ? planned : instead.sent();
            try {
                int count = sent(operation, kind, sending, values);
                if (instead != null) {
                    plain.helped(instead);
                }
                return count;
            } catch (SQLException e) {
                instead = plain.instead(
                        instead, sending, e, () -> failsAgain(operation, List.of(planned), kind, values, e));
                if (instead == null) {
                    throw e;
                }
            }
        }
    }

    private int sent(PlannedOperation operation, int kind, PlannedStatement planned, @Nullable String[] values)
            throws SQLException {
        PreparedStatement statement = prepared(planned, operation.prepared() && run.prepares);
        OperationTrial.bind(statement, planned.slots(), values);
        long began = run.clock.micros();
        running = statement;
        SQLException failure = null;
        try {
            return result(planned, statement);
        } catch (SQLException e) {
            failure = e;
            failed = planned;
            if (planned.write() != null && !operation.transaction() && isLoss(e)) {
                rows.uncertain(planned.write());
            }
            throw e;
        } finally {
            running = null;
            hear(kind, statement.isClosed() ? null : statement.getWarnings(), began, failure);
        }
    }

    private int result(PlannedStatement planned, PreparedStatement statement) throws SQLException {
        if (!statement.execute()) {
            return statement.getUpdateCount();
        }
        int count = 0;
        TrackedWrite write = planned.write();
        try (ResultSet result = statement.getResultSet()) {
            int last = write == null ? 0 : result.getMetaData().getColumnCount();
            while (result.next()) {
                count++;
                if (write != null) {
                    rows.add(write, result.getString(last));
                }
            }
        }
        if (write != null) {
            rows.wrote(write, count);
        }
        return count;
    }

    private void commit(int kind) throws SQLException {
        ended(kind, () -> {
            connection.commit();
            return null;
        });
    }

    private @Nullable Object ended(int kind, Lending.Call end) throws SQLException {
        long began = run.clock.micros();
        SQLException failure = null;
        try {
            return end.run();
        } catch (SQLException e) {
            failure = e;
            if (isLoss(e)) {
                rows.doubt();
            }
            throw e;
        } finally {
            // Deferred constraints can wait for locks at the very end.
            if (!connection.isClosed()) {
                hear(kind, connection.getWarnings(), began, failure);
                connection.clearWarnings();
            }
        }
    }

    /** Hears what the server says to Java code, and follows what that writes. */
    private final class JavaWatch implements Lending.Watch {

        @Override
        public @Nullable Object statement(Statement statement, @Nullable TrackedWrite write, Lending.Call call)
                throws SQLException {
            long began = run.clock.micros();
            boolean alone = connection.getAutoCommit();
            int before = rows.unconfirmed();
            running = statement;
            SQLException failure = null;
            try {
                Object result = call.run();
                if (write != null) {
                    rows.wrote(write, rows.unconfirmed() - before);
                }
                if (alone) {
                    rows.confirm();
                }
                return result;
            } catch (SQLException e) {
                failure = e;
                if (write != null && alone && isLoss(e)) {
                    rows.uncertain(write);
                }
                throw e;
            } finally {
                running = null;
                hear(javaKind, statement.isClosed() ? null : statement.getWarnings(), began, failure);
            }
        }

        @Override
        public @Nullable Object end(boolean commits, Lending.Call call) throws SQLException {
            if (!commits) {
                rows.begin();
                return call.run();
            }
            Object result = ended(javaKind, call);
            rows.confirm();
            return result;
        }

        @Override
        public @Nullable TrackedWrite follows(String sql) {
            return java == null ? null : java.writes().get(sql);
        }

        @Override
        public void wrote(TrackedWrite write, String json) {
            rows.add(write, json);
        }

        @Override
        public void unfollowed(String sql) {
            TrackedWrite write = unfollowed
                    .computeIfAbsent(
                            sql, text -> Optional.ofNullable(TrackedWrite.of(SqlTemplate.ofJdbc(text), run.catalog)))
                    .orElse(null);
            if (write != null) {
                run.ledger.exclude(write.table(), Lending.UNFOLLOWED);
            }
        }

        @Override
        public void undoneInPart() {
            rows.excludeUnconfirmed("Java code undid a part of a transaction");
        }
    }

    /** Accounts for what the last operation wrote, which ran from {@code startMicros} to {@code endMicros}. */
    void account(long startMicros, long endMicros) {
        rows.account(startMicros, endMicros);
    }

    private PreparedStatement prepared(PlannedStatement planned, boolean onServer) throws SQLException {
        PreparedStatement known = statements.get(planned);
        if (known == null) {
            known = connection.prepareStatement(planned.sql());
            known.unwrap(PGStatement.class).setPrepareThreshold(onServer ? 1 : 0);
            statements.put(planned, known);
        }
        return known;
    }

    private void hear(int kind, @Nullable SQLWarning warnings, long began, @Nullable SQLException failure) {
        if (warnings != null) {
            long ended = run.clock.micros();
            WaitCollector.Context context = new WaitCollector.Context(
                    kind, application, began, ended, failure, run.ended(failure, ended - began));
            run.heard(WaitCollector.waits(warnings, context));
        }
    }

    /** Leaves the connection fit for the next operation after a failure; false where it is gone. */
    boolean recovers(String sqlState) {
        try {
            if (isLoss(sqlState) || connection.isClosed()) {
                return false;
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return true;
        } catch (SQLException e) {
            return false;
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
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // It is gone already.
        }
    }

    void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // It is gone already.
        }
    }
}
