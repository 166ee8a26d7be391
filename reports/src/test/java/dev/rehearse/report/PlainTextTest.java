package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

    @Test
    void what_would_steer_a_terminal_or_the_reading_direction_becomes_visible() {
        assertThat(PlainText.visible("a\u001B[31mb\u0000c\u202Ed\u2028e\uD800f\uFEFF"))
                .isEqualTo("a[U+001B][31mb[U+0000]c[U+202E]d[U+2028]e[U+D800]f[U+FEFF]");
    }

    @Test
    void ordinary_text_of_any_script_stays_as_it_is() {
        String text = "Größe 注文 الطلب 😀👩‍🚒\n\tx";

        assertThat(PlainText.visible(text)).isSameAs(text);
    }

    @Test
    void a_line_that_is_too_long_is_cut_and_marked_without_breaking_a_character() {
        assertThat(PlainText.oneLine("  SELECT 1\n\n  FROM t ", 100)).isEqualTo("SELECT 1 FROM t");
        assertThat(PlainText.oneLine("abcdef", 4)).isEqualTo("abc…");
        assertThat(PlainText.oneLine("ab😀cd", 4)).isEqualTo("ab…");
        assertThat(PlainText.oneLine("abcdef", 6)).isEqualTo("abcdef");
    }
}
