package dev.rehearse.observe.lock;

import dev.rehearse.observe.Effort;
import dev.rehearse.observe.ServerClock;
import dev.rehearse.observe.Watch;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLWarning;

/**
 * Looks at who sleeps for a lock every millisecond for as long as many do. They will be woken at once, and then whoever asks over the network waits for a core twice with
 * each look, for the server to be asked and to hear its answer; and whoever reads the lock table waits for those who let go of locks. So the server looks by itself, at
 * what each session says that it sleeps for
 * (<a href="https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE">wait_event</a>), and tells 100 looks at a time. Each look is a transaction of
 * its own, as {@code CREATE INDEX CONCURRENTLY} waits for the transactions of others.
 *
 * <p>It has its own connection, once many wait, and its own thread. {@link #want} and {@link #window} are for the sampler's thread.
 */
final class CloseUp implements CloseLooks, AutoCloseable {

    /** More than there may be cores: woken at once, they keep each other, who woke them and whoever looks from having one. */
    static final int MANY = 8;

    /** The server rounds up what it sleeps, to milliseconds. */
    private static final String LOOKS = """
            DO $$
            DECLARE
                asked timestamptz;
                seen timestamptz;
                asleep text;
                looks text := '';
            BEGIN
                FOR i IN 1..100 LOOP
                    asked := clock_timestamp();
                    SELECT string_agg(' ' || pid || ' ' || wait_event, '')
                    INTO asleep FROM pg_catalog.pg_stat_get_activity(NULL) WHERE wait_event_type = 'Lock';
                    seen := clock_timestamp();
                    IF asleep LIKE ANY ('{% tuple%,% transactionid%}') THEN
                        asleep := asleep || coalesce((
                            SELECT string_agg(' ' || pid || ' ' || (extract(epoch FROM waitstart) * 1000000)::bigint, '')
                            FROM pg_catalog.pg_locks
                            WHERE NOT granted AND locktype IN ('tuple', 'transactionid') AND waitstart IS NOT NULL), '');
                    END IF;
                    looks := concat(looks, (extract(epoch FROM asked) * 1000000)::bigint, ' ',
                        (extract(epoch FROM seen) * 1000000)::bigint, ' ',
                        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, asleep, E'\\n');
                    COMMIT;
                    EXIT WHEN asleep IS NULL;
                    PERFORM pg_sleep(0.0009);
                END LOOP;
                RAISE INFO '%', looks;
            END $$""";

    private static final Duration UNTIL_SOMEBODY_WAITS = Duration.ofMillis(2);
    private static final Duration UNTIL_WANTED = Duration.ofMillis(10);

    /** How long it goes on when it is not wanted any more: whoever was woken is about to wait for the next. */
    private static final long GOES_ON_MICROS = 200_000;

    /** For as long a wait's end is not told for want of looks that are yet to come. */
    private static final long MOST_LATE_MICROS = 500_000;

    private static final int LONGEST_SECONDS = 5;
    private static final String CANCELLED = "57014";

    private final RunClock clock;
    private final Watch watch;
    private final Looks looks;
    private boolean started;
    private volatile long wantedUntilMicros;
    private volatile boolean connected;
    private volatile boolean unable;
    private volatile boolean looking;

    /**
     * @param serverClock the sampler's
     * @param sampler has the notes
     */
    CloseUp(Watch.Target target, RunClock clock, ServerClock serverClock, Watch sampler) {
        this.clock = clock;
        this.looks = new Looks(serverClock);
        this.watch =
                new Watch("The close-up of lock waits", "rehearse-close-up", target, clock, new Looking(), sampler);
    }

    /** Says that many wait now. */
    void want() {
        wantedUntilMicros = clock.micros() + GOES_ON_MICROS;
        if (!started) {
            started = true;
            watch.start();
        }
    }

    /** Whether it looks. */
    boolean isOn() {
        return connected && !unable && isWanted();
    }

    private boolean isWanted() {
        return clock.micros() < wantedUntilMicros;
    }

    private final class Looking implements Watch.Sampling {

        @Override
        public void begin(Connection connection) {
            connected = true;
        }

        /** A server that has no room for it is not asked again and again once nobody waits. */
        @Override
        public boolean needsConnection() {
            return isWanted();
        }

        @Override
        public void lost() {
            connected = false;
        }

        @Override
        public Duration sample(Connection connection) throws SQLException {
            if (!isOn()) {
                if (clock.micros() > wantedUntilMicros + MOST_LATE_MICROS) {
                    looks.clear();
                }
                return UNTIL_WANTED;
            }
            try (Statement statement = connection.createStatement()) {
                // By our clock: the server sleeps, and cancels, by its own, which may be set back.
                statement.setQueryTimeout(LONGEST_SECONDS);
                looking = true;
                statement.execute(LOOKS);
                return looks.add(words(statement.getWarnings())) ? Duration.ZERO : UNTIL_SOMEBODY_WAITS;
            } catch (SQLException e) {
                if (CANCELLED.equals(e.getSQLState()) || !connection.isValid(1)) {
                    throw e;
                }
                unable = true;
                watch.note(
                        "Where many wait for locks at once, the ends of their waits are known less closely: the server cannot look by itself ("
                                + e.getMessage() + ").");
                return UNTIL_WANTED;
            } finally {
                looking = false;
            }
        }
    }

    private static String words(@Nullable SQLWarning first) {
        StringBuilder words = new StringBuilder();
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            if (warning instanceof PSQLWarning said
                    && said.getServerErrorMessage().getMessage() != null) {
                words.append(said.getServerErrorMessage().getMessage()).append('\n');
            }
        }
        return words.toString();
    }

    @Override
    public Optional<Window> window(LockEpisodes.Key wanted, long startEpochMicros, long sinceMicros, long untilMicros) {
        if (!started || unable || LockWait.isForRow(wanted.lockType()) && startEpochMicros < 0) {
            return Optional.of(Window.UNKNOWN);
        }
        return mayComeBy(untilMicros)
                ? Optional.empty()
                : Optional.of(looks.window(wanted, startEpochMicros, sinceMicros, untilMicros));
    }

    private boolean mayComeBy(long micros) {
        return (looking || isOn()) && clock.micros() < micros + MOST_LATE_MICROS && !looks.reach(micros);
    }

    Effort effort() {
        return watch.effort();
    }

    @Override
    public void close() {
        if (started) {
            watch.close();
        }
    }
}
