package dev.rehearse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The tap in a process of its own, as a user runs it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TapCommandIT {

    private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:(\\d+) for .*");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static TestDatabase database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start_a_server() {
        database = DatabaseProviders.of("embedded")
                .provider()
                .start(new DatabaseRequest(18, 0, Map.of(), null, null), Progress.SILENT);
    }

    @AfterAll
    static void stop_the_server() {
        database.close();
    }

    private Process start(String... arguments) throws IOException {
        return process(arguments).start();
    }

    private ProcessBuilder process(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("tap", "--to", "127.0.0.1:" + database.primary().port()));
        command.addAll(List.of(arguments));
        return CommandProcess.of(command)
                .redirectOutput(folder.resolve("stdout").toFile());
    }

    /** With room for some tens of threads. */
    private Process startWithFewThreads(String... arguments) throws IOException {
        ProcessBuilder process = process(arguments);
        List<String> command = new ArrayList<>(process.command());
        command.addAll(
                command.indexOf("-cp"),
                List.of("-Xmx64m", "-Xss32m", "-XX:ReservedCodeCacheSize=32m", "-XX:CompressedClassSpaceSize=32m"));
        command.addAll(0, List.of("sh", "-c", "ulimit -v 3000000 && exec \"$@\"", "sh"));
        process.environment().put("MALLOC_ARENA_MAX", "1");
        return process.command(command).start();
    }

    private static TestDatabase.Server listening(BufferedReader err) throws IOException {
        String line = String.valueOf(err.readLine());
        Matcher said = LISTENING.matcher(line);
        assertThat(said.matches()).as(line).isTrue();
        TestDatabase.Server server = database.primary();
        return new TestDatabase.Server(
                "tap",
                "127.0.0.1",
                Integer.parseInt(said.group(1)),
                server.database(),
                server.user(),
                server.password());
    }

    private static List<String> end(Process tap, BufferedReader err, int exitCode)
            throws IOException, InterruptedException {
        List<String> lines = err.lines().toList();
        assertThat(tap.waitFor(60, TimeUnit.SECONDS))
                .as("ended; it said " + lines)
                .isTrue();
        assertThat(tap.exitValue()).as(String.join("\n", lines)).isEqualTo(exitCode);
        return lines;
    }

    private static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    @Test
    void ctrl_c_ends_it_with_every_line_written_to_the_file() throws Exception {
        Path file = folder.resolve("statements.json");
        Files.writeString(file, "what was there before");
        Process tap = start("--listen", "0", "--json", file.toString());
        try (BufferedReader err = tap.errorReader();
                Connection connection = listening(err).connect("the client");
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 1_000; i++) {
                statement.execute("select " + i);
            }
            CommandProcess.send("INT", tap);

            assertThat(end(tap, err, 130)).singleElement().asString().startsWith("Interrupted: closing the tap");
        } finally {
            tap.destroyForcibly();
        }

        assertThat(folder.resolve("stdout")).isEmptyFile();
        assertThat(read(file).stream()
                        .filter(line -> line.get("sql").asText().matches("select \\d+"))
                        .filter(line -> line.get("applicationName").asText().equals("the client")))
                .hasSize(1_000);
    }

    @Test
    void a_statement_under_way_at_ctrl_c_has_its_line_too_and_what_failed_is_told() throws Exception {
        Process tap = start("--listen", "0");
        try (BufferedReader err = tap.errorReader();
                Connection connection = listening(err).connect("the client");
                Statement statement = connection.createStatement()) {
            talkNonsense(Integer.parseInt(connection.getMetaData().getURL().replaceAll(".*:(\\d+)/.*", "$1")));
            Thread sleeper = new Thread(() -> {
                try {
                    statement.execute("select pg_sleep(300)");
                } catch (SQLException e) {
                    // The tap cuts it.
                }
            });
            sleeper.start();
            awaitSleep();
            CommandProcess.send("INT", tap);
            assertThat(end(tap, err, 130))
                    .singleElement()
                    .asString()
                    .startsWith("Interrupted: closing the tap after ")
                    .contains("What failed in it: ", "message of type 0x51");
            sleeper.join(60_000);
        } finally {
            tap.destroyForcibly();
        }

        assertThat(read(folder.resolve("stdout")))
                .last()
                .satisfies(line -> assertThat(line.get("sql").asText()).isEqualTo("select pg_sleep(300)"))
                .satisfies(line -> assertThat(line.get("outcome").asText()).isEqualTo("UNKNOWN"));
    }

    /** Logs in, says what the protocol does not know, and waits until the tap has hung up. */
    private static void talkNonsense(int port) throws IOException {
        byte[] startup = {0, 0, 0, 16, 0, 3, 0, 0, 'u', 's', 'e', 'r', 0, 'u', 0, 0};
        byte[] tooShort = {'Q', 0, 0, 0, 3};
        try (Socket client = new Socket("127.0.0.1", port)) {
            client.setSoTimeout(60_000);
            client.getOutputStream().write(startup);
            client.getOutputStream().write(tooShort);
            client.getInputStream().readAllBytes();
        } catch (SocketException e) {
            // It has hung up.
        }
    }

    private static void awaitSleep() throws Exception {
        try (Connection connection = database.primary().connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            await(
                    "the statement sleeps",
                    () -> statement
                            .executeQuery("select from pg_stat_activity where wait_event = 'PgSleep'")
                            .next());
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what + " within 60 s").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void where_no_thread_is_left_for_a_client_others_are_served_once_there_is() throws Exception {
        Process tap = startWithFewThreads(
                "--listen", "0", "--json", folder.resolve("lines").toString());
        List<Socket> silent = new ArrayList<>();
        try (BufferedReader err = tap.errorReader()) {
            TestDatabase.Server server = listening(err);
            // Each has a thread while it says nothing, until there is none for one more.
            do {
                silent.add(new Socket("127.0.0.1", server.port()));
            } while (silent.size() < 1_000 && !isHungUpOn(silent.get(silent.size() - 1)));
            assertThat(silent).hasSizeLessThan(1_000);
            for (Socket one : silent) {
                one.close();
            }
            await("a client is served", () -> {
                try (Connection connection = server.connect("the client")) {
                    return connection.isValid(60);
                } catch (SQLException e) {
                    return false;
                }
            });
            CommandProcess.send("INT", tap);

            assertThat(end(tap, err, 130)).singleElement().asString().contains("unable to create native thread");
        } finally {
            tap.destroyForcibly();
        }
        assertThat(read(folder.resolve("lines")))
                .anySatisfy(
                        line -> assertThat(line.get("applicationName").asText()).isEqualTo("the client"));
    }

    private static boolean isHungUpOn(Socket silent) throws IOException {
        silent.setSoTimeout(50);
        try {
            return silent.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void a_connection_that_is_refused_has_a_line_and_is_told_of_at_the_end() throws Exception {
        Process tap = start("--listen", "0");
        try (BufferedReader err = tap.errorReader()) {
            TestDatabase.Server server = listening(err);
            TestDatabase.Server missing = new TestDatabase.Server(
                    "tap", server.host(), server.port(), "missing", server.user(), server.password());
            assertThatThrownBy(() -> missing.connect("the client")).isInstanceOf(SQLException.class);
            CommandProcess.send("INT", tap);

            assertThat(end(tap, err, 130))
                    .singleElement()
                    .asString()
                    .contains("after 0 connections and 0 statements. 1 connection refused, the last for "
                            + server.user() + ": 3D000 database \"missing\" does not exist.");
        } finally {
            tap.destroyForcibly();
        }
        assertThat(read(folder.resolve("stdout")))
                .singleElement()
                .satisfies(line -> assertThat(line.get("outcome").asText()).isEqualTo("REFUSED"));
    }

    @Test
    void a_full_disk_ends_it_and_says_so() throws Exception {
        Path full = Path.of("/dev/full");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(full), "there is no /dev/full here");
        Process tap = start("--listen", "0", "--json", full.toString());
        try (BufferedReader err = tap.errorReader()) {
            TestDatabase.Server server = listening(err);
            try (Connection connection = server.connect("test")) {
                // What the driver itself asks is enough.
                assertThat(connection.isValid(10)).isIn(true, false);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).startsWith("08");
            }

            assertThat(end(tap, err, 4))
                    .singleElement()
                    .asString()
                    .startsWith("Cannot write to /dev/full: No space left");
        } finally {
            tap.destroyForcibly();
        }
    }

    @Test
    void lines_that_nobody_reads_are_told_of_at_ctrl_c() throws Exception {
        Process tap = process("--listen", "0")
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        try (BufferedReader err = tap.errorReader();
                Connection connection = listening(err).connect("the client");
                Statement statement = connection.createStatement()) {
            // More than a pipe holds, and fewer lines than the tap keeps before it lets the client wait.
            for (int i = 0; i < 100; i++) {
                statement.execute("select '" + "x".repeat(10_000) + "'");
            }
            CommandProcess.send("INT", tap);

            assertThat(end(tap, err, 130))
                    .last()
                    .asString()
                    .startsWith("Cannot write to standard output: the last lines could not be written");
        } finally {
            tap.destroyForcibly();
        }
    }

    @Test
    void what_it_cannot_have_it_names() throws Exception {
        Process unwritable =
                start("--listen", "0", "--json", folder.resolve("missing/file").toString());
        try (BufferedReader err = unwritable.errorReader()) {
            assertThat(end(unwritable, err, 4)).singleElement().asString().contains("there is no such file or folder");
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Process second = start("--listen", Integer.toString(taken.getLocalPort()));
            try (BufferedReader err = second.errorReader()) {
                assertThat(end(second, err, 4))
                        .singleElement()
                        .asString()
                        .contains("127.0.0.1:" + taken.getLocalPort());
            }
        }
    }
}
