package dev.rehearse.workload.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.workload.LoadGenerator;
import dev.rehearse.workload.LoadedServer;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Losses planted behind the load's back are found, one by one, and nothing else is. */
class WriteLedgerIT {

    private static LoadedServer shop;

    @BeforeAll
    static void start() throws SQLException {
        shop = new LoadedServer(18);
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    @BeforeEach
    void fill() throws SQLException {
        shop.execute(
                "DROP SCHEMA public CASCADE",
                "CREATE SCHEMA public",
                "CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, note text)",
                "INSERT INTO customer SELECT i, 'customer ' || i, NULL FROM generate_series(1, 5000) i",
                """
                CREATE TABLE purchase (id int PRIMARY KEY, customer int NOT NULL REFERENCES customer ON DELETE CASCADE,
                  cents int NOT NULL, price numeric(10, 2) NOT NULL, at timestamptz NOT NULL DEFAULT now(), tags text[],
                  since timestamp DEFAULT now(), day date DEFAULT now(), doc json DEFAULT '{"b": 1.50, "a": "\\u0000"}')
                """,
                """
                INSERT INTO purchase SELECT i, 1 + i % 5000, i, i / 100.0, now(), ARRAY['a', 'b']
                FROM generate_series(1, 20000) i
                """,
                "ANALYZE");
    }

    private static Workload.Operation newCustomer() {
        return LoadedServer.operation(
                "new_customer",
                true,
                Map.of("id", LoadedServer.unique("customer", "id"), "purchase", LoadedServer.unique("purchase", "id")),
                "INSERT INTO customer (id, name) VALUES (:id, 'someone new with a long name')",
                "INSERT INTO purchase (id, customer, cents, price) VALUES (:purchase, :id, 5, 1.50) RETURNING id");
    }

    private static Workload.Operation reprice() {
        return LoadedServer.operation(
                "reprice",
                false,
                Map.of("id", LoadedServer.key("purchase", "id"), "cents", LoadedServer.integer(1, 1000)),
                "UPDATE purchase AS p SET cents = :cents, price = :cents / 100.0 WHERE p.id = :id");
    }

    private static Workload.Operation leave() {
        return LoadedServer.operation(
                "leave", true, Map.of("id", LoadedServer.key("customer", "id")), "DELETE FROM customer WHERE id = :id");
    }

    private record Run(WriteLedger ledger, BaseSample sample) {

        Map<String, TableAccount> accounts() throws SQLException, InterruptedException {
            return accounts(() -> true);
        }

        Map<String, TableAccount> accounts(WriteLedger.UnderWay underWay) throws SQLException, InterruptedException {
            try (Connection connection = shop.server.connect("rehearse-test")) {
                return ledger.verify(connection, sample, underWay).stream()
                        .collect(java.util.stream.Collectors.toMap(TableAccount::table, a -> a));
            }
        }
    }

    static WriteLedger.UnderWay over(LoadGenerator load) {
        return () -> {
            LoadedServer.await("what is under way to be over", load.allOver());
            return true;
        };
    }

    @FunctionalInterface
    private interface Meanwhile {
        void happens() throws Exception;
    }

    private static Run run(Meanwhile meanwhile, Workload.Operation... operations) throws Exception {
        BaseSample sample;
        try (Connection connection = shop.server.connect("rehearse-test")) {
            sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
        }
        try (LoadGenerator load = shop.generator(LoadedServer.workload(500, 6, operations))) {
            load.start();
            shop.runFor(Duration.ofMillis(400));
            meanwhile.happens();
            shop.runFor(Duration.ofMillis(400));
            load.stop(LoadedServer.DRAIN);
            return new Run(load.ledger(), sample);
        }
    }

    static void assertNothingLost(Map<String, TableAccount> accounts, String... tables) {
        assertThat(accounts).containsOnlyKeys(tables);
        assertThat(accounts.values()).allSatisfy(account -> {
            assertThat(account.sampled()).isPositive();
            assertThat(account.rowsLost()
                            + account.valuesLost()
                            + account.sampledRowsLost()
                            + account.sampledValuesLost())
                    .as("%s", account)
                    .isZero();
        });
    }

    @Test
    void tables_that_are_not_accounted_for_for_one_reason_are_named_together() throws Exception {
        Run run = run(() -> {}, reprice());
        try (Connection connection = shop.server.connect("rehearse-test")) {
            Catalog catalog = Catalog.read(connection);
            for (String table : List.of("customer", "purchase")) {
                run.ledger().exclude(Objects.requireNonNull(catalog.named(table)), "for a reason");
            }
        }

        assertThat(run.accounts()).isEmpty();
        assertThat(run.ledger().notes())
                .containsExactly("The rows of purchase, customer were not accounted for: for a reason.");
    }

    @Test
    void nothing_is_missed_where_nothing_was_lost() throws Exception {
        Run run = run(() -> {}, newCustomer(), reprice(), leave());

        Map<String, TableAccount> accounts = run.accounts();
        assertNothingLost(accounts, "customer", "purchase");
        assertThat(accounts.get("customer").written()).isPositive();
        assertThat(accounts.get("purchase").written()).isPositive();
        assertThat(accounts.get("customer").rowsBefore()).isEqualTo(5000);
        assertThat(run.ledger().notes()).isEmpty();
    }

    @Test
    void a_row_and_a_value_lost_of_those_that_the_load_wrote_are_found() throws Exception {
        Run run = run(() -> {}, newCustomer(), reprice());

        shop.execute(
                "DELETE FROM purchase WHERE id = (SELECT max(id) FROM purchase)",
                "UPDATE customer SET name = left(name, 5) WHERE id = (SELECT max(id) FROM customer)");
        Map<String, TableAccount> accounts = run.accounts();

        assertThat(accounts.get("purchase").rowsLost()).isEqualTo(1);
        assertThat(accounts.get("purchase").valuesLost()).isZero();
        assertThat(accounts.get("purchase").sampledRowsLost()).isZero();
        assertThat(accounts.get("customer").rowsLost()).isZero();
        assertThat(accounts.get("customer").valuesLost()).isEqualTo(1);
        assertThat(accounts.get("customer").lostByColumn()).isEqualTo(Map.of("name", 1L));
        assertThat(accounts.get("customer").sampledValuesLost()).isZero();
    }

    @Test
    void rows_and_values_lost_of_those_that_nobody_wrote_are_found_in_the_sample() throws Exception {
        Run run = run(() -> {}, newCustomer());

        shop.execute(
                "DELETE FROM customer WHERE id <= 5000 AND id % 2 = 0",
                "UPDATE purchase SET tags = ARRAY['a'] WHERE id <= 20000");
        Map<String, TableAccount> accounts = run.accounts();

        TableAccount customer = accounts.get("customer");
        assertThat(customer.sampledRowsLost() / (double) customer.sampled()).isBetween(0.4, 0.6);
        assertThat(customer.rowsLost()).isZero();
        TableAccount purchase = accounts.get("purchase");
        assertThat(purchase.sampledValuesLost()).isEqualTo(purchase.sampled() - purchase.sampledRowsLost());
        assertThat(purchase.lostByColumn()).containsOnlyKeys("tags");
    }

    @Test
    void a_dropped_column_loses_its_values_and_a_wider_type_or_another_name_loses_none() throws Exception {
        shop.execute(
                "UPDATE purchase SET since = '4713-01-02 03:04:05 BC', day = '4713-01-01 BC' WHERE id % 4 = 0",
                "UPDATE purchase SET since = 'infinity', day = '-infinity' WHERE id % 4 = 1");
        Run run = run(() -> {}, newCustomer(), reprice());

        shop.execute(
                "ALTER TABLE purchase ALTER COLUMN id TYPE bigint, ALTER COLUMN price TYPE numeric(14, 4),"
                        + " ALTER COLUMN since TYPE timestamptz, ALTER COLUMN day TYPE timestamp",
                "ALTER TABLE purchase RENAME COLUMN cents TO amount",
                "ALTER TABLE purchase RENAME TO sale");
        assertNothingLost(run.accounts(), "customer", "purchase");

        shop.execute("ALTER TABLE sale DROP COLUMN at");
        TableAccount purchase = run.accounts().get("purchase");
        assertThat(purchase.rowsLost()).isZero();
        assertThat(purchase.valuesLost()).isEqualTo(purchase.written());
        assertThat(purchase.lostByColumn())
                .isEqualTo(Map.of("at", purchase.valuesLost() + purchase.sampledValuesLost()));

        shop.execute("DROP TABLE sale");
        TableAccount gone = run.accounts().get("purchase");
        assertThat(gone.rowsLost()).isEqualTo(purchase.written());
        assertThat(gone.sampledRowsLost()).isEqualTo(purchase.sampled());
    }

    @Test
    void the_rows_of_a_tools_history_are_no_users() throws Exception {
        shop.execute("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)");
        try (Connection connection = shop.server.connect("rehearse-test")) {
            assertThat(BaseSample.take(connection, List.of(), 7, Progress.SILENT)
                            .tables())
                    .extracting(table -> table.table().label())
                    .contains("schema_migrations", "customer");
            assertThat(BaseSample.take(connection, List.of("schema_migrations"), 7, Progress.SILENT)
                            .tables())
                    .extracting(table -> table.table().label())
                    .doesNotContain("schema_migrations")
                    .contains("customer");
        } finally {
            shop.execute("DROP TABLE schema_migrations");
        }
    }

    @Test
    void a_row_that_goes_while_the_load_writes_is_found_and_none_that_the_load_deletes() throws Exception {
        BaseSample sample;
        try (Connection connection = shop.server.connect("rehearse-test")) {
            sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
        }
        try (LoadGenerator load = shop.generator(LoadedServer.workload(1000, 6, newCustomer(), reprice(), leave()))) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            Run run = new Run(load.ledger(), sample);
            for (int i = 0; i < 5; i++) {
                assertNothingLost(run.accounts(over(load)), "customer", "purchase");
            }
            shop.execute("DELETE FROM purchase WHERE price = 1.50");
            assertThat(run.accounts(over(load)).get("purchase").rowsLost()).isPositive();
        }
    }

