package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFolderTest {

    private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 22, 10, 15, 0);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "widen the order total, widen-the-order-total",
        "'Camunda 7.16 to 7.17, as shipped', camunda-7.16-to-7.17-as-shipped",
        "Größe ändern, grosse-andern",
        "../../etc, etc",
        "..., rehearsal",
        "日本, rehearsal"
    })
    void a_name_becomes_a_folder_name(String name, String slug) {
        assertThat(RunFolder.slug(name)).isEqualTo(slug);
    }

    @Test
    void runs_of_one_second_have_folders_of_their_own() {
        Path first = RunFolder.make(folder, null, "widen", NOW).path();
        Path second = RunFolder.make(folder, null, "widen", NOW).path();

        assertThat(first).isEqualTo(folder.resolve("widen/2026-11-22T10-15-00")).isDirectory();
        assertThat(second)
                .isEqualTo(folder.resolve("widen/2026-11-22T10-15-00-2"))
                .isDirectory();
    }

    @Test
    void a_run_that_wrote_nothing_leaves_no_folder() {
        Path runs = folder.resolve("reports/runs");

        RunFolder.make(runs, null, "widen", NOW).close();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void what_a_run_wrote_and_what_was_there_before_stays() throws IOException {
        Path runs = folder.resolve("runs");
        RunFolder written = RunFolder.make(runs, null, "widen", NOW);
        Files.writeString(written.path().resolve("report.md"), "GO");
        written.close();
        RunFolder.make(runs, null, "widen", NOW).close();
        RunFolder.make(runs, folder, "widen", NOW).close();

        assertThat(runs.resolve("widen")).isDirectoryNotContaining("glob:**-2");
        assertThat(written.path().resolve("report.md")).exists();
        assertThat(folder).isDirectory();
    }

    @Test
    void a_folder_that_is_there_and_cannot_be_written_is_told_before_the_run_and_in_words() {
        // Root may write everywhere else.
        Path proc = Path.of("/proc");
        boolean isThere = Files.isDirectory(proc);
        Path closed = isThere ? proc : folder;
        assertThat(isThere || folder.toFile().setWritable(false)).isTrue();

        assertThatThrownBy(() -> RunFolder.make(closed, "widen", NOW))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageStartingWith("Cannot write to the folder of the report: " + closed)
                .hasMessageContaining(isThere ? "there is no such file or folder" : "permission denied")
                .hasMessageNotContaining("Exception");
    }

    @Test
    void a_folder_that_cannot_be_made_is_the_machines_problem() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> RunFolder.make(file.resolve("out"), "widen", NOW))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("file");
    }
}
