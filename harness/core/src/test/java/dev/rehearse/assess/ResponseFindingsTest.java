package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.plan.Budget;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResponseFindingsTest extends AssessedRun {

    @Test
    void response_time_is_judged_against_the_limit() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 6 * SECOND + 400_000;
        run.budget = responseLimit(Duration.ofMillis(300), null);

        assertThat(finding("RESPONSE_TIME").limit()).isEqualTo("300 ms");
    }

    @Test
    void response_time_that_the_baseline_has_as_well_is_not_blamed_on_the_migration() {
        run.jitterMicros = 400_000;
        run.budget = responseLimit(Duration.ofMillis(300), null);
        assertThat(finding("BASELINE_AS_SLOW").evidence())
                .containsExactly(
                        "5.00 % of the operations in MIGRATE took longer",
                        "5.00 % did in a stretch of the baseline that is as long");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 6 * SECOND + 800_000;
        assertThat(finding("RESPONSE_TIME").severity()).isEqualTo(Severity.BREACH);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void one_slow_operation_of_a_few_may_be_chance_and_more_are_not() {
        run.every = 100_000;
        run.budget = responseLimit(Duration.ofMillis(300), null);
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 6 * SECOND + 800_000;
        assertThat(finding("RESPONSE_TIME").measured()).isEqualTo("801 ms");

        run.every = SECOND;
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("RESPONSE_TIME");
        assertThat(finding("TOO_FEW_TO_TELL").evidence().get(0)).startsWith("1 of 3 operations took longer");
        assertThat(finding("TOO_FEW_TO_TELL").severity()).isEqualTo(Severity.NOTE);
    }

    @Test
    void a_multiple_of_a_short_response_time_counts_from_twenty_milliseconds() {
        run.budget = responseLimit(null, 3.0);
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 6 * SECOND + 15_000;
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("RESPONSE_TIME");

        run.blockedTo = 6 * SECOND + 500_000;
        assertThat(finding("RESPONSE_TIME").limit()).isEqualTo("3 x baseline, at least 20 ms");
    }

    private static Budget responseLimit(@Nullable Duration p99, @Nullable Double timesBaseline) {
        return new Budget(
                null, null, p99, timesBaseline, null, null, null, null, Budget.RollbackRule.TESTED_IF_PRESENT);
    }
}
