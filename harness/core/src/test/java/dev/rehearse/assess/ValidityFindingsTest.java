package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValidityFindingsTest extends AssessedRun {

    @Test
    void a_migration_of_a_table_with_next_to_no_rows_says_little_of_one_with_many() {
        run.rows = Map.of("orders", 20_000L, "items", 1_000_000L);
        assertThat(report().notMeasured()).noneMatch(line -> line.contains("more rows"));

        run.rows = Map.of("orders", 19_999L, "items", 1_000_000L);
        assertThat(report().notMeasured())
                .contains("what more rows of orders (19,999 here) do: where production has more, say how many under"
                        + " data: { rows: ... } in the plan");

        run.broughtRows = true;
        assertThat(report().notMeasured()).noneMatch(line -> line.contains("more rows"));
    }

    @Test
    void a_server_that_does_not_wait_for_its_disk_tells_nothing_of_one() {
        assertThat(report().notMeasured()).noneMatch(line -> line.contains("fsync"));

        run.settings = Map.of("fsync", "off");
        assertThat(report().notMeasured()).anyMatch(line -> line.contains("fsync is off"));
    }

    @Test
    void a_run_that_proves_nothing_is_inconclusive() {
        run.loadTable = "customers";
        assertThat(finding("LOAD_MISSED_THE_TABLES").severity()).isEqualTo(Severity.VOID);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void a_migration_of_empty_tables_that_a_database_brought_proves_nothing() {
        run.rows = Map.of("orders", 0L, "customers", 5L);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.broughtRows = true;
        assertThat(finding("TABLES_EMPTY").evidence()).containsExactly("Empty: orders");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.rows = Map.of("orders", 1L);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void a_blocker_that_died_early_a_late_generator_and_a_blind_observer_make_the_run_inconclusive() {
        run.blockers.add(new Recording.BlockerFact("longReader", "orders", 1, 0, 1, true, "terminated"));
        run.lateP99Micros = 900_000;
        run.longestGapMicros = 5 * SECOND;

        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report().findings())
                .extracting(Finding::id)
                .contains("BLOCKER_DIED", "GENERATOR_LATE", "OBSERVER_BEHIND");
    }

    @Test
    void a_new_application_that_never_ran_makes_the_run_inconclusive() {
        run.newApplication = "shop 1.5";
        assertThat(finding("NEW_APPLICATION_ABSENT").severity()).isEqualTo(Severity.VOID);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report().checklist())
                .filteredOn(line -> line.item().contains("compatible"))
                .singleElement()
                .satisfies(line -> assertThat(line.evidence()).contains("the new one never ran"));

        run.application = "shop 1.5";
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void a_server_that_gave_up_is_told_with_its_own_reason() {
        run.aborted = new Recording.Aborted(
                Phase.LOAD,
                "The server ended. Its last words: 14:17:18 UTC [3] LOG:  starting\n"
                        + "14:17:21 UTC [4] PANIC:  could not write to file \"pg_wal/xlogtemp.4\": No space left on device\n"
                        + "14:17:22 UTC [3] LOG:  shut down",
                true);

        assertThat(finding("DATABASE_DIED").title())
                .isEqualTo(
                        "The database died in LOAD: could not write to file \"pg_wal/xlogtemp.4\": No space left on device");
    }

    @Test
    void a_database_that_died_makes_the_run_inconclusive_and_a_breach_seen_before_still_counts() {
        run.aborted = new Recording.Aborted(Phase.SETTLE, "the server is gone", true);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.failingShare = 0.5;
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }
}
