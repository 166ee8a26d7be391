package dev.rehearse.data.anonymize.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.Subset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TablePartTest {

    private static SourceTable table(long pages) {
        return new SourceTable(
                1, "shop", "orders", false, 10, List.of(), List.of(new SourceTable.Leaf(7, "shop.orders", pages)));
    }

    private static List<String> names(long pages) {
        return TablePart.of(List.of(table(pages)), null).stream()
                .map(TablePart::name)
                .toList();
    }

    private static List<String> namesOfRows(int first) {
        ChosenRows chosen = new ChosenRows();
        for (int page = first; page < first + 3_000; page++) {
            chosen.add(7, page, 1);
        }
        return TablePart.of(List.of(table(9_000)), chosen).stream()
                .map(TablePart::name)
                .toList();
    }

    @Test
    void a_part_is_named_after_the_rows_that_it_has() {
        assertThat(namesOfRows(0)).hasSize(2).doesNotHaveDuplicates().isEqualTo(namesOfRows(0));
        assertThat(namesOfRows(1)).doesNotContainAnyElementsOf(namesOfRows(0));
        assertThat(names(600))
                .containsExactly(
                        "shop.orders pages 0 to 256",
                        "shop.orders pages 256 to 512",
                        "shop.orders pages 512 to the end");
        // What was the last part ends elsewhere once there are more pages.
        assertThat(names(800)).doesNotContain("shop.orders pages 512 to the end");
    }

    @Test
    void a_table_that_is_not_small_has_parts_enough_for_all_sessions_to_end_together() {
        assertThat(names(256)).containsExactly("shop.orders");
        assertThat(names(16_000)).hasSize(16).startsWith("shop.orders pages 0 to 1000");
        assertThat(names(80_000)).hasSize(40).startsWith("shop.orders pages 0 to 2048");
    }

    @Test
    void a_table_that_was_never_analyzed_has_as_many_rows_as_its_pages_may_hold() {
        assertThat(table(5_000).mostRows()).isEqualTo(400_000);
        assertThat(table(0).mostRows()).isEqualTo(10);
    }

    @Test
    void conditions_are_told_in_an_order_that_every_process_has() {
        Map<String, String> conditions =
                Map.of("orders", "id > 1", "customers", "id > 2", "notes", "id > 3", "lines", "id > 4");

        assertThat(new Subset(5, conditions))
                .hasToString("Subset[percent=5.0, conditions={customers=id > 2, lines=id > 4, notes=id > 3,"
                        + " orders=id > 1}]");
    }
}
