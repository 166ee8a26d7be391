package dev.rehearse.data.anonymize.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CopyTextTest {

    @Test
    void bytes_that_are_no_text_are_refused_and_the_character_for_them_is_one() throws Exception {
        byte[] latin = "Müller".getBytes(StandardCharsets.ISO_8859_1);
        byte[] replaced = "M\uFFFDller\\t".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> CopyText.decoded(latin, 0, latin.length)).isInstanceOf(CharacterCodingException.class);
        assertThat(CopyText.decoded(replaced, 0, replaced.length)).isEqualTo("M\uFFFDller\t");
    }
}
