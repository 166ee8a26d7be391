package dev.rehearse.data.fill;

import static dev.rehearse.data.fill.DatasetIT.query;
import static dev.rehearse.data.fill.DatasetIT.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.data.Age;
import dev.rehearse.data.AskedOnce;
import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetException.Actor;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.Dirt;
import dev.rehearse.data.FillProgress;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.Part;
import dev.rehearse.data.ScratchServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rows that planned constraints refuse, and what years of use leave: each is what the server itself finds. */
class DirtAndAgeIT {

    private static final String SCHEMA = """
            CREATE TABLE customer (id integer PRIMARY KEY, email text NOT NULL, zip varchar(20) NOT NULL, name varchar(80));
            CREATE TABLE orders (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              customer_id integer NOT NULL REFERENCES customer,
              coupon_id bigint,
              status text,
              total numeric(10, 2) NOT NULL CHECK (total >= -1000),
              placed_at timestamptz NOT NULL) PARTITION BY HASH (id);
            CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE orders_1 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE coupon (id bigint PRIMARY KEY);
            CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a trigger fired''; END';
            CREATE TRIGGER never BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION never()""";

    private static final List<Dirt> DIRT = List.of(
            new Dirt("customer", "UNIQUE (lower(email))", 7),
            new Dirt("customer", "unique (name, zip)", 5),
            new Dirt("customer", "zip type integer", 4),
            new Dirt("customer", "name TYPE varchar(40)", 3),
            new Dirt("orders", "not null (status)", 11),
            new Dirt("orders", "check (total >= 0 and placed_at < '2100-01-01')", 6),
            new Dirt("orders", "foreign key (coupon_id) references coupon", 9));

    /** Rows too many of an e-mail address, too long names, orders without a status, that break the check, of an unknown coupon; addresses alike to the letter. */
    private static final String BROKEN = """
            SELECT (SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) n FROM customer GROUP BY lower(email)) t),
              (SELECT count(*) FROM customer WHERE length(name) > 40),
              (SELECT count(*) FROM orders WHERE status IS NULL),
              (SELECT count(*) FROM orders WHERE NOT (total >= 0 AND placed_at < '2100-01-01')),
              (SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT FROM coupon c WHERE c.id = coupon_id) AND coupon_id < 0),
              (SELECT count(*) - count(DISTINCT email) FROM customer)""";

    private static ScratchServer server;

    @BeforeAll
    static void start() {
        // What is dead shall stay so until it is counted.
        server = ScratchServer.start("autovacuum=off");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void each_dirt_makes_the_statement_fail_that_it_was_made_for() throws Exception {
        ConnectionSource database = server.database("dirty");
        script(database, SCHEMA);

        ConnectionSource clean = server.database("clean");
        script(clean, SCHEMA);
        fill(clean, spec());

        FilledDataset filled = fill(database, spec().withDirt(DIRT));

        assertThat(filled.notes())
                .contains(
                        "Table public.customer has 7 rows that break UNIQUE (lower(email)).",
                        "Table public.orders has 9 rows that break foreign key (coupon_id) references coupon.");
        Map<String, String> refused = Map.of(
                "CREATE UNIQUE INDEX ON customer (lower(email))", "23505",
                "CREATE UNIQUE INDEX ON customer (name, zip)", "23505",
                "ALTER TABLE customer ALTER zip TYPE integer USING zip::integer", "22",
                "ALTER TABLE customer ALTER name TYPE varchar(40)", "22001",
                "ALTER TABLE orders ALTER status SET NOT NULL", "23502",
                "ALTER TABLE orders ADD CHECK (total >= 0 and placed_at < '2100-01-01')", "23514",
                "ALTER TABLE orders ADD FOREIGN KEY (coupon_id) REFERENCES coupon", "23503");
        refused.forEach((statement, state) -> assertThatThrownBy(() -> script(database, statement))
                .as(statement)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith(state)));
        List<Integer> before = numbers(clean, BROKEN);
        List<Integer> after = numbers(database, BROKEN);
        assertThat(IntStream.range(0, after.size()).map(i -> after.get(i) - before.get(i)))
                .containsExactly(7, 3, 11, 6, 9, 0);
        assertThat(query(database, "SELECT count(*) FROM pg_trigger WHERE tgname = 'never' AND tgenabled = 'O'"))
                .containsExactly("1");
    }

    @Test
    @AskedOnce
    void the_same_seed_soils_the_same_rows_for_any_number_of_threads_and_parts() throws Exception {
        DatasetSpec dirty = spec().withDirt(DIRT);
        String rows = "SELECT md5(string_agg(c::text, '|' ORDER BY c.id)) FROM customer c UNION ALL"
                + " SELECT md5(string_agg(o::text, '|' ORDER BY o.id)) FROM orders o";
        ConnectionSource whole = server.database("dirty_whole");
        script(whole, SCHEMA);
        Dataset.fill(whole, dirty, FillProgress.SILENT, 1);
        ConnectionSource inParts = server.database("dirty_parts");
        script(inParts, SCHEMA);

        for (int part = 1; part <= 2; part++) {
            Dataset.fill(inParts, dirty, new Part(part, 2), FillProgress.SILENT);
        }

        assertThat(query(inParts, rows)).isEqualTo(query(whole, rows));
    }

