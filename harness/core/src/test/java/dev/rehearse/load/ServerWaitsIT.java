package dev.rehearse.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.plan.Workload;
import dev.rehearse.recording.LockWait.Ended;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits of known length and known end, on the oldest, the machine's own, and the newest PostgreSQL. */
class ServerWaitsIT {

    private static final String[] SCHEMA = {
        "CREATE TABLE seat (id int PRIMARY KEY, guest text)", "INSERT INTO seat VALUES (1), (2)", "ANALYZE"
    };

    private static Workload.Operation sit(String setting) {
        return LoadedServer.operation(
                "sit",
                true,
                Map.of("guest", LoadedServer.integer(1, 100)),
                setting,
                "UPDATE seat SET guest = :guest WHERE id = 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 18})
    void a_wait_is_as_long_as_the_lock_was_held_and_ends_as_it_ended(int version) throws Exception {
        try (LoadedServer shop = new LoadedServer(version, SCHEMA)) {
            try (LoadGenerator load = shop.generator(LoadedServer.workload(100, 2, sit("SELECT 1")))) {
                load.start();
                shop.runFor(Duration.ofMillis(500));
                long held = holdRow(shop, Duration.ofMillis(400));
                shop.runFor(Duration.ofMillis(300));
                load.stop(Duration.ofSeconds(5));

                List<ServerWait> transaction = load.serverWaits().stream()
                        .filter(w -> w.lockType().equals("transactionid") && w.durationMicros() > 200_000)
                        .toList();
                // The second in the queue may wait for the transaction as well, or for the row itself; its message
                // names the table.
                assertThat(transaction)
                        .hasSizeBetween(1, 2)
                        .allSatisfy(w -> assertThat(w.ended()).isEqualTo(Ended.GRANTED))
                        .anySatisfy(w -> assertThat(w.durationMicros()).isCloseTo(held, within(60_000L)));
                assertThat(load.serverWaits())
                        .filteredOn(w -> w.lockType().equals("tuple"))
                        .allSatisfy(w -> assertThat(w.relationOid()).isPositive());
                assertThat(load.serverWaits())
                        .allSatisfy(w ->
                                assertThat(w.endMicros() - w.startMicros()).isLessThanOrEqualTo(w.durationMicros()));
            }
            endsAs(shop, "SET LOCAL lock_timeout = '100ms'", Ended.LOCK_TIMEOUT, 100_000);
            endsAs(shop, "SET LOCAL statement_timeout = '150ms'", Ended.CANCELLED, 150_000);
        }
    }

    private static void endsAs(LoadedServer shop, String setting, Ended ended, long micros) throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(100, 1, sit(setting)))) {
            load.start();
            shop.runFor(Duration.ofMillis(300));
            holdRow(shop, Duration.ofMillis(500));
            load.stop(Duration.ofSeconds(5));

            assertThat(load.serverWaits())
                    .filteredOn(w -> w.ended() == ended)
                    .isNotEmpty()
                    .allSatisfy(w -> assertThat(w.durationMicros()).isGreaterThan(micros - 10_000))
                    .anySatisfy(w -> assertThat(w.durationMicros()).isLessThan(micros + 100_000));
        }
    }

    private static long holdRow(LoadedServer shop, Duration length) throws Exception {
        try (Connection holder = shop.server.connect("rehearse-test");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("UPDATE seat SET guest = guest WHERE id = 1");
            long start = shop.clock.micros();
            shop.runFor(length);
            holder.rollback();
            return shop.clock.micros() - start;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void a_deadlock_is_told_to_its_victim(int version) throws Exception {
        try (LoadedServer shop = new LoadedServer(version, SCHEMA)) {
            Workload.Operation one = LoadedServer.operation(
                    "one_two",
                    true,
                    Map.of(),
                    "UPDATE seat SET guest = 'a' WHERE id = 1",
                    "SELECT pg_sleep(0.02)",
                    "UPDATE seat SET guest = 'a' WHERE id = 2");
            Workload.Operation two = LoadedServer.operation(
                    "two_one",
                    true,
                    Map.of(),
                    "UPDATE seat SET guest = 'b' WHERE id = 2",
                    "SELECT pg_sleep(0.02)",
                    "UPDATE seat SET guest = 'b' WHERE id = 1");
            try (LoadGenerator load = shop.generator(LoadedServer.workload(60, 6, one, two))) {
                load.start();
                shop.runFor(Duration.ofSeconds(2));
                load.stop(Duration.ofSeconds(5));

                long deadlocks = LoadedServer.operations(load.operations()).stream()
                        .filter(o -> "40P01".equals(o.sqlState()))
                        .count();
                assertThat(deadlocks).isPositive();
                assertThat(load.serverWaits())
                        .filteredOn(w -> w.ended() == Ended.DEADLOCK)
                        .hasSize((int) deadlocks);
            }
        }
    }
}
