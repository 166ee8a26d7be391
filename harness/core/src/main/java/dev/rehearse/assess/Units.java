package dev.rehearse.assess;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Units {

    private Units() {}

    static double millis(long micros) {
        return micros / 1_000.0;
    }

    /** "850 ms", "4.2 s", "3 min 20 s". */
    static String time(long micros) {
        if (micros < 0) {
            return "unknown";
        }
        double millis = micros / 1_000.0;
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        if (millis < 1_000) {
            return String.format(Locale.ROOT, "%.0f ms", millis);
        }
        double seconds = millis / 1_000;
        if (seconds < 120) {
            return String.format(Locale.ROOT, seconds < 20 ? "%.1f s" : "%.0f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole / 60 + " min " + whole % 60 + " s";
    }

    static String time(Duration duration) {
        return time(duration.toNanos() / 1_000);
    }

    /** "2,000,000". */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** "1 operation", "2 operations". */
    static String count(long number, String singular) {
        return count(number) + " " + singular + (number == 1 ? "" : "s");
    }

    /** "0.5 %". */
    static String percent(double share) {
        return String.format(Locale.ROOT, share == 0 || share >= 0.1 ? "%.0f %%" : "%.2f %%", share * 100);
    }

    /** The statement on one line, shortened. */
    static String oneLine(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        return line.length() <= 120 ? line : line.substring(0, 117) + "...";
    }
}
