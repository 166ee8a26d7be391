package dev.rehearse.database.machine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import org.junit.jupiter.api.Test;

class ServerUserTest {

    @Test
    void a_user_who_is_a_number_without_a_name_is_told_what_the_server_asks_for() {
        assertThatThrownBy(() -> ServerUser.mustHaveName("?"))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("/etc/passwd");
        assertThatCode(() -> ServerUser.mustHaveName("ci")).doesNotThrowAnyException();
    }
}
