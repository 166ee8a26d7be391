package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MarkdownReportTest {

    static Iterable<RehearsalReport> samples() {
        return SampleReports.all().values();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void it_fits_a_comment_and_its_tables_are_whole(RehearsalReport report) {
        String text = MarkdownReport.render(report);

        assertThat(text).hasSizeLessThan(60_000);
        int columns = 0;
        for (String line : text.split("\n")) {
            if (line.startsWith("|")) {
                int cells = line.replace("\\|", "").split("\\|", -1).length;
                assertThat(columns == 0 || columns == cells).as(line).isTrue();
                columns = cells;
            } else {
                columns = 0;
            }
        }
        assertThat(text.split("<details>", -1)).hasSameSizeAs(text.split("</details>", -1));
    }

    @Test
    void a_no_go_has_its_findings_statements_rollback_and_gaps() {
        String text = MarkdownReport.render(SampleReports.noGo());

        assertThat(text)
                .startsWith("## ⛔ NO_GO: Camunda 7.16 to 7.17, as shipped\n")
                .contains("| ⛔ `LOCK_WAIT` | write_history waited up to 3.0 s")
                .contains("| 3.0 s | 500 ms | 2 |")
                .contains("SHARE on `act_hi_varinst` for 3.0 s | 398 | 3.0 s |")
                .contains("**Safer way** (`LOCK_WAIT`): CREATE INDEX CONCURRENTLY")
                .contains("**Rollback:** 600 ms, schema restored")
                .contains("- production's own settings (none given)");
        assertThat(text.substring(0, text.indexOf("<details>")).lines().count()).isLessThan(45);
    }

    @Test
    void what_voids_a_run_has_something_to_do_and_no_safer_way() {
        assertThat(MarkdownReport.render(SampleReports.diedWhileLoading()))
                .contains("**What to do** (`")
                .doesNotContain("Safer way");
    }

    @Test
    void each_of_several_migrations_has_a_line_with_its_verdict() {
        assertThat(MarkdownReport.render(SampleReports.go()))
                .contains("| `V1__indexes.sql` | ✅ GO | 6.0 s, rolled back |")
                .contains("| `V2__task_state.sql` | ✅ GO | 130 ms, rolled back |");
        assertThat(MarkdownReport.render(SampleReports.hostile())).contains("| `never` | ⚠️ INCONCLUSIVE | not run |");
        assertThat(MarkdownReport.render(SampleReports.noGo())).doesNotContain("| migration |");
    }

    @Test
    void of_many_statements_the_worst_are_shown_and_the_rest_counted() {
        String text = MarkdownReport.render(SampleReports.extreme());

        assertThat(text).contains("488 further statements");
        assertThat(text).hasSizeLessThan(20_000);
    }

    @Test
    void hostile_text_neither_formats_nor_mentions_nor_leaves_its_cell() {
        String text = MarkdownReport.render(SampleReports.hostile());
        String outsideCode = text.replaceAll("`[^`\n]*`", "");

        assertThat(text).doesNotContain("\u202E").doesNotContain("\u001B");
        assertThat(outsideCode).doesNotContain("<script").doesNotContain("<img").doesNotContain("@everyone");
    }

    @Test
    void code_with_backticks_and_pipes_stays_code() {
        assertThat(Markdown.code("a `b` | c", 40)).isEqualTo("``a `b` \\| c``");
        assertThat(Markdown.code("`b`", 40)).isEqualTo("`` `b` ``");
        assertThat(Markdown.text("a_b *c* <d> @e #1 \\ _f"))
                .isEqualTo("a_b \\*c\\* &lt;d&gt; @<!-- -->e #<!-- -->1 \\\\ \\_f");
    }
}
