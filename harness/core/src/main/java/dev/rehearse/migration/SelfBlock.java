package dev.rehearse.migration;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees a migrator that waits for itself: one of its sessions waits for a lock that another of its own keeps while it does nothing, as
 * Flyway's does that holds Flyway's lock. No server ends that, since the other session could still end its transaction. Used by one
 * thread; connects only once a statement takes long.
 */
final class SelfBlock implements AutoCloseable {

    /** So long both must stand still. */
    private static final long CERTAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONG_MICROS = TimeUnit.SECONDS.toMicros(2);

    private static final String WAITS_FOR_ITSELF = """
            SELECT count(*) > 0 FROM pg_catalog.pg_stat_activity w
            WHERE w.pid = ANY (?) AND w.wait_event_type = 'Lock' AND cardinality(pg_blocking_pids(w.pid)) > 0
              AND NOT EXISTS (
                SELECT FROM unnest(pg_blocking_pids(w.pid)) b LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = b
                WHERE b <> ALL (?) OR s.state IS DISTINCT FROM 'idle in transaction')""";

    private final StatementRecorder recorder;
    private final TestDatabase.Server server;
    private final RunClock clock;
    private @Nullable Connection connection;
    private long nextLookNanos = System.nanoTime();
    private long sinceNanos;

    SelfBlock(StatementRecorder recorder, TestDatabase.Server server, RunClock clock) {
        this.recorder = recorder;
        this.server = server;
        this.clock = clock;
    }

    /** Whether a migrator has waited for itself for so long that it would for ever. Cheap where nothing takes long. */
    boolean isCertain(int migrators) {
        long now = System.nanoTime();
        if (now - nextLookNanos < 0) {
            return false;
        }
        nextLookNanos = now + LOOK_EVERY_NANOS;
        StatementFact running = recorder.running();
        if (running == null || clock.micros() - running.startMicros() < LONG_MICROS || !look(migrators)) {
            sinceNanos = 0;
            return false;
        }
        if (sinceNanos == 0) {
            sinceNanos = now;
        }
        return now - sinceNanos >= CERTAIN_NANOS;
    }

    private boolean look(int migrators) {
        try {
            Connection open = connection;
            if (open == null) {
                open = server.connect("rehearse-control");
                connection = open;
            }
            for (int migrator = 0; migrator < migrators; migrator++) {
                if (waitsForItself(open, recorder.openSessions(migrator))) {
                    return true;
                }
            }
            return false;
        } catch (SQLException e) {
            close();
            return false;
        }
    }

    private static boolean waitsForItself(Connection connection, Set<Integer> sessions) throws SQLException {
        if (sessions.size() < 2) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(WAITS_FOR_ITSELF)) {
            statement.setQueryTimeout(2);
            statement.setArray(1, connection.createArrayOf("integer", sessions.toArray()));
            statement.setArray(2, connection.createArrayOf("integer", sessions.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    @Override
    public void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // It is gone already.
        }
        connection = null;
    }
}
