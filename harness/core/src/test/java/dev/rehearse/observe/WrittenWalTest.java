package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrittenWalTest {

    private final WrittenWal written = new WrittenWal();

    @Test
    void a_standby_that_replayed_everything_has_no_lag_however_long_the_primary_rests() {
        written.add(1_000, 500);

        assertThat(written.lagMicros(9_000_000, 500)).isZero();
        assertThat(written.lagBytes(9_000_000, 500)).isZero();
    }

    @Test
    void lag_counts_from_the_oldest_position_that_was_not_replayed() {
        for (int i = 1; i <= 5_000; i++) {
            written.add(i * 1_000L, i * 10L);
        }

        assertThat(written.lagMicros(5_000_000, 50_000)).isZero();
        assertThat(written.lagMicros(5_000_000, 30_000)).as("at any time since").isEqualTo(5_000_000 - 3_000_500);
        assertThat(written.lagMicros(5_000_000, 30_002)).as("evenly").isEqualTo(5_000_000 - 3_000_200);
        assertThat(written.lagBytes(5_000_000, 30_000)).isEqualTo(20_000);
    }

    @Test
    void lag_keeps_growing_while_nothing_is_written_and_nothing_replayed() {
        written.add(1_000_000, 10);
        written.add(2_000_000, 20);
        written.add(3_000_000, 20);

        assertThat(written.lagMicros(10_000_000, 10)).isEqualTo(8_500_000);
        written.add(9_000_000, 20);
        written.add(9_100_000, 30);
        assertThat(written.lagMicros(10_000_000, 20))
                .as("nothing was written until 9 s")
                .isEqualTo(950_000);
    }

    @Test
    void what_was_written_after_the_standby_was_asked_does_not_count() {
        written.add(1_000, 10);
        written.add(2_000, 20);

        assertThat(written.lagMicros(1_500, 10)).isZero();
        assertThat(written.lagMicros(900, 5)).as("before the first").isZero();
        assertThat(written.lagBytes(1_500, 10)).isZero();
    }
}
