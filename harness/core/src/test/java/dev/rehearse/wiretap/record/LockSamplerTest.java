package dev.rehearse.wiretap.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.LockMode;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.record.LockSampler.Pace;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LockSamplerTest {

    private static final Map<Integer, Integer> VACUUM = Map.of(11, 0);

    private final Pace pace = new Pace();

    private long restMillis(Map<Integer, Integer> running, long afterMillis, HeldLock... read) {
        return restMillis(running, 0, afterMillis, read);
    }

    private long restMillis(Map<Integer, Integer> running, long readingMillis, long afterMillis, HeldLock... read) {
        return pace.restMillis(
                running,
                List.of(read),
                TimeUnit.MILLISECONDS.toNanos(afterMillis - readingMillis),
                TimeUnit.MILLISECONDS.toNanos(afterMillis));
    }

    private static HeldLock lock(LockMode mode, boolean granted, long waitedMicros) {
        return new HeldLock(11, 16_400, mode, granted, waitedMicros, null, null);
    }

    @Test
    void it_rests_a_fiftieth_of_the_time_in_which_nothing_changed_and_20_ms_at_most() {
        HeldLock held = lock(LockMode.SHARE_UPDATE_EXCLUSIVE, true, -1);

        assertThat(restMillis(VACUUM, 0, held)).isEqualTo(5);
        assertThat(restMillis(VACUUM, 600, held)).isEqualTo(12);
        assertThat(restMillis(VACUUM, 60_000, held)).isEqualTo(20);
    }

    @Test
    void it_rests_twenty_times_as_long_as_a_reading_takes_and_50_ms_at_most() {
        HeldLock held = lock(LockMode.SHARE_UPDATE_EXCLUSIVE, true, -1);

        assertThat(restMillis(VACUUM, 2, 100, held)).isEqualTo(40);
        assertThat(restMillis(VACUUM, 3, 200, held)).isEqualTo(40);
        assertThat(restMillis(VACUUM, 3, 300, held)).isEqualTo(50);
        assertThat(restMillis(VACUUM, 0, 400, held)).isEqualTo(6);
    }

    @Test
    void a_lock_that_comes_or_goes_or_is_granted_and_a_statement_that_begins_make_it_look_often_again() {
        HeldLock held = lock(LockMode.SHARE_UPDATE_EXCLUSIVE, true, -1);
        restMillis(VACUUM, 0, held);

        assertThat(restMillis(VACUUM, 10_000, held, lock(LockMode.ACCESS_EXCLUSIVE, false, 0)))
                .isEqualTo(5);
        // It still waits.
        assertThat(restMillis(VACUUM, 11_000, held, lock(LockMode.ACCESS_EXCLUSIVE, false, 1_000_000)))
                .isEqualTo(20);
        assertThat(restMillis(VACUUM, 12_000, held, lock(LockMode.ACCESS_EXCLUSIVE, true, -1)))
                .isEqualTo(5);
        assertThat(restMillis(VACUUM, 20_000, held)).isEqualTo(5);
        assertThat(restMillis(VACUUM, 30_000, held)).isEqualTo(20);
        assertThat(restMillis(Map.of(11, 1), 31_000, held)).isEqualTo(5);
    }
}
