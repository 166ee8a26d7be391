package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.Part;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.migration.MigrationResult;
import dev.rehearse.migration.PlannedTool;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.run.DataFilling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Schemas of applications that people run, and ours that have everything, filled without a word of configuration. The property
 * {@code rehearse.realSchemaRows} sets the rows of the largest tables; the bar is 100,000.
 */
class RealSchemasIT {

    private static final long ROWS = Long.getLong("rehearse.realSchemaRows", 2_000);

    private static final String CAMUNDA =
            "maven:org.camunda.bpm:camunda-engine:7.24.0!/org/camunda/bpm/engine/db/liquibase/baseline/liquibase.postgres.create.";

    private static final Map<String, List<String>> SCHEMAS = Map.of(
            "camunda",
            Stream.of(
                            "engine",
                            "history",
                            "identity",
                            "case.engine",
                            "case.history",
                            "decision.engine",
                            "decision.history")
                    .map(part -> CAMUNDA + part + ".sql")
                    .toList(),
            "spring_batch",
            List.of(
                    "maven:org.springframework.batch:spring-batch-core:5.2.2!/org/springframework/batch/core/schema-postgresql.sql"),
            "quartz",
            List.of("maven:org.quartz-scheduler:quartz:2.5.0!/org/quartz/impl/jdbcjobstore/tables_postgres.sql"),
            "torture",
            List.of(ours("torture.sql"), ours("torture-constraints.sql"), ours("torture-types.sql")));

    /**
     * Those that only their migration tool can build: Keycloak's, and Django's own with OAuth's. For these {@code scenarios/tools/install} must have
     * run.
     */
    private static final Map<String, Path> PROJECTS = Map.of(
            "keycloak", Path.of("target/tools/liquibase/keycloak"), "django", Path.of("target/tools/django/oauth"));

    private static String ours(String name) {
        return Path.of("..", "datasets", "src", "test", "resources", "dev", "rehearse", "data", "fill", name)
                .toAbsolutePath()
                .normalize()
                .toString();
    }

    @TempDir
    Path folder;

    /** They take turns among the versions: Camunda's scenarios and the tests of {@code datasets} fill the largest on both. */
    @ParameterizedTest
    @ValueSource(ints = {DatabaseRequest.OLDEST, DatabaseRequest.NEWEST})
    @Timeout(1_800)
    void every_table_is_filled_and_every_constraint_holds(int version) throws Exception {
        try (TestDatabase ours = start(version)) {
            List<String> names = SCHEMAS.keySet().stream().sorted().toList();
            for (int turn = version == DatabaseRequest.OLDEST ? 0 : 1; turn < names.size(); turn += 2) {
                Server database = database(ours.primary(), names.get(turn));
                for (SqlFile script : scripts(SCHEMAS.get(names.get(turn)))) {
                    execute(database, script.text());
                }
                assertThatItCanBeFilled(database, Set.of());
            }
        }
    }

    @Test
    @Timeout(1_800)
    void so_are_schemas_that_migration_tools_build() throws Exception {
        Assumptions.assumeTrue(
                "required".equals(System.getenv("REHEARSE_TEST_TOOLS"))
                        || PROJECTS.values().stream().allMatch(Files::isDirectory),
                "scenarios/tools/install has not run");
        try (TestDatabase ours = start(DatabaseRequest.NEWEST)) {
            for (Map.Entry<String, Path> project : PROJECTS.entrySet()) {
                Server database = database(ours.primary(), project.getKey());
                try (PlannedTool tool = PlannedTool.of(
                        RehearsalFile.read(project.getValue(), Overrides.NONE).migration())) {
                    MigrationResult built = tool.prepare(database, database.user(), database.password());
                    assertThat(built.succeeded()).as(built.output()).isTrue();
                    assertThatItCanBeFilled(database, Set.copyOf(tool.historyTables()));
                }
            }
        }
    }

    private static TestDatabase start(int version) {
        return DatabaseProviders.embedded()
                .start(new DatabaseRequest(version, 0, Map.of("fsync", "off"), null, null), Progress.SILENT);
    }

    /** @param spared tables that may stay empty */
    private static void assertThatItCanBeFilled(Server database, Set<String> spared) throws SQLException {
        String definitions = value(database, DEFINITIONS);

        FilledDataset filled = DataFilling.fill(
                database.jdbcUrl() + "?user=" + database.user() + "&password=" + database.password(),
                DatasetSpec.of(ROWS, 7),
                Part.WHOLE,
                Progress.SILENT);

        Set<String> empty = filled.tables().stream()
                .filter(table -> table.rows() == 0)
                .map(FilledTable::name)
                .filter(table -> !spared.contains(table))
                .collect(Collectors.toSet());
        assertThat(empty).as(database.database()).isEmpty();
        assertThat(filled.tables().stream().mapToLong(FilledTable::rows).max().orElse(0))
                .as(database.database())
                .isEqualTo(ROWS);
        assertThat(value(database, DEFINITIONS)).as(database.database()).isEqualTo(definitions);
    }

    /** Constraints and whether they are validated, indexes and whether they are valid, triggers and whether they are enabled. */
    private static final String DEFINITIONS = """
            SELECT string_agg(definition, E'\\n' ORDER BY definition COLLATE "C") FROM (
              SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) || convalidated AS definition FROM pg_constraint WHERE oid >= 16384
              UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid FROM pg_index WHERE indexrelid >= 16384
              UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal) d""";

    private static Server database(Server server, String name) throws SQLException {
        execute(server, "CREATE DATABASE " + name);
        Server database = new Server("primary", server.host(), server.port(), name, server.user(), server.password());
        execute(database, "COMMENT ON DATABASE " + name + " IS 'rehearse: disposable " + name + "'");
        return database;
    }

    /** The scripts as a plan finds them. */
    private List<SqlFile> scripts(List<String> references) throws IOException {
        Files.writeString(folder.resolve("up.sql"), "SELECT 1;");
        Path plan = folder.resolve("rehearsal.yaml");
        Files.writeString(
                plan,
                "migration: up.sql\nschema:\n"
                        + references.stream()
                                .map(reference -> "  - " + reference + "\n")
                                .collect(Collectors.joining()));
        return RehearsalFile.read(plan, Overrides.NONE, Progress.SILENT).schema();
    }

    private static void execute(Server server, String sql) throws SQLException {
        try (Connection connection = server.connect("schema");
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static String value(Server server, String sql) throws SQLException {
        try (Connection connection = server.connect("schema");
                Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(sql)) {
            r.next();
            return String.valueOf(r.getString(1));
        }
    }
}
