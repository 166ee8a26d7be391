package dev.rehearse.data.fill;

import dev.rehearse.data.FillProgress;
import java.util.concurrent.atomic.AtomicLong;

/** Reports the progress twice a second from a thread of its own, so that one long statement does not look like a standstill. */
final class Ticker implements AutoCloseable {

    private static final long PERIOD_MILLIS = 500;

    private final FillProgress progress;
    private final AtomicLong rowsDone = new AtomicLong();
    private final Thread thread = new Thread(this::run, "rehearse-data-progress");
    private volatile String what;
    private volatile long rowsTotal;

    Ticker(FillProgress progress, String what) {
        this.progress = progress;
        this.what = what;
        thread.setDaemon(true);
        thread.start();
    }

    AtomicLong rowsDone() {
        return rowsDone;
    }

    void total(long rows) {
        rowsTotal = rows;
    }

    void begin(String step) {
        what = step;
        report();
    }

    private void report() {
        progress.report(what, rowsDone.get(), rowsTotal);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                report();
            }
        } catch (InterruptedException e) {
            // The filling is over.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
