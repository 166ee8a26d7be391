package dev.rehearse.plan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.sql.TwoWayScript.Way;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptFilesTest {

    private static final String LOCAL_REPOSITORY = "maven.repo.local";

    @TempDir
    Path folder;

    private final String repositoryBefore = System.getProperty(LOCAL_REPOSITORY);
    private ScriptFiles files;

    @BeforeEach
    void put_an_artifact_into_a_local_repository() throws IOException {
        files = new ScriptFiles(folder, Progress.SILENT);
        Path jar = folder.resolve("repository/org/example/engine/1.2/engine-1.2.jar");
        Files.createDirectories(jar.getParent());
        try (JarOutputStream archive = new JarOutputStream(Files.newOutputStream(jar))) {
            archive.putNextEntry(new JarEntry("db/create.sql"));
            archive.write("create table t (id int);".getBytes(StandardCharsets.UTF_8));
        }
        System.setProperty(LOCAL_REPOSITORY, folder.resolve("repository").toString());
    }

    @AfterEach
    void restore_the_local_repository() {
        if (repositoryBefore == null) {
            System.clearProperty(LOCAL_REPOSITORY);
        } else {
            System.setProperty(LOCAL_REPOSITORY, repositoryBefore);
        }
    }

    @Test
    void a_script_may_stand_in_an_artifact() {
        assertThat(files.script("maven:org.example:engine:1.2!/db/create.sql", Way.UP, null))
                .isEqualTo(new SqlFile("create.sql", "create table t (id int);", true));
    }

    @Test
    void a_file_that_an_artifact_lacks_is_answered_with_the_nearest() {
        assertThatThrownBy(() -> files.script("maven:org.example:engine:1.2!/db/craete.sql", Way.UP, null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("no file \"db/craete.sql\" in engine-1.2.jar")
                .hasMessageContaining("Did you mean \"db/create.sql\"?");
    }

    @Test
    void a_reference_without_a_path_is_refused() {
        assertThatThrownBy(() -> files.script("maven:org.example:engine:1.2", Way.UP, null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("names no file of the artifact");
        assertThatThrownBy(() -> files.script("maven:engine!/a.sql", Way.UP, null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Maven coordinates");
    }

    @Test
    void a_script_is_utf8_without_its_byte_order_mark() throws IOException {
        Files.writeString(folder.resolve("marked.sql"), "\uFEFFselect 'ä'");
        Files.write(folder.resolve("latin.sql"), "select 1;\nselect 'ä'".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(files.script("marked.sql", Way.UP, null).text()).isEqualTo("select 'ä'");
        assertThatThrownBy(() -> files.script("latin.sql", Way.UP, null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessage("\"latin.sql\" is not UTF-8: line 2 has a byte 0xE4. Save it as UTF-8.");
    }

    @Test
    void a_script_that_says_in_a_comment_that_there_is_nothing_to_do_is_taken_and_an_empty_one_or_way_is_not()
            throws IOException {
        Files.writeString(folder.resolve("comments.sql"), "-- only down needed\n");
        Files.writeString(folder.resolve("empty.sql"), " \n");
        Files.writeString(folder.resolve("both.sql"), "-- +goose Up\n-- later\n-- +goose Down\nSELECT 1;\n");

        assertThat(files.script("comments.sql", Way.UP, null).text()).contains("only down needed");
        for (String empty : List.of("empty.sql", "both.sql")) {
            assertThatThrownBy(() -> files.script(empty, Way.UP, null))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("has no statement");
        }
    }

    @Test
    void a_script_that_does_not_end_is_refused_with_its_line() throws IOException {
        Files.writeString(folder.resolve("open.sql"), "select 1;\nselect 'open");

        assertThatThrownBy(() -> files.script("open.sql", Way.UP, null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("open.sql:2");
    }
}
