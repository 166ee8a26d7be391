package dev.rehearse.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptsTest {

    private static List<String> texts(String script) {
        return SqlScripts.split("s.sql", script).stream()
                .map(SqlStatement::text)
                .toList();
    }

    private static List<Integer> lines(String script) {
        return SqlScripts.split("s.sql", script).stream()
                .map(SqlStatement::line)
                .toList();
    }

    @Test
    void statements_end_at_semicolons_and_know_their_lines() {
        String script = "-- first\nselect 1;\n\n/* two\nlines */ select\n  2 ; select 3\n";

        assertThat(texts(script)).containsExactly("select 1", "select\n  2", "select 3");
        assertThat(lines(script)).containsExactly(2, 5, 6);
    }

    @Test
    void windows_and_old_mac_line_ends_count_once() {
        assertThat(lines("select 1;\r\nselect 2;\r\n\r\nselect 3")).containsExactly(1, 2, 4);
        assertThat(lines("select 1;\rselect 2;\r\rselect 3")).containsExactly(1, 2, 4);
    }

    @Test
    void a_byte_order_mark_is_no_part_of_the_first_statement() {
        assertThat(texts("\uFEFFselect 1;")).containsExactly("select 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'a;b'",
                "select 'it''s; one'",
                "select E'it\\'s; one'",
                "select e'\\\\', ';'",
                "select 'back\\', 'slash;'",
                "select \"a;\"\"b\"",
                "select $$a;b$$",
                "select $tag$ $$ ; $tag $ ; $tag$",
                "select $1, $2",
                "select a$b$c from t",
                "select 1 /* ; /* ; */ ; */ + 1",
                "select 1 -- ;\n+ 1",
                "create rule r as on insert to t do also (select 1; select 2)",
                "create function f() returns int begin atomic select 1; select case when true then 2 end; end",
                "create or replace procedure p() language sql begin atomic insert into t values (1); end",
                "select U&'\\0041;'",
                "select N'x;'",
                "do $body$ begin perform 1; end $body$",
            })
    void a_semicolon_that_is_no_end_ends_nothing(String statement) {
        assertThat(texts(statement + ";\nselect 2;")).containsExactly(statement, "select 2");
    }

    @Test
    void begin_and_end_outside_a_routine_are_statements() {
        assertThat(texts("begin; select 1; end;")).containsExactly("begin", "select 1", "end");
    }

    @Test
    void the_data_of_copy_goes_with_its_statement() {
        String script = "copy t (a, b) from stdin;\n1\tx;y\n2\t'\n\\.\nselect 1;";

        List<SqlStatement> statements = SqlScripts.split("s.sql", script);

        assertThat(statements)
                .containsExactly(
                        new SqlStatement("copy t (a, b) from stdin", 1, "1\tx;y\n2\t'\n"),
                        new SqlStatement("select 1", 5, null));
    }

    @Test
    void copy_without_an_end_is_refused_at_its_line() {
        assertThatThrownBy(() -> SqlScripts.split("s.sql", "\ncopy t from stdin;\n1\n"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("s.sql:2:");
    }

    @Test
    void psql_commands_are_refused_at_their_line_and_those_of_pg_dump_are_skipped() {
        assertThat(texts("\\restrict abc\nselect 1;\n\\unrestrict abc\n")).containsExactly("select 1");
        assertThatThrownBy(() -> SqlScripts.split("s.sql", "select 1;\n\\i other.sql\n"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("s.sql:2: the psql command \\i other.sql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ schema_name }}", "{% if old %}"})
    void what_only_a_template_has_is_refused_at_its_line_but_not_within_quotes(String part) {
        assertThat(texts("select '" + part + "', $$\n" + part + "$$; -- " + part))
                .hasSize(1);
        assertThatThrownBy(() -> SqlScripts.split("s.sql", "select 1;\ndrop table " + part + ".t;\n"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("s.sql:2: " + part + ", which only a template has.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 'a", "select \"a", "select $x$ a $$", "select 1 /* /* */", "select E'\\'"})
    void what_does_not_end_is_refused_where_it_began(String broken) {
        assertThatThrownBy(() -> SqlScripts.split("s.sql", "select 1;\n" + broken + "\n\n"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("s.sql:2:")
                .hasMessageContaining("does not end");
    }

    @Test
    void a_script_of_comments_has_no_statements() {
        assertThat(texts("-- nothing\n/* at all */ ;;\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- rehearse: no-transaction\nselect 1;",
                "/* header */\n\n--rehearse: no-transaction\nselect 1;",
                "-- no-transaction\nselect 1;",
                "-- postgres-migrations disable-transaction\nselect 1;",
                "create unique index concurrently i on t (a);",
                "drop index concurrently if exists i;",
                "reindex (verbose, concurrently) table t;",
                "reindex schema public;",
                "vacuum analyze t;",
                "alter table t detach partition p concurrently;",
                "create database d;",
                "alter system set work_mem = '1MB';",
                "cluster;",
                "begin; select 1; commit;",
                "prepare transaction 'x';",
                "rollback and chain;",
            })
    void some_scripts_cannot_run_in_one_transaction(String script) {
        assertThat(SqlScripts.transactionOf("s.sql", script)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1;\n-- rehearse: no-transaction",
                "create index i on t (a);",
                "comment on table t is 'create index concurrently';",
                "refresh materialized view concurrently v;",
                "reindex table t;",
                "cluster t using i;",
                "cluster \"t\";",
                "alter table t drop column \"concurrently\";",
                "do $$ begin vacuum; end $$;",
                "savepoint s; select 1; rollback to s; select 2; rollback work to savepoint s; release s;",
                "",
            })
    void others_do(String script) {
        assertThat(SqlScripts.transactionOf("s.sql", script)).isTrue();
    }

    @Test
    void a_long_script_is_cut_in_linear_time() {
        String script = "-- comment\ninsert into t values (1, 'x');\n".repeat(50_000);

        assertThat(SqlScripts.split("s.sql", script))
                .hasSize(50_000)
                .last()
                .extracting(SqlStatement::line)
                .isEqualTo(100_000);
    }
}
