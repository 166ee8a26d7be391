package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.assess.Assessment;
import dev.rehearse.database.DatabaseProviders;
import dev.rehearse.plan.Overrides;
import dev.rehearse.plan.RehearsalFile;
import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.run.RehearsalRunner;
import dev.rehearse.run.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Public projects' own migrations, by the tool that they use, to the verdict that is expected. {@code scenarios/tools/install} fetches them;
 * without it these tests are skipped, or fail where REHEARSE_TEST_TOOLS is "required".
 */
class RealToolProjectsIT {

    private static final int AT_LEAST = 3;
    private static final Path INSTALLED = Path.of("target/tools").toAbsolutePath();

    /** {@code target/tools/<tool>/<project>}. */
    static List<Scenario> projects() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return List.of();
        }
        try (Stream<Path> found = Files.find(INSTALLED, 3, (path, attributes) -> path.endsWith("expected.yaml"))) {
            return found.map(file -> file.resolveSibling("."))
                    .map(Path::normalize)
                    .sorted()
                    .map(Path::toString)
                    .map(Scenario::named)
                    .toList();
        }
    }

    @Test
    void projects_were_found() throws IOException {
        Assumptions.assumeTrue(
                Files.isDirectory(INSTALLED) || "required".equals(System.getenv("REHEARSE_TEST_TOOLS")),
                "scenarios/tools/install has not run");

        assertThat(projects()).hasSizeGreaterThanOrEqualTo(AT_LEAST);
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("projects")
    void a_public_project_s_upgrade_ends_in_the_verdict_that_is_expected(Scenario project) throws InterruptedException {
        Recording recording = new RehearsalRunner(
                        DatabaseProviders.of("embedded").provider(), RunListener.SILENT)
                .run(RehearsalFile.read(project.folder(), new Overrides(18, project.scaleInTests(), null)));
        RehearsalReport report = Assessment.of(recording);
        ReportFiles.write(report, Path.of("target", "runs").resolve(project + "-public"));

        assertThat(project.surprise(report)).isEmpty();
    }
}