    @Test
    void dirt_that_the_schema_does_not_allow_is_refused_before_anything_is_loaded() throws Exception {
        ConnectionSource database = server.database("refusing");
        script(database, SCHEMA);
        Map<Dirt, String> refused = Map.of(
                new Dirt("customer", "not null (email)", 1), "column email is NOT NULL already",
                new Dirt("customer", "unique (id)", 1), "the unique key customer_pkey holds already",
                new Dirt("orders", "foreign key (customer_id) references customer", 1), "part of a foreign key",
                new Dirt("orders", "foreign key (coupon_id) references voucher", 1), "there is no table voucher",
                new Dirt("orders", "check (totl > 0)", 1), "column \"totl\" does not exist",
                new Dirt("customer", "zip type integr", 1), "type \"integr\" does not exist",
                new Dirt("customer", "zip type text", 1), "text takes every value",
                new Dirt("customer", "not null (nme)", 1), "Did you mean \"name\"?",
                new Dirt("custmer", "not null (name)", 1), "Did you mean \"customer\"?");

        refused.forEach((dirt, why) -> assertThat(catchThrowableOfType(
                        DatasetException.class, () -> fill(database, spec().withDirt(List.of(dirt)))))
                .as(dirt.toString())
                .hasMessageContaining(why)
                .extracting(DatasetException::actor)
                .isEqualTo(Actor.PLAN_AUTHOR));
        assertThat(query(database, "SELECT count(*) FROM customer")).containsExactly("0");
    }

    @Test
    void an_aged_table_is_as_bloated_and_dead_and_its_statistics_as_old_as_was_asked() throws Exception {
        ConnectionSource database = server.database("aged");
        script(database, SCHEMA);
        script(database, "CREATE EXTENSION IF NOT EXISTS pgstattuple");

        FilledDataset filled = fill(database, spec().withAge(new Age(0.2, 0.4, 0.25)));

        List<Double> customer = shares(database, "customer");
        assertThat(customer.get(0)).as("dead rows").isCloseTo(0.2, within(0.03));
        assertThat(numbers(database, "SELECT count(*) FROM customer").get(0)).isEqualTo(20_000);
        // The dead rows lie in what was free.
        assertThat(customer.get(1)).as("free space and dead rows").isCloseTo(0.4, within(0.05));
        assertThat(shares(database, "orders_0").get(1)).isCloseTo(0.4, within(0.05));
        assertThat(numbers(
                                database,
                                "SELECT max(most_common_or_last::text::int) FROM (SELECT (histogram_bounds::text::int[])"
                                        + "[cardinality(histogram_bounds::text::int[])] AS most_common_or_last FROM pg_stats"
                                        + " WHERE tablename = 'customer' AND attname = 'id') t")
                        .get(0))
                .as("the largest id that the statistics know")
                .isBetween(14_000, 15_000);
        assertThat(filled.notes())
                .anyMatch(note -> note.startsWith("Table public.customer is aged: 4")
                        && note.contains(" % of its pages are free space and dead rows, ")
                        && note.endsWith("its statistics are from before its newest 25 %."));
        assertThat(query(database, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"))
                .containsExactly("1");
        assertThat(query(database, "SELECT count(*) FROM pg_trigger WHERE tgname = 'never' AND tgenabled = 'O'"))
                .containsExactly("1");
    }

    @Test
    void a_table_with_more_dead_rows_than_free_space_is_told_as_large_as_it_is() throws Exception {
        ConnectionSource database = server.database("dead");
        script(database, SCHEMA);
        script(database, "CREATE EXTENSION IF NOT EXISTS pgstattuple");

        FilledDataset filled = fill(database, spec().withAge(new Age(0.4, 0.1, 0)));

        assertThat(filled.aged())
                .filteredOn(table -> table.table().equals("public.customer"))
                .singleElement()
                .satisfies(table -> assertThat(table.bloat())
                        .isCloseTo(shares(database, "customer").get(1), within(0.05)));
    }

    @Test
    void shares_of_null_are_as_chosen() throws Exception {
        ConnectionSource database = server.database("chosen_nulls");
        script(database, SCHEMA);

        fill(database, spec().withNulls(Map.of("orders.status", 0.0, "customer.name", 1.0, "orders.coupon_id", 0.5)));

        assertThat(numbers(database, "SELECT (SELECT count(status) FROM orders), (SELECT count(name) FROM customer)"))
                .containsExactly(20_000, 0);
        assertThat(numbers(database, "SELECT count(coupon_id) FROM orders").get(0))
                .isBetween(9_000, 11_000);
        ConnectionSource refusing = server.database("refusing_nulls");
        script(refusing, SCHEMA);
        assertThatThrownBy(() -> fill(refusing, spec().withNulls(Map.of("customer.email", 0.1))))
                .hasMessageContaining("Column email of table public.customer is NOT NULL");
        assertThatThrownBy(() -> fill(refusing, spec().withNulls(Map.of("customer.emale", 0.1))))
                .hasMessageContaining("Did you mean \"email\"?");
    }

    private static DatasetSpec spec() {
        return new DatasetSpec(20_000, Map.of("customer", 20_000L), 7, 0);
    }

    private static FilledDataset fill(ConnectionSource database, DatasetSpec spec) {
        return Dataset.fill(database, spec, FillProgress.SILENT);
    }

    private static List<Integer> numbers(ConnectionSource database, String sql) throws SQLException {
        return Stream.of(query(database, "SELECT translate(t::text, '()', '') FROM (" + sql + ") t")
                        .get(0)
                        .split(","))
                .map(Integer::valueOf)
                .toList();
    }

    /** The shares of dead rows among all row versions, and of space that no living row has. */
    private static List<Double> shares(ConnectionSource database, String table) throws SQLException {
        return Stream.of(query(
                                database,
                                "SELECT dead_tuple_count::float8 / (dead_tuple_count + tuple_count) || ' '"
                                        + " || (free_percent + dead_tuple_percent) / 100 FROM pgstattuple('" + table
                                        + "')")
                        .get(0)
                        .split(" "))
                .map(Double::valueOf)
                .toList();
    }
}
