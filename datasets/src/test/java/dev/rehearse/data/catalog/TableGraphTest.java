package dev.rehearse.data.catalog;

import static dev.rehearse.data.catalog.Tables.foreignKey;
import static dev.rehearse.data.catalog.Tables.table;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableGraphTest {

    private final Table country = table(1, "country", 0);
    private final Table customer = table(2, "customer", 0, foreignKey(2, 1), foreignKey(2, 2));
    private final Table orders = table(3, "orders", 0, foreignKey(3, 2));
    private final Table line = table(4, "line", 0, foreignKey(4, 3), foreignKey(4, 1));

    @Test
    void parents_come_before_their_children() {
        TableGraph graph = new TableGraph(List.of(line, orders, customer, country));

        assertThat(graph.parentsFirst()).containsExactly(country, customer, orders, line);
    }

    @Test
    void the_height_counts_the_longest_way_to_a_table_that_nothing_references() {
        TableGraph graph = new TableGraph(List.of(line, orders, customer, country));

        assertThat(graph.heights())
                .containsEntry(4L, 0)
                .containsEntry(3L, 1)
                .containsEntry(2L, 2)
                .containsEntry(1L, 3);
    }

    @Test
    void only_foreign_keys_between_different_tables_of_a_component_are_in_a_cycle() {
        Table a = table(5, "a", 0, foreignKey(5, 6));
        Table b = table(6, "b", 0, foreignKey(6, 7));
        Table c = table(7, "c", 0, foreignKey(7, 5), foreignKey(7, 1));

        TableGraph graph = new TableGraph(List.of(a, b, c, country, customer));

        assertThat(graph.inCycle(a.foreignKeys().get(0))).isTrue();
        assertThat(graph.inCycle(b.foreignKeys().get(0))).isTrue();
        assertThat(graph.inCycle(c.foreignKeys().get(0))).isTrue();
        assertThat(graph.inCycle(c.foreignKeys().get(1))).isFalse();
        assertThat(graph.inCycle(customer.foreignKeys().get(1))).isFalse();
        assertThat(graph.parentsFirst().indexOf(country))
                .isLessThan(graph.parentsFirst().indexOf(c));
    }
}
