package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {18, 14})
class FormerValuesIT extends ObservedDatabase {

    @Parameter
    int version;

    @BeforeEach
    void make_tables() throws SQLException {
        connect(version);
        run(
                "CREATE FUNCTION norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(t)'",
                "CREATE FUNCTION tax(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n / 5'",
                "CREATE TABLE orders (name text, total int, tax int GENERATED ALWAYS AS (tax(total)) STORED)",
                "INSERT INTO orders VALUES ('a', 100), (NULL, NULL)",
                "CREATE INDEX orders_norm ON orders (norm(name))",
                "CREATE INDEX orders_part ON orders (total) WHERE norm(name) = 'a'",
                "CREATE INDEX orders_lower ON orders (lower(name))");
    }

    private List<String> leftBy(String... migration) throws SQLException {
        SchemaFingerprint schema = SchemaFingerprint.read(connection);
        FormerValues before = FormerValues.read(connection);
        run(migration);
        return before
                .since(
                        connection,
                        Untried.changed(SchemaFingerprint.differences(schema, SchemaFingerprint.read(connection))),
                        Phase.MIGRATE)
                .stream()
                .map(Leftover::object)
                .toList();
    }

    private static String norm(String body) {
        return "CREATE OR REPLACE FUNCTION norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS '" + body + "'";
    }

    private static String tax(String body) {
        return "CREATE OR REPLACE FUNCTION tax(n int) RETURNS int LANGUAGE sql IMMUTABLE AS '" + body + "'";
    }

    @Test
    void indexes_and_columns_that_hold_what_a_function_gave_before_are_found() throws SQLException {
        assertThat(leftBy(norm("SELECT upper(t)"), tax("SELECT n / 4")))
                .containsExactly("column orders.tax", "index orders_norm", "index orders_part");
    }

    @Test
    void what_partitions_hold_is_found_once_and_with_the_last_that_is_made_anew_no_more() throws SQLException {
        run(
                "CREATE TABLE lines (id int, name text, low text GENERATED ALWAYS AS (norm(name)) STORED) PARTITION BY RANGE (id)",
                "CREATE TABLE lines_1 PARTITION OF lines FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE lines_2 PARTITION OF lines DEFAULT",
                "CREATE INDEX lines_norm ON lines (norm(name))",
                "INSERT INTO lines VALUES (1, 'a'), (20, 'b')");

        String[] change = {norm("SELECT upper(t)"), "DROP INDEX orders_norm, orders_part", "REINDEX TABLE lines_1"};
        assertThat(leftBy(change)).containsExactly("column lines.low", "index lines_norm");
    }

    @Test
    void what_is_made_anew_is_not() throws SQLException {
        assertThat(leftBy(
                        norm("SELECT upper(t)"),
                        tax("SELECT n / 4"),
                        "REINDEX INDEX orders_norm",
                        "DROP INDEX orders_part",
                        "UPDATE orders SET total = total"))
                .isEmpty();
    }

    @Test
    void a_function_that_gives_what_it_gave_leaves_the_column_as_it_is() throws SQLException {
        assertThat(leftBy(tax("SELECT (n) / 5"))).isEmpty();
    }

    @Test
    void a_function_that_does_not_bear_the_rows_leaves_a_column_that_it_would_not_give() throws SQLException {
        assertThat(leftBy(tax("SELECT n / 0"))).containsExactly("column orders.tax");
    }
}
