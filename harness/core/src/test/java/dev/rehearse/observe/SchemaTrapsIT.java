package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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
class SchemaTrapsIT extends ObservedDatabase {

    @Parameter
    int version;

    @BeforeEach
    void open_a_database() throws SQLException {
        connect(version);
    }

    private List<Leftover> find(String... leftOut) throws SQLException {
        return SchemaTraps.read(connection, List.of(leftOut)).since(SchemaTraps.NONE, Phase.MIGRATE);
    }

    @Test
    void a_column_that_holds_fewer_keys_than_what_it_refers_to_is_found() throws SQLException {
        run("CREATE TABLE orders (id bigint PRIMARY KEY, shop int, UNIQUE (shop, id)); CREATE DOMAIN number AS int"
                + "; CREATE TABLE lines (order_id bigint REFERENCES orders, other number REFERENCES orders, shop smallint, third bigint,"
                + " FOREIGN KEY (shop, third) REFERENCES orders (shop, id))"
                + "; CREATE TABLE events (day date, order_id int REFERENCES orders) PARTITION BY RANGE (day)"
                + "; CREATE TABLE events_1 PARTITION OF events DEFAULT");

        assertThat(find())
                .extracting(Leftover::kind, Leftover::object, Leftover::detail)
                .containsExactly(
                        tuple(
                                Kind.NARROW_REFERENCE,
                                "events.order_id",
                                "integer, and refers to orders.id, which is bigint"),
                        tuple(
                                Kind.NARROW_REFERENCE,
                                "lines.other",
                                "integer, and refers to orders.id, which is bigint"),
                        tuple(
                                Kind.NARROW_REFERENCE,
                                "lines.shop",
                                "smallint, and refers to orders.shop, which is integer"));
    }

    @Test
    void what_a_widened_key_has_left_narrow_is_found() throws SQLException {
        run(
                "CREATE TABLE shop (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY); CREATE TABLE stall (shop int REFERENCES shop)"
                        + "; ALTER TABLE shop ALTER id TYPE bigint, ALTER n TYPE bigint");

        assertThat(find())
                .extracting(Leftover::kind, Leftover::object, Leftover::detail)
                .containsExactly(
                        tuple(Kind.NARROW_REFERENCE, "stall.shop", "integer, and refers to shop.id, which is bigint"),
                        tuple(
                                Kind.NARROW_SEQUENCE,
                                "shop_id_seq",
                                "it ends at 2147483647, and gives the numbers of shop.id, which is bigint"));

        run("ALTER SEQUENCE shop_id_seq AS bigint; ALTER TABLE stall ALTER shop TYPE bigint");
        assertThat(find()).isEmpty();
    }

    @Test
    void a_column_that_a_sequence_fills_is_found_where_its_type_ends_early() throws SQLException {
        run("CREATE SCHEMA audit; CREATE TABLE audit.kinds (id smallserial PRIMARY KEY, big bigserial, n int)"
                + "; CREATE TABLE parcels (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, turn int GENERATED ALWAYS AS IDENTITY (CYCLE))"
                + "; CREATE TABLE history (id serial); CREATE TABLE audit.history (id serial)");

        assertThat(find("history"))
                .extracting(Leftover::kind, Leftover::object, Leftover::detail)
                .containsExactly(
                        tuple(Kind.SHORT_KEY, "audit.kinds.id", "smallint: its last number is 32,767"),
                        tuple(Kind.SHORT_KEY, "parcels.id", "integer: its last number is 2,147,483,647"));
        assertThat(find("audit.history"))
                .extracting(Leftover::object)
                .containsExactly("audit.kinds.id", "history.id", "parcels.id");
    }

    @Test
    void a_table_is_found_whose_whole_rows_the_server_cannot_compare() throws SQLException {
        run("CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN document AS json"
                + "; CREATE TABLE fine (a jsonb, b varchar(3), c char(3), d text[], e mood, f int4range, g interval, h uuid, i inet, j bytea, k name,"
                + " l mood[], m bit varying(3), n tsvector, o cidr)"
                + "; CREATE TABLE orders (id int, extra json, more document[], place point)");

        assertThat(find())
                .extracting(Leftover::kind, Leftover::object, Leftover::detail)
                .containsExactly(tuple(
                        Kind.ROWS_INCOMPARABLE,
                        "orders",
                        "no equality of extra, json; more, document[]; place, point"));
        run("SELECT DISTINCT * FROM fine");
        assertThatThrownBy(() -> run("SELECT DISTINCT * FROM orders"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42883"));
    }

    @Test
    void what_has_another_name_was_there_before_and_what_is_new_was_not() throws SQLException {
        run(
                "CREATE TABLE shop (id serial PRIMARY KEY, extra json); ALTER TABLE shop ALTER id TYPE bigint; CREATE TABLE stall (n serial, shop int REFERENCES shop)");
        SchemaTraps before = SchemaTraps.read(connection, List.of());

        run("ALTER TABLE shop RENAME TO store; ALTER SEQUENCE shop_id_seq RENAME TO store_id_seq"
                + "; ALTER TABLE stall RENAME shop TO store; ALTER TABLE stall RENAME n TO number"
                + "; CREATE TABLE shelf (id serial PRIMARY KEY, store int REFERENCES store)");

        assertThat(SchemaTraps.read(connection, List.of()).since(before, Phase.MIGRATE))
                .extracting(Leftover::kind, Leftover::object)
                .containsExactly(tuple(Kind.NARROW_REFERENCE, "shelf.store"), tuple(Kind.SHORT_KEY, "shelf.id"));
    }
}
