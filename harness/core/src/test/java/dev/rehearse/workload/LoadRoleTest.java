package dev.rehearse.workload;

import static dev.rehearse.workload.LoadRole.shortestReportedWaitMillis;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadRoleTest {

    @Test
    void few_clients_hear_of_short_waits() {
        assertThat(shortestReportedWaitMillis(64, null)).isEqualTo(10);
        assertThat(shortestReportedWaitMillis(1, Duration.ofSeconds(5))).isEqualTo(10);
    }

    @Test
    void many_clients_hear_of_longer_ones_only_but_of_all_that_tell_whether_the_limit_holds() {
        assertThat(shortestReportedWaitMillis(65, null)).isEqualTo(100);
        assertThat(shortestReportedWaitMillis(65, Duration.ofMillis(500))).isEqualTo(100);
        assertThat(shortestReportedWaitMillis(65, Duration.ofMillis(50))).isEqualTo(25);
        assertThat(shortestReportedWaitMillis(65, Duration.ZERO)).isEqualTo(10);
    }
}
