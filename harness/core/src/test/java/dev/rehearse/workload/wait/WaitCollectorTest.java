package dev.rehearse.workload.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.LockWait.Ended;
import org.junit.jupiter.api.Test;

class WaitCollectorTest {

    @Test
    void it_rehearses_messages_that_it_understands() {
        assertThat(WaitCollector.rehearse()).singleElement().satisfies(wait -> {
            assertThat(wait.lockType()).isEqualTo("relation");
            assertThat(wait.durationMicros()).isEqualTo(1_000);
            assertThat(wait.ended()).isEqualTo(Ended.GRANTED);
        });
    }
}
