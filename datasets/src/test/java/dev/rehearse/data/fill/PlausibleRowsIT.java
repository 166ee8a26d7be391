package dev.rehearse.data.fill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FillProgress;
import dev.rehearse.data.ScratchServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the columns of one row say together. */
class PlausibleRowsIT {

    private static ScratchServer server;

    @BeforeAll
    static void start() {
        server = ScratchServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void parts_are_no_more_than_their_wholes() throws Exception {
        ConnectionSource database = filled("parts", """
                CREATE TABLE product (id integer PRIMARY KEY, price numeric(10, 2) NOT NULL, cost numeric(10, 2), sale_price numeric(10, 2));
                CREATE TABLE job (id integer PRIMARY KEY, attempts integer NOT NULL, max_attempts integer NOT NULL);
                CREATE TABLE pool (
                  id integer PRIMARY KEY, minblocksize integer NOT NULL DEFAULT 64, maxblocksize integer NOT NULL DEFAULT 0);""");

        assertThat(holds(database, "SELECT bool_and(minblocksize <= maxblocksize) FROM pool"))
                .isTrue();
        assertThat(
                        holds(
                                database,
                                "SELECT bool_and(cost <= price AND sale_price <= price) AND count(DISTINCT cost) > 100 FROM product"))
                .isTrue();
        assertThat(holds(database, "SELECT bool_and(attempts <= max_attempts) AND max(attempts) > 1 FROM job"))
                .isTrue();
    }

    @Test
    void a_file_is_called_as_its_type_is() throws Exception {
        ConnectionSource database = filled(
                "files",
                "CREATE TABLE attachment (id integer PRIMARY KEY, filename text NOT NULL, content_type text NOT NULL, file_extension text NOT NULL);");

        assertThat(holds(database, """
                        SELECT bool_and(filename LIKE '%.' || file_extension) AND count(DISTINCT content_type) > 5
                           AND bool_and((file_extension = 'pdf') = (content_type = 'application/pdf')) FROM attachment""")).isTrue();
    }

    @Test
    void an_extension_of_three_letters_is_that_of_the_file_wherever_that_has_three() throws Exception {
        ConnectionSource database = filled(
                "extensions",
                "CREATE TABLE upload (id integer PRIMARY KEY, file_name text NOT NULL, file_extension varchar(3) NOT NULL);");

        assertThat(holds(database, """
                        SELECT bool_and(file_name LIKE '%.' || file_extension) FILTER (WHERE file_name LIKE '%.___')
                           AND count(DISTINCT file_extension) > 5 FROM upload""")).isTrue();
    }

    @Test
    void a_list_holds_what_its_name_says() throws Exception {
        ConnectionSource database = filled("lists", """
                CREATE TABLE client (
                  id integer PRIMARY KEY, redirect_uris text[] NOT NULL, emails varchar(60)[] NOT NULL, response_types jsonb NOT NULL DEFAULT '[]',
                  post_logout_redirect_uris jsonb NOT NULL, settings jsonb NOT NULL);""");

        assertThat(holds(database, """
                        SELECT bool_and(uri LIKE 'https://%') AND count(*) > 500 FROM client, unnest(redirect_uris) uri""")).isTrue();
        assertThat(holds(database, """
                        SELECT bool_and(email LIKE '%@example.%') AND count(*) > 500 FROM client, unnest(emails) email""")).isTrue();
        assertThat(holds(database, """
                        SELECT bool_and(jsonb_typeof(response_types) = 'array') AND max(jsonb_array_length(response_types)) > 1
                        FROM client""")).isTrue();
        assertThat(holds(database, """
                        SELECT bool_and(uri LIKE 'https://%') AND count(*) > 500
                        FROM client, jsonb_array_elements_text(post_logout_redirect_uris) uri""")).isTrue();
        assertThat(holds(database, "SELECT bool_and(jsonb_typeof(settings) = 'object') FROM client"))
                .isTrue();
    }

    @Test
    void an_id_in_one_word_is_that_of_a_row() throws Exception {
        ConnectionSource database = filled("jobs", """
                CREATE TABLE job (jobid integer PRIMARY KEY, started timestamptz);
                CREATE TABLE file (fileid bigint PRIMARY KEY, jobid integer NOT NULL);""");

        assertThat(holds(
                        database,
                        "SELECT count(*) = 1000 AND count(DISTINCT jobid) > 300 FROM file JOIN job USING (jobid)"))
                .isTrue();
    }

    @Test
    void a_range_of_addresses_ends_in_the_network_in_which_it_begins() throws Exception {
        ConnectionSource database = filled("pools", """
                CREATE TABLE pool (id integer PRIMARY KEY, start_address inet NOT NULL, end_address inet NOT NULL);
                CREATE TABLE block (id integer PRIMARY KEY, ip_to inet NOT NULL, ip_from inet NOT NULL UNIQUE);
                CREATE TABLE gate (
                  id integer PRIMARY KEY, start_address inet NOT NULL, end_address inet NOT NULL CHECK (end_address IN ('10.0.0.1', '10.0.0.2')));""");

        for (String ends : List.of("start_address, end_address FROM pool", "ip_from, ip_to FROM block")) {
            assertThat(holds(
                            database,
                            "SELECT 0.95 < avg((a <= b AND set_masklen(a, 24) >>= b)::int) AND count(DISTINCT b) > 900"
                                    + " FROM (SELECT " + ends + ") AS ranges (a, b)"))
                    .isTrue();
        }
    }

    @Test
    void what_bounds_a_range_on_earth_lies_on_it() throws Exception {
        ConnectionSource database = filled("boxes", """
                CREATE TABLE changeset (
                  id integer PRIMARY KEY, min_lat double precision NOT NULL, max_lat double precision NOT NULL,
                  min_lon numeric(9, 6) NOT NULL, max_lon numeric(9, 6) NOT NULL);""");

        assertThat(holds(database, """
                        SELECT bool_and(min_lat < max_lat AND min_lon < max_lon) AND min(min_lat) >= -90 AND max(max_lat) <= 90
                           AND min(min_lon) >= -180 AND max(max_lon) <= 180 AND count(DISTINCT max_lon) > 500 FROM changeset""")).isTrue();
    }

    @Test
    void a_date_is_the_day_of_the_time_beside_it() throws Exception {
        ConnectionSource database = filled("visits", """
                CREATE TABLE visit (
                  id integer PRIMARY KEY, visit_start_date date NOT NULL, visit_start_datetime timestamp, visit_end_date date NOT NULL,
                  visit_end_datetime timestamptz, billed_on date, billed_at timestamptz NOT NULL, birth_date date, birth_time timestamp,
                  term_date date NOT NULL CHECK (term_date IN ('2024-01-01', '2024-07-01')), term_time timestamp);""");

        assertThat(holds(database, """
                        SELECT bool_and(visit_start_date = date(visit_start_datetime)) AND bool_and(birth_date = date(birth_time))
                           AND bool_and(visit_end_date = date(visit_end_datetime AT TIME ZONE 'UTC'))
                           AND bool_and(billed_on = date(billed_at AT TIME ZONE 'UTC'))
                           AND bool_and(visit_start_date <= visit_end_date) AND count(DISTINCT visit_start_date) > 300
                           AND count(visit_start_datetime) > 500 AND count(birth_date) > 500
                           AND count(DISTINCT term_date) = 2 FROM visit""")).isTrue();
    }

    @Test
    void what_was_cancelled_was_not_shipped_and_only_that_has_a_reason_for_it() throws Exception {
        ConnectionSource database = filled("orders", """
                CREATE TABLE orders (
                  id integer PRIMARY KEY, status text NOT NULL, shipped_at timestamptz, delivered_at timestamptz, cancelled_at timestamptz,
                  refunded_at timestamptz, refund_reason text, cancellation_reason text);""");

        assertThat(holds(database, """
                        SELECT count(*) > 50 AND count(shipped_at) + count(delivered_at) = 0 AND count(cancellation_reason) > 30
                        FROM orders WHERE status = 'cancelled'""")).isTrue();
        assertThat(holds(database, """
                        SELECT count(*) FILTER (WHERE status <> 'cancelled' AND cancellation_reason IS NOT NULL) = 0
                           AND count(*) FILTER (WHERE refunded_at IS NULL AND refund_reason IS NOT NULL) = 0
                           AND count(refunded_at) BETWEEN 10 AND 200 FROM orders""")).isTrue();
    }

    @Test
    void a_kind_in_a_key_is_none_of_its_own_for_each_row() throws Exception {
        ConnectionSource database = filled(
                "kinds",
                "CREATE TABLE insight (id integer PRIMARY KEY, insight_type integer NOT NULL, target_date date NOT NULL, UNIQUE (target_date, insight_type));");

        assertThat(holds(database, "SELECT count(DISTINCT insight_type) < 100 FROM insight"))
                .isTrue();
    }

    @Test
    void rows_of_as_many_columns_as_a_table_may_have_fit_into_a_page() throws Exception {
        String columns = IntStream.range(0, 1_600)
                .mapToObj(i -> "c" + i + (i % 2 == 0 ? " integer" : " varchar(10)"))
                .collect(Collectors.joining(", "));
        ConnectionSource database = filled("wide", "CREATE TABLE wide (" + columns + ");");

        assertThat(holds(database, "SELECT count(*) = 1000 AND count(c0) > 10 FROM wide"))
                .isTrue();
    }

    private static ConnectionSource filled(String name, String schema) throws Exception {
        ConnectionSource database = server.database(name);
        try (Connection connection = database.open();
                Statement statement = connection.createStatement()) {
            statement.execute(schema);
        }
        Dataset.fill(database, new DatasetSpec(1_000, Map.of(), 7, 0), FillProgress.SILENT);
        return database;
    }

    private static boolean holds(ConnectionSource database, String query) throws SQLException {
        try (Connection connection = database.open();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() && result.getBoolean(1);
        }
    }
}
