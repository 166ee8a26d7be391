package dev.rehearse.cli.console;

import dev.rehearse.recording.Phase;
import dev.rehearse.run.RunListener;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says on stderr what a run is doing. A line for each phase as it begins; on a terminal below it a live line with rate and time left,
 * elsewhere at most one such line every few seconds. Thread-safe.
 */
public final class ConsoleProgress implements RunListener {

    private static final long LIVE_NANOS = Duration.ofMillis(100).toNanos();
    private static final long PLAIN_NANOS = Duration.ofSeconds(5).toNanos();
    /** A rate from less than this is a guess. */
    private static final double SECONDS_TO_TRUST = 0.5;

    private static final String INDENT = " ".repeat(22);

    private final Console console;
    private final LongSupplier nanoTime;
    private final long origin;
    private volatile @Nullable Phase phase;
    private String what = "";
    private long whatSince;
    private long doneAtFirst;
    private long lastShown;

    public ConsoleProgress(Console console) {
        this(console, System::nanoTime);
    }

    ConsoleProgress(Console console, LongSupplier nanoTime) {
        this.console = console;
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
        this.lastShown = origin;
    }

    /** The last phase that began; null before the first. */
    public @Nullable Phase phase() {
        return phase;
    }

    @Override
    public synchronized void phaseStarted(Phase started) {
        phase = started;
        clear();
        long now = nanoTime.getAsLong();
        double seconds = (now - origin) / 1e9;
        console.message(String.format(Locale.ROOT, "%7.1f s  %-9s  %s", seconds, started, started.purpose()));
        what = "";
        lastShown = now;
    }

    @Override
    public synchronized void note(String text) {
        clear();
        text.lines().forEach(line -> console.message(INDENT + line));
    }

    @Override
    public synchronized void report(String nowWhat, long done, long total) {
        long now = nanoTime.getAsLong();
        if (!nowWhat.equals(what)) {
            what = nowWhat;
            whatSince = now;
            doneAtFirst = done;
        }
        if (isTimeToShow(now)) {
            show(line(done, total, (now - whatSince) / 1e9));
        }
    }

    @Override
    public synchronized void lasts(String nowWhat, Duration soFar, @Nullable Duration inAll) {
        what = nowWhat;
        if (isTimeToShow(nanoTime.getAsLong())) {
            String line = nowWhat + "  " + soFar.toSeconds() + " s";
            show(
                    inAll == null
                            ? line
                            : line + " of " + timeLeft(inAll.toMillis() / 1e3) + ", "
                                    + timeLeft(Math.max(0, inAll.minus(soFar).toMillis()) / 1e3) + " left");
        }
    }

    private boolean isTimeToShow(long now) {
        boolean isTime = now - lastShown >= (console.isLive() ? LIVE_NANOS : PLAIN_NANOS);
        if (isTime) {
            lastShown = now;
        }
        return isTime;
    }

    private void show(String line) {
        if (console.isLive()) {
            console.overwrite(INDENT + line);
        } else {
            console.message(INDENT + line);
        }
    }

    private String line(long done, long total, double seconds) {
        StringBuilder line = new StringBuilder(what);
        if (total > 0) {
            line.append(String.format(Locale.ROOT, "  %,d of %,d (%d %%)", done, total, done * 100 / total));
        } else if (done > 0) {
            line.append(String.format(Locale.ROOT, "  %,d", done));
        }
        double rate = (done - doneAtFirst) / seconds;
        if (seconds >= SECONDS_TO_TRUST && rate > 0 && total > 1) {
            line.append(String.format(Locale.ROOT, ", %,.0f/s", rate));
            line.append(done < total ? ", " + timeLeft((total - done) / rate) + " left" : "");
        }
        return line.toString();
    }

    private static String timeLeft(double seconds) {
        long whole = (long) Math.ceil(seconds);
        return whole < 120 ? whole + " s" : (whole + 30) / 60 + " min";
    }

    /** Takes the live line away, so that other text can follow. */
    public synchronized void clear() {
        if (console.isLive()) {
            console.overwrite(null);
        }
    }
}
