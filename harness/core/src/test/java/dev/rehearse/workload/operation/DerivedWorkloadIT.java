package dev.rehearse.workload.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.workload.LoadGenerator;
import dev.rehearse.workload.LoadedServer;
import dev.rehearse.workload.ledger.BaseSample;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A workload derived from a schema that has a bit of everything runs without an error and touches every table. */
class DerivedWorkloadIT {

    private static final String[] SCHEMA = {
        "CREATE SCHEMA crm",
        "CREATE TYPE mood AS ENUM ('fine', 'poor')",
        "CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%')",
        "CREATE TABLE crm.customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, address email NOT NULL, mood mood)",
        "CREATE TABLE \"Order\" (\"Id\" uuid PRIMARY KEY DEFAULT gen_random_uuid(), customer bigint NOT NULL REFERENCES crm.customer,"
                + " code varchar(40) NOT NULL UNIQUE, placed timestamptz NOT NULL, doc jsonb, raw json,"
                + " total numeric(12, 2) CHECK (total >= 0), twice numeric GENERATED ALWAYS AS (total * 2) STORED)",
        "CREATE INDEX ON \"Order\" (placed)",
        "CREATE TABLE line (\"order\" uuid NOT NULL REFERENCES \"Order\" ON DELETE CASCADE, number int NOT NULL, quantity int NOT NULL,"
                + " PRIMARY KEY (\"order\", number))",
        "CREATE TABLE label (id serial PRIMARY KEY, name text NOT NULL UNIQUE, parent int REFERENCES label DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE order_label (\"order\" uuid REFERENCES \"Order\", label int REFERENCES label, PRIMARY KEY (\"order\", label))",
        "CREATE TABLE follows (who bigint REFERENCES crm.customer, whom bigint REFERENCES crm.customer, PRIMARY KEY (who, whom),"
                + " CHECK (who <> whom))",
        "CREATE TABLE event (id bigint, day date NOT NULL, payload bytea, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
        "CREATE TABLE event_old PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
        "CREATE TABLE event_new PARTITION OF event FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
        "CREATE TABLE journal (at timestamptz, words text)",
        "CREATE TABLE nothing_yet (id int PRIMARY KEY)",
        "CREATE TABLE task (id_ varchar(64) PRIMARY KEY, state_ char(3), due_ timestamp, owner_ varchar(255))",
        "CREATE INDEX ON task (due_)",
        "CREATE TABLE account (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, tenant int NOT NULL)",
        "CREATE UNIQUE INDEX ON account (tenant, lower(email))",
        "INSERT INTO account (email, tenant) SELECT 'A' || i || '@example.org', i % 3 FROM generate_series(1, 500) i",
        "CREATE TABLE token (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, secret text, selector text UNIQUE,"
                + " CHECK ((secret IS NULL) <> (selector IS NULL)))",
        "INSERT INTO token (secret, selector) SELECT 's' || i, NULL FROM generate_series(1, 200) i",
        "INSERT INTO token (secret, selector) SELECT NULL, 't' || i FROM generate_series(1, 200) i",
        "CREATE TABLE reservation (id int PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&))",
        "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version text)",
        "INSERT INTO flyway_schema_history VALUES (1, '1')",
        "CREATE TABLE kept_history (installed_rank int PRIMARY KEY, version text)",
        "CREATE VIEW open_task AS SELECT * FROM task WHERE state_ = 'opn'",
        "CREATE VIEW totals AS SELECT a.customer, sum(a.total) FROM \"Order\" a, generate_series(1, 1000) GROUP BY 1",
        "CREATE VIEW refuses AS SELECT 1 / (id - 5) AS x FROM label",
        "CREATE SEQUENCE calls",
        "CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('calls') $$",
        "CREATE VIEW writes AS SELECT counted() AS n FROM label",
        "CREATE MATERIALIZED VIEW crm.\"Moods\" AS SELECT mood, count(*) FROM crm.customer GROUP BY mood",
        "CREATE MATERIALIZED VIEW not_filled AS SELECT * FROM task WITH NO DATA",
        "INSERT INTO crm.customer (address, mood) SELECT 'c' || i || '@example.org', 'fine' FROM generate_series(1, 500) i",
        "INSERT INTO \"Order\" (customer, code, placed, doc, raw, total) SELECT 1 + i % 500, 'code ' || i, now(), '{\"a\": 1.50}',"
                + " '{\"a\": 1.50}', i FROM generate_series(1, 3000) i",
        "INSERT INTO line SELECT o.\"Id\", n, 3 FROM \"Order\" o, generate_series(1, 3) n",
        "INSERT INTO label (name, parent) SELECT 'label ' || i, NULLIF(i / 2, 0) FROM generate_series(1, 100) i",
        "INSERT INTO order_label SELECT \"Id\", 1 FROM \"Order\"",
        "INSERT INTO follows SELECT i, i + 1 FROM generate_series(1, 400) i",
        "INSERT INTO event SELECT i, date '2020-06-01' + i % 400, '\\x00ff' FROM generate_series(1, 5000) i",
        "INSERT INTO journal SELECT now(), 'words' FROM generate_series(1, 100)",
        "INSERT INTO task SELECT md5(i::text), 'opn', now(), 'someone' FROM generate_series(1, 2000) i",
        "INSERT INTO reservation SELECT i, int4range(i, i + 1) FROM generate_series(1, 100) i",
        "ANALYZE"
    };

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unique (code) include (total) where customer > 0 | code
            UNIQUE (lower(name), "the total")                | name, the total
            unique nulls not distinct (code, total)          | code, total
            """)
    void the_keys_of_a_constraint_that_rows_keep_are_those_in_its_parentheses(String constraint, String keys)
            throws Exception {
        try (LoadedServer server = new LoadedServer(
                        18,
                        "CREATE TABLE bill (id int PRIMARY KEY, code text, total int, customer int, lower text, name text,"
                                + " \"the total\" int)");
                Connection connection = server.server.connect("rehearse-test")) {
            Catalog.Table bill = Catalog.read(connection)
                    .keeping(List.of(new KeptConstraint("bill", constraint)))
                    .named("bill");

            assertThat(bill).isNotNull();
            assertThat(bill.indexes().get(1).columnsWithin())
                    .extracting(number -> bill.numbered(number).name())
                    .containsExactly(keys.split(", "));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            note text, updated_at timestamptz                                            | note = note, updated_at = now()
            "lastModifiedDate" timestamp NOT NULL DEFAULT now()                          | "lastModifiedDate" = now()
            note text, last_update timestamp(0)                                          | note = note, last_update = now()
            note text, updated_on date, updated_by text, created_at timestamp            | note = note
            note text, updated_at timestamptz CHECK (updated_at > '2020-01-01')          | note = note
            note text, updated_at timestamptz UNIQUE                                     | note = note
            note text, updated_at moment                                                 | note = note
            """)
    void an_update_says_when_the_row_was_changed_where_it_may_say_anything(String columns, String set)
            throws Exception {
        try (LoadedServer shop = new LoadedServer(
                        14,
                        "CREATE DOMAIN moment AS timestamptz CHECK (VALUE > '2020-01-01')",
                        "CREATE TABLE bill (id int PRIMARY KEY, " + columns + ")",
                        "INSERT INTO bill (id) SELECT generate_series(1, 10)",
                        "ANALYZE");
                Connection connection = shop.server.connect("rehearse-test")) {
            assertThat(DerivedWorkload.of(Catalog.read(connection), view -> true)
                            .operations())
                    .flatExtracting(derived -> derived.operation().statements())
                    .extracting(Workload.Step::sql)
                    .contains("UPDATE bill SET " + set + " WHERE id = :key_1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 18})
    void it_runs_without_an_error_and_touches_every_table(int version) throws Exception {
        try (LoadedServer shop = new LoadedServer(version, SCHEMA)) {
            Workload workload = LoadedServer.workload(400, 8);
            BaseSample sample;
            try (Connection connection = shop.server.connect("rehearse-test")) {
                sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
            }
            try (LoadGenerator load = shop.generator(workload)) {
                load.start();
                shop.runFor(Duration.ofSeconds(4));
                load.stop(LoadedServer.DRAIN);

                assertThat(LoadedServer.operations(load.operations()))
                        .hasSizeGreaterThan(1_000)
                        .allSatisfy(o -> assertThat(o.outcome())
                                .as("%s %s", load.operations().kinds().get(o.kind()), o.sqlState())
                                .isEqualTo(Outcome.SUCCEEDED));
                List<OperationLog.OperationKind> kinds = load.operations().kinds();
                Set<String> touched =
                        kinds.stream().flatMap(k -> k.tables().stream()).collect(Collectors.toSet());
                assertThat(touched)
                        .contains(
                                "crm.customer",
                                "\"Order\"",
                                "line",
                                "label",
                                "order_label",
                                "event",
                                "journal",
                                "nothing_yet",
                                "task",
                                "reservation",
                                "crm.\"Moods\"")
                        .doesNotContain("flyway_schema_history", "kept_history");
                Set<String> written = kinds.stream()
                        .filter(OperationLog.OperationKind::writes)
                        .map(OperationLog.OperationKind::name)
                        .collect(Collectors.toSet());
                assertThat(written)
                        .contains(
                                "insert_crm_customer",
                                "insert_Order",
                                "insert_line",
                                "insert_label",
                                "insert_event",
                                "insert_task",
                                "insert_order_label",
                                "insert_account",
                                "insert_token",
                                "update_task",
                                "delete_task")
                        .doesNotContain("insert_follows", "insert_reservation");
                assertThat(shop.value("SELECT count(*) FROM order_label WHERE label > 1"))
                        .isNotEqualTo("0");
                assertThat(shop.value("SELECT is_called FROM calls")).isEqualTo("f");
                assertThat(load.notes())
                        .anySatisfy(n -> assertThat(n).contains("does not insert", "follows"))
                        .anySatisfy(n -> assertThat(n).contains("insert_reservation", "23P01"))
                        .anySatisfy(n -> assertThat(n).contains("nothing_yet"))
                        .anySatisfy(n -> assertThat(n).contains("asks for no row", "refuses, totals, writes."))
                        .anySatisfy(n -> assertThat(n).contains("read_not_filled", "55000"));
                assertThat(kinds)
                        .extracting(OperationLog.OperationKind::name)
                        .contains("read_open_task", "read_crm_Moods", "read_totals", "read_refuses");
                try (Connection connection = shop.server.connect("rehearse-test")) {
                    List<TableAccount> accounts = load.ledger().verify(connection, sample);
                    assertThat(accounts)
                            .extracting(TableAccount::table)
                            .contains("crm.customer", "\"Order\"", "line", "event", "task");
                    assertThat(accounts)
                            .allSatisfy(a -> assertThat(
                                            a.rowsLost() + a.valuesLost() + a.sampledRowsLost() + a.sampledValuesLost())
                                    .as("%s", a)
                                    .isZero());
                    assertThat(accounts)
                            .filteredOn(a -> a.table().equals("task"))
                            .singleElement()
                            .satisfies(a -> assertThat(a.written()).isGreaterThan(20));
                }
                assertThat(
                                shop.value(
                                        "SELECT count(*) FROM task WHERE id_ NOT IN (SELECT md5(i::text) FROM generate_series(1, 2000) i)"))
                        .isNotEqualTo("0");
            }
        }
    }
}
