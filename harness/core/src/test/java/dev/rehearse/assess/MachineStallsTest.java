package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.migration;
import static dev.rehearse.assess.RecordedRun.waited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.RunDelay;
import dev.rehearse.recording.Recording.RunDelay.Whose;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineStallsTest extends AssessedRun {

    @Test
    void a_machine_that_stood_still_breaks_no_limit_but_nothing_was_measured_meanwhile() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.pauses = List.of(new Recording.Pause(6 * SECOND, 2 * SECOND));
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("OUTAGE", "RESPONSE_TIME");
        assertThat(finding("MACHINE_STALLED").evidence().get(0)).contains("longestOutage", "responseP99 in MIGRATE");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.pauses = List.of(new Recording.Pause(6 * SECOND, SECOND / 2));
        assertThat(finding("OUTAGE").severity()).isEqualTo(Severity.BREACH);
        assertThat(finding("RESPONSE_TIME").evidence())
                .last()
                .asString()
                .startsWith("felt: ")
                .contains("max 2.0 s");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void a_lock_that_only_the_tap_kept_for_too_long_breaks_no_limit_but_was_not_measured() {
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 10_000, 640_000, migration()));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.holds = List.of(new Recording.Hold(migration().pid() + 1, 5 * SECOND + 200_000, 158_000));
        // That was another session of the migration's, for which nobody waited.
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.holds = List.of(new Recording.Hold(migration().pid(), 5 * SECOND + 200_000, 158_000));
        Finding stalled = finding("MACHINE_STALLED");
        assertThat(stalled.title()).isEqualTo("Rehearse itself kept the migration waiting");
        assertThat(stalled.evidence())
                .contains(
                        "not to be told apart from the migration: longestLockWait",
                        "the migration's transactions were kept open for 158 ms of it, while Rehearse read their locks");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        // Others that took less of the time are not to blame.
        run.runDelays = List.of(new RunDelay(Whose.CLIENT, 100, 5 * SECOND + 200_000, 100_000, 2_000, 0.3));
        assertThat(finding("MACHINE_STALLED").title()).isEqualTo("Rehearse itself kept the migration waiting");
        run.runDelays = List.of();

        // Both at once are no more than one.
        run.holds = List.of(new Recording.Hold(migration().pid(), 5 * SECOND + 200_000, 100_000));
        run.pauses = List.of(new Recording.Pause(5 * SECOND + 220_000, 100_000));
        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).endsWith("for 120 ms of that"));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void a_lock_that_was_kept_for_too_long_only_as_other_programs_had_the_cores_breaks_no_limit_but_was_not_measured() {
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 10_000, 640_000, migration()));

        run.runDelays = List.of(new RunDelay(Whose.SESSION, 4711, 5 * SECOND + 100_000, 300_000, 200_000, 0.75));
        Finding starved = finding("MACHINE_STALLED");
        assertThat(starved.title()).isEqualTo("Other programs had this machine's CPU while it measured");
        assertThat(starved.evidence())
                .containsExactly(
                        "not to be told apart from the migration: longestLockWait",
                        "other programs had up to 75 % of what was used of the cores since then; the migration lost"
                                + " 150 ms to them while operations waited for its locks, the load up to 0 ms");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        // What others lost took nothing from this wait.
        run.runDelays = List.of(
                new RunDelay(Whose.SESSION, 4711, 5 * SECOND + 100_000, 300_000, 100_000, 0.75),
                new RunDelay(Whose.SESSION, 4799, 5 * SECOND + 100_000, 300_000, 300_000, 0.75));
        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).endsWith("for 75 ms of that"));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void what_a_session_lost_while_the_machine_stood_still_or_another_for_which_nobody_waited_does_not_count() {
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 10_000, 640_000, migration()));
        RunDelay lost = new RunDelay(Whose.SESSION, 4711, 5 * SECOND + 100_000, 120_000, 120_000, 0.75);
        run.runDelays = List.of(lost);
        run.pauses = List.of(new Recording.Pause(lost.startMicros(), lost.micros()));
        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).endsWith("for 120 ms of that"));

        run.backendPid = 4713;
        run.statements.add(run.statement("SELECT 1", 5 * SECOND + 10_000, 5 * SECOND + 640_000));
        run.runDelays = List.of(
                lost, new RunDelay(Whose.SESSION, run.backendPid, 5 * SECOND + 300_000, 300_000, 300_000, 0.75));
        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).endsWith("for 120 ms of that"));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void other_programs_may_have_the_cores_while_the_migration_keeps_nobody_waiting() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.runDelays = List.of(new RunDelay(Whose.SESSION, 4711, 6 * SECOND, 2 * SECOND, 2 * SECOND, 0.9));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.runDelays = List.of(new RunDelay(Whose.CLIENT, 100, 6 * SECOND, 2 * SECOND, 2 * SECOND, 0.9));
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("OUTAGE", "RESPONSE_TIME");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    private double countedP99(String phase) {
        return report().operations().stream()
                .filter(operation -> operation.phase().equals(phase))
                .mapToDouble(operation -> operation.countedMillis().p99())
                .max()
                .orElseThrow();
    }

    private double lostIn(String phase) {
        return report().phases().stream()
                .filter(span -> span.phase().equals(phase))
                .mapToDouble(RehearsalReport.PhaseSpan::lostMillis)
                .sum();
    }

    @Test
    void the_report_says_what_of_a_time_the_machine_took() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        assertThat(lostIn("MIGRATE")).isZero();
        assertThat(countedP99("MIGRATE")).isGreaterThan(1_900);
        assertThat(report().outages())
                .allSatisfy(o -> assertThat(o.countedMillis()).isEqualTo(o.millis()));

        run.runDelays = List.of(
                new RunDelay(Whose.SESSION, 4711, 6 * SECOND, SECOND, SECOND / 2, 1),
                new RunDelay(Whose.CLIENT, 100, 6 * SECOND, 2 * SECOND, 2 * SECOND, 1));
        assertThat(lostIn("MIGRATE"))
                .as("what the load lost is not the migration's")
                .isEqualTo(500);
        assertThat(lostIn("BASELINE")).isZero();
        assertThat(countedP99("MIGRATE")).isLessThan(100);
        assertThat(report().outages())
                .isNotEmpty()
                .allSatisfy(o -> assertThat(o.countedMillis()).isLessThan(o.millis() / 2));
    }

    @Test
    void operations_are_not_excused_by_what_another_client_lost_to_other_programs() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.runDelays = List.of(new RunDelay(Whose.CLIENT, 101, 6 * SECOND, 2 * SECOND, 2 * SECOND, 0.9));

        assertThat(report().findings()).extracting(Finding::id).contains("OUTAGE", "RESPONSE_TIME");
    }

    @Test
    void what_the_tap_held_comes_off_operations_that_waited_for_it() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.holds = List.of(new Recording.Hold(migration().pid(), 6 * SECOND, 2 * SECOND));
        assertThat(report().findings()).extracting(Finding::id).contains("OUTAGE", "RESPONSE_TIME");

        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 6 * SECOND, 2 * SECOND, migration()));
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void a_machine_may_stand_still_while_the_migration_runs_again_too() {
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 11 * SECOND, 600_000, migration()));
        run.pauses = List.of(new Recording.Pause(11 * SECOND + 100_000, 300_000));

        assertThat(finding("MACHINE_STALLED").evidence())
                .contains("since the migration began: 1 time, the longest for 300 ms at 11.1 s");
    }
}
