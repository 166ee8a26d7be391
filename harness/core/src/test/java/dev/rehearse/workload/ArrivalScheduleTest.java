package dev.rehearse.workload;

import static dev.rehearse.workload.ArrivalSchedule.AFTER;
import static dev.rehearse.workload.ArrivalSchedule.BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.Workload.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalScheduleTest {

    private static final long SECOND = 1_000_000;

    private static ArrivalSchedule schedule(double rate, Arrivals arrivals, long randomSeed) {
        return schedule(RateCurve.constant(rate), arrivals, randomSeed);
    }

    private static ArrivalSchedule schedule(RateCurve rate, Arrivals arrivals, long randomSeed) {
        ArrivalSchedule schedule = new ArrivalSchedule(rate, arrivals, randomSeed);
        schedule.begin(5 * SECOND);
        return schedule;
    }

    @Test
    void constant_arrivals_are_evenly_spaced_from_the_start() {
        ArrivalSchedule schedule = schedule(250, Arrivals.CONSTANT, 1);

        assertThat(schedule.dueMicros(0)).isEqualTo(5 * SECOND + 4_000);
        assertThat(schedule.dueMicros(9_999)).isEqualTo(45 * SECOND);
        assertThat(schedule.countBefore(45 * SECOND)).isEqualTo(9_999);
        assertThat(schedule.countBefore(45 * SECOND + 1)).isEqualTo(10_000);
    }

    @Test
    void poisson_arrivals_keep_the_rate_and_vary_as_chance_does() {
        ArrivalSchedule schedule = schedule(1_000, Arrivals.POISSON, 7);

        long[] perSecond = LongStream.range(0, 200)
                .map(s -> schedule.countBefore((6 + s) * SECOND) - schedule.countBefore((5 + s) * SECOND))
                .toArray();
        double mean = LongStream.of(perSecond).average().orElseThrow();
        double variance = LongStream.of(perSecond)
                .mapToDouble(n -> (n - mean) * (n - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(1_000, within(10.0));
        assertThat(variance / mean).isBetween(0.7, 1.3);
    }

    @Test
    void a_rate_that_changes_brings_the_integral_of_it() {
        RateCurve steps = RateCurve.steps(List.of(
                new RateCurve.Step(100, Duration.ofSeconds(10)),
                new RateCurve.Step(0, Duration.ofSeconds(5)),
                new RateCurve.Step(400, Duration.ofSeconds(1))));
        ArrivalSchedule even = schedule(steps, Arrivals.CONSTANT, 7);

        assertThat(even.countBefore(15 * SECOND + 1)).isEqualTo(1_000);
        assertThat(even.countBefore(20 * SECOND + 1)).as("a pause").isEqualTo(1_000);
        assertThat(even.dueMicros(1_000)).isEqualTo(20 * SECOND + 2_500);
        assertThat(even.countBefore(30 * SECOND + 1)).isEqualTo(5_000);

        // A day from 0/s to 1,000/s and back has a mean of 500/s; half of its arrivals come in the first half.
        RateCurve day = RateCurve.wave(0, 1_000, Duration.ofSeconds(20));
        ArrivalSchedule random = schedule(day, Arrivals.POISSON, 7);
        assertThat((double) random.countBefore(105 * SECOND)).isCloseTo(50_000, within(1_000.0));
        long trough = random.countBefore(26 * SECOND) - random.countBefore(24 * SECOND);
        long crest = random.countBefore(36 * SECOND) - random.countBefore(34 * SECOND);
        assertThat(trough).isLessThan(100);
        assertThat(crest).isGreaterThan(1_800);
    }

    @Test
    void the_same_seed_gives_the_same_arrivals_and_values_and_another_does_not() {
        ArrivalSchedule one = schedule(100, Arrivals.POISSON, 7);
        ArrivalSchedule same = schedule(100, Arrivals.POISSON, 7);
        ArrivalSchedule other = schedule(100, Arrivals.POISSON, 8);

        assertThat(one.dueMicros(5_000)).isEqualTo(same.dueMicros(5_000)).isNotEqualTo(other.dueMicros(5_000));
        assertThat(one.random(77).nextLong())
                .isEqualTo(same.random(77).nextLong())
                .isNotEqualTo(other.random(77).nextLong());
    }

    @Test
    void arrivals_are_split_from_the_moment_asked_for_and_each_goes_to_one_application() {
        ArrivalSchedule schedule = schedule(1_000, Arrivals.CONSTANT, 7);
        schedule.share(10 * SECOND, 0.25, List.of());
        schedule.share(20 * SECOND, 0, List.of());

        long first = schedule.countBefore(10 * SECOND);
        long second = schedule.countBefore(20 * SECOND);
        assertThat(LongStream.range(0, first).map(schedule::application)).containsOnly(0L);
        double share = LongStream.range(first, second)
                .filter(a -> schedule.application(a) == BEFORE)
                .count();
        assertThat(share / (second - first)).isCloseTo(0.25, within(0.02));
        assertThat(LongStream.range(second, second + 1_000).map(schedule::application))
                .containsOnly(1L);
        schedule.share(11 * SECOND, 1, List.of());
        assertThat(schedule.application(second + 5)).isEqualTo(AFTER);
    }

    @Test
    void each_operation_has_its_turn_once_before_any_is_drawn_again() {
        ArrivalSchedule schedule = schedule(1_000, Arrivals.CONSTANT, 7);
        long first = schedule.countBefore(10 * SECOND);

        long last = schedule.share(10 * SECOND, 0.5, List.of(3, 2));

        assertThat(last).isEqualTo(schedule.dueMicros(first + 4));
        assertThat(LongStream.range(first, first + 5).map(schedule::application))
                .containsExactly(1L, 0L, 1L, 0L, 0L);
        assertThat(LongStream.range(first - 1, first + 6).map(arrival -> schedule.operation(arrival, BEFORE)))
                .containsExactly(-1L, -1L, 0L, -1L, 1L, 2L, -1L);
        assertThat(LongStream.range(first - 1, first + 6).map(arrival -> schedule.operation(arrival, AFTER)))
                .containsExactly(-1L, 0L, -1L, 1L, -1L, -1L, -1L);
        assertThat(schedule.share(20 * SECOND, 1, List.of())).isEqualTo(20 * SECOND);
        assertThat(schedule.operation(schedule.countBefore(20 * SECOND), BEFORE))
                .isEqualTo(-1);
    }

    @Test
    void an_arrival_that_one_application_has_taken_is_no_turn_of_the_others() {
        ArrivalSchedule schedule = schedule(1_000, Arrivals.CONSTANT, 7);
        long first = schedule.countBefore(10 * SECOND);
        assertThat(schedule.application(first)).isEqualTo(BEFORE);

        schedule.share(10 * SECOND, 0.5, List.of(1, 9));

        assertThat(schedule.application(first)).isEqualTo(BEFORE);
        assertThat(schedule.operation(first, BEFORE)).isEqualTo(-1);
        assertThat(LongStream.range(first, first + 10).filter(a -> schedule.operation(a, BEFORE) == 0))
                .hasSize(1);
    }

    @Test
    void an_application_without_arrivals_to_come_is_idle() {
        ArrivalSchedule schedule = schedule(1_000, Arrivals.CONSTANT, 7);
        schedule.share(10 * SECOND, 0.5, List.of());
        schedule.share(20 * SECOND, 0, List.of());

        assertThat(schedule.isIdle(BEFORE, 15 * SECOND)).isFalse();
        assertThat(schedule.isIdle(BEFORE, 20 * SECOND)).isTrue();
        assertThat(schedule.isIdle(AFTER, 20 * SECOND)).isFalse();
    }

    @Test
    void an_arrival_is_finished_once() {
        ArrivalSchedule schedule = schedule(1_000, Arrivals.CONSTANT, 7);

        assertThat(schedule.finish(3)).isTrue();
        assertThat(schedule.finish(3)).isFalse();
        assertThat(schedule.application(3)).isEqualTo(-1);
    }
}
