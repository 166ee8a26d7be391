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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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
                asleep text;
                looks text := '';
            BEGIN
                FOR i IN 1..100 LOOP
                    asked := clock_timestamp();
                    SELECT string_agg(' ' || pid || ' ' || wait_event, '')
                    INTO asleep FROM pg_catalog.pg_stat_get_activity(NULL) WHERE wait_event_type = 'Lock';
                    IF asleep LIKE ANY ('{% tuple%,% transactionid%}') THEN
                        asleep := asleep || coalesce((
                            SELECT string_agg(' ' || pid || ' ' || (extract(epoch FROM waitstart) * 1000000)::bigint, '')
                            FROM pg_catalog.pg_locks
                            WHERE NOT granted AND locktype IN ('tuple', 'transactionid') AND waitstart IS NOT NULL), '');
                    END IF;
                    looks := looks || (extract(epoch FROM asked) * 1000000)::bigint
                        || ' ' || (extract(epoch FROM clock_timestamp()) * 1000000)::bigint || coalesce(asleep, '') || E'\\n';
                    COMMIT;
                    EXIT WHEN asleep IS NULL;
                    PERFORM pg_sleep(0.0009);
                END LOOP;
                RAISE INFO '%', looks;
            END $$""";

    private static final Pattern LOOK = Pattern.compile("\\d+ \\d+( .*)?");

    private static final long INTERVAL_MICROS = 1_000;

    private static final Duration UNTIL_SOMEBODY_WAITS = Duration.ofMillis(2);
    private static final Duration UNTIL_WANTED = Duration.ofMillis(10);

    /** How long it goes on when it is not wanted any more: whoever was woken is about to wait for the next. */
    private static final long GOES_ON_MICROS = 200_000;

    /** For as long a wait's end is not told for want of looks that are yet to come. */
    private static final long MOST_LATE_MICROS = 500_000;

    private static final int MOST_LOOKS = 1_000;

    private static final int LONGEST_SECONDS = 5;
    private static final String CANCELLED = "57014";

    private final RunClock clock;
    private final ServerClock serverClock;
    private final Watch watch;
    private final Deque<Look> looks = new ArrayDeque<>();
    private boolean started;
    private volatile long wantedUntilMicros;
    private volatile boolean connected;
    private volatile boolean unable;

    /**
     * Times are the server's, in microseconds of the epoch.
     *
     * @param asleep for what, by process: the type of a lock or, of one who waits for a row, when it began to, in microseconds of the epoch
     */
    private record Look(long askedEpochMicros, long answeredEpochMicros, Map<Integer, String> asleep) {

        static Look of(String line) {
            String[] words = line.split(" ");
            Map<Integer, String> asleep = new HashMap<>();
            for (int i = 2; i < words.length; i += 2) {
                asleep.put(Integer.valueOf(words[i]), words[i + 1]);
            }
            return new Look(Long.parseLong(words[0]), Long.parseLong(words[1]), asleep);
        }
    }

    /**
     * @param serverClock the sampler's
     * @param sampler has the notes
     */
    CloseUp(Watch.Target target, RunClock clock, ServerClock serverClock, Watch sampler) {
        this.clock = clock;
        this.serverClock = serverClock;
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
                    synchronized (looks) {
                        looks.clear();
                    }
                }
                return UNTIL_WANTED;
            }
            try (Statement statement = connection.createStatement()) {
                // By our clock: the server sleeps, and cancels, by its own, which may be set back.
                statement.setQueryTimeout(LONGEST_SECONDS);
                statement.execute(LOOKS);
                List<Look> taken = taken(statement.getWarnings());
                synchronized (looks) {
                    looks.addAll(taken);
                    while (looks.size() > MOST_LOOKS) {
                        looks.removeFirst();
                    }
                }
                boolean nobodyWaits =
                        taken.isEmpty() || taken.get(taken.size() - 1).asleep().isEmpty();
                return nobodyWaits ? UNTIL_SOMEBODY_WAITS : Duration.ZERO;
            } catch (SQLException e) {
                if (CANCELLED.equals(e.getSQLState()) || !connection.isValid(1)) {
                    throw e;
                }
                unable = true;
                watch.note(
                        "Where many wait for locks at once, the ends of their waits are known less closely: the server cannot look by itself ("
                                + e.getMessage() + ").");
                return UNTIL_WANTED;
            }
        }
    }

    private static List<Look> taken(@Nullable SQLWarning first) {
        List<Look> taken = new ArrayList<>();
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            if (warning instanceof PSQLWarning words
                    && words.getServerErrorMessage().getMessage() != null) {
                words.getServerErrorMessage()
                        .getMessage()
                        .lines()
                        .filter(line -> LOOK.matcher(line).matches())
                        .map(Look::of)
                        .forEach(taken::add);
            }
        }
        return taken;
    }

    @Override
    public Optional<Window> window(LockEpisodes.Key wanted, long startEpochMicros, long sinceMicros, long untilMicros) {
        // Whoever wants a row waits for one such lock after the other.
        boolean forRow = LockWait.isForRow(wanted.lockType());
        if (!started || unable || forRow && startEpochMicros < 0) {
            return Optional.of(Window.UNKNOWN);
        }
        String what = forRow ? String.valueOf(startEpochMicros) : wanted.lockType();
        long awake = Long.MAX_VALUE;
        synchronized (looks) {
            if (mayComeBy(untilMicros)) {
                return Optional.empty();
            }
            for (Iterator<Look> backwards = looks.descendingIterator(); backwards.hasNext(); ) {
                Look look = backwards.next();
                long asked = serverClock.runMicros(look.askedEpochMicros());
                if (asked < sinceMicros) {
                    break;
                }
                if (asked < untilMicros && what.equals(look.asleep().get(wanted.pid()))) {
                    return Optional.of(new Window(asked, asked + INTERVAL_MICROS, awake));
                }
                awake = serverClock.runMicros(look.answeredEpochMicros());
            }
        }
        return Optional.of(new Window(Long.MIN_VALUE, Long.MAX_VALUE, awake));
    }

    private boolean mayComeBy(long micros) {
        return isOn()
                && clock.micros() < micros + MOST_LATE_MICROS
                && (looks.isEmpty() || serverClock.runMicros(looks.getLast().answeredEpochMicros()) < micros);
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
