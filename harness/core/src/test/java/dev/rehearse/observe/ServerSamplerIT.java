package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.database.Alone;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.observe.lock.LockSampler;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.Recording.ServerSample;
import dev.rehearse.recording.RunClock;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {18, 14})
class ServerSamplerIT {

    @Parameter
    int version;

    private TestDatabase database;
    private ServerSampler sampler;

    @BeforeEach
    void start() throws SQLException {
        database = DatabaseProviders.embedded()
                .start(
                        new DatabaseRequest(version, 1, Map.of("max_standby_streaming_delay", "2s"), null, null),
                        Progress.SILENT);
        try (TestSession admin = new TestSession(database.primary(), "rehearse-test")) {
            admin.run("CREATE TABLE orders (id int PRIMARY KEY, total int); INSERT INTO orders VALUES (1, 1);"
                    + " CREATE TABLE items (id int)");
        }
        database.seal(Progress.SILENT);
        sampler = ServerSampler.start(database.primary(), database.standbys(), new RunClock());
        await(() -> !sampler.replication().isEmpty() && !sampler.server().isEmpty());
    }

    @AfterEach
    void stop() {
        sampler.close();
        database.close();
    }

    @Test
    @Alone
    void a_reader_on_the_standby_that_stops_replay_for_two_seconds_makes_two_seconds_of_lag_and_a_conflict()
            throws Exception {
        // The two seconds count from when the change arrives: a stall between that and its replay takes from the wait.
        OnceInThree.holds(this::stopReplayForTwoSeconds);
        assertThat(sampler.notes()).isEmpty();
    }

    private void stopReplayForTwoSeconds() throws SQLException {
        long began;
        int readerPid;
        int samples = sampler.replication().size();
        long conflicts = last().conflicts();
        LockSampler locks = LockSampler.ofStandby(database.standbys().get(0), new RunClock());
        try (TestSession primary = new TestSession(database.primary(), "rehearse-migration-0");
                TestSession reader = new TestSession(database.standbys().get(0), "rehearse-load-1")) {
            reader.awaitTrue("SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'orders')");
            reader.run("BEGIN; SELECT * FROM orders");

            await(() -> locks.samples() > 0);
            began = System.nanoTime();
            primary.run("ALTER TABLE orders ALTER total SET DEFAULT 1");
            // Nothing more is written: the lag must grow all the same.
            await(() -> last().conflicts() > conflicts && last().replayLagMicros() == 0);
            readerPid = reader.pid;
        } finally {
            locks.close();
        }

        long tookMicros = (System.nanoTime() - began) / 1_000;
        List<ReplicationSample> seen = sampler.replication();
        List<ReplicationSample> since = seen.subList(samples, seen.size());
        long longest = since.stream()
                .mapToLong(ReplicationSample::replayLagMicros)
                .max()
                .orElseThrow();
        assertThat(longest).isBetween(1_700_000L, tookMicros);
        // It went on receiving what it did not replay.
        assertThat(since)
                .anySatisfy(s -> {
                    assertThat(s.replayLagMicros()).isGreaterThan(1_000_000);
                    assertThat(s.receiveLagMicros()).isLessThan(500_000);
                })
                .filteredOn(s -> s.replayLagMicros() > 1_000_000)
                .allSatisfy(s -> assertThat(s.receiveLagMicros()).isLessThan(s.replayLagMicros()));
        assertThat(locks.observation().waits()).singleElement().satisfies(wait -> {
            assertThat(wait.who()).isEqualTo("replay");
            assertThat(wait.query()).as("runs no statement").isNull();
            assertThat(wait.relation()).isEqualTo("orders");
            assertThat(wait.mode()).isEqualTo("AccessExclusiveLock");
            assertThat(wait.endMicros() - wait.startMicros()).isBetween(1_700_000L, tookMicros);
            assertThat(wait.chain())
                    .extracting(b -> b.pid() + " " + String.valueOf(b.query()).strip())
                    .containsExactly(readerPid + " SELECT * FROM orders");
        });
        assertThat(seen.get(seen.size() - 1).conflicts()).isEqualTo(conflicts + 1);
        assertThat(seen.get(seen.size() - 1).standby()).isEqualTo("standby 1");
        assertThat(since).anyMatch(s -> s.replayLagBytes() > 0);
    }

    @Test
    @Alone
    void the_most_by_which_a_standby_was_behind_is_known_closely() throws Exception {
        // A stall of the sampler's or of the writer takes from what it sees.
        OnceInThree.holds(this::pausesReplay);
    }

