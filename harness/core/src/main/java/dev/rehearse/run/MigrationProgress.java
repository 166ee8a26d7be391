package dev.rehearse.run;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a migration is at while it runs: which statement, for how long, and how far an index build has come by <a
 * href="https://www.postgresql.org/docs/current/progress-reporting.html">the server's own count</a>. It is told to people and recorded
 * nowhere; it connects only once a statement takes long. Has one thread, which {@link #close} ends.
 */
final class MigrationProgress implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(2);
    private static final long LOOK_EVERY_NANOS = 500_000_000;
    private static final int ANSWER_SECONDS = 2;
    /** It reads what the building session publishes, and takes no lock on a user's relation. */
    private static final String BUILDS = """
            SELECT phase, CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END,
                   CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END
            FROM pg_catalog.pg_stat_progress_create_index WHERE pid = ?""";

    private final StatementRecorder recorder;
    private final TestDatabase.Server server;
    private final RunClock clock;
    private final RunListener listener;
    private final Thread thread = new Thread(this::run, "rehearse-progress");
    private volatile boolean closed;

    private MigrationProgress(
            StatementRecorder recorder, TestDatabase.Server server, RunClock clock, RunListener listener) {
        this.recorder = recorder;
        this.server = server;
        this.clock = clock;
        this.listener = listener;
    }

    static MigrationProgress start(
            StatementRecorder recorder, TestDatabase.Server server, RunClock clock, RunListener listener) {
        MigrationProgress progress = new MigrationProgress(recorder, server, clock, listener);
        progress.thread.setDaemon(true);
        progress.thread.start();
        return progress;
    }

    private void run() {
        @Nullable Connection connection = null;
        while (!closed) {
            StatementFact statement = recorder.running();
            if (statement != null && lasted(statement).compareTo(LONG) > 0) {
                connection = tell(statement, connection);
            }
            LockSupport.parkNanos(this, LOOK_EVERY_NANOS);
        }
        close(connection);
    }

    private Duration lasted(StatementFact statement) {
        return Duration.of(clock.micros() - statement.startMicros(), ChronoUnit.MICROS);
    }

    private @Nullable Connection tell(StatementFact statement, @Nullable Connection open) {
        String name = "statement " + (statement.index() + 1);
        Connection connection = open;
        try {
            if (connection == null) {
                connection = server.connect("rehearse-watch");
            }
            if (!tellBuild(name, statement.backendPid(), connection)) {
                String sql = statement.sql().strip().replaceAll("\\s+", " ");
                listener.lasts(name + ", " + sql.substring(0, Math.min(40, sql.length())), lasted(statement), null);
            }
            return connection;
        } catch (SQLException e) {
            // Nobody is told then; whether the server lives is seen elsewhere.
            close(connection);
            return null;
        }
    }

    private boolean tellBuild(String name, int pid, Connection connection) throws SQLException {
        try (PreparedStatement builds = connection.prepareStatement(BUILDS)) {
            builds.setQueryTimeout(ANSWER_SECONDS);
            builds.setInt(1, pid);
            try (ResultSet build = builds.executeQuery()) {
                if (!build.next() || build.getLong(3) == 0) {
                    return false;
                }
                listener.report(name + ", " + build.getString(1), build.getLong(2), build.getLong(3));
                return true;
            }
        }
    }

    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // It is gone already.
        }
    }

    /** Ends the thread, at the latest when the server must have answered. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(2 * Duration.ofSeconds(ANSWER_SECONDS).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
