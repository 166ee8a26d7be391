package dev.rehearse.data.load;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A few threads that work until there is nothing left, each with connections of its own. The first failure ends what the others are at and is
 * thrown to the caller; no thread outlives {@link #run}.
 */
public final class Crew {

    /** What one thread works with, from its beginning to its end. */
    public interface Bench extends AutoCloseable {

        /**
         * Does one step of the work.
         *
         * @return false when there is nothing left for this thread
         */
        boolean next() throws SQLException, InterruptedException;

        /** Those that it has now. Called by other threads, too. */
        List<Connection> connections();

        @Override
        void close() throws SQLException;
    }

    /** Makes what one thread works with; called by that thread. */
    @FunctionalInterface
    public interface BenchMaker {
        Bench open() throws SQLException;
    }

    /**
     * How a crew's failures are told.
     *
     * @param threads the name of its threads, before their number
     * @param refused for what a server says
     * @param interrupted for an interrupt of who called
     * @param broken for a bug
     */
    public record Terms(
            String threads,
            Function<SQLException, RuntimeException> refused,
            Function<InterruptedException, RuntimeException> interrupted,
            Function<Error, RuntimeException> broken) {}

    private final Terms terms;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Set<Bench> open = ConcurrentHashMap.newKeySet();

    private Crew(Terms terms) {
        this.terms = terms;
    }

    /**
     * Works with so many threads, and blocks until all have ended.
     *
     * @throws RuntimeException the first failure, as the terms tell it
     */
    public static void run(int size, Terms terms, BenchMaker maker) {
        Crew crew = new Crew(terms);
        for (int i = 1; i <= size; i++) {
            Thread thread = new Thread(() -> crew.work(maker), terms.threads + i);
            thread.setDaemon(true);
            crew.threads.add(thread);
        }
        crew.threads.forEach(Thread::start);
        crew.await();
    }

    private void await() {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            fail(terms.interrupted.apply(e));
            threads.forEach(Crew::joinQuietly);
            Thread.currentThread().interrupt();
        }
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private void work(BenchMaker maker) {
        try (Bench bench = maker.open()) {
            open.add(bench);
            boolean more = true;
            while (more && failure.get() == null) {
                more = bench.next();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            fail(terms.refused.apply(e));
        } catch (RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fail(terms.broken.apply(e));
        }
    }

    private void fail(RuntimeException e) {
        RuntimeException first = failure.compareAndExchange(null, e);
        if (first != null) {
            if (first != e) {
                first.addSuppressed(e);
            }
            return;
        }
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
        open.forEach(bench -> bench.connections().forEach(Crew::cancel));
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
