package dev.rehearse.scenarios.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.init.ProjectInit;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.known.ProjectTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Django project of several apps, of which one is ahead: the migrations of Django's own apps and of Django OAuth Toolkit. */
class DjangoAppsIT {

    private static final Path INSTALLED = Path.of("target/tools/django/oauth").toAbsolutePath();
    private static final ProjectTool DJANGO = ProjectTools.named("django").orElseThrow();

    @BeforeAll
    static void look_for_it() {
        if (!"required".equals(System.getenv("REHEARSE_TEST_TOOLS"))) {
            Assumptions.assumeTrue(
                    Files.isDirectory(INSTALLED), "Django is not installed: run scenarios/tools/install");
        }
    }

    private static List<String> ids(List<ToolMigration> migrations) {
        return migrations.stream().map(ToolMigration::id).toList();
    }

    private static List<String> pending(Path project, String from) {
        try (ToolProject opened = new ToolProject(DJANGO, project, Map.of(), from)) {
            List<String> all = ids(DJANGO.migrations(opened));
            List<String> baseline = ids(opened.baseline());
            List<String> pending = ids(opened.pending(null));
            assertThat(all)
                    .containsExactlyElementsOf(
                            Stream.concat(baseline.stream(), pending.stream()).toList());
            return pending;
        }
    }

    @Test
    void production_lacks_what_comes_later_in_the_app_that_is_named_and_what_depends_on_it() {
        assertThat(pending(INSTALLED, "auth.0011")).containsExactly("auth.0012_alter_user_first_name_max_length");
        assertThat(pending(INSTALLED, "contenttypes.0001"))
                .contains("contenttypes.0002_remove_content_type_name", "auth.0006_require_contenttypes_0002")
                .doesNotContain("auth.0005_alter_user_last_login_null", "sessions.0001_initial");
        assertThat(pending(INSTALLED, "sessions.zero, auth.0011"))
                .containsExactlyInAnyOrder("auth.0012_alter_user_first_name_max_length", "sessions.0001_initial");
        assertThatThrownBy(() -> pending(INSTALLED, "nothing.zero"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("\"nothing.zero\" is no migration of the project");
    }

    @Test
    void what_others_than_the_last_app_added_is_all_that_is_pending(@TempDir Path folder) throws Exception {
        for (String file : List.of("manage.py", "project/__init__.py", "project/settings.py")) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.copy(INSTALLED.resolve(file), folder.resolve(file));
        }
        Files.createSymbolicLink(
                folder.resolve(".venv"), INSTALLED.resolve(".venv").toRealPath());
        // Before those of every other app in Django's order.
        Path migrations = Files.createDirectories(folder.resolve("aaa/migrations"));
        for (String file : List.of("aaa/__init__.py", "aaa/migrations/__init__.py")) {
            Files.createFile(folder.resolve(file));
        }
        Path settings = folder.resolve("project/settings.py");
        Files.writeString(
                settings, Files.readString(settings).replace("[\"django.contrib.c", "[\"aaa\", \"django.contrib.c"));
        migration(migrations, "0001_first", "");
        git(folder, "init", "-q", ".");
        git(folder, "add", "manage.py", "project", "aaa");
        git(folder, "commit", "-q", "-m", "first");
        migration(migrations, "0002_second", "(\"aaa\", \"0001_first\")");

        ProjectInit.Written written = ProjectInit.write(folder, null, "django", null, null, false);

        assertThat(written.baseline()).isEqualTo("aaa.0001_first");
        assertThat(written.pending()).containsExactly("aaa.0002_second");
        assertThat(written.notes()).noneMatch(note -> note.contains("too, which the tool orders after"));
        assertThat(pending(folder, "aaa.0001")).containsExactly("aaa.0002_second");
        assertThat(pending(folder, "aaa.zero")).containsExactly("aaa.0001_first", "aaa.0002_second");
    }

    private static void migration(Path folder, String name, String dependency) throws Exception {
        Files.writeString(folder.resolve(name + ".py"), """
                from django.db import migrations

                class Migration(migrations.Migration):
                    dependencies = [%s]
                    operations = [migrations.RunSQL("select 1", "select 1")]
                """.formatted(dependency));
    }

    private static void git(Path folder, String... arguments) throws Exception {
        List<String> command = Stream.concat(
                        Stream.of("git", "-c", "user.name=t", "-c", "user.email=t@example.org"), Stream.of(arguments))
                .toList();
        Process git = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(output).isZero();
    }
}
