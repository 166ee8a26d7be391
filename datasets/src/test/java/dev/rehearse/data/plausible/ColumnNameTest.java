package dev.rehearse.data.plausible;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnNameTest {

    @ParameterizedTest
    @CsvSource({
        "started_at, ended_at",
        "startdate, enddate",
        "nominal_start_time, nominalEndTime",
        "valid_from, valid_until",
        "check_in, check_out",
        "first_seen, last_seen"
    })
    void what_ends_is_known_by_what_begins(String begin, String end) {
        assertThat(ColumnName.of(end).isEndOf(ColumnName.of(begin))).isTrue();
        assertThat(ColumnName.of(begin).isEndOf(ColumnName.of(end))).isFalse();
        assertThat(ColumnName.of(end).isEndOf(ColumnName.of("other_" + begin))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"is_deleted", "isFirst", "has_date", "enabled", "email_verified", "user_active"})
    void a_number_that_answers_a_question_is_a_flag(String name) {
        assertThat(ColumnName.of(name).isFlag()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin_id",
                "active_users_count",
                "num_active",
                "last_active",
                "date_deleted",
                "has_children_count",
                "deleted_by"
            })
    void what_is_counted_dated_or_named_by_number_is_none(String name) {
        assertThat(ColumnName.of(name).isFlag()).isFalse();
    }
}
