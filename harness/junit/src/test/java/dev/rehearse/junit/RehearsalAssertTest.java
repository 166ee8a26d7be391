package dev.rehearse.junit;

import static dev.rehearse.junit.RehearseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.TableAccount;
import dev.rehearse.report.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

class RehearsalAssertTest {

    private final SampleReport sample = new SampleReport();

    @Test
    void a_verdict_that_is_another_is_explained_by_its_findings() {
        assertThat(sample.build()).isNoGo();
        assertThatThrownBy(() -> assertThat(sample.build()).isGo())
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        Expected GO for "widen the order total", but the verdict is NO_GO.
                        [LOCK_WAIT] place_order waited too long for a lock: 4.2 s (limit 300 ms)
                          statement  V7__widen.sql:9: ALTER TABLE orders ALTER COLUMN total TYPE bigint
                          evidence   31 operations queued on orders
                          safer way  a second column, dual writes, a batched backfill, then the switch""");
    }

    @Test
    void a_lock_wait_that_is_too_long_names_who_waited_behind_what() {
        assertThat(sample.build()).hasNoLockWaitLongerThan(Duration.ofMillis(4_200));
        assertThatThrownBy(() -> assertThat(sample.build()).hasNoLockWaitLongerThan(Duration.ofMillis(300)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        Expected no lock wait longer than 300 ms, but place_order waited 4.2 s for ROW EXCLUSIVE on orders.
                          behind     V7__widen.sql:9: ALTER TABLE orders ALTER COLUMN total TYPE bigint
                          blocker    migration (ALTER TABLE orders)
                          waiting    3 operations: 2 x place_order, 1 x list_orders
                          safer way  a second column, dual writes, a batched backfill, then the switch""");
    }

    @Test
    void only_what_the_verdict_counts_is_a_lock_wait_and_one_for_a_row_says_so() {
        sample.waits = List.of(
                SampleReport.wait("place_order", "transactionid", 900, 400),
                SampleReport.wait("list_orders", "relation", 2_000, 250));

        assertThat(sample.build()).hasNoLockWaitLongerThan(Duration.ofMillis(400));
        assertThatThrownBy(() -> assertThat(sample.build()).hasNoLockWaitLongerThan(Duration.ofMillis(300)))
                .hasMessageStartingWith(
                        "Expected no lock wait longer than 300 ms, but place_order waited 400 ms for a row of orders.")
                .hasMessageContaining("waiting    1 operation: 1 x place_order");
    }

    @Test
    void a_failure_points_at_the_test_and_at_the_report() {
        RehearsalReport report = sample.build();
        ReportPlaces.put(report, Path.of("/build/rehearsals/widen/report.html"));

        assertThatThrownBy(() -> assertThat(report).isGo())
                .isInstanceOf(AssertionError.class)
                .hasMessageEndingWith("\n  report     /build/rehearsals/widen/report.html")
                .satisfies(failure -> Assertions.assertThat(failure.getStackTrace())
                        .extracting(StackTraceElement::getClassName)
                        .startsWith(getClass().getName())
                        .noneMatch(
                                caller -> caller.startsWith("java.lang.reflect.") || caller.startsWith("org.junit.")));

        ReportPlaces.forget(report);
        assertThatThrownBy(() -> assertThat(report).isGo()).message().doesNotContain("report.html");
    }

    @Test
    void what_was_expected_and_what_is_can_be_compared_side_by_side() {
        sample.rollback = SampleReport.rollback(true, "FAILED", false);

        assertThatThrownBy(() -> assertThat(sample.build()).isGo())
                .isInstanceOfSatisfying(AssertionFailedError.class, failure -> {
                    Assertions.assertThat(failure.getExpected().getValue()).isEqualTo(Verdict.GO);
                    Assertions.assertThat(failure.getActual().getValue()).isEqualTo(Verdict.NO_GO);
                });
        assertThatThrownBy(() -> assertThat(sample.build()).rollsBackCleanly())
                .isInstanceOfSatisfying(AssertionFailedError.class, failure -> {
                    Assertions.assertThat(failure.getExpected().getValue()).isEqualTo("column orders.total: integer");
                    Assertions.assertThat(failure.getActual().getValue()).isEqualTo("column orders.total: bigint");
                });
    }

    @Test
    void lost_data_is_told_table_by_table() {
        assertThat(sample.build()).losesNoData();
        sample.accounts = List.of(
                new TableAccount("customers", 10, 0, 0, Map.of(), 100, 0, 0),
                new TableAccount("orders", 1_000, 2, 214, Map.of("total", 214L), 500, 0, 7));

        assertThatThrownBy(() -> assertThat(sample.build()).losesNoData())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("orders: 2 rows and 214 values of 1000 rows written meanwhile {total=214};"
                        + " 0 rows and 7 values of 500 rows looked up from before")
                .message()
                .doesNotContain("customers");
    }

    @Test
    void a_rollback_must_have_run_succeeded_and_restored_the_schema() {
        assertThat(sample.build()).rollsBackCleanly();

        sample.rollback = SampleReport.rollback(false, "", false);
        assertThatThrownBy(() -> assertThat(sample.build()).rollsBackCleanly())
                .hasMessageContaining("none ran")
                .hasMessageContaining("U<version>__*.sql beside the migration");

        sample.rollback = SampleReport.rollback(true, "FAILED", false);
        assertThatThrownBy(() -> assertThat(sample.build()).rollsBackCleanly())
                .hasMessageContaining("it ended FAILED")
                .hasMessageContaining("column orders.total: was integer, is bigint");
    }

    @Test
    void what_was_not_measured_is_not_asserted() {
        sample.accounts = List.of(new TableAccount("orders", 0, 0, 0, Map.of(), 0, 0, 0));
        sample.migrated = false;

        assertThatThrownBy(() -> assertThat(sample.build()).losesNoData())
                .hasMessageContaining("no row was looked up again");
        assertThatThrownBy(() -> assertThat(sample.build()).hasNoLockWaitLongerThan(Duration.ofDays(1)))
                .hasMessageContaining("never came to the migration");
    }

    @Test
    void assertions_can_be_chained() {
        sample.verdict = Verdict.GO;

        assertThat(sample.build())
                .isGo()
                .hasNoLockWaitLongerThan(Duration.ofSeconds(5))
                .losesNoData()
                .rollsBackCleanly();
    }
}
