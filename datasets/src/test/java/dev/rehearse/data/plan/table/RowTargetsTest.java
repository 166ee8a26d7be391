package dev.rehearse.data.plan.table;

import static dev.rehearse.data.catalog.Tables.column;
import static dev.rehearse.data.catalog.Tables.foreignKey;
import static dev.rehearse.data.catalog.Tables.table;
import static dev.rehearse.data.catalog.Tables.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableGraph;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.twin.ProfileUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowTargetsTest {

    private final Table customer = table(1, "customer", 0);
    private final Table orders = table(2, "orders", 0, foreignKey(2, 1));
    private final Table version = table(3, "schema_version", 12);
    private final List<Table> tables = List.of(customer, orders, version);

    @Test
    void each_step_up_from_the_leaves_takes_a_tenth_of_the_rows() {
        RowTargets targets = targets(Map.of());

        assertThat(targets.of(orders)).isEqualTo(5_000);
        assertThat(targets.of(customer)).isEqualTo(500);
    }

    @Test
    void each_step_takes_less_where_many_would_leave_too_few_rows() {
        List<Table> chain = new ArrayList<>(List.of(table(1, "t1", 0)));
        for (int i = 2; i <= 6; i++) {
            chain.add(table(i, "t" + i, 0, foreignKey(i, i - 1)));
        }

        assertThat(rows(chain, 20_000)).containsExactly(100L, 211L, 447L, 946L, 2_000L, 20_000L);
        assertThat(rows(chain, 10_000_000))
                .containsExactly(10_000L, 31_623L, 100_000L, 316_228L, 1_000_000L, 10_000_000L);
        assertThat(rows(chain.subList(0, 3), 20_000)).containsExactly(200L, 2_000L, 20_000L);
        assertThat(rows(chain, 50)).containsOnly(50L);
    }

    private static List<Long> rows(List<Table> tables, long most) {
        RowTargets targets =
                new RowTargets(tables, new TableGraph(tables), new DatasetSpec(most, Map.of(), 1, 0), ProfileUse.NONE);
        return tables.stream().map(targets::of).toList();
    }

    @Test
    void lists_that_others_choose_from_are_short() {
        Table country = table(1, "countries", 0);
        Table tenant = table(2, "tenant", 0);
        Table role = table(3, "tenant_roles", 0, foreignKey(3, 2));
        Table user = table(4, "users", 0, foreignKey(4, 1), foreignKey(4, 3));
        Table type = table(5, "event_type", 0);
        List<Table> all = List.of(country, tenant, role, user, type);

        RowTargets targets = targets(all, Map.of());

        assertThat(targets.of(country)).isEqualTo(100);
        assertThat(targets.of(role)).as("of each tenant").isEqualTo(500);
        assertThat(targets.of(type)).as("nobody refers to it").isEqualTo(5_000);
        assertThat(targets(all, Map.of("countries", 250L)).of(country)).isEqualTo(250);
    }

    @Test
    void a_table_that_had_rows_keeps_them_unless_it_is_named() {
        assertThat(targets(Map.of()).of(version)).isEqualTo(12);
        assertThat(targets(Map.of("schema_version", 40L)).of(version)).isEqualTo(40);
    }

    @Test
    void a_table_of_first_rows_that_others_refer_to_gets_more() {
        assertThat(begun(1, column(2, "created_at", SqlType.Kind.TIMESTAMPTZ))).isEqualTo(500);
        assertThat(begun(1, column(2, "created_at", SqlType.Kind.INT8))).isEqualTo(500);
        assertThat(begun(1, column(2, "created_by", SqlType.Kind.INT8))).isEqualTo(1);
        assertThat(begun(4, column(2, "created_at", SqlType.Kind.TIMESTAMPTZ))).isEqualTo(4);
        assertThat(begun(1, column(2, "label", SqlType.Kind.TEXT))).isEqualTo(1);
    }

    @Test
    void a_few_rows_that_short_texts_tell_apart_are_a_list_of_codes() {
        Column created = column(2, "created_at", SqlType.Kind.TIMESTAMPTZ);

        assertThat(begun(2, text("code", 5), created)).isEqualTo(2);
        assertThat(begun(2, text("name", 50), created)).isEqualTo(500);
    }

    private static Column text(String name, int length) {
        return new Column(1, name, type(SqlType.Kind.TEXT, length + 4), true, null, null, false, false);
    }

    @Test
    void where_a_migration_tool_keeps_its_history_nothing_is_made_up_unless_it_is_named() {
        Table history = table(1, "__Diesel_schema_migrations", 0);
        List<Table> one = List.of(history);

        assertThat(targets(one, Map.of()).of(history)).isZero();
        assertThat(targets(one, Map.of("__Diesel_schema_migrations", 3L)).of(history))
                .isEqualTo(3);
    }

    /** How many rows a table gets that has some and is referred to. */
    private static long begun(long rows, Column more) {
        return begun(rows, column(1, "id", SqlType.Kind.INT4), more);
    }

    private static long begun(long rows, Column key, Column more) {
        Table tenant = new Table(
                1,
                "public",
                "tenant",
                false,
                List.of(key, more),
                List.of(new UniqueKey("tenant_pkey", List.of(1), true, null, false, false, List.of(), null)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                rows);
        List<Table> tables = List.of(tenant, table(2, "account", 0, foreignKey(2, 1)));
        return new RowTargets(tables, new TableGraph(tables), new DatasetSpec(5_000, Map.of(), 1, 0), ProfileUse.NONE)
                .of(tenant);
    }

    @Test
    void a_table_is_found_by_its_name_in_any_case_and_with_its_schema() {
        assertThat(targets(Map.of("ORDERS", 7L)).of(orders)).isEqualTo(7);
        assertThat(targets(Map.of("public.orders", 0L)).of(orders)).isZero();
    }

    @Test
    void an_unknown_table_is_an_error_that_names_the_nearest_one() {
        assertThatThrownBy(() -> targets(Map.of("order", 7L)))
                .isInstanceOf(DatasetException.class)
                .hasMessage(
                        "There is no table \"order\", which the rows of the data set name. Did you mean \"orders\"?")
                .extracting(e -> ((DatasetException) e).actor())
                .isEqualTo(DatasetException.Actor.PLAN_AUTHOR);
    }

    @Test
    void one_table_cannot_be_named_twice() {
        assertThatThrownBy(() -> targets(Map.of("orders", 7L, "public.orders", 8L)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("public.orders is named twice");
    }

    private RowTargets targets(Map<String, Long> rows) {
        return targets(tables, rows);
    }

    private static RowTargets targets(List<Table> tables, Map<String, Long> rows) {
        return new RowTargets(tables, new TableGraph(tables), new DatasetSpec(5_000, rows, 1, 0), ProfileUse.NONE);
    }
}
