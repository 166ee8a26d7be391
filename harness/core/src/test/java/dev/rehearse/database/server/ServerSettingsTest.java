package dev.rehearse.database.server;

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
    void synchronous_standbys_wait_until_there_are_standbys() {
        Map<String, String> requested = Map.of("Synchronous_Standby_Names", "'ANY 1 (*)'");

        assertThat(ServerSettings.of(requested)).doesNotContainKey("synchronous_standby_names");
        assertThat(ServerSettings.synchronousStandbys(requested)).isEqualTo("ANY 1 (*)");
        assertThat(ServerSettings.synchronousStandbys(Map.of("work_mem", "1MB")))
                .isEmpty();
    }

    @Test
    void the_servers_words_stay_in_one_language() {
        assertThat(ServerSettings.of(Map.of("lc_messages", "de_DE.UTF-8"))).containsEntry("lc_messages", "C");
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
