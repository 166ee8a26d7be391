package dev.rehearse.junit;

import static dev.rehearse.junit.RehearseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.PhaseSpan;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestTag;

class RehearseExtensionIT {

    static final String PLAN = "src/test/resources/rehearsals/add-note";
    static final String OUT = "target/rehearsals-of-tests";
    static final String SHORT = "workload: { rate: 50/s, clients: 4, warmUp: 500ms, baseline: 1s, settle: 500ms }";
    private static final List<RehearsalReport> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void a_plan_is_rehearsed_once_for_all_tests_of_a_class() {
        Executed results = Executed.of(AddNote.class);

        results.succeeded(3);
        assertThat(SEEN).hasSize(3).allSatisfy(report -> assertThat(report).isSameAs(SEEN.get(0)));
        List<Map<String, String>> entries = results.entries();
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
    void migrations_need_no_plan_and_classes_that_run_in_parallel_share_the_loaded_database_one_after_the_other() {
        Executed results = Executed.of(
                Map.of(
                        "rehearse.rows", "2_500",
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.mode.default", "concurrent",
                        "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "4"),
                AddTheNote.class,
                AddTheNoteAgain.class);

        results.succeeded(3);
        List<RehearsalReport> reports = SEEN.stream().distinct().toList();
        assertThat(reports).hasSize(2).allSatisfy(report -> {
            assertThat(report.plan().name()).isEqualTo("V2 add a note");
            assertThat(report.plan().rows()).containsEntry("orders", 2_500L);
            assertThat(report.statements()).anyMatch(s -> s.sql().contains("ADD COLUMN note"));
            assertThat(report.statements()).noneMatch(s -> s.sql().contains("channel"));
        });
        assertThat(results.entries())
                .hasSize(2)
                .anySatisfy(entry -> assertThat(entry.get("notes")).contains("data taken from an earlier run"));
        List<RehearsalReport> inOrder = reports.stream()
                .sorted(Comparator.comparing(RehearseExtensionIT::start))
                .toList();
        assertThat(end(inOrder.get(0))).isBeforeOrEqualTo(start(inOrder.get(1)));
    }

    private static Instant start(RehearsalReport report) {
        return Instant.parse(report.environment().startedAt());
    }

    private static Instant end(RehearsalReport report) {
        PhaseSpan last = report.phases().get(report.phases().size() - 1);
        return start(report).plusMillis((long) (last.startMillis() + last.durationMillis()));
    }

    @Test
    void without_plan_and_versions_it_is_the_newest_migration_and_parameters_go_before_the_annotation() {
        Executed results = Executed.of(
                Map.of(
                        "rehearse.data.scale", "3_000",
                        "rehearse.database", "embedded",
                        "rehearse.budget.rollback", "required"),
                Newest.class);

        results.succeeded(1);
        assertThat(SEEN.get(0).plan().name()).isEqualTo("V10 add a channel");
        assertThat(SEEN.get(0).plan().rows()).containsEntry("orders", 3_000L);
        assertThat(SEEN.get(0).plan().budget()).containsEntry("rollback", "required");
        assertThat(results.results().testEvents().started().stream()
                        .flatMap(event -> event.getTestDescriptor().getTags().stream()))
                .containsExactly(TestTag.create("rehearsal"));
    }

    @Test
    void a_plan_that_cannot_be_read_fails_every_test_with_its_problems_alone() {
        Executed results = Executed.of(NoPlan.class);

        assertThat(results.failures())
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure)
                        .hasMessageStartingWith("There is no plan nowhere.")
                        .satisfies(told -> assertThat(told.getStackTrace()).isEmpty()));
    }

    @Test
    void a_plan_beside_migrations_is_refused() {
        Executed results = Executed.of(Both.class);

        assertThat(results.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageStartingWith("@Rehearse on Both names a plan"));
    }

    @Test
    void a_number_that_cannot_be_is_told_with_the_class_that_says_it() {
        Executed results = Executed.of(FewerThanNone.class);

        assertThat(results.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessage("@Rehearse(rows) on FewerThanNone must be a whole number from 1 to 100_000_000_000,"
                                + " but is \"-5\"."));
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

        @Test
        void it_rolls_back(RehearsalReport report) {
            SEEN.add(report);
            assertThat(report).rollsBackCleanly();
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

    @Rehearse(migrations = "db/orders", rows = -5)
    static class FewerThanNone {

        @Test
        void never_runs(RehearsalReport report) {
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
