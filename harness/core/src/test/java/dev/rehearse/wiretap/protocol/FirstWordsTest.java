package dev.rehearse.wiretap.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FirstWordsTest {

    private static byte[] message(char type, String body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(type);
        out.writeInt(4 + body.length());
        out.write(body.getBytes(StandardCharsets.ISO_8859_1));
        return bytes.toByteArray();
    }

    private static FirstWords read(byte[] said, boolean overTls) throws IOException {
        return FirstWords.read(new ByteArrayInputStream(said), overTls);
    }

    @Test
    void a_client_without_tls_is_not_offered_to_bind_to_its_channel() throws IOException {
        byte[] offer = message('R', "\0\0\0\nSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");

        assertThat(read(offer, true).bytes()).isEqualTo(message('R', "\0\0\0\nSCRAM-SHA-256\0\0"));
        assertThat(read(offer, false).bytes()).isEqualTo(offer);
        assertThat(read(message('R', "\0\0\0\0"), true).bytes()).isEqualTo(message('R', "\0\0\0\0"));
    }

    @Test
    void a_refusal_is_one_for_want_of_tls_only_where_no_rule_lets_the_client_in() throws IOException {
        assertThat(read(message('E', "SFATAL\0C28000\0Mno pg_hba.conf entry\0\0"), false)
                        .mayDemandTls())
                .isTrue();
        assertThat(read(message('E', "SFATAL\0C53300\0Mtoo many\0\0"), false).mayDemandTls())
                .isFalse();
        assertThat(read(message('R', "\0\0\0\0"), false).mayDemandTls()).isFalse();
    }

    @Test
    void the_version_is_negotiated_before_the_demand() throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.writeBytes(message('v', "\0\3\0\0\0\0\0\0"));
        said.writeBytes(message('R', "\0\0\0\0"));
        said.writeBytes(message('K', "and more"));

        byte[] read = read(said.toByteArray(), false).bytes();

        assertThat(read).hasSize(13 + 9).isEqualTo(java.util.Arrays.copyOf(said.toByteArray(), 13 + 9));
    }

    @Test
    void noise_and_words_that_are_cut_short_pass_as_they_came() throws IOException {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            if (noise.length > 4 && random.nextBoolean()) {
                noise[0] = (byte) "REvN".charAt(random.nextInt(4));
                noise[1] = 0;
                noise[2] = 0;
                noise[3] = 0;
            }

            byte[] passed = read(noise, false).bytes();

            assertThat(passed).as("seed %d", seed).isEqualTo(java.util.Arrays.copyOf(noise, passed.length));
        }
    }
}
