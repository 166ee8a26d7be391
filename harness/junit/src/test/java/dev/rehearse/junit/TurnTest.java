package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnTest {

    @TempDir
    Path folder;

    @Test
    void a_rehearsal_waits_for_that_of_another_process_and_says_so() throws Exception {
        Path file = folder.resolve("lock");
        Process other = other(file);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (BufferedReader said = said(other)) {
            assertThat(said.readLine()).isEqualTo("held");
            CountDownLatch waits = new CountDownLatch(1);
            Future<?> turn = threads.submit(() -> {
                Turn.await(file, waits::countDown).close();
                return null;
            });
            assertThat(waits.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(turn.isDone()).isFalse();

            other.getOutputStream().close();

            turn.get(1, TimeUnit.MINUTES);
        } finally {
            other.destroyForcibly();
            threads.shutdownNow();
        }
    }

    @Test
    void who_has_waited_longest_is_next_and_one_that_was_killed_is_not_waited_for() throws Exception {
        Path file = folder.resolve("lock");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Turn first = Turn.await(file, () -> {});
        Process killed = other(file);
        Process second = other(file);
        try (BufferedReader saidByKilled = said(killed);
                BufferedReader said = said(second)) {
            assertThat(saidByKilled.readLine()).isEqualTo("waits");
            assertThat(said.readLine()).isEqualTo("waits");
            killed.destroyForcibly().waitFor();
            CountDownLatch waits = new CountDownLatch(1);
            Future<?> third = threads.submit(() -> {
                Turn.await(file, waits::countDown).close();
                return null;
            });

            first.close();

            assertThat(waits.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(said.readLine()).isEqualTo("held");
            assertThat(third.isDone()).isFalse();
            second.getOutputStream().close();
            third.get(1, TimeUnit.MINUTES);
        } finally {
            killed.destroyForcibly();
            second.destroyForcibly();
            threads.shutdownNow();
        }
    }

    private static Process other(Path file) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Stream.of(LockHolder.class, Turn.class, EnvironmentException.class, FileTrouble.class)
                                .map(each -> each.getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation())
                                .map(place ->
                                        Path.of(URI.create(place.toString())).toString())
                                .distinct()
                                .collect(Collectors.joining(File.pathSeparator)),
                        LockHolder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader said(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void a_rehearsal_waits_for_that_of_other_classes_of_the_process() throws Exception {
        Path file = folder.resolve("lock");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = other.lock(Long.BYTES, 1, false);
            CountDownLatch waits = new CountDownLatch(1);
            Future<?> turn = threads.submit(() -> {
                Turn.await(file, waits::countDown).close();
                return null;
            });
            assertThat(waits.await(1, TimeUnit.MINUTES)).isTrue();

            lock.release();

            turn.get(1, TimeUnit.MINUTES);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nobody_waits_without_end_for_a_test_of_this_process_or_of_another() throws Exception {
        Path file = folder.resolve("lock");
        Duration longest = Duration.ofMillis(20);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Process other = other(file);
        try (BufferedReader said = said(other)) {
            assertThat(said.readLine()).isEqualTo("held");
            assertThatThrownBy(() -> Turn.await(file, () -> {}, longest))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageStartingWith(
                            "Other tests have rehearsed for 20 ms: a process holds the lock on " + file);
            other.getOutputStream().close();

            try (Turn held = Turn.await(file, () -> {})) {
                assertThat(held).isNotNull();
                assertThatThrownBy(() -> threads.submit(() -> Turn.await(file, () -> {}, longest))
                                .get(1, TimeUnit.MINUTES))
                        .rootCause()
                        .isInstanceOf(EnvironmentException.class)
                        .hasMessageStartingWith("Other tests of this process have rehearsed for 20 ms.");
            }
        } finally {
            other.destroyForcibly();
            threads.shutdownNow();
        }
    }

    @Test
    void a_file_that_cannot_be_locked_is_named_with_the_way_out() {
        assertThatThrownBy(() -> Turn.await(folder, () -> {}))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageMatching(
                        "Cannot lock \\Q" + folder + "\\E, by which .*: Is a directory\\. .*REHEARSE_HOME.*");
    }

    @Test
    void a_turn_that_nobody_has_is_not_waited_for() throws Exception {
        for (int i = 0; i < 2; i++) {
            CountDownLatch waits = new CountDownLatch(1);
            Turn.await(folder.resolve("lock"), waits::countDown).close();
            assertThat(waits.getCount()).isEqualTo(1);
        }
    }
}
