package dev.rehearse.serverlog;

import dev.rehearse.InvalidRehearsalException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a log into entries. What cannot be read is a finding with its line, and what comes after it is read all the same. For one thread. */
final class LogFile implements EntryFormat.Entries {

    static final String UNREADABLE = "lines that cannot be read";
    private static final int LINES_TO_TELL_BY = 1_000;
    private static final long A_SECOND_MICROS = 1_000_000;

    private final Path file;
    private final EntryFormat format;
    private final Findings findings;
    private final List<LogEntry> entries = new ArrayList<>();
    private final Map<String, Integer> lastOfSession = new HashMap<>();
    private final StringBuilder open = new StringBuilder();
    private long openLine;
    private boolean isOrphan;
    private boolean inQuotes;

    private LogFile(Path file, EntryFormat format, Findings findings) {
        this.file = file;
        this.format = format;
        this.findings = findings;
    }

    /**
     * @param prefix log_line_prefix, for the format that has it
     * @throws InvalidRehearsalException where the file cannot be read, or is no log of the server's
     */
    static List<LogEntry> read(Path file, String prefix, Findings findings) {
        try {
            LogFile log = new LogFile(file, format(file, prefix), findings);
            log.readAll();
            if (log.entries.isEmpty()) {
                throw new InvalidRehearsalException(
                        "No line of " + file + " is the beginning of a log entry: it is no csvlog,"
                                + " no jsonlog, and no line begins as log_line_prefix \"" + prefix
                                + "\" says, with LOG or the like after it. Give the server's own, as SHOW log_line_prefix has"
                                + " it, with --log-line-prefix. Messages must be in English (lc_messages).");
            }
            return log.entries;
        } catch (IOException e) {
            throw new InvalidRehearsalException(
                    "The log " + file + " cannot be read: "
                            + (e instanceof NoSuchFileException ? "there is no such file" : e.getMessage())
                            + ". Name a file of the server's log.",
                    e);
        }
    }

    private static EntryFormat format(Path file, String prefix) throws IOException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        List<EntryFormat> formats = new ArrayList<>();
        if (!name.endsWith(".log")) {
            formats.add(new JsonFormat());
            formats.add(new CsvFormat());
        }
        formats.add(new StderrFormat(prefix));
        formats.add(new JsonFormat());
        formats.add(new CsvFormat());
        try (BufferedReader lines = open(file)) {
            String line = lines.readLine();
            for (int i = 0; line != null && i < LINES_TO_TELL_BY; i++) {
                for (EntryFormat candidate : formats) {
                    if (candidate.begins(line)) {
                        return candidate;
                    }
                }
                line = lines.readLine();
            }
        }
        return formats.get(formats.size() - 3);
    }

    private static BufferedReader open(Path file) throws IOException {
        // A log may hold texts of several encodings.
        return new BufferedReader(new InputStreamReader(
                Files.newInputStream(file),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE)));
    }

    private void readAll() throws IOException {
        boolean isCut = isCut(file);
        long number = 0;
        try (BufferedReader lines = open(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (format.begins(line)) {
                    end();
                    begin(line, number);
                } else if (openLine > 0 && !isOrphan && format.goesOn(line, inQuotes)) {
                    append(line);
                } else if (!isOrphan || openLine == 0) {
                    end();
                    begin(line, number);
                    isOrphan = true;
                }
            }
        }
        if (isCut) {
            findings.note("The log ends in the middle of line " + number + ": its last entry, from line " + openLine
                    + " on, is not replayed.");
            findings.count("the entry that the end of the log cuts");
        } else {
            end();
        }
    }

    /** Whether the file ends within a line. */
    private static boolean isCut(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(size - 1);
            return in.read() != '\n';
        }
    }

    private void begin(String line, long number) {
        openLine = number;
        isOrphan = false;
        inQuotes = false;
        append(line);
    }

    private void append(String line) {
        if (open.length() > 0) {
            open.append('\n');
        }
        open.append(line);
        inQuotes ^= line.chars().filter(c -> c == '"').count() % 2 == 1;
    }

    private void end() {
        if (openLine == 0) {
            return;
        }
        String text = open.toString();
        open.setLength(0);
        long line = openLine;
        openLine = 0;
        if (isOrphan) {
            isOrphan = false;
            if (!text.isBlank()) {
                findings.leaveOut(UNREADABLE, line, "no entry begins there, and none before goes on");
            }
            return;
        }
        try {
            LogEntry entry = format.read(line, text, this);
            if (entry != null) {
                add(entry);
            }
        } catch (UnreadableEntryException e) {
            findings.leaveOut(UNREADABLE, line, String.valueOf(e.getMessage()));
        }
    }

    private void add(LogEntry entry) {
        if (!entries.isEmpty()) {
            checkClock(entries.get(entries.size() - 1), entry);
        }
        lastOfSession.put(entry.session(), entries.size());
        entries.add(entry);
    }

    private void checkClock(LogEntry before, LogEntry entry) {
        if (entry.micros() < before.micros() - A_SECOND_MICROS) {
            findings.note(String.format(
                    Locale.ROOT,
                    "The log's clock goes back by %.1f s at line %d; what comes then is due without a pause.",
                    (before.micros() - entry.micros()) / 1e6,
                    entry.line()));
        } else if (!entry.zone().equals(before.zone())) {
            findings.note("The log changes from " + before.zone() + " to " + entry.zone() + " at line " + entry.line()
                    + "; times are taken as they are written.");
        }
    }

    @Override
    public void addDetail(String session, String detail) {
        @Nullable Integer last = lastOfSession.get(session);
        if (last != null) {
            entries.set(last, entries.get(last).withDetail(detail));
        }
    }
}
