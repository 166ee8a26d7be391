package dev.rehearse.workload;

import static dev.rehearse.workload.LoadRole.asKept;
import static dev.rehearse.workload.LoadRole.shortestReportedWaitMillis;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"42.3.8", "42.6.2", "42.7.3"})
    void a_driver_that_refuses_a_password_that_is_hashed_once_has_the_server_hash_it(String driver) {
        assertThat(asKept("random", driver)).isEqualTo("random");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42.7.4", "42.7.14", "42.8.0", "43.0.0"})
    void newer_drivers_log_in_with_a_password_that_is_hashed_once(String driver) {
        assertThat(asKept("random", driver)).startsWith("SCRAM-SHA-256$1:");
    }
}
