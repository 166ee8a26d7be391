package dev.rehearse.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The two streams of the process, and what may be done with them. Results go to {@link #out}, everything else to {@link #err}.
 * Thread-safe.
 */
final class Console {

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean live;
    private final boolean colours;
    private final int width;
    private volatile boolean muted;
    private volatile String interrupted = "Interrupted: there is no verdict. Stopping and cleaning up.";

    /**
     * @param live whether a line of {@code err} can be written over
     * @param colours whether {@code out} shows ANSI colours
     * @param width columns of the terminal
     */
    Console(PrintWriter out, PrintWriter err, boolean live, boolean colours, int width) {
        this.out = out;
        this.err = err;
        this.live = live;
        this.colours = colours;
        this.width = width;
    }

    /** The process's own. The launcher knows better than Java which stream is a terminal, and says so in system properties. */
    static Console ofProcess() {
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

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    boolean isLive() {
        return live;
    }

    boolean hasColours() {
        return colours;
    }

    int width() {
        return width;
    }

    /** Prints text that ends with its own newline. */
    void print(String text) {
        if (!muted) {
            out.print(text);
            out.flush();
        }
    }

    void message(String line) {
        if (!muted) {
            err.println(line);
            err.flush();
        }
    }

    /** Writes {@code line} over the last one that was written so. */
    void overwrite(@Nullable String line) {
        if (muted) {
            return;
        }
        String text = line == null ? "" : line.length() < width ? line : line.substring(0, width - 1);
        err.print("\r\u001B[2K" + text);
        err.flush();
    }

    /** What is said when the process is being ended from now on. */
    void whenInterrupted(String line) {
        interrupted = line;
    }

    void interrupted() {
        lastWords(interrupted);
    }

    /** The last line: what a process that is being ended still says. Nothing is printed after it. */
    private void lastWords(String line) {
        if (live) {
            overwrite(null);
        }
        message(line);
        muted = true;
    }
}
