package dev.rehearse.run;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells again and again how long something lasts that says nothing of itself. Has one thread, which {@link #close} ends. */
public final class Lasting implements AutoCloseable {

    private static final long TELL_EVERY_MILLIS = 500;

    private final ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rehearse-progress");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Begins to tell.
     *
     * @param what lasts, in a few words
     */
    public Lasting(String what, RunListener listener) {
        long start = System.nanoTime();
        teller.scheduleAtFixedRate(
                () -> listener.lasts(what, Duration.ofNanos(System.nanoTime() - start), null),
                TELL_EVERY_MILLIS,
                TELL_EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        teller.shutdownNow();
    }
}
