package dev.rehearse.observe;

import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Converts the server's timestamps to the run's clock. The offset is measured by round trips, the quickest of which counts, as its
 * answer lies closest to the middle. For one thread.
 */
public final class ServerClock {

    private static final int ROUND_TRIPS = 5;
    /** More than any clock drifts until it is measured again. */
    private static final long JUMP_MICROS = 50_000;

    private static final long GROWS_OLD_MICROS = 30_000_000;

    private final RunClock clock;
    private long offsetMicros;
    private long errorMicros = Long.MAX_VALUE;
    private long measuredMicros;

    public ServerClock(RunClock clock) {
        this.clock = clock;
    }

    /** Measures the offset anew, since both clocks drift. On a busy machine the older measurement may stay the better one for a while. */
    public void measure(Connection connection) throws SQLException {
        long quickest = Long.MAX_VALUE;
        long offset = 0;
        try (PreparedStatement now =
                connection.prepareStatement("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")) {
            for (int i = 0; i < ROUND_TRIPS; i++) {
                long asked = clock.micros();
                try (ResultSet row = now.executeQuery()) {
                    long answered = clock.micros();
                    row.next();
                    if (answered - asked < quickest) {
                        quickest = answered - asked;
                        offset = row.getLong(1) - (asked + answered) / 2;
                    }
                }
            }
        }
        long now = clock.micros();
        if (quickest / 2 <= errorMicros || now - measuredMicros > GROWS_OLD_MICROS) {
            offsetMicros = offset;
            errorMicros = quickest / 2;
            measuredMicros = now;
        }
    }

    /** The run's microsecond at which the server's clock showed {@code epochMicros}. */
    public long runMicros(long epochMicros) {
        return epochMicros - offsetMicros;
    }

    /** What the server's clock showed at the run's microsecond {@code micros}, in microseconds of the epoch. */
    long epochMicros(long micros) {
        return micros + offsetMicros;
    }

    /** Whether the server's clock can have shown {@code epochMicros} between the two; if not, somebody has set it. */
    public boolean agrees(long epochMicros, long askedMicros, long answeredMicros) {
        long micros = runMicros(epochMicros);
        return micros > askedMicros - errorMicros - JUMP_MICROS && micros < answeredMicros + errorMicros + JUMP_MICROS;
    }

    /** Forgets what was measured, so that the next measurement counts whatever its quality. */
    public void reset() {
        errorMicros = Long.MAX_VALUE;
    }

    /** How far a converted time may be off. */
    public long errorMicros() {
        return errorMicros;
    }
}
