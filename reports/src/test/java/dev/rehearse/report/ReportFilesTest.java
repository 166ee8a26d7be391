package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {

    @TempDir
    Path folder;

    @Test
    void a_run_has_four_files_and_nothing_half_written() throws IOException {
        Path html = ReportFiles.write(SampleReports.noGo(), folder.resolve("runs/one"));

        assertThat(html).isEqualTo(folder.resolve("runs/one/report.html"));
        try (Stream<Path> files = Files.list(html.getParent())) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("report.json", "report.html", "report.md", "junit.xml");
        }
    }

    @Test
    void a_report_that_is_there_is_replaced() {
        ReportFiles.write(SampleReports.noGo(), folder);
        ReportFiles.write(SampleReports.go(), folder);

        assertThat(ReportFiles.read(folder.resolve("report.json"))).isEqualTo(SampleReports.go());
    }

    @Test
    void a_folder_that_cannot_be_made_is_named_and_the_verdict_is_told_all_the_same() throws IOException {
        Path file = Files.createFile(folder.resolve("taken"));

        assertThatThrownBy(() -> ReportFiles.write(SampleReports.go(), file.resolve("run")))
                .isInstanceOf(ReportException.class)
                .hasMessageStartingWith("The verdict is GO, but")
                .hasMessageContaining("taken")
                .hasMessageContaining("--out");
    }

    @Test
    void a_file_that_is_no_report_is_named() throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), "[1]");

        assertThatThrownBy(() -> ReportFiles.read(file))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("other.json");
        assertThatThrownBy(() -> ReportFiles.read(folder.resolve("missing.json")))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("missing.json");
    }
}
