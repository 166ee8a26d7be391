package dev.rehearse.tool.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rehearse.EnvironmentException;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Alembic and Django are known by, and what is read from their projects' files. */
class PythonToolsTest {

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
