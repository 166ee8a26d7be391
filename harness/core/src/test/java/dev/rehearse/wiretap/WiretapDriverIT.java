package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.lock.LockEventTrigger;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.StatementListener;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** pgjdbc must not notice the tap, and the tap must notice all that pgjdbc does. */
class WiretapDriverIT {

    private TestDatabase.Server server;
    private HeardStatements heard;
    private Wiretap tap;

    @BeforeEach
    void listen() throws SQLException {
        server = Servers.newest();
        Servers.execute(server, "create table t (id int primary key, note text)");
        heard = new HeardStatements();
        tap = Wiretap.listen(server, new RunClock(), heard);
    }

    @AfterEach
    void close() {
        tap.close();
        assertThat(tap.failures()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("rehearse-tap-" + tap.port()));
    }

    private Connection connect(String... more) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", Servers.MIGRATOR);
        properties.setProperty("password", Servers.PASSWORD);
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection(tap.server().jdbcUrl(), properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void statements_of_every_query_mode_are_heard_with_their_rows_and_state(String mode) throws SQLException {
        try (Connection connection = connect("preferQueryMode", mode, "prepareThreshold", "1");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into t select g, 'x' from generate_series(1, 7) g");
            connection.setAutoCommit(false);
            try (PreparedStatement prepared = connection.prepareStatement("update t set note = ? where id <= ?")) {
                for (int i = 1; i <= 3; i++) {
                    prepared.setString(1, "n" + i);
                    prepared.setInt(2, i);
                    assertThat(prepared.executeUpdate()).isEqualTo(i);
                }
            }
            connection.commit();
            assertThatThrownBy(() -> statement.execute("select 1 / 0")).isInstanceOf(SQLException.class);
            connection.rollback();
        }

        assertThat(heard.of("insert into t select g, 'x' from generate_series(1, 7) g")
                        .rows())
                .isEqualTo(7);
        assertThat(heard.of("insert into t select g, 'x' from generate_series(1, 7) g")
                        .transaction())
                .isEqualTo(Transaction.IDLE);
        assertThat(heard.ended.stream()
                        .filter(s -> s.sql().startsWith("update t"))
                        .map(TappedStatement::rows))
                .containsExactly(1L, 2L, 3L);
        assertThat(heard.startingWith("update t").transaction()).isEqualTo(Transaction.OPEN);
        assertThat(heard.of("COMMIT").transaction()).isEqualTo(Transaction.IDLE);
        TappedStatement failed = heard.startingWith("select 1 / 0");
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.sqlState()).isEqualTo("22012");
        assertThat(failed.message()).isEqualTo("division by zero");
        assertThat(failed.transaction()).isEqualTo(Transaction.FAILED);
        assertThat(heard.transactionsEnded).hasSize(2);
        assertThat(heard.started).hasSameSizeAs(heard.ended);
        assertThat(heard.ended).allMatch(s -> s.endMicros() >= s.startMicros());
    }