    private void pausesReplay() throws Exception {
        int before = sampler.replication().size();
        double trueMillis;
        AtomicBoolean enough = new AtomicBoolean();
        try (TestSession primary = new TestSession(database.primary(), "rehearse-load-1");
                TestSession standby = new TestSession(database.standbys().get(0), "rehearse-load-2")) {
            Thread writer = new Thread(() -> {
                while (!enough.get()) {
                    try {
                        primary.run("INSERT INTO items VALUES (1)");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            writer.start();
            try {
                standby.awaitTrue(
                        "SELECT coalesce(pg_last_xact_replay_timestamp() > clock_timestamp() - interval '50 ms', false)");
                standby.run("SELECT pg_wal_replay_pause()");
                standby.awaitTrue("SELECT pg_get_wal_replay_pause_state() = 'paused'");
                standby.awaitTrue("SELECT clock_timestamp() - pg_last_xact_replay_timestamp() > interval '500 ms'");
                // What it replayed last was committed just before what it did not.
                trueMillis = Double.parseDouble(standby.ask(
                        "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000"));
                standby.run("SELECT pg_wal_replay_resume()");
                await(() -> last().replayLagMicros() < 100_000);
            } finally {
                enough.set(true);
                writer.join();
            }
        }
        List<ReplicationSample> all = sampler.replication();
        List<ReplicationSample> since = all.subList(before, all.size());
        String seen = since.stream()
                .map(s -> s.micros() / 1_000 + ":" + s.replayLagMicros() / 1_000)
                .toList()
                .toString();
        ReplicationSample worst = Collections.max(since, Comparator.comparingLong(ReplicationSample::replayLagMicros));
        long untilNext = since.get(since.indexOf(worst) + 1).micros() - worst.micros();
        assertThat(worst.replayLagMicros() / 1_000.0)
                .as(seen)
                .isBetween(trueMillis - untilNext / 1_000.0 - 20, trueMillis + 20);
        assertThat(untilNext).as(seen).isLessThan(60_000);
    }

    @Test
    @Alone
    void a_standby_that_keeps_up_has_next_to_no_lag() throws Exception {
        OnceInThree.holds(this::keepsUp);
    }

    private void keepsUp() throws SQLException {
        try (TestSession primary = new TestSession(database.primary(), "rehearse-load-1")) {
            int before = sampler.replication().size();
            for (int i = 0; sampler.replication().size() < before + 10; i++) {
                primary.run("INSERT INTO items VALUES (" + i + ")");
            }
            List<Long> lags = sampler.replication().subList(before, before + 10).stream()
                    .map(ReplicationSample::replayLagMicros)
                    .sorted()
                    .toList();

            assertThat(lags.get(5)).as("the median of %s", lags).isLessThan(500_000);
        }
    }

    @Test
    void the_servers_counters_are_sampled_as_they_grow() throws SQLException {
        ServerSample before = sampler.server().get(0);
        try (TestSession primary = new TestSession(database.primary(), "rehearse-load-1")) {
            primary.run("INSERT INTO items SELECT generate_series(1, 100000)");
            primary.run("SET work_mem = '64kB'; SELECT count(*) FROM (SELECT id FROM items ORDER BY id OFFSET 1) x");
        }
        await(() -> lastServer().walBytes() - before.walBytes() > 5_000_000
                && lastServer().tempBytes() > before.tempBytes()
                && lastServer().commits() > before.commits()
                // The rows were written and read, in their 440 blocks of 8 KiB.
                && lastServer().bufferHitBytes() + lastServer().bufferReadBytes()
                        > before.bufferHitBytes() + before.bufferReadBytes() + 3_000_000);

        assertThat(lastServer().deadlocks()).isZero();
        assertThat(lastServer().connections()).isPositive();
    }

    @Test
    void the_death_of_the_servers_is_a_note_and_closing_does_not_hang() {
        database.close();
        await(() -> sampler.notes().size() >= 2);

        long began = System.nanoTime();
        sampler.close();

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(60);
        assertThat(sampler.notes()).anyMatch(n -> n.contains("primary"));
        assertThat(sampler.notes()).anyMatch(n -> n.contains("standby 1"));
    }

    private ReplicationSample last() {
        List<ReplicationSample> all = sampler.replication();
        return all.get(all.size() - 1);
    }

    private ServerSample lastServer() {
        List<ServerSample> all = sampler.server();
        return all.get(all.size() - 1);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("60 s passed").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
