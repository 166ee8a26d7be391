package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.assess.Assessment;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.run.RehearsalRunner;
import dev.rehearse.run.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Public projects' own migrations, by the tool that they use, to the verdict that is expected. {@code scenarios/tools/install} fetches them;
 * without it these tests are skipped, or fail where REHEARSE_TEST_TOOLS is "required".
 */
class RealToolProjectsIT {

    private static final int AT_LEAST = 3;
    private static final int AT_ONCE = 2;
    private static final Path INSTALLED = Path.of("target/tools").toAbsolutePath();

    private static Cases cases;

    @BeforeAll
    static void be_ready() {
        cases = new Cases(AT_ONCE);
    }

    @AfterAll
    static void end() {
        cases.close();
    }

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

    /** Two at a time: much of it is one program's reading of its own files, and the limits are far off. */
    @TestFactory
    Stream<DynamicTest> a_public_project_s_upgrade_ends_in_the_verdict_that_is_expected() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Scenario project : projects()) {
            Future<Scenario> rehearsed = cases.start(() -> {
                project.holds(() -> endsAsExpected(project));
                return project;
            });
            tests.add(DynamicTest.dynamicTest(project.toString(), () -> Cases.outcome(rehearsed)));
        }
        return tests.stream();
    }

    private static void endsAsExpected(Scenario project) throws InterruptedException {
        RehearsalReport report = Assessment.of(
                new RehearsalRunner(DatabaseProviders.of("embedded").provider(), RunListener.SILENT)
                        .run(RehearsalFile.read(project.folder(), new Overrides(18, project.scaleInTests(), null))));
        ReportFiles.write(report, Path.of("target", "runs").resolve(project + "-public"));
        assertThat(project.surprise(report)).isEmpty();
    }
}
