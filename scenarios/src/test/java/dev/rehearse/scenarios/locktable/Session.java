package dev.rehearse.scenarios.locktable;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.wiretap.Wiretap;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** A session that comes through a wiretap of its own and does what it is told, one thing after the other, on its own thread. */
final class Session implements AutoCloseable {

    private final Wiretap tap;
    private final Connection connection;
    private final int pid;
    private final ExecutorService thread;
    private @Nullable Future<?> work;

    Session(String name, Wiretap tap, TestDatabase.Server role) throws SQLException {
        this.tap = tap;
        Properties properties = new Properties();
        properties.setProperty("user", role.user());
        properties.setProperty("password", role.password());
        properties.setProperty("ApplicationName", "rehearse-migration-" + name);
        properties.setProperty("preferQueryMode", "simple");
        this.connection = DriverManager.getConnection(tap.server().jdbcUrl(), properties);
        this.pid = connection.unwrap(PGConnection.class).getBackendPID();
        this.thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "lock-table-" + name));
    }

    /** Begins to run statements, until one fails: a failure is for the recorder to tell of. */
    void begin(List<String> statements) {
        work = thread.submit(() -> {
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                for (String sql : statements) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                rollBack();
            }
        });
    }

    /** What a tool does when a statement of its transaction fails. */
    private void rollBack() {
        try (Statement statement = connection.createStatement()) {
            if (isInTransaction()) {
                statement.execute("rollback");
            }
        } catch (SQLException e) {
            // The server has ended the session.
        }
    }

    private boolean isInTransaction() throws SQLException {
        return connection.unwrap(org.postgresql.core.BaseConnection.class).getTransactionState()
                != org.postgresql.core.TransactionState.IDLE;
    }

    boolean isBusy() {
        return work != null && !work.isDone();
    }

    /**
     * Whether it has waited for a lock for so long that the server has said so: {@code deadlock_timeout} of these sessions is
     * {@value LockServer#DEADLOCK_TIMEOUT_MILLIS} ms.
     */
    boolean isWaiting(PreparedStatement longWaits) throws SQLException {
        longWaits.setInt(1, pid);
        try (ResultSet row = longWaits.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    List<String> failures() {
        return tap.failures();
    }

    /** Ends the session, and with it what it left open. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // It was ended before.
        }
        thread.shutdownNow();
        tap.close();
    }
}