    @Test
    void what_the_server_rolled_back_or_never_confirmed_is_not_missed() throws Exception {
        Workload.Operation failing = new Workload.Operation(
                "fails_at_last",
                1,
                true,
                true,
                Map.of("id", LoadedServer.unique("customer", "id")),
                List.of(
                        new Workload.Step(
                                "INSERT INTO customer (id, name) VALUES (:id, 'never')", java.util.OptionalInt.empty()),
                        new Workload.Step("SELECT 1 WHERE false", java.util.OptionalInt.of(1))));
        Run run = run(
                () -> {
                    for (int i = 0; i < 5; i++) {
                        shop.execute(
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'rehearse-load-_'");
                        shop.runFor(Duration.ofMillis(100));
                    }
                },
                newCustomer(),
                reprice(),
                leave(),
                failing);

        assertThat(shop.value("SELECT count(*) FROM customer WHERE name = 'never'"))
                .isEqualTo("0");
        assertNothingLost(run.accounts(), "customer", "purchase");
    }

    @Test
    void two_writes_of_one_row_at_once_may_come_in_either_order() throws Exception {
        Workload.Operation hot = LoadedServer.operation(
                "hot",
                true,
                Map.of("cents", LoadedServer.integer(1, 1_000_000)),
                "UPDATE purchase SET cents = :cents WHERE id = 77");
        Run run = run(() -> {}, hot);

        assertNothingLost(run.accounts(), "customer", "purchase");
        assertThat(run.accounts().get("purchase").written()).isEqualTo(1);
    }

    @Test
    void tables_written_behind_the_statements_back_are_not_accounted_for() throws Exception {
        shop.execute(
                "CREATE TABLE total (id int PRIMARY KEY, cents bigint)",
                "INSERT INTO total VALUES (1, 0)",
                "CREATE FUNCTION add_up() RETURNS trigger LANGUAGE plpgsql AS "
                        + "$$BEGIN UPDATE total SET cents = cents + new.cents; RETURN new; END$$",
                "CREATE TRIGGER add_up AFTER UPDATE ON purchase FOR EACH ROW EXECUTE FUNCTION add_up()");

        Run run = run(() -> {}, reprice());

        assertNothingLost(run.accounts(), "customer", "purchase");
        assertThat(run.ledger().notes()).singleElement().asString().contains("total", "reprice");
    }

    @Test
    void a_key_of_another_name_is_told_and_is_no_row_without_a_key() throws Exception {
        shop.execute("CREATE TABLE remark (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, words text)");

        Run run = run(
                () -> shop.execute("ALTER TABLE remark RENAME id TO remark_id"),
                LoadedServer.operation("remark", false, Map.of(), "INSERT INTO remark (words) VALUES ('some')"));

        run.accounts();
        assertThat(run.ledger().keyless()).isEmpty();
        assertThat(run.ledger().notes()).singleElement().asString().contains("remark", "another name");
    }

    @Test
    void rows_that_their_key_does_not_find_again_are_not_taken_for_lost() throws Exception {
        shop.execute(
                "CREATE TABLE cell (place int[] PRIMARY KEY, v int)",
                "INSERT INTO cell SELECT ARRAY[i, i], i FROM generate_series(1, 100) i");

        Run run = run(() -> {}, reprice());

        assertNothingLost(run.accounts(), "customer", "purchase");
        assertThat(run.ledger().notes()).singleElement().asString().contains("cell", "not accounted for");
    }

    @Test
    void values_that_only_the_new_application_wrote_are_lost_when_the_column_goes_again() throws Exception {
        Workload.Application before = new Workload.Application("app-1", List.of(newCustomer()));
        Workload.Application after = new Workload.Application(
                "app-2",
                List.of(LoadedServer.operation(
                        "new_vip",
                        true,
                        Map.of("id", LoadedServer.unique("customer", "id")),
                        "INSERT INTO customer (id, name, vip) VALUES (:id, 'someone', true)")));
        BaseSample sample;
        try (Connection connection = shop.server.connect("rehearse-test")) {
            sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
        }
        try (LoadGenerator load = shop.generator(LoadedServer.workload(300, 4, before, after))) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            shop.execute("ALTER TABLE customer ADD COLUMN vip boolean DEFAULT false");
            load.applications(0.5);
            shop.runFor(Duration.ofMillis(800));
            load.applications(1);
            shop.runFor(Duration.ofMillis(300));
            long vips = Long.parseLong(shop.value("SELECT count(*) FROM customer WHERE vip"));
            shop.execute("ALTER TABLE customer DROP COLUMN vip");
            load.stop(LoadedServer.DRAIN);

            TableAccount customer = new Run(load.ledger(), sample).accounts().get("customer");
            assertThat(vips).isPositive();
            assertThat(customer.rowsLost()).isZero();
            // Rows of the old application that were written while the column was there hold its default: nobody chose
            // it.
            assertThat(customer.lostByColumn()).containsOnlyKeys("vip");
            assertThat(customer.valuesLost()).isGreaterThanOrEqualTo(vips);
        }
    }
}
