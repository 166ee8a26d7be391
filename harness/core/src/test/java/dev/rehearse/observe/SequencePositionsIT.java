package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequencePositionsIT {

    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = ObservedServers.freshDatabase(18).connect("rehearse-test");
        run(
                "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text)",
                "INSERT INTO orders (note) SELECT '' FROM generate_series(1, 100)",
                "CREATE SCHEMA shop; CREATE SEQUENCE shop.\"No\"; CREATE TABLE shop.items (no int DEFAULT nextval('shop.\"No\"'))",
                "INSERT INTO shop.items SELECT FROM generate_series(1, 50)",
                "CREATE SEQUENCE tickets; SELECT setval('tickets', 7); CREATE SEQUENCE round MAXVALUE 3 CYCLE; SELECT setval('round', 3)");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    private void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private SequencePositions begun() throws SQLException {
        return SequencePositions.beforeLoad(connection).asMigrationBegins(connection);
    }

    @Test
    void a_sequence_that_will_give_numbers_again_is_named_with_the_column_that_has_them() throws SQLException {
        SequencePositions before = begun();
        run(
                "ALTER TABLE orders DROP COLUMN id",
                "ALTER TABLE orders ADD COLUMN id bigint",
                "UPDATE orders SET id = (ctid::text::point)[1]",
                "ALTER TABLE orders ALTER id SET NOT NULL, ALTER id ADD GENERATED ALWAYS AS IDENTITY, ADD PRIMARY KEY (id)",
                "SELECT setval('shop.\"No\"', 49)",
                "ALTER SEQUENCE tickets RESTART; SELECT nextval('round')");

        assertThat(before.fallen(connection))
                .extracting(SchemaDifference::object, SchemaDifference::before, SchemaDifference::after)
                .containsExactly(
                        tuple("the position of sequence orders_id_seq", "100", "0, though orders.id goes up to 100"),
                        tuple("the position of sequence shop.\"No\"", "50", "49, though shop.items.no goes up to 50"),
                        tuple("the position of sequence tickets", "7", "0"));
    }

    @Test
    void one_that_stands_at_the_greatest_number_that_is_there_or_rose_is_as_it_was() throws SQLException {
        SequencePositions before = begun();
        run(
                "DELETE FROM orders WHERE id > 90; SELECT setval('orders_id_seq', 90)",
                "SELECT nextval('shop.\"No\"'); SELECT nextval('tickets')",
                "CREATE SEQUENCE younger");

        assertThat(before.fallen(connection)).isEmpty();
    }

    @Test
    void one_that_stayed_while_another_gave_the_numbers_is_named_where_it_was_ahead_of_its_column()
            throws SQLException {
        run("CREATE TABLE notes (id serial PRIMARY KEY); INSERT INTO notes VALUES (9)");
        SequencePositions before = begun();
        run(
                "INSERT INTO orders (id, note) OVERRIDING SYSTEM VALUE SELECT i, '' FROM generate_series(101, 130) AS i",
                "INSERT INTO orders (id, note) OVERRIDING SYSTEM VALUE SELECT nextval('orders_id_seq') + 1000, ''",
                "INSERT INTO notes VALUES (10)");

        assertThat(before.fallen(connection))
                .extracting(SchemaDifference::object, SchemaDifference::before, SchemaDifference::after)
                .containsExactly(tuple(
                        "the position of sequence orders_id_seq", "100", "101, though orders.id goes up to 1101"));
    }

    @Test
    void numbers_that_the_application_made_up_since_the_migration_began_are_not_the_sequences() throws SQLException {
        SequencePositions before = begun();
        run("INSERT INTO orders (id, note) OVERRIDING SYSTEM VALUE VALUES (70000000000, '')");
        SequencePositions rollback = before.asRollbackBegins(connection);
        run("INSERT INTO orders (note) VALUES ('')");

        assertThat(rollback.fallen(connection)).isEmpty();
    }

    @Test
    void numbers_that_another_sequence_gave_until_the_rollback_are_given_again_also_where_no_index_knows_them()
            throws SQLException {
        SequencePositions before = begun();
        run(
                "CREATE SEQUENCE other START 51; ALTER TABLE shop.items ALTER no SET DEFAULT nextval('other')",
                "INSERT INTO shop.items SELECT FROM generate_series(51, 60)",
                "INSERT INTO shop.items VALUES (70000)");
        SequencePositions rollback = before.asRollbackBegins(connection);
        run("ALTER TABLE shop.items ALTER no SET DEFAULT nextval('shop.\"No\"'); DROP SEQUENCE other");

        assertThat(rollback.fallen(connection))
                .extracting(SchemaDifference::object, SchemaDifference::after)
                .containsExactly(
                        tuple("the position of sequence shop.\"No\"", "50, though shop.items.no goes up to 70000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE FUNCTION next_no() RETURNS int LANGUAGE sql AS $$ SELECT nextval('other')::int $$;"
                        + " ALTER TABLE shop.items ALTER no SET DEFAULT next_no()",
                "CREATE FUNCTION next_no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.no := nextval('other'); RETURN NEW; END $$;"
                        + " CREATE TRIGGER next_no BEFORE INSERT ON shop.items FOR EACH ROW EXECUTE FUNCTION next_no();"
                        + " ALTER TABLE shop.items ALTER no DROP DEFAULT"
            })
    void numbers_that_a_function_gave_until_the_rollback_are_given_again(String filling) throws SQLException {
        run("ALTER SEQUENCE shop.\"No\" OWNED BY shop.items.no");
        SequencePositions before = begun();
        run("CREATE SEQUENCE other START 51", filling, "INSERT INTO shop.items SELECT FROM generate_series(51, 60)");
        SequencePositions rollback = before.asRollbackBegins(connection);
        run(
                "ALTER TABLE shop.items ALTER no SET DEFAULT nextval('shop.\"No\"')",
                "DROP FUNCTION next_no CASCADE; DROP SEQUENCE other");

        assertThat(rollback.fallen(connection))
                .extracting(SchemaDifference::object, SchemaDifference::after)
                .containsExactly(
                        tuple("the position of sequence shop.\"No\"", "50, though shop.items.no goes up to 60"));
    }
}
