package dev.rehearse.junit;

import dev.rehearse.recording.Phase;
import dev.rehearse.report.Verdict;
import dev.rehearse.run.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the log of a build that a rehearsal begins, what it does whenever nothing was told for ten seconds, and how it ended. Keeps what the run
 * has to say, such as where its data came from. Thread-safe.
 */
final class ProgressLog implements RunListener {

    private static final System.Logger LOGGER = System.getLogger("dev.rehearse");
    private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final String name;
    private final LongSupplier nanoTime;
    private final Consumer<String> log;
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private String phase = "";
    private long start;
    private long lastTold;

    ProgressLog(String name) {
        this(name, System::nanoTime, ProgressLog::info);
    }

    /** By a name, as the JDK's log prints it with each line. */
    private static void info(String text) {
        LOGGER.log(System.Logger.Level.INFO, text);
    }

    ProgressLog(String name, LongSupplier nanoTime, Consumer<String> log) {
        this.name = name;
        this.nanoTime = nanoTime;
        this.log = log;
    }

    /** Another test rehearses. */
    void waits() {
        log.accept("Waiting to rehearse " + name + " until the rehearsal of another test on this machine has ended");
    }

    synchronized void begins() {
        start = nanoTime.getAsLong();
        lastTold = start;
        log.accept("Rehearsing " + name);
    }

    @Override
    public synchronized void phaseStarted(Phase started) {
        phase = started.purpose();
        tell("");
    }

    @Override
    public synchronized void report(String what, long done, long total) {
        tell(", " + what + (total > 0 ? String.format(Locale.ROOT, " %,d of %,d", done, total) : ""));
    }

    @Override
    public synchronized void lasts(String what, Duration soFar, @Nullable Duration inAll) {
        // What is known to end is the phase itself.
        tell(inAll == null ? ", " + what : "");
    }

    private void tell(String detail) {
        long now = nanoTime.getAsLong();
        if (now - lastTold >= EVERY_NANOS) {
            lastTold = now;
            log.accept("Rehearsing " + name + ", " + seconds(now) + " so far: " + phase + detail);
        }
    }

    private String seconds(long now) {
        return Duration.ofNanos(now - start).toSeconds() + " s";
    }

    @Override
    public void note(String text) {
        notes.add(text);
    }

    /** What the run had to say so far. */
    String notes() {
        return String.join("; ", notes);
    }

    synchronized void ended(Verdict verdict, Path page) {
        log.accept("Rehearsed " + name + " in " + seconds(nanoTime.getAsLong()) + ": " + verdict + ", " + page);
    }
}
