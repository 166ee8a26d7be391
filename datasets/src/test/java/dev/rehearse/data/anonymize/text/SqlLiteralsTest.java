package dev.rehearse.data.anonymize.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlLiteralsTest {

    @Test
    void apostrophes_of_comments_names_and_bodies_do_not_turn_code_into_literals() {
        assertThat(SqlLiterals.of("""
                        -- Name: it's; Type: TABLE
                        CREATE TABLE "it's" (a text DEFAULT 'one''s own', b text DEFAULT E'it\\'s' || $1'x' || 'last');
                        /* isn't
                           ours */
                        CREATE FUNCTION f() RETURNS text AS $_$
                          -- don't
                          SELECT 'inside', $$nested 'deeper' $$ $_$;
                        CREATE FUNCTION g() RETURNS text AS $$ it's open $$;
                        CREATE VIEW v AS SELECT 'behind' AS note"""))
                .containsExactly("one''s own", "it\\'s", "x", "last", "inside", "nested 'deeper' ", "deeper", "behind");
    }

    @Test
    void keys_of_documents_are_names_and_comments_count_where_they_are_in_bodies() {
        String sql = """
                -- Name: f(); Type: FUNCTION
                CREATE FUNCTION f() RETURNS text AS $$ -- ask Anna
                  SELECT a ->> 'price' || (b->'grace') || 'Bob' /* and Carl */ $$;""";

        assertThat(SqlLiterals.of(sql)).containsExactly("Bob");
        assertThat(SqlLiterals.commentsInBodies(sql)).containsExactly("-- ask Anna", "/* and Carl */");
    }

    @Test
    void a_literal_may_be_as_long_as_any() {
        String longest = "it''s ".repeat(200_000);

        assertThat(SqlLiterals.of("SELECT '" + longest + "', E'" + longest + "', $b$ '" + longest + "' $b$, 'x'"))
                .containsExactly(longest, longest, longest, "x");
    }
}
