package dev.rehearse.pgbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {

    private final Symbols symbols = new Symbols();

    private List<Command> read(String text) {
        return Script.parse("bench.sql", text, symbols).commands();
    }

    private List<String> statements(String text) {
        return read(text).stream()
                .filter(Command.Sql.class::isInstance)
                .map(c -> ((Command.Sql) c).text().numbered())
                .toList();
    }

    @Test
    void statements_span_lines_and_end_at_semicolons_and_meta_commands() {
        assertThat(statements("""
                -- a comment; not a statement
                SELECT 1,
                  2; SELECT 3
                \\set x 1
                /* also /* nested; */ none */ SELECT 'a;b\\', "c;d", $q$ ; $q$, E'\\';', (1;2), $1;
                SELECT 5
                """))
                .containsExactly(
                        "SELECT 1,\n  2",
                        "SELECT 3",
                        "/* also /* nested; */ none */ SELECT 'a;b\\', \"c;d\", $q$ ; $q$, E'\\';', (1;2), $1",
                        "SELECT 5");
    }

    @Test
    void comments_before_a_statement_are_sent_with_it_as_they_may_be_hints() {
        assertThat(statements("/*+ SeqScan(t) */\n-- why\nSELECT 1; /* of none */ \\set x 1\nSELECT 2; /* last */"))
                .containsExactly("/*+ SeqScan(t) */\n\nSELECT 1", "SELECT 2");
    }

    @Test
    void statements_joined_by_an_escaped_semicolon_go_together() {
        assertThat(statements("SELECT 1\\; SELECT 2;")).containsExactly("SELECT 1; SELECT 2");
    }

    @Test
    void the_body_of_a_routine_is_part_of_its_statement() {
        assertThat(statements("""
                create or replace function one(a int) returns int
                begin atomic
                  select case when $1 = 1 then 2 end;
                  select 1 as a$end;
                  select 1;
                end;
                BEGIN; SELECT 1 AS atomic; END;
                """))
                .satisfiesExactly(
                        routine -> assertThat(routine).endsWith("  select 1;\nend"),
                        begin -> assertThat(begin).isEqualTo("BEGIN"),
                        select -> assertThat(select).isEqualTo("SELECT 1 AS atomic"),
                        end -> assertThat(end).isEqualTo("END"));
    }

    @Test
    void variables_have_places_and_casts_are_none() {
        Command.Sql sql = (Command.Sql)
                read("SELECT :a::int, ':b', '12:30:45', x[1:2], :_c1, :a;").get(0);

        assertThat(sql.text().numbered()).isEqualTo("SELECT $1::int, '$2', '12:30:45', x[1:2], $3, $4");
        assertThat(sql.text().names()).containsExactly("a", "b", "_c1", "a");
    }

    @Test
    void a_backslash_may_stand_apart_from_its_command_or_alone() {
        assertThat(read("SELECT 1 \\\nSELECT 2\n\\ set x 1"))
                .satisfiesExactly(
                        one -> assertThat(one).isInstanceOf(Command.Sql.class),
                        two -> assertThat(two).isInstanceOf(Command.Sql.class),
                        set -> assertThat(set).isInstanceOf(Command.Assignment.class));
    }

    @Test
    void each_step_knows_its_line() {
        assertThat(read("\n\\set x \\\n 1\n\nSELECT\n1;\nSELECT 2;"))
                .extracting(Command::where)
                .containsExactly("bench.sql:2", "bench.sql:5", "bench.sql:7");
    }

    @Test
    void kept_rows_belong_to_the_statement_before() {
        List<Command> steps = read("SELECT 1 AS one \\gset\nSELECT 2 AS two\\; SELECT 3 AS three \\aset p_\nSELECT 4;");

        assertThat(steps)
                .extracting(c -> ((Command.Sql) c).rows())
                .containsExactly(Command.Rows.LAST_KEPT, Command.Rows.ALL_KEPT, Command.Rows.DROPPED);
        assertThat(((Command.Sql) steps.get(1)).prefix()).isEqualTo("p_");
    }

    @ParameterizedTest
    @CsvSource({"1,one", "2,two", "3,other", "4,four", "5,other"})
    void conditions_lead_to_one_branch(long x, String expected) {
        List<Command> steps = read("""
                \\if :x = 1
                  \\set taken 1
                \\elif :x = 2
                  \\set taken 2
                \\elif :x >= 4
                  \\if :x = 4
                    \\set taken 4
                  \\else
                    \\set taken 0
                  \\endif
                \\else
                  \\set taken 0
                \\endif
                \\set after 1
                """);
        ScriptState state = new ScriptState(symbols, s -> {});
        state.set("x", Value.of(x));
        List<String> taken = new ArrayList<>();
        int step = 0;
        while (step < steps.size()) {
            Command command = steps.get(step);
            if (command instanceof Command.Branch branch) {
                step = branch.holds(state) ? step + 1 : branch.otherwise();
            } else if (command instanceof Command.Jump jump) {
                step = jump.target();
            } else {
                Command.Assignment assignment = (Command.Assignment) command;
                assignment.run(state);
                taken.add(symbols.name(assignment.variable()) + "="
                        + state.get(assignment.variable()).text());
                step++;
            }
        }

        String value = List.of("other", "one", "two", "three", "four").indexOf(expected) + "";
        assertThat(taken).containsExactly("taken=" + value, "after=1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SELECT 1@  \\sett x 1;bench.sql:2:3: \\sett x 1;Did you mean \"set\"? There are \\set, \\sleep, ",
                "\\foo;bench.sql:1:1: \\foo;no meta command is called \"\\foo\". There are \\set, ",
                "\\set x foo(1);bench.sql:1:1;no function is called \"foo\". There are abs, ",
                "\\startpipelin;bench.sql:1;Did you mean \"startpipeline\"?",
                "\\shell ls;bench.sql:1;runs no shell commands",
                "@\\setshell x ls;bench.sql:2;-D NAME=VALUE",
                "\\set;bench.sql:1;\\set NAME EXPRESSION",
                "\\set 1x 2;bench.sql:1;is no name of a variable",
                "\\set x 1 +;bench.sql:1;a value is needed",
                "\\sleep;bench.sql:1;\\sleep NUMBER",
                "\\sleep 5 h;bench.sql:1;no unit of time",
                "\\sleep now;bench.sql:1;neither a number nor a variable",
                "@@\\if true@SELECT 1;bench.sql:3;has no \\endif",
                "\\else;bench.sql:1;there is no \\if before",
                "\\endif;bench.sql:1;there is no \\if before",
                "\\if 1@\\else@\\elif 1@\\endif;bench.sql:3;comes after the \\else",
                "\\gset;bench.sql:1;must follow a statement",
                "\\set x 1@\\aset;bench.sql:2;must follow a statement",
                "\\endpipeline now;bench.sql:1;takes no arguments",
                "SELECT 'a;bench.sql:1:8: ;does not end",
                "SELECT 1 /* x;bench.sql:1;Close each /*",
                "SELECT $q$ x;bench.sql:1;Close it with $q$",
                "-- nothing;bench.sql;has no commands",
            })
    void a_wrong_script_is_refused_with_its_line(String text, String where, String problem) {
        assertThatThrownBy(() -> read(text.replace('@', '\n')))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(where)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "\\sleep 2,2000000",
        "\\sleep 3 ms,3000",
        "\\sleep 40 us,40",
        "\\sleep 5ms,5000",
        "\\sleep :x s,7000000",
        "\\sleep -1 ms,-1000",
        "\\sleep +2us,2",
        "\\sleep :y1s,7000000",
        "\\sleep :half us,1"
    })
    void a_sleep_has_its_length(String text, long micros) {
        ScriptState state = new ScriptState(symbols, s -> {});
        state.set("x", Value.of(7));
        state.set("y1s", Value.of(7));
        state.set("half", Value.of(1.9));

        assertThat(((Command.Sleep) read(text).get(0)).micros(state)).isEqualTo(micros);
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> Script.read(Path.of("nowhere/bench.sql"), symbols))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("nowhere/bench.sql");
    }

    @ParameterizedTest
    @EnumSource(BuiltInScript.class)
    void built_in_scripts_can_be_read_by_the_beginning_of_their_names(BuiltInScript script) {
        assertThat(script.script(symbols).commands()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(BuiltInScript.named(script.label().substring(0, 2))).isEqualTo(script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "", "tpcc"})
    void an_unknown_or_ambiguous_built_in_script_is_refused_with_those_there_are(String name) {
        assertThatThrownBy(() -> BuiltInScript.named(name))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("tpcb-like, simple-update, select-only");
    }
}
