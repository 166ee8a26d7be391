package dev.rehearse.data.value;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Points in time as microseconds since 1970 in UTC. Rows are dated over two fixed years, not over the two before today, so that the
 * same seed gives the same bytes on every day.
 */
public final class Timeline {

    public static final long DAY = 86_400_000_000L;
    public static final long START = micros(2024);
    public static final long END = micros(2026);

    private static final Pattern TEXT = Pattern.compile(
            "(\\d{4,6})-(\\d\\d)-(\\d\\d)(?:[ T](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?(?:\\+00(?::00)?)?)?");

    private Timeline() {}

    /** The first microsecond of a year. */
    public static long micros(int year) {
        return LocalDateTime.of(year, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC) * 1_000_000;
    }

    /** Reads a date or a timestamp as the server writes them in UTC, or null for anything else. */
    public static @Nullable Long parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            return null;
        }
        boolean hasTime = m.group(4) != null;
        long seconds = LocalDateTime.of(
                        Integer.parseInt(m.group(1)),
                        Integer.parseInt(m.group(2)),
                        Integer.parseInt(m.group(3)),
                        hasTime ? Integer.parseInt(m.group(4)) : 0,
                        hasTime ? Integer.parseInt(m.group(5)) : 0,
                        hasTime ? Integer.parseInt(m.group(6)) : 0)
                .toEpochSecond(ZoneOffset.UTC);
        String fraction = m.group(7);
        return seconds * 1_000_000 + (fraction == null ? 0 : Long.parseLong((fraction + "00000").substring(0, 6)));
    }

    public static void writeDate(long micros, CopyBuffer out) {
        long day = Math.floorDiv(micros, DAY);
        // Days to a civil date, counting from 1 March of year 0 so that leap days come last.
        long shifted = day + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        long dayOfEra = shifted - era * 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shiftedMonth = (5 * dayOfYear + 2) / 153;
        long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        out.putPadded(year, 4);
        out.put('-');
        out.putPadded(month, 2);
        out.put('-');
        out.putPadded(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2);
    }

    public static void writeTimestamp(long micros, CopyBuffer out) {
        writeDate(micros, out);
        out.put(' ');
        writeTime(Math.floorMod(micros, DAY), out);
    }

    public static void writeTime(long microsOfDay, CopyBuffer out) {
        long seconds = microsOfDay / 1_000_000;
        out.putPadded(seconds / 3600, 2);
        out.put(':');
        out.putPadded(seconds / 60 % 60, 2);
        out.put(':');
        out.putPadded(seconds % 60, 2);
        long fraction = microsOfDay % 1_000_000;
        if (fraction != 0) {
            out.put('.');
            out.putPadded(fraction, 6);
        }
    }
}
