package dev.rehearse.data.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FillProgress;
import dev.rehearse.data.ScratchServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks that read the columns which keys decide. */
class TiedKeysIT {

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
    void a_document_names_the_row_that_its_row_refers_to() throws Exception {
        ConnectionSource database = filled("sessions", """
                CREATE TABLE client (id text PRIMARY KEY);
                CREATE TABLE session (
                  id uuid PRIMARY KEY, request jsonb NOT NULL, client_id text NOT NULL REFERENCES client,
                  CHECK (client_id = request ->> 'client_id'));
                CREATE TABLE device (
                  id integer PRIMARY KEY, client_id text REFERENCES client, "Raw" json NOT NULL,
                  CHECK (("Raw" #>> '{client,id}') = client_id));""");

        assertThat(answer(database, "SELECT count(DISTINCT client_id) > 50 AND count(*) = 1000 FROM session"))
                .isEqualTo("t");
        assertThat(answer(
                        database,
                        "SELECT count(DISTINCT \"Raw\" #>> '{client,id}') > 50 AND count(*) = 1000 FROM device"))
                .isEqualTo("t");
    }

    @Test
    void what_a_row_may_be_follows_from_whether_its_keys_are_equal() throws Exception {
        ConnectionSource database = filled("families", """
                CREATE TABLE users (user_id bigint PRIMARY KEY);
                CREATE TABLE families (
                  id uuid PRIMARY KEY, admin_id bigint NOT NULL REFERENCES users, member_id bigint NOT NULL,
                  status text NOT NULL CHECK (status IN ('SELF', 'CLOSED', 'INVITED', 'ACCEPTED', 'DECLINED', 'REVOKED', 'REMOVED', 'LEFT')),
                  CHECK ((admin_id <> member_id AND status NOT IN ('SELF', 'CLOSED')) OR (admin_id = member_id AND status IN ('SELF', 'CLOSED'))));
                CREATE UNIQUE INDEX ON families (member_id, status) WHERE status IN ('ACCEPTED', 'SELF');
                CREATE UNIQUE INDEX ON families (admin_id, member_id);""");

        assertThat(answer(database, "SELECT count(*) = 1000 AND count(DISTINCT status) > 3 FROM families"))
                .isEqualTo("t");
    }

    @Test
    void what_is_generated_of_one_column_or_another_is_unique() throws Exception {
        ConnectionSource database = filled("reactions", """
                CREATE TABLE guest (id text PRIMARY KEY);
                CREATE TABLE reactions (
                  id text PRIMARY KEY, collection_id bigint NOT NULL, file_id bigint, comment_id text, user_id bigint NOT NULL,
                  guest_id text REFERENCES guest,
                  actor text GENERATED ALWAYS AS (
                    CASE WHEN user_id = -1 AND guest_id IS NOT NULL THEN 'A:' || guest_id ELSE 'U:' || user_id::text END) STORED,
                  target text GENERATED ALWAYS AS (
                    CASE WHEN comment_id IS NOT NULL THEN 'M:' || comment_id
                         WHEN file_id IS NOT NULL THEN 'F:' || collection_id::text || '/' || file_id::text
                         ELSE 'C:' || collection_id::text END) STORED,
                  UNIQUE (actor, target),
                  CHECK ((comment_id IS NOT NULL AND file_id IS NULL) OR comment_id IS NULL),
                  CHECK ((user_id = -1 AND guest_id IS NOT NULL) OR (user_id > 0 AND guest_id IS NULL)));""");

        assertThat(answer(
                        database,
                        "SELECT count(*) = 1000 AND count(comment_id) > 100 AND count(file_id) > 100 FROM reactions"))
                .isEqualTo("t");
    }

