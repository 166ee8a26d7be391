package dev.rehearse.report;

import java.util.Locale;

/** Numbers as people read them: 850 ms, 4.2 s, 1.2 GB, 2,000,000. */
public final class Units {

    private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB"};

    private Units() {}

    /** A length of time. */
    public static String millis(double millis) {
        if (!Double.isFinite(millis) || millis < 0) {
            return "not measured";
        }
        if (millis < 9.95) {
            return format(millis == 0 ? "%.0f ms" : "%.1f ms", millis);
        }
        if (millis < 999.5) {
            return format("%.0f ms", millis);
        }
        if (millis < 59_950) {
            return format("%.1f s", millis / 1_000);
        }
        long seconds = Math.round(millis / 1_000);
        if (seconds < 3_600) {
            return both(seconds, "min", "s");
        }
        long minutes = Math.round(millis / 60_000);
        return both(minutes, "h", "min");
    }

    private static String both(long number, String sixty, String one) {
        String rest = number % 60 == 0 ? "" : format(" %d %s", number % 60, one);
        return format("%d %s", number / 60, sixty) + rest;
    }

    /** An amount of data, in powers of 1,000. */
    public static String bytes(long bytes) {
        if (bytes < 0) {
            return "not measured";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < BYTES.length - 1) {
            value /= 1_000;
            unit++;
        }
        return format(unit == 0 || value >= 9.95 ? "%.0f %s" : "%.1f %s", value, BYTES[unit]);
    }

    /** A number of things. */
    public static String count(long count) {
        return format("%,d", count);
    }

    /** A number of things with their name: "1 operation", "1,568 operations". */
    public static String count(long count, String singular) {
        return count(count) + " " + singular + (count == 1 ? "" : "s");
    }

    /** A rate, without decimals that say nothing. */
    public static String rate(double perSecond) {
        return format(perSecond == Math.rint(perSecond) ? "%,.0f" : "%,.1f", perSecond);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
