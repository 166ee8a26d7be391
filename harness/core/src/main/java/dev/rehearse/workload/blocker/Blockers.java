package dev.rehearse.workload.blocker;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Blocker;
import dev.rehearse.plan.Places;
import dev.rehearse.recording.Recording.BlockerFact;
import dev.rehearse.recording.RunClock;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The scripted sessions that stand in the way of the migration, named {@code rehearse-blocker-<n>-<label>}. Started before it, each in
 * place before {@link #awaitInPlace} returns, and gone {@code holdsFor} after {@link #migrationStarted()}. Methods are called by one
 * thread; {@link #facts} by any.
 */
public final class Blockers implements AutoCloseable {

    private static final Duration LAST_MOMENTS = Duration.ofSeconds(5);
    private static final long WATCH_AGAIN_MICROS = 200_000;
    /** With less time than this to the next deadline nobody looks, so that looking cannot make us late. */
    private static final long WATCH_MICROS = 50_000;

    private static final long CANCEL_AGAIN_MILLIS = 20;
    private static final long LOOK_AGAIN_NANOS = 5_000_000;

    private final TestDatabase.Server server;
    private final RunClock clock;
    private final List<BlockerSession> sessions = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread timekeeper = new Thread(this::keepTime, "rehearse-blockers");
    private volatile long migrationStartMicros = Long.MAX_VALUE;
    private volatile boolean closed;

    private Blockers(TestDatabase.Server server, RunClock clock) {
        this.server = server;
        this.clock = clock;
    }

    /**
     * Starts the sessions, each in its own thread.
     *
     * @throws InvalidRehearsalException if one names a table that is not there, or none where it needs one
     * @throws EnvironmentException if the server cannot be reached
     */
    public static Blockers start(List<Blocker> blockers, TestDatabase.Server server, RunClock clock) {
        Blockers started = new Blockers(server, clock);
        if (blockers.isEmpty()) {
            return started;
        }
        Catalog catalog;
        try (Connection connection = server.connect("rehearse-watch")) {
            catalog = Catalog.read(connection);
        } catch (SQLException e) {
            throw new EnvironmentException("Could not read the tables for the blockers: " + e.getMessage(), e);
        }
        int number = 1;
        for (Blocker blocker : blockers) {
            String name = "rehearse-blocker-" + number++ + "-" + blocker.kind().label();
            started.sessions.add(new BlockerSession(
                    blocker, name, server, clock, table(blocker, catalog), List.copyOf(catalog.tables())));
        }
        for (BlockerSession session : started.sessions) {
            Thread thread = new Thread(session, session.name());
            thread.setDaemon(true);
            started.threads.add(thread);
            thread.start();
        }
        started.timekeeper.setDaemon(true);
        started.timekeeper.start();
        return started;
    }

    /**
     * Sees whether the tables that the blockers name are there, long before they start.
     *
     * @throws InvalidRehearsalException if one is not
     */
    public static void check(List<Blocker> blockers, Connection connection) throws SQLException {
        Catalog catalog = Catalog.read(connection);
        blockers.forEach(blocker -> table(blocker, catalog));
    }

    private static Catalog.@Nullable Table table(Blocker blocker, Catalog catalog) {
        String wanted = blocker.table();
        Catalog.Table table = wanted == null ? null : catalog.named(wanted);
        boolean needsOne = blocker.kind() != Blocker.Kind.PG_DUMP && blocker.kind() != Blocker.Kind.SNAPSHOT;
        if (table == null && (wanted != null || needsOne)) {
            throw new InvalidRehearsalException(
                            "The blocker " + blocker.kind().label() + " needs a table that exists, but "
                                    + (wanted == null ? "names none." : "\"" + wanted + "\" does not.")
                                    + catalog.hint(wanted == null ? "" : wanted))
                    .about(Places.blocker(blocker));
        }
        return table;
    }

    /**
     * Waits until every session holds what it is to hold, as {@code pg_locks} and {@code pg_stat_activity} say.
     *
     * @throws EnvironmentException if one does not by the deadline, with its error
     */
    public void awaitInPlace(Duration deadline) {
        if (sessions.isEmpty()) {
            return;
        }
        long until = System.nanoTime() + deadline.toNanos();
        try (Connection connection = server.connect("rehearse-watch")) {
            for (BlockerSession session : sessions) {
                while (!isInPlace(connection, session)) {
                    if (session.isFinished()
                            || System.nanoTime() > until
                            || Thread.currentThread().isInterrupted()) {
                        String error = session.error();
                        throw new EnvironmentException("The blocker " + session.name() + " was not in place after "
                                + deadline.toMillis() + " ms: "
                                + (error == null ? "it still waited for its lock" : error) + ".");
                    }
                    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                }
                session.inPlace();
            }
        } catch (SQLException e) {
            throw new EnvironmentException("Could not see whether the blockers are in place: " + e.getMessage(), e);
        }
    }

    private static boolean isInPlace(Connection connection, BlockerSession session) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sign(session.blocker().kind()))) {
            statement.setInt(1, session.pid());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** What shows that a session is in place. */
    private static String sign(Blocker.Kind kind) {
        String sleeping = " AND a.state = 'active' AND a.wait_event = 'PgSleep'";
        String idle = " AND a.state = 'idle in transaction'";
        String condition = switch (kind) {
            case LONG_READER -> sleeping + held("AccessShareLock");
            case IDLE_IN_TRANSACTION -> idle + held("AccessShareLock");
            case OPEN_WRITER -> idle + " AND a.backend_xid IS NOT NULL" + held("RowExclusiveLock");
            // Between statements it holds a snapshot, and so keeps the horizon back.
            case SNAPSHOT -> idle + " AND a.backend_xmin IS NOT NULL";
            case PG_DUMP ->
                " AND a.backend_xmin IS NOT NULL AND (a.query LIKE 'COPY %' OR a.query LIKE 'LOCK %'" + idle + ")";
            // One of an empty table is over before anybody sees its lock.
            case VACUUM -> " AND a.query LIKE 'VACUUM%' AND a.wait_event_type IS DISTINCT FROM 'Lock'";
        };
        return "SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.pid = ?" + condition;
    }

    private static String held(String mode) {
        return " AND EXISTS (SELECT 1 FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND l.granted"
                + " AND l.locktype = 'relation' AND l.mode = '" + mode + "')";
    }

    /** The migration starts now: from here each blocker counts the time that it stands in the way. */
    public void migrationStarted() {
        migrationStartMicros = clock.micros();
        LockSupport.unpark(timekeeper);
    }

    private long dueMicros(BlockerSession session) {
        long start = migrationStartMicros;
        return start == Long.MAX_VALUE
                ? start
                : start + session.blocker().holdsFor().toNanos() / 1_000;
    }

    private void keepTime() {
        @Nullable Connection watch = null;
        while (!closed && sessions.stream().anyMatch(s -> !s.isFinished())) {
            long now = clock.micros();
            long next = now + WATCH_AGAIN_MICROS;
            boolean due = false;
            for (int i = 0; i < sessions.size(); i++) {
                BlockerSession session = sessions.get(i);
                if (dueMicros(session) <= now && !session.isFinished()) {
                    // Again until it is gone: a cancel request that comes between two statements is lost.
                    session.end(threads.get(i));
                    next = now + CANCEL_AGAIN_MILLIS * 1_000;
                    due = true;
                } else if (!session.isFinished()) {
                    next = Math.min(next, dueMicros(session));
                }
            }
            if (!due && next - now > WATCH_MICROS) {
                watch = watch(watch);
            }
            LockSupport.parkNanos(this, Math.max(0, next - clock.micros()) * 1_000);
        }
        close(watch);
    }

    /** Looks whether the server still has every session that was in place. */
    private @Nullable Connection watch(@Nullable Connection open) {
        try {
            Connection connection = open == null ? server.connect("rehearse-watch") : open;
            Set<Integer> alive = new HashSet<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT pid FROM pg_catalog.pg_stat_activity")) {
                while (rows.next()) {
                    alive.add(rows.getInt(1));
                }
            }
            for (int i = 0; i < sessions.size(); i++) {
                if (sessions.get(i).isInPlace()
                        && !alive.contains(sessions.get(i).pid())) {
                    sessions.get(i).gone(threads.get(i));
                }
            }
            return connection;
        } catch (SQLException e) {
            // The server does not answer: then none of them can stand in the way.
            close(open);
            for (int i = 0; i < sessions.size(); i++) {
                sessions.get(i).gone(threads.get(i));
            }
            return null;
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

    /** What became of each, in the plan's order. */
    public List<BlockerFact> facts() {
        return sessions.stream().map(s -> s.fact(dueMicros(s))).toList();
    }

    /** Ends every session that is still there. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(timekeeper);
        for (int i = 0; i < sessions.size(); i++) {
            sessions.get(i).end(threads.get(i));
        }
        long until = System.nanoTime() + LAST_MOMENTS.toNanos();
        for (int i = 0; i < sessions.size(); i++) {
            try {
                threads.get(i).join(CANCEL_AGAIN_MILLIS);
                while (threads.get(i).isAlive() && System.nanoTime() < until) {
                    // A cancel request that comes between two statements is lost.
                    sessions.get(i).end(threads.get(i));
                    threads.get(i).join(CANCEL_AGAIN_MILLIS);
                }
                if (threads.get(i).isAlive()) {
                    sessions.get(i).abort();
                    threads.get(i).join(LAST_MOMENTS.toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                sessions.get(i).abort();
            }
        }
    }
}
