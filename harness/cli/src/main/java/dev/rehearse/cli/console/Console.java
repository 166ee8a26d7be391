package dev.rehearse.cli.console;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The two streams of the process, and what may be done with them. Results go to {@link #out}, everything else to {@link #err}.
 * Thread-safe.
 */
public final class Console {

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean live;
    private final boolean colours;
    private final int width;
    private volatile Supplier<String> interruption =
            () -> "Interrupted: there is no verdict. Stopping and cleaning up.";
    private volatile boolean goesOnAfterInterruption;
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private volatile boolean muted;

    /**
     * @param live whether a line of {@code err} can be written over
     * @param colours whether {@code out} shows ANSI colours
     * @param width columns of the terminal
     */
    public Console(PrintWriter out, PrintWriter err, boolean live, boolean colours, int width) {
        this.out = out;
        this.err = err;
        this.live = live;
        this.colours = colours;
        this.width = width;
    }

    /** The process's own. The launcher knows better than Java which stream is a terminal, and says so in system properties. */
    public static Console ofProcess() {
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        return new Console(
                writer(System.out),
                writer(System.err),
                !dumb && isTerminal("rehearse.stderrIsTerminal"),
                !dumb && System.getenv("NO_COLOR") == null && isTerminal("rehearse.stdoutIsTerminal"),
                Integer.getInteger("rehearse.columns", 80));
    }

    private static boolean isTerminal(String property) {
        String said = System.getProperty(property);
        return said == null ? System.console() != null : Boolean.parseBoolean(said);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    public PrintWriter out() {
        return out;
    }

    public PrintWriter err() {
        return err;
    }

    public boolean isLive() {
        return live;
    }

    public boolean hasColours() {
        return colours;
    }

    /** Whether nothing is printed any more, because the process is being ended. */
    public boolean isMuted() {
        return muted;
    }

    public int width() {
        return width;
    }

    /** Prints text that ends with its own newline. */
    public void print(String text) {
        if (!muted) {
            out.print(text);
            out.flush();
        }
    }

    public void message(String line) {
        if (!muted) {
            err.println(line);
            err.flush();
        }
    }

    /** Writes {@code line} over the last one that was written so. */
    public void overwrite(@Nullable String line) {
        if (muted) {
            return;
        }
        String text = line == null ? "" : line.length() < width ? line : line.substring(0, width - 1);
        err.print("\r\u001B[2K" + text);
        err.flush();
    }

    /**
     * What an interruption says in place of what it says of a rehearsal.
     *
     * @param goesOn whether what is printed after it still counts
     */
    public void whenInterrupted(Supplier<String> line, boolean goesOn) {
        interruption = line;
        goesOnAfterInterruption = goesOn;
    }

    /** The process is being ended. One line says so, and unless a command asked for more, nothing is printed after it. */
    public void interrupted() {
        if (live) {
            overwrite(null);
        }
        message(interruption.get());
        muted = !goesOnAfterInterruption;
        interrupted.countDown();
    }

    /**
     * Gives an interruption that is under way time to be heard of. Ctrl-C in a terminal reaches the programs that we started, too, and they
     * may fail of it before we know.
     */
    public void awaitInterruption(Duration limit) {
        try {
            interrupted.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
