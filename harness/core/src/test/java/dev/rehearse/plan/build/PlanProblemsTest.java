package dev.rehearse.plan.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

class PlanProblemsTest {

    @TempDir
    Path temporary;

    PlanFolder folder;

    @BeforeEach
    void write_the_files_that_plans_name() {
        folder = new PlanFolder(temporary);
    }

    @Test
    void a_tool_that_is_not_known_and_keys_without_a_tool_are_told_at_their_place() {
        assertThat(folder.problems("migration: { tool: dbmat }"))
                .singleElement()
                .asString()
                .startsWith("rehearsal.yaml:1:20: There is no tool \"dbmat\"; known are ")
                .endsWith("Did you mean \"dbmate\"?");
        assertThat(folder.problems("migration: { up: V7__widen.sql, from: 3 }"))
                .containsExactly("rehearsal.yaml:1:39: \"from\" goes with \"tool\", which is not given.");
        assertThat(folder.problems("migration: { up: V7__widen.sql, project: . }"))
                .containsExactly(
                        "rehearsal.yaml:1:42: \"project\" goes with \"tool\" or \"command\", and neither is given.");
        assertThat(folder.problems("migration: { tool: dbmate, project: nowhere }"))
                .singleElement()
                .asString()
                .startsWith("rehearsal.yaml:1:37: There is no folder \"nowhere\"");
    }

    @Test
    void a_part_of_a_key_s_name_is_answered_with_the_key() {
        assertThat(folder.problems("{ migration: V7__widen.sql, load: { rate: 100/s } }"))
                .containsExactly("rehearsal.yaml:1:29: \"load\" is no key of plan. Did you mean \"workload\"?");
    }

    @Test
    void another_kind_of_file_is_answered_briefly() {
        assertThat(folder.problems("k: v\n".repeat(3) + "migration: V7__widen.sql"))
                .hasSize(3)
                .last()
                .isEqualTo("rehearsal.yaml:3:1: \"k\" is given twice; the first is in line 1.");
        StringBuilder many = new StringBuilder("migration: V7__widen.sql\n");
        for (int i = 1; i <= 1_021; i++) {
            many.append("key").append(i).append(": 1\n");
        }
        assertThat(folder.problems(many.toString())).hasSize(51).last().isEqualTo("and 971 more");
        assertThat(folder.problems("CREATE TABLE orders (id bigint);\n".repeat(1_000)))
                .singleElement()
                .asString()
                .startsWith("rehearsal.yaml:1:1: \"the file\" must be a mapping")
                .endsWith("CREATE TABLE o…\".")
                .hasSizeLessThan(250);
    }

    @Test
    void what_is_wrong_with_commands_is_told_at_its_place() {
        assertThat(folder.problems("migration: { command: { baseline: make schema } }"))
                .singleElement()
                .asString()
                .startsWith("rehearsal.yaml:1:23: \"up\" is missing in command; give it the command that migrates");
        assertThat(folder.problems("migration: { command: make migrate, tool: dbmate }"))
                .singleElement()
                .asString()
                .contains("\"tool\" and \"command\" are both given");
        assertThat(folder.problems("migration: { command: make migrate, from: 3 }"))
                .containsExactly("rehearsal.yaml:1:43: \"from\" goes with \"tool\", which is not given.");
        assertThat(folder.problems(
                        "migration: { command: { up: make migrate, down: make back }, down: U7__widen.sql }"))
                .singleElement()
                .asString()
                .contains("\"down\" is given twice");
    }

    @Test
    void what_is_wrong_with_a_rate_that_changes_is_told_at_its_place() {
        assertThat(folder.problems("""
                        migration: V7__widen.sql
                        workload:
                          rate:
                            - { rate: fast, for: 10s }
                            - { rate: 100/s }
                            - { rate: 0/s, fro: 3s }
                        """))
                .containsExactly(
                        "rehearsal.yaml:4:15: \"rate\" must be from 0/s to 1,000,000/s, such as 400/s, but is \"fast\".",
                        "rehearsal.yaml:5:7: \"for\" is missing in step; give it how long, such as 10s.",
                        "rehearsal.yaml:6:20: \"fro\" is no key of step. Did you mean \"for\"?");
        assertThat(folder.problems(
                        "{migration: V7__widen.sql, workload: {autosave: alwys, before: {operations: [{name: read,"
                                + " statements: select 1, think: 5ms}]}}}"))
                .containsExactly(
                        "rehearsal.yaml:1:49: \"autosave\" must be one of always, conservative, never, but is \"alwys\"."
                                + " Did you mean \"always\"?",
                        "rehearsal.yaml:1:78: The operation \"read\" thinks between its statements, but does not have two."
                                + " Leave \"think\" out.");
        assertThat(folder.problems("{migration: V7__widen.sql, workload: {rate: {wave: [400/s, 50/s], over: 60s}}}"))
                .containsExactly(
                        "rehearsal.yaml:1:52: A day's lowest rate must not be above its highest, but was 400/s to 50/s.");
    }

