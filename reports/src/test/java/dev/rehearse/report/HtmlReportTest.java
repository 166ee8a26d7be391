package dev.rehearse.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HtmlReportTest {

    static Iterable<RehearsalReport> samples() {
        return SampleReports.all().values();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void the_page_has_one_script_one_style_and_one_block_of_data_whatever_the_texts_are(RehearsalReport report) {
        String page = HtmlReport.render(report);

        assertThat(page.split("<script", -1)).hasSize(3);
        assertThat(page.split("</script", -1)).hasSize(3);
        assertThat(page.split("<style", -1)).hasSize(2);
        assertThat(page).doesNotContain("\u2028").doesNotContain("<img").doesNotContain("{{data}}\"");
        assertThat(page).doesNotContainPattern("(?i)(src|href)\\s*=\\s*[\"']?(https?:)?//");
    }

    @Test
    void the_policy_names_the_script_and_the_style_by_their_hashes() throws Exception {
        String page = HtmlReport.render(SampleReports.noGo());

        assertThat(page)
                .contains("script-src '" + hash(between(page, "<script>", "</script>")) + "'")
                .contains("style-src '" + hash(between(page, "<style>", "</style>")) + "'")
                .contains("default-src 'none'");
    }

    @Test
    void without_scripts_the_page_shows_what_the_console_shows() {
        String page = HtmlReport.render(SampleReports.noGo());

        assertThat(between(page, "<noscript>", "</noscript>"))
                .contains("NO_GO  Camunda 7.16 to 7.17, as shipped")
                .contains("398 operations queued");
    }

    @Test
    void of_very_many_lock_waits_the_longest_are_carried_and_all_are_counted() {
        RehearsalReport r = SampleReports.extreme();

        PageData data = PageData.of(r);

        assertThat(r.lockWaits()).hasSize(5_001);
        assertThat(data.lockWaits()).isEqualTo(5_001);
        assertThat(data.report().lockWaits()).hasSize(PageData.MOST_LOCK_WAITS);
    }

    @Test
    void of_very_many_lock_waits_the_one_that_the_verdict_counts_most_is_carried_however_short_it_is() {
        RehearsalReport r = EditedReport.of(SampleReports.extreme(), tree -> {
            List<ObjectNode> waits = new ArrayList<>();
            tree.withArray("/lockWaits").forEach(wait -> waits.add((ObjectNode) wait));
            waits.sort(Comparator.comparingDouble(wait -> wait.get("millis").asDouble()));
            waits.forEach(wait -> wait.put("countedMillis", 0.5));
            waits.get(0).put("countedMillis", 0.7);
        });

        assertThat(PageData.of(r).report().lockWaits())
                .hasSize(PageData.MOST_LOCK_WAITS)
                .anyMatch(wait -> wait.countedMillis() == 0.7);
    }

    private static String between(String page, String start, String end) {
        Matcher matcher = Pattern.compile(Pattern.quote(start) + "(.*?)" + Pattern.quote(end), Pattern.DOTALL)
                .matcher(page);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String hash(String text) throws Exception {
        return "sha256-"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }
}
