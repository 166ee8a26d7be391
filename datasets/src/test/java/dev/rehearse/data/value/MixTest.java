package dev.rehearse.data.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7, 1_000, 1L << 40, 1L << 61})
    void bounded_draws_stay_below_their_bound(long bound) {
        LongStream.range(0, 10_000).forEach(i -> {
            assertThat(Mix.below(Mix.at(3, i), bound)).isBetween(0L, bound - 1);
            assertThat(Mix.skewedBelow(Mix.at(3, i), bound)).isBetween(0L, bound - 1);
        });
    }

    @Test
    void even_draws_reach_every_value_about_equally_often() {
        long[] counts = new long[10];

        LongStream.range(0, 100_000).forEach(i -> counts[(int) Mix.below(Mix.at(9, i), 10)]++);

        assertThat(LongStream.of(counts)).allMatch(count -> count > 9_500 && count < 10_500);
    }

    @Test
    void skewed_draws_crowd_on_the_first_values() {
        long first = LongStream.range(0, 100_000)
                .filter(i -> Mix.skewedBelow(Mix.at(9, i), 1_023) == 0)
                .count();

        assertThat(first).isBetween(9_000L, 11_000L);
    }

    @Test
    void a_share_of_the_draws_is_within_it() {
        long within = LongStream.range(0, 100_000)
                .filter(i -> Mix.within(Mix.at(5, i), 0.01))
                .count();

        assertThat(within).isBetween(850L, 1_150L);
        assertThat(Mix.within(-1, 1)).isTrue();
        assertThat(Mix.within(0, 0)).isFalse();
    }

    @Test
    void the_values_of_a_seed_are_fixed_for_ever() {
        assertThat(Mix.at(7, 0)).isEqualTo(Mix.mix(7 + 0x9E3779B97F4A7C15L));
        assertThat(Mix.seed(7, "shop", "orders")).isNotEqualTo(Mix.seed(7, "shop", "order", "s"));
        assertThat(Mix.mix(1)).isEqualTo(0x5692161d100b05e5L);
    }
}
