package dev.rehearse.data.anonymize.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EscapesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "J&uuml;rgen|Jürgen|J&ntilde;rgen",
                "J&#252;rgen|Jürgen|J&#241;rgen",
                "J&#x00FC;rgen|Jürgen|J&#x00F1;rgen",
                "J&amp;uuml;rgen|Jürgen|J&amp;ntilde;rgen",
                "J\\u00fcrgen|Jürgen|J\\u00f1rgen",
                "J\\\\u00FCrgen|Jürgen|J\\\\u00F1rgen",
                "J%C3%BCrgen|Jürgen|J%C3%B1rgen",
                "J%25c3%25bcrgen|Jürgen|J%25c3%25b1rgen",
                "J=C3=BCrgen|Jürgen|J=C3=B1rgen",
                "%4A%C3%BC%72gen|Jürgen|%4A%C3%B1%72gen",
                "mailto:j&#64;ü.example|mailto:j@ü.example|mailto:j&#64;ñ.example",
                "j%40ü.example|j@ü.example|j%40ñ.example",
                "j=40ü.example|j@ü.example|j=40ñ.example",
                "J<b>ü</b>r<wbr>gen<br>|Jürgen<br>|J<b>ñ</b>r<wbr>gen<br>",
                "<em>J</em><strong>ürgen|<em>Jürgen|<em>J</em><strong>ñrgen",
                "&commat;&nbsp;ü|@\u00A0ü|&commat;&nbsp;ñ",
                "\\nJürgen|' Jürgen'|\\nJñrgen",
            })
    void characters_in_another_writing_are_read_and_others_are_written_so(String text, String plain, String other) {
        assertThat(Escapes.plain(text)).isEqualTo(plain);
        assertThat(Escapes.map(text, read -> read)).isEqualTo(text);
        assertThat(Escapes.map(text, read -> read.replace('ü', 'ñ'))).isEqualTo(other);
    }

    @Test
    void what_has_no_name_becomes_a_number_and_what_takes_two_units_stays_so() {
        assertThat(Escapes.map("&eta;", read -> "ή")).isEqualTo("&#0942;");
        assertThat(Escapes.plain("\\ud840\\udc00")).isEqualTo("\uD840\uDC00");
        assertThat(Escapes.map("\\ud840\\udc00", read -> "\uD840\uDC01")).isEqualTo("\\ud840\\udc01");
        // A line of a mail that is broken inside of a word.
        assertThat(Escapes.map("M=C3=BCll=\r\ner", read -> {
                    assertThat(read).isEqualTo("Müller");
                    return "Kñppel";
                }))
                .isEqualTo("K=C3=B1pp=\r\nel");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "R&D; AT&T &unknown; &#xD83D; &;",
                "5%50 100% %C3 %zz %25",
                "C:\\users\\new \\u12 \\",
                "a=40 width=40px =C3 b=\n1",
                "\\ud840 alone",
                "a <b>c</b>, x<b and <i>d x<bold>y 3<b>4 Mr<b>Berg</b>"
            })
    void what_is_no_escape_stays(String text) {
        assertThat(Escapes.plain(text.replace("%25", ""))).isEqualTo(text.replace("%25", ""));
        assertThat(Escapes.map(text, read -> read)).isEqualTo(text);
    }

    @Test
    void any_number_of_tags_is_passed_over() {
        assertThat(Escapes.plain("J" + "<b>".repeat(50_000) + "ürgen")).isEqualTo("Jürgen");
    }
}