    @Test
    void every_problem_is_told_at_once_with_its_place() {
        assertThat(folder.problems("""
                        nmae: a typo
                        database: { version: 13, standbys: many, imgae: x }
                        schema: schemas.sql
                        data: { scale: 10, rows: 20, edgeCases: 120%, randomSeed: 1.5 }
                        workload:
                          rate: 0/s
                          before: broken-app.yaml
                          baseline: 3 parsecs
                          baseline: 4s
                        migration: { up: [V7__widen.sql, V7__widen.sql], lock_time_out: 500ms, retries: -5 }
                        budget: { lock_wait_max: 3s, errors: few, rollback: require, longestOutage: none }
                        """))
                .containsExactly(
                        "rehearsal.yaml:1:1: \"nmae\" is no key of plan. Did you mean \"name\"?",
                        "rehearsal.yaml:2:22: \"version\" must be a whole number from 14 to 18, but is \"13\".",
                        "rehearsal.yaml:2:36: \"standbys\" must be a whole number from 0 to 2, but is \"many\".",
                        "rehearsal.yaml:2:42: \"imgae\" is no key of database. Did you mean \"image\"?",
                        "rehearsal.yaml:3:9: There is no file \"schemas.sql\" in " + temporary
                                + ". Did you mean \"schema.sql\"?",
                        "rehearsal.yaml:4:26: One number for \"rows\" means the same as \"scale\", and both are given. Leave one out.",
                        "rehearsal.yaml:4:41: \"edgeCases\" must be a share from 0% to 100%, but is \"120%\".",
                        "rehearsal.yaml:4:59: \"randomSeed\" must be a whole number, but is \"1.5\".",
                        "rehearsal.yaml:6:9: \"rate\" must be more than 0/s and at most 1,000,000/s, such as 400/s, but is \"0/s\".",
                        "rehearsal.yaml:8:13: \"baseline\" must be a duration from 1s to 168h, such as 500ms, 3s, 10min or 1h, but is \"3 parsecs\".",
                        "rehearsal.yaml:9:3: \"baseline\" is given twice; the first is in line 8.",
                        "rehearsal.yaml:10:34: The script \"V7__widen.sql\" is named twice.",
                        "rehearsal.yaml:10:50: \"lock_time_out\" is no key of migration. Did you mean \"lockTimeout\"?",
                        "rehearsal.yaml:10:81: \"retries\" must be a whole number from 0 to 10,000, but is \"-5\".",
                        "rehearsal.yaml:11:11: \"lock_wait_max\" is no key of budget. Did you mean \"longestLockWait\"?",
                        "rehearsal.yaml:11:38: \"errors\" must be none, a share from 0% to 100%, or off, but is \"few\".",
                        "rehearsal.yaml:11:53: \"rollback\" must be one of ifPresent, required, but is \"require\". Did you mean \"required\"?",
                        "rehearsal.yaml:11:77: \"longestOutage\" must be a duration such as 500ms, 3s or 10min, or off, but is \"none\".",
                        "broken-app.yaml:2:5: \"statements\" is missing in operation; give it SQL statements.",
                        "broken-app.yaml:3:5: \"statement\" is no key of operation. Did you mean \"statements\"?");
    }

