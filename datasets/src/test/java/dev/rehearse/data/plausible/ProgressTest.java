package dev.rehearse.data.plausible;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

    private static final List<String> ORDER = List.of("pending", "paid", "shipped", "delivered", "cancelled", "failed");
    private static final List<String> JOB = List.of("queued", "in_progress", "SUCCEEDED", "failed");

    @ParameterizedTest
    @CsvSource({
        "shipped, shipped_at, HAPPENED",
        "delivered, shipped_at, HAPPENED",
        "delivered, paidAt, HAPPENED",
        "pending, shipped_at, NOT_YET",
        "paid, shipped_at, NOT_YET",
        "shipped, canceled_on, NOT_YET",
        "cancelled, canceled_on, HAPPENED",
        "failed, paid_at, UNKNOWN",
        "cancelled, paid_at, UNKNOWN",
        "cancelled, shipped_at, NOT_YET",
        "pending, approved_at, NOT_YET",
        "shipped, viewed_at, UNKNOWN"
    })
    void what_has_the_status_of_something_later_has_seen_what_comes_before(
            String status, String column, Progress told) {
        assertThat(Progress.of(status, event(column), ORDER)).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({
        "queued, started_at, NOT_YET",
        "queued, finished_at, NOT_YET",
        "in_progress, started_at, HAPPENED",
        "in_progress, finished_at, NOT_YET",
        "SUCCEEDED, finished_at, HAPPENED",
        "SUCCEEDED, queued_at, HAPPENED",
        "failed, finished_at, HAPPENED",
        "failed, completed_at, UNKNOWN"
    })
    void what_goes_on_has_begun_and_has_not_ended(String status, String column, Progress told) {
        assertThat(Progress.of(status, event(column), JOB)).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({"created_at", "updated_at", "end_date", "due_on", "last_seen_at", "shipped"})
    void a_point_in_time_that_each_row_has_or_that_is_to_come_is_none_of_an_event(String column) {
        assertThat(ColumnName.of(column).event()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cancellation, cancelled, true",
        "refund, REFUNDED, true",
        "ban, banned, true",
        "return, refunded, false",
        "rejection, in_review, false"
    })
    void what_happened_is_called_by_words_that_begin_alike(String happening, String status, boolean same) {
        assertThat(Progress.isNamed(happening, status)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "deleted_at, is_deleted, true",
        "email_verified_at, email_verified, true",
        "verifiedAt, verified, true",
        "deleted_at, is_active, false",
        "deleted_by, is_deleted, false"
    })
    void a_flag_says_that_there_is_a_time(String time, String flag, boolean said) {
        assertThat(ColumnName.of(time).isFlagged(ColumnName.of(flag))).isEqualTo(said);
    }

    private static String event(String column) {
        return ColumnName.of(column).event().orElseThrow();
    }
}
