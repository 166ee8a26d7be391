package dev.rehearse.database.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadRunsTest {

    /** Above what Linux gives a process. */
    private static final long NOBODY = 99_999_999;

    @TempDir
    Path folder;

    private Path draft(long pid, Duration age) throws IOException {
        Path draft = Files.createDirectories(folder.resolve("runs/.20261127-224142-" + pid + "-1"));
        Files.setLastModifiedTime(draft, FileTime.from(Instant.now().minus(age)));
        return draft;
    }

    @Test
    void what_a_process_left_that_died_before_it_said_whose_its_run_is_goes() throws IOException {
        Path left = draft(NOBODY, Duration.ofSeconds(10));
        Path ours = draft(ProcessHandle.current().pid(), Duration.ofSeconds(10));
        Path young = draft(NOBODY + 1, Duration.ofHours(-1));
        RehearseHome home = new RehearseHome(folder);

        assertThat(DeadRuns.remove(home, List::of)).singleElement().asString().contains(left.toString());

        assertThat(left).doesNotExist();
        assertThat(ours).exists();
        assertThat(young).exists();
    }
}
