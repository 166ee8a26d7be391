package dev.rehearse.run;

import dev.rehearse.Progress;
import dev.rehearse.recording.Phase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hears how a run goes. Called by the run's threads; implementations return at once and never throw. */
public interface RunListener extends Progress {

    /** Hears nothing. */
    RunListener SILENT = new RunListener() {
        @Override
        public void phaseStarted(Phase phase) {}

        @Override
        public void note(String text) {}

        @Override
        public void report(String what, long done, long total) {}
    };

    void phaseStarted(Phase phase);

    /** Something takes its time: for how long so far, and for how long in all, null where nobody knows. */
    default void lasts(String what, Duration soFar, @Nullable Duration inAll) {}

    /** Something the user should know now: which database was chosen, what an earlier run left and was removed. */
    void note(String text);
}
