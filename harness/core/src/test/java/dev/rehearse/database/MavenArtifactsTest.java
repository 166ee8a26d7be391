package dev.rehearse.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MavenArtifactsTest {

    @AfterEach
    void the_usual_repository_again() {
        System.clearProperty("maven.repo.local");
    }

    @Test
    void an_artifact_in_the_local_repository_is_taken_from_there(@TempDir Path repository) throws Exception {
        System.setProperty("maven.repo.local", repository.toString());
        Path file = repository.resolve("com/example/shop/1.2/shop-1.2.zip");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "content");

        assertThat(MavenArtifacts.fetch("com.example:shop:1.2:zip", Progress.SILENT))
                .isEqualTo(file);
        assertThat(MavenArtifacts.isPresent("com.example:shop:1.2")).isFalse();
    }

    @Test
    void what_are_no_coordinates_is_refused() {
        assertThatThrownBy(() -> MavenArtifacts.fetch("camunda-engine", Progress.SILENT))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("group:artifact:version");
        assertThatThrownBy(() -> MavenArtifacts.fetch("a:b:1 -Dexec=x", Progress.SILENT))
                .isInstanceOf(InvalidRehearsalException.class);
    }
}
