package dev.rehearse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.cli.console.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anything connects. */
class LoadCommandTest {

    /** Nobody listens there. */
    private static final String NOWHERE = "jdbc:postgresql://127.0.0.1:1/x?user=u&password=secret";

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    private int run(String url, String... more) {
        Console console =
                new Console(new PrintWriter(new StringWriter(), true), new PrintWriter(err, true), false, false, 100);
        List<String> arguments = new ArrayList<>(List.of("load", "--url", url));
        arguments.addAll(List.of(more));
        return RehearseCommand.run(console, new FakeEngine(), arguments.toArray(new String[0]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-c 0;-c 0 is no number of clients",
                "-D x;-D x defines nothing. Say -D NAME=VALUE",
                "-R 0;must be more than 0/s",
                "-R fast;\"fast\" in the rate \"fast\" is not understood. Say 400",
                "-R day:5..50 -t 5;needs -T: a day is as long as the run",
                "--connection-timeout 5;needs -R",
                "--replay nowhere.csv;The log nowhere.csv cannot be read",
                "--replay nowhere.csv -R 5;from the log. Leave -R out",
                "--replay nowhere.csv -c 4 --arrivals constant;from the log. Leave -c, --arrivals out",
                "--replay nowhere.csv --protocol prepared --random-seed 7;from the log. Leave -M, --random-seed out",
                "--replay nowhere.csv -s 5 -D a=1 --max-tries 2;from the log. Leave -D, -s, --max-tries out",
                "--replay nowhere.csv --span 24h;The log nowhere.csv cannot be read",
                "--speed 2;there is no log or export. Leave --speed out",
                "--replay-writes --span 24h;Leave --span, --replay-writes out",
                "--log-database shop --log-line-prefix %m;Leave --log-line-prefix, --log-database out",
                "--arrivals constant;--arrivals needs -R",
                "--max-tries -1;is no number of tries",
                "--replay nowhere.csv --speed 0;is no speed",
                "-R 5 --arrivals often;there are poisson and constant",
                "-T 0;is no length",
                "-t 0;is no number of operations",
                "-t 5 -T 5;exclude each other",
                "-t 5 --max-tries 0;needs -T",
                "-b select-onyl;Did you mean \"select-only\"?",
                "-b select-only@x;no weight",
                "-b select-only@0;nothing to run",
                "-f nowhere.sql;nowhere.sql cannot be read"
            })
    void a_wrong_value_is_refused_with_what_to_say(String options, String problem) {
        assertThat(run(NOWHERE, options.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(problem).doesNotContain("Exception:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-s 5 -t 3;from the export; --speed changes the rate. Leave -t, -s out",
                "-D a=1 -R 5;Leave -R, -D out",
                "--log-database shop --log-line-prefix %m;Leave --log-line-prefix, --log-database out",
                "-M simple;which the simple protocol has not",
                "--max-tries -1;is no number of tries",
                "--replay nowhere.csv;one export by itself"
            })
    void what_an_export_does_not_use_is_refused(String options, String problem) throws IOException {
        Path export = folder.resolve("statements.csv");
        Files.writeString(export, "query,calls\nSELECT 1,1\n");
        List<String> all = new ArrayList<>(List.of("--replay", export.toString()));
        all.addAll(List.of(options.split(" ")));

        assertThat(run(NOWHERE, all.toArray(new String[0]))).isEqualTo(2);
        assertThat(err.toString()).contains(problem).doesNotContain("Exception:");
    }

    @Test
    void a_span_is_refused_with_what_the_file_is_not() throws IOException {
        Path log = folder.resolve("shop.log");
        Files.writeString(log, "2026-11-22 10:15:01.000 UTC [2] LOG:  statement: SELECT 1\n");

        assertThat(run(NOWHERE, "--replay", log.toString(), "--span", "24h")).isEqualTo(2);
        assertThat(err.toString())
                .contains(log + " is none: its first line does not name the columns query and calls")
                .contains("leave --span out");
    }

    @Test
    void a_wrong_script_is_refused_with_its_line() throws IOException {
        Path script = folder.resolve("bench.sql");
        Files.writeString(script, "SELECT 1;\n\\sett x 1\n");

        assertThat(run(NOWHERE, "-f", script + "@3")).isEqualTo(2);
        assertThat(err.toString()).contains(script + ":2:").contains("Did you mean \"set\"?");
    }

    @ParameterizedTest
    @CsvSource({
        "mysql://localhost/x",
        "localhost",
        "jdbc:mysql://u:secret@localhost/x",
        "postgresql://u:secret@local host/x"
    })
    void a_url_of_something_else_is_refused(String url) {
        assertThat(run(url, "-f", "/dev/null")).isEqualTo(2);
        assertThat(run(url)).isEqualTo(2);
        assertThat(err.toString())
                .contains("This is no URL of a PostgreSQL database")
                .doesNotContain("secret");
    }

    @Test
    void a_server_that_is_not_there_is_the_environments_fault_and_keeps_the_password() {
        assertThat(run(NOWHERE)).isEqualTo(4);
        assertThat(err.toString())
                .contains("Cannot connect to jdbc:postgresql://127.0.0.1:1/x")
                .doesNotContain("secret");
    }

    @Test
    void a_result_stays_until_there_is_another() throws IOException {
        Path earlier = Files.writeString(folder.resolve("earlier.json"), "{}");
        Path none = folder.resolve("none.json");

        assertThat(run(NOWHERE, "--json", earlier.toString())).isEqualTo(4);
        assertThat(run(NOWHERE, "--json", none.toString())).isEqualTo(4);

        assertThat(err.toString()).contains("Cannot connect to");
        assertThat(earlier).hasContent("{}");
        assertThat(none).doesNotExist();
    }

    @Test
    void a_file_that_cannot_be_written_shows_before_the_run() {
        assertThat(run(NOWHERE, "--json", folder.resolve("none/r.json").toString()))
                .isEqualTo(4);
        assertThat(run(NOWHERE, "--hdr-log", folder.resolve("none/r.hlog").toString()))
                .isEqualTo(4);
        assertThat(err.toString())
                .contains("Cannot write to", "Cannot write the histograms to")
                .doesNotContain("Cannot connect");
    }
}
