package dev.rehearse.data.condition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConjunctsTest {

    @Test
    void a_condition_is_split_where_all_of_it_must_hold() {
        assertThat(Conjuncts.split("((a <> b) AND (b <> ' AND '::text) AND flag)"))
                .containsExactly("(a <> b)", "(b <> ' AND '::text)", "flag");
        assertThat(Conjuncts.split("((a > 1) AND ((b = ')'::text) OR ((c < 2) AND (d < 3))))"))
                .containsExactly("(a > 1)", "((b = ')'::text) OR ((c < 2) AND (d < 3)))");
    }

    @Test
    void what_is_one_condition_stays_as_it_is() {
        for (String one :
                new String[] {"(a <> b)", "flag", "((a > 1) OR ((b > 2) AND (c > 3)))", "(\"x AND y\" > 1)"}) {
            assertThat(Conjuncts.split(one)).containsExactly(one);
        }
    }
}
