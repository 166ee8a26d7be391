package dev.rehearse.data.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.data.AskedOnce;
import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FillProgress;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.ScratchServer;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.profile.ColumnProfile;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileFile;
import dev.rehearse.data.profile.QueryPlan;
import dev.rehearse.data.profile.QueryProfile;
import dev.rehearse.data.profile.TableProfile;
import dev.rehearse.data.profile.capture.CaptureSpec;
import dev.rehearse.data.profile.capture.ExtendedCapture;
import dev.rehearse.data.profile.capture.ProfileCapture;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a database with secrets in it to a profile, and from the profile to a twin. */
class ProfileTwinIT {

    private static final List<String> QUERIES = List.of(
            "SELECT * FROM shop.orders WHERE customer_id = 77 AND status = 'sent'",
            "SELECT * FROM shop.orders WHERE id = 4711 /* for secret.person1@victim-mail.test */",
            "SELECT count(*) FROM shop.orders WHERE placed > timestamptz '2022-01-01' AND placed < timestamptz '2022-01-02'",
            "SELECT c.email, o.total FROM shop.customer c JOIN shop.orders o ON o.customer_id = c.id WHERE c.email = 'secret.person5@victim-mail.test'",
            "SELECT o.id, sum(l.weight) FROM shop.orders o JOIN shop.order_line l ON l.order_id = o.id WHERE o.customer_id = 4711 GROUP BY o.id",
            "SELECT tier, count(*) FROM shop.customer GROUP BY tier",
            "UPDATE shop.customer SET notes = 'a secret note' WHERE id = 12");

    private static ScratchServer server;
    private static ConnectionSource source;
    private static Profile profile;
    private static Path file;

