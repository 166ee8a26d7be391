package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.assess.Assessment;
import dev.rehearse.database.Alone;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.RecordingFiles;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.report.Verdict;
import dev.rehearse.run.RehearsalRunner;
import dev.rehearse.run.RunListener;
import java.io.IOException;
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
import org.junit.jupiter.api.function.Executable;

/** Every scenario, to the verdict that it expects. */
class ScenariosIT {

    private static final int AT_LEAST = 4;
    private static final int AT_ONCE = 2;
    private static final Path OUT = Path.of("target", "runs");

    private static Cases cases;

    @BeforeAll
    static void be_ready() {
        cases = new Cases(AT_ONCE);
    }

    @AfterAll
    static void end() {
        cases.close();
    }

    @Test
    void scenarios_were_found() throws IOException {
        assertThat(Scenario.all()).hasSizeGreaterThanOrEqualTo(AT_LEAST);
    }

    private record Case(Scenario scenario, String database, int version) {

        boolean canRun() {
            return !database.equals("docker") || Containers.areAvailable();
        }

        Case endsAsExpected() throws InterruptedException {
            Recording recording = new RehearsalRunner(
                            DatabaseProviders.of(database).provider(), RunListener.SILENT)
                    .run(RehearsalFile.read(scenario.folder(), new Overrides(version, scenario.scaleInTests(), null)));
            RehearsalReport report = Assessment.of(recording);
            Path folder = OUT.resolve(scenario + "-" + database + "-" + version);
            RecordingFiles.write(recording, folder);
            ReportFiles.write(report, folder);

            assertThat(scenario.surprise(report)).isEmpty();
            assertThat(Assessment.of(RecordingFiles.read(folder))).isEqualTo(report);
            return this;
        }

        @Override
        public String toString() {
            return scenario + " on " + database + ", PostgreSQL " + version;
        }
    }

    /** The quick ones everywhere, the large ones once on each kind of server or where they say, smaller than their plans say. */
    private static List<Case> all() throws IOException {
        List<Case> all = new ArrayList<>();
        for (Scenario scenario : Scenario.all()) {
            all.add(new Case(scenario, "embedded", 18));
            all.add(new Case(scenario, "docker", 14));
            if (scenario.scaleInTests() == null) {
                all.add(new Case(scenario, "embedded", 14));
                all.add(new Case(scenario, "docker", 18));
            }
        }
        return all.stream()
                .filter(each -> each.scenario().isTestedOn(each.database()))
                .toList();
    }

    private static List<Case> thatAreGo(boolean go) throws IOException {
        return all().stream()
                .filter(each -> (each.scenario().verdict() == Verdict.GO) == go)
                .toList();
    }

    private static DynamicTest test(Case each, Executable endsAsExpected) {
        return DynamicTest.dynamicTest(each.toString(), () -> {
            Assumptions.assumeTrue(each.canRun(), "no container engine answers here");
            endsAsExpected.execute();
        });
    }

    /** A NO_GO is none the less one for another rehearsal beside it. */
    @TestFactory
    List<DynamicTest> a_scenario_ends_in_the_verdict_that_it_expects() throws IOException {
        List<DynamicTest> together = new ArrayList<>();
        for (Case each : thatAreGo(false)) {
            Future<Case> ended = cases.start(() -> each.canRun() ? each.endsAsExpected() : each);
            together.add(test(each, () -> Cases.outcome(ended)));
        }
        return together;
    }

    @TestFactory
    @Alone
    Stream<DynamicTest> what_is_to_end_in_go_does() throws IOException {
        return thatAreGo(true).stream()
                .map(each -> test(each, () -> each.scenario().holds(each::endsAsExpected)));
    }
}
