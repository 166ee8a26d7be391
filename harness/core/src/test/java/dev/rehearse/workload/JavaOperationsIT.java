package dev.rehearse.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.plan.JavaOperation;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.workload.ledger.BaseSample;
import dev.rehearse.workload.wait.ServerWait;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations in Java beside what is known of operations in SQL. */
class JavaOperationsIT {

    private static LoadedServer shop;

    @BeforeAll
    static void start() throws SQLException {
        shop = new LoadedServer(18);
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    @BeforeEach
    void fill() throws SQLException {
        shop.fillAccounts();
    }

    private static Workload.Operation java(String name, JavaOperation java) {
        return Workload.Operation.inJava(name, 1, Map.of("id", LoadedServer.key("account", "id")), java);
    }

    private static void transfer(DataSource database, Map<String, String> values) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE account SET cents = cents + 1 WHERE id = ?")) {
                update.setInt(1, Integer.parseInt(values.get("id")));
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
            connection.commit();
        }
    }

    @Test
    void they_are_named_counted_and_tried_as_operations_in_sql_are() throws Exception {
        Set<String> sessions = ConcurrentHashMap.newKeySet();
        Workload.Operation operation = java("transfer", (database, values, random) -> {
            transfer(database, values);
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT current_setting('application_name')")) {
                row.next();
                sessions.add(row.getString(1));
            }
        });
        LoadPlan plan = shop.plan(LoadedServer.workload(200, 4, operation));
        assertThat(shop.value("SELECT sum(cents) FROM account")).isEqualTo("10000000");
        sessions.clear();

        try (LoadGenerator load = new LoadGenerator(
                plan,
                shop.server,
                LoadedServer.ROLE,
                LoadedServer.PASSWORD,
                LoadedServer.SHORTEST_REPORTED_WAIT_MILLIS,
                shop.clock)) {
            load.start();
            shop.runFor(Duration.ofSeconds(2));
            load.stop(LoadedServer.DRAIN);

            List<OperationLog.Operation> all = LoadedServer.operations(load.operations());
            assertThat(all).isNotEmpty().allSatisfy(o -> assertThat(o.outcome()).isEqualTo(Outcome.SUCCEEDED));
            assertThat(load.operations().kinds())
                    .containsExactly(new OperationKind("transfer", "app-1", List.of("account"), List.of("account")));
            assertThat(shop.value("SELECT sum(cents) - 10000000 FROM account")).isEqualTo("" + all.size());
            assertThat(sessions)
                    .isNotEmpty()
                    .isSubsetOf("rehearse-load-1", "rehearse-load-2", "rehearse-load-3", "rehearse-load-4");
        }
    }

    @Test
    @Alone
    void their_waits_are_told_by_the_server() throws Exception {
        OnceInThree.holds(JavaOperationsIT::waitsAreTold);
    }

    private static void waitsAreTold() throws Exception {
        Workload.Operation operation = java("transfer", (database, values, random) -> transfer(database, values));
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 4, operation));
                Connection blocker = shop.server.connect("rehearse-test");
                Statement statement = blocker.createStatement()) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE");
            shop.runFor(Duration.ofSeconds(1));
            long released = shop.clock.micros();
            blocker.commit();
            shop.runFor(Duration.ofMillis(500));
            load.stop(LoadedServer.DRAIN);

            List<ServerWait> waits = load.serverWaits().stream()
                    .filter(wait -> wait.lockType().equals("relation"))
                    .toList();
            OnceInThree.always(() -> assertThat(waits).allSatisfy(wait -> {
                assertThat(wait.ended()).isEqualTo(LockWait.Ended.GRANTED);
                assertThat(wait.mode()).isEqualTo("RowExclusiveLock");
            }));
            assertThat(waits)
                    .hasSize(4)
                    .allSatisfy(wait -> assertThat(wait.endMicros()).isCloseTo(released, within(100_000L)));
        }
    }

    @Test
    void they_fail_by_sqlstate_and_what_they_leave_open_is_rolled_back() throws Exception {
        Workload.Operation leaks = java("leaks", (database, values, random) -> {
            Connection connection = database.getConnection();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("UPDATE account SET cents = 0 WHERE id = " + values.get("id"));
            }
        });
        Workload.Operation divides = java("divides", (database, values, random) -> {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                if (Thread.currentThread().getName().startsWith("rehearse-load-")) {
                    statement.execute("SELECT 1 / 0");
                }
            } catch (SQLException e) {
                throw new IllegalStateException("as a framework wraps it", e);
            }
        });
        Workload.Operation breaks = java("breaks", (database, values, random) -> {
            if (Thread.currentThread().getName().startsWith("rehearse-load-")) {
                throw new IllegalStateException("a bug of the application");
            }
        });
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 4, leaks, divides, breaks))) {
            load.start();
            shop.runFor(Duration.ofSeconds(1));
            load.stop(LoadedServer.DRAIN);

            List<OperationKind> kinds = load.operations().kinds();
            assertThat(LoadedServer.operations(load.operations()))
                    .extracting(o -> kinds.get(o.kind()).name() + " " + o.sqlState())
                    .contains("leaks null", "divides 22012", "breaks RH004")
                    .containsOnly("leaks null", "divides 22012", "breaks RH004");
            assertThat(shop.value("SELECT sum(cents) FROM account")).isEqualTo("10000000");
        }
    }

    @Test
    void one_that_fails_when_tried_is_its_authors_error() {
        Workload.Operation wrong = java("reads_nothing", (database, values, random) -> {
            try (Connection first = database.getConnection();
                    Connection second = database.getConnection()) {
                throw new AssertionError("got " + first + " and " + second);
            }
        });

        assertThatThrownBy(() -> shop.plan(LoadedServer.workload(10, 1, wrong)))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("\"reads_nothing\"")
                .hasMessageContaining("one connection at a time");
    }

    private static void insert(DataSource database, Map<String, String> values) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            long id;
            try (PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO deposit (account) VALUES (?) RETURNING id");
                    ResultSet row = inserted(insert, values)) {
                assertThat(row.next()).isTrue();
                id = row.getLong(1);
                assertThat(row.next()).isFalse();
            }
            if (id % 3 == 0) {
                connection.rollback();
            } else {
                connection.commit();
            }
        }
    }

    private static ResultSet inserted(PreparedStatement insert, Map<String, String> values) throws SQLException {
        insert.setInt(1, Integer.parseInt(values.get("id")));
        return insert.executeQuery();
    }

    private static void note(DataSource database, Map<String, String> values) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO note (account) VALUES (?)")) {
            insert.setInt(1, Integer.parseInt(values.get("id")));
            insert.addBatch();
            insert.setInt(1, Integer.parseInt(values.get("id")));
            insert.addBatch();
            assertThat(insert.executeBatch()).containsExactly(1, 1);
        }
    }

    @Test
    void what_they_wrote_is_accounted_for_and_what_cannot_be_followed_is_told() throws Exception {
        shop.execute(
                "DROP TABLE IF EXISTS deposit, note",
                "CREATE TABLE deposit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account int NOT NULL)",
                "CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account int NOT NULL)");
        BaseSample sample;
        try (Connection connection = shop.server.connect("rehearse-test")) {
            sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
        }
        Workload.Operation[] operations = {
            java("transfer", (database, values, random) -> transfer(database, values)),
            java("deposit", (database, values, random) -> insert(database, values)),
            java("note", (database, values, random) -> note(database, values))
        };
        try (LoadGenerator load = shop.generator(LoadedServer.workload(300, 4, operations));
                Connection connection = shop.server.connect("rehearse-test")) {
            load.start();
            shop.runFor(Duration.ofSeconds(1));
            load.stop(LoadedServer.DRAIN);
            assertThat(LoadedServer.operations(load.operations()))
                    .isNotEmpty()
                    .allSatisfy(o -> assertThat(o.outcome()).isEqualTo(Outcome.SUCCEEDED));
            long deposits = Long.parseLong(shop.value("SELECT count(*) FROM deposit"));
            shop.execute("DELETE FROM deposit WHERE id = (SELECT min(id) FROM deposit)");

            Map<String, TableAccount> accounts = load.ledger().verify(connection, sample).stream()
                    .collect(Collectors.toMap(TableAccount::table, account -> account));

            assertThat(accounts).containsOnlyKeys("account", "deposit");
            assertThat(accounts.get("deposit").written()).isEqualTo(deposits);
            assertThat(accounts.get("deposit").rowsLost()).isEqualTo(1);
            assertThat(accounts.get("account").written()).isPositive();
            assertThat(accounts.get("account").rowsLost()
                            + accounts.get("account").valuesLost())
                    .isZero();
            assertThat(load.ledger().notes())
                    .singleElement()
                    .asString()
                    .contains("note")
                    .contains("in batches");
        }
    }
}
