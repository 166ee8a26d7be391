package dev.rehearse.tool.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What golang-migrate and Atlas are known by, and what is read from their projects' files. */
class ScriptToolsTest {

    @TempDir
    Path folder;

    @Test
    void golang_migrate_orders_by_number_and_can_take_back_what_has_a_down_file() throws Exception {
        write("db/migrations/10_ten.up.sql", "");
        write("db/migrations/9_nine.up.sql", "");
        write("db/migrations/9_nine.down.sql", "");
        write("db/migrations/README.md", "");
        GolangMigrate tool = new GolangMigrate();

        assertThat(tool.detect(folder)).isTrue();
        try (ToolProject project = project(tool)) {
            assertThat(ids(project)).containsExactly("9_nine", "10_ten");
            assertThat(tool.canUndo(project, "9_nine")).isTrue();
            assertThat(tool.canUndo(project, "10_ten")).isFalse();
        }
    }

    @Test
    void golang_migrate_leaves_the_files_of_sqlx_alone() throws Exception {
        write("migrations/1_init.up.sql", "");
        write("Cargo.toml", "");

        assertThat(new GolangMigrate().detect(folder)).isFalse();
    }

    @Test
    void golang_migrate_s_table_and_folder_are_the_plan_s_where_it_names_them() throws Exception {
        write("sql/1_init.up.sql", "");
        GolangMigrate tool = new GolangMigrate();
        Map<String, String> plan = Map.of("DATABASE_URL", "{url}&x-migrations-table=done", "MIGRATIONS_DIR", "sql");

        try (ToolProject project = new ToolProject(tool, folder, plan, null)) {
            assertThat(tool.historyTables(project)).containsExactly("done");
            assertThat(ids(project)).containsExactly("1_init");
        }
    }

    @Test
    void golang_migrate_without_a_folder_says_where_it_was_looked_for() {
        try (ToolProject project = project(new GolangMigrate())) {
            assertThatThrownBy(() -> ids(project))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("db/migrations")
                    .hasMessageContaining("MIGRATIONS_DIR");
        }
    }

    @Test
    void atlas_goes_by_its_configuration() throws Exception {
        write("atlas.hcl", """
                env "local" {
                  migration {
                    dir              = "file://db/steps?format=golang-migrate"
                    revisions_schema = "ops"
                  }
                }
                """);
        write("db/steps/2_two.up.sql", "");
        write("db/steps/2_two.down.sql", "");
        write("db/steps/1_one.up.sql", "");
        write("db/steps/atlas.sum", "");
        Atlas tool = new Atlas();

        assertThat(tool.detect(folder)).isTrue();
        try (ToolProject project = project(tool)) {
            assertThat(ids(project)).containsExactly("1_one", "2_two");
            assertThat(tool.historyTables(project)).containsExactly("ops.atlas_schema_revisions");
        }
    }

    @Test
    void atlas_s_folder_may_be_a_local_of_its_configuration() throws Exception {
        write("atlas.hcl", """
                env "local" {
                  migration {
                    dir    = "${local.migrations_dir}"
                    format = local.format
                  }
                }
                env "ci" {
                  migration {
                    dir = "${local.migrations_dir}"
                  }
                }
                locals {
                  migrations_dir = "file://tools/migrate/steps"
                  format         = "golang-migrate"
                }
                """);
        write("tools/migrate/steps/1_one.up.sql", "");
        write("tools/migrate/steps/1_one.down.sql", "");

        try (ToolProject project = project(new Atlas())) {
            assertThat(ids(project)).containsExactly("1_one");
            assertThat(Atlas.dir(project)).isEqualTo("file://tools/migrate/steps?format=golang-migrate");
            assertThat(new Atlas().notes(project))
                    .singleElement()
                    .asString()
                    .contains("tool: golang-migrate and environment: { MIGRATIONS_DIR: tools/migrate/steps }");
        }
    }

    @Test
    void atlas_s_folder_that_is_not_to_be_read_from_its_configuration_is_asked_for() throws Exception {
        write("atlas.hcl", "env \"local\" { migration { dir = \"file://${var.dir}\" } }");

        try (ToolProject project = project(new Atlas())) {
            assertThatThrownBy(() -> ids(project))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("in " + folder.resolve("migrations") + ": there is no such file or folder.")
                    .hasMessageContaining("dir = \"file://FOLDER\"");
        }
    }

    @Test
    void atlas_s_folder_that_its_configuration_does_not_name_is_the_only_one_with_sums() throws Exception {
        write("atlas.hcl", "env \"dev\" { diff { skip { add_foreign_key = true } } }");
        write("pkg/data/ent/migrate/migrations/atlas.sum", "");
        write("pkg/data/ent/migrate/migrations/1_first.sql", "");
        try (ToolProject project = project(new Atlas())) {
            assertThat(Atlas.dir(project)).isEqualTo("file://pkg/data/ent/migrate/migrations");
            assertThat(new Atlas().migrations(project)).hasSize(1);
        }

        write("other/atlas.sum", "");
        try (ToolProject project = project(new Atlas())) {
            assertThat(Atlas.dir(project)).isEqualTo("file://migrations");
        }
    }

    @Test
    void atlas_without_a_configuration_is_known_by_its_sums() throws Exception {
        write("migrations/20260101000000_init.sql", "");
        assertThat(new Atlas().detect(folder)).isFalse();
        write("migrations/atlas.sum", "");
        assertThat(new Atlas().detect(folder)).isTrue();
        try (ToolProject project = project(new Atlas())) {
            assertThat(new Atlas().historyTables(project)).containsExactly("atlas_schema_revisions");
        }
    }

    private ToolProject project(ProjectTool tool) {
        return new ToolProject(tool, folder, Map.of(), null);
    }

    private static List<String> ids(ToolProject project) {
        return project.tool().migrations(project).stream()
                .map(ToolMigration::id)
                .toList();
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
