package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SchemaFingerprintTest {

    private static SchemaFingerprint of(Map<String, String> objects) {
        return new SchemaFingerprint(new TreeMap<>(objects));
    }

    @Test
    void that_not_null_came_or_went_is_told_of_the_column_alone_and_one_that_holds_new_rows_only_by_itself() {
        SchemaFingerprint before = of(Map.of(
                "column items.n", "integer not null",
                "constraint items.items_n_not_null", "NOT NULL n",
                "column items.note", "text"));
        SchemaFingerprint after = of(Map.of(
                "column items.n", "integer",
                "column items.note", "text not null",
                "constraint items.note_set", "NOT NULL note NOT VALID; not validated"));

        assertThat(SchemaFingerprint.differences(before, after))
                .extracting(SchemaDifference::object)
                .containsExactly("column items.n", "column items.note", "constraint items.note_set");
    }

    @Test
    void another_name_of_not_null_is_no_difference_and_another_column_or_table_or_name_of_a_check_is() {
        SchemaFingerprint before = of(Map.of(
                "constraint flow.scope_json_not_null", "NOT NULL scope",
                "constraint flow.\"a.b\"", "NOT NULL note",
                "constraint flow.positive", "CHECK ((n > 0))",
                "constraint items.n_not_null", "NOT NULL n"));
        SchemaFingerprint after = of(Map.of(
                "constraint flow.flow_scope_not_null", "NOT NULL scope",
                "constraint flow.flow_note_not_null", "NOT NULL note",
                "constraint flow.above_zero", "CHECK ((n > 0))",
                "constraint parts.n_not_null", "NOT NULL n"));

        assertThat(SchemaFingerprint.differences(before, after))
                .extracting(SchemaDifference::object)
                .containsExactly(
                        "constraint flow.above_zero",
                        "constraint flow.positive",
                        "constraint items.n_not_null",
                        "constraint parts.n_not_null");
    }
}