    @BeforeAll
    static void captureAProfile(@TempDir Path folder) throws Exception {
        server = ScratchServer.start("shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track=all");
        source = server.database("production");
        run(source, resource("profiled-schema.sql"), resource("profiled-data.sql"));
        run(source, "SELECT pg_stat_statements_reset()");
        run(source, QUERIES.toArray(String[]::new));
        run(source, "DO $$ BEGIN PERFORM count(*) FROM shop.orders; END $$");
        run(source, "CREATE ROLE planted PASSWORD 'secretpassword'", "VACUUM ANALYZE");
        try (Connection connection = source.open()) {
            profile = ProfileCapture.capture(
                    connection,
                    new CaptureSpec(
                            Set.of("shop.event.kind", "shop.site.status"),
                            false,
                            CaptureSpec.DEFAULT_STATEMENT_TIMEOUT));
        }
        file = folder.resolve("production.profile.yaml");
        ProfileFile.write(profile, file);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_twin_has_the_statistics_and_the_plans_of_the_source() throws Exception {
        ConnectionSource twin = server.database("twin");
        run(twin, resource("profiled-schema.sql"));

        FilledDataset filled =
                Dataset.fill(twin, DatasetSpec.of(1_000, 7).withProfile(ProfileFile.read(file)), FillProgress.SILENT);

        assertThat(filled.notes()).isEmpty();
        Map<String, Column> wanted = statistics(source);
        Map<String, Column> found = statistics(twin);
        assertThat(wanted).hasSizeGreaterThan(25);
        assertThat(found.keySet()).isEqualTo(wanted.keySet());
        wanted.forEach((name, column) -> column.isLike(name, found.get(name)));
        for (TableProfile table : profile.tables()) {
            assertThat(query(twin, "SELECT count(*) FROM " + table.label()))
                    .as(table.label())
                    .containsExactly(String.valueOf(table.rows()));
            assertThat(partitions(twin, table)).isEqualTo(table.partitions());
        }
        assertThat(table("visit").partitions())
                .isEqualTo(Map.of(
                        "visit_1", 3_000L, "visit_2", 15_000L, "visit_later", 2_000L, "archive.visit_1", 1_000L));
        assertThat(table("source").partitions()).containsEntry("source_other", 2_000L);
        assertThat(table("ticket").partitions()).containsEntry("ticket_later", 5_000L);
        int extended = 0;
        for (TableProfile table : profile.tables()) {
            for (TableProfile.ExtendedStatistics statistics : table.extended()) {
                isLike(statistics, extended(twin, table.label(), statistics.name()));
                extended += statistics.distinct().size()
                        + statistics.dependencies().size()
                        + statistics.combinations().size();
            }
        }
        assertThat(extended).isGreaterThan(100);
        assertThat(query(twin, "SELECT round(avg((change < 0)::int), 1) FROM traffic.ware"))
                .containsExactly("0.6");
        assertThat(
                        query(
                                twin,
                                "SELECT count(*) FILTER (WHERE channel IS NULL) * 1000 > 995 * count(*) FROM shop.site WHERE status = 'void'"))
                .containsExactly("t");
        assertThat(profile.workload()).hasSize(QUERIES.size());
        for (QueryProfile query : profile.workload()) {
            assertThat(planShape(twin, query.text()))
                    .as(query.text())
                    .isEqualTo(planShape(source, query.text()))
                    .contains(" on ");
        }
        // That the fill found no plan to differ, above, says something only where it had them.
        assertThat(profile.workload())
                .extracting(QueryProfile::plan)
                .doesNotContainNull()
                .contains(new QueryPlan("Update on shop.customer\n  Index Scan using customer_pkey on shop.customer"));
    }

    @Test
    @AskedOnce
    void a_plan_that_is_another_is_named_with_its_node_and_its_statement() throws Exception {
        ConnectionSource twin = server.database("other_plans");
        run(twin, resource("profiled-schema.sql"), "ALTER TABLE shop.customer DROP CONSTRAINT customer_email_key");

        FilledDataset filled =
                Dataset.fill(twin, DatasetSpec.of(1_000, 7).withProfile(ProfileFile.read(file)), FillProgress.SILENT);

        assertThat(filled.notes().stream().filter(note -> note.startsWith("The plan ")))
                .containsExactly(
                        "The plan is not as in the profile: Seq Scan on shop.customer c in place of Index Scan using customer_email_key on"
                                + " shop.customer c, under Nested Loop, in: SELECT c.email, o.total FROM shop.customer c JOIN"
                                + " shop.orders o ON o.customer_id = c.id WHERE c.email = $1");
    }

    @Test
    void a_table_of_very_many_partitions_is_not_locked_for_its_plans() throws Exception {
        ConnectionSource wide = server.database("wide");
        run(
                wide,
                "CREATE EXTENSION pg_stat_statements",
                "CREATE TABLE event (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE VIEW first_event AS SELECT min(id) FROM event",
                "CREATE TABLE other (id int PRIMARY KEY)",
                // With their indexes more than a tenth of the 6,400 locks that there is room for.
                "DO $$ BEGIN FOR i IN 1 .. 325 LOOP EXECUTE format("
                        + "'CREATE TABLE event_%s PARTITION OF event FOR VALUES FROM (%s) TO (%s)', i, i, i + 1); END LOOP; END $$",
                "SELECT id FROM Event WHERE id = 7",
                "SELECT * FROM first_event",
                "SELECT id FROM other WHERE id = 7");
        Profile seen = captured(wide, false);

        assertThat(seen.workload())
                .filteredOn(query -> query.plan() != null)
                .extracting(QueryProfile::text)
                .containsExactly("SELECT id FROM other WHERE id = $1");
        assertThat(seen.missing()).anyMatch(what -> what.matches("Of 2 of the 3 statements .* lock table .*"));
    }

    @Test
    void a_schema_with_everything_in_it_can_be_captured_and_filled_from_its_own_profile() throws Exception {
        ConnectionSource torture = server.database("torture");
        run(torture, resource("torture.sql"));
        Dataset.fill(torture, new DatasetSpec(2_000, Map.of("shop.orders", 30_000L), 7, 0.02), FillProgress.SILENT);
        Profile captured = captured(torture, true);
        ConnectionSource twin = server.database("torture_twin");
        run(twin, resource("torture.sql"));

        FilledDataset filled = Dataset.fill(twin, DatasetSpec.of(10, 8).withProfile(captured), FillProgress.SILENT);

        for (TableProfile table : captured.tables()) {
            String quoted = Sql.quote(table.schema()) + "." + Sql.quote(table.name());
            String only = table.kind().equals("table") ? "ONLY " : "";
            assertThat(query(twin, "SELECT count(*) FROM " + only + quoted))
                    .as(table.label())
                    .containsExactly(String.valueOf(table.rows()));
        }
        assertThat(captured.tables()).hasSizeGreaterThan(20);
        // What constraints decide, and what chance moves in small tables, is named.
        assertThat(filled.notes())
                .allMatch(note -> note.contains("is not as in the profile") || note.contains("type regclass"))
                .hasSizeLessThan(45);
    }

    @Test
    @AskedOnce
    void more_rows_than_in_the_profile_go_to_the_partitions_that_unique_keys_leave_room_in() throws Exception {
        ConnectionSource twin = server.database("larger");
        run(twin, resource("profiled-schema.sql"));

        Dataset.fill(
                twin,
                new DatasetSpec(1_000, Map.of("traffic.ticket", 9_000L), 7, 0).withProfile(ProfileFile.read(file)),
                FillProgress.SILENT);

        assertThat(partitions(twin, table("ticket"))).isEqualTo(Map.of("ticket_1", 1_000L, "ticket_later", 8_000L));
    }

    @Test
    void partitions_by_a_column_of_a_longer_key_have_their_rows() throws Exception {
        String schema =
                "CREATE TABLE reading (device int, at date, metric int, PRIMARY KEY (device, at, metric)) PARTITION BY RANGE (at);"
                        + " CREATE TABLE reading_1 PARTITION OF reading FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');"
                        + " CREATE TABLE reading_2 PARTITION OF reading FOR VALUES FROM ('2025-02-01') TO ('2026-01-01');";
        ConnectionSource original = server.database("readings");
        run(
                original,
                schema,
                "INSERT INTO reading SELECT d, date '2025-01-01' + t, m FROM generate_series(1, 20) d, generate_series(0, 99) t, generate_series(1, 3) m",
                "ANALYZE");
        ConnectionSource twin = server.database("readings_twin");
        run(twin, schema);

        Profile captured = captured(original, true);
        Dataset.fill(twin, DatasetSpec.of(1_000, 7).withProfile(captured), FillProgress.SILENT);

        TableProfile reading = captured.tables().get(0);
        assertThat(reading.partitions()).isEqualTo(Map.of("reading_1", 1_860L, "reading_2", 4_140L));
        assertThat(partitions(twin, reading)).isEqualTo(reading.partitions());
    }

    @Test
    void a_table_that_joins_two_others_prefers_some_rows_as_production_does() throws Exception {
        String schema = "CREATE TABLE task (id int PRIMARY KEY); CREATE TABLE label (id int PRIMARY KEY);"
                + " CREATE TABLE task_label (task int REFERENCES task, label int REFERENCES label, PRIMARY KEY (task, label));";
        ConnectionSource original = server.database("tasks");
        run(
                original,
                schema,
                "INSERT INTO task SELECT generate_series(1, 5000); INSERT INTO label SELECT generate_series(1, 1000)",
                "INSERT INTO task_label SELECT t, CASE n WHEN 0 THEN 1 + t % 4 / 3 ELSE 10 + (t * 7 + n * 400) % 900 END"
                        + " FROM generate_series(1, 5000) t, generate_series(0, 2) n",
                "ANALYZE");
        ConnectionSource twin = server.database("tasks_twin");
        run(twin, schema);

        Profile captured = captured(original, true);
        Dataset.fill(twin, DatasetSpec.of(1_000, 7).withProfile(captured), FillProgress.SILENT);

        String most =
                "SELECT max(n) BETWEEN 2000 AND 4500 FROM (SELECT count(*) AS n FROM task_label GROUP BY label) l";
        assertThat(query(original, most)).containsExactly("t");
        assertThat(query(twin, most)).containsExactly("t");
    }

    @Test
    void a_twin_of_a_profile_without_statistics_says_so() throws Exception {
        String table = "CREATE TABLE stay (kind text)";
        ConnectionSource original = server.database("unseen");
        run(original, table, "INSERT INTO stay SELECT 'k' || i % 4 FROM generate_series(1, 1000) i", "ANALYZE");
        ConnectionSource twin = server.database("unseen_twin");
        run(twin, table);
        Profile captured;
        run(original, "DROP ROLE IF EXISTS unseeing", "CREATE ROLE unseeing");
        try (Connection connection = original.open();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION AUTHORIZATION unseeing");
            captured = ProfileCapture.capture(
                    connection, new CaptureSpec(Set.of(), false, CaptureSpec.DEFAULT_STATEMENT_TIMEOUT));
        }

        FilledDataset filled = Dataset.fill(twin, DatasetSpec.of(10, 7).withProfile(captured), FillProgress.SILENT);

        assertThat(filled.rows()).isEqualTo(1_000);
        assertThat(filled.notes())
                .singleElement()
                .asString()
                .startsWith("The profile has no statistics of public.stay: ");
    }

    @Test
    void extended_statistics_that_no_profile_knows_are_not_missed_in_the_twin() throws Exception {
        String table = "CREATE TABLE stay (kind text, place text); ";
        String statistics = "CREATE STATISTICS together (mcv) ON kind, place FROM stay";
        ConnectionSource original = server.database("stays");
        run(
                original,
                table,
                "INSERT INTO stay SELECT 'k' || i % 4, 'p' || i % 4 FROM generate_series(1, 1000) i",
                "ANALYZE",
                statistics);
        ConnectionSource twin = server.database("stays_twin");
        run(twin, table + statistics);

        Profile captured = captured(original, true);

        assertThat(captured.missing())
                .anyMatch(what -> what.contains("together of \"public\".\"stay\" were never made"));
        assertThat(Dataset.fill(twin, DatasetSpec.of(1_000, 7).withProfile(captured), FillProgress.SILENT)
                        .notes())
                .isEmpty();
    }

    @Test
    void tenants_of_very_different_sizes_lead_keys_and_foreign_keys_as_in_production() throws Exception {
        String schema = "CREATE TABLE tenant (id int PRIMARY KEY);"
                + " CREATE TABLE account (tenant_id int REFERENCES tenant, id int, PRIMARY KEY (tenant_id, id));"
                + " CREATE TABLE ticket (tenant_id int, id int, account_id int NOT NULL, PRIMARY KEY (tenant_id, id),"
                + " FOREIGN KEY (tenant_id, account_id) REFERENCES account);"
                + " CREATE TABLE reading (device int, no int, PRIMARY KEY (device, no));";
        ConnectionSource original = server.database("tenants");
        run(
                original,
                schema,
                "INSERT INTO tenant SELECT generate_series(1, 100)",
                "INSERT INTO account SELECT t.id, n FROM tenant t, generate_series(1, CASE WHEN t.id = 7 THEN 4000 ELSE 60 END) n",
                "INSERT INTO ticket SELECT tenant_id, row_number() OVER (PARTITION BY tenant_id), id FROM account, generate_series(1, 2)",
                "INSERT INTO reading SELECT tenant_id, id FROM account",
                "ANALYZE");
        ConnectionSource twin = server.database("tenants_twin");
        run(twin, schema);

        Profile captured = captured(original, true);
        FilledDataset filled = Dataset.fill(twin, DatasetSpec.of(1_000, 7).withProfile(captured), FillProgress.SILENT);

        assertThat(filled.notes())
                .allMatch(note -> note.matches("Column \\w+ of \\S+ is not as in the profile: correlation [^,]*"));
        for (String most : List.of(
                "SELECT max(n) / 100 FROM (SELECT count(*) AS n FROM account GROUP BY tenant_id) t",
                "SELECT max(id) / 100 FROM account",
                "SELECT max(n) / 200 FROM (SELECT count(*) AS n FROM ticket GROUP BY tenant_id) t",
                "SELECT max(id) / 200 FROM ticket",
                "SELECT count(DISTINCT (tenant_id, account_id)) / 1000 FROM ticket",
                "SELECT max(n) / 100 FROM (SELECT count(*) AS n FROM reading GROUP BY device) t")) {
            assertThat(query(twin, most)).as(most).isEqualTo(query(original, most));
        }
    }

    @Test
    void ordered_columns_join_tables_keys_of_texts_and_rows_of_hashed_partitions_are_as_in_production()
            throws Exception {
        String schema = "CREATE SCHEMA shop; CREATE TABLE shop.tag (id int PRIMARY KEY);"
                + " CREATE TABLE shop.price (code text PRIMARY KEY CHECK (code ~ '^[A-Z]{2}[0-9]+$'), starts date NOT NULL,"
                + " ends date, CHECK (ends >= starts));"
                + " CREATE TABLE shop.tagged (tag int REFERENCES shop.tag, code text REFERENCES shop.price, role text,"
                + " PRIMARY KEY (tag, code, role));"
                + " CREATE TABLE shop.setting (site int, name text, PRIMARY KEY (site, name));"
                + " CREATE TABLE shop.event (id int PRIMARY KEY) PARTITION BY HASH (id);"
                + " CREATE TABLE shop.event_0 PARTITION OF shop.event FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                + " CREATE TABLE shop.event_1 PARTITION OF shop.event FOR VALUES WITH (MODULUS 2, REMAINDER 1);";
        ConnectionSource original = server.database("prices");
        run(
                original,
                schema,
                "INSERT INTO shop.tag SELECT generate_series(1, 300)",
                "INSERT INTO shop.price SELECT 'DE' || 1000000 + n * 4999 % 9001, d, CASE WHEN n % 5 = 0 THEN d + n % 97 END"
                        + " FROM generate_series(1, 9000) n, LATERAL (SELECT date '2020-01-01' + n * 37 % 1500) AS d (d)",
                "INSERT INTO shop.tagged SELECT 1 + n * 61 % 300 / (1 + n % 3), 'DE' || 1000001 + n * 4999 % 9000, 'own'"
                        + " FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING",
                "INSERT INTO shop.setting SELECT s, 'n' || n FROM generate_series(1, 300) s, generate_series(1, 40) n"
                        + " WHERE (s * 7 + n * 3) % 10 < 7",
                "INSERT INTO shop.event SELECT generate_series(1, 8000)",
                "ANALYZE");
        ConnectionSource twin = server.database("prices_twin");
        run(twin, schema);

        Profile captured = captured(original, true);
        Dataset.fill(twin, DatasetSpec.of(1_000, 7).withProfile(captured), FillProgress.SILENT);

        Map<String, Column> found = statistics(twin);
        Map<String, Column> wanted = statistics(original);
        assertThat(wanted).hasSize(10);
        // Which dates come after others chance decides, but not how many there are.
        Column ends = wanted.remove("price.ends");
        assertThat(found.get("price.ends").nullShare).isCloseTo(ends.nullShare, within(0.01));
        assertThat(found.get("price.ends").distinct).isCloseTo(ends.distinct, within(0.2 * ends.distinct));
        wanted.forEach((name, column) -> column.isLike(name, found.get(name)));
        assertThat(query(twin, "SELECT min(correlation) > 0.95 FROM pg_stats WHERE tablename ~ 'event_'"))
                .containsExactly("t");
    }

    @Test
    void counted_rows_are_those_of_the_partitions_too_and_others_what_the_server_has_counted() throws Exception {
        ConnectionSource database = server.database("grown");
        run(
                database,
                "CREATE TABLE log (id int) PARTITION BY RANGE (id); CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (1000);"
                        + " CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (1000) TO (2000)",
                "INSERT INTO log SELECT generate_series(0, 99)",
                "ANALYZE",
                "INSERT INTO log SELECT generate_series(100, 1299)",
                "CREATE TABLE fresh AS SELECT generate_series(1, 700) AS id");

        assertThat(tables(database, true).get("log").partitions()).isEqualTo(Map.of("log_1", 1_000L, "log_2", 300L));
        assertThat(tables(database, true).get("fresh").rows()).isEqualTo(700);
        // A session tells what it inserted at its end, which the one that follows need not wait for.
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (tables(database, false).get("fresh").rows() < 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(tables(database, false).get("fresh").rows()).isEqualTo(700);
    }

    @Test
    void a_profile_of_another_schema_is_refused_with_its_line() throws Exception {
        ConnectionSource other = server.database("other_schema");
        run(other, "CREATE SCHEMA shop", "CREATE TABLE shop.customer (id bigint)");
        long line = Files.readAllLines(file).indexOf("  - name: email") + 1;

        assertThatThrownBy(() -> Dataset.fill(
                        other, DatasetSpec.of(10, 1).withProfile(ProfileFile.read(file)), FillProgress.SILENT))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(
                        file + ":" + line + ": column shop.customer.email is in the profile but not in the database");

        run(other, "DROP TABLE shop.customer");
        assertThatThrownBy(() -> Dataset.fill(
                        other, DatasetSpec.of(10, 1).withProfile(ProfileFile.read(file)), FillProgress.SILENT))
                .hasMessageContaining(": table shop.customer is in the profile but not in the database");
    }

    @Test
    void no_secret_is_in_the_file_and_what_is_harmless_is() throws Exception {
        // How long a statement took may have the digits of a number.
        String text = Files.readString(file).replaceAll("meanMillis: .*", "");
        assertThat(text.toLowerCase(Locale.ROOT))
                .doesNotContain("secret", "victim", "zebulon", "quintessa", "+4917", "10.1.");
        for (String column : List.of("full_name", "country", "phone", "born", "credit", "notes", "token")) {
            for (String value : query(
                    source,
                    "SELECT DISTINCT " + column + "::text FROM shop.customer WHERE length(" + column + "::text) > 5")) {
                assertThat(text).doesNotContain(value);
            }
        }
        assertThat(column("event", "kind").statistics().commonValues()).contains("0", "19");
        assertThat(column("orders", "status").statistics().commonValues()).isEmpty();
        assertThat(column("customer", "tier").statistics().commonValues()).containsExactly("free", "basic", "gold");
        assertThat(column("customer", "country").statistics().commonValues()).isEmpty();
        assertThat(column("customer", "country").statistics().commonShares()).hasSize(6);
        assertThat(ProfileFile.read(file))
                .usingRecursiveComparison()
                .ignoringFields("source")
                .ignoringFieldsMatchingRegexes(".*line")
                .isEqualTo(profile);
    }

    @Test
    @AskedOnce
    void a_table_that_another_session_has_locked_is_captured_without_its_definitions() throws Exception {
        // Each question to the locked table waits for the lock, so that there are few.
        ConnectionSource shop = server.database("locked");
        run(
                shop,
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.customer (id int PRIMARY KEY, name text NOT NULL DEFAULT 'nobody')",
                "CREATE TABLE shop.orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES shop.customer)",
                "INSERT INTO shop.customer SELECT n, n % 7 FROM generate_series(1, 500) n",
                "INSERT INTO shop.orders SELECT n, n FROM generate_series(1, 400) n",
                "ANALYZE");
        try (Connection other = shop.open();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.customer IN ACCESS EXCLUSIVE MODE");

            Profile seen = captured(shop, true);

            assertThat(seen.missing())
                    .anyMatch(what -> what.matches("Defaults, .* of shop.customer are not to be seen.*"))
                    .anyMatch(what -> what.startsWith("The rows of shop.customer are not counted"));
            assertThat(seen.tables().stream().filter(table -> !table.exact()))
                    .extracting(TableProfile::name)
                    .containsExactly("customer");
            TableProfile locked = seen.tables().stream()
                    .filter(table -> table.name().equals("customer"))
                    .findFirst()
                    .orElseThrow();
            assertThat(locked.rows()).isEqualTo(500);
            assertThat(locked.columns())
                    .extracting(column -> column.statistics())
                    .doesNotContainNull()
                    .hasSize(2);
        }
    }

    @Test
    void partitions_and_expressions_have_statistics_of_their_own() {
        assertThat(column("visit", "id").partitions().keySet())
                .isEqualTo(table("visit").partitions().keySet());
        assertThat(column("visit", "site").partitions().get("visit_1").common())
                .hasSize(5)
                .contains("0", "4");
        ColumnProfile.Statistics lower = table("orders").expressions().get("lower(status)");
        ColumnProfile.Statistics status = column("orders", "status").statistics();
        assertThat(lower.distinct()).isEqualTo(status.distinct());
        assertThat(lower.commonShares().get(0)).isCloseTo(status.commonShares().get(0), within(0.01));
        assertThat(lower.commonValues()).isEmpty();
    }

    @Test
    void a_role_that_may_only_read_statistics_is_told_what_it_lacks() throws Exception {
        run(source, "DROP ROLE IF EXISTS watcher", "CREATE ROLE watcher LOGIN", "GRANT pg_read_all_stats TO watcher");
        try (Connection connection = source.open()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET SESSION AUTHORIZATION watcher");
            }
            Profile seen = ProfileCapture.capture(
                    connection, new CaptureSpec(Set.of(), false, CaptureSpec.DEFAULT_STATEMENT_TIMEOUT));

            assertThat(seen.missing()
                            .subList(seen.missing().size() - 2, seen.missing().size()))
                    .satisfiesExactly(
                            read -> assertThat(read)
                                    .matches(
                                            "Of \\d+ of the \\d+ statements there is no plan.* GRANT pg_read_all_data TO watcher;.*"),
                            write -> assertThat(write)
                                    .matches(
                                            "Of 1 of the \\d+ statements there is no plan.*: they write or lock rows, .*"));
            assertThat(seen.missing().subList(0, seen.missing().size() - 2))
                    .singleElement()
                    .asString()
                    .matches(
                            "The statistics of shop.customer, (\\w+\\.\\w+, ){10}traffic.ware_note are not .*GRANT pg_read_all_data TO watcher;.*");
            assertThat(seen.workload())
                    .extracting(QueryProfile::text)
                    .contains(profile.workload().get(0).text());
            assertThat(seen.tables())
                    .extracting(TableProfile::rows)
                    .containsExactly(
                            20_000L,
                            100_000L,
                            6_000L,
                            119_999L + 1,
                            60_000L,
                            40_000L,
                            10_000L,
                            6_000L,
                            21_000L,
                            8_000L,
                            20_000L,
                            20_000L);
        }
    }

    private static TableProfile.ExtendedStatistics extended(ConnectionSource database, String table, String name)
            throws SQLException {
        long oid = Long.parseLong(
                query(database, "SELECT '" + table + "'::regclass::oid").get(0));
        try (Connection connection = database.open()) {
            return ExtendedCapture.of(connection, oid, false).stream()
                    .filter(statistics -> statistics.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The bars that extended statistics of a twin are held to. */
    private static void isLike(TableProfile.ExtendedStatistics wanted, TableProfile.ExtendedStatistics twin) {
        wanted.distinct()
                .forEach((columns, number) -> assertThat(twin.distinct().get(columns))
                        .as(wanted.name() + ", distinct " + columns)
                        .isCloseTo(number, within(0.1 * Math.abs(number))));
        wanted.dependencies()
                .forEach((columns, degree) -> assertThat(twin.dependencies().getOrDefault(columns, 0.0))
                        .as(wanted.name() + ", " + columns)
                        .isCloseTo(degree, within(0.1)));
        for (int i = 0; i < wanted.commonShares().size(); i++) {
            assertThat(i < twin.commonShares().size() ? twin.commonShares().get(i) : 0)
                    .as(wanted.name() + ", combination " + i)
                    .isCloseTo(wanted.commonShares().get(i), within(0.01));
        }
    }

    private static Map<String, Long> partitions(ConnectionSource database, TableProfile table) throws SQLException {
        Map<String, Long> partitions = new TreeMap<>();
        for (String partition : table.partitions().keySet()) {
            String name = partition.contains(".") ? partition : table.schema() + "." + partition;
            String rows = query(database, "SELECT count(*) FROM " + name).get(0);
            partitions.put(partition, Long.valueOf(rows));
        }
        return partitions;
    }

    private static Profile captured(ConnectionSource database, boolean exact) throws Exception {
        try (Connection connection = database.open()) {
            return ProfileCapture.capture(
                    connection, new CaptureSpec(Set.of(), exact, CaptureSpec.DEFAULT_STATEMENT_TIMEOUT));
        }
    }

    private static Map<String, TableProfile> tables(ConnectionSource database, boolean exact) throws Exception {
        Map<String, TableProfile> tables = new TreeMap<>();
        captured(database, exact).tables().forEach(table -> tables.put(table.name(), table));
        return tables;
    }

    private static TableProfile table(String name) {
        return profile.tables().stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ColumnProfile column(String table, String column) {
        return table(table).columns().stream()
                .filter(c -> c.name().equals(column))
                .findFirst()
                .orElseThrow();
    }

    private record Column(
            double nullShare, double distinct, int width, double correlation, boolean ordered, List<Double> shares) {

        /** The bars that a twin is held to. */
        void isLike(String name, Column twin) {
            assertThat(twin.nullShare).as(name + ", share of NULL").isCloseTo(nullShare, within(0.01));
            assertThat(twin.distinct).as(name + ", distinct").isCloseTo(distinct, within(0.1 * distinct));
            assertThat((double) twin.width).as(name + ", width").isCloseTo(width, within(0.1 * width));
            if (ordered) {
                assertThat(twin.correlation).as(name + ", correlation").isCloseTo(correlation, within(0.1));
            }
            for (int i = 0; i < Math.max(shares.size(), twin.shares.size()); i++) {
                assertThat(i < twin.shares.size() ? twin.shares.get(i) : 0)
                        .as(name + ", common value " + i)
                        .isCloseTo(i < shares.size() ? shares.get(i) : 0, within(0.01));
            }
        }
    }

    private static Map<String, Column> statistics(ConnectionSource database) throws SQLException {
        Map<String, Column> columns = new TreeMap<>();
        try (Connection connection = database.open();
                Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("""
                        SELECT tablename || '.' || attname AS name, null_frac, avg_width, correlation, most_common_freqs,
                               CASE WHEN n_distinct < 0 THEN -n_distinct * reltuples ELSE n_distinct END AS n_distinct
                        FROM pg_stats JOIN pg_class c ON relname = tablename AND relnamespace = schemaname::regnamespace
                        WHERE schemaname IN ('shop', 'traffic') AND NOT relispartition""")) {
            while (r.next()) {
                double correlation = r.getDouble("correlation");
                boolean ordered = !r.wasNull();
                List<Double> shares = r.getArray("most_common_freqs") == null
                        ? List.of()
                        : Arrays.stream((Object[])
                                        r.getArray("most_common_freqs").getArray())
                                .map(share -> ((Number) share).doubleValue())
                                .toList();
                columns.put(
                        r.getString("name"),
                        new Column(
                                r.getDouble("null_frac"),
                                r.getDouble("n_distinct"),
                                r.getInt("avg_width"),
                                correlation,
                                ordered,
                                shares));
            }
        }
        return columns;
    }

    /** The kinds of nodes, what they read and by which index, without costs and conditions: the plan for any parameters. */
    private static String planShape(ConnectionSource database, String query) throws SQLException {
        int parameters = 0;
        while (query.contains("$" + (parameters + 1))) {
            parameters++;
        }
        String values = parameters == 0 ? "" : "(NULL" + ", NULL".repeat(parameters - 1) + ")";
        StringBuilder shape = new StringBuilder();
        try (Connection connection = database.open();
                Statement statement = connection.createStatement()) {
            statement.execute("SET plan_cache_mode = force_generic_plan");
            statement.execute("PREPARE captured AS " + query);
            try (ResultSet r = statement.executeQuery("EXPLAIN (COSTS OFF) EXECUTE captured" + values)) {
                while (r.next()) {
                    String line = r.getString(1);
                    if (line.contains("->") || !line.startsWith(" ")) {
                        shape.append(line).append('\n');
                    }
                }
            }
        }
        return shape.toString();
    }

    private static void run(ConnectionSource database, String... statements) throws SQLException {
        try (Connection connection = database.open();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static List<String> query(ConnectionSource database, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = database.open();
                Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(sql)) {
            while (r.next()) {
                values.add(r.getString(1));
            }
        }
        return values;
    }

    private static String resource(String name) throws Exception {
        try (InputStream in = ProfileTwinIT.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
