package dev.rehearse.data.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Values;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextPatternTest {

    private static Restriction lengths(int least, int most) {
        return new Restriction(null, null, null, least, most, true, null);
    }

    private static String text(Values values, long row) {
        CopyBuffer out = new CopyBuffer(32);
        values.write(row, out);
        return String.valueOf(out.textFrom(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
                "^[A-Z]{1,3}-[A-Z]{1,2} [0-9]{1,4}$",
                "^#?([0-9a-f]{6}|[0-9a-f]{3})$",
                "^\\+[1-9]\\d{6,14}$",
                "^[^@ ]+@[^@ ]+\\.[a-z]+$",
                "^(?:draft|[[:alpha:]_]+)$",
                "^a|b$",
                "^\\w+(-\\w+)*$",
                "^[a-z](?:[_-](?=[a-z])|[a-z0-9])*$",
                "^(?=.{4,})[a-z]{5,9}$",
                "[0-9]"
            })
    void texts_are_made_of_the_pattern(String regex) {
        TextPattern pattern = TextPattern.regex(regex).orElseThrow();
        Pattern java = Pattern.compile(regex.replace("[[:alpha:]_]", "[A-Za-z_]"));
        Values plain = pattern.plain(lengths(0, 40), 7);
        Keys keys = pattern.keys(lengths(0, 40), 1_000, 7);
        Set<String> different = new HashSet<>();

        for (int row = 0; row < 1_000; row++) {
            assertThat(text(plain, row))
                    .matches(text -> java.matcher(text).find())
                    .hasSizeLessThanOrEqualTo(40);
            if (row < keys.capacity()) {
                String key = text(keys.at(), row);
                assertThat(key).matches(text -> java.matcher(text).find());
                different.add(key.toLowerCase(Locale.ROOT));
            }
        }
        assertThat(different).hasSize((int) Math.min(1_000, keys.capacity()));
    }

    @Test
    void a_pattern_without_an_end_has_room_for_any_number_of_texts() {
        assertThat(TextPattern.regex("[[:alnum:]_]")
                        .orElseThrow()
                        .keys(lengths(0, 40), 100_000, 7)
                        .capacity())
                .isGreaterThanOrEqualTo(100_000);
        assertThat(TextPattern.regex("^[a-c]$")
                        .orElseThrow()
                        .keys(lengths(0, 40), 100, 7)
                        .capacity())
                .isEqualTo(3);
    }

    @Test
    void letters_of_all_languages_are_such_to_most_servers() {
        TextPattern letters = TextPattern.regex("^[[:alpha:]]+$").orElseThrow();
        assertThat(letters.accepts("M\u00fcnchen")).isFalse();
        assertThat(letters.mayAccept("M\u00fcnchen")).isTrue();
        assertThat(letters.mayAccept("M4")).isFalse();
    }

    @Test
    void lengths_are_kept() {
        TextPattern pattern = TextPattern.regex("^\\d+$").orElseThrow();

        Values plain = pattern.plain(lengths(13, 13), 7);

        for (int row = 0; row < 100; row++) {
            assertThat(text(plain, row)).hasSize(13);
        }
        assertThat(text(pattern.keys(lengths(13, 13), 10, 7).at(), 3)).hasSize(13);
        assertThat(TextPattern.regex("^\\d{5}$").orElseThrow().plain(lengths(0, 4), 7))
                .isNull();
        assertThat(TextPattern.regex("^\\d$")
                        .orElseThrow()
                        .keys(lengths(0, 9), 1_000, 7)
                        .capacity())
                .isEqualTo(10);
    }

    @Test
    void like_and_similar_to_are_patterns_too() {
        TextPattern like = TextPattern.like("R\\_%.x");
        TextPattern similar = TextPattern.similar("(AB|CD)[0-9]{2}.%").orElseThrow();

        assertThat(text(like.plain(lengths(8, 12), 7), 0)).matches("R_.*\\.x").hasSizeBetween(8, 12);
        assertThat(text(similar.plain(lengths(0, 99), 7), 0)).matches("(AB|CD)[0-9]{2}\\..*");
        assertThat(like.accepts("R_.x")).isTrue();
        assertThat(like.accepts("RR.x")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?#a)b", "(a", "[z", "a{2", "\\1", "*a", "[[:odd:]]"})
    void what_is_not_understood_is_refused(String regex) {
        assertThat(TextPattern.regex(regex)).isEmpty();
    }
}
