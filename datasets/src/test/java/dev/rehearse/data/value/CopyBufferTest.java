package dev.rehearse.data.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyBufferTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, -1, 1234567890123456789L, Long.MAX_VALUE, Long.MIN_VALUE})
    void numbers_are_written_as_java_writes_them(long value) {
        CopyBuffer out = new CopyBuffer(1);

        out.putLong(value);

        assertThat(out.textFrom(0)).isEqualTo(Long.toString(value));
    }

    @Test
    void escaped_text_can_be_read_back() {
        String text = "a\\b\tc\nd\re \\N \\. \ud83d\ude00";
        CopyBuffer out = new CopyBuffer(1);

        out.putText(text);

        assertThat(out.textFrom(0)).isEqualTo(text);
        assertThat(new String(out.array(), 0, out.length(), StandardCharsets.UTF_8))
                .doesNotContain("\t", "\n", "\r");
    }

    @Test
    void null_is_told_from_the_text_that_looks_like_it() {
        CopyBuffer out = new CopyBuffer(1);
        out.putNull();
        int second = out.length();
        out.putText("\\N");

        assertThat(out.textFrom(second)).isEqualTo("\\N");
        out.truncate(second);
        assertThat(out.textFrom(0)).isNull();
    }

    @Test
    void other_bases_have_leading_zeros() {
        CopyBuffer out = new CopyBuffer(1);

        out.putBase36(35, 3);
        out.putHex(0xAB, 4);
        out.putPadded(7, 2);

        assertThat(out.textFrom(0)).isEqualTo("00z00ab07");
    }
}
