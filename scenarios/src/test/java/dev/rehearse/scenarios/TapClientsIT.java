package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/**
 * Real clients go through {@code rehearse tap}: each runs a program that checks its own answers, and the tap's lines say what it did. Those
 * of other languages are installed by {@code scenarios/clients/install}, and where they are missing their tests are skipped; where
 * REHEARSE_TEST_CLIENTS is "required", they fail instead.
 */
class TapClientsIT {

    private static final Path DEBIANS = Path.of("/usr/lib/postgresql/15/bin");
    private static final Path INSTALLED = Path.of("target/clients").toAbsolutePath();
    private static final Path PROGRAMS = Path.of("clients").toAbsolutePath();
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:(\\d+) for .*");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static TestDatabase database;
    private static RehearseProcess tap;
    private static int port;

    @BeforeAll
    static void start_the_tap() throws SQLException {
        int version = Files.isDirectory(DEBIANS) ? 15 : DatabaseRequest.NEWEST;
        database = DatabaseProviders.of("embedded")
                .provider()
                .start(new DatabaseRequest(version, 0, Map.of("wal_level", "logical"), null, null), Progress.SILENT);
        try (Connection connection = database.primary().connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            statement.execute("create role client superuser login password 'secret'");
            statement.execute("create database app");
        }
        tap = RehearseProcess.start(
                folder.resolve("home"),
                folder,
                "tap",
                "--listen",
                "0",
                "--to",
                "127.0.0.1:" + database.primary().port(),
                "--json",
                folder.resolve("statements.json").toString(),
                "--parameters",
                "--notices");
        Matcher listening = LISTENING.matcher(tap.awaitLine(LISTENING.asMatchPredicate(), Duration.ofSeconds(60)));
        assertThat(listening.matches()).isTrue();
        port = Integer.parseInt(listening.group(1));
    }

    @AfterAll
    static void stop_the_tap() {
        try {
            if (tap != null) {
                tap.signal("INT");
                assertThat(tap.awaitExit(Duration.ofSeconds(60))).isEqualTo(130);
                tap.assertNoBug();
            }
        } finally {
            if (tap != null) {
                tap.close();
            }
            if (database != null) {
                database.close();
            }
        }
    }

    private static String run(Path program, String... arguments) throws IOException, InterruptedException {
        if (!Files.isExecutable(program)) {
            String missing =
                    program + " is missing; PostgreSQL's own clients are Debian's package postgresql-client-15,"
                            + " the others are installed by scenarios/clients/install";
            if ("required".equals(System.getenv("REHEARSE_TEST_CLIENTS"))) {
                throw new AssertionError("REHEARSE_TEST_CLIENTS is \"required\", and " + missing);
            }
            Assumptions.abort(missing);
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "client-", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.directory(folder.toFile());
        builder.environment()
                .putAll(Map.of(
                        "PGHOST", "127.0.0.1",
                        "PGPORT", Integer.toString(port),
                        "PGUSER", "client",
                        "PGPASSWORD", "secret",
                        "PGDATABASE", "app",
                        "TAP_URL", "postgresql://client:secret@127.0.0.1:" + port + "/app",
                        "NODE_PATH", INSTALLED.resolve("node/node_modules").toString(),
                        "PYTHONDONTWRITEBYTECODE", "1"));
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(
                    program + " did not end in " + DEADLINE.toSeconds() + " s: " + Files.readString(output));
        }
        String said = Files.readString(output);
        assertThat(process.exitValue())
                .as("%s said %s", program.getFileName(), said)
                .isZero();
        return said;
    }

    private static Path debians(String program) {
        return DEBIANS.resolve(program);
    }

