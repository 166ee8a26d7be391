package dev.rehearse.database.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
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
    void without_maven_the_answer_is_what_to_install_and_which_file_goes_where(@TempDir Path repository) {
        System.setProperty("maven.repo.local", repository.toString());

        assertThatThrownBy(() -> MavenArtifacts.fetch("com.example:shop:1.2", Optional.empty(), Progress.SILENT))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("there is no Maven to fetch it")
                .hasMessageContaining("copy the file to " + repository.resolve("com/example/shop/1.2/shop-1.2.jar"))
                .hasMessageContaining("dependency:get -Dtransitive=false -Dartifact=com.example:shop:1.2:jar");
    }

    @Test
    void offline_the_answer_is_mavens_own_and_the_command_to_run_later(@TempDir Path folder) throws Exception {
        Optional<Path> maven = MavenArtifacts.maven();
        assumeTrue(maven.isPresent(), "needs Maven");
        System.setProperty("maven.repo.local", folder.resolve("repository").toString());
        Path offline =
                Files.writeString(folder.resolve("mvn"), "#!/bin/sh\nexec \"" + maven.get() + "\" --offline \"$@\"\n");
        Files.setPosixFilePermissions(offline, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> MavenArtifacts.fetch("com.example:shop:1.2", Optional.of(offline), Progress.SILENT))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("Maven could not fetch com.example:shop:1.2")
                .hasMessageContaining("Once the machine is online")
                .hasMessageContaining("mvn -B -q dependency:get")
                .hasMessageContaining("Maven said:\n[ERROR] ");
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
