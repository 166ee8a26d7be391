package dev.rehearse.workload.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.workload.LoadGenerator;
import dev.rehearse.workload.LoadedServer;
import java.sql.Connection;
import java.sql.SQLException;
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
    @Alone
    @ValueSource(ints = {14, 15, 18})
    void a_wait_is_as_long_as_the_lock_was_held_and_ends_as_it_ended(int version) throws Exception {
        try (LoadedServer shop = new LoadedServer(version, SCHEMA)) {
            OnceInThree.holds(() -> aRowIsHeld(shop));
            OnceInThree.holds(() -> endsAs(shop, "SET LOCAL lock_timeout = '100ms'", Ended.LOCK_TIMEOUT, 100_000));
            OnceInThree.holds(() -> endsAs(shop, "SET LOCAL statement_timeout = '150ms'", Ended.CANCELLED, 150_000));
        }
    }

    private static void aRowIsHeld(LoadedServer shop) throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(100, 2, sit("SELECT 1")))) {
            load.start();
            shop.runFor(Duration.ofMillis(200));
            Held held = holdRow(shop, Duration.ofMillis(300));
            shop.runFor(Duration.ofMillis(100));
            load.stop(LoadedServer.DRAIN);

            OnceInThree.always(() -> assertThat(load.serverWaits()).allSatisfy(w -> {
                assertThat(w.endMicros() - w.startMicros()).isLessThanOrEqualTo(w.durationMicros());
                if (w.lockType().equals("tuple")) {
                    assertThat(w.relationOid()).isPositive();
                }
            }));
            List<ServerWait> transaction = load.serverWaits().stream()
                    .filter(w -> w.lockType().equals("transactionid"))
                    .filter(w -> w.startMicros() < held.endMicros() && w.endMicros() >= held.endMicros())
                    .toList();
            // The second in the queue may wait for the transaction as well, or for the row itself; its message
            // names the table.
            assertThat(transaction)
                    .hasSizeBetween(1, 2)
                    .allSatisfy(w -> assertThat(w.ended()).isEqualTo(Ended.GRANTED))
                    .allSatisfy(w -> assertThat(w.rowOf()).isEqualTo("seat"))
                    .anySatisfy(w -> assertThat(w.durationMicros())
                            .as("of %s, by %s", held, load.operations())
                            .isGreaterThanOrEqualTo(held.leastMicros() - 1_000)
                            .isLessThanOrEqualTo(longestOf(w.pid(), load)));
        }
    }

    private static void endsAs(LoadedServer shop, String setting, Ended ended, long micros) throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(100, 1, sit(setting)))) {
            load.start();
            shop.runFor(Duration.ofMillis(300));
            holdRow(shop, Duration.ofMillis(500));
            load.stop(LoadedServer.DRAIN);

            assertThat(load.serverWaits())
                    .filteredOn(w -> w.ended() == ended)
                    .isNotEmpty()
                    .allSatisfy(w -> assertThat(w.durationMicros()).isGreaterThan(micros - 10_000))
                    .anySatisfy(w -> assertThat(w.durationMicros()).isLessThan(micros + 100_000));
        }
    }

    /** No wait is longer than the operation that it was part of. */
    private static long longestOf(int pid, LoadGenerator load) {
        return LoadedServer.operations(load.operations()).stream()
                .filter(o -> o.pid() == pid)
                .mapToLong(OperationLog.Operation::serviceMicros)
                .max()
                .orElseThrow();
    }

    /**
     * @param leastMicros what the first in the queue had waited by then, as the server says
     * @param endMicros when the row was about to be let go
     */
    private record Held(long leastMicros, long endMicros) {}

    private static Held holdRow(LoadedServer shop, Duration length) throws Exception {
        try (Connection holder = shop.server.connect("rehearse-test");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("UPDATE seat SET guest = guest WHERE id = 1");
            shop.runFor(length);
            long least = Long.parseLong(shop.value(
                    "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart) * 1000000)::bigint,"
                            + " 0) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"));
            long end = shop.clock.micros();
            holder.rollback();
            return new Held(least, end);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void who_inserts_a_key_twice_is_told_its_index(int version) throws Exception {
        Workload.Operation take = LoadedServer.operation(
                "take", true, Map.of(), "INSERT INTO seat VALUES (3)", "DELETE FROM seat WHERE id = 3");
        try (LoadedServer shop = new LoadedServer(version, SCHEMA);
                LoadGenerator load = shop.generator(LoadedServer.workload(20, 1, take));
                Connection holder = shop.server.connect("rehearse-test");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("INSERT INTO seat VALUES (3)");
            load.start();
            LoadedServer.await("a wait that the server reports", () -> isReported(shop));
            holder.rollback();
            load.stop(LoadedServer.DRAIN);

            assertThat(load.serverWaits())
                    .hasSize(1)
                    .allSatisfy(w -> assertThat(w.lockType()).isEqualTo("transactionid"))
                    .allSatisfy(w -> assertThat(w.rowOf()).isEqualTo("seat_pkey"));
        }
    }

    private static boolean isReported(LoadedServer shop) {
        try {
            return !shop.value("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
                            + " AND clock_timestamp() - waitstart > interval '100 ms'")
                    .equals("0");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
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
                LoadedServer.await("a deadlock", () -> deadlocks(load) > 0);
                load.stop(LoadedServer.DRAIN);

                assertThat(load.serverWaits())
                        .filteredOn(w -> w.ended() == Ended.DEADLOCK)
                        .hasSize((int) deadlocks(load))
                        .allSatisfy(w -> assertThat(w.circle()).isNotEmpty().doesNotContain(w.pid()));
            }
        }
    }

    private static long deadlocks(LoadGenerator load) {
        return LoadedServer.operations(load.operations()).stream()
                .filter(o -> "40P01".equals(o.sqlState()))
                .count();
    }
}
