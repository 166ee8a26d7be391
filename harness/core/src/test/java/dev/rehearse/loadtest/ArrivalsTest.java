package dev.rehearse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.plan.RateCurve;
import java.time.Duration;
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
        List<Long> first = all(new Arrivals(RateCurve.constant(1_000), false, 10e9, Long.MAX_VALUE, 7));

        assertThat(all(new Arrivals(RateCurve.constant(1_000), false, 10e9, Long.MAX_VALUE, 7)))
                .isEqualTo(first);
        assertThat(all(new Arrivals(RateCurve.constant(1_000), false, 10e9, Long.MAX_VALUE, 8)))
                .isNotEqualTo(first);
        assertThat(first).isSorted().allMatch(due -> due >= 0 && due < 10_000_000_000L);
    }

    @Test
    void gaps_are_those_of_a_poisson_process() {
        List<Long> due = all(new Arrivals(RateCurve.constant(1_000), false, 100e9, Long.MAX_VALUE, 7));

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
        assertThat(all(new Arrivals(RateCurve.constant(2.5), false, 10e9, Long.MAX_VALUE, 7)))
                .hasSize(25);
        assertThat(all(new Arrivals(RateCurve.constant(333.3), false, 3e9, Long.MAX_VALUE, 7)))
                .hasSize(999);
        assertThat(all(new Arrivals(RateCurve.constant(500), false, 1e9, Long.MAX_VALUE, 7)).stream()
                        .filter(nanos -> nanos < 300_000_000))
                .hasSize(150);
    }

    @Test
    void a_rate_that_changes_brings_its_exact_integral_evenly_or_at_random() {
        Duration day = Duration.ofSeconds(10);
        for (boolean evenly : new boolean[] {true, false}) {
            List<Long> wave = all(new Arrivals(RateCurve.parse("day:100..500", day), evenly, 10e9, Long.MAX_VALUE, 7));
            List<Long> steps =
                    all(new Arrivals(RateCurve.parse("100:2s,0/s:1s,400", day), evenly, 5e9, Long.MAX_VALUE, 7));

            assertThat(wave).hasSize(3_000).isSorted().allMatch(due -> due >= 0 && due < 10_000_000_000L);
            // The integral from 0 to 2.5 s: 100 * 2.5 + 400 * (1.25 - 5 / (2 * pi)).
            // Within a stretch, of up to fifty arrivals here, chance decides.
            assertThat((double)
                            wave.stream().filter(due -> due < 2_500_000_000L).count())
                    .isCloseTo(431.7, within(evenly ? 1.0 : 20.0));
            assertThat((double)
                            wave.stream().filter(due -> due < 5_000_000_000L).count())
                    .isCloseTo(1_500, within(evenly ? 1.0 : 20.0));
            assertThat(steps).hasSize(1_000).isSorted();
            assertThat(steps.stream().filter(due -> due < 2_000_000_000L).count())
                    .isEqualTo(200);
            assertThat(steps.stream().filter(due -> due < 3_000_000_000L).count())
                    .isEqualTo(200);
        }
        List<Long> even = all(new Arrivals(RateCurve.constant(100), true, 1e9, Long.MAX_VALUE, 7));
        assertThat(even.get(0)).isEqualTo(5_000_000);
        assertThat(even.get(99)).isBetween(994_999_000L, 995_001_000L);
    }

    @Test
    void there_are_as_many_as_were_asked_for() {
        assertThat(all(new Arrivals(RateCurve.constant(10), false, Double.MAX_VALUE, 25, 7)))
                .hasSize(25);
    }
}