    /** The mark ^ stands in front of what is wrong; the rest of the plan is right. */
    @ParameterizedTest(quoteTextArguments = false)
    @CsvSource(delimiter = '|', textBlock = """
                    ^name: x                                                | "migration" is missing in plan
                    migration: ^nowhere.sql                                 | There is no file "nowhere.sql"
                    migration: ^db                                          | is a folder
                    migration: ^empty.sql                                   | The script "empty.sql" has no statement
                    migration: ^[]                                          | is an empty list
                    migration: [^null]                                       | "migration" must be a file name
                    migration: ^{ down: U7__widen.sql }                     | "up" is missing
                    migration: { up: V7__widen.sql, flyway: ^{ locations: db/migration } } | Leave one out
                    migration: { flyway: { locations: ^db/migrations } }    | There is no folder "db/migrations"
                    migration: { flyway: ^{ to: 7 } }                       | "locations" is missing in flyway
                    {migration: V7__widen.sql, data: {dirt: {table: orders, breaks: ^no debts}}} | "no debts" is nothing that dirt can break
                    {migration: V7__widen.sql, data: {keeps: {table: orders, constraint: ^not null (id)}}} | "not null (id)" is no constraint that rows can keep
                    {migration: V7__widen.sql, data: {keeps: {table: orders, constraint: unique (a, ^b)}}} | "b)" is no key of keeps. The value before it has a comma, and within { } needs quotes.
                    {migration: V7__widen.sql, data: {keeps: ^{table: orders}}} | "constraint" is missing in keeps
                    {migration: V7__widen.sql, data: {dirt: ^{table: orders}}} | "breaks" is missing in dirt
                    {migration: V7__widen.sql, data: {age: ^{bloat: 90%}}}  | The share of bloat must be between 0 and 0.8
                    {migration: V7__widen.sql, data: {nulls: ^all}}         | must be a mapping of names
                    {migration: V7__widen.sql, data: {profile: ^productive.yaml}} | Did you mean "production.yaml"?
                    {migration: V7__widen.sql, data: {profile: ^schema.sql}} | schema.sql
                    migration: [^{ transaction: true }]                     | "file" is missing in script
                    migration: [{ file: V7__widen.sql, transaction: ^yes }] | must be one of false, true
                    migration: { up: V7__widen.sql, deadline: ^0s }         | must be a duration from 1s
                    migration: { up: V7__widen.sql, lockTimeout: ^-1s }     | must be a duration from 1ms
                    migration: { up: V7__widen.sql, lockTimeout: ^500 }     | must be a duration from 1ms
                    migration: { up: V7__widen.sql, retries: ^99999999999999999999 } | must be a whole number
                    ^[]                                                     | "the file" must be a mapping
                    migration: V7__widen.sql, database^: }                  | This is no YAML
                    {migration: V7__widen.sql, ? ^[a] : b}                  | A key must be text
                    {migration: V7__widen.sql, name:^ }                     | "name" must be text, but has no value
                    {migration: V7__widen.sql, name: ^''}                   | "name" must be text, but is ""
                    {migration: V7__widen.sql, name: ^[a]}                  | "name" must be text, but is a list
                    {migration: V7__widen.sql, data:^ }                     | "data" must be a mapping
                    {migration: V7__widen.sql, data: {rows: {orders: ^-1}}} | "orders" must be a whole number from 0
                    {migration: V7__widen.sql, data: {rows: {a: 1, ^a: 2}}} | "a" is given twice; the first is in line 1
                    {migration: V7__widen.sql, database: {settings: {a: ^[]}}} | "a" must be text
                    {migration: V7__widen.sql, invariants: [^{sql: select 1}]} | "name" is missing in invariant
                    {migration: V7__widen.sql, invariants: [{name: a, sql: b}, {name: ^a, sql: c}]} | Two invariants are named "a"
                    {migration: V7__widen.sql, workload: {blockers: [^{for: 1s}]}} | this one has none
                    {migration: V7__widen.sql, workload: {blockers: [^{vacuum: a, snapshot: b}]}} | this one has snapshot and vacuum
                    {migration: V7__widen.sql, workload: {blockers: [{pgDump: ^orders}]}} | takes no name
                    {migration: V7__widen.sql, workload: {blockers: [{vacuum:^ }]}} | vacuum needs the table
                    {migration: V7__widen.sql, workload: {before: ^absent.yaml}} | There is no file "absent.yaml"
                    {migration: V7__widen.sql, workload: {before: {operations: ^[]}}} | is an empty list
                    {migration: V7__widen.sql, workload: {before: {operations: [^{name: a, statements: 'select :x'}]}}} | uses :x, which its parameters do not define
                    {migration: V7__widen.sql, workload: {before: {operations: [^{name: a, parameters: {x: now}, statements: 'select :y'}]}}} | uses :y
                    {migration: V7__widen.sql, workload: {before: {operations: [^{name: a, parameters: {x: now}, statements: 'select 1'}]}}} | which no statement uses
                    {migration: V7__widen.sql, workload: {before: {operations: [{name: a, parameters: {x: ^{distribution: zipf}}, statements: 'select :x'}]}}} | this one has none
                    {migration: V7__widen.sql, workload: {before: {operations: [{name: a, parameters: {x: {text: 3, distribution: ^zipf}}, statements: 'select :x'}]}}} | belongs to "key" only
                    {migration: V7__widen.sql, workload: {before: {operations: [{name: a, parameters: {x: {key: ^orders}}, statements: 'select :x'}]}}} | must be a table and a column
                    {migration: V7__widen.sql, workload: {before: {operations: [{name: a, parameters: {x: {integer: ^[1, 2, 3]}}, statements: 'select :x'}]}}} | but has 3 values
                    {migration: V7__widen.sql, workload: {before: {operations: [{name: a, parameters: {x: {integer: ^[2, 1]}}, statements: 'select :x'}]}}} | must not be above the greatest
                    {migration: V7__widen.sql, workload: {before: {operations: [{name: a, parameters: {x: ^noww}, statements: 'select :x'}]}}} | Did you mean "now"?
                    {migration: V7__widen.sql, workload: {before: {operations: [{name: a, statements: ^'select 1; select 2'}]}}} | this one has 2. Give each its own entry
                    {migration: V7__widen.sql, workload: {before: {operations: [{name: a, statements: [select 1, {sql: ^'-- no more'}]}]}}} | this one has none
                    {migration: V7__widen.sql, workload: {before: app.yaml, after: ^app.yaml}} | Both applications are called "app"
                    {migration: V7__widen.sql, budget: {responseP99: ^0.5x baseline}} | "3x baseline"
                    """)
    void a_mistake_is_told_where_it_is(String marked, String expected) {
        int column = marked.indexOf('^') + 1;

        List<String> problems = folder.problems(marked.replace("^", ""));

        assertThat(problems).singleElement().asString().startsWith("rehearsal.yaml:1:" + column + ": ");
        assertThat(problems.get(0)).contains(expected);
    }