    /** The lines of a client, once so many of them fit; lines are written in the background. */
    private static List<JsonNode> lines(String applicationName, int atLeast, Predicate<JsonNode> which)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            List<JsonNode> found = new ArrayList<>();
            for (String line : Files.readString(folder.resolve("statements.json"), StandardCharsets.UTF_8)
                    .split("(?<=\n)")) {
                if (line.endsWith("\n")) {
                    JsonNode statement = JSON.readTree(line);
                    if (statement.get("applicationName").asText().equals(applicationName) && which.test(statement)) {
                        found.add(statement);
                    }
                }
            }
            if (found.size() >= atLeast || System.nanoTime() > deadline) {
                assertThat(found).as("lines of " + applicationName).hasSizeGreaterThanOrEqualTo(atLeast);
                return found;
            }
            Thread.sleep(20);
        }
    }

    private static Predicate<JsonNode> sql(String beginning) {
        return line -> line.get("sql").asText().startsWith(beginning);
    }

    private static Predicate<JsonNode> failedWith(String sqlState) {
        return line -> line.get("sqlState").asText().equals(sqlState);
    }

    private static long rows(String applicationName, String beginning) throws IOException, InterruptedException {
        return lines(applicationName, 1, sql(beginning)).get(0).get("rows").asLong();
    }

    @Test
    void psql() throws Exception {
        Path script = Files.writeString(folder.resolve("script.sql"), """
                create table from_psql (id int, note text);
                \\copy from_psql from program 'seq 10000 | sed "s/$/\\tnote/"'
                alter table from_psql alter column id type bigint;
                select count(*) from from_psql;
                select 1 \\; select 2 \\; select 3;
                select 1 / 0;
                """);

        String said = run(debians("psql"), "-X", "-f", script.toString());

        assertThat(said).contains("10000", "division by zero").doesNotContain("DEBUG");
        assertThat(rows("psql", "COPY  from_psql FROM STDIN")).isEqualTo(10_000);
        assertThat(lines("psql", 1, sql("alter table from_psql"))
                        .get(0)
                        .get("notices")
                        .toString())
                .contains("rewriting table \\\"from_psql\\\"");
        assertThat(lines("psql", 1, sql("select 1 ; select 2"))
                        .get(0)
                        .get("messageStatements")
                        .asInt())
                .isEqualTo(3);
        lines("psql", 1, failedWith("22012"));
    }

    @Test
    void pgbench() throws Exception {
        run(debians("pgbench"), "-i", "-s", "1", "-q");
        for (String mode : List.of("simple", "extended", "prepared")) {
            String said = run(debians("pgbench"), "-n", "-M", mode, "-c", "8", "-j", "2", "-t", "100");
            assertThat(said).contains("number of transactions actually processed: 800/800");
        }

        assertThat(lines("pgbench", 2_400, sql("INSERT INTO pgbench_history")))
                .hasSize(2_400)
                .allMatch(line -> line.get("transaction").asText().equals("OPEN"));
    }

    @Test
    void pg_dump_and_pg_restore() throws Exception {
        run(
                debians("psql"),
                "-X",
                "-q",
                "-c",
                "create table dumped (id serial primary key, note text, bytes bytea);"
                        + " insert into dumped (note, bytes) select 'é' || g, decode(md5(g::text), 'hex')"
                        + " from generate_series(1, 20000) g; create index on dumped (note)");
        run(debians("pg_dump"), "-Fd", "-j", "2", "-t", "dumped", "-f", "dump");
        run(debians("psql"), "-X", "-q", "-c", "create database restored");

        run(debians("pg_restore"), "-j", "2", "--exit-on-error", "-d", "restored", "dump");

        String sum = "select count(*) || ' ' || sum(hashtext(note)) || ' ' || sum(length(bytes)) from dumped";
        assertThat(run(debians("psql"), "-X", "-At", "-d", "restored", "-c", sum))
                .isEqualTo(run(debians("psql"), "-X", "-At", "-c", sum))
                .startsWith("20000 ");
        assertThat(rows("pg_dump", "COPY public.dumped")).isEqualTo(20_000);
        assertThat(rows("pg_restore", "COPY public.dumped")).isEqualTo(20_000);
    }

    @Test
    void clients_of_replication() throws Exception {
        run(debians("pg_recvlogical"), "-d", "app", "--slot", "decoded", "--create-slot", "-P", "test_decoding");
        String end = run(
                        debians("psql"),
                        "-X",
                        "-Atqc",
                        "create table replicated as select g from generate_series(1, 20000) g",
                        "-c",
                        "select pg_current_wal_flush_lsn()")
                .strip();

        String decoded =
                run(debians("pg_recvlogical"), "-d", "app", "--slot", "decoded", "--start", "--endpos", end, "-f", "-");
        run(debians("pg_recvlogical"), "-d", "app", "--slot", "decoded", "--drop-slot");
        Path wal = Files.createDirectory(folder.resolve("wal"));
        run(debians("pg_receivewal"), "--no-loop", "--endpos", end, "-D", wal.toString());
        run(debians("pg_basebackup"), "-X", "stream", "-c", "fast", "--no-sync", "-D", "backup");

        assertThat(decoded.lines().filter(line -> line.startsWith("table public.replicated: INSERT")))
                .hasSize(20_000);
        assertThat(wal).isNotEmptyDirectory();
        assertThat(folder.resolve("backup/backup_manifest")).isNotEmptyFile();
    }

    @Test
    void pgjdbc() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/app?user=client&password=secret&prepareThreshold=2";
        try (Connection connection = DriverManager.getConnection(url + "&ApplicationName=pgjdbc");
                Statement statement = connection.createStatement()) {
            statement.execute("create table from_jdbc (id int, note text)");
            try (PreparedStatement insert = connection.prepareStatement("insert into from_jdbc values (?, ?)")) {
                for (int i = 0; i < 300; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "note " + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(300);
            }
            byte[] lines = "7\tseven\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
            assertThat(connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("copy from_jdbc from stdin", new java.io.ByteArrayInputStream(lines)))
                    .isEqualTo(1_000);
            assertThatThrownBy(() -> statement.execute("select 1 / 0")).isInstanceOf(SQLException.class);
        }

        List<JsonNode> inserts = lines("pgjdbc", 300, sql("insert into from_jdbc"));
        assertThat(inserts).hasSize(300);
        assertThat(inserts.get(299).get("parameters").get(1).asText()).isEqualTo("note 299");
        assertThat(rows("pgjdbc", "copy from_jdbc")).isEqualTo(1_000);
        lines("pgjdbc", 1, failedWith("22012"));
    }

    @Test
    void node_postgres() throws Exception {
        Path node = INSTALLED.resolve("node/node_modules/pg/package.json");
        Path program = Files.exists(node) ? onThePath("node") : node;

        assertThat(run(program, PROGRAMS.resolve("node/client.js").toString())).endsWith("done\n");

        assertThat(lines("node-postgres", 3, sql("select $1::int * 2 as twice"))
                        .get(2)
                        .get("parameters"))
                .hasToString("[\"2\"]");
        assertThat(lines("node-postgres", 200, sql("select $1::int as pooled"))).hasSize(200);
        assertThat(lines("node-postgres", 1, sql("select 1 as one"))
                        .get(0)
                        .get("messageStatements")
                        .asInt())
                .isEqualTo(2);
        lines("node-postgres", 1, failedWith("22012"));
    }

    private static Path onThePath(String program) {
        for (String directory : System.getenv("PATH").split(":")) {
            Path candidate = Path.of(directory, program);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return Path.of(program);
    }

    @Test
    void psycopg_2() throws Exception {
        assertThat(run(
                        INSTALLED.resolve("python/bin/python"),
                        PROGRAMS.resolve("python/client2.py").toString()))
                .endsWith("done\n");

        assertThat(rows("psycopg2", "copy t from stdin")).isEqualTo(5_000);
        assertThat(lines("psycopg2", 1, sql("(function call"))).isNotEmpty();
        lines("psycopg2", 5, sql("FETCH FORWARD 1000"));
        lines("psycopg2", 1, failedWith("22012"));
    }

    @Test
    void psycopg_3() throws Exception {
        assertThat(run(
                        INSTALLED.resolve("python/bin/python"),
                        PROGRAMS.resolve("python/client3.py").toString()))
                .endsWith("done\n");

        assertThat(lines("psycopg3", 300, sql("select $1::int * 2 as pipelined")))
                .hasSize(300);
        assertThat(rows("psycopg3", "copy t (id, note) from stdin (format binary)"))
                .isEqualTo(5_000);
        assertThat(lines("psycopg3", 2, failedWith("22012"))).hasSize(2);
        lines("psycopg3", 1, failedWith("22P02"));
        assertThat(lines("psycopg3", 0, sql("select 'skipped'"))).isEmpty();
    }

    @Test
    void lib_pq_and_pgx() throws Exception {
        assertThat(run(INSTALLED.resolve("go/client"))).endsWith("done\n");

        assertThat(lines("pgx", 100, sql("select $1::int * 2 as batched"))).hasSize(100);
        lines("pgx", 1, line -> line.get("tag").asText().equals("COPY 5000"));
        lines("pgx", 1, failedWith("22012"));
        lines("lib-pq", 1, line -> line.get("tag").asText().equals("COPY 5000"));
        lines("lib-pq", 1, failedWith("22012"));
        lines("lib-pq", 1, failedWith("57014"));
    }
}
