package dev.rehearse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C and SIGTERM, as a user sends them, to the command in a process of its own. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class InterruptionIT {

    private static final Duration TO_CLEAN_UP = Duration.ofSeconds(60);

    /** Not a private folder: the server may run as another user than we. */
    private Path folder;

    private Path home;

    @BeforeEach
    void write_a_plan() throws IOException {
        folder = Files.createTempDirectory("rehearse-interruption-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        home = folder.resolve("home");
        write("schema.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text NOT NULL);");
        write("up.sql", "SELECT pg_sleep(60); ALTER TABLE orders ADD COLUMN total bigint;");
        write("rehearsal.yaml", """
                schema: schema.sql
                migration: up.sql
                data: { rows: { orders: 2_000 } }
                workload: { rate: 50/s, warmUp: 100ms, baseline: 1s }
                """);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @AfterEach
    void remove_the_folder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"PROVISION, TERM, 143", "LOAD, INT, 130", "MIGRATE, TERM, 143"})
    void a_signal_ends_the_run_with_one_line_and_leaves_nothing(String phase, String signal, int exitCode)
            throws IOException, InterruptedException {
        if (phase.equals("LOAD")) {
            Path plan = folder.resolve("rehearsal.yaml");
            Files.writeString(plan, Files.readString(plan).replace("2_000", "20_000_000"));
        }
        Process run = start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader err = run.errorReader()) {
            boolean sent = false;
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                lines.add(line);
                if (!sent && line.contains(" " + phase + " ")) {
                    sent = true;
                    CommandProcess.send(signal, run);
                }
            }
            assertThat(run.waitFor(TO_CLEAN_UP.toSeconds(), TimeUnit.SECONDS))
                    .as("ended; it said " + lines)
                    .isTrue();
        } finally {
            run.destroyForcibly();
        }

        assertThat(run.exitValue()).as(String.join("\n", lines)).isEqualTo(exitCode);
        assertThat(lines).last().asString().startsWith("Interrupted: there is no verdict.");
        assertThat(lines)
                .filteredOn(line -> line.matches(" *[0-9.]+ s  [A-Z_]+ .*"))
                .last()
                .asString()
                .contains(" " + phase + " ");
        assertThat(folder.resolve("stdout")).isEmptyFile();
        assertThat(home.resolve("runs")).isEmptyDirectory();
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(reportsOfBugs()).isEmpty();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine())
                        .flatMap(Optional::stream)
                        .filter(command -> command.contains(home.toString())))
                .isEmpty();
    }

    /** What {@link Failures} wrote about this run. */
    private List<Path> reportsOfBugs() throws IOException {
        List<Path> reports = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "rehearse-bug-*.txt")) {
            for (Path file : files) {
                if (Files.readString(file).contains(folder.toString())) {
                    reports.add(file);
                }
            }
        }
        return reports;
    }

    private Process start() throws IOException {
        ProcessBuilder builder = CommandProcess.of(List.of(
                "run",
                folder.toString(),
                "--database=embedded",
                "--out",
                folder.resolve("out").toString()));
        builder.environment().put("REHEARSE_HOME", home.toString());
        return builder.redirectOutput(folder.resolve("stdout").toFile()).start();
    }
}
