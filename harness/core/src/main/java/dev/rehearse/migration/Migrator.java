package dev.rehearse.migration;

import dev.rehearse.EnvironmentException;
import dev.rehearse.plan.Migration;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One migrator: the tool, run again as the retry policy says. Started once; others may ask it for what is unfinished. */
final class Migrator extends Thread {

    private final PhaseRun phase;
    private final int number;
    private final List<MigrationTool.Step> steps;
    private final Migration plan;
    private final ToolConnection connection;
    private final StatementRecorder recorder;
    private final RunClock clock;
    private volatile MigrationTool.Step step;
    private volatile int attempt = 1;
    private volatile long attemptStart;

    Migrator(
            PhaseRun phase,
            int number,
            List<MigrationTool.Step> steps,
            Migration plan,
            ToolConnection connection,
            StatementRecorder recorder,
            RunClock clock) {
        super("rehearse-migrator-" + number);
        setDaemon(true);
        this.phase = phase;
        this.number = number;
        this.steps = steps;
        this.plan = plan;
        this.connection = connection;
        this.recorder = recorder;
        this.clock = clock;
        this.step = steps.get(0);
        this.attemptStart = clock.micros();
    }

    /** One step after the other; a further one only after one that succeeded. */
    @Override
    public void run() {
        try {
            for (MigrationTool.Step each : steps) {
                step = each;
                attempt = 1;
                if (phase.isCancelled() || !throughStep()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean throughStep() throws InterruptedException {
        MigrationResult result = attempt();
        while (result.isWorthARetry() && attempt <= plan.retries() && pause()) {
            attempt++;
            result = attempt();
        }
        return result.succeeded();
    }

    private MigrationResult attempt() {
        recorder.attempt(number, attempt);
        recorder.migration(number, step.migration());
        attemptStart = clock.micros();
        int firstStatement = recorder.count();
        MigrationResult result;
        try {
            result = step.action().run(connection);
        } catch (EnvironmentException e) {
            result = new MigrationResult(Outcome.FAILED, null, e.getMessage(), null);
            phase.untried(e);
        } catch (RuntimeException e) {
            result = new MigrationResult(Outcome.FAILED, null, e.toString(), null);
        }
        if (result.lacksProgram()) {
            phase.untried(result.asMissing(switch (phase.phase()) {
                        case ROLL_BACK -> "The way back";
                        case REAPPLY -> "Migrating again";
                        default -> "The migration";
                    }
                    + " could not be tried, and nothing of it reached the database"));
        }
        if (!result.succeeded() && result.sqlState() == null) {
            result = asTheServerSaw(result, firstStatement);
        }
        phase.add(endedNow(attemptStart, result.outcome(), result.sqlState(), inWords(result), result.output()));
        attemptStart = -1;
        return result;
    }

    private Attempt endedNow(
            long start, Outcome outcome, @Nullable String sqlState, @Nullable String message, String output) {
        return new Attempt(
                phase.phase(),
                number,
                attempt,
                step.migration(),
                start,
                clock.micros(),
                outcome,
                sqlState,
                message,
                output);
    }

    /** A program tells of its failure in words of its own, or not at all; what it failed with the server has said through the tap. */
    private MigrationResult asTheServerSaw(MigrationResult result, int firstStatement) {
        StatementFact last = recorder.lastFailure(number, firstStatement);
        if (last == null) {
            return result;
        }
        String words = (last.sqlState() == null
                        ? "the connection was lost before the server had answered"
                        : last.message() + " (SQLSTATE " + last.sqlState() + ")")
                + "; " + result.message();
        return result.saying(last.outcome(), last.sqlState(), words, last.source());
    }

    private boolean pause() throws InterruptedException {
        long left = phase.deadlineNanos() - System.nanoTime();
        if (phase.isCancelled() || plan.retryPause().toNanos() >= left) {
            return false;
        }
        Thread.sleep(plan.retryPause().toMillis());
        return !phase.isCancelled();
    }

    private @Nullable String inWords(MigrationResult result) {
        if (result.succeeded()) {
            return null;
        }
        String reason = phase.cancelled();
        String at = result.failedAt();
        return (reason == null ? "" : "Cancelled because " + reason + ". ")
                + (at == null ? "" : at + ": ")
                + result.message();
    }

    /** The attempt that goes on although it was cancelled and its session ended. */
    Optional<Attempt> unfinished() {
        // Read once: it may end meanwhile.
        long start = attemptStart;
        if (!isAlive() || start < 0) {
            return Optional.empty();
        }
        return Optional.of(endedNow(
                start,
                Outcome.UNKNOWN,
                null,
                "Cancelled because " + phase.cancelled() + ", but the tool did not stop.",
                ""));
    }
}
