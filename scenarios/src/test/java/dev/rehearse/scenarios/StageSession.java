package dev.rehearse.scenarios;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A session on the stage of lock waits, which the server tells how long it waited. It has a thread of its own, so that it can wait. */
final class StageSession implements AutoCloseable {

    private static final int DEADLINE_SECONDS = 60;

    private final Connection connection;
    private final int pid;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    /** Told of every wait. */
    StageSession(Connection connection) throws SQLException {
        this(connection, 1);
    }

    /**
     * @param toldFromMillis how long it waits before it looks for a deadlock, which keeps every other session from the lock table meanwhile; only then
     *     is it told of its wait
     */
    StageSession(Connection connection, int toldFromMillis) throws SQLException {
        this.connection = connection;
        run("SET deadlock_timeout = '" + toldFromMillis
                + "ms'; SET log_lock_waits = on; SET client_min_messages = log");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            pid = row.getInt(1);
        }
    }

    int pid() {
        return pid;
    }

    /** What the server's clock shows. */
    double epochMillis() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT extract(epoch FROM clock_timestamp()) * 1000")) {
            row.next();
            return row.getDouble(1);
        }
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs it in the session's thread and tells every wait for a lock meanwhile. */
    Future<List<TrueWait>> start(String sql) {
        return thread.submit(() -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                List<TrueWait> waits = new ArrayList<>();
                for (SQLWarning said = statement.getWarnings(); said != null; said = said.getNextWarning()) {
                    TrueWait.parse(said.getMessage(), 0).ifPresent(waits::add);
                }
                return waits;
            }
        });
    }

    static List<TrueWait> get(Future<List<TrueWait>> future) throws Exception {
        return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws SQLException {
        thread.shutdownNow();
        connection.close();
    }
}
