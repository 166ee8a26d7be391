package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.migration;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import org.junit.jupiter.api.Test;

class FullDiskTest extends AssessedRun {

    @Test
    void a_full_disk_decides_nothing() {
        failed("CREATE INDEX ON orders (total)", "53100", "could not extend file: No space left on device");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "53100"));

        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(finding("DISK_FULL").severity()).isEqualTo(Severity.VOID);
        assertThat(finding("DISK_FULL").evidence())
                .singleElement()
                .asString()
                .endsWith("CREATE INDEX ON orders (total)");
        assertThat(finding("MIGRATION_FAILED").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void what_operations_felt_before_the_disk_was_full_decides() {
        run.waits.add(
                RecordedRun.waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND, 2 * SECOND, migration()));
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "53100"));
        String reason = "could not extend file: No space left on device";

        failed("CREATE INDEX ON orders (total)", "53100", reason, 5 * SECOND + 10_000);
        assertThat(finding("LOCK_WAIT").severity())
                .as("most of the wait came after")
                .isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.statements.remove(1);
        failed("CREATE INDEX ON orders (total)", "53100", reason, 5 * SECOND + 900_000);
        run.attempts.clear();
        assertThat(finding("LOCK_WAIT").severity()).as("too long by then").isEqualTo(Severity.BREACH);
        assertThat(finding("DISK_FULL").severity()).isEqualTo(Severity.VOID);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void a_wait_that_began_before_the_disk_was_full_may_go_on_with_statements_after_it() {
        failed("CREATE INDEX ON orders (total)", "53100", "No space left on device", 5 * SECOND + 900_000);
        run.statements.add(run.statement("UPDATE orders SET note = ''", 6 * SECOND, 8 * SECOND));
        run.waits.add(RecordedRun.waitedForRow(2, 5 * SECOND, 3 * SECOND));

        assertThat(finding("LOCK_WAIT").statement()).isEqualTo(2);
        assertThat(finding("LOCK_WAIT").severity()).isEqualTo(Severity.BREACH);
    }

    @Test
    void errors_before_the_disk_was_full_decide() {
        run.failingShare = 0.1;
        failed("CREATE INDEX ON orders (total)", "53100", "No space left on device", 7 * SECOND);

        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.BREACH);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.failingWith = "53100";
        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }
}
