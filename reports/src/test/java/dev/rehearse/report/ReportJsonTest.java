package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportJsonTest {

    static Iterable<RehearsalReport> samples() {
        return SampleReports.all().values();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void what_was_written_is_read_back_the_same(RehearsalReport report) {
        assertThat(ReportJson.parse(ReportJson.render(report))).isEqualTo(report);
    }

    @Test
    void fields_of_a_later_minor_version_are_ignored() {
        String json = ReportJson.render(SampleReports.go())
                .replace(
                        "\"schemaVersion\" : \"1.0\"",
                        "\"schemaVersion\" : \"1.9\", \"invented\" : {\"later\" : true}");

        assertThat(ReportJson.parse(json).plan()).isEqualTo(SampleReports.go().plan());
    }

    @Test
    void another_major_version_is_refused_with_what_to_do() {
        String json = ReportJson.render(SampleReports.go())
                .replace("\"schemaVersion\" : \"1.0\"", "\"schemaVersion\" : \"2.0\"");

        assertThatThrownBy(() -> ReportJson.parse(json))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("2.0")
                .hasMessageContaining("reads 1.x");
    }

    @Test
    void something_else_than_a_report_is_refused() {
        assertThatThrownBy(() -> ReportJson.parse("{}"))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("schemaVersion");
        assertThatThrownBy(() -> ReportJson.parse("not json")).isInstanceOf(ReportException.class);
        assertThatThrownBy(() -> ReportJson.parse("")).isInstanceOf(ReportException.class);
        assertThatThrownBy(() -> ReportJson.parse("{\"schemaVersion\": \"1.0\", \"verdict\": \"MAYBE\"}"))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("MAYBE");
    }

    @Test
    void a_number_that_is_none_becomes_null() {
        assertThat(ReportJson.compact(new RehearsalReport.Percentiles(Double.NaN, 1, Double.POSITIVE_INFINITY, 2, 3)))
                .isEqualTo("{\"p50\":null,\"p90\":1.0,\"p99\":null,\"p999\":2.0,\"max\":3.0}");
    }

    /** Others script against these names: none may go or be renamed within a major version. */
    @Test
    void the_names_that_others_rely_on_are_there() throws Exception {
        JsonNode report = new ObjectMapper().readTree(ReportJson.render(SampleReports.noGo()));

        assertThat(names(report))
                .contains(
                        "schemaVersion",
                        "plan",
                        "verdict",
                        "findings",
                        "statements",
                        "lockWaits",
                        "operations",
                        "outages")
                .contains("replication", "rollback", "checklist", "notMeasured", "environment");
        assertThat(names(report.path("findings").path(0)))
                .contains("id", "statement", "measured", "limit", "evidence", "effect", "saferWay");
        JsonNode statement = report.path("statements").path(0);
        assertThat(names(statement))
                .contains("sql", "startMillis", "durationMillis", "outcome", "sqlState", "locks")
                .contains("rewrites", "scans", "indexBuilds");
        assertThat(names(report.findValues("locks").stream()
                        .filter(locks -> !locks.isEmpty())
                        .findFirst()
                        .orElseThrow()
                        .path(0)))
                .contains("relation", "mode", "waitMillis", "heldMillis");
        assertThat(names(report.path("lockWaits").path(0)))
                .contains("waiter", "relation", "mode", "millis", "rootBlocker", "statement", "ended");
        JsonNode operation = report.path("operations").path(0);
        assertThat(names(operation))
                .contains("name", "phase", "count", "errorsBySqlState", "responseMillis", "serviceMillis");
        assertThat(names(operation.path("responseMillis"))).contains("p50", "p90", "p99", "p999", "max");
        assertThat(names(operation.path("serviceMillis"))).contains("p50", "p90", "p99", "p999", "max");
        assertThat(names(report.path("outages").path(0))).contains("table", "startMillis", "millis");
        assertThat(names(report.path("replication").path(0))).contains("standby", "maxLagMillis");
        assertThat(names(report.path("rollback"))).contains("ran", "schemaRestored", "rowsLost", "valuesLost");
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void a_report_that_lacks_a_part_is_refused_by_its_name() {
        assertThatThrownBy(() -> ReportJson.parse("{\"schemaVersion\":\"1.0\"}"))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("it has no \"plan\"");
        EditedReport.of(SampleReports.go(), tree -> {
            tree.remove("outages");
            assertThatThrownBy(() -> ReportJson.parse(tree.toString()))
                    .isInstanceOf(ReportException.class)
                    .hasMessageContaining("it has no \"outages\"");
            tree.putArray("outages");
        });
    }
}
