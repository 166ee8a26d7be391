package dev.rehearse.workload.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.plan.Workload;
import dev.rehearse.workload.LoadedServer;
import dev.rehearse.workload.ledger.BaseSample;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is drawn and looked at comes from all of a table, its end included, however large the table is. */
class KeySamplesIT {

    private static final int TENTHS = 10;
    private static LoadedServer shop;

    @BeforeAll
    static void start() throws SQLException {
        shop = new LoadedServer(
                18,
                "CREATE TABLE few (id int PRIMARY KEY)",
                "CREATE TABLE medium (id int PRIMARY KEY)",
                "CREATE TABLE many (id int PRIMARY KEY)",
                "INSERT INTO few SELECT generate_series(1, 50)",
                "INSERT INTO medium SELECT generate_series(1, 150000)",
                "INSERT INTO many SELECT generate_series(1, 1200000)",
                "ANALYZE");
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    private static Map<Integer, Long> tenths(List<Integer> ids, int rows) {
        return ids.stream().collect(Collectors.groupingBy(id -> (id - 1) * TENTHS / rows, Collectors.counting()));
    }

    private static List<Integer> drawn(String table) throws SQLException {
        try (Connection connection = shop.server.connect("rehearse-test")) {
            Catalog.Table found =
                    Objects.requireNonNull(Catalog.read(connection).named(table));
            KeyPool pool = new KeyPools(7).pool(connection, found, List.of("id"), KeyPool.Pick.UNIFORM);
            SplittableRandom random = new SplittableRandom(7);
            return random.ints(20_000)
                    .mapToObj(i -> Objects.requireNonNull(pool.pick(KeyPool.Pick.UNIFORM, random)))
                    .map(row -> Integer.valueOf(Objects.requireNonNull(row[0])))
                    .toList();
        }
    }

    @Test
    void uniform_keys_come_from_every_tenth_of_the_table_alike() throws SQLException {
        assertThat(tenths(drawn("few"), 50).values())
                .hasSize(TENTHS)
                .allSatisfy(n -> assertThat(n).isBetween(1_700L, 2_300L));
        assertThat(tenths(drawn("medium"), 150_000).values())
                .hasSize(TENTHS)
                .allSatisfy(n -> assertThat(n).isBetween(1_700L, 2_300L));
        // Whole pages of a large table are drawn, so chance has a larger part.
        assertThat(tenths(drawn("many"), 1_200_000).values())
                .hasSize(TENTHS)
                .allSatisfy(n -> assertThat(n).isBetween(1_300L, 2_700L));
    }

    @Test
    void latest_keys_come_from_the_end_of_the_table() throws SQLException {
        try (Connection connection = shop.server.connect("rehearse-test")) {
            Catalog.Table medium =
                    Objects.requireNonNull(Catalog.read(connection).named("medium"));
            KeyPool pool = new KeyPools(7).pool(connection, medium, List.of("id"), KeyPool.Pick.LATEST);
            SplittableRandom random = new SplittableRandom(7);
            for (int i = 0; i < 1_000; i++) {
                String[] row = Objects.requireNonNull(pool.pick(KeyPool.Pick.LATEST, random));
                assertThat(Integer.parseInt(row[0])).isGreaterThan(140_000);
            }
        }
    }

    @Test
    void the_rows_that_losses_are_looked_for_in_come_from_every_tenth_of_the_table() throws SQLException {
        try (Connection connection = shop.server.connect("rehearse-test")) {
            for (BaseSample.Table table :
                    BaseSample.take(connection, List.of(), 7, Progress.SILENT).tables()) {
                List<Integer> ids = table.rows().keySet().stream()
                        .map(key -> Integer.valueOf(key.get(0)))
                        .toList();

                assertThat(ids).hasSize((int) Math.min(2_000, table.rowCount()));
                assertThat(tenths(ids, (int) table.rowCount()).values())
                        .as(table.table().label())
                        .hasSize(TENTHS)
                        .allSatisfy(n ->
                                assertThat(n * TENTHS / (double) ids.size()).isBetween(0.6, 1.4));
            }
        }
    }

    @Test
    void a_name_that_is_not_there_is_answered_with_the_nearest() {
        assertThatThrownBy(() -> planOf("fews", "id"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Did you mean \"few\"?");
        assertThatThrownBy(() -> planOf("few", "idd"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Did you mean \"id\"?");
    }

    private static void planOf(String table, String column) {
        Workload.Operation read = LoadedServer.operation(
                "read", false, Map.of("id", LoadedServer.key(table, column)), "SELECT * FROM few WHERE id = :id");
        shop.plan(LoadedServer.workload(1, 1, read));
    }

    @Test
    void the_greatest_and_the_least_integer_can_be_drawn() {
        for (Workload.Parameter edge : List.of(
                Workload.Parameter.integer(Long.MAX_VALUE, Long.MAX_VALUE),
                Workload.Parameter.integer(Long.MIN_VALUE, Long.MAX_VALUE),
                Workload.Parameter.integer(Long.MIN_VALUE, Long.MIN_VALUE))) {
            Workload.Operation read =
                    LoadedServer.operation("read", false, Map.of("n", edge), "SELECT CAST(:n AS bigint)");
            assertThat(shop.plan(LoadedServer.workload(1, 1, read)).notes()).isEmpty();
        }
    }
}
