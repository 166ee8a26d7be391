package dev.rehearse.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits agreed beforehand. A null limit is not judged.
 *
 * @param longestLockWait longest time an operation of the application may wait for a lock while the migration or its rollback runs
 * @param longestOutage longest time in which no operation on a table succeeds although some were due
 * @param responseP99 absolute limit of the 99th percentile of response time while the migration runs
 * @param responseP99TimesBaseline the same as a multiple of the baseline's, at least 20 ms
 * @param slowdown how many times as long an operation may take on the new schema as it took in the baseline, by its median service time
 * @param errorShare share of operations that may fail beyond the baseline's share, 0 to 1
 * @param replayLag longest replay lag of a standby
 * @param duration longest duration of the migration, retries included
 * @param rollback whether a way back must exist
 */
public record Budget(
        @Nullable Duration longestLockWait,
        @Nullable Duration longestOutage,
        @Nullable Duration responseP99,
        @Nullable Double responseP99TimesBaseline,
        @Nullable Double slowdown,
        @Nullable Double errorShare,
        @Nullable Duration replayLag,
        @Nullable Duration duration,
        RollbackRule rollback) {

    /** The limits a plan gets that names none. */
    public static final Budget DEFAULT = new Budget(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            null,
            5.0,
            0.0,
            Duration.ofSeconds(10),
            Duration.ofMinutes(30),
            RollbackRule.TESTED_IF_PRESENT);

    public Budget {
        checkLimit("longestLockWait", longestLockWait);
        checkLimit("longestOutage", longestOutage);
        checkLimit("responseP99", responseP99);
        checkLimit("replayLag", replayLag);
        checkLimit("duration", duration);
        checkMultiple("responseP99", responseP99TimesBaseline);
        checkMultiple("slowdown", slowdown);
        if (errorShare != null) {
            Span.checkShare("errors", errorShare);
        }
    }

    private static void checkLimit(String name, @Nullable Duration limit) {
        if (limit != null) {
            Span.checkDuration(name, limit, Duration.ZERO);
        }
    }

    private static void checkMultiple(String name, @Nullable Double times) {
        Span.that(
                times == null || times >= 1 && times <= 10_000,
                name + " must be 1 to 10,000 times the baseline's, but was " + times + ".");
    }

    /** Whether a way back must exist. One that exists must work, always. */
    public enum RollbackRule {
        REQUIRED,
        TESTED_IF_PRESENT
    }
}
