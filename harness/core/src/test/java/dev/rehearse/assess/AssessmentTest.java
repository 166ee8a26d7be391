package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.ChecklistLine;
import dev.rehearse.report.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssessmentTest extends AssessedRun {

    @Test
    void a_migration_that_nobody_felt_is_go_without_a_finding() {
        RehearsalReport report = report();

        assertThat(report.verdict()).isEqualTo(Verdict.GO);
        assertThat(report.findings()).isEmpty();
        assertThat(report.outages()).isEmpty();
        assertThat(report.operations())
                .extracting(o -> o.phase())
                .contains("BASELINE", "MIGRATE", "SETTLE", "ROLL_BACK");
    }

    @Test
    void of_a_server_that_somebody_else_runs_neither_standbys_nor_settings_are_the_plan_s() {
        run.settingsGiven = false;
        assertThat(report().notMeasured())
                .contains("replication: no standby in this rehearsal", "production's own settings: none given");

        run.provider = "external";
        assertThat(report().notMeasured())
                .contains(
                        "replication: standbys of a server that you name are not watched",
                        "production's own settings: this server's own were in use");
        assertThat(report().checklist())
                .filteredOn(line -> line.item().startsWith("replication lag"))
                .extracting(ChecklistLine::evidence)
                .containsOnly("standbys of a server that you name are not watched");
    }

    @Test
    void only_the_last_attempt_decides() {
        run.attempts.add(
                0,
                new Recording.Attempt(
                        Phase.MIGRATE,
                        0,
                        0,
                        null,
                        5 * SECOND,
                        5 * SECOND + 500_000,
                        Outcome.FAILED,
                        "55P03",
                        "timeout",
                        ""));

        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void every_line_of_the_checklist_has_evidence() {
        List<ChecklistLine> checklist = report().checklist();

        assertThat(checklist).hasSize(17);
        assertThat(checklist).allSatisfy(line -> assertThat(line.evidence()).isNotBlank());
        assertThat(checklist).extracting(ChecklistLine::when).containsOnly("before", "during", "after");
    }

    @Test
    void the_timeline_counts_every_operation_once() {
        RehearsalReport.Timeline timeline = report().timeline();

        assertThat(timeline.due().stream().mapToLong(Long::longValue).sum()).isEqualTo(1_000);
        assertThat(timeline.succeeded().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1_000);
        assertThat(timeline.failed().stream().mapToLong(Long::longValue).sum()).isZero();
    }
}
