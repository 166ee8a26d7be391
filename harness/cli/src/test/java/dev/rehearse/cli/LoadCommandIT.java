package dev.rehearse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.Progress;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code rehearse load} against a server. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LoadCommandIT {

    private static TestDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start_a_server() {
        database = DatabaseProviders.of("embedded")
                .provider()
                .start(new DatabaseRequest(18, 0, Map.of(), null, null), Progress.SILENT);
    }

    @AfterAll
    static void stop_it() {
        database.close();
    }

    private static String url() {
        TestDatabase.Server server = database.primary();
        return "postgresql://" + server.user() + ":" + server.password() + "@" + server.host() + ":" + server.port()
                + "/" + server.database();
    }

    private Path script(String text) throws IOException {
        Path script = folder.resolve("bench.sql");
        Files.writeString(script, text);
        return script;
    }

    @Test
    void the_result_is_told_and_written_as_one_object() throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);
        Path json = folder.resolve("result.json");
        Path script = script("\\set x random(0, 3)\nSELECT 1 / :x;\n");

        int code = RehearseCommand.run(
                console,
                new FakeEngine(),
                "load",
                "--url",
                url(),
                "-f",
                script + "@2",
                "-c",
                "2",
                "-R",
                "200",
                "-T",
                "1",
                "-M",
                "prepared",
                "--random-seed",
                "7",
                "--json",
                json.toString());

        assertThat(code).as(err.toString()).isZero();
        JsonNode result = new ObjectMapper().readTree(Files.readString(json));
        assertThat(result.get("planned").asLong()).isEqualTo(200);
        assertThat(result.get("operations").asLong()
                        + result.get("errorsBySqlState").get("22012").asLong())
                .isEqualTo(200);
        assertThat(result.get("errorsBySqlState").get("22012").asLong()).isBetween(25L, 80L);
        assertThat(result.get("seconds").asDouble()).isGreaterThan(0.9);
        assertThat(result.get("tps").asDouble())
                .isCloseTo(
                        result.get("operations").asLong()
                                / result.get("seconds").asDouble(),
                        withinPercentage(1));
        for (String times : List.of("responseMillis", "serviceMillis", "lateMillis")) {
            for (String percentile : List.of("p50", "p90", "p99", "p999", "max")) {
                assertThat(result.get(times).get(percentile).isNumber())
                        .as(times)
                        .isTrue();
            }
        }
        assertThat(out.toString())
                .contains("planned 200 = succeeded")
                .contains("random seed 7")
                .contains("error 22012");
    }

    @Test
    void results_that_standard_output_does_not_take_are_no_success() throws IOException {
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        StringWriter err = new StringWriter();
        Console console = new Console(new PrintWriter(full), new PrintWriter(err, true), false, false, 100);

        int code = RehearseCommand.run(
                console,
                new FakeEngine(),
                "load",
                "--url",
                url(),
                "-f",
                script("SELECT 1;\n").toString(),
                "-R",
                "100",
                "-t",
                "1");

        assertThat(code).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(err.toString()).contains("Cannot write to standard output", "The results are not there.");
    }

    @Test
    void ctrl_c_ends_it_with_the_results_so_far() throws IOException, InterruptedException {
        Path json = folder.resolve("result.json");
        Process load = CommandProcess.of(List.of(
                        "load",
                        "--url",
                        url(),
                        "-f",
                        script("\\set x debug(:client_id)\nSELECT pg_sleep(0.01);\n")
                                .toString(),
                        "-T",
                        "600",
                        "--json",
                        json.toString()))
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader err = load.errorReader()) {
            int begun = 0;
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                lines.add(line);
                // Whoever begins a second time has done it once.
                if (line.startsWith("debug: int 0") && ++begun == 2) {
                    CommandProcess.send("INT", load);
                }
            }
            assertThat(load.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            load.destroyForcibly();
        }

        assertThat(load.exitValue()).isEqualTo(130);
        assertThat(lines).contains("Interrupted: the results so far.");
        assertThat(Files.readString(folder.resolve("out"))).contains("planned").contains("response");
        JsonNode result = new ObjectMapper().readTree(Files.readString(json));
        assertThat(result.get("interrupted").asBoolean()).isTrue();
        assertThat(result.get("operations").asLong()).isPositive();
    }
}
