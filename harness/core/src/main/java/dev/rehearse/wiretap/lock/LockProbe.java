package dev.rehearse.wiretap.lock;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads over a second connection ({@code rehearse-tap-locks}) which relation locks a statement has left behind in its open transaction, while
 * its session stands still. Thread-safe.
 */
public final class LockProbe implements AutoCloseable {

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DatabaseUrl database;
    private volatile LockReader reader;
    /** When the server was last asked for another connection. */
    private long triedNanos = System.nanoTime() - RETRY_NANOS;
    /** What each session holds that has been looked at, or nothing where it is not to be looked at. */
    private final Map<Integer, Session> sessions = new HashMap<>();

    private LockProbe(DatabaseUrl database) throws SQLException {
        this.database = database;
        this.reader = connect(database);
    }

    private static LockReader connect(DatabaseUrl database) throws SQLException {
        Connection connection = database.connect("rehearse-tap-locks");
        try {
            return new LockReader(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Locks, or why there are none to be had. */
    public record Reading(List<HeldLock> locks, String notMeasured) {

        public static Reading notMeasured(String why) {
            return new Reading(List.of(), "locks: " + why);
        }

        public boolean isMeasured() {
            return notMeasured.isEmpty();
        }
    }

    private static final class Session {
        /** Who was asked whether it is {@link #here}. */
        private @Nullable LockReader asked;

        private boolean here;
        private Set<HeldLock> held = Set.of();
    }

    /**
     * Connects.
     *
     * @param url as {@link DatabaseUrl} has it, of the tapped server and database
     * @throws InvalidRehearsalException if it is no URL
     * @throws EnvironmentException if nobody lets us in there
     */
    public static LockProbe open(String url) {
        DatabaseUrl database = DatabaseUrl.of(url);
        try {
            return new LockProbe(database);
        } catch (SQLException e) {
            throw database.cannotConnect(e);
        }
    }

    /** The locks that a session holds after this statement and did not hold after the one before. */
    public synchronized Reading after(TappedStatement ended) {
        if (ended.transaction() != TappedStatement.Transaction.OPEN) {
            if (ended.transaction() == TappedStatement.Transaction.FAILED) {
                // It may go back to a savepoint, and has then what it had before.
                return Reading.notMeasured("its transaction had failed when it had ended");
            }
            Session known = sessions.get(ended.backendPid());
            if (known != null) {
                known.held = Set.of();
            }
            return Reading.notMeasured("no transaction was open any more when it had ended");
        }
        if (!ended.serverStandsStill()) {
            return Reading.notMeasured("the server was at work on the next statement already");
        }
        try {
            reconnect();
            Session session = sessions.computeIfAbsent(ended.backendPid(), pid -> new Session());
            if (session.asked != reader) {
                session.here = reader.serves(ended.backendPid(), ended.client().user());
                session.asked = reader;
            }
            return session.here
                    ? fresh(session, reader.locks(List.of(ended.backendPid())))
                    : Reading.notMeasured("the second connection leads to another server or database");
        } catch (SQLException e) {
            return Reading.notMeasured("the reading failed (" + e.getMessage() + ")");
        }
    }

    /** Where the connection has ended with the server, which may be there again. */
    private void reconnect() throws SQLException {
        if (reader.isClosed() && System.nanoTime() - triedNanos >= RETRY_NANOS) {
            try {
                reader = connect(database);
            } finally {
                // Of the end: it may have taken longer than the pause.
                triedNanos = System.nanoTime();
            }
        }
    }

    private static Reading fresh(Session session, List<HeldLock> locks) {
        Set<HeldLock> now = new HashSet<>(locks);
        List<HeldLock> fresh = locks.stream()
                .filter(lock -> lock.granted() && !session.held.contains(lock))
                .toList();
        session.held = now;
        return new Reading(fresh, "");
    }

    public synchronized void forget(int backendPid) {
        sessions.remove(backendPid);
    }

    @Override
    public void close() {
        reader.close();
    }
}
