package dev.rehearse.data.anonymize;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** A few threads that work through a list of tasks. The first failure ends the others; no thread outlives {@link #run}. */
final class Workers {

    /** Does one task. */
    interface Work<T> {
        void run(T task) throws SQLException, InterruptedException;
    }

    /** What a thread works with, from its beginning to its end. */
    interface Bench<T> extends Work<T>, AutoCloseable {

        /** Those that it has now. Called by other threads, too. */
        List<Connection> connections();

        @Override
        void close() throws SQLException;
    }

    /** Makes what one thread works with. */
    interface BenchMaker<T> {
        Bench<T> open() throws SQLException;
    }

    private Workers() {}

    static <T> void run(int size, List<T> tasks, String doing, BenchMaker<T> maker) {
        Queue<T> left = new ConcurrentLinkedQueue<>(tasks);
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        Set<Bench<T>> open = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= Math.min(size, tasks.size()); i++) {
            Thread thread = new Thread(() -> work(left, doing, maker, failure, open), "rehearse-anonymize-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            failure.compareAndSet(
                    null, AnonymizeException.machine("Interrupted while " + doing + ". The target is not whole.", e));
            threads.forEach(Thread::interrupt);
            open.forEach(bench -> bench.connections().forEach(Workers::cancel));
            threads.forEach(Workers::joinQuietly);
            Thread.currentThread().interrupt();
        }
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private static <T> void work(
            Queue<T> left,
            String doing,
            BenchMaker<T> maker,
            AtomicReference<@Nullable RuntimeException> failure,
            Set<Bench<T>> open) {
        try (Bench<T> bench = maker.open()) {
            open.add(bench);
            T task = left.poll();
            while (task != null && failure.get() == null) {
                bench.run(task);
                task = left.poll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            fail(Troubles.explain(doing, e), failure, open);
        } catch (RuntimeException e) {
            fail(e, failure, open);
        } catch (Error e) {
            fail(new IllegalStateException("Failed " + doing, e), failure, open);
        }
    }

    private static <T> void fail(
            RuntimeException e, AtomicReference<@Nullable RuntimeException> failure, Set<Bench<T>> open) {
        RuntimeException first = failure.compareAndExchange(null, e);
        if (first == null) {
            open.forEach(bench -> bench.connections().forEach(Workers::cancel));
        } else if (first != e) {
            first.addSuppressed(e);
        }
    }

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
