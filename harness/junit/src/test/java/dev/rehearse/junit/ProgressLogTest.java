package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Phase;
import dev.rehearse.report.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLogTest {

    private final List<String> lines = new ArrayList<>();
    private long nanos = 1_000;
    private final ProgressLog log = new ProgressLog("V7", () -> nanos, lines::add);

    private void pass(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void a_short_rehearsal_is_told_of_as_it_begins_and_as_it_ends() {
        log.waits();
        pass(30);
        log.begins();
        log.phaseStarted(Phase.PROVISION);
        pass(4);
        log.report("orders", 5, 10);
        pass(5);
        log.phaseStarted(Phase.MIGRATE);
        log.ended(Verdict.NO_GO, Path.of("/shop/report.html"));

        assertThat(lines)
                .containsExactly(
                        "Waiting to rehearse V7 until the rehearsal of another test on this machine has ended",
                        "Rehearsing V7",
                        "Rehearsed V7 in 9 s: NO_GO, /shop/report.html");
    }

    @Test
    void a_long_one_says_every_ten_seconds_what_it_does() {
        log.begins();
        log.phaseStarted(Phase.LOAD);
        for (int second = 1; second <= 25; second++) {
            pass(1);
            log.report("orders", second * 1_000L, 25_000);
        }
        pass(5);
        log.phaseStarted(Phase.BASELINE);
        pass(10);
        log.lasts("the load alone", Duration.ofSeconds(10), Duration.ofSeconds(20));
        log.phaseStarted(Phase.MIGRATE);
        pass(10);
        log.lasts("V7, CREATE INDEX", Duration.ofSeconds(10), null);

        assertThat(lines)
                .containsExactly(
                        "Rehearsing V7",
                        "Rehearsing V7, 10 s so far: load the data, orders 10,000 of 25,000",
                        "Rehearsing V7, 20 s so far: load the data, orders 20,000 of 25,000",
                        "Rehearsing V7, 30 s so far: measure the load alone",
                        "Rehearsing V7, 40 s so far: measure the load alone",
                        "Rehearsing V7, 50 s so far: run the migration, V7, CREATE INDEX");
    }
}
