package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong between statements goes wrong as it was asked for, and for the session that it was asked for. */
class InterferenceIT {

    private static final String INSERT = "insert into t values (1)";

    private final HeardStatements heard = new HeardStatements();
    private TestDatabase.Server server;
    private Wiretap tap;

    @BeforeEach
    void make_a_table() throws SQLException {
        server = Servers.newest();
        Servers.execute(server, "create table t (id int)");
    }

    @AfterEach
    void close() {
        tap.close();
    }

    private static Interference before(String sql, Fault fault) {
        return new Interference() {
            @Override
            public Fault before(TappedStatement statement) {
                return statement.sql().equals(sql) ? fault : Fault.NONE;
            }
        };
    }

    private static Interference after(String sql, Fault fault) {
        return new Interference() {
            @Override
            public Fault after(TappedStatement statement) {
                return statement.sql().equals(sql) ? fault : Fault.NONE;
            }
        };
    }

    private void listen(TestDatabase.Server target, Interference interference) {
        tap = Wiretap.listen(
                target,
                new TapSettings(
                        0,
                        new ServerTls(ServerTls.Mode.NEVER, null),
                        false,
                        TapSettings.ServersWords.PASSED,
                        interference),
                new RunClock(),
                heard);
    }

    private <T> T connected(Function<Statement, T> use) throws SQLException {
        try (Connection connection = tap.server().connect("test");
                Statement statement = connection.createStatement()) {
            return use.apply(statement);
        }
    }

    /** SQLSTATE with which a statement fails, or an empty text. */
    private static String execute(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return "";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    private String execute(String sql) throws SQLException {
        return connected(statement -> execute(statement, sql));
    }

    private int rows() throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from t")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void a_delay_holds_the_client_up_and_is_no_part_of_the_statement() throws SQLException {
        listen(server, after(INSERT, Fault.delay(Duration.ofMillis(300))));

        long tookMicros = connected(statement -> {
            long from = System.nanoTime();
            assertThat(execute(statement, INSERT)).isEmpty();
            return (System.nanoTime() - from) / 1_000;
        });

        TappedStatement insert = heard.of(INSERT);
        assertThat(tookMicros - (insert.endMicros() - insert.startMicros())).isGreaterThanOrEqualTo(300_000);
    }

    @Test
    void a_reply_is_held_until_somebody_lets_go_and_other_sessions_go_on() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        listen(server, after(INSERT, Fault.hold(letGo, Duration.ofMinutes(5))));

        CompletableFuture<String> held = CompletableFuture.supplyAsync(() -> {
            try {
                return execute(INSERT);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        Until.holds(
                "the insert to end",
                () -> heard.ended.stream().anyMatch(s -> s.sql().equals(INSERT)));
        assertThat(execute("select 1")).isEmpty();

        assertThat(held).isNotDone();
        assertThat(rows()).isEqualTo(1);
        letGo.countDown();
        assertThat(held.get(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void a_statement_that_is_cut_off_before_it_begins_never_runs() throws SQLException {
        listen(server, before(INSERT, Fault.cut()));

        assertThat(execute(INSERT)).startsWith("08");

        Until.holds("the session's end", () -> !heard.sessionsEnded.isEmpty());
        assertThat(heard.of(INSERT).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(rows()).isZero();
    }

    @Test
    void a_client_that_is_cut_off_after_its_statement_never_learns_that_it_ran() throws SQLException {
        listen(server, after(INSERT, Fault.cut()));

        assertThat(execute(INSERT)).startsWith("08");

        assertThat(heard.of(INSERT).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void the_server_crashes_between_two_statements() throws Exception {
        try (TestDatabase own =
                TestServers.provider().start(new DatabaseRequest(18, 0, Map.of(), null, null), Progress.SILENT)) {
            listen(own.primary(), after("select 1", Fault.crash(() -> crash(own))));

            String[] answers = connected(
                    statement -> new String[] {execute(statement, "select 0"), execute(statement, "select 1")});

            assertThat(answers[0]).isEmpty();
            assertThat(answers[1]).startsWith("08");
            assertThat(heard.of("select 1").outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThatThrownBy(() -> tap.server().connect("test")).isInstanceOf(SQLException.class);
            assertThat(tap.failures()).isEmpty();
        }
    }

    /** The server's own quick death: every process of it ends at once, and nothing is written down. */
    private static void crash(TestDatabase database) {
        try {
            Servers.execute(database.primary(), "copy (select 1) to program 'kill -QUIT $(head -n 1 postmaster.pid)'");
        } catch (SQLException e) {
            // It may be dead before it can say so.
        }
        Until.holds("the server's death", () -> !database.isAlive());
    }

    @Test
    void an_interference_that_fails_is_noted_and_the_traffic_goes_on() throws SQLException {
        listen(server, after("select 1", () -> {
            throw new IllegalStateException("planted");
        }));

        assertThat(execute("select 1")).isEmpty();
        assertThat(tap.failures()).hasSize(1).allMatch(f -> f.contains("planted"));
    }

    @Test
    void a_tap_that_is_closed_lets_nobody_hold_it_up() throws SQLException {
        listen(server, after(INSERT, Fault.delay(Duration.ofMinutes(5))));
        CompletableFuture<String> held = CompletableFuture.supplyAsync(() -> {
            try {
                return execute(INSERT);
            } catch (SQLException e) {
                return e.getSQLState();
            }
        });
        Until.holds(
                "the insert to end",
                () -> heard.ended.stream().anyMatch(s -> s.sql().equals(INSERT)));

        long from = System.nanoTime();
        tap.close();

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from)).isLessThan(60);
        assertThat(held.join()).startsWith("08");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("rehearse-tap-" + tap.port()));
    }
}
