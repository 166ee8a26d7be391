package dev.rehearse.migration;

import dev.rehearse.EnvironmentException;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A phase in which the migration runs, forth or back: what its migrators share. Thread-safe. */
final class PhaseRun {

    private final Phase phase;
    private final long deadlineNanos;
    private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    private volatile @Nullable String cancelled;
    private volatile @Nullable EnvironmentException untried;

    /** @param deadlineNanos as {@link System#nanoTime} */
    PhaseRun(Phase phase, long deadlineNanos) {
        this.phase = phase;
        this.deadlineNanos = deadlineNanos;
    }

    Phase phase() {
        return phase;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    void cancel(String reason) {
        cancelled = reason;
    }

    /** Why it was cancelled; null where it was not. */
    @Nullable
    String cancelled() {
        return cancelled;
    }

    boolean isCancelled() {
        return cancelled != null;
    }

    /** A migrator misses what it needs on this machine; where the server has heard nothing of any, nothing has failed: it was not tried. */
    void untried(EnvironmentException reason) {
        untried = reason;
    }

    /**
     * Asks that what was not heard of was not {@link #untried}.
     *
     * @param statements how many the server has heard in this phase
     * @throws EnvironmentException if the migration could not be tried
     */
    void mustHaveBeenTried(int statements) {
        EnvironmentException reason = untried;
        if (reason != null && statements == 0) {
            throw reason;
        }
    }

    void add(Attempt attempt) {
        attempts.add(attempt);
    }

    /** In order of start. */
    List<Attempt> attempts() {
        return attempts.stream()
                .sorted(Comparator.comparingLong(Attempt::startMicros))
                .toList();
    }
}
