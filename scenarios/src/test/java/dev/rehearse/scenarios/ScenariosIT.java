package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.assess.Assessment;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.RecordingFiles;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.run.RehearsalRunner;
import dev.rehearse.run.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scenario, to the verdict that it expects. */
class ScenariosIT {

    private static final int AT_LEAST = 4;
    private static final Path OUT = Path.of("target", "runs");

    @Test
    void scenarios_were_found() throws IOException {
        assertThat(Scenario.all()).hasSizeGreaterThanOrEqualTo(AT_LEAST);
    }

    /** The quick ones everywhere, the large ones once on each kind of server, smaller than their plans say. */
    static Stream<Arguments> cases() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        for (Scenario scenario : Scenario.all()) {
            cases.add(Arguments.of(scenario, "embedded", 18));
            cases.add(Arguments.of(scenario, "docker", 14));
            if (scenario.scaleInTests() == null) {
                cases.add(Arguments.of(scenario, "embedded", 14));
                cases.add(Arguments.of(scenario, "docker", 18));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0} on {1}, PostgreSQL {2}")
    @MethodSource("cases")
    void a_scenario_ends_in_the_verdict_that_it_expects(Scenario scenario, String database, int version)
            throws Exception {
        Assumptions.assumeTrue(
                !database.equals("docker") || Containers.areAvailable(), "no container engine answers here");
        scenario.holds(() -> endsAsExpected(scenario, database, version));
    }

    private static void endsAsExpected(Scenario scenario, String database, int version) throws InterruptedException {
        Recording recording = new RehearsalRunner(DatabaseProviders.of(database).provider(), RunListener.SILENT)
                .run(RehearsalFile.read(scenario.folder(), new Overrides(version, scenario.scaleInTests(), null)));
        RehearsalReport report = Assessment.of(recording);
        Path folder = OUT.resolve(scenario + "-" + database + "-" + version);
        RecordingFiles.write(recording, folder);
        ReportFiles.write(report, folder);

        assertThat(scenario.surprise(report)).isEmpty();
        assertThat(Assessment.of(RecordingFiles.read(folder))).isEqualTo(report);
    }
}
