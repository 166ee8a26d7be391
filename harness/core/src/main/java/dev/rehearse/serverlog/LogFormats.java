package dev.rehearse.serverlog;

import dev.rehearse.InvalidRehearsalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells what format a file is in, and which file of a log comes first. Stateless. */
final class LogFormats {

    private static final int LINES_TO_TELL_BY = 1_000;

    private LogFormats() {}

    /** @throws InvalidRehearsalException where the file cannot be read, or is no log of the server's */
    static EntryFormat of(Path file, String prefix) {
        for (EntryFormat candidate : candidates(file, prefix)) {
            if (begins(file, candidate)) {
                return candidate;
            }
        }
        if (isEmpty(file)) {
            throw new InvalidRehearsalException(
                    "The log " + file + " is empty. Name a file that the server has written to;"
                            + " SELECT pg_current_logfile() says which it writes now.");
        }
        throw new InvalidRehearsalException("No line of " + file + " is the beginning of a log entry: it is no csvlog,"
                + " no jsonlog, and no line begins as log_line_prefix \"" + prefix
                + "\" says, with LOG or the like after it. Give the server's own, as SHOW log_line_prefix has"
                + " it, with --log-line-prefix. Messages must be in English (lc_messages).");
    }

    private static List<EntryFormat> candidates(Path file, String prefix) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        EntryFormat text = new StderrFormat(prefix);
        List<EntryFormat> others = List.of(new JsonFormat(), new CsvFormat());
        List<EntryFormat> candidates = new ArrayList<>(others);
        candidates.add(name.matches(".*\\.log(\\.gz)?") ? 0 : candidates.size(), text);
        return candidates;
    }

    private static boolean begins(Path file, EntryFormat candidate) {
        try (LogLines lines = LogLines.open(file)) {
            String line = lines.next();
            for (int i = 0; line != null && i < LINES_TO_TELL_BY; i++) {
                if (candidate.begins(line, false)) {
                    return true;
                }
                line = lines.next();
            }
        }
        return false;
    }

    /**
     * The files of one log in the order of their first entries, whatever they are called; those that are empty are left out where there are others.
     *
     * @throws InvalidRehearsalException as {@link #of}
     */
    static List<Path> inOrder(List<Path> files, String prefix) {
        if (files.size() == 1) {
            return files;
        }
        Map<Path, Long> starts = new HashMap<>();
        for (Path file : files) {
            if (isEmpty(file)) {
                continue;
            }
            try (LogReader reader = new LogReader(List.of(file), prefix, new Findings())) {
                LogEntry first = reader.next();
                if (first != null) {
                    starts.put(file, first.micros());
                }
            }
        }
        if (starts.isEmpty()) {
            throw new InvalidRehearsalException(
                    "There is no log entry in " + files + ". Name files of the server's log.");
        }
        return files.stream()
                .distinct()
                .filter(starts::containsKey)
                .sorted(Comparator.comparing(starts::get))
                .toList();
    }

    private static boolean isEmpty(Path file) {
        try (LogLines lines = LogLines.open(file)) {
            return lines.next() == null;
        }
    }
}
