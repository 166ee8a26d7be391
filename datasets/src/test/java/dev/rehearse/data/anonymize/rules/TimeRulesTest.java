package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimeRulesTest {

    @Test
    void numbers_of_telephones_and_orders_are_no_points_in_time_in_seconds() {
        List<String> sample = List.of("1012345678", "1098765432", "1155512345", "1224567890", "1512345678");

        assertThat(TimeRules.arePointsInTime(List.of("sent", "at"), sample)).isTrue();
        assertThat(TimeRules.arePointsInTime(List.of("to"), sample)).isFalse();
        assertThat(TimeRules.arePointsInTime(List.of("order", "no"), sample)).isFalse();
    }
}
