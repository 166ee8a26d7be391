package dev.rehearse.wiretap.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.Interference;
import dev.rehearse.wiretap.ServerTls;
import dev.rehearse.wiretap.Servers;
import dev.rehearse.wiretap.TapSettings;
import dev.rehearse.wiretap.Until;
import dev.rehearse.wiretap.Wiretap;
import dev.rehearse.wiretap.lock.LockProbe;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A line for each statement, with what was seen of it and a word on what was not. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StatementLinesIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunClock clock = new RunClock();
    private TestDatabase.Server server;

    @BeforeEach
    void make_a_table() throws SQLException {
        server = Servers.newest();
        Servers.execute(server, "create table t (id int, note text)", "create table u (id int)");
    }

    private interface Use {
        void on(Connection connection, Statement statement) throws SQLException;
    }

    private List<JsonNode> lines(LockProbe probe, TapSettings.ServersWords words, Use use, String... properties)
            throws Exception {
        StringWriter text = new StringWriter();
        try (StatementLines lines = StatementLines.to(text, clock, probe, true);
                Wiretap tap = Wiretap.listen(
                        server,
                        new TapSettings(
                                0, new ServerTls(ServerTls.Mode.DEMANDED, null), true, words, Interference.NONE),
                        clock,
                        lines)) {
            Properties all = new Properties();
            all.setProperty("user", server.user());
            all.setProperty("password", server.password());
            all.setProperty("ApplicationName", "first name");
            for (int i = 0; i < properties.length; i += 2) {
                all.setProperty(properties[i], properties[i + 1]);
            }
            try (Connection connection =
                            DriverManager.getConnection(tap.server().jdbcUrl(), all);
                    Statement statement = connection.createStatement()) {
                use.on(connection, statement);
            }
            assertThat(tap.failures()).isEmpty();
        }
        return parsed(text);
    }

    private static List<JsonNode> parsed(StringWriter text) throws IOException {
        List<JsonNode> parsed = new ArrayList<>();
        for (String line : text.toString().lines().toList()) {
            parsed.add(JSON.readTree(line));
        }
        return parsed;
    }

    private static JsonNode of(List<JsonNode> lines, String sql) {
        return lines.stream()
                .filter(line -> line.get("sql").asText().startsWith(sql))
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("no " + sql + " in " + lines));
    }

    private static String said(Statement statement) throws SQLException {
        SQLWarning warning = statement.getWarnings();
        return warning == null ? "" : warning.getMessage();
    }

    private String url() {
        return server.jdbcUrl() + "?user=" + server.user()
                + (server.password().isEmpty() ? "" : "&password=" + server.password());
    }

    @Test
    void a_line_says_who_ran_what_with_which_values_and_how_it_went() throws Exception {
        Instant before = Instant.now();
        List<JsonNode> lines = lines(null, TapSettings.ServersWords.PASSED, (connection, statement) -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into t values (?, ?), (?, ?)")) {
                insert.setInt(1, 258);
                insert.setString(2, "é\n\"");
                insert.setNull(3, java.sql.Types.INTEGER);
                insert.setString(4, "x".repeat(2_000));
                insert.executeUpdate();
            }
            statement.execute("set application_name = 'second name'");
            statement.execute("select pg_sleep(0.1), repeat('x', 3000000)");
            assertThatThrownBy(() -> statement.execute("select 1 / 0")).isInstanceOf(SQLException.class);
        });

        JsonNode insert = of(lines, "insert into t");
        assertThat(insert.get("rows").asInt()).isEqualTo(2);
        assertThat(insert.get("tag").asText()).isEqualTo("INSERT 0 2");
        assertThat(insert.get("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(insert.get("transaction").asText()).isEqualTo("IDLE");
        assertThat(insert.get("user").asText()).isEqualTo(server.user());
        assertThat(insert.get("database").asText()).isEqualTo(server.database());
        assertThat(insert.get("applicationName").asText()).isEqualTo("first name");
        assertThat(insert.get("backendPid").asInt()).isPositive();
        JsonNode parameters = insert.get("parameters");
        assertThat(parameters.get(0).has("hex") ? parameters.get(0).get("hex").asText() : "00000102")
                .isEqualTo("00000102");
        assertThat(parameters.get(1).asText()).isEqualTo("é\n\"");
        assertThat(parameters.get(2).isNull()).isTrue();
        assertThat(parameters.get(3).get("cut").asBoolean()).isTrue();
        assertThat(Duration.between(before, Instant.parse(insert.get("at").asText())))
                .isBetween(Duration.ofSeconds(-1), Duration.ofMinutes(1));
        JsonNode sleep = of(lines, "select pg_sleep");
        assertThat(sleep.get("applicationName").asText()).isEqualTo("second name");
        long start = sleep.get("startMicros").asLong();
        assertThat(sleep.get("firstByteMicros").asLong())
                .isBetween(start + 100_000, sleep.get("endMicros").asLong());
        JsonNode failed = of(lines, "select 1 / 0");
        assertThat(failed.get("outcome").asText()).isEqualTo("FAILED");
        assertThat(failed.get("sqlState").asText()).isEqualTo("22012");
        assertThat(failed.get("rows").isNull()).isTrue();
        assertThat(failed.get("locks").isNull()).isTrue();
        assertThat(failed.get("notMeasured")).hasSize(1);
        assertThat(lines.stream().map(line -> line.get("number").asInt())).doesNotHaveDuplicates();
    }

    @Test
    void a_batch_says_that_the_times_of_its_statements_cannot_be_told_apart() throws Exception {
        List<JsonNode> lines = lines(null, TapSettings.ServersWords.PASSED, (connection, statement) -> {
            connection.setAutoCommit(false);
            statement.execute("select pg_sleep(0.1), 'alone'");
            statement.addBatch("insert into t select 1 from pg_sleep(0.1)");
            statement.addBatch("insert into t select 2 from pg_sleep(0.1)");
            statement.executeBatch();
            connection.commit();
        });

        String times = "times: the server answered it together with others of its pipeline";
        for (String together : new String[] {"insert into t select 1", "insert into t select 2"}) {
            assertThat(of(lines, together).get("notMeasured").toString()).contains(times);
        }
        JsonNode alone = of(lines, "select pg_sleep(0.1), 'alone");
        assertThat(alone.get("notMeasured").toString()).doesNotContain(times);
        assertThat(alone.get("endMicros").asLong() - alone.get("startMicros").asLong())
                .isGreaterThanOrEqualTo(100_000);
    }

    @Test
    void rows_that_are_fetched_by_and_by_are_counted() throws Exception {
        List<JsonNode> lines = lines(null, TapSettings.ServersWords.PASSED, (connection, statement) -> {
            connection.setAutoCommit(false);
            statement.setFetchSize(100);
            try (ResultSet rows = statement.executeQuery("select generate_series(1, 250)")) {
                while (rows.next()) {
                    assertThat(rows.getInt(1)).isEqualTo(rows.getRow());
                }
            }
            connection.commit();
        });

        assertThat(lines.stream().filter(line -> line.get("sql").asText().startsWith("select generate_series")))
                .extracting(line -> line.get("rows").asInt())
                .containsExactly(100, 100, 50);
    }

    @Test
    void values_that_a_long_message_takes_past_what_is_kept_are_told_as_cut() throws Exception {
        List<JsonNode> lines = lines(null, TapSettings.ServersWords.PASSED, (connection, statement) -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into t (note, id) values (?, ?)")) {
                insert.setString(1, "x".repeat(100_000));
                insert.setInt(2, 7);
                insert.executeUpdate();
            }
        });

        JsonNode parameters = of(lines, "insert into t").get("parameters");
        assertThat(parameters).hasSize(2).allMatch(value -> value.get("cut").asBoolean());
        assertThat(parameters.get(0).get("text").asText()).isEqualTo("x".repeat(1_000));
    }

    @Test
    void locks_are_what_a_statement_adds_to_its_open_transaction() throws Exception {
        try (LockProbe probe = LockProbe.open(url())) {
            List<JsonNode> lines = lines(probe, TapSettings.ServersWords.PASSED, (connection, statement) -> {
                connection.setAutoCommit(false);
                statement.execute("select * from t");
                statement.execute("alter table t add column more int");
                statement.execute("lock table u in share mode");
                connection.commit();
                connection.setAutoCommit(true);
                statement.execute("alter table u add column more int");
            });

            assertThat(of(lines, "select * from t").get("locks").toString())
                    .contains("\"relation\":\"t\"", "ACCESS SHARE")
                    .doesNotContain("EXCLUSIVE");
            assertThat(of(lines, "alter table t").get("locks").toString())
                    .contains("\"relation\":\"t\"", "\"kind\":\"table\"", "ACCESS EXCLUSIVE")
                    .doesNotContain("ACCESS SHARE");
            assertThat(of(lines, "lock table u").get("locks")).hasSize(1);
            assertThat(of(lines, "lock table u").get("notMeasured")).isEmpty();
            assertThat(of(lines, "alter table u").get("locks").isNull()).isTrue();
            assertThat(of(lines, "alter table u").get("notMeasured").toString()).contains("transaction");
        }
    }

    @Test
    void what_was_locked_before_a_savepoint_is_not_told_again_after_the_way_back_to_it() throws Exception {
        try (LockProbe probe = LockProbe.open(url())) {
            List<JsonNode> lines = lines(probe, TapSettings.ServersWords.PASSED, (connection, statement) -> {
                connection.setAutoCommit(false);
                statement.execute("lock table t");
                statement.execute("savepoint s");
                assertThatThrownBy(() -> statement.execute("select 1 / 0")).isInstanceOf(SQLException.class);
                statement.execute("rollback to s");
                statement.execute("select * from u");
                connection.rollback();
            });

            assertThat(of(lines, "lock table t").get("locks")).hasSize(1);
            assertThat(of(lines, "rollback to s").get("locks")).isEmpty();
            assertThat(of(lines, "select 1 / 0").get("notMeasured").toString()).contains("its transaction had failed");
            assertThat(of(lines, "select * from u").get("locks"))
                    .extracting(lock -> lock.get("relation").asText())
                    .containsExactly("u");
        }
    }

    @Test
    void a_second_connection_that_the_server_has_ended_is_made_again() throws Exception {
        try (LockProbe probe = LockProbe.open(url())) {
            List<JsonNode> lines = lines(probe, TapSettings.ServersWords.PASSED, (connection, statement) -> {
                connection.setAutoCommit(false);
                statement.execute("lock table t");
                statement.execute("select pg_terminate_backend(pid, 60000) from pg_stat_activity"
                        + " where application_name = 'rehearse-tap-locks' and datname = current_database()");
                statement.execute("lock table u");
                connection.rollback();
            });

            assertThat(of(lines, "lock table u").get("locks"))
                    .extracting(lock -> lock.get("relation").asText())
                    .containsExactly("u");
        }
    }

    @Test
    void a_second_connection_to_elsewhere_is_noticed() throws Exception {
        TestDatabase.Server elsewhere = Servers.newest();
        String url = url().replace("/" + server.database(), "/" + elsewhere.database());
        try (LockProbe probe = LockProbe.open(url)) {
            List<JsonNode> lines = lines(probe, TapSettings.ServersWords.PASSED, (connection, statement) -> {
                connection.setAutoCommit(false);
                statement.execute("lock table u in share mode");
            });

            assertThat(of(lines, "lock table u").get("locks").isNull()).isTrue();
            assertThat(of(lines, "lock table u").get("notMeasured").toString()).contains("another server or database");
        }
        assertThatThrownBy(() -> LockProbe.open("jdbc:postgresql://127.0.0.1:1/d?user=u"))
                .isInstanceOf(EnvironmentException.class);
    }

    @Test
    void the_servers_words_are_asked_for_and_stop_at_the_tap_unless_the_client_asks_too() throws Exception {
        List<String> seen = new ArrayList<>();
        List<JsonNode> lines = lines(null, TapSettings.ServersWords.ASKED_FOR, (connection, statement) -> {
            statement.execute("alter table t alter column id type bigint");
            seen.add(said(statement));
            statement.execute("set client_min_messages = debug1");
            statement.execute("alter table t alter column id type int");
            seen.add(said(statement));
            statement.execute("reset client_min_messages");
            statement.execute("alter table t alter column id type bigint");
            seen.add(said(statement));
        });

        assertThat(of(lines, "alter table t alter column id type bigint")
                        .get("notices")
                        .toString())
                .contains("rewriting table \\\"t\\\"");
        assertThat(seen).hasSize(3);
        assertThat(seen.get(0)).isEmpty();
        assertThat(seen.get(1)).isNotEmpty();
        assertThat(seen.get(2)).isEmpty();
    }

    @Test
    void words_that_the_tap_did_not_ask_for_pass() throws Exception {
        List<String> seen = new ArrayList<>();
        lines(
                null,
                TapSettings.ServersWords.PASSED,
                (connection, statement) -> {
                    statement.execute("alter table t alter column id type bigint");
                    seen.add(said(statement));
                },
                "options",
                "-c client_min_messages=debug1");

        assertThat(seen).singleElement().asString().isNotEmpty();
    }

    @Test
    void whoever_is_not_let_in_has_a_line_that_says_why() throws Exception {
        String role = "nobody_" + server.database();
        Servers.execute(server, "create role " + role + " login connection limit 0 password 'p'");
        StringWriter text = new StringWriter();
        try (StatementLines lines = StatementLines.to(text, clock, null, false);
                Wiretap tap = tapTo(server.port(), lines)) {
            assertThatThrownBy(() -> as(tap, role, server.database())).hasMessageContaining("too many connections");
            assertThatThrownBy(() -> as(tap, server.user(), "no_such_database")).hasMessageContaining("does not exist");
            as(tap, server.user(), server.database());
            // They are told a moment after they have been passed on.
            Until.holds("all to be told", () -> lines.sessions() == 1 && lines.refused() == 2);
        }
        int port;
        try (StatementLines lines = StatementLines.to(text, clock, null, false)) {
            try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    Wiretap tap = tapTo(silent.getLocalPort(), lines)) {
                port = silent.getLocalPort();
                // It takes the connection and ends it, as what forwards ports does while the server is down.
                Thread closing = new Thread(() -> {
                    try (Socket taken = silent.accept()) {
                        assertThat(taken.getInputStream().read()).isZero();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                closing.start();
                assertThatThrownBy(() -> as(tap, server.user(), server.database()))
                        .isInstanceOf(SQLException.class);
                closing.join(60_000);
            }
            try (Wiretap tap = tapTo(port, lines)) {
                assertThatThrownBy(() -> as(tap, server.user(), server.database()))
                        .hasMessageContaining("cannot be reached");
            }
        }

        List<JsonNode> refused = parsed(text).stream()
                .filter(line -> line.get("outcome").asText().equals("REFUSED"))
                .toList();
        assertThat(refused)
                .allMatch(line -> line.get("sql").isNull())
                .allMatch(line -> line.get("applicationName").asText().equals("who is refused"))
                .extracting(line -> line.get("sqlState").asText())
                .containsExactly("53300", "3D000", "null", "08006");
        assertThat(refused.get(0).get("user").asText()).isEqualTo(role);
        assertThat(refused.get(0).get("message").asText()).contains("too many connections");
        assertThat(refused.get(2).get("message").asText()).contains("before the server was ready");
    }

    @Test
    void a_session_that_the_server_ends_while_it_is_idle_has_a_line_that_says_why() throws Exception {
        StringWriter text = new StringWriter();
        try (StatementLines lines = StatementLines.to(text, clock, null, false);
                Wiretap tap = Wiretap.listen(server, clock, lines)) {
            try (Connection idle = tap.server().connect("idle");
                    Connection inTransaction = tap.server().connect("idle in transaction");
                    Statement statement = inTransaction.createStatement()) {
                idle.isValid(60);
                Servers.execute(
                        server,
                        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'idle' and"
                                + " datname = current_database()");
                inTransaction.setAutoCommit(false);
                statement.execute("set idle_in_transaction_session_timeout = 1");
                Until.holds("both to be gone", () -> text.toString().split("TERMINATED").length == 3);
            }
        }

        assertThat(parsed(text))
                .filteredOn(line -> line.get("outcome").asText().equals("TERMINATED"))
                .allMatch(line -> line.get("sql").isNull())
                .allMatch(line -> line.get("backendPid").asInt() > 0)
                .extracting(line -> line.get("applicationName").asText() + " "
                        + line.get("sqlState").asText())
                .containsExactlyInAnyOrder("idle 57P01", "idle in transaction 25P03");
    }

    private Wiretap tapTo(int port, StatementLines lines) {
        return Wiretap.listen(
                new TestDatabase.Server("primary", "127.0.0.1", port, "d", "u", "p"),
                new TapSettings(
                        0,
                        new ServerTls(ServerTls.Mode.DEMANDED, null),
                        false,
                        TapSettings.ServersWords.PASSED,
                        Interference.NONE),
                clock,
                lines);
    }

    private void as(Wiretap tap, String user, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", user.equals(server.user()) ? server.password() : "p");
        // The driver sets the name of one that has come to be; its startup message has this.
        properties.setProperty("assumeMinServerVersion", "14");
        properties.setProperty("ApplicationName", "who is refused");
        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + tap.port() + "/" + database, properties)
                .close();
    }

    private interface Failing {
        void fail() throws IOException;
    }

    private static Writer failing(Failing how) {
        return new Writer() {
            @Override
            public void write(char[] buffer, int from, int length) throws IOException {
                how.fail();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    @Test
    void a_bug_in_the_writing_and_a_lack_of_memory_end_the_waiting_with_an_error() throws Exception {
        endsWith(HarnessException.class, "no such thing", () -> {
            throw new IllegalStateException("no such thing");
        });
        endsWith(EnvironmentException.class, "Java heap space", () -> {
            throw new OutOfMemoryError("Java heap space");
        });
    }

    private void endsWith(Class<? extends Throwable> error, String words, Failing how) throws Exception {
        StatementLines lines = StatementLines.to(failing(how), clock, null, false);
        try (Wiretap tap = Wiretap.listen(server, clock, lines);
                Connection connection = tap.server().connect("test")) {
            assertThat(connection.isValid(60)).isTrue();
            assertThatThrownBy(lines::awaitFailure).isInstanceOf(error).hasMessageContaining(words);
        }
        assertThatThrownBy(lines::close).isInstanceOf(error).hasMessageContaining(words);
    }

    @Test
    void lines_that_cannot_be_written_end_the_waiting_and_not_the_clients() throws Exception {
        Writer full = failing(() -> {
            throw new IOException("No space left on device");
        });
        StatementLines lines = StatementLines.to(full, clock, null, false);
        try (Wiretap tap = Wiretap.listen(server, clock, lines);
                Connection connection = tap.server().connect("test");
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 2_000; i++) {
                statement.execute("select 1");
            }
            assertThatThrownBy(lines::awaitFailure).hasMessage("No space left on device");
        }
        assertThat(lines.statements()).isZero();
        assertThatThrownBy(lines::close).hasMessage("No space left on device");
    }
}
