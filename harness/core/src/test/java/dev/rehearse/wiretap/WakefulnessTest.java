package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WakefulnessTest {

    private static final int TRIALS = 4 * 256;
    private static final int UNTIL_THE_NEXT_TRIALS = 16_384;

    private long now = 1_000;
    private final Wakefulness wakefulness = new Wakefulness(true, now);

    /** @return in how many of the turns it watched */
    private int turn(int turns, long asleepMicros, long awakeMicros) {
        int watched = 0;
        for (int i = 0; i < turns; i++) {
            watched += wakefulness.watches() ? 1 : 0;
            now += TimeUnit.MICROSECONDS.toNanos(wakefulness.watches() ? awakeMicros : asleepMicros);
            wakefulness.turned(now);
        }
        return watched;
    }

    @Test
    void tries_half_of_its_turns_awake_and_watches_where_that_is_much_quicker() {
        assertThat(turn(TRIALS, 50, 30)).isEqualTo(TRIALS / 2);
        assertThat(turn(1_000, 50, 30)).isEqualTo(1_000);
    }

    @Test
    void sleeps_where_watching_is_hardly_quicker_or_slower() {
        turn(TRIALS, 50, 45);
        assertThat(turn(UNTIL_THE_NEXT_TRIALS, 50, 45)).isZero();
        turn(TRIALS, 30, 50);
        assertThat(turn(1_000, 30, 50)).isZero();
    }

    @Test
    void tries_again_after_a_while() {
        turn(TRIALS, 50, 30);
        assertThat(turn(UNTIL_THE_NEXT_TRIALS, 50, 30)).isEqualTo(UNTIL_THE_NEXT_TRIALS);
        assertThat(turn(TRIALS, 30, 50)).isEqualTo(TRIALS / 2);
        assertThat(turn(1_000, 30, 50)).isZero();
    }

    @Test
    void is_not_misled_by_a_machine_that_becomes_slower_steadily() {
        for (int turns = 0; turns < TRIALS; turns++) {
            turn(1, 20 + turns / 16, 20 + turns / 16);
        }
        assertThat(turn(1_000, 100, 100)).isZero();
    }

    @Test
    void leaves_out_pauses_of_the_client() {
        turn(1, 50, 30);
        turn(10, 5_000, 5_000);
        assertThat(turn(TRIALS - 1, 50, 30)).isEqualTo(TRIALS / 2);
        assertThat(turn(1_000, 50, 30)).isEqualTo(1_000);
    }

    @Test
    void never_watches_where_it_may_not() {
        Wakefulness asleep = new Wakefulness(false, now);
        for (int i = 0; i < TRIALS; i++) {
            assertThat(asleep.watches()).isFalse();
            asleep.turned(now += 1_000);
        }
    }
}
