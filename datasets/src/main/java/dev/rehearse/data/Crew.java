package dev.rehearse.data;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A few threads with a connection each that work until there is nothing left. The first failure ends what the others are at and is thrown to the
 * caller; no thread outlives {@link #run}.
 */
final class Crew {

    /** One step of work; called again and again, by all threads of the crew. */
    @FunctionalInterface
    interface Work {

        /**
         * @param connection work that closes it gets another one
         * @return false when there is nothing left for this thread
         */
        boolean next(Connection connection) throws SQLException, InterruptedException;
    }

    private Crew() {}

    static void run(ConnectionSource connections, int size, String what, Work work) {
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        Set<Connection> open = ConcurrentHashMap.newKeySet();
        for (int i = 1; i <= size; i++) {
            Thread thread = new Thread(
                    () -> workUntilDone(connections, open, what, work, failure, threads), "rehearse-data-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            open.forEach(Crew::cancel);
            threads.forEach(Crew::joinQuietly);
            Thread.currentThread().interrupt();
            throw DatasetException.machine(
                    "Interrupted while " + what + ". The database is not whole: make it anew.", e);
        }
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private static void workUntilDone(
            ConnectionSource connections,
            Set<Connection> open,
            String what,
            Work work,
            AtomicReference<@Nullable RuntimeException> failure,
            List<Thread> threads) {
        try {
            boolean more = true;
            while (more && failure.get() == null) {
                try (Connection connection = Sql.open(connections)) {
                    open.add(connection);
                    while (more && failure.get() == null && !connection.isClosed()) {
                        more = work.next(connection);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            fail(Failures.explain(what, e), failure, threads, open);
        } catch (RuntimeException e) {
            fail(e, failure, threads, open);
        } catch (Error e) {
            fail(DatasetException.bug("Failed " + what + ": " + e, e), failure, threads, open);
        }
    }

    private static void fail(
            RuntimeException e,
            AtomicReference<@Nullable RuntimeException> failure,
            List<Thread> threads,
            Set<Connection> open) {
        RuntimeException first = failure.compareAndExchange(null, e);
        if (first != null) {
            first.addSuppressed(e);
            return;
        }
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
        open.forEach(Crew::cancel);
    }

    /** Ends what the server is at, which an interrupt of its thread does not. */
    private static void cancel(Connection connection) {
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            // The connection is closed or gone, and the statement with it.
        }
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join(30_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