    /** As Lemmy's lists of all reports and of all posts and comments are. */
    @Test
    void a_row_that_refers_to_one_of_several_tables_lists_the_rows_of_all_of_them_once() throws Exception {
        ConnectionSource database = filled("combined", """
                CREATE TABLE post_report (id integer PRIMARY KEY);
                CREATE TABLE comment_report (id integer PRIMARY KEY CHECK (id BETWEEN 1 AND 50));
                CREATE TABLE message_report (id uuid PRIMARY KEY);
                CREATE TABLE report_combined (
                  id serial PRIMARY KEY,
                  post_report_id integer UNIQUE REFERENCES post_report, comment_report_id integer UNIQUE REFERENCES comment_report,
                  message_report_id uuid UNIQUE REFERENCES message_report,
                  CHECK (num_nonnulls(post_report_id, comment_report_id, message_report_id) = 1));
                CREATE TABLE few_combined (
                  id serial PRIMARY KEY, post_report_id integer UNIQUE REFERENCES post_report,
                  comment_report_id integer REFERENCES comment_report,
                  CHECK ((post_report_id IS NULL) <> (comment_report_id IS NULL)));
                CREATE UNIQUE INDEX ON few_combined (comment_report_id) WHERE comment_report_id IS NOT NULL;
                CREATE TABLE threshold (
                  id integer PRIMARY KEY, plan_id integer REFERENCES post_report, subscription_id uuid REFERENCES message_report,
                  recurring boolean NOT NULL, CHECK ((plan_id IS NOT NULL) <> (subscription_id IS NOT NULL)));
                CREATE UNIQUE INDEX ON threshold (plan_id, recurring) WHERE plan_id IS NOT NULL;
                CREATE UNIQUE INDEX ON threshold (subscription_id, recurring) WHERE subscription_id IS NOT NULL;
                CREATE TABLE crossing (threshold_id integer NOT NULL REFERENCES threshold);""");

        // What others refer to has a tenth of the rows.
        assertThat(
                        answer(
                                database,
                                "SELECT count(*) = 250 AND count(post_report_id) = 100 AND count(comment_report_id) = 50 FROM report_combined"))
                .isEqualTo("t");
        assertThat(answer(database, "SELECT count(*) = 100 AND count(plan_id) BETWEEN 20 AND 80 FROM threshold"))
                .isEqualTo("t");
        assertThat(
                        answer(
                                database,
                                "SELECT count(*) = 150 AND count(post_report_id) = 100 AND corr(id, comment_report_id) > 0.9 FROM few_combined"))
                .isEqualTo("t");
    }

    @Test
    void rows_that_refer_to_one_of_several_tables_differ_where_null_is_equal_to_null() throws Exception {
        ConnectionSource database = server.database("favourites");
        assumeTrue(
                answer(database, "SELECT current_setting('server_version_num')::integer >= 150000")
                        .equals("t"),
                "NULLS NOT DISTINCT is new in PostgreSQL 15");
        fill(database, """
                CREATE TABLE post (id integer PRIMARY KEY);
                CREATE TABLE comment (id integer PRIMARY KEY);
                CREATE TABLE favourite (
                  id serial PRIMARY KEY, post_id integer REFERENCES post, comment_id integer REFERENCES comment,
                  CHECK (num_nonnulls(post_id, comment_id) = 1), UNIQUE NULLS NOT DISTINCT (post_id, comment_id));""");

        assertThat(answer(
                        database,
                        "SELECT count(*) = 200 AND count(post_id) = 100 AND count(comment_id) = 100 FROM favourite"))
                .isEqualTo("t");
    }

    @Test
    void a_key_that_is_a_part_of_a_reference_has_each_of_its_values_once() throws Exception {
        ConnectionSource database = filled("trash", """
                CREATE TABLE file (id bigint PRIMARY KEY);
                CREATE TABLE folder (id bigint PRIMARY KEY);
                CREATE TABLE folder_file (
                  file_id bigint NOT NULL REFERENCES file, folder_id bigint NOT NULL REFERENCES folder, UNIQUE (folder_id, file_id));
                CREATE TABLE trash (
                  file_id bigint PRIMARY KEY, folder_id bigint NOT NULL,
                  FOREIGN KEY (file_id, folder_id) REFERENCES folder_file (file_id, folder_id));
                CREATE TABLE pin (
                  id bigint PRIMARY KEY, file_id bigint NOT NULL, folder_id bigint NOT NULL, is_main boolean NOT NULL,
                  FOREIGN KEY (file_id, folder_id) REFERENCES folder_file (file_id, folder_id));
                CREATE UNIQUE INDEX ON pin (file_id) WHERE is_main;""");

        assertThat(answer(database, "SELECT count(*) = 1000 FROM pin")).isEqualTo("t");

        assertThat(
                        answer(
                                database,
                                "SELECT (SELECT count(*) FROM trash) > 20"
                                        + " AND (SELECT count(*) FROM trash) = (SELECT count(DISTINCT file_id) FROM folder_file)"))
                .isEqualTo("t");
    }

    private static ConnectionSource filled(String name, String schema) throws Exception {
        ConnectionSource database = server.database(name);
        fill(database, schema);
        return database;
    }

    private static void fill(ConnectionSource database, String schema) throws Exception {
        try (Connection c = database.open();
                Statement s = c.createStatement()) {
            s.execute(schema);
        }
        Dataset.fill(database, DatasetSpec.of(1_000, 7), FillProgress.SILENT);
    }

    private static String answer(ConnectionSource database, String sql) throws Exception {
        try (Connection c = database.open();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }
}
