package dev.rehearse.observe.lock;

import dev.rehearse.observe.Effort;
import dev.rehearse.observe.ServerClock;
import dev.rehearse.observe.Watch;
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
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLWarning;

/**
 * Looks at who waits every millisecond for as long as many wait. They will be woken at once, and then whoever asks over the network waits for a core twice with each look: for
 * the server to be asked, and to hear its answer. So the server looks by itself and tells 100 looks at a time, each in a transaction of its own, as {@code CREATE INDEX
 * CONCURRENTLY} waits for the transactions of others.
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
                waiting text;
                looks text := '';
            BEGIN
                FOR i IN 1..100 LOOP
                    asked := clock_timestamp();
                    SELECT string_agg(' ' || pid || ' ' || (extract(epoch FROM waitstart) * 1000000)::bigint, '')
                    INTO waiting FROM pg_catalog.pg_locks WHERE NOT granted AND waitstart IS NOT NULL;
                    looks := looks || (extract(epoch FROM asked) * 1000000)::bigint
                        || ' ' || (extract(epoch FROM clock_timestamp()) * 1000000)::bigint || coalesce(waiting, '') || E'\\n';
                    COMMIT;
                    EXIT WHEN waiting IS NULL;
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

    private static final int MOST_LOOKS = 1_000;

    private final RunClock clock;
    private final ServerClock serverClock;
    private final Watch watch;
    private final Deque<Look> looks = new ArrayDeque<>();
    private boolean started;
    private volatile long wantedUntilMicros;
    private volatile boolean unable;

    /** Times are the server's, in microseconds of the epoch. */
    private record Look(long askedEpochMicros, long answeredEpochMicros, Map<Integer, Long> startsByPid) {

        static Look of(String line) {
            String[] words = line.split(" ");
            Map<Integer, Long> starts = new HashMap<>();
            for (int i = 2; i < words.length; i += 2) {
                starts.put(Integer.valueOf(words[i]), Long.valueOf(words[i + 1]));
            }
            return new Look(Long.parseLong(words[0]), Long.parseLong(words[1]), starts);
        }

        boolean shows(int pid, long startEpochMicros) {
            Long start = startsByPid.get(pid);
            return start != null && start == startEpochMicros;
        }
    }

    /**
     * @param serverClock the sampler's
     */
    CloseUp(Watch.Target target, RunClock clock, ServerClock serverClock) {
        this.clock = clock;
        this.serverClock = serverClock;
        this.watch = new Watch("The close-up of lock waits", "rehearse-close-up", target, clock, new Looking());
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
        return started && !unable && clock.micros() < wantedUntilMicros;
    }

    private final class Looking implements Watch.Sampling {

        @Override
        public void begin(Connection connection) {}

        @Override
        public Duration sample(Connection connection) throws SQLException {
            if (!isOn()) {
                return UNTIL_WANTED;
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute(LOOKS);
                List<Look> taken = taken(statement.getWarnings());
                synchronized (looks) {
                    looks.addAll(taken);
                    while (looks.size() > MOST_LOOKS) {
                        looks.removeFirst();
                    }
                    return looks.getLast().startsByPid().isEmpty() ? UNTIL_SOMEBODY_WAITS : Duration.ZERO;
                }
            } catch (SQLException e) {
                if (!connection.isValid(1)) {
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
                words.getServerErrorMessage().getMessage().lines().map(Look::of).forEach(taken::add);
            }
        }
        return taken;
    }

    @Override
    public Optional<Window> window(int pid, long startEpochMicros, long missedMicros) {
        if (!started || unable) {
            return Optional.of(Window.UNKNOWN);
        }
        long gone = Long.MAX_VALUE;
        synchronized (looks) {
            long until = looks.isEmpty()
                    ? Long.MIN_VALUE
                    : serverClock.runMicros(looks.getLast().answeredEpochMicros());
            for (Iterator<Look> backwards = looks.descendingIterator(); backwards.hasNext(); ) {
                Look look = backwards.next();
                if (!look.shows(pid, startEpochMicros)) {
                    gone = serverClock.runMicros(look.answeredEpochMicros());
                } else if (gone == Long.MAX_VALUE && mayCome(until, missedMicros)) {
                    return Optional.empty();
                } else {
                    return Optional.of(new Window(serverClock.runMicros(look.askedEpochMicros()), gone));
                }
            }
            return mayCome(until, missedMicros) ? Optional.empty() : Optional.of(Window.UNKNOWN);
        }
    }

    private boolean mayCome(long untilMicros, long missedMicros) {
        return untilMicros < missedMicros && isOn() && clock.micros() < missedMicros + MOST_LATE_MICROS;
    }

    List<String> notes() {
        return watch.notes();
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
