package dev.rehearse.workload.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.HarnessException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowImageTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            1                                  | 1
            -0                                 | 0
            100                                | 100
            999999999999999999                 | 999999999999999999
            -9223372036854775808               | -9223372036854775808
            123456789012345678901234567890     | 123456789012345678901234567890
            1.50                               | 1.5
            2.00                               | 2
            1e3                                | 1000
            -0.0                               | 0
            true                               | true
            "plain"                            | plain
            "a \\"quoted\\" \\u00e9"           | a "quoted" é
            "2026-11-30"                       | 2026-11-30
            "2026-11-30T00:00:00"              | 2026-11-30
            "2026-11-30T00:00:00+00:00"        | 2026-11-30
            "2026-11-30T01:02:03.5-03:30"      | 2026-11-30T01:02:03.5
            "12026-11-30T00:00:00+00:00 BC"    | 12026-11-30 BC
            "2026-11-30T01:02:03 is no moment" | 2026-11-30T01:02:03 is no moment
            {"b": 1.0, "a": [1.50, "x", null]} | {"a":[1.5,"x",null],"b":1}
            []                                 | []
            """)
    void a_value_that_only_changed_its_type_has_the_same_text(String json, String text) {
        assertThat(RowImage.texts("{\"id\":7,\"value\":" + json + ",\"last\":null}"))
                .containsEntry("value", text)
                .containsEntry("last", null)
                .containsOnlyKeys("id", "value", "last");
    }

    @Test
    void a_number_of_thousands_of_digits_is_not_written_out() {
        assertThat(RowImage.texts("{\"value\":1" + "0".repeat(2_000) + "}")).containsEntry("value", "1E+2000");
    }

    @Test
    void rows_are_as_others_with_the_same_columns_and_values() {
        RowImage row = RowImage.of(Map.of("id", "1"));

        assertThat(row.isAs(RowImage.of(Map.of("id", "1")))).isTrue();
        assertThat(row.isAs(RowImage.of(Map.of("id", "2")))).isFalse();
        assertThat(row.isAs(RowImage.of(Map.of("number", "1")))).isFalse();
        assertThat(row.isAs(RowImage.ABSENT)).isFalse();
        assertThat(RowImage.ABSENT.isAs(RowImage.ABSENT)).isTrue();
    }

    @Test
    void a_row_that_is_no_json_is_a_bug_of_ours() {
        assertThatThrownBy(() -> RowImage.texts("{\"id\": 1,"))
                .isInstanceOf(HarnessException.class)
                .hasMessageContaining("gave as JSON");
    }
}
