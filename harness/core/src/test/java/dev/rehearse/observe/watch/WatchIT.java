package dev.rehearse.observe.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.TestServers;
import dev.rehearse.observe.OwnServer;
import dev.rehearse.observe.Watch;
import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchIT {

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger samples = new AtomicInteger();
    private volatile String query = "SELECT 1";
    private Watch watch;

    @AfterEach
    void end() {
        watch.close();
    }

    private void start(Runnable before) throws SQLException {
        Server server = TestServers.freshDatabase();
        watch = new Watch(
                "The sampler", "rehearse-test-sampler", new OwnServer(server), new RunClock(), new Watch.Sampling() {
                    @Override
                    public void begin(Connection connection) {
                        connections.incrementAndGet();
                    }

                    @Override
                    public Duration sample(Connection connection) throws SQLException {
                        before.run();
                        try (Statement statement = connection.createStatement()) {
                            statement.execute(query);
                        }
                        samples.incrementAndGet();
                        return Duration.ofMillis(1);
                    }
                });
        watch.start();
    }

    @Test
    void a_sample_that_fails_again_and_again_is_one_note_and_neither_a_flood_of_connections() throws SQLException {
        start(() -> {});
        await(() -> samples.get() > 3);
        long began = System.nanoTime();
        query = "SELECT 1 / 0";

        await(() -> connections.get() >= 5);
        double seconds = (System.nanoTime() - began) / 1e9;

        assertThat(seconds)
                .as("four connections, of which three were of no use")
                .isGreaterThan(0.7);
        assertThat(watch.notes()).hasSize(1).first().asString().contains("22012");

        int before = samples.get();
        query = "SELECT 1";
        await(() -> samples.get() > before + 1);
        assertThat(watch.notes()).hasSize(2).last().asString().contains("again");
    }

    @Test
    void a_sampler_that_breaks_down_says_so_and_goes_on() throws SQLException {
        AtomicInteger failures = new AtomicInteger();
        start(() -> {
            if (samples.get() == 3 && failures.getAndIncrement() == 0) {
                throw new IllegalStateException("planted");
            }
        });

        await(() -> samples.get() > 5);

        assertThat(watch.notes()).hasSize(2);
        assertThat(watch.notes().get(0)).contains("planted");
        assertThat(watch.notes().get(1)).contains("again");
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("60 s passed").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
