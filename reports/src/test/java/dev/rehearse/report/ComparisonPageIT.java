package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at the page of a comparison in a real browser, as {@link ReportPageIT} does at a report's. */
class ComparisonPageIT {

    @TempDir
    private static Path folder;

    private static Chromium browser;

    @BeforeAll
    static void start_the_browser() throws Exception {
        browser = ReportPageIT.browser();
        SampleComparisons.all().forEach((name, comparison) -> ReportFiles.write(comparison, page(name)));
    }

    @AfterAll
    static void stop_the_browser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void a_desktop_by_day() {
        browser.size(1280, 900, false);
        browser.dark(false);
    }

    private static Path page(String name) {
        return folder.resolve(name + ".html");
    }

    private static void open(String name) {
        browser.open(page(name));
    }

    private static int number(String selector) {
        return browser.number("document.querySelectorAll(\"" + selector + "\").length");
    }

    @ParameterizedTest
    @ValueSource(strings = {"worse", "no-worse", "few", "first", "stays", "hostile"})
    void every_comparison_is_shown_without_a_complaint_and_without_the_network(String name) {
        Comparison comparison = SampleComparisons.all().get(name);

        open(name);

        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).hasSize(1).allMatch(url -> url.startsWith("file:"));
        assertThat(browser.text("document.getElementById('verdict').textContent"))
                .isEqualTo(comparison.outcome().words());
        assertThat(number("[data-line]")).isEqualTo(comparison.lines().size());
        assertThat(number("#runs tbody tr")).isEqualTo(comparison.runs().size());
        assertThat(browser.text("document.getElementById('report').textContent"))
                .doesNotContain("could not be shown");
        assertThat(browser.text("typeof window.hacked")).isEqualTo("undefined");
    }

    @Test
    void what_has_been_worse_for_some_runs_is_told_at_the_top_with_the_run_since_when() {
        open("stays");

        assertThat(browser.text("document.getElementById('verdict').textContent"))
                .isEqualTo("NO WORSE");
        assertThat(browser.text("document.querySelector('[data-departed]').textContent"))
                .contains("run 7 (")
                .contains("rollback")
                .doesNotContain("run 8");
        open("no-worse");
        assertThat(number("[data-departed]")).isZero();
    }

    @Test
    void what_is_worse_is_marked_in_words_and_by_shape_with_by_how_much_and_in_which_run() {
        open("worse");

        assertThat(browser.text("document.querySelector(\"[data-line='rollback']\").textContent"))
                .contains("worse")
                .containsPattern("\\+\\d+ ms, \\d\\.\\d×");
        assertThat(browser.text("document.querySelector(\"[data-trend='rollback'] .departure\").textContent"))
                .containsPattern("\\+\\d+ ms, \\d\\.\\d× in run 10");
        assertThat(number("[data-trend='rollback'] path.beyond.bad")).isEqualTo(1);
        assertThat(number("[data-trend='rollback'] circle.left-out")).isEqualTo(1);
        assertThat(browser.text("document.querySelector('#run-10').textContent"))
                .contains("longest outage: ");
        assertThat(browser.text("document.querySelector('#relations').textContent"))
                .contains("outage of orders");
        open("no-worse");
        assertThat(number("path.beyond.bad")).isZero();
    }

    @Test
    void a_run_leads_to_its_report_where_that_is() {
        ReportFiles.write(SampleReports.go(), folder.resolve("a run/#1"));
        Comparison comparison = Comparison.of(
                List.of(),
                List.of(new Comparison.NamedReport(
                        folder.resolve("a run/#1/report.json").toString(), SampleReports.go())),
                Comparison.TOLERANCE);
        ReportFiles.write(comparison, folder.resolve("compared/here/page.html"));

        browser.open(folder.resolve("compared/here/page.html"));

        assertThat(browser.text("document.querySelector('#run-1 a').getAttribute('href')"))
                .isEqualTo("./../../a%20run/%231/report.html");
        assertThat(browser.text("document.querySelector('#run-1 a').href"))
                .isEqualTo(folder.resolve("a run/#1/report.html").toUri().toString());
        open("worse");
        assertThat(number("#run-1 a[href]")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"worse", "few", "hostile"})
    void on_a_phone_nothing_is_wider_than_the_screen(String name) {
        browser.size(360, 780, true);

        open(name);

        assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(360);
        assertThat(browser.evaluate(ReportPageIT.CUT).toString()).isEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource({"worse, false", "worse, true", "no-worse, false", "no-worse, true", "few, false", "few, true"})
    void by_night_as_by_day_every_text_stands_out_from_what_is_painted_under_it(String name, boolean dark) {
        browser.dark(dark);
        open(name);
        // All of it, since only what the window shows can be asked for what is under it.
        browser.size(1280, browser.number("document.documentElement.scrollHeight"), false);
        browser.settle();

        assertThat(browser.evaluate("(() => {" + ReportPageIT.CONTRAST
                                + "return [...document.querySelectorAll('body *')].filter(hasText).length })()")
                        .asInt())
                .isGreaterThan(200);
        assertThat(browser.evaluate(
                                "(() => {" + ReportPageIT.CONTRAST
                                        + "return [...document.querySelectorAll('body *')].filter(hasText).map(tooFaint).filter(Boolean) })()")
                        .toString())
                .isEqualTo("[]");
    }
}
