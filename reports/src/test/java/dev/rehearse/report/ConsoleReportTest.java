package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConsoleReportTest {

    static Iterable<RehearsalReport> samples() {
        return SampleReports.all().values();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void it_fits_a_terminal(RehearsalReport report) {
        String text = ConsoleReport.render(report, false, "reports/runs/x/report.html");

        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(text.lines().filter(line -> !line.isBlank()).count()).isBetween(5L, 15L);
        assertThat(text.replace("\n", "")).doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void each_of_several_migrations_has_a_line_and_the_summary_counts_them() {
        assertThat(ConsoleReport.migrations(SampleReports.go()))
                .isEqualTo(
                        "  GO           V1__indexes.sql: 6.0 s, rolled back\n  GO           V2__task_state.sql: 130 ms, rolled back\n");
        assertThat(ConsoleReport.render(SampleReports.go())).contains("  migrations   2 of 2 GO\n");
        assertThat(ConsoleReport.migrations(SampleReports.hostile()))
                .contains("INCONCLUSIVE never: not run")
                .doesNotContainPattern("\\p{Cntrl}&&[^\n]");
        assertThat(ConsoleReport.migrations(SampleReports.noGo())).isEmpty();
    }

    @Test
    void a_no_go_names_wait_statement_lock_queue_safer_way_and_rollback() {
        String text = ConsoleReport.render(SampleReports.noGo(), false, "reports/runs/camunda/report.html");

        assertThat(text)
                .startsWith("NO_GO  Camunda 7.16 to 7.17, as shipped\n")
                .contains("2,000,000 act_hi_varinst")
                .contains("200 operations/s")
                .containsPattern("lock wait    write_history waited up to [23]\\.\\d s \\(limit 500 ms\\) behind\\n"
                        + " +postgres_engine_7.16_to_7.17.sql:24: create index ACT_IDX_HI_VAR_PI_NAME_TYPE on")
                .contains("SHARE for 3.0 s, index built; 398 operations queued on act_hi_varinst")
                .contains("errors       none of ")
                .contains("replication  standby 1 fell 1.3 s behind")
                .contains("safer way    CREATE INDEX CONCURRENTLY")
                .contains("rollback     600 ms, schema restored, no row lost, no value lost")
                .contains("not measured production's own settings (none given) (and 3 more)")
                .endsWith("report  reports/runs/camunda/report.html\n");
    }

    @Test
    void rows_that_nobody_looked_up_are_not_told_to_be_there() {
        String text = ConsoleReport.render(EditedReport.of(SampleReports.noGo(), tree -> {
            ((ObjectNode) tree.get("rollback")).putArray("byTable");
        }));

        assertThat(text).contains("rollback     600 ms, schema restored, no row looked up again");
    }

    @Test
    void why_a_go_has_errors_is_told_with_them() {
        String title = "SELECT * of 5 prepared statements failed once on the changed table";
        RehearsalReport go = EditedReport.of(
                with(SampleReports.go(), finding("CACHED_PLAN", "NOTE", title)),
                tree -> tree.withArray("operations").forEach(operation -> {
                    if (operation.path("phase").asText().equals("MIGRATE")) {
                        ((ObjectNode) operation).putObject("errorsBySqlState").put("0A000", 5);
                    }
                }));

        assertThat(ConsoleReport.render(go))
                .containsPattern("  errors       .* × 0A000 feature not supported .*\n {15}" + Pattern.quote(title));
    }

    @Test
    void lost_data_is_never_behind_more() {
        String dangers = ConsoleReport.render(with(
                SampleReports.go(),
                finding("BLOCKING_LOCK", "DANGER", "SHARE on orders"),
                finding("ROWS_LOST", "DANGER", "3 rows lost"),
                finding("VALUES_LOST", "DANGER", "7 values lost or changed")));
        assertThat(dangers).contains("danger       3 rows lost, 7 values lost or changed (and 1 more)\n");

        RehearsalReport noGo = with(
                SampleReports.noGo(),
                finding("ONE", "BREACH", "1"),
                finding("TWO", "BREACH", "2"),
                finding("THREE", "BREACH", "3"),
                finding("VALUES_LOST", "BREACH", "7 values lost or changed"));
        assertThat(ConsoleReport.render(noGo)).contains("  values lost  7 values lost or changed\n");
        assertThat(ConsoleReport.render(
                        with(SampleReports.noGo(), finding("VALUES_LOST", "DANGER", "7 values lost or changed"))))
                .contains("danger       7 values lost or changed");
    }

    @Test
    void within_the_limit_the_longest_lock_wait_is_what_the_verdict_counts() {
        assertThat(ConsoleReport.render(waited(325, 120))).contains("lock wait    second waited up to 325 ms");
        assertThat(ConsoleReport.render(waited(0, 0)))
                .contains("lock wait    no operation waited behind the migration (limit ");
    }

    /** Two operations waited for 398 and for 390 ms. */
    private static RehearsalReport waited(double countedOfSecond, double countedOfFirst) {
        return EditedReport.of(SampleReports.go(), tree -> {
            ArrayNode waits = tree.putArray("lockWaits");
            add(waits, "first", 398, countedOfFirst);
            add(waits, "second", 390, countedOfSecond);
        });
    }

    private static void add(ArrayNode waits, String waiter, double millis, double countedMillis) {
        ObjectNode wait = waits.addObject();
        wait.put("waiter", waiter).put("waiterKind", "APPLICATION").put("relation", "orders");
        wait.put("statement", -1).put("millis", millis).put("countedMillis", countedMillis);
    }

    private static String finding(String id, String severity, String title) {
        return """
                {"id": "%s", "severity": "%s", "title": "%s", "statement": -1, "measured": "", "limit": "", "evidence": [], "effect": "", "saferWay": "", "catalogue": null}""".formatted(id, severity, title);
    }

    /** The report with these findings at the end of its own. */
    private static RehearsalReport with(RehearsalReport report, String... findings) {
        return EditedReport.of(report, tree -> {
            for (String finding : findings) {
                tree.withArray("/findings").addRawValue(new RawValue(finding));
            }
        });
    }

    @Test
    void a_wait_behind_the_rollback_is_told_with_the_rollback() {
        RehearsalReport noGo = SampleReports.noGo();
        int first = noGo.findings().stream()
                .filter(finding -> finding.id().equals("LOCK_WAIT"))
                .findFirst()
                .orElseThrow()
                .statement();
        int back = noGo.statements().stream()
                .filter(statement -> statement.phase().equals("ROLL_BACK"))
                .findFirst()
                .orElseThrow()
                .index();
        String json = ReportJson.render(noGo);
        int second = json.indexOf("\"LOCK_WAIT\"", json.indexOf("\"LOCK_WAIT\"") + 1);
        String ofRollback = json.substring(0, second)
                + json.substring(second).replaceFirst("\"statement\" : \\d+", "\"statement\" : " + back);

        assertThat(first).isNotEqualTo(back);
        assertThat(ConsoleReport.render(ReportJson.parse(ofRollback)))
                .containsPattern("rollback     600 ms.*\\n +an operation waited up to 3.0 s behind statement "
                        + (back + 1) + " of it \\(limit 500 ms\\)\\n");
        assertThat(ConsoleReport.render(noGo)).doesNotContain("of it (limit");
    }

    @Test
    void what_to_do_about_a_rollback_that_is_missing_is_told_below_the_rollback() {
        RehearsalReport missing = with(
                SampleReports.go(),
                finding("ROLLBACK_MISSING", "DANGER", "The migration cannot be taken back")
                        .replace("\"saferWay\": \"\"", "\"saferWay\": \"Write the down script.\""));

        assertThat(ConsoleReport.render(missing))
                .containsPattern("rollback     [^\n]*\n(?: {15}[^\n]*\n)*  safer way    Write the down script\\.\n");
    }

    @Test
    void a_run_that_died_early_says_so() {
        String text = ConsoleReport.render(SampleReports.diedWhileLoading());

        assertThat(text)
                .startsWith("INCONCLUSIVE  widen the order total")
                .contains("aborted      The run ended in LOAD: the database died")
                .contains("rollback     not rehearsed")
                .contains("not measured everything after LOAD");
    }

    @Test
    void colours_come_only_when_asked_for() {
        assertThat(ConsoleReport.render(SampleReports.noGo())).doesNotContain("\u001B");
        assertThat(ConsoleReport.render(SampleReports.noGo(), true, null)).startsWith("\u001B[1;31mNO_GO\u001B[0m");
        assertThat(ConsoleReport.render(SampleReports.go(), true, null)).startsWith("\u001B[1;32mGO\u001B[0m");
    }

    @Test
    void the_head_has_the_rows_of_the_largest_table_that_the_migration_changes_or_locks() {
        RehearsalReport larger = EditedReport.of(
                SampleReports.noGo(), tree -> ((ObjectNode) tree.at("/plan/rows")).put("act_ru_job", 9_000_000));
        assertThat(ConsoleReport.render(larger)).contains("2,000,000 act_hi_varinst,");

        RehearsalReport quoted = EditedReport.of(
                larger,
                tree -> tree.withArray("statements")
                        .forEach(statement -> statement
                                .path("locks")
                                .forEach(lock -> ((ObjectNode) lock).put("relation", "\"act_ru_task\""))));
        assertThat(ConsoleReport.render(quoted)).contains("40,000 act_ru_task,");

        RehearsalReport reading = EditedReport.of(
                larger,
                tree -> tree.withArray("statements")
                        .forEach(statement -> statement
                                .path("locks")
                                .forEach(lock -> ((ObjectNode) lock).put("mode", "ACCESS SHARE"))));
        assertThat(ConsoleReport.render(reading)).contains("9,000,000 act_ru_job,");
    }
}
