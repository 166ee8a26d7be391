package dev.rehearse.load;

import dev.rehearse.HarnessException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Blocker;
import dev.rehearse.recording.Recording.BlockerFact;
import dev.rehearse.recording.RunClock;
import java.time.Duration;
import java.util.List;

/**
 * The scripted sessions that stand in the way of the migration, named {@code rehearse-blocker-<n>-<label>}. Started before it, each in
 * place before {@link #awaitInPlace} returns, and gone {@code holdsFor} after {@link #migrationStarted()}. Methods are called by one
 * thread; {@link #facts} by any.
 */
public final class Blockers implements AutoCloseable {

    private Blockers() {}

    /** Starts the sessions, each in its own thread. */
    public static Blockers start(List<Blocker> blockers, TestDatabase.Server server, RunClock clock) {
        throw new HarnessException("Blockers are not built yet.");
    }

    /**
     * Waits until every session holds what it is to hold, as {@code pg_locks} and {@code pg_stat_activity} say.
     *
     * @throws dev.rehearse.EnvironmentException if one does not by the deadline, with its error
     */
    public void awaitInPlace(Duration deadline) {}

    /** The migration starts now: from here each blocker counts the time that it stands in the way. */
    public void migrationStarted() {}

    /** What became of each, in the plan's order. */
    public List<BlockerFact> facts() {
        return List.of();
    }

    /** Ends every session that is still there. */
    @Override
    public void close() {}
}
