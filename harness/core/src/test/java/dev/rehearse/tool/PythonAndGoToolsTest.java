package dev.rehearse.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Alembic, Django, golang-migrate and Atlas are known by, and what is read from their projects' files. */
class PythonAndGoToolsTest {

    private static final ToolTarget TARGET = new ToolTarget("127.0.0.1", 6543, "db", "me", "100%", "rehearse");

    @TempDir
    Path folder;

    @Test
    void alembic_s_history_is_read_from_its_end_with_merges_and_dependencies() {
        String history = """
                Rev: d4 (head) (mergepoint)
                Merges: b2, c3
                Path: /shop/versions/d4_merge.py

                    Rev it up: a message that looks like a field

                Rev: c3
                Parent: a1
                Also depends on: x9
                Path: /shop/versions/c3.py

                Rev: b2
                Parent: a1
                Path: /shop/versions/b2.py

                Rev: a1 (branchpoint)
                Parent: <base>
                Branches into: b2, c3
                Path: /shop/versions/a1.py
                """;

        assertThat(Alembic.parse(history))
                .containsExactly(
                        new Alembic.Revision("a1", List.of(), Path.of("/shop/versions/a1.py")),
                        new Alembic.Revision("b2", List.of("a1"), Path.of("/shop/versions/b2.py")),
                        new Alembic.Revision("c3", List.of("a1", "x9"), Path.of("/shop/versions/c3.py")),
                        new Alembic.Revision("d4", List.of("b2", "c3"), Path.of("/shop/versions/d4_merge.py")));
    }

    @Test
    void alembic_s_configuration_is_pointed_at_our_database_and_keeps_its_driver_and_its_folder() {
        String ini = """
                [alembic]
                script_location = %(here)s/migrations
                sqlalchemy.url = postgresql+psycopg2://boss:secret@production/shop
                """;

        assertThat(Alembic.pointed(ini, Path.of("/home/me/50%/shop"), TARGET)).isEqualTo("""
                        [alembic]
                        script_location = /home/me/50%%/shop/migrations
                        sqlalchemy.url = postgresql+psycopg2://me:100%%25@127.0.0.1:6543/db?sslmode=disable&application_name=rehearse
                        """);
    }

    @Test
    void alembic_s_drivers_that_are_not_libpq_get_no_parameters_of_libpq() {
        assertThat(Alembic.pointed("sqlalchemy.url = postgresql+asyncpg://production/shop", folder, TARGET))
                .isEqualTo("sqlalchemy.url = postgresql+asyncpg://me:100%%25@127.0.0.1:6543/db");
        assertThat(Alembic.pointed("sqlalchemy.url = driver://user:pass@localhost/dbname", folder, TARGET))
                .startsWith("sqlalchemy.url = postgresql://me:");
    }

    @Test
    void an_env_py_of_alembic_s_that_says_where_the_database_is_is_told_of() {
        assertThat(Alembic.note("section[\"sqlalchemy.url\"] = str(settings.dsn)"))
                .isPresent();
        assertThat(Alembic.note("config.set_main_option('sqlalchemy.url', settings.dsn)"))
                .hasValueSatisfying(note -> assertThat(note).contains("{ DB_URL: \"{url}\" }"));
        assertThat(Alembic.note("config.set_main_option('sqlalchemy.url', os.environ['DATABASE_URL'])"))
                .isEmpty();
        assertThat(Alembic.note("url = config.get_main_option(\"sqlalchemy.url\", None)"))
                .isEmpty();
    }

    @Test
    void alembic_is_known_by_its_ini_or_by_the_table_in_pyproject() throws Exception {
        assertThat(new Alembic().detect(folder)).isFalse();
        write("pyproject.toml", "[tool.alembic]\nscript_location = \"migrations\"");
        assertThat(new Alembic().detect(folder)).isTrue();
    }

    @Test
    void django_is_known_by_its_manage_py_and_not_by_another_s() throws Exception {
        write("manage.py", "import flask_script");
        assertThat(new Django().detect(folder)).isFalse();
        write("manage.py", "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"app.settings\")\nmain()\n");
        assertThat(new Django().detect(folder)).isTrue();
        write("manage.py", "from django.core.management import execute_from_command_line");
        assertThat(new Django().detect(folder)).isTrue();
    }

    @Test
    void a_traceback_is_told_by_the_frames_of_the_project() {
        String output = """
                Traceback (most recent call last):
                  File "/shop/manage.py", line 19, in <module>
                    execute_from_command_line(sys.argv)
                  File "/shop/.venv/lib/python3.11/site-packages/django/conf/__init__.py", line 89, in _setup
                    self._wrapped = Settings(settings_module)
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^
                  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed
                  File "/shop/settings.py", line 12, in <module>
                    KEY = os.environ["KEY"]
                KeyError: 'KEY'
                """;

        assertThat(Traceback.ofTheProject(output)).isEqualTo("""
                Traceback (most recent call last):
                  File "/shop/manage.py", line 19, in <module>
                    execute_from_command_line(sys.argv)
                  File "/shop/settings.py", line 12, in <module>
                    KEY = os.environ["KEY"]
                KeyError: 'KEY'
                """);
    }

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
    void atlas_without_a_configuration_is_known_by_its_sums() throws Exception {
        write("migrations/20260101000000_init.sql", "");
        assertThat(new Atlas().detect(folder)).isFalse();
        write("migrations/atlas.sum", "");
        assertThat(new Atlas().detect(folder)).isTrue();
        try (ToolProject project = project(new Atlas())) {
            assertThat(new Atlas().historyTables(project)).containsExactly("atlas_schema_revisions");
        }
    }

    @Test
    void a_python_without_django_is_what_the_machine_lacks() throws Exception {
        write("manage.py", "from django.core.management import execute_from_command_line");
        write(".venv/bin/python", "#!/bin/sh\nexec python3 -I -S \"$@\"\n");
        Path python = folder.resolve(".venv/bin/python");
        assertThat(python.toFile().setExecutable(true)).isTrue();

        try (ToolProject project = project(new Django())) {
            assumeThat(project.find("python3")).isPresent();
            assertThatThrownBy(() -> ids(project))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessage(
                            "There is no Django for " + python + ", which was called in " + folder
                                    + ". Install it into the project's virtual environment, .venv, or call rehearse with that one active.");
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
