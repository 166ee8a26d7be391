package dev.rehearse.data.anonymize;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Holds readers back to so many rows or bytes a second, all of them together. Thread-safe. */
public final class Throttle {

    private static final Pattern LIMIT =
            Pattern.compile("(?<number>\\d[\\d_]*(?:\\.\\d+)?)\\s*(?<unit>rows|kB|KB|MB|GB)/s");
    private static final long MOST_CREDIT_NANOS = 200_000_000;

    private final boolean rows;
    private final double nanosPerUnit;
    private long paidUntilNanos = System.nanoTime();

    private Throttle(boolean rows, double perSecond) {
        this.rows = rows;
        this.nanosPerUnit = 1e9 / perSecond;
    }

    /** No limit. */
    public static Throttle none() {
        return new Throttle(true, Double.POSITIVE_INFINITY);
    }

    /**
     * @param text such as {@code 20_000rows/s} or {@code 5MB/s}
     * @throws AnonymizeException if it is no limit
     */
    public static Throttle of(String text) {
        Matcher limit = LIMIT.matcher(text);
        if (!limit.matches()) {
            throw AnonymizeException.input("\"" + text + "\" is no limit, such as 20_000rows/s or 5MB/s.");
        }
        double number = Double.parseDouble(limit.group("number").replace("_", ""));
        if (number <= 0) {
            throw AnonymizeException.input("The limit " + text + " lets nothing through. Name a larger one.");
        }
        double factor = switch (limit.group("unit")) {
            case "GB" -> 1e9;
            case "MB" -> 1e6;
            case "rows" -> 1;
            default -> 1e3;
        };
        return new Throttle(limit.group("unit").equals("rows"), number * factor);
    }

    /** Waits until what was read is within the limit. */
    public void read(long rowsRead, long bytesRead) throws InterruptedException {
        long wait = nanosToWait((rows ? rowsRead : bytesRead) * nanosPerUnit);
        if (wait > 0) {
            Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
    }

    private synchronized long nanosToWait(double cost) {
        long now = System.nanoTime();
        paidUntilNanos = Math.max(paidUntilNanos, now - MOST_CREDIT_NANOS) + (long) cost;
        return paidUntilNanos - now;
    }
}
