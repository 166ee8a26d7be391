package dev.rehearse.serverlog;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The times of log entries: {@code 2026-11-22 10:15:00.123 UTC}. Only their distance matters, so that the zone does not. Stateless. */
final class Timestamps {

    static final String PATTERN = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?";

    private static final Pattern TIME =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d+))?(?: (\\S+))?");

    private Timestamps() {}

    /** @throws UnreadableEntryException where it is none */
    static long micros(String text) throws UnreadableEntryException {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new UnreadableEntryException("\"" + text + "\" is no time");
        }
        try {
            long seconds = LocalDate.parse(time.group(1)).toEpochDay() * 86_400
                    + Long.parseLong(time.group(2)) * 3_600
                    + Long.parseLong(time.group(3)) * 60
                    + Long.parseLong(time.group(4));
            String fraction = time.group(5) == null ? "" : time.group(5);
            return seconds * 1_000_000 + Long.parseLong((fraction + "000000").substring(0, 6));
        } catch (DateTimeParseException e) {
            throw new UnreadableEntryException("\"" + text + "\" is no time");
        }
    }

    static String zone(String text) {
        Matcher time = TIME.matcher(text);
        return time.matches() && time.group(6) != null ? time.group(6) : "";
    }

    /** Of seconds since the epoch, with a fraction. */
    static long ofEpoch(String seconds) {
        return Math.round(Double.parseDouble(seconds) * 1e6);
    }
}
