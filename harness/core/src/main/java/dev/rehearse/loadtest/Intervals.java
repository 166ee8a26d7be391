package dev.rehearse.loadtest;

import dev.rehearse.recording.IntervalLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The interval log of a run. For one thread. */
public final class Intervals implements AutoCloseable {

    public static final Duration LENGTH = Duration.ofSeconds(1);

    private final List<String> names;
    private final Path place;
    private @Nullable IntervalLog log;
    private double reachedSeconds;

    /**
     * @param names of the operations that are told apart
     * @throws dev.rehearse.EnvironmentException where nothing can be written there
     */
    public Intervals(Path place, List<String> names) {
        this.place = place;
        this.names = List.copyOf(names);
        // What cannot be written shows now; when the run begins is known later.
        IntervalLog.open(place, Instant.now()).close();
    }

    /** The run begins. */
    public void start() {
        log = IntervalLog.open(place, Instant.now());
    }

    /**
     * Adds what ended since the last time.
     *
     * @param toSeconds since the start
     */
    public void add(Tally interval, double toSeconds) {
        if (log != null) {
            List<Times> times = interval.apart();
            for (int i = 0; i < times.size(); i++) {
                times.get(i).writeTo(log, names.get(i), reachedSeconds, toSeconds);
            }
        }
        reachedSeconds = toSeconds;
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }

    /** Whether all arrived; known once it is closed. */
    public boolean isWhole() {
        return log == null || log.isWhole();
    }
}
