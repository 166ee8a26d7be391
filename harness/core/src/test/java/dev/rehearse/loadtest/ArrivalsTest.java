package dev.rehearse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static List<Long> all(Arrivals arrivals) {
        List<Long> due = new ArrayList<>();
        Arrivals.Slot slot = new Arrivals.Slot();
        while (arrivals.take(slot)) {
            assertThat(slot.number).isEqualTo(due.size());
            due.add(slot.dueNanos);
        }
        return due;
    }

    @Test
    void the_same_seed_gives_the_same_schedule() {
        List<Long> first = all(new Arrivals(1_000, 10e9, Long.MAX_VALUE, 7));

        assertThat(all(new Arrivals(1_000, 10e9, Long.MAX_VALUE, 7))).isEqualTo(first);
        assertThat(all(new Arrivals(1_000, 10e9, Long.MAX_VALUE, 8))).isNotEqualTo(first);
        assertThat(first).isSorted().allMatch(due -> due >= 0 && due < 10_000_000_000L);
    }

    @Test
    void gaps_are_those_of_a_poisson_process() {
        List<Long> due = all(new Arrivals(1_000, 100e9, Long.MAX_VALUE, 7));

        assertThat(due).hasSize(100_000);
        long shorterThanMean = 0;
        for (int i = 1; i < due.size(); i++) {
            shorterThanMean += due.get(i) - due.get(i - 1) < 1_000_000 ? 1 : 0;
        }
        assertThat((double) shorterThanMean / due.size()).isBetween(0.62, 0.645);
        // Counts within 10 ms vary as much as a Poisson process has them vary: their variance is nearly their mean of
        // 10.
        int[] counts = new int[10_000];
        due.forEach(nanos -> counts[(int) (nanos / 10_000_000)]++);
        double variance = java.util.Arrays.stream(counts)
                .mapToDouble(count -> (count - 10.0) * (count - 10.0))
                .average()
                .orElseThrow();
        assertThat(variance).isBetween(8.0, 10.0);
    }

    @Test
    void every_stretch_has_its_share_also_at_rates_that_are_no_whole_numbers() {
        assertThat(all(new Arrivals(2.5, 10e9, Long.MAX_VALUE, 7))).hasSize(25);
        assertThat(all(new Arrivals(333.3, 3e9, Long.MAX_VALUE, 7))).hasSize(999);
        assertThat(all(new Arrivals(500, 1e9, Long.MAX_VALUE, 7)).stream().filter(nanos -> nanos < 300_000_000))
                .hasSize(150);
    }

    @Test
    void there_are_as_many_as_were_asked_for() {
        assertThat(all(new Arrivals(10, Double.MAX_VALUE, 25, 7))).hasSize(25);
    }
}
