package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
