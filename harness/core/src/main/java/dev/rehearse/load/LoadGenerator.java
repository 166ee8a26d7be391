package dev.rehearse.load;

import dev.rehearse.HarnessException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.RunClock;
import java.time.Duration;
import java.util.List;

/**
 * Runs the load: operations arrive on a schedule that the database cannot slow down. Each application version has its own clients,
 * one connection each; an arrival that finds no free client waits for one, and its response time counts from when it was due. Nothing
 * is skipped. {@link #start}, {@link #applications} and {@link #stop} are called by one thread; the others by any.
 */
public final class LoadGenerator implements AutoCloseable {

    /** Makes a generator; nothing happens before {@link #start}. */
    public LoadGenerator(LoadPlan plan, TestDatabase.Server server, String role, String password, RunClock clock) {}

    /**
     * Opens the connections, named {@code rehearse-load-1} and on, and begins the schedule, with the application that runs today alone.
     *
     * @throws dev.rehearse.EnvironmentException if the connections cannot be opened
     */
    public void start() {
        throw new HarnessException("The load generator is not built yet.");
    }

    /**
     * Splits the arrivals due from now on between the application that runs today and the one that comes with the migration. Without
     * the latter it does nothing.
     *
     * @param beforeShare 1: only today's; 0: only the one to come; 0.5: both alike
     */
    public void applications(double beforeShare) {}

    /**
     * Ends the schedule and lets what is due finish; cancels what still runs at the deadline. What never finished is in the log as
     * UNKNOWN, ending now. A second call does nothing.
     */
    public void stop(Duration drain) {}

    /** Every operation so far. */
    public OperationLog operations() {
        throw new HarnessException("The load generator is not built yet.");
    }

    /** What the load was, so far. */
    public Recording.LoadFacts facts() {
        throw new HarnessException("The load generator is not built yet.");
    }

    /** What the load wrote. */
    public WriteLedger ledger() {
        throw new HarnessException("The load generator is not built yet.");
    }

    /** Every wait for a lock of at least {@link LoadRole#SHORTEST_REPORTED_WAIT_MILLIS} that the load's sessions heard of, so far. */
    public List<ServerWait> serverWaits() {
        throw new HarnessException("The load generator is not built yet.");
    }

    /** {@link #stop} without draining. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
