package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clients that come with PostgreSQL (Debian's, of 15) speak to the server through the tap as they do without it. */
class WiretapClientsIT {

    private static final Path CLIENTS = Path.of("/usr/lib/postgresql/15/bin");

    private TestDatabase.Server server;
    private HeardStatements heard;
    private Wiretap tap;

    @TempDir
    private Path folder;

    /** What a client printed, on both streams, and how it ended. */
    private record Ran(int exit, String output) {}

    @BeforeEach
    void listen() throws SQLException {
        Assumptions.assumeTrue(
                Files.isExecutable(CLIENTS.resolve("pgbench")), "PostgreSQL's clients are not installed");
        server = Servers.fresh(15);
        heard = new HeardStatements();
        tap = Wiretap.listen(server, new RunClock(), heard);
    }

    @AfterEach
    void close() {
        if (tap != null) {
            tap.close();
            assertThat(tap.failures()).isEmpty();
        }
    }

    private Ran run(String client, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(CLIENTS.resolve(client).toString()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment().put("PGPORT", Integer.toString(tap.port()));
        builder.environment().put("PGUSER", Servers.MIGRATOR);
        builder.environment().put("PGPASSWORD", Servers.PASSWORD);
        builder.environment().put("PGDATABASE", server.database());
        builder.directory(folder.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(client + " did not end in 60 s: " + Files.readString(output));
        }
        return new Ran(process.exitValue(), Files.readString(output));
    }

    @Test
    void psql_runs_scripts_copies_and_sees_no_debug_messages() throws Exception {
        String script = """
                create table t (id int, note text);
                \\copy t from 'in.txt'
                \\copy t to 'out.txt'
                do $$ begin raise notice 'seen'; end $$;
                select count(*) from t;
                \\gdesc
                select 1 / 0;
                """;
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            lines.append(i).append("\tline é ").append(i).append('\n');
        }
        Files.writeString(folder.resolve("in.txt"), lines, StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("s.sql"), script);

        Ran ran = run("psql", "-X", "-f", "s.sql");

        assertThat(ran.exit()).isZero();
        assertThat(ran.output())
                .contains("NOTICE:  seen", "10000", "division by zero")
                .doesNotContain("DEBUG", "LOG:");
        assertThat(Files.readString(folder.resolve("out.txt"))).isEqualTo(lines.toString());
        assertThat(heard.startingWith("COPY  t FROM STDIN").rows()).isEqualTo(10_000);
        assertThat(heard.startingWith("select 1 / 0").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(heard.startingWith("create table t").notices()).isNotEmpty();
    }

    @Test
    void psql_gets_no_more_than_it_asks_for_and_the_tap_hears_all() throws Exception {
        Files.writeString(folder.resolve("s.sql"), """
                create table t (id int);
                set client_min_messages = warning;
                alter table t alter column id type bigint;
                do $$ begin raise notice 'quiet'; raise warning 'loud'; end $$;
                """);

        Ran ran = run("psql", "-X", "-f", "s.sql");

        assertThat(ran.output()).contains("WARNING:  loud", "SET").doesNotContain("quiet", "DEBUG");
        assertThat(heard.startingWith("set client_min_messages = warning").outcome())
                .isEqualTo(Outcome.SUCCEEDED);
        assertThat(heard.startingWith("alter table t").notices())
                .anySatisfy(notice -> assertThat(notice.text()).startsWith("rewriting table \"t\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "prepared"})
    void pgbench_finds_a_server_and_the_tap_counts_its_transactions(String mode) throws Exception {
        assertThat(run("pgbench", "-i", "-s", "1", "-q").exit()).isZero();
        int before = heard.ended.size();

        Ran ran = run("pgbench", "-n", "-M", mode, "-c", "4", "-j", "2", "-t", "50");

        assertThat(ran.exit()).as(ran.output()).isZero();
        assertThat(ran.output()).contains("number of transactions actually processed: 200/200");
        List<TappedStatement> run = heard.ended.subList(before, heard.ended.size());
        assertThat(run.stream().filter(s -> s.sql().startsWith("INSERT INTO pgbench_history")))
                .hasSize(200);
        assertThat(run.stream().filter(s -> s.sql().startsWith("END"))).hasSize(200);
        assertThat(run).allMatch(s -> s.outcome() == Outcome.SUCCEEDED);
        assertThat(heard.started).hasSameSizeAs(heard.ended);
    }

    @Test
    void pgbench_pipelines_hundreds_of_statements_at_once() throws Exception {
        Files.writeString(
                folder.resolve("pipeline.sql"),
                "\\startpipeline\n" + "select 1;\nselect 2 from generate_series(1, 100);\n".repeat(100)
                        + "\\endpipeline\n");

        Ran ran = run("pgbench", "-n", "-M", "extended", "-c", "2", "-t", "10", "-f", "pipeline.sql");

        assertThat(ran.exit()).as(ran.output()).isZero();
        assertThat(heard.ended.stream()
                        .filter(s -> s.sql().equals("select 1;") || s.sql().equals("select 1")))
                .hasSize(2_000);
        assertThat(heard.started).hasSameSizeAs(heard.ended);
        assertThat(heard.ended.stream()
                        .filter(TappedStatement::serverStandsStill)
                        .count())
                .isLessThan(100);
    }

    @Test
    void pg_dump_reads_and_its_dump_restores() throws Exception {
        Servers.execute(
                server,
                "create table t (id serial primary key, note text)",
                "insert into t (note) select 'x' || g from generate_series(1, 2000) g",
                "create view v as select * from t");

        Ran dump = run("pg_dump", "-f", "dump.sql");
        Servers.execute(server, "drop table t cascade");
        Ran restore = run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "dump.sql");
        Ran count = run("psql", "-X", "-At", "-c", "select count(*) from v");

        assertThat(dump.exit()).as(dump.output()).isZero();
        assertThat(restore.exit()).as(restore.output()).isZero();
        assertThat(count.output().strip()).isEqualTo("2000");
    }

    @Test
    void a_replication_connection_passes_unread() throws Exception {
        Ran ran = run(
                "psql", "-X", "-At", "-c", "IDENTIFY_SYSTEM", "dbname=" + server.database() + " replication=database");

        assertThat(ran.exit()).as(ran.output()).isZero();
        assertThat(ran.output()).contains(server.database());
        assertThat(heard.ended).isEmpty();
    }

    @Test
    void a_client_that_is_killed_leaves_its_statement_running_to_its_end() throws Exception {
        Servers.execute(server, "create table t (id int)");
        ProcessBuilder builder = new ProcessBuilder(
                CLIENTS.resolve("psql").toString(), "-X", "-c", "insert into t select 1 from pg_sleep(0.5)");
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment().put("PGPORT", Integer.toString(tap.port()));
        builder.environment().put("PGUSER", Servers.MIGRATOR);
        builder.environment().put("PGPASSWORD", Servers.PASSWORD);
        builder.environment().put("PGDATABASE", server.database());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("killed").toFile())
                .start();
        Until.holds(
                "the statement to start",
                () -> heard.started.stream().anyMatch(s -> s.sql().startsWith("insert")));
        process.destroyForcibly().waitFor();

        Until.holds(
                "the statement to end",
                () -> heard.ended.stream().anyMatch(s -> s.sql().startsWith("insert")));

        assertThat(heard.startingWith("insert").outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(heard.startingWith("insert").rows()).isEqualTo(1);
    }
}
