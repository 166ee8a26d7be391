package dev.rehearse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.cli.console.Console;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands have in common that go to a database by its URL. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DatabasesByUrlIT {

    private static final String LOAD = "load -f SCRIPT -t 1 --url";
    private static final String TAP = "tap --listen 0 --to 127.0.0.1:5432 --url";
    private static final String WATCH = "watch -T 1 --url";

    @TempDir
    Path folder;

    private List<String> arguments(String command, String url) throws IOException {
        Path script = folder.resolve("bench.sql");
        Files.writeString(script, "SELECT 1;\n");
        List<String> arguments = new ArrayList<>(
                List.of(command.replace("SCRIPT", script.toString()).split(" ")));
        arguments.add(url);
        return arguments;
    }

    @ParameterizedTest
    @ValueSource(strings = {LOAD, TAP, WATCH})
    void ctrl_c_while_the_server_does_not_answer_ends_it_with_a_word(String command) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Process process = CommandProcess.of(
                            arguments(command, "postgresql://me:secret@127.0.0.1:" + silent.getLocalPort() + "/shop"))
                    .start();
            silent.setSoTimeout(60_000);
            try (Socket connecting = silent.accept();
                    BufferedReader err = process.errorReader()) {
                assertThat(connecting.isConnected()).isTrue();
                CommandProcess.send("INT", process);
                List<String> lines = err.lines().toList();

                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(130);
                assertThat(lines).first().asString().startsWith("Interrupted: ");
                assertThat(String.join("\n", lines)).doesNotContain("bug", "secret", "Cannot connect");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://HOST:PORT/DB?user=USER&password=PASSWORD",
                "postgres://USER:PASSWORD@HOST:PORT/DB"
            })
    void both_forms_of_a_url_lead_there_and_the_result_can_be_on_standard_output(String form) throws Exception {
        try (TestDatabase database = DatabaseProviders.of("embedded")
                .provider()
                .start(new DatabaseRequest(18, 0, Map.of(), null, null), Progress.SILENT)) {
            TestDatabase.Server server = database.primary();
            String url = form.replace("HOST", server.host())
                    .replace("PORT", Integer.toString(server.port()))
                    .replace("DB", server.database())
                    .replace("USER", server.user())
                    .replace("PASSWORD", server.password());
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);
            for (String command : List.of(LOAD, WATCH)) {
                List<String> arguments = arguments(command, url);
                arguments.addAll(List.of("--json", "-"));
                assertThat(RehearseCommand.run(console, new FakeEngine(), arguments.toArray(new String[0])))
                        .as(err.toString())
                        .isZero();
            }

            assertThat(out.toString()).startsWith("{\n").endsWith("}\n").contains("\"operations\": 1,");
            assertThat(err.toString()).contains("Watching for lock waits");
        }
    }
}
