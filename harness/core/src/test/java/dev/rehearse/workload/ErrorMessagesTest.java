package dev.rehearse.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording.ErrorMessage;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ErrorMessagesTest {

    @Test
    void errors_that_differ_in_their_numbers_alone_leave_room_for_another_cause() {
        ErrorMessages messages = new ErrorMessages();
        for (int order = 1; order <= 5; order++) {
            messages.heard(0, "P0001", order, new SQLException("order " + order + " is too small", "P0001"));
        }
        messages.heard(0, "P0001", 6, new SQLException("no orders today", "P0001"));

        assertThat(messages.all())
                .containsExactly(
                        new ErrorMessage(0, "P0001", 1, "order 1 is too small"),
                        new ErrorMessage(0, "P0001", 6, "no orders today"));
    }
}
