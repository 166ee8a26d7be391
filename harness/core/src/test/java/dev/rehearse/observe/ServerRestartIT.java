package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.observe.lock.LockSampler;
import dev.rehearse.observe.lock.SampledWait;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.RunClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that starts itself anew, as one does when a session of it was killed. */
class ServerRestartIT {

    private static final long SLACK_MICROS = 50_000;

    @ParameterizedTest
    @ValueSource(ints = {18, 14})
    void waits_end_with_the_server_and_the_time_without_one_is_no_gap(int version) throws Exception {
        RunClock clock = new RunClock();
        try (TestDatabase database = TestServers.provider()
                        .start(new DatabaseRequest(version, 0, Map.of(), null, null), Progress.SILENT);
                LockSampler sampler = LockSampler.start(database.primary(), clock, SessionNames.NONE, () -> Set.of(0));
                TestSession holder = new TestSession(database.primary(), "rehearse-migration-0");
                TestSession waiter = new TestSession(database.primary(), "rehearse-load-1")) {
            holder.run("CREATE TABLE orders ()");
            holder.run("BEGIN; LOCK TABLE orders");
            Future<Duration> waiting = waiter.start("SELECT * FROM orders");
            holder.awaitWaiting(waiter);
            long seen = clock.micros();
            long samples = sampler.samples();
            await(() -> sampler.samples() > samples + 2);

            long before = sampler.longestGapMicros();
            kill(waiter, holder);
            await(() -> !sampler.notes().isEmpty());
            long lost = clock.micros();
            await(() -> sampler.notes().size() == 3);
            long longest = sampler.longestGapMicros();
            long again = clock.micros();
            assertThatThrownBy(() -> TestSession.get(waiting)).isInstanceOf(ExecutionException.class);
            long up = walWriterBegan(database, clock);

            assertThat(sampler.notes().get(0)).contains("lost its connection");
            assertThat(sampler.notes()).anyMatch(n -> n.contains("started anew"));
            assertThat(sampler.notes()).anyMatch(n -> n.contains("again"));
            assertThat(sampler.observation().waits())
                    .extracting(SampledWait::end)
                    .isEqualTo(List.of(Ended.CONNECTION_LOST));
            // The time with a server: from the last samples before it was lost, and from when there was one again.
            assertThat(longest)
                    .as("seen at %d, lost at %d, up at %d, again at %d", seen, lost, up, again)
                    .isLessThan(Math.max(before, lost - seen) + Math.max(0, again - up) + SLACK_MICROS);
        }
    }

    private static void kill(TestSession victim, TestSession by) {
        try {
            by.run("COPY (SELECT 1) TO PROGRAM 'kill -9 " + victim.pid + "'");
        } catch (SQLException e) {
            // The server may end the killer's session before it can answer.
        }
    }

    private static long walWriterBegan(TestDatabase database, RunClock clock) throws SQLException {
        try (TestSession session = new TestSession(database.primary(), "rehearse-test")) {
            session.awaitTrue("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'walwriter')");
            long epochMicros = Long.parseLong(session.ask("SELECT (extract(epoch FROM backend_start) * 1000000)::bigint"
                    + " FROM pg_stat_activity WHERE backend_type = 'walwriter'"));
            return clock.microsAt(Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS));
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("60 s passed").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
