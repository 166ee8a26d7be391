package dev.rehearse.data.fill;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static ConnectionSource filled(String name, String schema) throws Exception {
        ConnectionSource database = server.database(name);
        try (Connection c = database.open();
                Statement s = c.createStatement()) {
            s.execute(schema);
        }
        Dataset.fill(database, DatasetSpec.of(1_000, 7), FillProgress.SILENT);
        return database;
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
