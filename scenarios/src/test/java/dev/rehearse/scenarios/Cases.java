package dev.rehearse.scenarios;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs cases that mostly wait, a few at a time. */
public final class Cases implements AutoCloseable {

    /** More would measure the machine. */
    public static final int AT_A_TIME = 3;

    /** Of one case, the cases before it included. */
    private static final long DEADLINE_MINUTES = 12;

    private final ExecutorService threads;

    Cases() {
        this(AT_A_TIME);
    }

    /** @param atATime how many of them run together */
    public Cases(int atATime) {
        threads = Executors.newFixedThreadPool(atATime, work -> {
            Thread thread = new Thread(work, "case");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts a case as soon as there is room. */
    public <T> Future<T> start(Callable<T> action) {
        return threads.submit(action);
    }

    /** What a case came to, once it has; its failure is thrown as it was. */
    public static <T> T outcome(Future<T> started) {
        try {
            return started.get(DEADLINE_MINUTES, TimeUnit.MINUTES);
        } catch (TimeoutException e) {
            started.cancel(true);
            throw new AssertionError("The case did not end within " + DEADLINE_MINUTES + " minutes.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for a case", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
