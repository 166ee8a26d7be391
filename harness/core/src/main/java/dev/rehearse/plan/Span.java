package dev.rehearse.plan;

import dev.rehearse.InvalidRehearsalException;
import java.time.Duration;

/** The values a number of the plan may have, both ends included. One place for the reader, the builder and the records. */
public record Span(long least, long most) {

    public static final Span ROWS = new Span(0, 100_000_000_000L);
    public static final Span SCALE = new Span(1, 100_000_000_000L);
    public static final Span STANDBYS = new Span(0, 2);
    public static final Span VERSION = new Span(DatabasePlan.OLDEST, DatabasePlan.NEWEST);
    public static final Span CLIENTS = new Span(1, 1_000);
    public static final Span WEIGHT = new Span(1, 1_000_000);
    public static final Span EXPECTED_ROWS = new Span(0, 1_000_000_000);
    public static final Span TEXT_LENGTH = new Span(1, 1_000_000);
    public static final Span RETRIES = new Span(0, 10_000);
    public static final Span MIGRATORS = new Span(1, 64);
    public static final Span ANY = new Span(Long.MIN_VALUE, Long.MAX_VALUE);
    public static final double FASTEST_RATE = 1_000_000;
    public static final Duration LONGEST = Duration.ofDays(7);

    public boolean contains(long value) {
        return value >= least && value <= most;
    }

    void check(String what, long value) {
        that(contains(value), what + " must be " + this + ", but was " + Amounts.count(value) + ".");
    }

    static void checkShare(String what, double share) {
        that(share >= 0 && share <= 1, what + " must be between 0 % and 100 %, but was " + share * 100 + " %.");
    }

    static void checkDuration(String what, Duration duration, Duration least) {
        that(
                duration.compareTo(least) >= 0 && duration.compareTo(LONGEST) <= 0,
                what + " must be " + durations(least) + ", but was " + Amounts.duration(duration) + ".");
    }

    public static String durations(Duration least) {
        return "from " + Amounts.duration(least) + " to " + Amounts.duration(LONGEST);
    }

    public static void that(boolean holds, String problem) {
        if (!holds) {
            throw new InvalidRehearsalException(problem);
        }
    }

    @Override
    public String toString() {
        if (equals(ANY)) {
            return "a whole number";
        }
        return "from " + Amounts.count(least) + " to " + Amounts.count(most);
    }
}
