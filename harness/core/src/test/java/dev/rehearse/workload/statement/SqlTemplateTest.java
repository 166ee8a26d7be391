package dev.rehearse.workload.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlTemplateTest {

    private static void assertParses(String sql, String jdbc, String... names) {
        SqlTemplate template = SqlTemplate.parse(sql);
        assertThat(template.jdbcSql()).isEqualTo(jdbc);
        assertThat(template.parameters()).isEqualTo(List.of(names));
        assertThat(template.skeleton()).hasSameSizeAs(jdbc);
    }

    @Test
    void names_become_question_marks_in_their_order() {
        assertParses(
                "UPDATE t SET a = :a WHERE id = :id OR b=:a;",
                "UPDATE t SET a = ? WHERE id = ? OR b=?",
                "a",
                "id",
                "a");
    }

    @Test
    void casts_and_assignments_are_left_alone() {
        assertParses("SELECT :a::int, x::text, f(n := 1)", "SELECT ?::int, x::text, f(n := 1)", "a");
    }

    @Test
    void quotes_hold_no_parameters() {
        assertParses("SELECT ':a', 'it''s :b', \"odd:c\", :d", "SELECT ':a', 'it''s :b', \"odd:c\", ?", "d");
        assertParses("SELECT E'\\':a', 'plain\\', :b", "SELECT E'\\':a', 'plain\\', ?", "b");
        assertParses("SELECT E'it''s \\':a', :b", "SELECT E'it''s \\':a', ?", "b");
    }

    @Test
    void dollar_quotes_hold_no_parameters() {
        assertParses("SELECT $$:a$$, $x$ $$ :b $x$, :c", "SELECT $$:a$$, $x$ $$ :b $x$, ?", "c");
        assertParses("SELECT a$b, :c", "SELECT a$b, ?", "c");
    }

    @Test
    void comments_hold_no_parameters() {
        assertParses(
                "SELECT 1 -- :a\n, :b /* :c /* :d */ :e */, :f",
                "SELECT 1 -- :a\n, ? /* :c /* :d */ :e */, ?",
                "b",
                "f");
    }

    @Test
    void question_marks_of_jsonb_are_doubled_for_the_driver() {
        assertParses("SELECT doc ? 'k' AND '?' = :a", "SELECT doc ?? 'k' AND '?' = ?", "a");
    }

    @Test
    void array_slices_with_numbers_stay() {
        assertParses("SELECT a[1:2], :b", "SELECT a[1:2], ?", "b");
    }

    @Test
    void the_skeleton_shows_the_top_level_alone() {
        assertThat(SqlTemplate.parse("INSERT INTO t (a) VALUES ('RETURNING') -- RETURNING")
                        .skeleton())
                .doesNotContain("RETURNING")
                .contains("INSERT INTO t", "VALUES");
    }
}
