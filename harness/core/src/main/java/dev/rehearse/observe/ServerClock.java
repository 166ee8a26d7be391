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
final class ServerClock {

    private static final int ROUND_TRIPS = 5;

    private final RunClock clock;
    private long offsetMicros;
    private long errorMicros;

    ServerClock(RunClock clock) {
        this.clock = clock;
    }

    /** Measures the offset anew, since both clocks drift. */
    void measure(Connection connection) throws SQLException {
        long quickest = Long.MAX_VALUE;
        try (PreparedStatement now =
                connection.prepareStatement("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")) {
            for (int i = 0; i < ROUND_TRIPS; i++) {
                long asked = clock.micros();
                try (ResultSet row = now.executeQuery()) {
                    long answered = clock.micros();
                    row.next();
                    if (answered - asked < quickest) {
                        quickest = answered - asked;
                        offsetMicros = row.getLong(1) - (asked + answered) / 2;
                    }
                }
            }
        }
        errorMicros = quickest / 2;
    }

    /** The run's microsecond at which the server's clock showed {@code epochMicros}. */
    long runMicros(long epochMicros) {
        return epochMicros - offsetMicros;
    }

    /** What the server's clock showed at the run's microsecond {@code micros}, in microseconds of the epoch. */
    long epochMicros(long micros) {
        return micros + offsetMicros;
    }

    /** How far a converted time may be off. */
    long errorMicros() {
        return errorMicros;
    }
}
