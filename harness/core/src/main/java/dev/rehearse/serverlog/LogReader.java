package dev.rehearse.serverlog;

import dev.rehearse.InvalidRehearsalException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a log, file after file, each when it is asked for. What cannot be read is a finding with its line, and what comes after it is
 * read all the same. The log's clock never goes back here: where it does in the log, what comes then follows without a pause. For one thread.
 */
final class LogReader implements EntryFormat.Entries, AutoCloseable {

    static final String UNREADABLE = "lines that cannot be read";
    private static final long A_SECOND_MICROS = 1_000_000;
    /** So many entries wait for what belongs to them and comes by itself. */
    private static final int WAITING = 64;

    private static final int LONGEST_ENTRY = 64 << 20;

    private final List<Path> files;
    private final String prefix;
    private final Findings findings;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Map<String, Waiting> lastOfSession = new HashMap<>();
    private final StringBuilder open = new StringBuilder();
    private int opened;
    private long bytesOfEnded;
    private @Nullable LogLines lines;
    private EntryFormat format;
    private String openPlace = "";
    private boolean isOrphan;
    private boolean isTooLong;
    private boolean inQuotes;
    private long behindMicros;
    private @Nullable LogEntry newest;

    /** An entry that more may still come for. */
    private static final class Waiting {
        private LogEntry entry;

        Waiting(LogEntry entry) {
            this.entry = entry;
        }
    }

    /**
     * @param files in their order
     * @param prefix log_line_prefix, for the format that has it
     */
    LogReader(List<Path> files, String prefix, Findings findings) {
        this.files = files;
        this.prefix = prefix;
        this.findings = findings;
        this.format = new StderrFormat(prefix);
    }

    /**
     * The next entry; null where there is none.
     *
     * @throws InvalidRehearsalException where a file cannot be read, or is no log of the server's
     */
    @Nullable
    LogEntry next() {
        while (waiting.size() < WAITING && readsLine()) {
            // A line may end an entry, or not.
        }
        Waiting first = waiting.pollFirst();
        if (first == null) {
            return null;
        }
        lastOfSession.remove(first.entry.session(), first);
        return first.entry;
    }

    /** Reads a line, or begins the next file; false where all were read. */
    private boolean readsLine() {
        if (lines == null) {
            if (opened == files.size()) {
                return false;
            }
            format = LogFormats.of(files.get(opened), prefix);
            lines = LogLines.open(files.get(opened));
            opened++;
        }
        String line = lines.next();
        if (line == null) {
            endFile(lines);
        } else {
            take(line, lines);
        }
        return true;
    }

    private void take(String line, LogLines from) {
        if (format.begins(line, inQuotes && !isOrphan)) {
            end();
            begin(line, from);
        } else if (!openPlace.isEmpty() && !isOrphan && format.goesOn(line, inQuotes)) {
            append(line);
        } else {
            end();
            begin(line, from);
            isOrphan = true;
        }
    }

    private void endFile(LogLines ended) {
        // The end of a line is no end of an entry whose quotes are open.
        boolean lacksLines = !openPlace.isEmpty() && !isOrphan && format.goesOn("", inQuotes);
        if (ended.isCut() || lacksLines) {
            findings.note("The log ends " + (ended.isCut() ? "in the middle of " : "after ") + place(ended.number())
                    + ": its last entry, from " + openPlace + " on, is not replayed.");
            findings.count("the entry that the end of the log cuts");
            forget();
        } else {
            end();
        }
        bytesOfEnded += ended.bytes();
        ended.close();
        lines = null;
    }

    /** How many bytes of the files were read. */
    long bytes() {
        return bytesOfEnded + (lines == null ? 0 : lines.bytes());
    }

    private String place(long number) {
        return "line " + number
                + (files.size() == 1 ? "" : " of " + files.get(opened - 1).getFileName());
    }

    private void begin(String line, LogLines from) {
        openPlace = place(from.number());
        isOrphan = false;
        isTooLong = false;
        inQuotes = false;
        append(line);
    }

    private void append(String line) {
        if (open.length() + line.length() > LONGEST_ENTRY) {
            isTooLong = true;
            return;
        }
        if (open.length() > 0) {
            open.append('\n');
        }
        open.append(line);
        inQuotes ^= line.chars().filter(c -> c == '"').count() % 2 == 1;
    }

    private void forget() {
        open.setLength(0);
        openPlace = "";
        isOrphan = false;
    }

    private void end() {
        if (openPlace.isEmpty()) {
            return;
        }
        String text = open.toString();
        String place = openPlace;
        boolean orphan = isOrphan;
        forget();
        if (isTooLong) {
            findings.leaveOut("entries of more than 64 million characters", place, "");
        } else if (!orphan) {
            read(place, text);
        } else if (!text.isBlank()) {
            findings.leaveOut(UNREADABLE, place, "no entry begins there, and none before goes on");
        }
    }

    private void read(String place, String text) {
        try {
            LogEntry entry = format.read(place, text, this);
            if (entry != null) {
                add(entry);
            }
        } catch (UnreadableEntryException e) {
            findings.leaveOut(UNREADABLE, place, String.valueOf(e.getMessage()));
        }
    }

    private void add(LogEntry written) {
        LogEntry before = newest;
        LogEntry entry = written.at(written.micros() + behindMicros);
        if (before != null && entry.micros() < before.micros() - A_SECOND_MICROS) {
            long back = before.micros() - entry.micros();
            findings.noteClock(String.format(
                    Locale.ROOT,
                    "The log's clock goes back by %.1f s at %s; what comes then is due without a pause.",
                    back / 1e6,
                    entry.place()));
            behindMicros += back;
            entry = entry.at(before.micros());
        } else if (before != null && !entry.zone().equals(before.zone())) {
            findings.noteClock("The log changes from " + before.zone() + " to " + entry.zone() + " at " + entry.place()
                    + "; times are taken as they are written.");
        }
        Waiting last = new Waiting(entry);
        waiting.addLast(last);
        lastOfSession.put(entry.session(), last);
        // Processes write past one another: what is a little behind does not set the clock back.
        newest = before == null || entry.micros() >= before.micros() ? entry : before.withZone(entry.zone());
    }

    @Override
    public void addDetail(String session, String detail) {
        change(session, entry -> entry.withDetail(detail));
    }

    @Override
    public void addContext(String session, String context) {
        change(session, entry -> entry.withContext(context));
    }

    @Override
    public void addStatement(String session, String sql) {
        change(session, entry -> entry.withStatement(sql));
    }

    private void change(String session, UnaryOperator<LogEntry> change) {
        Waiting last = lastOfSession.get(session);
        if (last != null) {
            last.entry = change.apply(last.entry);
        }
    }

    @Override
    public void close() {
        if (lines != null) {
            lines.close();
        }
    }
}
