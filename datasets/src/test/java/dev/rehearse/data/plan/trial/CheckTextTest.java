package dev.rehearse.data.plan.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckTextTest {

    @Test
    void what_a_column_is_equal_to_is_read_off_the_condition() {
        assertThat(CheckText.equalTo("gross", "(gross = (net + tax))")).isEqualTo("(net + tax)");
        assertThat(CheckText.equalTo("gross", "((net + tax) = gross)")).isEqualTo("(net + tax)");
        assertThat(CheckText.equalTo("slug", "((slug)::text = lower((slug)::text))"))
                .isEqualTo("lower((slug)::text)");
        assertThat(CheckText.equalTo("closed", "(closed = (closed_at IS NOT NULL))"))
                .isEqualTo("(closed_at IS NOT NULL)");
    }

    @Test
    void more_than_one_condition_is_not_an_equation() {
        assertThat(CheckText.equalTo("a", "((a = b) AND (c = d))")).isNull();
        assertThat(CheckText.equalTo("a", "(a = b) OR (c = d)")).isNull();
        assertThat(CheckText.equalTo("a", "(a > b)")).isNull();
        assertThat(CheckText.equalTo("a", "(aa = b)")).isNull();
        assertThat(CheckText.equalTo("a", "(a = ANY (string_to_array(b, ','::text)))"))
                .isNull();
    }
}
