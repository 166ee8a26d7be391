package dev.rehearse.junit;

import static dev.rehearse.junit.RehearseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

class RehearseExtensionIT {

    private static final String PLAN = "src/test/resources/rehearsals/add-note";
    private static final String OUT = "target/rehearsals/add-note";
    private static final List<RehearsalReport> SEEN = new ArrayList<>();

    @Test
    void a_plan_is_rehearsed_once_for_all_tests_of_a_class() {
        SEEN.clear();

        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(AddNote.class))
                .execute()
                .testEvents()
                .assertStatistics(stats -> stats.started(3).succeeded(3));

        assertThat(SEEN).hasSize(3).allSatisfy(report -> assertThat(report).isSameAs(SEEN.get(0)));
        assertThat(Path.of(OUT, ReportFiles.HTML)).isNotEmptyFile();
    }

    @Test
    void a_plan_that_cannot_be_read_fails_the_test_with_its_problems() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(NoPlan.class))
                .execute()
                .testEvents()
                .assertStatistics(stats -> stats.started(1).failed(1))
                .failed()
                .assertThatEvents()
                .allSatisfy(event -> assertThat(event.toString()).contains("There is no plan nowhere"));
    }

    @Rehearse(plan = PLAN, database = "embedded", out = OUT)
    static class AddNote {

        @Test
        void the_migration_ran(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report.plan().name()).isEqualTo("add a note to orders");
            assertThat(report.statements()).anyMatch(s -> s.sql().contains("ADD COLUMN note"));
        }

        @Test
        void it_rolls_back(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).rollsBackCleanly();
        }

        @Nested
        class Inside {

            @Test
            void the_report_is_the_same(RehearsalReport report) {
                SEEN.add(report);
            }
        }
    }

    @Rehearse(plan = "nowhere")
    static class NoPlan {

        @Test
        void never_runs(RehearsalReport report) {
            throw new AssertionError("ran with " + report);
        }
    }
}
