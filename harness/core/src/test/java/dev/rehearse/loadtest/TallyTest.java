package dev.rehearse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void scripts_beyond_those_that_are_told_apart_share_their_times_and_the_sum_has_all() {
        Tally tally = new Tally(5, 3);
        for (int script = 0; script < 5; script++) {
            tally.succeeded(script, 0, 1_000, 2_000, true);
        }
        Tally interval = new Tally(5, 3);
        Tally total = new Tally(5, 1);

        tally.drainInto(interval);
        total.add(interval);

        assertThat(interval.apart())
                .extracting(times -> times.response.getTotalCount())
                .containsExactly(1L, 1L, 3L);
        assertThat(tally.all().response.getTotalCount()).isZero();
        assertThat(total.all().response.getTotalCount()).isEqualTo(5);
        assertThat(total.byScript).containsExactly(1, 1, 1, 1, 1);
        assertThat(total.operations).isEqualTo(5);
    }
}
