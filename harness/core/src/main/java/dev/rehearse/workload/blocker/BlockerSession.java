package dev.rehearse.workload.blocker;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Blocker;
import dev.rehearse.recording.Recording.BlockerFact;
import dev.rehearse.recording.RunClock;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * One session that stands in the way, in a thread of its own. Whatever runs at its deadline is cancelled, so that it lets go on time
 * and not when a statement happens to end; {@link #end} comes from another thread, the rest is the session's own.
 */
final class BlockerSession implements Runnable {

    /** A statement that must last until it is cancelled sleeps no longer than this. */
    private static final int LONGEST_SLEEP_SECONDS = 86_400;
    /** A dump pauses so long after every 64 KiB and every table, so that it reads gently, as over a network. */
    private static final long DUMP_PAUSE_NANOS = 1_000_000;

    private final Blocker blocker;
    private final String name;
    private final TestDatabase.Server server;
    private final RunClock clock;
    private final Catalog.@Nullable Table table;
    private final List<Catalog.Table> tables;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Statement running;
    private volatile boolean ending;
    private volatile boolean isGone;
    private volatile boolean finished;
    private volatile int pid;
    private volatile long startMicros = -1;
    private volatile long endMicros = -1;
    private volatile @Nullable String error;

    BlockerSession(
            Blocker blocker,
            String name,
            TestDatabase.Server server,
            RunClock clock,
            Catalog.@Nullable Table table,
            List<Catalog.Table> tables) {
        this.blocker = blocker;
        this.name = name;
        this.server = server;
        this.clock = clock;
        this.table = table;
        this.tables = tables;
    }

    Blocker blocker() {
        return blocker;
    }

    String name() {
        return name;
    }

    int pid() {
        return pid;
    }

    boolean isFinished() {
        return finished;
    }

    @Nullable
    String error() {
        return error;
    }

    /** Somebody saw that it holds what it is to hold. */
    void inPlace() {
        if (startMicros < 0) {
            startMicros = clock.micros();
        }
    }

    boolean isInPlace() {
        return startMicros >= 0;
    }

    @Override
    public void run() {
        try (Connection opened = server.connect(name, server.user(), server.password());
                Statement statement = opened.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT pg_catalog.pg_backend_pid()")) {
                rows.next();
                pid = rows.getInt(1);
            }
            // If we are killed, the server must not keep the session for as long as it sleeps.
            statement.execute("SET client_connection_check_interval = '1s'");
            connection = opened;
            hold(opened, statement);
        } catch (SQLException e) {
            if (!ending) {
                error = e.getMessage() + " (" + e.getSQLState() + ")";
            }
        } finally {
            connection = null;
            if (endMicros < 0) {
                endMicros = clock.micros();
            }
            finished = true;
        }
    }

    private void hold(Connection session, Statement statement) throws SQLException {
        switch (blocker.kind()) {
            case LONG_READER -> read(statement);
            case IDLE_IN_TRANSACTION -> {
                session.setAutoCommit(false);
                run(statement, "SELECT 1 FROM " + target() + " LIMIT 1");
                idle(session);
            }
            case OPEN_WRITER -> {
                session.setAutoCommit(false);
                run(statement, oneRowWritten());
                // A writer has a transaction id even where there was no row to write.
                statement.execute("SELECT pg_catalog.pg_current_xact_id()");
                idle(session);
            }
            case SNAPSHOT -> {
                session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                session.setAutoCommit(false);
                run(statement, table == null ? "SELECT 1" : "SELECT 1 FROM " + target() + " LIMIT 1");
                idle(session);
            }
            case PG_DUMP -> dump(session, statement);
            case VACUUM -> vacuum(statement);
        }
    }

    private String target() {
        return java.util.Objects.requireNonNull(table).sqlName();
    }

    /** The lock lasts as long as the statement; sleeping in it costs nothing, however small the table is. */
    private void read(Statement statement) throws SQLException {
        run(
                statement,
                "SELECT pg_catalog.pg_sleep(" + LONGEST_SLEEP_SECONDS + "), (SELECT 1 FROM " + target() + " LIMIT 1)");
        throw new SQLException("The long reader ended by itself.", "57014");
    }

    /**
     * At its default speed a VACUUM of pages that need nothing is over at once, and the migration slips in between two. Slowed down as
     * autovacuum is, only more, and made to visit every page, it takes a tenth of a second a page.
     */
    private void vacuum(Statement statement) throws SQLException {
        statement.execute("SET vacuum_cost_delay = '100ms'");
        statement.execute("SET vacuum_cost_limit = 1");
        while (!ending) {
            run(statement, "VACUUM (DISABLE_PAGE_SKIPPING) " + target());
        }
    }

    /** A no-op update of a row that nobody else has locked takes the row lock, as any write does. */
    private String oneRowWritten() {
        String written = target();
        return java.util.Objects.requireNonNull(table).columns().stream()
                .filter(c -> !c.generated() && c.identity() != 'a')
                .findFirst()
                .map(Catalog.Column::sqlName)
                .map(column -> "UPDATE " + written + " SET " + column + " = " + column
                        + " WHERE ctid = (SELECT ctid FROM " + written + " LIMIT 1 FOR UPDATE SKIP LOCKED)")
                .orElse("LOCK TABLE " + written + " IN ROW EXCLUSIVE MODE");
    }

    /** Does nothing until the end, then rolls back. */
    private void idle(Connection session) throws SQLException {
        while (!ending && !isGone) {
            LockSupport.parkNanos(this, 1_000_000_000L);
        }
        if (!isGone) {
            session.rollback();
            endMicros = clock.micros();
        }
    }

    /** Somebody saw that the server has no such session any more; one that does nothing would not notice. */
    void gone(Thread thread) {
        if (!finished && !ending) {
            error = "The server ended the session.";
            endMicros = clock.micros();
            isGone = true;
            LockSupport.unpark(thread);
        }
    }

    private void dump(Connection session, Statement statement) throws SQLException {
        session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        session.setReadOnly(true);
        session.setAutoCommit(false);
        statement.execute("SELECT 1");
        if (!tables.isEmpty()) {
            run(
                    statement,
                    "LOCK TABLE "
                            + String.join(
                                    ", ",
                                    tables.stream().map(Catalog.Table::sqlName).toList())
                            + " IN ACCESS SHARE MODE");
        }
        // As pg_dump does: until its time is over it goes on reading, and holds every lock to the end.
        while (!ending && tables.stream().anyMatch(t -> t.rows() > 0)) {
            for (Catalog.Table one : tables) {
                if (ending) {
                    break;
                }
                copyOut(session, one);
                LockSupport.parkNanos(this, DUMP_PAUSE_NANOS);
            }
        }
        idle(session);
    }

    private void copyOut(Connection session, Catalog.Table one) throws SQLException {
        CopyOut copy = session.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT * FROM " + one.sqlName() + ") TO STDOUT");
        long read = 0;
        for (byte[] chunk = copy.readFromCopy(); chunk != null; chunk = copy.readFromCopy()) {
            read += chunk.length;
            if (ending) {
                copy.cancelCopy();
                return;
            }
            if (read > 65_536) {
                read = 0;
                LockSupport.parkNanos(this, DUMP_PAUSE_NANOS);
            }
        }
    }

    private void run(Statement statement, String sql) throws SQLException {
        running = statement;
        try {
            statement.execute(sql);
        } finally {
            running = null;
        }
    }

    /** Ends it now: cancels what runs, and wakes it where it does nothing. */
    void end(Thread thread) {
        ending |= !finished;
        LockSupport.unpark(thread);
        Statement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                // The server is gone, and with it the session.
            }
        }
    }

    void abort() {
        Connection session = connection;
        if (session != null) {
            try {
                session.abort(Runnable::run);
            } catch (SQLException e) {
                // It is gone already.
            }
        }
    }

    /** @param dueMicros when it was to end; {@link Long#MAX_VALUE} where the migration never began */
    BlockerFact fact(long dueMicros) {
        long start = startMicros < 0 ? endMicros : startMicros;
        // A run that is over ends those whose time is not: they stood in the way for as long as there was one.
        boolean early = error != null || finished && !ending && endMicros < dueMicros && dueMicros != Long.MAX_VALUE;
        return new BlockerFact(
                blocker.kind().label(),
                table == null ? null : table.label(),
                pid,
                start < 0 ? clock.micros() : start,
                finished ? endMicros : clock.micros(),
                early,
                error);
    }
}
