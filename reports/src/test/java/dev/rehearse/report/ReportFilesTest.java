package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @Test
    void a_folder_in_the_place_of_a_comparison_is_named_and_what_a_link_leads_to_is_written() throws IOException {
        Comparison comparison = SampleComparisons.all().get("first");
        Path page = Files.createFile(folder.resolve("page.html"));
        Path link = Files.createSymbolicLink(folder.resolve("link.html"), page);

        ReportFiles.write(comparison, link);

        assertThat(link).isSymbolicLink();
        assertThat(page).isNotEmptyFile();
        for (Path taken : List.of(folder, folder.getRoot())) {
            assertThatThrownBy(() -> ReportFiles.write(comparison, taken))
                    .isInstanceOf(ReportException.class)
                    .hasMessage("The comparison could not be written to " + taken + ": " + taken
                            + ": Is a directory. Name a file in a folder that may be written to.");
        }
    }
}
