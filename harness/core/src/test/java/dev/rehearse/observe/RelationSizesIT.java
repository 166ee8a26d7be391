package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.recording.Recording.RelationSize;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RelationSizesIT {

    private Server server;
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        server = ObservedServers.freshDatabase(18);
        connection = server.connect("rehearse-test");
        run(
                "CREATE TABLE orders (id int PRIMARY KEY, note text);"
                        + " INSERT INTO orders SELECT i, repeat(md5(i::text), 400) FROM generate_series(1, 500) i;"
                        + " CREATE SCHEMA audit; CREATE TABLE audit.log (id int); CREATE MATERIALIZED VIEW ids AS SELECT id FROM orders");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long ask(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void tables_count_with_their_toast_and_indexes_by_themselves() throws SQLException {
        RelationSizes read = RelationSizes.read(connection, "before");

        assertThat(read.missing()).isEmpty();
        assertThat(read.sizes())
                .extracting(RelationSize::relation)
                .containsExactlyInAnyOrder("orders", "orders_pkey", "audit.log", "ids");
        RelationSize orders = read.sizes().get(0);
        assertThat(orders.relation()).isEqualTo("orders");
        assertThat(orders.kind()).isEqualTo("table");
        assertThat(orders.bytes())
                .isEqualTo(ask("SELECT pg_relation_size('orders') + pg_relation_size(reltoastrelid) FROM pg_class"
                        + " WHERE oid = 'orders'::regclass"))
                .isGreaterThan(100_000);
        assertThat(read.sizes()).anySatisfy(s -> {
            assertThat(s.relation()).isEqualTo("orders_pkey");
            assertThat(s.kind()).isEqualTo("index");
            assertThat(s.deadRows()).isEqualTo(-1);
            assertThat(s.bytes()).isPositive();
        });
        assertThat(read.sizes()).allMatch(s -> s.moment().equals("before"));
    }

    @Test
    void dead_rows_are_counted() throws SQLException {
        run("ALTER TABLE orders SET (autovacuum_enabled = off)");
        run("DELETE FROM orders WHERE id <= 100");
        run("SELECT pg_stat_force_next_flush()");
        run("SELECT 1");

        assertThat(RelationSizes.read(connection, "after").sizes().get(0).deadRows())
                .isEqualTo(100);
    }

    @Test
    @Timeout(60)
    void a_locked_table_is_missing_and_the_others_are_not() throws SQLException {
        try (TestSession holder = new TestSession(server, "rehearse-migration-0")) {
            holder.run("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");

            long began = System.nanoTime();
            RelationSizes read = RelationSizes.read(connection, "before");
            Duration took = Duration.ofNanos(System.nanoTime() - began);

            assertThat(read.missing()).containsExactly("orders");
            assertThat(read.sizes()).extracting(RelationSize::relation).contains("audit.log", "ids", "orders_pkey");
            assertThat(took).isLessThan(Duration.ofSeconds(30));
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }
}
