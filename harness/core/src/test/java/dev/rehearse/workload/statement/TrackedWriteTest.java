package dev.rehearse.workload.statement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.workload.statement.Catalog.Column;
import dev.rehearse.workload.statement.Catalog.Index;
import dev.rehearse.workload.statement.Catalog.Table;
import dev.rehearse.workload.statement.TrackedWrite.Verb;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackedWriteTest {

    private static final Catalog CATALOG = new Catalog(
            Map.of(
                    1L,
                    table(1, "public.orders", "orders", true),
                    2L,
                    table(2, "crm.\"Odd Name\"", "crm.\"Odd Name\"", false)),
            List.of());

    private static Table table(long oid, String sqlName, String label, boolean found) {
        return new Table(
                oid,
                sqlName,
                label,
                found,
                false,
                10,
                false,
                false,
                List.of(column(1, "id"), column(2, "total")),
                List.of(new Index(true, true, false, "btree", List.of(1), List.of(), true)),
                List.of());
    }

    private static Column column(int number, String name) {
        return new Column(number, name, name, "integer", "int4", -1, true, ' ', false, false, null);
    }

    private static @Nullable TrackedWrite tracked(String sql) {
        return TrackedWrite.of(SqlTemplate.parse(sql), CATALOG);
    }

    private static void assertTracked(String sql, Verb verb, String added) {
        TrackedWrite write = Objects.requireNonNull(tracked(sql), sql);
        assertThat(write.verb()).isEqualTo(verb);
        assertThat(write.sql()).isEqualTo(sql.replaceAll(":\\w+", "?") + added);
    }

    @Test
    void a_bare_name_means_the_table_that_the_session_finds() {
        Catalog catalog = new Catalog(
                Map.of(
                        1L, table(1, "public.orders", "orders", false),
                        2L, table(2, "shop.orders", "shop.orders", true),
                        3L, table(3, "old.orders", "old.orders", false)),
                List.of());

        assertThat(List.of("orders", "ORDERS", "shop.orders", "public.orders", "old.orders"))
                .extracting(name -> Objects.requireNonNull(
                                TrackedWrite.of(SqlTemplate.parse("DELETE FROM " + name), catalog))
                        .table()
                        .oid())
                .containsExactly(2L, 2L, 2L, 1L, 3L);
    }

    @Test
    void the_row_is_returned_by_the_name_that_the_statement_gives_the_table() {
        assertTracked(
                "INSERT INTO orders (id) VALUES (:id)", Verb.INSERT, "\nRETURNING pg_catalog.to_json(orders.*)::text");
        assertTracked(
                "insert into public.orders as o values (1)", Verb.INSERT, "\nRETURNING pg_catalog.to_json(o.*)::text");
        assertTracked("UPDATE orders SET total = 1", Verb.UPDATE, "\nRETURNING pg_catalog.to_json(orders.*)::text");
        assertTracked(
                "UPDATE ONLY orders o SET total = 1 WHERE id = :id",
                Verb.UPDATE,
                "\nRETURNING pg_catalog.to_json(o.*)::text");
        assertTracked("DELETE FROM orders", Verb.DELETE, "\nRETURNING pg_catalog.to_json(orders.*)::text");
        assertTracked(
                "DELETE FROM crm.\"Odd Name\" USING orders WHERE true",
                Verb.DELETE,
                "\nRETURNING pg_catalog.to_json(\"Odd Name\".*)::text");
    }

    @Test
    void the_key_alone_is_returned_by_its_names() {
        TrackedWrite write = Objects.requireNonNull(tracked("DELETE FROM orders o WHERE id = 1 RETURNING total"));
        assertThat(write.byKey().sql())
                .isEqualTo("DELETE FROM orders o WHERE id = 1 RETURNING total"
                        + "\n, pg_catalog.json_build_object('id', o.id)::text");
        assertThat(write.byKey().isByKey()).isTrue();
        assertThat(write.isByKey()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true  | INSERT INTO orders (id) VALUES (1)
            true  | INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING
            false | INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET total = 1
            false | UPDATE orders SET total = 1
            false | DELETE FROM orders
            """)
    void a_write_that_changes_no_row_that_was_there_only_adds(boolean onlyAdds, String sql) {
        assertThat(Objects.requireNonNull(tracked(sql)).onlyAdds()).isEqualTo(onlyAdds);
    }

    @Test
    void what_the_statement_returns_itself_comes_first() {
        assertTracked(
                "INSERT INTO orders (id) VALUES (:id) RETURNING id",
                Verb.INSERT,
                "\n, pg_catalog.to_json(orders.*)::text");
    }

    @Test
    void a_returning_further_in_belongs_to_another_statement() {
        assertTracked(
                "INSERT INTO orders SELECT * FROM (SELECT 'RETURNING') x -- RETURNING",
                Verb.INSERT,
                "\nRETURNING pg_catalog.to_json(orders.*)::text");
    }

    @Test
    void reads_and_statements_that_begin_otherwise_are_not_tracked() {
        assertThat(tracked("SELECT * FROM orders")).isNull();
        assertThat(tracked("WITH x AS (DELETE FROM orders RETURNING id) SELECT * FROM x"))
                .isNull();
        assertThat(tracked("MERGE INTO orders USING x ON true WHEN MATCHED THEN DELETE"))
                .isNull();
        assertThat(tracked("INSERT INTO somewhere_else VALUES (1)")).isNull();
    }

    @Test
    void a_key_that_changes_is_noticed() {
        assertThat(Objects.requireNonNull(tracked("UPDATE orders SET total = 2, id = :id WHERE id = 1"))
                        .changesKey())
                .isTrue();
        assertThat(Objects.requireNonNull(tracked("UPDATE orders SET (total, id) = (1, 2)"))
                        .changesKey())
                .isTrue();
        assertThat(Objects.requireNonNull(tracked("UPDATE orders SET total = 2 WHERE id = 1"))
                        .changesKey())
                .isFalse();
        assertThat(Objects.requireNonNull(tracked("UPDATE orders SET total = (SELECT 1 WHERE 1 = 1)"))
                        .changesKey())
                .isFalse();
    }

    @Test
    void a_column_is_mentioned_as_a_word() {
        TrackedWrite write = Objects.requireNonNull(tracked("UPDATE orders SET total_net = 2"));
        assertThat(write.mentions("total_net")).isTrue();
        assertThat(write.mentions("total")).isFalse();
    }
}
