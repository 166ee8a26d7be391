package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.Leftover.Kind;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {18, 14})
class HalfDoneIT extends ObservedDatabase {

    @Parameter
    int version;

    @BeforeEach
    void make_tables() throws SQLException {
        connect(version);
        run("CREATE TABLE orders (id int PRIMARY KEY, total int, note_deprecated text);"
                + " INSERT INTO orders VALUES (1, 7), (2, 7)");
    }

    private List<Leftover> find(Integer... pids) throws SQLException {
        return HalfDone.find(connection, Phase.MIGRATE, List.of(pids));
    }

    @Test
    void a_failed_concurrent_build_leaves_an_invalid_index() throws SQLException {
        try {
            run("CREATE UNIQUE INDEX CONCURRENTLY orders_total ON orders (total)");
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("23505");
        }

        assertThat(find())
                .extracting(Leftover::kind, Leftover::object, Leftover::phase)
                .contains(tuple(Kind.INVALID_INDEX, "orders_total", Phase.MIGRATE));
    }

    @Test
    void a_constraint_that_was_never_validated_is_found() throws SQLException {
        run("ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID");

        assertThat(find())
                .extracting(Leftover::kind, Leftover::object)
                .contains(tuple(Kind.NOT_VALID_CONSTRAINT, "orders.positive"));

        run("ALTER TABLE orders VALIDATE CONSTRAINT positive; CREATE DOMAIN share AS int;"
                + "ALTER DOMAIN share ADD CONSTRAINT most CHECK (VALUE <= 100) NOT VALID");

        assertThat(find())
                .extracting(Leftover::kind, Leftover::object)
                .contains(tuple(Kind.NOT_VALID_CONSTRAINT, "share.most"));

        run("ALTER DOMAIN share VALIDATE CONSTRAINT most; DROP DOMAIN share");

        assertThat(find()).extracting(Leftover::kind).containsExactly(Kind.DEPRECATED_COLUMN);
    }

    @Test
    void what_is_half_done_of_a_partitioned_table_is_told_once_and_not_of_each_partition() throws SQLException {
        run("CREATE TABLE event (day date, size int, kind_deprecated text) PARTITION BY RANGE (day)"
                + "; CREATE TABLE event_a PARTITION OF event DEFAULT"
                + "; ALTER TABLE event ADD CONSTRAINT positive CHECK (size > 0) NOT VALID");

        assertThat(find())
                .extracting(Leftover::object)
                .containsExactly("event.kind_deprecated", "orders.note_deprecated", "event.positive");
    }

    @Test
    void an_index_of_a_partitioned_table_says_which_partitions_lack_it() throws SQLException {
        run("CREATE TABLE event (day date, size int) PARTITION BY RANGE (day)"
                + "; CREATE TABLE event_a PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
                + "; CREATE TABLE event_b PARTITION OF event DEFAULT"
                + "; CREATE INDEX event_size ON ONLY event (size); CREATE INDEX a_size ON event_a (size)"
                + "; ALTER INDEX event_size ATTACH PARTITION a_size");

        assertThat(find())
                .filteredOn(leftover -> leftover.kind() == Kind.INVALID_INDEX)
                .extracting(Leftover::object, Leftover::detail)
                .containsExactly(
                        tuple("event_size", "index on partitioned table event without a valid one of event_b"));
    }

    @Test
    void a_column_that_waits_to_be_dropped_is_found_with_what_depends_on_it() throws SQLException {
        assertThat(find())
                .extracting(Leftover::kind, Leftover::object)
                .containsExactly(tuple(Kind.DEPRECATED_COLUMN, "orders.note_deprecated"));
        assertThat(find().get(0).detail()).contains("nothing in the schema depends on it");

        run("CREATE VIEW notes AS SELECT note_deprecated FROM orders");

        assertThat(find().get(0).detail()).contains("still depend on it");
    }

    @Test
    void a_transaction_and_an_advisory_lock_that_the_migration_kept_are_found_by_name_and_by_process()
            throws SQLException {
        try (TestSession named = new TestSession(server, "rehearse-migration-0");
                TestSession renamed = new TestSession(server, "some tool");
                TestSession application = new TestSession(server, "rehearse-load-1")) {
            named.run("BEGIN; SELECT * FROM orders");
            renamed.run("SELECT pg_advisory_lock(4242424242)");
            application.run("BEGIN; SELECT pg_advisory_lock(1)");

            assertThat(find(renamed.pid))
                    .extracting(Leftover::kind, Leftover::object)
                    .containsExactlyInAnyOrder(
                            tuple(Kind.DEPRECATED_COLUMN, "orders.note_deprecated"),
                            tuple(Kind.OPEN_TRANSACTION, "process " + named.pid),
                            tuple(Kind.ADVISORY_LOCK, "advisory lock 4242424242"));
        }
    }

