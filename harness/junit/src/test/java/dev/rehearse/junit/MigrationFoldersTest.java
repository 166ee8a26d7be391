package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.jvm.FlywayNames;
import java.io.IOException;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationFoldersTest {

    @TempDir
    Path project;

    @Test
    void sources_come_before_the_class_path() throws IOException {
        Path compiled = Files.createDirectories(project.resolve("target/classes/db/migration"));
        MigrationFolders folders = folders(project.resolve("target/classes/"));
        assertThat(folders.find(List.of("db/migration"))).containsExactly(compiled);

        Path source = Files.createDirectories(project.resolve("src/main/resources/db/migration"));

        assertThat(folders.find(List.of("db/migration"))).containsExactly(source);
        assertThat(folders.find(List.of("filesystem:target/classes/db/migration")))
                .containsExactly(compiled);
    }

    @Test
    void migrations_in_a_jar_are_copied_into_the_build_folder_and_stale_copies_go() throws IOException {
        Path jar = project.resolve("orders.jar");
        MigrationFolders folders = folders(jar);
        jarWith(jar, "db/migration/V1__orders.sql", "db/migration/V2__note.sql");
        folders.find(List.of("classpath:db/migration"));
        jarWith(jar, "db/migration/V1__orders.sql");

        List<Path> found = folders(jar).find(List.of("classpath:db/migration"));

        assertThat(found).containsExactly(project.resolve("target/rehearsals/migrations/orders.jar/db/migration"));
        assertThat(found.get(0)).isDirectoryNotContaining("glob:**V2*").isDirectoryContaining("glob:**V1*");
    }

    @Test
    void where_nothing_migrates_it_is_said_how_flyways_folder_liquibases_change_log_or_a_plan_is_named() {
        assertThatThrownBy(() -> folders(project).find(List.of("db/migration")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageStartingWith("There is no folder of migrations \"db/migration\": neither in " + project)
                .hasMessageContainingAll(
                        "@Rehearse(migrations)", "changelogFile in a liquibase.properties", "@Rehearse(plan)");
    }

    @Test
    void of_folders_for_several_databases_postgresqls_is_taken() throws IOException {
        Path all = Files.createDirectories(project.resolve("src/main/resources/db/migration"));
        Path ours = Files.createDirectories(all.resolve("postgres"));
        assertThat(folders(project).find(List.of("db/migration"))).containsExactly(all);

        Files.createDirectories(all.resolve("h2"));

        assertThat(folders(project).find(List.of("db/migration"))).containsExactly(ours);

        Path common = Files.createDirectories(all.resolve("common"));
        assertThat(folders(project).find(List.of("db/migration"))).containsExactly(common, ours);

        Files.createFile(all.resolve("V1__of_all.sql"));
        assertThat(folders(project).find(List.of("db/migration"))).containsExactly(all);
    }

    @Test
    void a_folder_that_others_use_is_without_flyways_migrations() throws IOException {
        Path source = Files.createDirectories(project.resolve("src/main/resources/db/migration"));
        Files.createFile(source.resolve("changelog.xml"));
        MigrationFolders folders = folders(project);

        assertThat(folders.isWithout("db/migration", FlywayNames.USUAL)).isTrue();
        assertThat(folders.isWithout("db/nowhere", FlywayNames.USUAL)).isTrue();
        Files.createFile(source.resolve("V1__orders.sql"));
        assertThat(folders.isWithout("db/migration", FlywayNames.USUAL)).isFalse();
    }

    @Test
    void migrations_in_a_librarys_jar_do_not_make_a_project_flyways() throws IOException {
        Path jar = project.resolve("library.jar");
        jarWith(jar, "db/migration/V1__queue.sql");
        MigrationFolders folders = folders(jar);

        assertThat(folders.isWithout("db/migration", FlywayNames.USUAL)).isTrue();
        assertThat(folders.find(List.of("db/migration"))).hasSize(1);
    }

    @Test
    void of_an_applications_locations_those_count_that_are_there() throws IOException {
        Files.createDirectories(project.resolve("src/main/resources/db/common"));
        MigrationFolders folders = folders(project);

        assertThat(folders.there(List.of("classpath:db/common", "classpath:db/postgresql")))
                .containsExactly("classpath:db/common");
        assertThat(folders.there(List.of("db/nowhere"))).containsExactly("db/nowhere");
    }

    @Test
    void a_folder_that_is_nowhere_is_refused_with_where_was_looked() throws IOException {
        MigrationFolders folders = folders(project);

        assertThatThrownBy(() -> folders.find(List.of("db/migrations")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("no folder of migrations \"db/migrations\"")
                .hasMessageContaining("src/main/resources");
    }

    private MigrationFolders folders(Path classPath) throws MalformedURLException {
        return new MigrationFolders(
                project, new URLClassLoader(new URL[] {classPath.toUri().toURL()}, null));
    }

    private static void jarWith(Path jar, String... names) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry("db/migration/"));
            for (String name : names) {
                out.putNextEntry(new JarEntry(name));
                out.write("select 1;".getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
