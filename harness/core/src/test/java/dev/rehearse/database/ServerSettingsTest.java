package dev.rehearse.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {

    @Test
    void defaults_are_durable_and_a_request_wins_over_them() {
        Map<String, String> settings = ServerSettings.of(Map.of("Max_Connections", "50", "app.tenant", "x"));

        assertThat(settings)
                .containsEntry("fsync", "on")
                .containsEntry("full_page_writes", "on")
                .containsEntry("max_connections", "50")
                .containsEntry("app.tenant", "x");
    }

    @Test
    void where_the_server_is_cannot_be_set() {
        assertThatThrownBy(() -> ServerSettings.of(Map.of("port", "5432")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("The setting port");
        assertThatThrownBy(() -> ServerSettings.of(Map.of("fsync = off\nport", "1")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("cannot be the name");
    }

    @Test
    void values_are_quoted_whatever_they_hold() {
        assertThat(ServerSettings.quoted("1GB")).isEqualTo("'1GB'");
        assertThat(ServerSettings.quoted("'already quoted'")).isEqualTo("'already quoted'");
        assertThat(ServerSettings.quoted("it's")).isEqualTo("'it''s'");
        assertThat(ServerSettings.bare("'it''s'")).isEqualTo("it's");
    }
}
