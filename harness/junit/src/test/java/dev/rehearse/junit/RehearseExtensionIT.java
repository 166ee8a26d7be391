package dev.rehearse.junit;

import static dev.rehearse.junit.RehearseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.rehearse.report.RehearsalReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class RehearseExtensionIT {

    private static final String PLAN = "src/test/resources/rehearsals/add-note";
    private static final String OUT = "target/rehearsals-of-tests";
    private static final String SHORT =
            "workload: { rate: 50/s, clients: 4, warmUp: 500ms, baseline: 1s, settle: 500ms }";
    private static final List<RehearsalReport> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void a_plan_is_rehearsed_once_for_all_tests_of_a_class() {
        EngineExecutionResults results = execute(AddNote.class);

        results.testEvents().assertStatistics(stats -> stats.started(3).succeeded(3));
        assertThat(SEEN).hasSize(3).allSatisfy(report -> assertThat(report).isSameAs(SEEN.get(0)));
        List<Map<String, String>> entries = entries(results);
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0))
                .containsEntry("rehearsal", "add a note to orders")
                .containsEntry("verdict", SEEN.get(0).verdict().name())
                .containsKey("database");
        assertThat(Path.of(entries.get(0).get("report")))
                .isNotEmptyFile()
                .startsWith(Path.of(OUT).toAbsolutePath());
    }

    @Test
    void migrations_need_no_plan_and_classes_share_the_loaded_database() {
        EngineExecutionResults results = execute(AddTheNote.class, AddTheNoteAgain.class);

        results.testEvents().assertStatistics(stats -> stats.started(2).succeeded(2));
        assertThat(SEEN).hasSize(2).allSatisfy(report -> {
            assertThat(report.plan().name()).isEqualTo("V2 add a note");
            assertThat(report.plan().rows()).containsEntry("orders", 2_000L);
            assertThat(report.statements()).anyMatch(s -> s.sql().contains("ADD COLUMN note"));
            assertThat(report.statements()).noneMatch(s -> s.sql().contains("channel"));
        });
        assertThat(entries(results).get(1).get("notes")).contains("data taken from an earlier run");
    }

    @Test
    void without_plan_and_versions_it_is_the_newest_migration_and_parameters_go_before_the_annotation() {
        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Newest.class))
                .configurationParameter("rehearse.rows", "3_000")
                .configurationParameter("rehearse.database", "embedded")
                .configurationParameter("rehearse.budget.rollback", "required")
                .execute();

        results.testEvents().assertStatistics(stats -> stats.started(1).succeeded(1));
        assertThat(SEEN.get(0).plan().name()).isEqualTo("V10 add a channel");
        assertThat(SEEN.get(0).plan().rows()).containsEntry("orders", 3_000L);
        assertThat(SEEN.get(0).plan().budget()).containsEntry("rollback", "required");
        assertThat(results.testEvents().started().stream()
                        .flatMap(event -> event.getTestDescriptor().getTags().stream()))
                .containsExactly(TestTag.create("rehearsal"));
    }

    @Test
    void a_plan_that_cannot_be_read_fails_every_test_with_its_problems_alone() {
        EngineExecutionResults results = execute(NoPlan.class);

        results.testEvents().assertStatistics(stats -> stats.started(2).failed(2));
        assertThat(failures(results))
                .allSatisfy(failure -> assertThat(failure).hasMessageStartingWith("There is no plan nowhere."));
    }

    @Test
    void a_plan_beside_migrations_is_refused() {
        EngineExecutionResults results = execute(Both.class);

        assertThat(failures(results))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageStartingWith("@Rehearse names a plan"));
    }

    private static EngineExecutionResults execute(Class<?>... classes) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(Stream.of(classes).map(c -> selectClass(c)).toArray(ClassSelector[]::new))
                .execute();
    }

    private static List<Map<String, String>> entries(EngineExecutionResults results) {
        return results.allEvents().reportingEntryPublished().stream()
                .map(event -> event.getRequiredPayload(ReportEntry.class).getKeyValuePairs())
                .toList();
    }

    private static List<Throwable> failures(EngineExecutionResults results) {
        return results.testEvents().failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .orElseThrow())
                .toList();
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

    @Rehearse(
            migrations = "db/orders",
            from = "1",
            to = "2",
            rows = 2_000,
            with = SHORT,
            database = "embedded",
            out = OUT)
    static class AddTheNote {

        @Test
        void it_rolls_back(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).rollsBackCleanly();
        }
    }

    @Rehearse(migrations = "db/orders", to = "2", rows = 2_000, with = SHORT, database = "embedded", out = OUT)
    static class AddTheNoteAgain {

        @Test
        void it_keeps_the_data(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).losesNoData();
        }
    }

    @Rehearse(migrations = "db/orders", rows = 2_000, with = SHORT, database = "nowhere", out = OUT)
    static class Newest {

        @Test
        void it_rolls_back(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).rollsBackCleanly();
        }
    }

    @Rehearse(plan = "nowhere")
    static class NoPlan {

        @Test
        void never_runs(RehearsalReport report) {
            throw new AssertionError("ran with " + report);
        }

        @Test
        void nor_does_another(RehearsalReport report) {
            throw new AssertionError("ran with " + report);
        }
    }

    @Rehearse(plan = PLAN, migrations = "db/orders")
    static class Both {

        @Test
        void never_runs(RehearsalReport report) {
            throw new AssertionError("ran with " + report);
        }
    }
}
