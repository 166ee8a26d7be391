package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rehearse.report.Comparison.Departure;
import dev.rehearse.report.Comparison.NamedReport;
import dev.rehearse.report.Comparison.Outcome;
import dev.rehearse.report.Comparison.Run;
import dev.rehearse.report.Comparison.Subject;
import dev.rehearse.report.Comparison.Trend;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final RehearsalReport NIGHT = SampleReports.go();

    private static RehearsalReport rollbackOf(double millis) {
        return EditedReport.of(NIGHT, tree -> tree.withObject("/rollback").put("durationMillis", millis));
    }

    private static Comparison compare(List<RehearsalReport> earlier, RehearsalReport... later) {
        return compare(earlier, Comparison.TOLERANCE, later);
    }

    private static Comparison compare(List<RehearsalReport> earlier, double tolerance, RehearsalReport... later) {
        return Comparison.of(named(earlier), named(List.of(later)), tolerance);
    }

    private static List<NamedReport> named(List<RehearsalReport> reports) {
        return reports.stream()
                .map(report -> new NamedReport("runs/night", report))
                .toList();
    }

    private static List<String> worse(List<RehearsalReport> earlier, RehearsalReport later) {
        Comparison comparison = compare(earlier, later);
        assertThat(comparison.notComparable()).isEmpty();
        return comparison.lines().stream()
                .filter(Comparison.Line::worse)
                .map(Comparison.Line::what)
                .toList();
    }

    @Test
    void a_run_is_no_worse_than_itself() {
        Comparison comparison = compare(List.of(NIGHT), NIGHT);

        assertThat(comparison.outcome()).isEqualTo(Outcome.NO_WORSE);
        assertThat(comparison.render()).startsWith("NO WORSE  " + NIGHT.plan().name() + ", against 1 earlier run\n");
    }

    private static RehearsalReport waited(@Nullable Double countedMillis) {
        return EditedReport.of(
                NIGHT,
                tree -> tree.withArray("/lockWaits")
                        .addObject()
                        .put("waiterKind", "APPLICATION")
                        .put("relation", "orders")
                        .put("millis", 500.0)
                        .put("countedMillis", countedMillis));
    }

    @Test
    void of_a_lock_wait_counts_what_the_verdict_counts_or_all_where_an_older_report_does_not_say() {
        assertThat(worse(List.of(waited(30.0)), waited(20.0))).isEmpty();
        assertThat(worse(List.of(waited(30.0)), waited(200.0))).containsExactly("longest lock wait");
        assertThat(worse(List.of(waited(30.0)), waited(null))).containsExactly("longest lock wait");
    }

    /** With an operation of these medians in the baseline and on the new schema. */
    private static RehearsalReport serving(double baselineMillis, double medianMillis) {
        return serving(50, baselineMillis, medianMillis);
    }

    private static RehearsalReport serving(int baselineOperations, double baselineMillis, double medianMillis) {
        return EditedReport.of(NIGHT, tree -> {
            add(tree, "price", "BASELINE", baselineOperations, baselineMillis);
            add(tree, "price", "SETTLE", 50, medianMillis);
        });
    }

    private static RehearsalReport servingTwo(double medianMillis, double otherMedianMillis) {
        return EditedReport.of(serving(20, medianMillis), tree -> {
            add(tree, "stock", "BASELINE", 50, 20);
            add(tree, "stock", "SETTLE", 50, otherMedianMillis);
        });
    }

    private static void add(ObjectNode tree, String name, String phase, int count, double medianMillis) {
        ObjectNode operation = tree.withArray("/operations").addObject();
        operation.put("name", name).put("application", "shop").put("phase", phase);
        operation.put("count", count).putObject("errorsBySqlState");
        operation.putObject("responseMillis").put("p50", 1.0).put("p99", 1.0);
        operation.putObject("countedMillis").put("p50", medianMillis).put("p99", 1.0);
    }

    @Test
    void where_the_baseline_of_an_operation_says_nothing_its_own_time_does() {
        assertThat(worse(List.of(serving(20, 20)), serving(3, 20, 40))).containsExactly("slower on the new schema");
        assertThat(worse(List.of(serving(3, 20, 20)), serving(20, 40))).containsExactly("slower on the new schema");
        assertThat(worse(List.of(serving(3, 20, 20)), serving(20, 21))).isEmpty();
    }

    @Test
    void an_operation_that_takes_longer_on_the_new_schema_is_worse_where_the_machine_is_not_slower_as_well() {
        List<RehearsalReport> earlier = List.of(serving(20, 20), serving(21, 22), serving(25, 29));
        assertThat(worse(earlier, serving(20, 40))).containsExactly("slower on the new schema");
        assertThat(compare(earlier, serving(20, 40)).render()).contains("price: 22 ms, now 40 ms");
        assertThat(worse(earlier, serving(36, 40))).isEmpty();
        assertThat(worse(earlier, serving(15, 30))).isEmpty();
        assertThat(worse(List.of(serving(0.5, 0.5)), serving(0.5, 3))).isEmpty();
        assertThat(worse(List.of(NIGHT), serving(20, 40))).isEmpty();
    }

    @Test
    void a_number_is_worse_above_the_tolerance_and_beyond_what_chance_did_before() {
        assertThat(worse(List.of(rollbackOf(1_000)), rollbackOf(1_600))).containsExactly("rollback");
        assertThat(worse(List.of(rollbackOf(1_000)), rollbackOf(1_400))).isEmpty();
        assertThat(worse(List.of(rollbackOf(900), rollbackOf(1_700), rollbackOf(1_000)), rollbackOf(1_600)))
                .isEmpty();
        assertThat(worse(List.of(rollbackOf(900), rollbackOf(1_700), rollbackOf(1_000)), rollbackOf(2_000)))
                .isEmpty();
        assertThat(worse(List.of(rollbackOf(900), rollbackOf(1_700), rollbackOf(1_000)), rollbackOf(2_100)))
                .containsExactly("rollback");
    }

    @Test
    void times_are_without_those_that_the_machine_took() {
        RehearsalReport among = EditedReport.of(
                rollbackOf(3_000),
                tree -> tree.withArray("/phases")
                        .addObject()
                        .put("phase", "ROLL_BACK")
                        .put("lostMillis", 1_900));

        assertThat(worse(List.of(rollbackOf(1_000)), among)).isEmpty();
        assertThat(worse(List.of(rollbackOf(600)), among)).containsExactly("rollback");
        assertThat(worse(List.of(rollbackOf(1_000)), rollbackOf(3_000))).containsExactly("rollback");
    }

    private static RehearsalReport outOf(double millis, @Nullable Double countedMillis) {
        return EditedReport.of(NIGHT, tree -> {
            tree.withArray("/outages").removeAll();
            tree.withArray("/outages")
                    .addObject()
                    .put("table", "orders")
                    .put("millis", millis)
                    .put("countedMillis", countedMillis);
        });
    }

    @Test
    void of_an_outage_counts_what_the_verdict_counts_or_all_where_an_older_report_does_not_say() {
        assertThat(worse(List.of(outOf(100, 100.0)), outOf(400, 140.0))).isEmpty();
        assertThat(worse(List.of(outOf(100, 100.0)), outOf(400, 300.0))).containsExactly("longest outage");
        assertThat(worse(List.of(outOf(100, 100.0)), outOf(400, null))).containsExactly("longest outage");
    }

    @Test
    void what_the_load_takes_before_the_migration_tells_of_the_machine() {
        RehearsalReport slow = EditedReport.of(
                NIGHT,
                tree -> tree.withArray("/operations").forEach(each -> {
                    if (each.path("phase").asText().equals("BASELINE")) {
                        ((ObjectNode) each)
                                .putObject("countedMillis")
                                .put("p50", 1.0)
                                .put("p99", 9_000);
                    }
                }));

        assertThat(worse(List.of(NIGHT), slow)).isEmpty();
        assertThat(compare(List.of(NIGHT), slow).render()).containsPattern("response p99, load alone .* 9.0 s");
    }

    @Test
    void of_several_later_runs_only_that_is_worse_which_is_worse_in_each() {
        RehearsalReport slow = EditedReport.of(
                rollbackOf(3_000), tree -> tree.withObject("/rollback").put("rowsLost", 1));
        Comparison both = compare(List.of(NIGHT), slow, rollbackOf(2_900));

        assertThat(both.lines())
                .filteredOn(Comparison.Line::worse)
                .extracting(Comparison.Line::what, Comparison.Line::now)
                .containsExactly(tuple("rollback", "2.9 s"));
        assertThat(both.render())
                .startsWith("WORSE  " + NIGHT.plan().name() + ", against 1 earlier run, in each of the 2 newest\n");
        assertThat(compare(List.of(NIGHT), slow, NIGHT).outcome()).isEqualTo(Outcome.NO_WORSE);
        RehearsalReport inconclusive = EditedReport.of(slow, tree -> tree.put("verdict", "INCONCLUSIVE"));
        assertThat(compare(List.of(NIGHT), inconclusive, slow).notComparable()).hasSize(1);
    }

    @Test
    void of_several_later_runs_in_each_of_which_another_operation_is_slower_none_is_slower_in_each() {
        List<RehearsalReport> earlier = List.of(servingTwo(20, 20));

        assertThat(compare(earlier, servingTwo(40, 20), servingTwo(20, 40)).outcome())
                .isEqualTo(Outcome.NO_WORSE);
        assertThat(compare(earlier, servingTwo(40, 20), servingTwo(40, 40)).outcome())
                .isEqualTo(Outcome.WORSE);
    }

    @Test
    void
            an_operation_that_has_been_slower_for_some_runs_is_told_once_for_each_run_but_not_of_runs_that_cannot_be_compared() {
        List<RehearsalReport> earlier = List.of(servingTwo(20, 20), servingTwo(40, 40));

        assertThat(compare(earlier, servingTwo(40, 40)).render())
                .startsWith("NO WORSE")
                .endsWith("  " + compare(earlier, NIGHT).runs().get(1).folder() + "  slower on the new schema\n");
        RehearsalReport inconclusive = EditedReport.of(servingTwo(40, 40), tree -> tree.put("verdict", "INCONCLUSIVE"));
        assertThat(compare(earlier, inconclusive).render()).doesNotContain("Earlier runs were worse");
        assertThat(compare(earlier, servingTwo(24, 24)).render())
                .as("mended since")
                .doesNotContain("Earlier runs were worse");
    }

    @Test
    void of_few_earlier_runs_it_says_that_chance_may_have_done_it() {
        RehearsalReport worse = rollbackOf(1_600);
        RehearsalReport before = rollbackOf(1_000);

        assertThat(compare(List.of(before, before), worse).render())
                .startsWith("WORSE")
                .contains("Chance may have done that");
        assertThat(compare(List.of(before, before, before, before, before), worse)
                        .render())
                .startsWith("WORSE")
                .doesNotContain("Chance");
        assertThat(compare(List.of(before), before).render()).doesNotContain("Chance");
    }

    @Test
    void what_is_too_little_to_tell_is_no_worse() {
        assertThat(worse(List.of(rollbackOf(2)), rollbackOf(100))).isEmpty();
        assertThat(worse(List.of(rollbackOf(2)), rollbackOf(110))).containsExactly("rollback");
    }

    /** Of 10,000 operations more. */
    private static RehearsalReport failing(int operations) {
        return EditedReport.of(NIGHT, tree -> {
            tree.withArray("/operations").removeAll();
            ObjectNode operation = tree.withArray("/operations").addObject();
            operation
                    .put("name", "price")
                    .put("application", "shop")
                    .put("phase", "WARM_UP")
                    .put("count", 10_000);
            operation.putObject("errorsBySqlState").put("23505", operations);
            operation.putObject("responseMillis").put("p50", 1.0).put("p99", 1.0);
        });
    }

    @Test
    void a_few_errors_more_are_chance() {
        assertThat(worse(List.of(failing(4)), failing(13))).isEmpty();
        assertThat(worse(List.of(failing(4)), failing(20))).containsExactly("failed operations");
    }

    @Test
    void the_tolerance_may_be_another() {
        assertThat(compare(List.of(rollbackOf(1_000)), 0.3, rollbackOf(1_400)).outcome())
                .isEqualTo(Outcome.WORSE);
    }

    @Test
    void a_go_that_became_a_no_go_is_worse_with_the_limits_that_broke() {
        RehearsalReport noGo = EditedReport.of(NIGHT, tree -> {
            tree.put("verdict", "NO_GO");
            tree.withArray("findings")
                    .addObject()
                    .put("id", "LOCK_WAIT")
                    .put("severity", "BREACH")
                    .put("statement", -1);
        });

        assertThat(worse(List.of(NIGHT), noGo)).containsExactly("verdict", "new findings");
        assertThat(worse(List.of(noGo), noGo)).isEmpty();
        assertThat(worse(List.of(noGo), NIGHT)).isEmpty();
        assertThat(worse(List.of(noGo, NIGHT), noGo)).containsExactly("verdict");
    }

    @Test
    void rows_that_are_lost_now_are_worse_however_few() {
        RehearsalReport losing =
                EditedReport.of(NIGHT, tree -> tree.withObject("/rollback").put("rowsLost", 1));

        assertThat(worse(List.of(NIGHT, NIGHT), losing)).containsExactly("rows lost");
    }

    @Test
    void what_one_of_the_runs_did_not_measure_is_shown_and_is_no_worse() {
        RehearsalReport without =
                EditedReport.of(NIGHT, tree -> tree.withObject("/server").put("walBytes", -1));

        Comparison comparison = compare(List.of(without), NIGHT);

        assertThat(comparison.lines())
                .filteredOn(line -> line.what().equals("WAL"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.before()).isEqualTo("not measured");
                    assertThat(line.worse()).isFalse();
                });
    }

    @Test
    void a_number_that_was_not_measured_is_none_when_it_is_read_again() {
        RehearsalReport without = EditedReport.of(
                NIGHT, tree -> tree.withArray("/replication").addObject().putNull("maxLagMillis"));

        assertThat(without.replication())
                .last()
                .satisfies(standby -> assertThat(standby.maxLagMillis()).isNaN());
    }

    @Test
    void runs_of_other_machines_or_sizes_cannot_be_compared() {
        RehearsalReport elsewhere = EditedReport.of(NIGHT, tree -> {
            tree.withObject("/environment").put("cores", 64).put("serverVersion", "9.6.24 (Debian)");
            tree.withObject("/plan/rows").put("orders", 5);
        });

        Comparison comparison = compare(List.of(NIGHT, elsewhere), NIGHT);

        assertThat(comparison.notComparable()).hasSize(3).anyMatch(reason -> reason.contains("was 64"));
        assertThat(comparison.render()).startsWith("INCONCLUSIVE").contains("Not comparable:");
    }

    @Test
    void a_later_run_that_proves_too_little_is_told_with_what_it_lacked() {
        assertThat(compare(List.of(NIGHT), SampleReports.inconclusive()).notComparable())
                .contains("the later run is INCONCLUSIVE (RATE_MISSED, BLOCKER_DIED): its report says why");
    }

    @Test
    void the_first_run_has_nothing_to_be_compared_with() {
        assertThat(compare(List.of(), NIGHT).render())
                .startsWith("INCONCLUSIVE")
                .contains("no earlier run");
    }

    @Test
    void an_earlier_run_that_proves_too_little_hides_nothing() {
        RehearsalReport inconclusive = EditedReport.of(rollbackOf(60_000), tree -> {
            tree.put("verdict", "INCONCLUSIVE");
            tree.withObject("/environment").put("provider", "");
        });

        assertThat(worse(List.of(rollbackOf(1_000), inconclusive), rollbackOf(1_600)))
                .containsExactly("rollback");
        assertThat(compare(List.of(NIGHT, inconclusive), NIGHT).render())
                .startsWith("NO WORSE  " + NIGHT.plan().name() + ", against 1 earlier run, 1 INCONCLUSIVE left out\n");
        assertThat(compare(List.of(inconclusive), NIGHT).render())
                .startsWith("INCONCLUSIVE")
                .contains("no earlier run");
    }

    @Test
    void a_run_that_proves_too_little_is_neither_worse_nor_no_worse() {
        RehearsalReport inconclusive = EditedReport.of(NIGHT, tree -> tree.put("verdict", "INCONCLUSIVE"));

        assertThat(compare(List.of(NIGHT), inconclusive).render()).startsWith("INCONCLUSIVE");
    }

    private static Trend trend(Comparison comparison, Subject subject, String name, String phase, String what) {
        List<Trend> found = comparison.trends().stream()
                .filter(trend -> trend.subject() == subject && trend.name().equals(name))
                .filter(trend -> trend.phase().equals(phase) && trend.what().equals(what))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    @Test
    void a_trend_says_which_runs_left_the_ones_before_them_and_by_how_much() {
        RehearsalReport inconclusive = EditedReport.of(rollbackOf(9_000), tree -> tree.put("verdict", "INCONCLUSIVE"));
        Comparison comparison = compare(
                List.of(rollbackOf(1_000), rollbackOf(1_200), inconclusive, rollbackOf(3_000), rollbackOf(3_100)),
                rollbackOf(2_900));

        Trend rollback = trend(comparison, Subject.RUN, "", "", "rollback");
        assertThat(rollback.values()).containsExactly(1_000.0, 1_200.0, 9_000.0, 3_000.0, 3_100.0, 2_900.0);
        assertThat(rollback.departures()).containsExactly(new Departure(3, 3_000, 1_100, 1_200, 2, true));
        assertThat(List.of(rollback.lowest(), rollback.median(), rollback.highest()))
                .containsExactly(1_000.0, 2_100.0, 3_100.0);
        assertThat(rollback.worse()).isFalse();
        assertThat(comparison.render())
                .contains("Earlier runs were worse")
                .contains(comparison.runs().get(3).folder() + "  rollback\n");
        assertThat(compare(List.of(rollbackOf(1_000), rollbackOf(1_100)), rollbackOf(2_500))
                        .render())
                .doesNotContain("Earlier runs were worse");
        assertThat(comparison.runs())
                .extracting(Run::role, Run::verdict)
                .contains(tuple(Comparison.Role.LEFT_OUT, Verdict.INCONCLUSIVE));
    }

    @Test
    void what_is_worse_is_a_line_and_a_trend_alike() {
        Comparison comparison =
                compare(List.of(rollbackOf(1_000), rollbackOf(1_100)), rollbackOf(2_500), rollbackOf(2_400));

        assertThat(comparison.trends())
                .filteredOn(Trend::worse)
                .extracting(Trend::what)
                .containsExactly("rollback");
        assertThat(comparison.lines())
                .filteredOn(Comparison.Line::worse)
                .extracting(Comparison.Line::what)
                .containsExactly("rollback");
        assertThat(trend(comparison, Subject.RUN, "", "", "rollback").departures())
                .extracting(Departure::run, Departure::median)
                .containsExactly(tuple(2, 1_050.0), tuple(3, 1_050.0));
    }

    @Test
    void each_operation_and_phase_has_its_own_trend_and_only_the_median_on_the_new_schema_is_judged() {
        Comparison comparison = compare(List.of(serving(20, 20)), serving(90, 40));

        Trend settle = trend(comparison, Subject.OPERATION, "price", "SETTLE", "p50");
        assertThat(settle.values()).containsExactly(20.0, 40.0);
        assertThat(settle.judged()).isTrue();
        assertThat(settle.departures()).as("the machine was slower as well").isEmpty();
        Trend baseline = trend(comparison, Subject.OPERATION, "price", "BASELINE", "p50");
        assertThat(baseline.values()).containsExactly(20.0, 90.0);
        assertThat(baseline.departures()).as("it tells of the machine").isEmpty();
        assertThat(trend(comparison, Subject.OPERATION, "price", "SETTLE", "p99")
                        .judged())
                .isFalse();
    }

    @Test
    void each_table_has_its_own_trend_of_outages_and_each_relation_of_lock_waits() {
        RehearsalReport waited = EditedReport.of(
                outOf(400, 300.0),
                tree -> tree.withArray("/lockWaits")
                        .addObject()
                        .put("waiterKind", "APPLICATION")
                        .put("relation", "orders")
                        .put("millis", 250.0)
                        .put("countedMillis", 200.0));
        Comparison comparison = compare(List.of(outOf(0, 0.0)), waited);

        assertThat(trend(comparison, Subject.OUTAGE, "orders", "", "longest").departures())
                .containsExactly(new Departure(1, 300, 0, 0, 1, true));
        assertThat(trend(comparison, Subject.LOCK_WAIT, "orders", "", "longest").values())
                .containsExactly(0.0, 200.0);
    }

    @Test
    void what_no_run_that_counts_has_measured_has_no_trend() {
        RehearsalReport inconclusive = EditedReport.of(NIGHT, tree -> {
            tree.put("verdict", "INCONCLUSIVE");
            tree.withArray("/replication").addObject().put("maxLagMillis", 50);
        });

        assertThat(compare(List.of(inconclusive, NIGHT), NIGHT).trends())
                .extracting(Trend::what)
                .contains("rollback")
                .doesNotContain("replay lag");
    }
}
