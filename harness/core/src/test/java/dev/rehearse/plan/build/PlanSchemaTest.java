package dev.rehearse.plan.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.rehearse.tool.known.ProjectTools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The JSON Schema that editors use says the same as the reader. */
class PlanSchemaTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode SCHEMA = schema();
    private static final JsonSchema VALIDATOR =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(SCHEMA);

    @TempDir
    Path temporary;

    @ParameterizedTest
    @EnumSource(Section.class)
    void it_has_the_keys_that_the_reader_knows_and_no_others(Section section) {
        JsonNode definition = SCHEMA.at("/definitions/" + section.label());
        List<String> keys = new ArrayList<>();
        definition.path("properties").fieldNames().forEachRemaining(keys::add);

        assertThat(keys).containsExactlyInAnyOrderElementsOf(section.keys());
        assertThat(definition.path("additionalProperties").asBoolean(true)).isFalse();
    }

    @Test
    void it_has_the_tools_that_the_reader_knows() {
        List<String> tools = new ArrayList<>();
        SCHEMA.at("/definitions/migration/properties/tool/enum").forEach(tool -> tools.add(tool.asText()));

        assertThat(tools).containsExactlyInAnyOrderElementsOf(ProjectTools.keys());
    }

    @Test
    void every_value_of_the_plan_is_described() {
        for (Section section : Section.values()) {
            SCHEMA.at("/definitions/" + section.label() + "/properties")
                    .properties()
                    .forEach(property -> {
                        JsonNode value = property.getValue();
                        String referred = value.path("$ref").asText("").replace("#/definitions/", "");
                        boolean described = value.has("description")
                                || SCHEMA.at("/definitions/" + referred).has("description")
                                || value.path("items").has("$ref");
                        assertThat(described)
                                .as(section.label() + "." + property.getKey())
                                .isTrue();
                    });
        }
    }

    @Test
    void its_defaults_are_the_readers() {
        PlanFolder folder = new PlanFolder(temporary);
        StringBuilder plan = new StringBuilder("schema: schema.sql\n");
        int defaults = 0;
        for (Section section :
                List.of(Section.DATABASE, Section.DATA, Section.WORKLOAD, Section.BUDGET, Section.MIGRATION)) {
            plan.append(section.label()).append(":\n");
            if (section == Section.MIGRATION) {
                plan.append("  up: V7__widen.sql\n");
            }
            for (String key : section.keys()) {
                JsonNode standard = SCHEMA.at("/definitions/" + section.label() + "/properties/" + key + "/default");
                if (!standard.isMissingNode()) {
                    plan.append("  ")
                            .append(key)
                            .append(": ")
                            .append(standard.asText())
                            .append('\n');
                    defaults++;
                }
            }
        }

        assertThat(defaults).isGreaterThanOrEqualTo(20);
        assertThat(folder.read(plan.toString())).isEqualTo(folder.read(PlanFolder.SMALLEST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PlanFolder.FULL,
                PlanFolder.SMALLEST,
                "migration: { flyway: { locations: [db/migration], from: 6 } }",
                "migration: { flyway: { locations: [db/migration], settings: { postgresql.transactional.lock: false } } }",
                "migration: { tool: dbmate, project: db, from: 20260101000000, to: '2', environment: { DB_PORT: '{port}' } }",
                "migration: { tool: dbmate, down: V7__widen.sql, migrators: 2 }",
                "migration: { command: make migrate, down: V7__widen.sql }",
                "migration: { command: { baseline: make schema, up: make migrate, down: make back }, project: db, environment: { DB: '{url}' } }",
                "{migration: {up: V7__widen.sql, retries: 1_000, retryPause: 0s, lockTimeout: 0.5s}}",
                "{migration: V7__widen.sql, database: {settings: {ssl_ca_file: ''}}}",
                "{migration: V7__widen.sql, data: {scale: 1, edgeCases: 100%, randomSeed: -1_000}}",
                "{migration: V7__widen.sql, data: {rows: 2_000_000, edgeCases: 0.5}}",
                "{migration: V7__widen.sql, data: {rows: {orders: 0}, edgeCases: 2.5 %}}",
                "{migration: V7__widen.sql, data: {nulls: {orders.total: 1}, age: {bloat: 80%},"
                        + " dirt: {table: orders, breaks: total type integer}}}",
                "{migration: V7__widen.sql, workload: {rate: 0.5, clients: 1_000, warmUp: 0s, baseline: 1s}}",
                "{migration: V7__widen.sql, workload: {rate: [{rate: 100/s, for: 10s}, {rate: 0}]}}",
                "{migration: V7__widen.sql, workload: {rate: {wave: [0, 400/s], over: 60s}}}",
                "{migration: V7__widen.sql, workload: {rate: {points: [50/s, 6_000/min, 1], over: 60s}}}",
                "{migration: V7__widen.sql, workload: {connectionTimeout: 1ms, protocol: simple, autosave: always,"
                        + " before: {operations: [{name: a, statements: [select 1, select 2], think: 5ms}]}}}",
                "{migration: V7__widen.sql, workload: {rate: 0.5/min, blockers: [{pgDump: }]}}",
                "{migration: V7__widen.sql, workload: {rate: 1000000, before: {operations: [{name: a, weight: 1_000,"
                        + " parameters: {x: {text: 1_000}}, statements: {sql: 'select :x', rows: 1_000}}]}}}",
                "{migration: V7__widen.sql, budget: {longestLockWait: 0ms, responseP99: 1x baseline, errors: off}}"
            })
    void it_accepts_what_the_reader_accepts(String plan) {
        assertThat(problems(plan)).isEmpty();
        assertThat(new PlanFolder(temporary).read(plan)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: x",
                "migration: []",
                "migration: { down: a.sql }",
                "{migration: a.sql, nmae: x}",
                "{migration: a.sql, database: {version: 13}}",
                "{migration: a.sql, database: {standbys: 3}}",
                "{migration: a.sql, data: {rows: {a: -1}}}",
                "{migration: a.sql, data: {edgeCases: lots}}",
                "{migration: a.sql, workload: {rate: fast}}",
                "{migration: a.sql, workload: {warmUp: 3}}",
                "{migration: a.sql, workload: {blockers: [{for: 1s}]}}",
                "{migration: a.sql, workload: {blockers: [{pgDump: orders}]}}",
                "{migration: a.sql, workload: {before: {operations: [{name: a}]}}}",
                "{migration: a.sql, budget: {longestLockWait: none}}",
                "{migration: a.sql, budget: {rollback: never}}",
                "{migration: {up: a.sql, flyway: {locations: b}}}",
                "{migration: {up: a.sql, tool: dbmate}}",
                "{migration: {up: a.sql, from: 3}}",
                "{migration: {tool: dbmat}}",
                "{migration: {command: {down: make back}}}",
                "{migration: {command: make migrate, from: '3'}}",
                "{migration: {command: make migrate, tool: dbmate}}",
                "{migration: {tool: dbmate, from: ''}}",
                "{migration: {up: [a.sql, a.sql]}}",
                "{migration: {up: a.sql, lockTimeout: 0s}}",
                "{migration: {up: a.sql, deadline: 0.0s}}",
                "{migration: {up: a.sql, retries: 1__0}}",
                "{migration: {flyway: {locations: db, from: ''}}}",
                "{migration: a.sql, name: ' '}",
                "{migration: a.sql, data: {scale: 0}}",
                "{migration: a.sql, data: {rows: 0}}",
                "{migration: a.sql, data: {rows: 100000000001}}",
                "{migration: a.sql, data: {edgeCases: 120%}}",
                "{migration: a.sql, data: {edgeCases: 1.5}}",
                "{migration: a.sql, data: {nulls: {orders.total: 2}}}",
                "{migration: a.sql, data: {dirt: {table: orders}}}",
                "{migration: a.sql, data: {dirt: []}}",
                "{migration: a.sql, data: {keeps: {table: orders}}}",
                "{migration: a.sql, data: {age: {dead: 3%}}}",
                "{migration: a.sql, workload: {rate: 0}}",
                "{migration: a.sql, workload: {rate: 0.0/min}}",
                "{migration: a.sql, workload: {rate: 1__0/s}}",
                "{migration: a.sql, workload: {connectionTimeout: 0s}}",
                "{migration: a.sql, workload: {idleInTransactionTimeout: soon}}",
                "{migration: a.sql, workload: {protocol: copy}}",
                "{migration: a.sql, workload: {autosave: sometimes}}",
                "{migration: a.sql, workload: {before: {operations: [{name: a, statements: [select 1, select 2],"
                        + " think: {distribution: exponential}}]}}}",
                "{migration: a.sql, workload: {rate: []}}",
                "{migration: a.sql, workload: {rate: [{for: 10s}]}}",
                "{migration: a.sql, workload: {rate: {over: 10s}}}",
                "{migration: a.sql, workload: {rate: {wave: [1, 2]}}}",
                "{migration: a.sql, workload: {rate: {wave: [1, 2, 3], over: 10s}}}",
                "{migration: a.sql, workload: {rate: {wave: [1, 2], points: [1, 2], over: 10s}}}",
                "{migration: a.sql, workload: {rate: {points: [1], over: 10s}}}",
                "{migration: a.sql, workload: {rate: {points: [1, fast], over: 10s}}}",
                "{migration: a.sql, workload: {rate: 1000001}}",
                "{migration: a.sql, workload: {clients: 0}}",
                "{migration: a.sql, workload: {statementTimeout: 0ms}}",
                "{migration: a.sql, workload: {settle: 1__0s}}",
                "{migration: a.sql, workload: {blockers: [{vacuum: orders, for: 0s}]}}",
                "{migration: a.sql, workload: {before: {operations: [{name: a, statements: 'select :x',"
                        + " parameters: {x: {text: 3, distribution: zipf}}}]}}}",
                "{migration: a.sql, budget: {responseP99: 0.5x baseline}}",
                "{migration: a.sql, budget: {errors: 101%}}"
            })
    void it_refuses_what_the_reader_refuses(String plan) {
        assertThat(problems(plan)).isNotEmpty();
        assertThat(new PlanFolder(temporary).problems(plan.replace("a.sql", "V7__widen.sql")))
                .isNotEmpty();
    }

    @Test
    void every_scenario_follows_it() throws IOException {
        Path scenarios = Path.of(System.getProperty("user.dir"))
                .resolve("../../scenarios")
                .normalize();
        try (Stream<Path> files = Files.walk(scenarios)) {
            List<Path> plans = files.filter(p -> p.endsWith(RehearsalFile.NAME)).toList();
            assertThat(plans).hasSizeGreaterThanOrEqualTo(4);
            for (Path plan : plans) {
                assertThat(problems(Files.readString(plan))).as(plan.toString()).isEmpty();
            }
        }
    }

    private static Set<ValidationMessage> problems(String yaml) {
        Object plan = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return VALIDATOR.validate(MAPPER.valueToTree(plan));
    }

    private static JsonNode schema() {
        try (InputStream resource = RehearsalFile.class.getResourceAsStream(RehearsalFile.SCHEMA_RESOURCE)) {
            return MAPPER.readTree(resource);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
