package dev.rehearse.data.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TriedValuesTest {

    @Test
    void what_a_column_is_equal_to_is_read_off_the_condition() {
        assertThat(TriedValues.equalTo("gross", "(gross = (net + tax))")).isEqualTo("(net + tax)");
        assertThat(TriedValues.equalTo("gross", "((net + tax) = gross)")).isEqualTo("(net + tax)");
        assertThat(TriedValues.equalTo("slug", "((slug)::text = lower((slug)::text))"))
                .isEqualTo("lower((slug)::text)");
        assertThat(TriedValues.equalTo("closed", "(closed = (closed_at IS NOT NULL))"))
                .isEqualTo("(closed_at IS NOT NULL)");
    }

    @Test
    void more_than_one_condition_is_not_an_equation() {
        assertThat(TriedValues.equalTo("a", "((a = b) AND (c = d))")).isNull();
        assertThat(TriedValues.equalTo("a", "(a = b) OR (c = d)")).isNull();
        assertThat(TriedValues.equalTo("a", "(a > b)")).isNull();
        assertThat(TriedValues.equalTo("a", "(aa = b)")).isNull();
        assertThat(TriedValues.equalTo("a", "(a = ANY (string_to_array(b, ','::text)))"))
                .isNull();
    }

    @Test
    void a_quarter_of_what_the_rows_draw_from_is_null_however_many_values_passed() {
        List<byte[][]> passed = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            passed.add(new byte[][] {i % 2 == 0 ? null : new byte[] {'a'}});
        }

        List<byte[][]> few = TriedValues.fewNulls(passed);

        assertThat(few).hasSize(1_000);
        assertThat(few.stream().filter(cells -> cells[0] == null)).hasSize(250);
    }
}
