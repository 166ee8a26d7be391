package dev.rehearse.database.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearseHomeTest {

    @Test
    void a_user_who_is_a_number_has_the_home_that_the_environment_names() {
        assertThat(RehearseHome.of(Map.of("HOME", "/builds"), "?", false).directory())
                .isEqualTo(Path.of("/builds/.cache/rehearse"));
        assertThat(RehearseHome.of(Map.of("HOME", "/builds"), "/home/me", false).directory())
                .isEqualTo(Path.of("/home/me/.cache/rehearse"));
        assertThat(RehearseHome.of(Map.of("XDG_CACHE_HOME", "/cache"), "?", false)
                        .directory())
                .isEqualTo(Path.of("/cache/rehearse"));
        assertThat(RehearseHome.of(Map.of("REHEARSE_HOME", "/kept", "XDG_CACHE_HOME", "/cache"), "/root", true)
                        .directory())
                .isEqualTo(Path.of("/kept"));
        assertThat(RehearseHome.of(Map.of(), "/root", true).directory()).isEqualTo(Path.of("/var/cache/rehearse"));
    }

    @Test
    void why_it_cannot_be_made_is_said(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> new RehearseHome(file.resolve("home")).runs())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageMatching("Cannot create .*/home/runs: .*file.*: .*\\. Set REHEARSE_HOME.*");
    }
}