    @Test
    void a_prepared_transaction_is_found() throws SQLException {
        assumeThat(version).as("the one that allows prepared transactions").isEqualTo(14);
        run("BEGIN; INSERT INTO orders VALUES (3, 3); PREPARE TRANSACTION 'forgotten'");

        assertThat(find())
                .extracting(Leftover::kind, Leftover::object)
                .contains(tuple(Kind.OPEN_TRANSACTION, "prepared transaction 'forgotten'"));

        run("ROLLBACK PREPARED 'forgotten'");
    }

    @Test
    void what_was_half_done_before_is_not_the_migrations() throws SQLException {
        List<Leftover> before = find();
        run("ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID");

        assertThat(HalfDone.since(before, find())).extracting(Leftover::object).containsExactly("orders.positive");
    }

    @Test
    void what_the_application_may_not_use_any_more_or_not_yet_is_found() throws SQLException {
        String app = "app_" + server.database();
        run("CREATE ROLE " + app + "; CREATE ROLE " + app + "_group; GRANT " + app + "_group TO " + app
                + "; CREATE TABLE lines (id serial PRIMARY KEY, note text); CREATE VIEW totals AS SELECT total FROM orders"
                + "; CREATE TABLE kept (id int); CREATE SCHEMA audit"
                + "; CREATE TABLE log (id int); CREATE TABLE log_1 () INHERITS (log); CREATE TABLE trail (id int)"
                + "; CREATE TABLE trail_1 () INHERITS (trail); GRANT SELECT ON log TO " + app
                + "; GRANT SELECT ON trail, trail_1 TO " + app
                + "; GRANT SELECT, INSERT, UPDATE, DELETE ON orders, lines TO " + app
                + "_group; GRANT SELECT ON totals, kept TO " + app
                + "; GRANT USAGE ON lines_id_seq TO " + app);
        assertThat(Privileges.writers(connection)).containsExactly(new Privileges.Writer(app + "_group", 2, 7));
        Privileges before = Privileges.of(connection, app);

        run("DROP VIEW totals; CREATE VIEW totals AS SELECT total, id FROM orders"
                + "; REVOKE DELETE ON orders FROM " + app + "_group; REVOKE USAGE ON lines_id_seq FROM " + app
                + "; CREATE TABLE refunds (id serial PRIMARY KEY); CREATE TABLE payments (id serial PRIMARY KEY)"
                + "; GRANT INSERT ON payments TO " + app
                + "; CREATE TABLE history (id int); CREATE SEQUENCE hibernate_sequence; CREATE SEQUENCE granted_seq; GRANT UPDATE ON granted_seq TO "
                + app + "; CREATE SCHEMA tool; CREATE TABLE tool.books (id int)"
                + "; CREATE TABLE audit.changes (id bigint GENERATED ALWAYS AS IDENTITY); GRANT ALL ON audit.changes TO "
                + app
                + "; CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parts DEFAULT"
                + "; GRANT SELECT ON parts TO " + app
                + "; CREATE TABLE log_2 () INHERITS (log); CREATE TABLE trail_2 () INHERITS (trail)");

        assertThat(Privileges.lacking(
                        before, Privileges.of(connection, app), app, Phase.MIGRATE, List.of("public.history", "tool")))
                .extracting(Leftover::kind, Leftover::object, Leftover::detail)
                .containsExactlyInAnyOrder(
                        tuple(Kind.LOST_PRIVILEGE, "view totals", app + " had SELECT before"),
                        tuple(Kind.LOST_PRIVILEGE, "table orders", app + " had DELETE before"),
                        tuple(Kind.LOST_PRIVILEGE, "sequence lines_id_seq", app + " had USAGE before"),
                        tuple(Kind.MISSING_PRIVILEGE, "table refunds", app + " may do nothing with it"),
                        tuple(Kind.MISSING_PRIVILEGE, "table trail_2", app + " may do nothing with it"),
                        tuple(Kind.MISSING_PRIVILEGE, "sequence payments_id_seq", app + " may do nothing with it"),
                        tuple(Kind.MISSING_PRIVILEGE, "sequence hibernate_sequence", app + " may do nothing with it"),
                        tuple(Kind.MISSING_PRIVILEGE, "table audit.changes", app + " may do nothing with it"));
    }
}
