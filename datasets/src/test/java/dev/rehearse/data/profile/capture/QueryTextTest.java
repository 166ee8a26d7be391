package dev.rehearse.data.profile.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class QueryTextTest {

    @Test
    void literals_and_comments_of_all_sorts_go() {
        assertThat(
                        QueryText.withoutLiterals(
                                "SELECT a1, \"b'2\" /* user=Ann */ FROM t1 -- for Ann\nWHERE x = 'Ann''s' AND y = E'A\\'nn' AND z = 12.5e3 AND w = $2"))
                .contains("SELECT a1, \"b'2\"   FROM t1\nWHERE x = $3 AND y = $4 AND z = $5 AND w = $2");
        assertThat(QueryText.withoutLiterals("SELECT $$Ann$$, $x1$Ann$x1$, U&'Ann', B'101', 0x1F, .5"))
                .contains("SELECT $1, $2, $3, $4, $5, $6");
    }

    @Test
    void a_literal_may_be_as_long_as_any() {
        String longest = "it''s ".repeat(200_000);

        assertThat(QueryText.withoutLiterals(
                        "SELECT '" + longest + "', E'" + longest + "', $b$" + longest + "$b$, \"a\""))
                .contains("SELECT $1, $2, $3, \"a\"");
    }

    @Test
    void a_type_before_a_literal_goes_behind_its_parameter() {
        assertThat(QueryText.withoutLiterals("SELECT timestamptz '2020-01-01' + INTERVAL $2, date FROM t"))
                .contains("SELECT $3::timestamptz + $2::INTERVAL, date FROM t");
    }

    @Test
    void the_place_of_a_column_stays() {
        assertThat(QueryText.withoutLiterals("SELECT a, b FROM t GROUP BY 1, 2 ORDER BY 2 DESC, 1 LIMIT 7"))
                .contains("SELECT a, b FROM t GROUP BY 1, 2 ORDER BY 2 DESC, 1 LIMIT $1");
    }

    @Test
    void what_is_not_about_rows_or_not_clear_stays_behind() {
        for (String sql : new String[] {
            "ALTER ROLE ann PASSWORD 'secret'",
            "CREATE TABLE t (a int DEFAULT 5)",
            "SET app.user = 'ann'",
            "/* outer /* inner */ ann */ SELECT 1",
            "SELECT 'an\\'n', 'x' FROM t",
            ""
        }) {
            assertThat(QueryText.withoutLiterals(sql)).as(sql).isEqualTo(Optional.empty());
        }
    }

    @Test
    void a_text_that_was_cut_short_hides_its_last_literal() {
        assertThat(QueryText.withoutLiterals("SELECT 1 FROM t WHERE name = 'An"))
                .contains("SELECT $1 FROM t WHERE name = $2");
    }

    @Test
    void a_literal_may_be_longer_than_the_stack_is_deep() {
        String literal = "it''s ".repeat(200_000);

        assertThat(QueryText.withoutLiterals("SELECT 1 FROM t WHERE a = '" + literal + "' AND b = E'" + literal
                        + "\\'' AND \"" + literal + "\" = 1"))
                .contains("SELECT $1 FROM t WHERE a = $2 AND b = $3 AND \"" + literal + "\" = $4");
    }
}
