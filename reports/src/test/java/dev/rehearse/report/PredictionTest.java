package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rehearse.report.Prediction.Line;
import dev.rehearse.report.Prediction.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {

    /** A run whose every time and lock is in proportion to its rows: at 1,000 rows a lock of 10 ms. */
    private static RehearsalReport run(long rows) {
        return run(rows, true);
    }

    private static RehearsalReport run(long rows, boolean existedBefore) {
        return EditedReport.of(SampleReports.go(), tree -> {
            ObjectNode plan = tree.withObject("/plan");
            plan.putObject("rows").put("orders", rows).put("customers", 7);
            plan.withObject("/budget").put("longestLockWait", "300 ms");
            plan.withObject("/budget").put("duration", "1 h 0 min");
            for (JsonNode statement : tree.get("statements")) {
                for (JsonNode lock : statement.get("locks")) {
                    ((ObjectNode) lock)
                            .put("relation", "orders")
                            .put("kind", "table")
                            .put("mode", "ACCESS EXCLUSIVE")
                            .put("existedBefore", existedBefore)
                            .put("heldMillis", rows / 100.0);
                }
            }
            for (JsonNode attempt : tree.get("attempts")) {
                ((ObjectNode) attempt).put("durationMillis", 100 + rows / 50.0);
            }
        });
    }

    private static List<RehearsalReport> runs(long... rows) {
        return new ArrayList<>(LongStream.of(rows).mapToObj(PredictionTest::run).toList());
    }

    private static Line line(Prediction prediction, String what) {
        return prediction.lines().stream()
                .filter(line -> line.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_lock_that_is_short_on_few_rows_breaks_the_limit_on_many() {
        Prediction small = Prediction.of(runs(4_000, 1_000, 16_000), 20_000);
        assertThat(small.cannotTell()).isEmpty();
        assertThat(small.outcome()).isEqualTo(Outcome.WITHIN);

        Prediction large = Prediction.of(runs(4_000, 1_000, 16_000), 300_000);

        assertThat(large.outcome()).isEqualTo(Outcome.BROKEN);
        Line locked = line(large, "orders locked");
        assertThat(locked.smallest()).isEqualTo("10 ms");
        assertThat(locked.largest()).isEqualTo("160 ms");
        assertThat(locked.predicted()).startsWith("2.7 s to ");
        assertThat(locked.outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(line(large, "migration").outcome()).isEqualTo(Outcome.WITHIN);
        assertThat(large.render()).startsWith("OVER A LIMIT  " + large.plan() + " at 300,000 orders, from 3 runs\n");
    }

    @Test
    void a_limit_within_what_is_predicted_is_neither_kept_nor_broken() {
        Prediction prediction = Prediction.of(runs(1_000, 4_000, 16_000), 29_500);

        assertThat(line(prediction, "orders locked").outcome()).isEqualTo(Outcome.UNCERTAIN);
        assertThat(prediction.render()).startsWith("CANNOT TELL");
    }

    @Test
    void a_lock_that_not_every_run_has_cannot_be_told() {
        List<RehearsalReport> runs = runs(1_000, 4_000);
        runs.add(run(16_000, false));

        Prediction prediction = Prediction.of(runs, 20_000);

        assertThat(line(prediction, "orders locked").outcome()).isEqualTo(Outcome.UNCERTAIN);
        assertThat(prediction.outcome()).isEqualTo(Outcome.UNCERTAIN);
    }

    @Test
    void few_sizes_or_sizes_that_are_near_each_other_tell_nothing() {
        assertThat(Prediction.of(runs(1_000, 1_000, 16_000), 20_000).cannotTell())
                .singleElement()
                .asString()
                .contains("3 sizes")
                .contains("these have 1,000, 16,000 orders");
        assertThat(Prediction.of(runs(10_000, 12_000, 16_000), 20_000).outcome())
                .isEqualTo(Outcome.UNCERTAIN);
    }

    @Test
    void what_is_far_away_is_rehearsed_and_not_predicted() {
        Prediction prediction = Prediction.of(runs(1_000, 4_000, 16_000), 1_000_000);

        assertThat(prediction.lines()).isEmpty();
        assertThat(prediction.cannotTell())
                .containsExactly(
                        "1,000,000 rows are more than 20 times the largest run's: rehearse with at least 50,000");
    }

    @Test
    void inconclusive_runs_and_those_of_another_plan_prove_nothing() {
        List<RehearsalReport> runs = runs(1_000, 4_000, 16_000);
        runs.add(SampleReports.inconclusive());
        assertThat(Prediction.of(runs, 20_000).leftOut()).isEqualTo(1);

        runs.add(SampleReports.noGo());
        assertThat(Prediction.of(runs, 20_000).cannotTell()).anyMatch(reason -> reason.startsWith("the plan's name"));
        assertThat(Prediction.of(List.of(SampleReports.inconclusive()), 20_000).outcome())
                .isEqualTo(Outcome.UNCERTAIN);
    }

    @ParameterizedTest
    @ValueSource(longs = {20_000, 100_000, 1_000_000, 6_400_000, 20_000_000, 2_000_000_000})
    void the_sizes_that_are_proposed_can_tell_and_are_no_larger_than_production(long rows) {
        List<Long> sizes = Prediction.sizes(rows);

        assertThat(sizes).hasSize(4).isSorted().allMatch(size -> size >= 1 && size <= rows);
        assertThat(sizes.get(3)).isGreaterThanOrEqualTo(4 * sizes.get(0)).isGreaterThanOrEqualTo(rows / 20);
        assertThat(Prediction.of(runs(sizes.stream().mapToLong(Long::longValue).toArray()), rows)
                        .cannotTell())
                .isEmpty();
    }
}
