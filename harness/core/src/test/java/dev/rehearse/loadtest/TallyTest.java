package dev.rehearse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
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

    @Test
    void an_operation_that_began_when_it_was_due_has_a_response_like_its_service_and_waited_for_nothing() {
        Tally tally = new Tally(2, 2);
        tally.succeeded(0, 5_000, 5_000, 35_000, true);
        tally.succeeded(0, 5_000, 7_000, 35_000, true);
        tally.succeeded(0, 5_000, 6_000, 35_000, false);

        Tally total = new Tally(2, 1);
        tally.drainInto(total);
        tally.drainInto(total);

        Times times = total.all();
        assertThat(times.response.getCountAtValue(30)).isEqualTo(3);
        assertThat(times.service.getCountAtValue(30)).isEqualTo(1);
        assertThat(times.service.getCountAtValue(28)).isEqualTo(1);
        assertThat(times.service.getCountAtValue(29)).isEqualTo(1);
        assertThat(times.queue.getCountAtValue(0)).isEqualTo(1);
        assertThat(times.queue.getTotalCount()).isEqualTo(3);
        assertThat(times.late.getCountAtValue(0)).isEqualTo(1);
        assertThat(times.late.getTotalCount()).isEqualTo(2);
    }

    @Test
    void cpu_that_is_too_little_to_measure_is_unknown() {
        Tally tally = new Tally(1, 1);
        for (int i = 0; i < 10; i++) {
            tally.succeeded(0, 0, 0, 1_000, true);
        }

        assertThat(cpuMicros(tally, 90_000_000)).isNaN();
        assertThat(cpuMicros(tally, 200_000_000)).isEqualTo(20_000);
        assertThat(cpuMicros(new Tally(1, 1), 200_000_000)).isNaN();
    }

    private static double cpuMicros(Tally tally, long cpuNanos) {
        return tally.result(1, 10, cpuNanos, false, Map.of(), Map.of(), 7, times -> List.of())
                .clientCpuMicrosPerOperation();
    }
}
