package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.ValueType;
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

    @Test
    void times_as_far_back_as_births_are_in_doubt_unless_a_name_says_what_happened_to_the_row_then() {
        List<String> lives = List.of("1950-03-04", "1968-02-09", "1979-08-01", "1984-12-31", "2001-05-15");
        List<String> ranges =
                lives.stream().map(day -> "[" + day + ",2024-01-01)").toList();
        List<String> recent = List.of("2020-03-04", "2021-02-09", "2022-08-01", "2023-12-31", "2024-05-15");
        ValueType day = new ValueType(ValueType.Kind.DATE, "date", null, List.of());
        ValueType days = new ValueType(ValueType.Kind.RANGE, "daterange", day, List.of());

        assertThat(treatment("date", day, lives)).isEqualTo(Treatment.SHIFT_DATES);
        assertThat(treatment("period", days, ranges)).isEqualTo(Treatment.SHIFT_DATES);
        assertThat(treatment("period", days, recent)).isEqualTo(Treatment.KEEP);
        assertThat(treatment("date", day, recent)).isEqualTo(Treatment.KEEP);
        assertThat(treatment("created_on", day, lives)).isEqualTo(Treatment.KEEP);
    }

    private static Treatment treatment(String name, ValueType type, List<String> sample) {
        SourceColumn column =
                new SourceColumn(1, name, type, type.name(), -1, false, false, false, false, false, false, List.of());
        SourceTable table = new SourceTable(1, "s", "stay", false, 5, List.of(column), List.of());
        return TimeRules.time(table, column, sample).treatment();
    }
}
