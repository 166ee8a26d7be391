package dev.rehearse.run;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.RunClock;
import java.util.ArrayList;
import java.util.List;

/** Which phase runs, and when each ran. One phase ends where the next begins. Used by the run's own thread. */
final class PhaseLog {

    private final RunClock clock;
    private final RunListener listener;
    private final List<PhaseSpan> spans = new ArrayList<>();
    private Phase current = Phase.PROVISION;
    private long startMicros;

    PhaseLog(RunClock clock, RunListener listener) {
        this.clock = clock;
        this.listener = listener;
        listener.phaseStarted(current);
    }

    /** A phase that is under way goes on. */
    void begin(Phase next) {
        if (next == current) {
            return;
        }
        end();
        current = next;
        startMicros = clock.micros();
        listener.phaseStarted(next);
    }

    /** Ends the last phase. */
    void end() {
        spans.add(new PhaseSpan(current, startMicros, clock.micros()));
    }

    Phase current() {
        return current;
    }

    List<PhaseSpan> spans() {
        return spans;
    }
}