    @Test
    void a_batch_is_one_statement_for_each_of_its_rows_and_a_cursor_one_for_each_fetch() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try (PreparedStatement prepared = connection.prepareStatement("insert into t values (?, 'b')")) {
                for (int i = 0; i < 500; i++) {
                    prepared.setInt(1, i);
                    prepared.addBatch();
                }
                prepared.executeBatch();
            }
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(100);
                try (ResultSet rows = statement.executeQuery("select * from t")) {
                    int count = 0;
                    while (rows.next()) {
                        count++;
                    }
                    assertThat(count).isEqualTo(500);
                }
            }
            connection.commit();
        }

        assertThat(heard.ended.stream().filter(s -> s.sql().startsWith("insert")))
                .hasSize(500);
        assertThat(heard.ended.stream()
                        .filter(s -> s.sql().equals("select * from t"))
                        .count())
                .isBetween(5L, 6L);
    }

    @Test
    void copy_goes_both_ways() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append(i).append("\tnote ").append(i).append('\n');
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Connection connection = connect()) {
            var copy = connection.unwrap(PGConnection.class).getCopyAPI();
            assertThat(copy.copyIn("copy t from stdin", new StringReader(lines.toString())))
                    .isEqualTo(20_000);
            copy.copyOut("copy (select * from t order by id) to stdout", out);
            assertThatThrownBy(() -> copy.copyIn("copy t from stdin", new StringReader("x\ty\n")))
                    .isInstanceOf(SQLException.class);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 1");
            }
        }

        assertThat(out.toString()).isEqualTo(lines.toString());
        assertThat(heard.ended.stream()
                        .filter(s -> s.sql().equals("copy t from stdin"))
                        .map(TappedStatement::outcome))
                .containsExactly(Outcome.SUCCEEDED, Outcome.FAILED);
        assertThat(heard.startingWith("copy (select").rows()).isEqualTo(20_000);
        assertThat(heard.of("select 1").rows()).isEqualTo(1);
    }

    @Test
    void a_huge_statement_passes_whole_and_only_its_beginning_is_kept() throws SQLException {
        String huge = "select length('" + "x".repeat(40_000_000) + "')";
        try (Connection connection = connect("preferQueryMode", "simple");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(huge)) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(40_000_000);
        }

        assertThat(heard.startingWith("select length").sql()).hasSize(Wiretap.LONGEST_SQL);
    }

    @Test
    void huge_values_come_back_whole() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select repeat('y', 30000000)::bytea")) {
            row.next();
            try (InputStream in = row.getBinaryStream(1)) {
                assertThat(in.readAllBytes()).hasSize(30_000_000);
            }
        }
    }

    @Test
    void debug_and_log_are_withheld_and_what_the_tool_may_see_is_not() throws SQLException {
        SQLWarning warnings;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("do $$ begin raise debug 'd'; raise log 'l'; raise info 'i'; raise notice 'n';"
                    + " raise warning 'w'; end $$");
            warnings = statement.getWarnings();
        }

        assertThat(Collections.list(new Enumerated(warnings))).containsExactly("i", "n", "w");
        assertThat(heard.notices).extracting(ServerNotice::text).contains("d", "l");
        assertThat(heard.startingWith("do ").notices())
                .extracting(ServerNotice::severity)
                .contains("DEBUG", "LOG");
    }

    @Test
    void a_tool_that_asks_for_debug_itself_gets_it_but_not_what_our_trigger_reports() throws SQLException {
        try (Connection connection = server.connect("rehearse-test")) {
            LockEventTrigger.install(connection);
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set client_min_messages = debug1");
            statement.execute("alter table t alter column id type bigint");

            assertThat(Collections.list(new Enumerated(statement.getWarnings())))
                    .isNotEmpty()
                    .noneMatch(text -> text.startsWith("rehearse locks"));
        }

        assertThat(heard.notices).anyMatch(LockEventTrigger::isReport);
    }

    @Test
    void notifications_and_function_calls_pass() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("listen channel");
            statement.execute("notify channel, 'payload'");
            assertThat(connection.unwrap(PGConnection.class).getNotifications()).hasSize(1);
            connection.setAutoCommit(false);
            var objects = connection.unwrap(PGConnection.class).getLargeObjectAPI();
            long oid = objects.createLO();
            try (var object = objects.open(oid)) {
                object.write(new byte[100_000]);
            }
            connection.commit();
        }

        assertThat(heard.sql()).anyMatch(sql -> sql.startsWith("(function call, oid "));
    }

    @Test
    void a_cancel_request_reaches_the_server_in_both_protocol_versions() throws Exception {
        for (String protocol : new String[] {"3.0", "3.2"}) {
            try (Connection connection = connect("protocolVersion", protocol);
                    Statement statement = connection.createStatement()) {
                AtomicReference<SQLException> failure = new AtomicReference<>();
                Thread sleeper = new Thread(() -> {
                    try {
                        statement.execute("select pg_sleep(60)");
                    } catch (SQLException e) {
                        failure.set(e);
                    }
                });
                sleeper.start();
                // pgjdbc asks once only, and the server heeds it only once the statement has begun.
                Until.holds("the statement to sleep", this::isAnybodySleeping);
                statement.cancel();
                sleeper.join(60_000);
                assertThat(failure.get().getSQLState()).isEqualTo("57014");
            }
        }
        assertThat(heard.of("select pg_sleep(60)").sqlState()).isEqualTo("57014");
    }

    private boolean isAnybodySleeping() {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select 1 from pg_stat_activity where wait_event = 'PgSleep'"
                        + " and datname = current_database()")) {
            return rows.next();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_statement_that_fails_to_parse_is_heard() throws SQLException {
        try (Connection connection = connect("prepareThreshold", "1")) {
            assertThatThrownBy(() ->
                            connection.prepareStatement("select * from nowhere").getMetaData())
                    .isInstanceOf(SQLException.class);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 2");
            }
        }

        assertThat(heard.of("select * from nowhere").sqlState()).isEqualTo("42P01");
        assertThat(heard.of("select 2").outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(heard.started).hasSameSizeAs(heard.ended);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended"})
    void a_statement_whose_commit_fails_has_failed(String mode) throws SQLException {
        Servers.execute(server, "create table child (id int references t deferrable initially deferred)");
        try (Connection connection = connect("preferQueryMode", mode);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("insert into child values (7)"))
                    .isInstanceOf(SQLException.class);
            statement.execute("select 2");
        }

        TappedStatement failed = heard.of("insert into child values (7)");
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.sqlState()).isEqualTo("23503");
        assertThat(failed.transaction()).isEqualTo(Transaction.IDLE);
        assertThat(heard.of("select 2").outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(heard.started).hasSameSizeAs(heard.ended);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended"})
    void what_the_server_says_while_it_commits_belongs_to_what_is_committed(String mode) throws SQLException {
        Servers.execute(
                server,
                "create function say() returns trigger language plpgsql as"
                        + " $$ begin raise debug 'at commit'; return null; end $$",
                "create constraint trigger say after insert on t deferrable initially deferred"
                        + " for each row execute function say()");
        try (Connection connection = connect("preferQueryMode", mode);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into t values (7, 'x')");
            statement.execute("select 2");
        }

        assertThat(heard.of("insert into t values (7, 'x')").notices())
                .extracting(ServerNotice::text)
                .contains("at commit");
        assertThat(heard.of("select 2").notices())
                .extracting(ServerNotice::text)
                .doesNotContain("at commit");
    }

    @Test
    void several_statements_in_one_message_are_counted() throws SQLException {
        try (Connection connection = connect("preferQueryMode", "simple");
                Statement statement = connection.createStatement()) {
            statement.execute("insert into t values (1, 'a'); insert into t values (2, 'b'); delete from t");
        }

        TappedStatement heardOnce = heard.startingWith("insert into t");
        assertThat(heardOnce.messageStatements()).isEqualTo(3);
        assertThat(heardOnce.tag()).isEqualTo("DELETE 2");
    }

    @Test
    void a_session_that_the_server_ends_has_a_failed_statement() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            Thread killer = new Thread(() -> {
                Until.holds("the statement to sleep", this::isAnybodySleeping);
                try {
                    Servers.execute(server, "select pg_terminate_backend(" + heard.sessions.get(0) + ")");
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            killer.start();
            assertThatThrownBy(() -> statement.execute("select pg_sleep(60)")).isInstanceOf(SQLException.class);
            killer.join(60_000);
        }
        Until.holds("the session's end", () -> !heard.sessionsEnded.isEmpty());

        assertThat(heard.startingWith("select pg_sleep").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(heard.startingWith("select pg_sleep").sqlState()).isEqualTo("57P01");
    }

    @Test
    void closing_the_tap_cuts_the_client_and_leaves_the_outcome_unknown() throws Exception {
        AtomicReference<SQLException> failure = new AtomicReference<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            Thread sleeper = new Thread(() -> {
                try {
                    statement.execute("select pg_sleep(60)");
                } catch (SQLException e) {
                    failure.set(e);
                }
            });
            sleeper.start();
            Until.holds(
                    "the statement to start",
                    () -> heard.started.stream().anyMatch(s -> s.sql().startsWith("select pg_sleep")));
            long from = System.nanoTime();
            tap.close();
            assertThat(System.nanoTime() - from).isLessThan(30_000_000_000L);
            sleeper.join(60_000);
        }

        assertThat(failure.get().getSQLState()).startsWith("08");
        assertThat(heard.startingWith("select pg_sleep").outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(heard.sessionsEnded).hasSize(1);
    }

    @Test
    void a_listener_that_throws_is_noted_and_the_traffic_goes_on() throws SQLException {
        StatementListener broken = new StatementListener() {
            @Override
            public void statementEnded(TappedStatement statement) {
                throw new IllegalStateException("planted");
            }
        };
        try (Wiretap second = Wiretap.listen(server, new RunClock(), broken);
                Connection connection = second.server().connect("test", Servers.MIGRATOR, Servers.PASSWORD);
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("select 1")).isTrue();
            assertThat(second.failures()).isNotEmpty().allMatch(f -> f.contains("planted"));
        }
    }

    @Test
    void a_server_that_is_not_there_is_told_as_such() {
        Map<String, String> hosts = Map.of(
                "127.0.0.1",
                "cannot be reached: ",
                "nowhere.invalid",
                "cannot be reached: nobody knows the host nowhere.invalid");
        hosts.forEach((host, words) -> {
            TestDatabase.Server nowhere = new TestDatabase.Server("primary", host, 1, "d", "u", "p");
            try (Wiretap lost = Wiretap.listen(nowhere, new RunClock(), heard)) {
                assertThatThrownBy(() -> lost.server().connect("test"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining(words);
            }
        });
    }

    /** The texts of a chain of warnings. */
    private static final class Enumerated implements java.util.Enumeration<String> {
        private SQLWarning next;

        private Enumerated(SQLWarning first) {
            next = first;
        }

        @Override
        public boolean hasMoreElements() {
            return next != null;
        }

        @Override
        public String nextElement() {
            String text = next.getMessage();
            next = next.getNextWarning();
            return text;
        }
    }
}
