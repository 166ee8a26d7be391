package dev.rehearse.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamedParametersTest {

    @Test
    void names_follow_a_colon() {
        assertThat(NamedParameters.in("insert into t values (:id, :customer_2,:id)"))
                .containsExactly("id", "customer_2");
    }

    @Test
    void casts_and_slices_are_none() {
        assertThat(NamedParameters.in("select x::int, :a::text, y[1:2], z := 3"))
                .containsExactly("a");
    }

    @Test
    void text_and_comments_hold_none() {
        assertThat(NamedParameters.in("""
                        select 'it''s :a', E'\\':b', "c:d" -- :e
                        /* :f */, $$ :g $$, $x$ :h $$ $x$, :real
                        """)).containsExactly("real");
    }

    @Test
    void long_text_does_not_exhaust_the_stack() {
        assertThat(NamedParameters.in("select '" + "x''".repeat(200_000) + "', :a"))
                .containsExactly("a");
    }
}
