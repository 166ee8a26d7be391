package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits without losing sight of the server: whoever waits here hears of its death within a moment. */
final class DatabaseWatch {

    private static final long LOOK_EVERY_MILLIS = 100;
    private static final long SIGN_OF_DEATH_MILLIS = 5_000;

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

    /**
     * Whether a failure is the server's end. A connection breaks a moment before its server is seen to have ended, in a container
     * above all, so a failure of that kind is given some time.
     */
    boolean isServersEnd(Throwable failure) throws InterruptedException {
        long end = System.nanoTime() + (isLostConnection(failure) ? SIGN_OF_DEATH_MILLIS * 1_000_000 : 0);
        while (database.isAlive()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        return true;
    }

    /**
     * Class 08, and the states in which the server takes its sessions down with it
     * (<a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>).
     */
    static boolean isLostConnection(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                return e.getSQLState().startsWith("08") || e.getSQLState().startsWith("57P0");
            }
        }
        return false;
    }

    /** A failure for which the server gave a reason: one that gives up its sessions, as for want of room, starts anew and tells only its log why. */
    RuntimeException explained(RuntimeException failure) {
        return failure instanceof EnvironmentException && isLostConnection(failure)
                ? database.lastWords()
                        .lines()
                        .filter(line -> line.contains("PANIC:"))
                        .findFirst()
                        .<RuntimeException>map(line -> new EnvironmentException(
                                failure.getMessage() + " The server's log says: " + line.strip(), failure))
                        .orElse(failure)
                : failure;
    }

    /** What can be said about the death of the server. */
    String reason() {
        String words = database.lastWords();
        return "The server ended" + (words.isBlank() ? "." : ". Its last words: " + words.strip());
    }
}
