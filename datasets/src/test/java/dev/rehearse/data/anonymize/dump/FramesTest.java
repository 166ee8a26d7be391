package dev.rehearse.data.anonymize.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {

    /** As the programs zstd and lz4 write them: two rows, two rows with lz4, a long run of one byte. */
    private static final List<String> WRITTEN = List.of(
            "28b52ffd045889000031096f6e650a320974776f0a5c2e0a0a0a85a34318",
            "04224d186440a71100008031096f6e650a320974776f0a5c2e0a0a0a00000000301c4f2a",
            "28b52ffd04585400001000000100fbff39c00202001000039f04002d28de26");

    @Test
    void what_zstd_and_lz4_packed_is_whole_to_its_last_byte_and_cut_short_before_it() throws IOException {
        for (String hex : WRITTEN) {
            byte[] whole = HexFormat.of().parseHex(hex);
            assertThat(areWhole(whole)).as(hex).isTrue();
            assertThat(areWhole(HexFormat.of().parseHex(hex + hex))).isTrue();
            for (int length = 0; length < whole.length; length++) {
                assertThat(areWhole(Arrays.copyOf(whole, length)))
                        .as(hex + " to byte " + length)
                        .isFalse();
            }
        }
        assertThat(areWhole("no frame at all".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isFalse();
    }

    private static boolean areWhole(byte[] bytes) throws IOException {
        return Frames.areWhole(new ByteArrayInputStream(bytes));
    }
}
