package dev.rehearse.data.plan;

import static org.assertj.core.api.Assertions.assertThat;

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
}
