package dev.rehearse.database.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.machine.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoriesTest {

    @TempDir
    private Path folder;

    @Test
    void a_copy_is_the_same_to_modes_and_times_and_is_all_that_is_made() throws IOException {
        Path original = Files.createDirectories(folder.resolve("original"));
        Files.setPosixFilePermissions(original, PosixFilePermissions.fromString("rwx------"));
        Path version = Files.writeString(
                Files.createDirectory(original.resolve("base")).resolve("PG_VERSION"), "18");
        Files.setPosixFilePermissions(version, PosixFilePermissions.fromString("rw-------"));
        FileTime then = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));
        Files.setLastModifiedTime(version, then);
        Files.createSymbolicLink(original.resolve("pg_wal"), folder.resolve("elsewhere"));
        Path run = Files.createDirectory(folder.resolve("a run"));

        DataDirectories.copy(original, run.resolve("primary"));

        assertThat(run).isDirectoryContaining(entry -> entry.endsWith("primary"));
        try (var entries = Files.list(run)) {
            assertThat(entries).hasSize(1);
        }
        Path copy = run.resolve("primary");
        assertThat(Files.getPosixFilePermissions(copy)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(copy.resolve("base").resolve("PG_VERSION")).hasContent("18");
        assertThat(Files.getPosixFilePermissions(copy.resolve("base").resolve("PG_VERSION")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getLastModifiedTime(copy.resolve("base").resolve("PG_VERSION")))
                .isEqualTo(then);
        assertThat(copy.resolve("pg_wal")).isSymbolicLink();
    }

    @Test
    void a_copy_that_cannot_be_made_whole_is_not_there_and_whoever_asked_for_it_does_not_go_on() {
        Path target = folder.resolve("target");
        String script = "set -e; " + DataDirectories.FUNCTIONS + " copy " + folder.resolve("nowhere") + " " + target
                + "; echo went on";

        Processes.Result result = Processes.run(Duration.ofMinutes(1), List.of("sh", "-c", script));

        assertThat(result.succeeded()).isFalse();
        assertThat(result.output()).doesNotContain("went on");
        assertThat(target).doesNotExist();
        assertThatThrownBy(() -> DataDirectories.copy(folder.resolve("nowhere"), target))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("nowhere");
    }
}
