package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
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

    /** Has the classes of turns for itself, as where Maven runs the tests of several modules in its own process. */
    private static final class OtherLoader extends ClassLoader {

        OtherLoader() {
            super(Turn.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Turn.class.getName()) || findLoadedClass(name) != null) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        AutoCloseable await(Path file) throws Exception {
            Method await = loadClass(Turn.class.getName()).getDeclaredMethod("await", Path.class, Runnable.class);
            await.setAccessible(true);
            Runnable nothing = () -> {};
            return (AutoCloseable) await.invoke(null, file, nothing);
        }
    }

    private interface Asking {
        AutoCloseable ask() throws Exception;
    }

    /** Asks in a thread of its own, and is back once it is in the queue. */
    private static Future<?> ask(ExecutorService threads, Asking asking, Runnable hasIt) {
        int before = inQueue();
        Future<?> asked = threads.submit(() -> {
            AutoCloseable turn = asking.ask();
            try {
                hasIt.run();
            } finally {
                turn.close();
            }
            return null;
        });
        awaitInQueue(before + 1);
        return asked;
    }

    private static int inQueue() {
        String queue = Security.getProperty("dev.rehearse.turns");
        return queue == null || queue.isEmpty() ? 0 : queue.split(",").length;
    }

    private static void awaitInQueue(int count) {
        long start = System.nanoTime();
        while (inQueue() != count) {
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MINUTES.toNanos(1));
            Thread.onSpinWait();
        }
    }

    @Test
    void classes_of_several_loaders_have_their_turns_in_order_and_let_go_of_nobody_else_s() throws Exception {
        Path file = folder.resolve("lock");
        OtherLoader loader = new OtherLoader();
        List<String> turns = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newCachedThreadPool();
        AutoCloseable first = loader.await(file);
        ask(threads, () -> Turn.await(file, () -> {}), () -> turns.add("gave up"))
                .cancel(true);
        awaitInQueue(1);
        // The process has the lock still, whoever of it gave up.
        Process other = other(file);
        try (BufferedReader said = said(other)) {
            assertThat(said.readLine()).isEqualTo("waits");
            Future<?> second = ask(threads, () -> Turn.await(file, () -> {}), () -> turns.add("second"));
            Future<?> third = ask(threads, () -> loader.await(file), () -> turns.add("third"));

            first.close();

            assertThat(said.readLine()).isEqualTo("held");
            assertThat(turns).isEmpty();
            other.getOutputStream().close();
            second.get(1, TimeUnit.MINUTES);
            third.get(1, TimeUnit.MINUTES);
            assertThat(turns).containsExactly("second", "third");
        } finally {
            other.destroyForcibly();
            threads.shutdownNow();
        }
    }

    @Test
    void properties_of_the_system_that_are_put_back_bring_no_turn_back_that_is_over_and_take_none() throws Exception {
        Path file = folder.resolve("lock");
        ExecutorService threads = Executors.newCachedThreadPool();
        Properties kept = System.getProperties();
        Properties before = (Properties) kept.clone();
        Turn first = Turn.await(file, () -> {});
        try {
            Properties meanwhile = (Properties) kept.clone();
            System.setProperties(before);
            Future<?> second = ask(threads, () -> Turn.await(file, () -> {}), () -> {});
            assertThat(second.isDone()).isFalse();

            first.close();
            second.get(1, TimeUnit.MINUTES);
            System.setProperties(meanwhile);

            Future<?> third = threads.submit(() -> {
                Turn.await(file, () -> {}).close();
                return null;
            });
            third.get(1, TimeUnit.MINUTES);
        } finally {
            System.setProperties(kept);
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
