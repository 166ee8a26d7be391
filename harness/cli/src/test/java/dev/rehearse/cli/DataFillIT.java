package dev.rehearse.cli;

import static dev.rehearse.cli.TestSql.execute;
import static dev.rehearse.cli.TestSql.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.engine.CoreEngine;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.choice.DatabaseProviders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code rehearse data fill} on a server that the test started, which to the command is somebody else's. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DataFillIT {

    private static TestDatabase ours;

    @TempDir
    private static Path folderOfTheTest;

    @BeforeAll
    static void start() {
        ours = DatabaseProviders.embedded()
                .start(
                        new DatabaseRequest(DatabaseRequest.NEWEST, 0, Map.of("fsync", "off"), null, null),
                        Progress.SILENT);
    }

    @AfterAll
    static void stop() {
        ours.close();
    }

    private record Outcome(int code, String out, String err) {}

    private static Outcome fill(String database, String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);
        int code = RehearseCommand.run(
                console, new CoreEngine(), command(database, options).toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }

    private static List<String> command(String database, String... options) {
        Server server = ours.primary();
        List<String> command = new ArrayList<>(List.of(
                "data",
                "fill",
                "--url",
                "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database + "?user=" + server.user()
                        + "&password=" + server.password()));
        command.addAll(List.of(options));
        return command;
    }

    private static Server database(String name) throws SQLException {
        Server server = ours.primary();
        execute(server, "CREATE DATABASE " + name);
        Server database = new Server("primary", server.host(), server.port(), name, server.user(), server.password());
        execute(database, """
                CREATE TABLE customer (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, note text);
                CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, placed_at timestamptz NOT NULL);
                CREATE INDEX ON orders (customer_id);""");
        return database;
    }

    private static Server disposable(String name) throws SQLException {
        Server database = database(name);
        execute(database, "COMMENT ON DATABASE " + name + " IS 'rehearse: disposable " + name + "'");
        return database;
    }

    @Test
    void the_owner_of_a_database_and_its_tables_may_fill_it_and_need_be_no_superuser() throws SQLException {
        Server database = disposable("owned");
        execute(database, """
                CREATE ROLE clerk LOGIN PASSWORD 'clerk';
                ALTER TABLE customer OWNER TO clerk;
                ALTER TABLE orders OWNER TO clerk;
                ALTER DATABASE owned OWNER TO clerk;""");

        int code = RehearseCommand.run(
                new Console(
                        new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), false, false, 100),
                new CoreEngine(),
                "data",
                "fill",
                "--rows",
                "50",
                "--url",
                "jdbc:postgresql://" + database.host() + ":" + database.port() + "/owned?user=clerk&password=clerk");

        assertThat(code).isZero();
        assertThat(value(database, "SELECT count(*) FROM orders")).isEqualTo("50");
    }

    @Test
    void a_database_that_nobody_marked_or_that_somebody_uses_is_not_touched() throws SQLException {
        Server database = database("unmarked");

        Outcome unmarked = fill("unmarked");
        execute(database, "COMMENT ON DATABASE unmarked IS 'rehearse: disposable unmarked'");
        Outcome used;
        try (Connection other = database.connect("psql")) {
            used = fill("unmarked");
            assertThat(other.isValid(5)).isTrue();
        }

        assertThat(unmarked.code).isEqualTo(2);
        assertThat(unmarked.err).contains("not marked as disposable").contains("COMMENT ON DATABASE \"unmarked\"");
        assertThat(used.code).isEqualTo(2);
        assertThat(used.err).contains("Others are connected").contains("application psql");
        assertThat(value(database, "SELECT count(*) FROM orders")).isEqualTo("0");
    }

    @Test
    void what_was_filled_is_shown_and_written() throws SQLException, IOException {
        Server database = disposable("filled");
        execute(database, "CREATE TABLE version (id integer PRIMARY KEY); INSERT INTO version VALUES (1)");
        Path json = folderOfTheTest.resolve("out/filled.json");

        Outcome outcome = fill(
                "filled",
                "--rows",
                "3000",
                "--rows",
                "customer=50",
                "--verbose",
                "--nulls",
                "customer.note=0",
                "--dirt",
                "customer: not null (note)=3",
                "--dead-rows",
                "25%",
                "--bloat",
                "0.5",
                "--json",
                json.toString());

        assertThat(outcome.code).as(outcome.err).isZero();
        assertThat(outcome.out)
                .containsPattern("public\\.customer +50 ")
                .containsPattern("public\\.orders +3,000 ")
                .containsPattern("in all +3,050 ")
                .contains("Table public.customer has 3 rows that break not null (note).")
                .containsPattern(
                        "Table public.orders is aged: (4[5-9]|5.) % of its pages are free space and dead rows, [\\d,]+ of its row versions");
        assertThat(Files.readString(json).replaceAll("\\s+", ""))
                .contains(
                        "\"dirt\":[{\"table\":\"public.customer\",\"breaks\":\"notnull(note)\",\"rowsAsked\":3,\"rows\":3}]")
                .containsPattern(
                        "\"aged\":\\[\\{\"table\":\"public.orders\",\"bloatShare\":0\\.(4[5-9]|5).*,\"deadRows\":[1-9]")
                .contains(
                        "\"refused\":[{\"table\":\"public.version\",\"column\":null,\"why\":\"Tablepublic.versionwasleftalone:");
        assertThat(value(database, "SELECT count(*) FROM customer WHERE note IS NULL"))
                .isEqualTo("3");
        assertThat(value(database, "SELECT (SELECT count(*) FROM customer) || ' ' || count(*) FROM orders"))
                .isEqualTo("50 3000");
    }

    @Test
    void shards_fill_one_database_at_once() throws Exception {
        Server database = disposable("sharded");
        List<CompletableFuture<Outcome>> shards = new ArrayList<>();
        for (int shard = 1; shard <= 3; shard++) {
            String option = shard + "/3";
            shards.add(CompletableFuture.supplyAsync(() -> fill("sharded", "--rows", "30_000", "--shard", option)));
        }

        for (CompletableFuture<Outcome> shard : shards) {
            Outcome outcome = shard.get(2, TimeUnit.MINUTES);
            assertThat(outcome.code).as(outcome.err).isZero();
            assertThat(outcome.out).containsPattern("public\\.orders +10,000 ");
        }
        assertThat(value(database, "SELECT count(*) FROM orders")).isEqualTo("30000");
        assertThat(value(database, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"))
                .isEqualTo("1");
    }

    @Test
    void an_unknown_server_is_the_environments_fault() {
        StringWriter err = new StringWriter();
        Console console =
                new Console(new PrintWriter(new StringWriter()), new PrintWriter(err, true), false, false, 100);

        int code = RehearseCommand.run(
                console, new CoreEngine(), "data", "fill", "--url", "jdbc:postgresql://127.0.0.1:1/nowhere?user=me");

        assertThat(code).isEqualTo(4);
        assertThat(err.toString()).contains("Cannot connect to nowhere at 127.0.0.1:1 as me");
    }

    @Test
    void an_interrupt_ends_it_and_says_that_the_database_is_not_whole() throws Exception {
        Server database = disposable("cut_short");
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                RehearseCommand.class.getName()));
        command.addAll(command("cut_short", "--rows", "20_000_000"));
        Process process = new ProcessBuilder(command).start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader err = process.errorReader()) {
            boolean sent = false;
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                lines.add(line);
                if (!sent && line.contains("loading ")) {
                    sent = true;
                    send("INT", process.pid());
                }
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).as(String.join("\n", lines)).isEqualTo(130);
        assertThat(lines).last().asString().startsWith("Interrupted: the database is not whole.");
        awaitNone(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = 'cut_short' AND application_name LIKE 'rehearse%'");
        Outcome again = fill("cut_short", "--rows", "20_000_000");
        assertThat(again.code).isEqualTo(2);
        assertThat(again.err).contains("the database is not whole");
        assertThatNoRehearsalTakesItForWhole("cut_short");
    }

    /** A session ends some time after its client has. */
    private static void awaitNone(String count) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!value(ours.primary(), count).equals("0")) {
            assertThat(System.nanoTime()).as("a minute passed: " + count).isLessThan(deadline);
        }
    }

    private static void assertThatNoRehearsalTakesItForWhole(String database) throws IOException {
        Path folder = Files.createDirectory(folderOfTheTest.resolve("rehearsal"));
        Files.writeString(folder.resolve("up.sql"), "ALTER TABLE orders ADD COLUMN total bigint;");
        Files.writeString(folder.resolve("rehearsal.yaml"), "migration: up.sql\n");
        StringWriter err = new StringWriter();
        Console console =
                new Console(new PrintWriter(new StringWriter()), new PrintWriter(err, true), false, false, 100);

        int code = RehearseCommand.run(
                console,
                new CoreEngine(),
                "run",
                folder.toString(),
                "--out",
                folder.resolve("out").toString(),
                "--database",
                command(database).get(3));

        assertThat(code).as(err.toString()).isEqualTo(2);
        assertThat(err.toString()).contains("the database is not whole");
    }

    private static void send(String signal, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
