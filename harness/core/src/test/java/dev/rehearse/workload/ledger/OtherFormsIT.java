package dev.rehearse.workload.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.workload.LoadGenerator;
import dev.rehearse.workload.LoadedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Values that are there in another form are not lost, and others that are planted beside them are. */
class OtherFormsIT {

    private static LoadedServer shop;
    private static BaseSample sample;

    @BeforeAll
    static void start() throws SQLException {
        shop = new LoadedServer(18);
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    private static void takeSample() throws SQLException {
        try (Connection connection = shop.server.connect("rehearse-test")) {
            sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
        }
    }

    private static Map<String, TableAccount> accounts(LoadGenerator load, WriteLedger.UnderWay underWay)
            throws SQLException, InterruptedException {
        try (Connection connection = shop.server.connect("rehearse-test")) {
            return load.ledger().verify(connection, sample, underWay).stream()
                    .collect(Collectors.toMap(TableAccount::table, account -> account));
        }
    }

    @Test
    void a_value_that_only_took_another_form_is_not_lost() throws Exception {
        shop.execute(
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
                "CREATE TYPE mood AS ENUM ('open', 'shut')",
                """
                CREATE TABLE form (id int PRIMARY KEY, mood mood NOT NULL, code char(6), fee money, weight real, flag boolean,
                  moods mood[], doc json, at timestamp NOT NULL DEFAULT '2020-01-02 03:04:05.678', size int NOT NULL DEFAULT 7)
                """,
                """
                INSERT INTO form SELECT i, (ARRAY['open', 'shut'])[1 + i % 2]::mood, 'ab', 1234.5, 0.1, i % 3 = 0,
                  (ARRAY['{shut,open}', '{open,NULL}', '{}', NULL])[1 + i % 4]::mood[], '{"b": 1, "a": [2]}'
                FROM generate_series(1, 1000) i
                """,
                "CREATE TABLE door (id int, mood mood, width int NOT NULL, PRIMARY KEY (id, mood))",
                """
                INSERT INTO door SELECT i, (ARRAY['open', 'shut'])[1 + i % 2]::mood, i FROM generate_series(1, 1000) i
                """);
        Workload.Operation write = LoadedServer.operation(
                "write",
                false,
                Map.of("id", LoadedServer.key("form", "id")),
                "UPDATE form SET code = 'xyz', weight = 0.7, fee = 2.25 WHERE id = :id");
        String forth =
                "ALTER TABLE form ALTER code TYPE text, ALTER fee TYPE numeric, ALTER weight TYPE float8, ALTER flag TYPE int"
                        + " USING flag::int, ALTER doc TYPE text, ALTER at TYPE timestamptz USING at AT TIME ZONE 'UTC'";
        String back =
                "ALTER TABLE form ALTER code TYPE char(6), ALTER fee TYPE money, ALTER weight TYPE real, ALTER flag TYPE boolean"
                        + " USING flag::boolean, ALTER doc TYPE json USING doc::json, ALTER at TYPE timestamp USING at AT TIME ZONE 'UTC'";
        takeSample();
        try (LoadGenerator load = shop.generator(LoadedServer.workload(500, 6, write))) {
            load.start();
            shop.runFor(Duration.ofMillis(400));
            shop.execute("ALTER TYPE mood RENAME VALUE 'open' TO 'opened'", forth);
            shop.runFor(Duration.ofMillis(400));

            WriteLedgerIT.assertNothingLost(accounts(load, WriteLedgerIT.over(load)), "form", "door");

            shop.execute("ALTER TYPE mood RENAME VALUE 'opened' TO 'open'", back);
            shop.runFor(Duration.ofMillis(400));
            load.stop(LoadedServer.DRAIN);
            WriteLedgerIT.assertNothingLost(accounts(load, () -> true), "form", "door");

            shop.execute(
                    "UPDATE form SET mood = 'shut' WHERE mood = 'open'",
                    "UPDATE form SET moods = '{open,shut}' WHERE moods = '{shut,open}'",
                    "DELETE FROM door WHERE mood = 'open' AND id % 4 = 0",
                    "UPDATE door SET width = 0 WHERE mood = 'shut'",
                    "ALTER TYPE mood RENAME VALUE 'open' TO 'ajar'",
                    "ALTER TABLE form ALTER code TYPE char(1) USING left(code, 1), ALTER at TYPE date, ALTER size TYPE numeric USING size + 0.4");
            Map<String, TableAccount> accounts = accounts(load, () -> true);
            TableAccount form = accounts.get("form");
            assertThat(form.lostByColumn()).containsOnlyKeys("at", "code", "mood", "moods", "size");
            assertThat(form.lostByColumn()).containsEntry("moods", 250L);
            assertThat(form.rowsLost() + form.sampledRowsLost()).isZero();
            TableAccount door = accounts.get("door");
            assertThat(door.sampledRowsLost()).isEqualTo(250);
            assertThat(door.lostByColumn()).isEqualTo(Map.of("width", 500L));
        }
    }

    @Test
    void a_value_that_the_rollback_turns_back_as_the_migration_turned_it_is_not_lost_unless_it_stands_for_several()
            throws Exception {
        shop.execute(
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
                "CREATE TYPE state AS ENUM ('new', 'sent')",
                "CREATE TABLE parcel (id int PRIMARY KEY, state state NOT NULL, place text NOT NULL, size text NOT NULL, open boolean NOT NULL,"
                        + " n int)",
                """
                INSERT INTO parcel SELECT i, (ARRAY['new', 'sent'])[1 + i % 2]::state, (ARRAY['home', 'shop'])[1 + i % 2],
                  (ARRAY['s', 'm', 'l'])[1 + i % 3], i % 5 = 0 FROM generate_series(1, 1000) i
                """);
        Workload.Operation copy = LoadedServer.operation(
                "copy",
                false,
                Map.of("id", LoadedServer.key("parcel", "id")),
                "UPDATE parcel SET (state, place, size, open, n) = (SELECT state, place, size, open, 1 FROM parcel WHERE id = 1000 - :id / 2)"
                        + " WHERE id = :id");
        takeSample();
        try (LoadGenerator load = shop.generator(LoadedServer.workload(500, 6, copy))) {
            load.start();
            shop.runFor(Duration.ofMillis(400));
            load.ledger().migrationBegins(shop.clock.micros());
            shop.execute("""
                    ALTER TYPE state RENAME TO state_old; CREATE TYPE state AS ENUM ('new', 'shipped');
                    ALTER TABLE parcel ALTER state TYPE state USING replace(state::text, 'sent', 'shipped')::state;
                    DROP TYPE state_old; UPDATE parcel SET place = 'store' WHERE place = 'shop';
                    UPDATE parcel SET open = NOT open; UPDATE parcel SET size = 'small' WHERE size IN ('s', 'm')""");
            shop.runFor(Duration.ofMillis(400));
            accounts(load, WriteLedgerIT.over(load));

            load.stop(LoadedServer.DRAIN);
            shop.execute("""
                    ALTER TYPE state RENAME TO state_new; CREATE TYPE state AS ENUM ('new', 'sent');
                    ALTER TABLE parcel ALTER state TYPE state USING replace(state::text, 'shipped', 'sent')::state;
                    DROP TYPE state_new; UPDATE parcel SET place = 'shop' WHERE place = 'store';
                    UPDATE parcel SET open = NOT open; UPDATE parcel SET size = 's' WHERE size = 'small'""");
            TableAccount parcel = accounts(load, () -> true).get("parcel");

            assertThat(parcel.written()).isPositive();
            assertThat(parcel.lostByColumn()).containsOnlyKeys("size");
            assertThat(load.ledger().notes())
                    .as("what is taken for turned back is told")
                    .anySatisfy(note -> assertThat(note)
                            .startsWith("Values of parcel.state that the application wrote count as kept"))
                    .noneSatisfy(note -> assertThat(note).contains("parcel.size"));
        }
    }

    @Test
    void a_generated_column_that_keeps_rows_from_being_read_is_named_and_they_are_accounted_for_without_it()
            throws Exception {
        shop.execute(
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
                "CREATE TABLE parcel (id int PRIMARY KEY, place text NOT NULL)",
                "CREATE TABLE part (id int PRIMARY KEY, n int NOT NULL)",
                "INSERT INTO parcel SELECT i, 'shop' FROM generate_series(1, 100) i",
                "INSERT INTO part SELECT i, i % 2 FROM generate_series(1, 100) i");
        Workload.Operation store = LoadedServer.operation(
                "store",
                false,
                Map.of("id", LoadedServer.key("parcel", "id")),
                "UPDATE parcel SET place = 'store' WHERE id = :id");
        takeSample();
        try (LoadGenerator load = shop.generator(LoadedServer.workload(500, 6, store))) {
            load.start();
            shop.runFor(Duration.ofMillis(200));
            load.stop(LoadedServer.DRAIN);
            shop.execute("ALTER TABLE part ADD share numeric GENERATED ALWAYS AS (1.0 / n) VIRTUAL");

            Map<String, TableAccount> accounts = accounts(load, () -> true);
            assertThat(accounts).containsOnlyKeys("parcel", "part");
            assertThat(accounts.values())
                    .allSatisfy(account -> assertThat(account.sampledRowsLost() + account.sampledValuesLost())
                            .isZero());
            assertThat(load.ledger().notes())
                    .singleElement()
                    .satisfies(
                            note -> assertThat(note)
                                    .startsWith(
                                            "The generated columns of part were not accounted for: reading them fails with 22012"));

            shop.execute("DELETE FROM part WHERE id = 1", "UPDATE part SET n = 5 WHERE id = 2");
            assertThat(accounts(load, () -> true).get("part")).satisfies(part -> {
                assertThat(part.sampledRowsLost()).isOne();
                assertThat(part.sampledValuesLost()).isOne();
            });
        }
    }

    @Test
    void a_value_that_the_load_wrote_before_the_migration_made_it_of_another_is_lost_with_the_rollback()
            throws Exception {
        shop.execute(
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
                "CREATE TABLE parcel (id int PRIMARY KEY, place text NOT NULL)",
                "INSERT INTO parcel SELECT i, 'shop' FROM generate_series(1, 1000) i");
        Workload.Operation store = LoadedServer.operation(
                "store",
                false,
                Map.of("id", LoadedServer.key("parcel", "id")),
                "UPDATE parcel SET place = 'store' WHERE id = :id");
        takeSample();
        try (LoadGenerator load = shop.generator(LoadedServer.workload(500, 6, store))) {
            load.start();
            shop.runFor(Duration.ofMillis(400));
            load.stop(LoadedServer.DRAIN);
            load.ledger().migrationBegins(shop.clock.micros());
            shop.execute("UPDATE parcel SET place = 'store' WHERE place = 'shop'");
            accounts(load, () -> true);

            shop.execute("UPDATE parcel SET place = 'shop' WHERE place = 'store'");
            TableAccount parcel = accounts(load, () -> true).get("parcel");

            assertThat(parcel.written()).isPositive();
            assertThat(parcel.lostByColumn()).isEqualTo(Map.of("place", parcel.written()));
            assertThat(parcel.sampledValuesLost()).isZero();
        }
    }

    @Test
    void values_that_sessions_write_otherwise_who_connected_later_are_not_lost() throws Exception {
        shop.execute(
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
                "CREATE TABLE form (id int PRIMARY KEY, code bytea NOT NULL, since interval NOT NULL)",
                "INSERT INTO form SELECT i, '\\x4142'::bytea, '1 day 02:00' FROM generate_series(1, 1000) i");
        Workload.Operation write = LoadedServer.operation(
                "write",
                false,
                Map.of("id", LoadedServer.key("form", "id")),
                "UPDATE form SET code = decode('4300', 'hex'), since = '3 days 00:04:05' WHERE id = :id");
        takeSample();
        try (LoadGenerator load = shop.generator(LoadedServer.workload(500, 6, write))) {
            load.start();
            shop.runFor(Duration.ofMillis(400));
            shop.execute(
                    "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET bytea_output = escape', current_database());"
                            + " EXECUTE format('ALTER DATABASE %I SET IntervalStyle = iso_8601', current_database()); END$$",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'rehearse-load-%'");
            shop.runFor(Duration.ofMillis(600));

            WriteLedgerIT.assertNothingLost(accounts(load, WriteLedgerIT.over(load)), "form");

            shop.execute("DO $$BEGIN EXECUTE format('ALTER DATABASE %I RESET ALL', current_database()); END$$");
            load.stop(LoadedServer.DRAIN);
            WriteLedgerIT.assertNothingLost(accounts(load, () -> true), "form");

            shop.execute("UPDATE form SET code = code || '\\x00' WHERE id % 2 = 0");
            TableAccount form = accounts(load, () -> true).get("form");
            assertThat(form.lostByColumn()).containsOnlyKeys("code");
            assertThat(form.valuesLost()).isPositive();
            assertThat(form.sampledValuesLost()).isPositive();
        }
    }
}
