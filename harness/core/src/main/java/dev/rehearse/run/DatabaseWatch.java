package dev.rehearse.run;

import dev.rehearse.database.TestDatabase;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits without losing sight of the server: whoever waits here hears of its death within a moment. */
final class DatabaseWatch {

    private static final long LOOK_EVERY_MILLIS = 100;

    private final TestDatabase database;

    DatabaseWatch(TestDatabase database) {
        this.database = database;
    }

    /** Waits that long. */
    void await(Duration duration) throws InterruptedException, DatabaseLostException {
        await(duration, () -> false);
    }

    /**
     * Waits until something is so.
     *
     * @return false if it was not so by the deadline
     */
    boolean await(Duration deadline, BooleanSupplier done) throws InterruptedException, DatabaseLostException {
        long end = System.nanoTime() + deadline.toNanos();
        while (!done.getAsBoolean()) {
            check();
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            Thread.sleep(Math.min(LOOK_EVERY_MILLIS, left));
        }
        return true;
    }

    void check() throws DatabaseLostException {
        if (!database.isAlive()) {
            throw new DatabaseLostException(reason());
        }
    }

    /** What can be said about the death of the server. */
    String reason() {
        String words = database.lastWords();
        return "The server ended" + (words.isBlank() ? "." : ". Its last words: " + words.strip());
    }
}
