package dev.rehearse.tool.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.tool.ToolProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiquibaseSettingsTest {

    @TempDir
    Path folder;

    private LiquibaseSettings settings(Map<String, String> environment) {
        return LiquibaseSettings.of(new ToolProject(new Liquibase(), folder, environment, null));
    }

    private void properties(String... lines) throws IOException {
        Files.writeString(folder.resolve("liquibase.properties"), String.join("\n", lines));
    }

    @Test
    void without_a_word_the_tables_are_on_the_search_path() throws IOException {
        properties("changelogFile: db/changelog.xml");

        assertThat(settings(Map.of())).isEqualTo(new LiquibaseSettings("databasechangelog", "databasechangeloglock"));
    }

    @Test
    void names_are_understood_in_every_spelling() throws IOException {
        properties("liquibase.databaseChangeLogTableName: LOG", "database-changelog-lock-table-name=LOCK");
        LiquibaseSettings expected = new LiquibaseSettings("log", "lock");

        assertThat(settings(Map.of())).isEqualTo(expected);
        assertThat(settings(Map.of("LIQUIBASE_DATABASECHANGELOG_TABLE_NAME", "other"))
                        .historyTable())
                .isEqualTo("other");
    }

    @Test
    void its_own_schema_wins_over_that_of_the_objects() throws IOException {
        properties("defaultSchemaName: shop");
        assertThat(settings(Map.of()).historyTable()).isEqualTo("shop.databasechangelog");

        properties("defaultSchemaName: shop", "liquibaseSchemaName: liquibase");
        assertThat(settings(Map.of()).lockTable()).isEqualTo("liquibase.databasechangeloglock");
        assertThat(settings(Map.of("LIQUIBASE_LIQUIBASE_SCHEMA_NAME", "ops")).lockTable())
                .isEqualTo("ops.databasechangeloglock");
    }

    @Test
    void a_spring_boot_applications_own_settings_hold_where_there_is_no_properties_file() throws IOException {
        Path resources = Files.createDirectories(folder.resolve("src/main/resources"));
        Files.writeString(resources.resolve("application.yml"), """
                spring:
                  liquibase:
                    change-log: classpath:/db/master.xml
                    contexts: prod
                    liquibaseSchema: ops
                    parameters: { theOwner: "${OWNER_OF_NOTHING:shop}" }
                    url: jdbc:postgresql://production/shop
                """);

        assertThat(new Liquibase().detect(folder)).isTrue();
        assertThat(settings(Map.of()).historyTable()).isEqualTo("ops.databasechangelog");
        assertThat(ApplicationLiquibase.variables(folder))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "LIQUIBASE_COMMAND_CHANGELOG_FILE", "db/master.xml",
                        "LIQUIBASE_COMMAND_CONTEXT_FILTER", "prod",
                        "LIQUIBASE_LIQUIBASE_SCHEMA_NAME", "ops",
                        "theOwner", "shop"));

        properties("changelogFile: db/changelog.xml");
        assertThat(settings(Map.of()).historyTable()).isEqualTo("databasechangelog");
    }

    @Test
    void so_do_those_of_a_quarkus_or_a_micronaut_application() throws IOException {
        Path resources = Files.createDirectories(folder.resolve("src/main/resources"));
        Map<String, String> expected = Map.of(
                "LIQUIBASE_COMMAND_CHANGELOG_FILE", "db/all.xml",
                "LIQUIBASE_COMMAND_LABEL_FILTER", "eu",
                "LIQUIBASE_COMMAND_DEFAULT_SCHEMA_NAME", "shop",
                "theOwner", "app");
        Path micronauts = Files.writeString(resources.resolve("application.yml"), """
                liquibase:
                  datasources:
                    default: { change-log: "classpath:db/all.xml", labels: eu, default-schema: shop, parameters: { theOwner: app } }
                """);
        assertThat(ApplicationLiquibase.variables(folder)).containsExactlyInAnyOrderEntriesOf(expected);
        Files.delete(micronauts);

        Files.writeString(resources.resolve("application.properties"), """
                %test.quarkus.liquibase.change-log=db/test.xml
                quarkus.liquibase.change-log=db/all.xml
                quarkus.liquibase.labels=eu
                quarkus.liquibase.default-schema-name=shop
                quarkus.liquibase.change-log-parameters."theOwner"=app
                """);
        assertThat(ApplicationLiquibase.variables(folder)).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void a_project_is_known_by_its_properties_or_by_spring_boots_change_log() throws IOException {
        assertThat(new Liquibase().detect(folder)).isFalse();

        Path changelog = Files.createDirectories(folder.resolve("src/main/resources/db/changelog"));
        Files.writeString(changelog.resolve("db.changelog-master.yaml"), "databaseChangeLog:\n");

        assertThat(new Liquibase().detect(folder)).isTrue();
    }

    @Test
    void a_change_log_without_an_application_is_found_where_it_is() throws IOException {
        Path schema = Files.createDirectories(folder.resolve("schema"));
        Files.writeString(schema.resolve("changelog-master.xml"), "<databaseChangeLog/>");

        assertThat(new Liquibase().detect(schema)).isTrue();
        assertThat(new Liquibase().detect(folder)).isFalse();
        assertThat(LiquibaseHome.roots(schema)).containsExactly(schema);
    }

    private Path resources(String module) throws IOException {
        return Files.createDirectories(folder.resolve(module + "/src/main/resources"));
    }

    @Test
    void the_change_log_of_one_module_may_include_those_of_the_others_but_not_another_applications()
            throws IOException {
        Path app = resources("app");
        Path loan = resources("loan");
        Files.createDirectories(folder.resolve("docs"));
        Path other = Files.createDirectories(resources("other-app").resolve("config/liquibase"));
        Files.writeString(other.resolve("master.xml"), "<databaseChangeLog/>");
        assertThat(LiquibaseHome.roots(folder.resolve("app"))).containsExactly(app);

        Files.writeString(folder.resolve("settings.gradle"), "");

        assertThat(LiquibaseHome.roots(folder.resolve("app"))).containsExactly(app, loan);
    }

    @Test
    void the_only_change_log_is_the_one_for_all_whatever_it_is_called() throws IOException {
        Path changelog = Files.createDirectories(folder.resolve("src/main/resources/db/changelog"));
        Files.writeString(changelog.resolve("schema.xml"), "<databaseChangeLog/>");
        Files.writeString(changelog.resolve("backfill.sql"), "UPDATE orders SET total = 0;");
        assertThat(new Liquibase().detect(folder)).isTrue();

        Files.writeString(changelog.resolve("more.xml"), "<databaseChangeLog/>");
        assertThat(new Liquibase().detect(folder)).isFalse();
    }

    @Test
    void contexts_among_which_nothing_chooses_are_told() throws IOException {
        Path resources = Files.createDirectories(folder.resolve("src/main/resources/db"));
        Files.writeString(resources.resolve("changelog-master.xml"), """
                <databaseChangeLog><include file="a.xml" context="tenant_db AND !initial_switch"/></databaseChangeLog>""");
        Files.writeString(resources.resolve("b.sql"), """
                --liquibase formatted sql
                --changeset ann:1 contextFilter:"mysql or tenant_db" labels:x
                """);
        Files.writeString(resources.resolve("other.xml"), "<beans context=\"nothing\"/>");
        Files.writeString(
                resources.resolve("c.yaml"),
                "databaseChangeLog:\n- changeSet:\n    id: 1\n    context: faker # made up\n");

        assertThat(note(Map.of()))
                .startsWith("the change log has contexts (faker, initial_switch, mysql, tenant_db), and no setting");
        assertThat(note(Map.of("LIQUIBASE_COMMAND_CONTEXT_FILTER", "tenant_db")))
                .isNull();
        properties("contexts: tenant_db");
        assertThat(note(Map.of())).isNull();
    }

    @Test
    void a_change_log_that_is_called_otherwise_than_its_file_is_found() throws IOException {
        Path resources = Files.createDirectories(folder.resolve("src/main/resources/db"));
        Path one = Files.writeString(
                resources.resolve("one.xml"),
                "<databaseChangeLog logicalFilePath=\"changelog-1.0\"></databaseChangeLog>");
        Path two = Files.writeString(
                resources.resolve("two.yaml"), "databaseChangeLog:\n- logicalFilePath: db/old.yaml\n");

        try (ToolProject project = new ToolProject(new Liquibase(), folder, Map.of(), null)) {
            assertThat(LiquibaseLogs.byLogicalPath(project))
                    .containsExactlyInAnyOrderEntriesOf(Map.of("changelog-1.0", one, "db/old.yaml", two));
        }
    }

    private @Nullable String note(Map<String, String> environment) {
        return LiquibaseLogs.contexts(new ToolProject(new Liquibase(), folder, environment, null));
    }
}