    @Test
    void a_value_of_the_wrong_form_is_told_wherever_it_stands() {
        List<NodeTuple> entries = entriesOf(PlanFolder.FULL);
        assertThat(entries).hasSizeGreaterThan(80);

        for (NodeTuple entry : entries) {
            int start = entry.getValueNode().getStartMark().orElseThrow().getIndex();
            int end = entry.getValueNode().getEndMark().orElseThrow().getIndex();
            String value = PlanFolder.FULL.substring(start, end);
            String blanksAfter = value.substring(value.stripTrailing().length());
            String wrong =
                    PlanFolder.FULL.substring(0, start) + " [[{}]]" + blanksAfter + PlanFolder.FULL.substring(end);
            int line = entry.getValueNode().getStartMark().orElseThrow().getLine() + 1;

            assertThat(folder.problems(wrong))
                    .as(key(entry) + " in line " + line)
                    .anySatisfy(problem -> assertThat(problem).startsWith("rehearsal.yaml:" + line + ":"));
        }
    }

    @Test
    void a_misspelt_key_is_answered_with_the_right_one() {
        Random random = new Random(7);
        int tried = 0;
        for (NodeTuple entry : entriesOf(PlanFolder.FULL)) {
            String key = key(entry);
            if (isNameOfTheUser(key) || key.length() < 4) {
                continue;
            }
            String misspelt = misspell(key, random);
            int start = entry.getKeyNode().getStartMark().orElseThrow().getIndex();
            String plan =
                    PlanFolder.FULL.substring(0, start) + misspelt + PlanFolder.FULL.substring(start + key.length());
            int line = entry.getKeyNode().getStartMark().orElseThrow().getLine() + 1;
            int column = entry.getKeyNode().getStartMark().orElseThrow().getColumn() + 1;

            assertThat(folder.problems(plan))
                    .anySatisfy(problem -> assertThat(problem)
                            .startsWith(
                                    "rehearsal.yaml:" + line + ":" + column + ": \"" + misspelt + "\" is no key of ")
                            .endsWith(" Did you mean \"" + key + "\"?"));
            tried++;
        }
        assertThat(tried).isGreaterThan(60);
    }

    private static boolean isNameOfTheUser(String key) {
        for (Section section : Section.values()) {
            if (section.keys().contains(key)) {
                return false;
            }
        }
        return true;
    }

    private static String misspell(String key, Random random) {
        int at = 1 + random.nextInt(key.length() - 2);
        return switch (random.nextInt(4)) {
            case 0 -> key.substring(0, at) + key.substring(at + 1) + (key.charAt(at) == key.charAt(at + 1) ? "z" : "");
            case 1 -> key.substring(0, at) + "q" + key.substring(at);
            case 2 -> key.substring(0, at) + "q" + key.substring(at + 1);
            default -> key.substring(0, at) + "_" + key.substring(at);
        };
    }

    private static String key(NodeTuple entry) {
        return ((ScalarNode) entry.getKeyNode()).getValue();
    }

    private static List<NodeTuple> entriesOf(String yaml) {
        List<NodeTuple> entries = new ArrayList<>();
        collect(new Compose(LoadSettings.builder().build()).composeString(yaml).orElseThrow(), entries);
        return entries;
    }

    private static void collect(Node node, List<NodeTuple> entries) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                entries.add(tuple);
                collect(tuple.getValueNode(), entries);
            }
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(item -> collect(item, entries));
        }
    }
}
