package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.CopyBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TextShapeTest {

    @Test
    void a_common_text_is_not_made_wider_than_what_analyze_lists() {
        Frequencies frequencies = new Frequencies(8_000, new long[] {97}, new long[] {4_000}, 7_903);
        Statistics described = new Statistics(
                0,
                -0.988,
                661,
                0.0,
                List.of(0.012125),
                List.of(),
                List.of(),
                List.of(0, 132, 198, 264, 396, 495, 528, 693, 726, 825, 990),
                new TreeMap<>(Map.of("digit", 1.0, "lower", 1.0)),
                List.of(),
                List.of(),
                0);
        for (long seed = 0; seed < 50; seed++) {
            TextShape shape = new TextShape(described, frequencies, 0, Integer.MAX_VALUE, seed);
            CopyBuffer out = new CopyBuffer(64);
            shape.write(frequencies.numberOf(0), out);
            assertThat(out.length()).isLessThanOrEqualTo(1_000);
        }
    }
}
