package dev.rehearse.cli;

import dev.rehearse.cli.console.Console;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What happens at Ctrl-C and SIGTERM: one line, then the run is interrupted and given time to clean up. The JVM exits with 130 or 143
 * by itself.
 */
final class Interruption {

    private static final long SECONDS_TO_CLEAN_UP = 20;

    private final CountDownLatch ended = new CountDownLatch(1);

    private Interruption() {}

    static Interruption of(Thread run, Console console) {
        Interruption interruption = new Interruption();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> interruption.endThe(run, console), "rehearse-interruption"));
        return interruption;
    }

    private void endThe(Thread run, Console console) {
        if (ended.getCount() == 0) {
            return;
        }
        console.interrupted();
        run.interrupt();
        try {
            ended.await(SECONDS_TO_CLEAN_UP, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void runEnded() {
        ended.countDown();
    }
}
