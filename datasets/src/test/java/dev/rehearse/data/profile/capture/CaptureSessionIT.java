package dev.rehearse.data.profile.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class CaptureSessionIT {

    @Test
    void what_ended_a_session_is_told_and_not_that_it_is_gone() throws Exception {
        try (ScratchServer server = ScratchServer.start()) {
            ConnectionSource database = server.database("ended");
            try (Connection captured = database.open();
                    Connection other = database.open();
                    Statement statement = other.createStatement()) {
                CaptureSession session = CaptureSession.begin(captured, CaptureSpec.DEFAULT_STATEMENT_TIMEOUT);
                String backend = session.text("SELECT pg_backend_pid()");
                statement.execute("SELECT pg_terminate_backend(" + backend + ", 60000)");

                assertThatThrownBy(() -> session.text("SELECT 1"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
            }
        }
    }
}
