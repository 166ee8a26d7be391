package dev.rehearse.wiretap.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParameterTest {

    private static ByteBuffer bind(short[] formats, byte[]... values) {
        ByteBuffer body = ByteBuffer.allocate(10_000).putShort((short) formats.length);
        for (short format : formats) {
            body.putShort(format);
        }
        body.putShort((short) values.length);
        for (byte[] value : values) {
            body.putInt(value == null ? -1 : value.length);
            if (value != null) {
                body.put(value);
            }
        }
        return body.putShort((short) 0).flip();
    }

    private static List<Parameter> ofBind(ByteBuffer body) {
        return Parameter.ofBind(body, StandardCharsets.UTF_8, false);
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void text_null_and_binary_values_are_read_in_every_combination_of_formats() {
        assertThat(ofBind(bind(new short[0], text("é"), null, text(""))))
                .containsExactly(
                        new Parameter("é", false, false),
                        new Parameter(null, false, false),
                        new Parameter("", false, false));
        assertThat(ofBind(bind(new short[] {1}, new byte[] {0, -1}, new byte[] {7})))
                .containsExactly(new Parameter("00ff", true, false), new Parameter("07", true, false));
        assertThat(ofBind(bind(new short[] {0, 1}, text("x"), new byte[] {1})))
                .containsExactly(new Parameter("x", false, false), new Parameter("01", true, false));
        assertThat(ofBind(bind(new short[0]))).isEmpty();
    }

    @Test
    void long_values_are_cut_and_say_so() {
        Parameter cut =
                ofBind(bind(new short[0], text("x".repeat(1_001)), text("y"))).get(0);

        assertThat(cut.value()).hasSize(Parameter.LONGEST);
        assertThat(cut.cut()).isTrue();
    }

    @Test
    void values_that_a_cut_message_does_not_have_any_more_are_cut_ones() {
        ByteBuffer whole = bind(new short[] {0, 1, 1}, text("x".repeat(5_000)), new byte[] {1}, new byte[] {2});
        ByteBuffer head = whole.slice(0, 4_000);

        assertThat(Parameter.ofBind(head, StandardCharsets.UTF_8, true))
                .containsExactly(
                        new Parameter("x".repeat(Parameter.LONGEST), false, true),
                        new Parameter("", true, true),
                        new Parameter("", true, true));
    }

    @Test
    void values_are_read_in_the_encoding_of_the_client() {
        ByteBuffer latin1 = bind(new short[0], "é".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(Parameter.ofBind(latin1, StandardCharsets.ISO_8859_1, false))
                .containsExactly(new Parameter("é", false, false));
    }

    @Test
    void noise_and_cut_messages_give_what_is_there() {
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 4 && random.nextBoolean()) {
                noise[0] = 0;
                noise[1] = 0;
                noise[2] = 0;
            }

            assertThat(ofBind(ByteBuffer.wrap(noise))).hasSizeLessThanOrEqualTo(50);
        }
    }
}
