package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.lock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.recording.LockMode;
import dev.rehearse.report.RehearsalReport;
import org.junit.jupiter.api.Test;

class OutagesTest extends AssessedRun {

    @Test
    void an_outage_has_the_length_for_which_nothing_succeeded() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;

        RehearsalReport report = report();

        assertThat(report.outages()).hasSize(1);
        assertThat(report.outages().get(0).table()).isEqualTo("orders");
        assertThat(report.outages().get(0).millis()).isCloseTo(2_000, within(11.0));
        assertThat(report.outages().get(0).startMillis()).isCloseTo(6_000, within(11.0));
    }

    @Test
    void an_outage_is_the_fault_of_a_block_that_locks_again_and_again_for_as_long_as_it_runs() {
        run.statements.clear();
        run.statements.add(run.statement(
                "DO $$ ... COMMIT ... $$", 5 * SECOND, 9 * SECOND, lock("orders", LockMode.ACCESS_EXCLUSIVE, 300_000)));
        run.statements.add(run.statement(
                "LOCK orders", 6 * SECOND, 6 * SECOND + 1_000, lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;

        assertThat(finding("OUTAGE").statement()).isEqualTo(0);
    }

    @Test
    void an_outage_in_which_operations_are_refused_is_not_mended_by_a_shorter_lock() {
        run.failingShare = 1;
        run.failingWith = "42P01";

        assertThat(finding("OUTAGE").saferWay()).startsWith("Expand and contract");

        run.failingShare = 0;
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        assertThat(finding("OUTAGE").saferWay()).doesNotContain("Expand and contract");
    }

    @Test
    void few_operations_that_fail_as_before_the_migration_are_no_outage_of_a_table_that_is_rarely_asked() {
        run.every = 200_000;
        run.baselineFailsWith = "23514";
        run.failingWith = "23514";
        run.failingFrom = 6 * SECOND;
        run.failingTo = 6 * SECOND + 400_000;
        assertThat(report().outages()).isEmpty();

        run.failingTo = 7 * SECOND;
        assertThat(report().outages()).as("more than come by chance").hasSize(1);

        run.failingTo = 6 * SECOND + 400_000;
        run.losingFrom = 6 * SECOND + 200_000;
        assertThat(report().outages()).as("of a connection lost as well").hasSize(1);

        run.losingFrom = Long.MAX_VALUE;
        run.baselineFailsWith = "23503";
        assertThat(report().outages()).as("of another error").hasSize(1);
    }
}
