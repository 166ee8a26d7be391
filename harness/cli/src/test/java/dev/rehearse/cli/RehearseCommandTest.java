package dev.rehearse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.Part;
import dev.rehearse.data.profile.capture.CaptureSpec;
import dev.rehearse.report.RehearsalReport.Rollback;
import dev.rehearse.report.ReportJson;
import dev.rehearse.report.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RehearseCommandTest {

    @TempDir
    Path folder;

    private final FakeEngine engine = new FakeEngine();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write_a_plan() throws IOException {
        Files.writeString(folder.resolve("schema.sql"), "CREATE TABLE orders (id bigint PRIMARY KEY, total int);");
        Files.writeString(folder.resolve("up.sql"), "ALTER TABLE orders ALTER COLUMN total TYPE bigint;");
        Files.writeString(
                folder.resolve("rehearsal.yaml"),
                "name: widen\nschema: schema.sql\nmigration: up.sql\ndata: {rows: {orders: 1000}}\n");
    }

    private int run(String... arguments) {
        Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);
        return RehearseCommand.run(console, engine, arguments);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    void a_run_ends_with_the_verdict_and_its_exit_code(Verdict verdict) {
        SampleReport sample = new SampleReport();
        sample.verdict = verdict;
        engine.report = sample.build();

        int code = run("run", folder.toString(), "--out", path("out"));

        assertThat(code).isEqualTo(verdict.exitCode());
        assertThat(out.toString()).contains(verdict + "  widen the order total").contains(path("out/report.html"));
        assertThat(engine.folder).isEqualTo(folder.resolve("out"));
    }

    @Test
    void options_override_the_plan() {
        run(
                "run",
                folder.toString(),
                "--database=embedded",
                "--postgres=15",
                "--scale=5_000",
                "--random-seed=-3",
                "--out",
                path("out"));

        assertThat(engine.database).isEqualTo("embedded");
        assertThat(engine.rehearsal.database().version()).isEqualTo(15);
        assertThat(engine.rehearsal.data().randomSeed()).isEqualTo(-3);
        assertThat(engine.rehearsal.data().scale()).isEqualTo(5_000);
        assertThat(engine.rehearsal.data().rows()).containsEntry("orders", 50L);
    }

    @Test
    void the_database_is_auto_unless_named() {
        run("run", folder.toString(), "--out", path("out"));

        assertThat(engine.database).isEqualTo("auto");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run a b",
                "run . --postgres 13",
                "run . --postgres latest",
                "run . --scale 0",
                "run . --scale many",
                "run . --random-seed x",
                "run . --sacle 3",
                "trace",
                "report",
                "load",
                "load --url jdbc:postgresql://localhost/x -M binary",
                "load --url jdbc:postgresql://localhost/x -c many",
                "tap",
                "tap --listen 6432",
                "tap --listen 6432 --to localhost",
                "tap --listen 65536 --to localhost:5432",
                "tap --listen 0.0.0.0:6432 --to localhost:5432",
                "tap --listen [::1]:6432 --to localhost:5432",
                "tap --listen 6432 --to localhost:0",
                "tap --listen 6432 --to localhost:6432",
                "tap --listen 6432 --to 0.0.0.0:6432",
                "tap --listen 6432 --to localhost:5432 --tls sometimes",
                "tap --listen 6432 --to localhost:5432 --tls never --root-certificate x.pem",
                "data",
                "data fil",
                "data fill",
                "data fill --url jdbc:postgresql://h/d --shard 0/3",
                "data fill --url jdbc:postgresql://h/d --shard 4/3",
                "data fill --url jdbc:postgresql://h/d --rows orders",
                "data fill --url jdbc:postgresql://h/d --edge-cases 200%",
                "watch",
                "watch --url jdbc:postgresql://localhost/x -T soon",
                "load --url jdbc:postgresql://localhost/x -T 0",
                "rnu",
                "--nope"
            })
    void a_wrong_command_line_is_usage(String commandLine) {
        assertThat(run(commandLine.split(" "))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("--help'.").doesNotContain("Exception");
        assertThat(engine.rehearsal).isNull();
    }

    @Test
    void a_number_that_is_none_is_not_told_in_javas_words() {
        run("run", folder.toString(), "--random-seed", "x");

        assertThat(err.toString()).contains("--random-seed", "'x' is no whole number");
    }

    @Test
    void a_version_is_not_asked_of_a_server_that_runs_already() {
        for (String url : new String[] {"jdbc:postgresql://localhost/x", "postgresql://localhost/x"}) {
            assertThat(run("run", folder.toString(), "--postgres", "14", "--database", url))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("--postgres 14", "--database");
        }
        assertThat(engine.rehearsal).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "load --url",
                "watch --url",
                "tap --listen 0 --to localhost:5432 --url",
            })
    void a_url_of_another_kind_is_refused_in_the_same_words_and_without_its_password(String command) {
        assertThat(run((command + " mysql://me:secret@db/shop").split(" "))).isEqualTo(2);
        assertThat(err.toString())
                .contains("This is no URL of a PostgreSQL database: mysql://db/shop.")
                .contains("jdbc:postgresql://host:port/database?user=name or postgresql://name@host:port/database")
                .doesNotContain("secret");
    }

    @Test
    void no_command_shows_the_usage() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString())
                .contains("Usage: rehearse")
                .contains("doctor")
                .contains("INCONCLUSIVE");
    }

    @Test
    void a_tap_says_which_interface_it_serves() {
        run("tap", "--listen", "192.168.1.1:6432", "--to", "localhost:5432");

        assertThat(err.toString()).contains("listens on 127.0.0.1 only").contains("192.168.1.1");
    }

    @Test
    void a_misspelt_word_is_answered_with_the_right_one() {
        run("run", ".", "--sacle", "3");
        run("docter");

        assertThat(err.toString()).contains("Did you mean \"--scale\"?").contains("Did you mean \"doctor\"?");
    }

    @Test
    void a_wrong_plan_is_usage_and_lists_its_problems() throws IOException {
        Files.writeString(folder.resolve("rehearsal.yaml"), "migration: up.sql\nnmae: x\nbugdet: {}\n");

        assertThat(run("run", folder.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("rehearsal.yaml:2:1: ")
                .contains("rehearsal.yaml:3:1: ")
                .doesNotContain("Exception");
    }

    @Test
    void what_the_machine_lacks_is_told_without_a_stack_trace() {
        engine.failure = new EnvironmentException("No engine answered. Start one.");

        assertThat(run("run", folder.toString(), "--out", path("out"))).isEqualTo(4);
        assertThat(err.toString()).isEqualToIgnoringNewLines("No engine answered. Start one.");
    }

    @Test
    void a_bug_of_ours_leaves_its_stack_trace_in_a_file() throws IOException {
        engine.failure = new IllegalStateException("queue is null");

        String url = "jdbc:postgresql://db/shop?user=me&password=geheim&sslmode=prefer";
        assertThat(run("run", folder.toString(), "--out", path("out"), "--database", url))
                .isEqualTo(70);
        assertThat(err.toString())
                .contains("bug in Rehearse")
                .contains("queue is null")
                .doesNotContain("\tat ");
        String file = err.toString().replaceAll("(?s).*the file (\\S+\\.txt).*", "$1");
        assertThat(Files.readString(Path.of(file)))
                .contains("\tat dev.rehearse.cli")
                .contains("rehearse run")
                .contains("user=me&password=***&sslmode=prefer")
                .doesNotContain("geheim");
        Files.delete(Path.of(file));
    }

    @Test
    void a_bug_of_ours_is_passed_on_without_the_password_of_either_form_of_url() throws IOException {
        engine.failure = new IllegalStateException("queue is null");

        run("run", folder.toString(), "--out", path("out"), "--database", "postgresql://me:ge@heim@db/shop");

        Path file = Path.of(err.toString().replaceAll("(?s).*the file (\\S+\\.txt).*", "$1"));
        assertThat(Files.readString(file))
                .contains("postgresql://me:***@db/shop")
                .doesNotContain("heim");
        Files.delete(file);
    }

    @Test
    void a_trace_shows_what_each_statement_does() {
        int code = run("trace", path("up.sql"), "--schema", path("schema.sql"), "--scale", "1000");

        assertThat(code).isZero();
        assertThat(engine.rehearsal.schema()).hasSize(1);
        assertThat(engine.rehearsal.data().scale()).isEqualTo(1_000);
        assertThat(out.toString()).isEqualToNormalizingNewlines("""

                        V7__widen.sql:9
                             4.1 s   ALTER TABLE orders ALTER COLUMN total TYPE bigint
                                     ACCESS EXCLUSIVE on orders (table) for 4.1 s: readers and writers wait
                                     SHARE ROW EXCLUSIVE on customers (table) for 3.0 s: writers wait
                                     rewrites orders
                                     builds orders_pkey on orders

                        1 statement, 4.1 s, on PostgreSQL 18.6 in a container with 2,000,000 rows
                        """);
    }

    @Test
    void a_trace_in_which_a_statement_failed_says_so() {
        engine.trace = SampleTrace.of("55P03");

        assertThat(run("trace", path("up.sql"))).isEqualTo(1);
        assertThat(out.toString()).contains("FAILED 55P03: canceling statement due to lock timeout");
    }

    @Test
    void a_report_is_written_beside_its_recording() {
        int code = run("report", path("up.sql"));

        assertThat(code).isEqualTo(1);
        assertThat(engine.recording).isEqualTo(folder.resolve("up.sql"));
        assertThat(engine.folder).isEqualTo(folder);
    }

    @Test
    void a_filling_asks_for_what_the_options_say_and_shows_what_it_did() throws IOException {
        int code = run(
                "data",
                "fill",
                "--url=jdbc:postgresql://h/d",
                "--rows=2_000",
                "--rows=shop.orders=500",
                "--rows",
                "audit=0",
                "--random-seed=-3",
                "--edge-cases=5%",
                "--shard=2/8",
                "--verbose",
                "--json",
                path("out/filled.json"));

        assertThat(code).isZero();
        assertThat(engine.database).isEqualTo("jdbc:postgresql://h/d");
        assertThat(engine.dataset)
                .isEqualTo(new DatasetSpec(2_000, Map.of("shop.orders", 500L, "audit", 0L), -3, 0.05));
        assertThat(engine.part).isEqualTo(new Part(2, 8));
        assertThat(out.toString())
                .containsPattern("public\\.orders +1,000 +52,000 +1\\.2\\R")
                .containsPattern("in all +1,000 +52,000 +1\\.9\\R")
                .contains("public.orders.note  25.0 % NULL; empty 12")
                .contains("  Table public.version was left alone.");
        assertThat(Files.readString(folder.resolve("out/filled.json")))
                .contains("\"shard\" : \"2/8\"")
                .contains("\"empty\" : 12");
    }

    @Test
    void a_filling_needs_no_more_than_a_database() {
        assertThat(run("data", "fill", "--url", "jdbc:postgresql://h/d")).isZero();

        assertThat(engine.dataset).isEqualTo(DatasetSpec.of(10_000, 1));
        assertThat(engine.part).isEqualTo(Part.WHOLE);
        assertThat(out.toString()).doesNotContain("edge cases");
    }

    @Test
    void a_filling_as_json_on_standard_output_is_nothing_but_json() {
        assertThat(run("data", "fill", "--url", "jdbc:postgresql://h/d", "--json", "-"))
                .isZero();

        assertThat(out.toString())
                .startsWith("{")
                .endsWith("}\n")
                .contains("\"shard\" : \"1/1\"")
                .contains("\"why\" : \"Table public.version was left alone.\"");
    }

    @Test
    void a_filling_that_may_not_be_is_usage() {
        engine.failure = new InvalidRehearsalException("The database is not marked as disposable.");

        assertThat(run("data", "fill", "--url", "jdbc:postgresql://h/d")).isEqualTo(2);
        assertThat(err.toString()).isEqualToIgnoringNewLines("The database is not marked as disposable.");
    }

    @Test
    void the_schema_of_plans_is_printed() {
        assertThat(run("schema")).isZero();
        assertThat(out.toString()).startsWith("{").contains("\"longestLockWait\"");
    }

    @Test
    void shells_can_complete_the_command() {
        assertThat(run("completion")).isZero();
        assertThat(out.toString()).contains("complete -F").contains("--random-seed");
    }

    @Test
    void a_capture_passes_on_what_is_harmless_and_says_what_is_missing() throws IOException {
        int code = run(
                "data",
                "capture",
                "--url",
                "jdbc:postgresql://prod/shop",
                "--out",
                path("shop.yaml"),
                "--harmless",
                "shop.orders.status",
                "--harmless",
                "shop.orders.kind",
                "--exact",
                "--statement-timeout",
                "3");

        assertThat(code).isZero();
        assertThat(engine.database).isEqualTo("jdbc:postgresql://prod/shop");
        assertThat(engine.captured)
                .isEqualTo(
                        new CaptureSpec(Set.of("shop.orders.status", "shop.orders.kind"), true, Duration.ofSeconds(3)));
        assertThat(err.toString()).contains("missing: the workload");
        assertThat(out.toString()).contains("shop.yaml: 0 tables, 0 rows, counted, 0 statements");
        assertThat(folder.resolve("shop.yaml"))
                .content()
                .contains("rehearseProfile: ")
                .endsWith("complete: true\n");

        out.getBuffer().setLength(0);
        assertThat(run("data", "capture", "--url", "u", "--out", "-")).isZero();
        assertThat(out.toString()).isEqualTo(Files.readString(folder.resolve("shop.yaml")));
        assertThat(err.toString()).contains("\n0 tables, 0 rows, counted, 0 statements. Review it before it leaves.");
        assertThat(run("data", "capture", "--url", "u", "--out", "f", "--statement-timeout", "0"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'0' is no number of seconds");
    }

    @Test
    void init_writes_a_plan_that_run_reads_and_keeps_one_that_is_there() throws IOException {
        Path migrations = Files.createDirectories(folder.resolve("db/migrations"));
        for (String name : new String[] {"1_init", "2_expand", "3_contract"}) {
            Files.writeString(migrations.resolve(name + ".sql"), "-- migrate:up\nSELECT 1;\n");
        }

        assertThat(run("init", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("There is a plan already").contains("--force");
        assertThat(run("init", folder.toString(), "--force", "--from", "1_init"))
                .isZero();
        assertThat(out.toString())
                .contains("rehearsal.yaml: dbmate, from 1_init (1 migration)\n")
                .contains("pending  2_expand")
                .contains("pending  3_contract")
                .contains("next     rehearse run " + folder);
        assertThat(err.toString()).contains("note: dbmate cannot take back 2_expand, 3_contract");

        run("run", folder.toString(), "--out", path("out"));

        assertThat(engine.rehearsal.migration().project()).isNotNull();
    }

    @Test
    void init_takes_a_repository_with_names_that_the_machine_s_encoding_lacks() throws Exception {
        Path project = Files.createDirectories(folder.resolve("project"));
        String script =
                "mkdir migrations && echo 'SELECT 1;' > migrations/1_a.sql && touch \"$(printf 'stra\\303\\237e.txt')\""
                        + " && git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -q -m first"
                        + " && echo 'SELECT 2;' > migrations/2_b.sql";
        assertThat(new ProcessBuilder("sh", "-c", script)
                        .directory(project.toFile())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        ProcessBuilder command = CommandProcess.of(List.of("init", project.toString()));
        command.environment().put("LC_ALL", "C");
        Process init = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();

        assertThat(new String(init.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("from 1_a.sql (1 migration)\n  pending  2_b.sql\n");
    }

    @Test
    void every_command_explains_itself() {
        for (String command : new String[] {
            "init",
            "run",
            "trace",
            "report",
            "compare",
            "predict",
            "load",
            "tap",
            "watch",
            "data",
            "doctor",
            "schema",
            "completion"
        }) {
            assertThat(run(command, "--help")).as(command).isZero();
            assertThat(out.toString()).contains("Usage: rehearse " + command);
        }
        assertThat(run("data", "fill", "--help")).isZero();
        assertThat(out.toString()).contains("Usage: rehearse data fill").contains("rehearse: disposable db");
    }

    private void reportOf(String run, double rollbackMillis) throws IOException {
        SampleReport sample = new SampleReport();
        sample.rollback = new Rollback(true, "SUCCEEDED", rollbackMillis, true, List.of(), 0, 0, List.of(), null);
        Files.createDirectories(folder.resolve(run));
        Files.writeString(folder.resolve(run).resolve("report.json"), ReportJson.render(sample.build()));
    }

    @Test
    void a_run_that_is_worse_than_the_earlier_ones_fails_and_says_in_what() throws IOException {
        reportOf("monday", 300);
        reportOf("tuesday", 400);
        reportOf("wednesday", 900);

        int code = run("compare", path("monday"), path("tuesday"), path("wednesday/report.json"));

        assertThat(code).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("WORSE  widen the order total, against 2 earlier runs")
                .containsPattern("rollback +350 ms \\(300 ms to 400 ms\\) +900 ms +worse");
        assertThat(run("compare", path("monday"), path("tuesday"))).isZero();
        assertThat(run("compare", "--newest", "2", path("monday"), path("tuesday"), path("wednesday")))
                .as("Tuesday was none")
                .isZero();
        assertThat(run("compare", path("tuesday"), path("wednesday"), "--tolerance", "200%"))
                .isZero();
    }

    @Test
    void a_comparison_can_be_had_as_json_and_as_a_page() throws IOException {
        reportOf("monday", 300);
        reportOf("tuesday", 900);
        Path page = folder.resolve("pages/trends.html");

        int code = run("compare", path("monday"), path("tuesday"), "--json", "-", "--html", page.toString());

        assertThat(code).isEqualTo(1);
        JsonNode written = new ObjectMapper().readTree(out.toString());
        assertThat(written.path("outcome").asText()).isEqualTo("WORSE");
        assertThat(written.path("runs").path(1).path("folder").asText()).isEqualTo(path("tuesday"));
        assertThat(page).content().contains("<title>WORSE: widen the order total</title>");

        out.getBuffer().setLength(0);
        Path json = folder.resolve("trends.json");
        assertThat(run("compare", path("monday"), path("tuesday"), "--json", json.toString()))
                .isEqualTo(1);
        assertThat(out.toString()).startsWith("WORSE");
        assertThat(new ObjectMapper().readTree(json.toFile())).isEqualTo(written);
        assertThat(run("compare", path("monday"), path("tuesday"), "--html", path("up.sql/trends.html")))
                .isEqualTo(4);
        assertThat(err.toString()).contains("The comparison could not be written to " + path("up.sql/trends.html"));
    }

    @Test
    void a_page_goes_to_standard_output_as_json_does_but_not_both() throws IOException {
        reportOf("monday", 300);
        reportOf("tuesday", 900);
        Files.writeString(folder.resolve("tuesday/report.html"), "");

        assertThat(run("compare", path("monday"), path("tuesday"), "--html", "-"))
                .isEqualTo(1);
        assertThat(out.toString())
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n")
                .contains(Path.of("").toAbsolutePath().relativize(folder.resolve("tuesday/report.html")) + "\"");

        out.getBuffer().setLength(0);
        assertThat(run("compare", path("monday"), path("tuesday"), "--html", "-", "--json", "-"))
                .isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("--json and --html cannot both go to standard output. Name a file");
    }

    @Test
    void a_text_that_standard_output_does_not_take_is_not_taken_for_written() throws IOException {
        reportOf("monday", 300);
        reportOf("tuesday", 300);
        PrintWriter full = new PrintWriter(out);
        full.close();
        Console console = new Console(full, new PrintWriter(err, true), false, false, 100);

        for (String commandLine : List.of(
                "compare " + path("monday") + " " + path("tuesday") + " --html -",
                "compare " + path("monday") + " " + path("tuesday") + " --json -",
                "data capture --url u --out -")) {
            err.getBuffer().setLength(0);
            assertThat(RehearseCommand.run(console, engine, commandLine.split(" ")))
                    .as(commandLine)
                    .isEqualTo(4);
            assertThat(err.toString())
                    .contains("Cannot write to standard output")
                    .doesNotContain("Review it");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run . --out -",
                "report . --out -",
                "load --url u --hdr-log -",
                "data anonymize --from a.dump --to -",
                "init --plan -"
            })
    void what_is_no_single_text_is_not_written_to_standard_output_nor_to_a_file_that_is_called_so(String commandLine) {
        assertThat(run(commandLine.split(" "))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).containsAnyOf("'-' stands for standard output", "--to - is no target", "--plan");
        assertThat(Path.of("-")).doesNotExist();
    }

    @Test
    void what_cannot_be_compared_is_neither_good_nor_bad() throws IOException {
        reportOf("monday", 300);

        assertThat(run("compare", path("monday"))).isEqualTo(3);
        assertThat(run("compare", path("monday"), path("sunday"))).isEqualTo(2);
        assertThat(err.toString()).contains("There is no report " + path("sunday"));
        Files.createDirectories(Path.of(path("saturday")));
        assertThat(run("compare", path("monday"), path("saturday"))).isEqualTo(2);
        assertThat(err.toString()).contains("that run did not end");
        assertThat(run("compare", path("monday"), path("up.sql"))).isEqualTo(2);
        assertThat(err.toString()).contains(path("up.sql") + ": This is no report of a rehearsal");
        assertThat(run("compare", path("monday"), "--newest", "2")).isEqualTo(2);
        assertThat(run("compare", path("monday"), path("monday"), "--tolerance", "much"))
                .isEqualTo(2);
    }

    @Test
    void runs_that_cannot_tell_another_size_say_what_it_takes() throws IOException {
        reportOf("monday", 300);

        assertThat(run("predict", path("monday"), "--rows", "2_000_000")).isEqualTo(3);
        assertThat(out.toString())
                .startsWith("CANNOT TELL  widen the order total at 2,000,000 ")
                .contains("3 sizes");
        assertThat(run("predict", path("monday"))).isEqualTo(2);
        assertThat(err.toString()).contains("--rows");
        Files.createDirectories(Path.of(path("saturday")));
        assertThat(run("predict", path("saturday"), "--rows", "2_000_000")).isEqualTo(2);
        assertThat(err.toString()).contains("None of these runs ended");
    }

    @Test
    void a_plan_is_run_at_four_sizes_and_those_that_ended_are_not_run_again() throws IOException {
        Files.writeString(
                folder.resolve("rehearsal.yaml"),
                "name: widen\nschema: schema.sql\nmigration: up.sql\ndata: {rows: {orders: 400_000}}\n");
        assertThat(run("predict", "--plan", folder.toString(), "--rows", "20_000_000", "--postgres", "16"))
                .isEqualTo(3);

        assertThat(engine.rehearsed)
                .extracting(plan -> plan.data().rows().get("orders"))
                .containsExactly(156_250L, 312_500L, 625_000L, 1_250_000L);
        assertThat(engine.rehearsed)
                .allSatisfy(plan -> assertThat(plan.database().version()).isEqualTo(16));
        assertThat(err.toString())
                .contains("Run 1 of 4, 156,250 rows\n")
                .containsPattern("Run 4 of 4, 1,250,000 rows, at most .* left for all\n");
        // The fake runs wrote nothing, so their folders are gone again.
        assertThat(Path.of("reports/sizes")).doesNotExist();

        engine.rehearsed.clear();
        reportOf("ended", 300);
        run("predict", "--plan", folder.toString(), "--rows", "32_000_000", path("ended"));
        assertThat(engine.rehearsed)
                .extracting(plan -> plan.data().rows().get("orders"))
                .containsExactly(250_000L, 500_000L, 1_000_000L);
    }

    @Test
    void a_plan_whose_rows_do_not_follow_the_size_is_told_after_the_first_run() {
        SampleReport small = new SampleReport();
        small.rows = 700_000;
        engine.report = small.build();
        assertThat(run("predict", "--plan", folder.toString(), "--rows", "200_000_000"))
                .isEqualTo(2);

        assertThat(engine.rehearsed).hasSize(1);
        assertThat(err.toString()).contains("1,562,500 rows were asked for, but the largest table had 700,000");
    }

    @Test
    void a_prediction_chooses_sizes_and_databases_itself() {
        assertThat(run("predict", "--plan", folder.toString(), "--rows", "20_000_000", "--scale", "5"))
                .isEqualTo(2);
        assertThat(run(
                        "predict",
                        "--plan",
                        folder.toString(),
                        "--rows",
                        "20_000_000",
                        "--database",
                        "postgresql://localhost/db"))
                .isEqualTo(2);
        assertThat(run("predict", "--rows", "20_000_000")).isEqualTo(2);
        assertThat(engine.rehearsed).isEmpty();
        assertThat(err.toString())
                .contains(
                        "--scale does not go with", "names one database", "Name runs to predict from, or with --plan");
    }
}
