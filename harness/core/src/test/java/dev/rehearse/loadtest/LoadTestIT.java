package dev.rehearse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.loadtest.replay.ExportedLoad;
import dev.rehearse.loadtest.replay.Replay;
import dev.rehearse.loadtest.replay.ReplayPlan;
import dev.rehearse.pgbench.BuiltInScript;
import dev.rehearse.pgbench.Script;
import dev.rehearse.pgbench.Symbols;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.recording.IntervalLogs;
import dev.rehearse.recording.RunClock;
import dev.rehearse.serverlog.StatementExport;
import dev.rehearse.serverlog.StatementLog;
import dev.rehearse.wiretap.Until;
import dev.rehearse.wiretap.Wiretap;
import dev.rehearse.wiretap.protocol.StatementListener;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LoadTestIT {

    private final Symbols symbols = new Symbols();

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();
    private TestDatabase.Server server;

    @BeforeEach
    void make_a_database() throws SQLException {
        server = TestServers.freshDatabase();
    }

    private void makeTables(int scale) throws SQLException {
        execute(
                "create table pgbench_branches (bid int primary key, bbalance int, filler char(88)) with (fillfactor ="
                        + " 100)",
                "create table pgbench_tellers (tid int primary key, bid int, tbalance int, filler char(84))",
                "create table pgbench_accounts (aid int primary key, bid int, abalance int, filler char(84))",
                "create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))",
                "insert into pgbench_branches select g, 0 from generate_series(1, " + scale + ") g",
                "insert into pgbench_tellers select g, (g - 1) / 10 + 1, 0 from generate_series(1, " + 10 * scale
                        + ") g",
                "insert into pgbench_accounts select g, (g - 1) / 100000 + 1, 0 from generate_series(1, "
                        + 100_000 * scale + ") g");
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private String url() {
        return server.jdbcUrl() + "?user=" + server.user() + "&password=" + server.password();
    }

    private final class Plan {
        private List<LoadTestPlan.Weighted> scripts = new ArrayList<>();
        private Protocol protocol = Protocol.PREPARED;
        private int clients = 2;
        private @Nullable RateCurve rate;
        private boolean evenly;
        private @Nullable Duration connectionTimeout;
        private Duration length = Duration.ZERO;
        private long operations = 1;
        private int maxTries = 1;
        private boolean findsScale;
        private Map<String, String> definitions = Map.of();
        private @Nullable Path intervalLog;

        Plan script(String text) {
            scripts.add(new LoadTestPlan.Weighted(Script.parse("bench.sql", text, symbols), 1));
            return this;
        }

        Plan builtIn(BuiltInScript script) {
            scripts.add(new LoadTestPlan.Weighted(script.script(symbols), 1));
            findsScale = true;
            return this;
        }

        Plan clients(int number) {
            clients = number;
            return this;
        }

        Plan rate(double perSecond) {
            rate = RateCurve.constant(perSecond);
            return this;
        }

        Plan seconds(double seconds) {
            length = Duration.ofNanos((long) (seconds * 1e9));
            return this;
        }

        Plan operations(long perClient) {
            operations = perClient;
            return this;
        }

        Plan by(Protocol way) {
            protocol = way;
            return this;
        }

        Plan maxTries(int number) {
            maxTries = number;
            return this;
        }

        Plan define(String name, String value) {
            definitions = Map.of(name, value);
            return this;
        }

        Plan evenly() {
            evenly = true;
            return this;
        }

        Plan pool(Duration patience) {
            connectionTimeout = patience;
            return evenly();
        }

        Plan intervalLog(Path place) {
            intervalLog = place;
            return this;
        }

        LoadTestPlan made() {
            return new LoadTestPlan(
                    url(),
                    new LoadTestPlan.Work(scripts, symbols, definitions, findsScale),
                    new LoadTestPlan.Pace(rate, evenly, connectionTimeout, length, operations),
                    new LoadTestPlan.Sessions(clients, protocol, maxTries, false),
                    7,
                    intervalLog);
        }

        LoadTestResult run() throws InterruptedException {
            LoadTestResult result = LoadTest.run(made(), new Listener());
            assertThat(result.planned())
                    .as("every arrival is accounted for")
                    .isEqualTo(result.operations() + result.failed() + result.shed() + result.unfinished());
            return result;
        }
    }

    private final class Listener implements LoadTestListener {
        @Override
        public void progress(double seconds, double perSecond, long failed, double medianMillis, double p99Millis) {}

        @Override
        public synchronized void says(String line) {
            said.add(line);
        }
    }

    /** By clients that have a thread each, and by some that share threads. */
    @ParameterizedTest
    @CsvSource({"2, SIMPLE", "12, SIMPLE", "2, PREPARED", "12, PREPARED"})
    void an_expression_without_a_value_fails_its_operation_alone_and_undoes_it(int clients, Protocol protocol)
            throws SQLException, InterruptedException {
        execute("create table seen (id int)");
        String begin = protocol == Protocol.SIMPLE ? "" : "\\startpipeline\n";
        String end = protocol == Protocol.SIMPLE ? "" : "\\endpipeline\n";

        LoadTestResult result = new Plan()
                .script("\\set n 0\nSELECT 1;")
                .script(begin + "BEGIN;\nINSERT INTO seen VALUES (1);\n\\set n :n + 1\n\\set x 1 / (:n % 3)\nCOMMIT;\n"
                        + end)
                .define("n", "0")
                .by(protocol)
                .clients(clients)
                .operations(30)
                .run();

        assertThat(result.errorsBySqlState()).containsOnlyKeys("RH005");
        assertThat(result.errorExamples().get("RH005")).startsWith("bench.sql:").endsWith(": division by zero");
        assertThat(result.failed()).isPositive();
        assertThat(result.operations()).isEqualTo(30L * clients - result.failed());
        assertThat(result.reconnects()).isZero();
        assertThat(number("select count(*) from seen")).isPositive().isLessThan(result.operations());
    }

    /** By clients that share threads. */
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void the_books_of_the_built_in_scripts_balance(Protocol protocol) throws Exception {
        makeTables(2);
        int clients = LoadThreads.mostThreads() + 2;
        long operations = 40L * clients;

        LoadTestResult result = new Plan()
                .builtIn(BuiltInScript.TPCB_LIKE)
                .builtIn(BuiltInScript.SELECT_ONLY)
                .by(protocol)
                .clients(clients)
                .operations(40)
                .intervalLog(folder)
                .run();

        assertThat(result.errorsBySqlState()).isEmpty();
        assertThat(result.operations()).isEqualTo(operations);
        long transfers = result.scripts().get("<built-in tpcb-like>");
        assertThat(transfers).isBetween(operations / 4, operations * 3 / 4);
        assertThat(number("select count(*) from pgbench_history")).isEqualTo(transfers);
        long moved = number("select sum(delta) from pgbench_history");
        assertThat(number("select sum(abalance) from pgbench_accounts")).isEqualTo(moved);
        assertThat(number("select sum(tbalance) from pgbench_tellers")).isEqualTo(moved);
        assertThat(number("select sum(bbalance) from pgbench_branches")).isEqualTo(moved);
        assertThat(number("select count(distinct bid) from pgbench_history")).isEqualTo(2);
        Map<String, Histogram> response = IntervalLogs.read(folder.resolve("response.hlog"));
        assertThat(response).hasSize(2);
        result.scripts()
                .forEach((script, count) -> assertThat(
                                response.get(script.replace(' ', '_')).getTotalCount())
                        .isEqualTo(count));
        assertThat(IntervalLogs.sum(response).getMaxValue() / 1e3)
                .isEqualTo(result.responseMillis().max());
        assertThat(IntervalLogs.sum(IntervalLogs.read(folder.resolve("service.hlog")))
                        .getTotalCount())
                .isEqualTo(operations);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void a_script_does_what_it_says(Protocol protocol) throws SQLException, InterruptedException {
        execute("create table seen (client int, what text, value text)");

        LoadTestResult result = new Plan()
                .script("""
                    \\set base :client_id * 100 + :start
                    SELECT :base + 1 AS next, 'it''s' AS words \\gset k_
                    SELECT 1 AS a \\; SELECT 2 AS b WHERE false \\; SELECT 3 AS c UNION SELECT 4 ORDER BY 1 \\aset
                    \\if :k_next = :base + 1
                      INSERT INTO seen VALUES (:client_id, 'next', :k_next::int);
                    \\else
                      INSERT INTO seen VALUES (:client_id, 'wrong', 'branch');
                    \\endif
                    INSERT INTO seen VALUES (:client_id, 'pi', :k_next::int * 1.5);
                    \\sleep 2 ms
                    """.replace(
                                "SELECT 1 AS a \\; SELECT 2 AS b WHERE false \\; SELECT 3 AS c UNION SELECT 4 ORDER BY"
                                        + " 1 \\aset",
                                protocol == Protocol.SIMPLE
                                        ? "SELECT 1 AS a \\; SELECT 2 AS b WHERE false \\; SELECT 3 AS c UNION SELECT"
                                                + " 4 ORDER BY 1 \\aset\n"
                                                + "INSERT INTO seen VALUES (:client_id, 'a', :a), (:client_id, 'c', :c);"
                                        : ""))
                .by(protocol)
                .define("start", "7")
                .run();

        assertThat(result.errorExamples()).isEmpty();
        assertThat(number("select value::numeric from seen where client = 1 and what = 'next'"))
                .isEqualTo(108);
        assertThat(number("select count(*) from seen where what = 'wrong'")).isZero();
        assertThat(number("select count(*) from seen where what = 'pi' and value in ('12.0', '162.0')"))
                .isEqualTo(2);
        if (protocol == Protocol.SIMPLE) {
            assertThat(number("select sum(value::int) from seen where what = 'c'"))
                    .isEqualTo(8);
            assertThat(number("select sum(value::int) from seen where what = 'a'"))
                    .isEqualTo(2);
        }
        assertThat(result.serviceMillis().p50()).isGreaterThan(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"EXTENDED", "PREPARED"})
    void a_pipeline_is_sent_as_one_and_its_failure_undoes_it(Protocol protocol)
            throws SQLException, InterruptedException {
        execute("create table seen (id int primary key, part int)");
        String script = """
            \\startpipeline
            INSERT INTO seen VALUES (:client_id * 10 + 1, 1);
            \\syncpipeline
            INSERT INTO seen VALUES (:client_id * 10 + 2, 2);
            INSERT INTO seen VALUES (:client_id * 10 + 3, 2);
            \\endpipeline
            """;

        LoadTestResult first = new Plan().script(script).by(protocol).run();
        LoadTestResult again = new Plan()
                .script(script.replace("* 10 + 1,", "* 10 + 4,"))
                .by(protocol)
                .operations(2)
                .run();

        assertThat(first.errorsBySqlState()).isEmpty();
        assertThat(again.errorsBySqlState()).isEqualTo(Map.of("23505", 4L));
        // What was before the Sync stays, as it does in pgbench; a second try fails on it, too.
        assertThat(number("select count(*) from seen")).isEqualTo(8);
    }

    @Test
    void a_column_without_a_value_is_kept_as_an_empty_text() throws SQLException, InterruptedException {
        execute("create table seen (value text)");

        new Plan()
                .script("SELECT null AS nothing \\gset\nINSERT INTO seen VALUES ('[:nothing]');")
                .by(Protocol.SIMPLE)
                .run();

        assertThat(number("select count(*) from seen where value = '[]'")).isEqualTo(2);
    }

    @Test
    void a_column_that_no_variable_can_be_called_after_is_named() {
        assertThatThrownBy(
                        () -> new Plan().script("SELECT 1;\nSELECT 1 \\gset k_").run())
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("bench.sql:2")
                .hasMessageContaining("k_?column?");
    }

    @Test
    void a_pipeline_may_be_larger_both_ways_than_what_is_on_its_way() throws SQLException, InterruptedException {
        execute("create table seen (value int)");
        String large = "x".repeat(8_000_000);

        LoadTestResult result = new Plan()
                .script("\\startpipeline\nSELECT repeat('x', 8000000);\nINSERT INTO seen SELECT length('" + large
                        + "');\n\\endpipeline")
                .clients(1)
                .run();

        assertThat(result.operations()).isEqualTo(1);
        assertThat(number("select value from seen")).isEqualTo(large.length());
    }

    @Test
    void errors_are_counted_by_sqlstate_and_the_session_goes_on() throws SQLException, InterruptedException {
        execute("create table seen (id int primary key)");

        LoadTestResult result = new Plan()
                .script("BEGIN; INSERT INTO seen VALUES (1 / :client_id); END;")
                .script("COPY seen FROM stdin;")
                .script("SELECT count(*) AS n FROM seen WHERE false \\gset\nSELECT 1 WHERE :n > 0 \\gset")
                .script("SELECT no_such_column FROM seen")
                .clients(2)
                .operations(40)
                .run();

        assertThat(result.errorsBySqlState()).containsOnlyKeys("22012", "23505", "57014", "RH001", "42703");
        assertThat(result.errorExamples().get("42703"))
                .startsWith("bench.sql:1: ")
                .contains("no_such_column");
        assertThat(result.operations()).isEqualTo(1);
        assertThat(result.failed()).isEqualTo(79);
        assertThat(result.reconnects()).isZero();
    }

    /** By clients that share threads. */
    @Test
    void a_serialization_failure_is_tried_again_with_the_same_values() throws SQLException, InterruptedException {
        execute("create table counter (n int)", "insert into counter values (0)", "create table drawn (x int)");
        String script = """
            \\set x random(1, 1000000000)
            BEGIN ISOLATION LEVEL REPEATABLE READ;
            UPDATE counter SET n = n + 1;
            INSERT INTO drawn VALUES (:x);
            COMMIT;
            """;
        int clients = LoadThreads.mostThreads() + 2;
        long operations = 10L * clients;

        LoadTestResult once =
                new Plan().script(script).clients(clients).operations(10).run();
        LoadTestResult retried = new Plan()
                .script(script)
                .clients(clients)
                .operations(10)
                .maxTries(1_000)
                .run();

        assertThat(once.errorsBySqlState()).containsOnlyKeys("40001");
        assertThat(retried.errorsBySqlState()).isEmpty();
        assertThat(retried.retries()).isPositive();
        assertThat(number("select n from counter")).isEqualTo(once.operations() + operations);
        // The second run drew the values of the first: those of the first that succeeded are there twice.
        assertThat(number("select count(*) from drawn")).isEqualTo(once.operations() + operations);
        assertThat(number("select count(distinct x) from drawn")).isEqualTo(operations);
    }

    @Test
    void a_prepared_statement_survives_a_change_of_its_result() throws SQLException, InterruptedException {
        execute("create table wide (a int)", "insert into wide values (1)");
        InBackground run = new InBackground(
                new Plan().script("SELECT * FROM wide").clients(2).seconds(600));
        awaitSessions(2);
        execute("alter table wide add column b int");
        long altered = number("select extract(epoch from clock_timestamp()) * 1000000");
        // Whoever asks again has been answered what it asked with its old plan.
        for (int later = 1; later <= 3; later++) {
            altered = awaitQuestions(2, altered);
        }
        LoadTestResult result = run.end();

        assertThat(result.errorsBySqlState().keySet()).isSubsetOf("0A000");
        assertThat(result.failed()).isBetween(1L, 2L);
        assertThat(result.operations()).isGreaterThan(10);
    }

    /** In the closed model so many clients share threads, which one that connects anew has to leave. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_lost_connection_is_made_again(boolean isOpenModel) throws SQLException, InterruptedException {
        int clients = LoadThreads.mostThreads() + 2;
        Plan plan = new Plan().script("SELECT pg_sleep(0.001)").clients(clients).seconds(600);
        InBackground run = new InBackground(isOpenModel ? plan.rate(200) : plan);
        awaitSessions(clients);
        assertThat(number("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like"
                        + " 'rehearse-load%' and datname = current_database()"))
                .isEqualTo(clients);
        // Those that were ended may still be listed, but ask nothing any more.
        awaitQuestions(clients, number("select extract(epoch from clock_timestamp()) * 1000000"));
        LoadTestResult result = run.end();

        assertThat(result.reconnects()).isEqualTo(clients);
        assertThat(result.errorsBySqlState().keySet()).isSubsetOf("57P01", "08006");
        assertThat(result.failed()).isEqualTo(clients);
        assertThat(result.operations()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void a_session_that_the_server_ends_is_told_by_the_servers_own_word(Protocol protocol) throws InterruptedException {
        LoadTestResult result = new Plan()
                .script("SELECT pg_terminate_backend(pg_backend_pid())")
                .by(protocol)
                .operations(2)
                .run();

        assertThat(result.errorsBySqlState()).isEqualTo(Map.of("57P01", 4L));
        assertThat(result.reconnects()).isEqualTo(2);
    }

    /** Of clients that share a thread. */
    @Test
    void a_client_that_rolls_back_holds_up_no_other() throws InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        int neighbour = (LoadThreads.mostThreads() + cores - 1) / cores * cores;
        CountDownLatch neighboursWork = new CountDownLatch(200);
        List<Boolean> wentOn = new CopyOnWriteArrayList<>();
        StatementListener listener = new StatementListener() {
            @Override
            public void statementEnded(TappedStatement statement) {
                if (statement.client().applicationName().equals("rehearse-load-" + (neighbour + 1))) {
                    if (statement.sql().equals("SELECT 1")) {
                        neighboursWork.countDown();
                    }
                } else if (statement.sql().equals("ROLLBACK")) {
                    wentOn.add(comesToZero(neighboursWork));
                }
            }
        };
        try (Wiretap tap = Wiretap.listen(server, new RunClock(), listener)) {
            server = tap.server();
            LoadTestResult result = new Plan()
                    .script("\\if :client_id = 0\nBEGIN;\nSELECT 1 / :client_id;\nEND;\n\\else\nSELECT 1;\n\\endif\n")
                    .clients(neighbour + 1)
                    .operations(200)
                    .run();

            assertThat(wentOn).hasSize(200).containsOnly(true);
            assertThat(result.errorsBySqlState()).isEqualTo(Map.of("22012", 200L));
            assertThat(result.operations()).isEqualTo(200L * neighbour);
        }
    }

    private static boolean comesToZero(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** A run that lasts until it is told to end. */
    private static final class InBackground {

        private final FutureTask<LoadTestResult> task;
        private final Thread thread;

        InBackground(Plan plan) {
            task = new FutureTask<>(plan::run);
            thread = new Thread(task, "load test");
            thread.start();
        }

        LoadTestResult result() throws InterruptedException {
            try {
                return task.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError(e);
            }
        }

        LoadTestResult end() throws InterruptedException {
            thread.interrupt();
            return result();
        }
    }

    /** Waits until the load's sessions have all begun to work. */
    private void awaitSessions(int count) throws SQLException, InterruptedException {
        awaitQuestions(count, 0);
    }

    /** Sessions end some time after their clients have left. */
    private void awaitNone(String which) {
        Until.holds("no session to be there of which " + which, () -> {
            try {
                return number("select count(*) from pg_stat_activity where " + which) == 0;
            } catch (SQLException e) {
                // They may hold every connection that the server has.
                return false;
            }
        });
    }

    /** Waits until so many sessions have asked something later than that, and tells when they had. */
    private long awaitQuestions(int count, long laterThanMicros) throws SQLException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (number("select count(*) from pg_stat_activity where application_name like 'rehearse-load%'"
                        + " and datname = current_database() and query not like '%extra_float%'"
                        + " and query not like '%application_name%' and query <> ''"
                        + " and query not like '%rehearse warm-up%'"
                        + " and extract(epoch from query_start) * 1000000 > " + laterThanMicros)
                < count) {
            assertThat(System.nanoTime()).as("the load works").isLessThan(until);
            Thread.sleep(5);
        }
        return number("select extract(epoch from clock_timestamp()) * 1000000");
    }

    @Test
    @Alone
    void a_lock_of_one_second_shows_in_the_percentiles_as_arithmetic_says() throws Exception {
        makeTables(1);
        OnceInThree.holds(this::aLockShowsInThePercentiles);
    }

    private void aLockShowsInThePercentiles() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        AtomicLong heldNanos = new AtomicLong();
        Thread locker = new Thread(() -> {
            try (Connection connection = server.connect("rehearse-test");
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("lock table pgbench_accounts");
                long since = System.nanoTime();
                held.countDown();
                statement.execute("select pg_sleep(1)");
                connection.commit();
                heldNanos.set(System.nanoTime() - since);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        InBackground run = new InBackground(new Plan()
                .builtIn(BuiltInScript.SELECT_ONLY)
                .clients(3)
                .rate(100)
                .evenly()
                .seconds(5));
        awaitSessions(3);
        locker.start();
        assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
        LoadTestResult result = run.result();
        locker.join();

        assertThat(result.failed()).isZero();
        assertThat(result.unfinished()).isZero();
        assertThat(result.planned()).isEqualTo(500);
        // P(response > x) = (held - x) / 5 s, where the server catches up at once: it does many times 100/s.
        double heldMillis = heldNanos.get() / 1e6;
        assertThat(result.responseMillis().p90()).isCloseTo(heldMillis - 500, within(50.0));
        assertThat(result.responseMillis().p95()).isCloseTo(heldMillis - 250, within(50.0));
        assertThat(result.responseMillis().p99()).isCloseTo(heldMillis - 50, within(50.0));
        assertThat(result.responseMillis().max()).isCloseTo(heldMillis, within(50.0));
        assertThat(result.serviceMillis().p99())
                .as("only three operations were in the server")
                .isLessThan(200);
    }

    @Test
    void a_log_is_replayed_with_its_transactions_and_changes_nothing_unless_told_to() throws Exception {
        makeTables(1);
        Path file = folder.resolve("shop.csv");
        try (InputStream in = StatementLog.class.getResourceAsStream("shop.csv")) {
            Files.copy(java.util.Objects.requireNonNull(in), file);
        }

        LoadTestResult read = replay(file, false);
        assertThat(number("select count(*) from pgbench_history")).isZero();
        assertThat(number("select count(*) from pgbench_accounts where abalance <> 0"))
                .isZero();
        assertThat(read.leftOut()).containsEntry("statements that may write", 24L);
        assertThat(read.notes()).anyMatch(note -> note.startsWith("Nothing was written"));

        LoadTestResult written = replay(file, true);
        assertThat(written.operations()).isEqualTo(read.operations() + 24);
        assertThat(number("select count(*) from pgbench_history")).isEqualTo(6);
        long moved = number("select sum(delta) from pgbench_history");
        assertThat(number("select sum(abalance) from pgbench_accounts")).isEqualTo(moved);
        assertThat(number("select sum(tbalance) from pgbench_tellers")).isEqualTo(moved);
        assertThat(IntervalLogs.read(folder.resolve("true.hlog"))
                        .get("response:shop.csv")
                        .getTotalCount())
                .isEqualTo(written.operations());
    }

    @Test
    void what_another_session_undid_then_is_undone_in_a_replay_too() throws Exception {
        execute("create table undone (id int primary key)");
        Path log = Files.writeString(
                folder.resolve("undone.log"),
                String.join(
                        "\n",
                        "2026-11-22 10:15:01.000 UTC [1] LOG:  statement: BEGIN",
                        "2026-11-22 10:15:01.001 UTC [1] LOG:  statement: INSERT INTO undone VALUES (1)",
                        "2026-11-22 10:15:01.002 UTC [1] LOG:  statement: INSERT INTO undone VALUES (2) -- a queue",
                        "2026-11-22 10:15:01.003 UTC [1] ERROR:  deadlock detected",
                        "2026-11-22 10:15:01.003 UTC [1] STATEMENT:  INSERT INTO undone VALUES (2) -- a queue",
                        "2026-11-22 10:15:01.004 UTC [1] LOG:  statement: COMMIT",
                        "2026-11-22 10:15:01.005 UTC [1] LOG:  execute <unnamed>: INSERT INTO undone VALUES ($1)",
                        "2026-11-22 10:15:01.005 UTC [1] DETAIL:  parameters: $1 = '3'",
                        "2026-11-22 10:15:01.006 UTC [1] ERROR:  canceling statement due to user request",
                        "2026-11-22 10:15:01.006 UTC [1] STATEMENT:  INSERT INTO undone VALUES ($1)",
                        "2026-11-22 10:15:01.007 UTC [1] LOG:  statement: BEGIN",
                        "2026-11-22 10:15:01.008 UTC [1] LOG:  statement: INSERT INTO undone VALUES (4)",
                        "2026-11-22 10:15:01.009 UTC [1] ERROR:  division by zero",
                        "2026-11-22 10:15:01.009 UTC [1] STATEMENT:  SELECT 1 / $1",
                        "2026-11-22 10:15:01.010 UTC [1] LOG:  statement: COMMIT",
                        "2026-11-22 10:15:01.011 UTC [1] LOG:  statement: BEGIN",
                        "2026-11-22 10:15:01.012 UTC [1] LOG:  statement: INSERT INTO undone VALUES (5)",
                        "2026-11-22 10:15:01.013 UTC [1] LOG:  statement: COMMIT",
                        "2026-11-22 10:15:01.014 UTC [1] ERROR:  a deferred check",
                        "2026-11-22 10:15:01.014 UTC [1] STATEMENT:  COMMIT",
                        "2026-11-22 10:15:01.015 UTC [1] LOG:  statement: BEGIN",
                        "2026-11-22 10:15:01.016 UTC [1] LOG:  statement: INSERT INTO undone VALUES (7)",
                        "2026-11-22 10:15:01.017 UTC [1] LOG:  statement: COPY undone FROM STDIN",
                        "2026-11-22 10:15:01.018 UTC [1] ERROR:  invalid input syntax for type integer",
                        "2026-11-22 10:15:01.018 UTC [1] CONTEXT:  COPY undone, line 1, column id: \"x\"",
                        "2026-11-22 10:15:01.018 UTC [1] STATEMENT:  COPY undone FROM STDIN",
                        "2026-11-22 10:15:01.019 UTC [1] LOG:  statement: COMMIT",
                        "2026-11-22 10:15:01.020 UTC [1] LOG:  statement: INSERT INTO undone VALUES (6)",
                        ""));

        LoadTestResult result = Replay.run(
                new ReplayPlan(url(), read(log, true), "undone.log", 1, Duration.ZERO, true, null), new Listener());

        assertThat(result.errorsBySqlState()).isEqualTo(Map.of("40P01", 1L, "57014", 1L, "P0001", 3L));
        assertThat(result.errorExamples().get("57014")).endsWith("It failed so in the log.");
        assertThat(number("select string_agg(id::text, ' ')::int from undone")).isEqualTo(6);
    }

    private static StatementLog read(Path file, boolean writes) throws InterruptedException {
        StatementLog.Reading reading = new StatementLog.Reading(StatementLog.Reading.DEFAULT_PREFIX, null, writes);
        return StatementLog.read(List.of(file), reading, Progress.SILENT);
    }

    private LoadTestResult replay(Path file, boolean writes) throws InterruptedException {
        StatementLog log = read(file, writes);
        Path histograms = folder.resolve(writes + ".hlog");
        LoadTestResult result = Replay.run(
                new ReplayPlan(url(), log, "shop.csv", 2, Duration.ZERO, writes, histograms), new Listener());
        assertThat(result.errorsBySqlState()).as("what failed then").isEqualTo(Map.of("22012", 1L));
        assertThat(result.planned()).isEqualTo(log.size()).isEqualTo(result.operations() + 1);
        return result;
    }

    @Test
    void an_export_is_replayed_at_its_rates_with_values_of_the_columns() throws Exception {
        execute(
                "create table shop (id uuid primary key, name text not null, city text)",
                "create table orders (id bigint primary key, shop uuid references shop, total numeric not null, placed"
                        + " timestamptz not null) partition by range (id)",
                "create table orders_1 partition of orders for values from (0) to (500)",
                "create table orders_2 partition of orders for values from (500) to (1000)",
                "create index on orders (shop)",
                "create table seen (shop uuid, id bigint)",
                "insert into shop select gen_random_uuid(), 'O''shop ' || g, 'c' from generate_series(1, 20) g",
                "insert into orders select g, (select id from shop order by name offset g % 20 limit 1), g, now() - g"
                        + " * interval '1 min' from generate_series(1, 900) g",
                "create table note (id bigint primary key, body text, tag text)",
                "insert into note select g, case when g % 2 = 0 then 'b' || g end, case when g % 2 = 1 then 't' || g end"
                        + " from generate_series(1, 100) g",
                "insert into note select g, repeat('x', 300000) from generate_series(101, 150) g",
                "analyze",
                // The server does not know how many rows it has.
                "create table large (id bigint primary key, filler text not null)",
                "insert into large select g, repeat('x', 60) from generate_series(1000, 151000) g",
                "create function found(what anyelement) returns boolean language plpgsql as"
                        + " $$begin if what is null then raise 'missed'; end if; return true; end$$");
        Path file = folder.resolve("statements.csv");
        Files.writeString(file, """
            query,calls,mean_exec_time,rows,stats_reset,captured_at
            "SELECT found((SELECT o.total FROM orders o JOIN shop s ON s.id = o.shop WHERE o.id = $1 AND o.shop = $2))",600,0.1,600,2026-11-22 10:00:00+00,2026-11-22 10:00:10.000+00
            "SELECT found((SELECT min(id) FROM orders WHERE placed >= $1 AND placed <= $2))",100,0.1,100,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            "SELECT found(max(name)) FROM shop WHERE name LIKE $1 AND (id = ANY ($2) OR $2 IS NULL) LIMIT $3",100,0.1,100,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            "SELECT now() - interval $1, $2 + 1",100,0.1,100,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            "INSERT INTO orders (id, shop, total, placed) VALUES ($1, $2, $3, now())",100,0.1,100,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            "SELECT id FROM shop WHERE id = $1 FOR UPDATE",10,0.1,10,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            "SELECT * FROM gone WHERE id = $1",90,0.1,90,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            "SELECT found(nullif((SELECT count(*) FROM large WHERE id IN ($1, $2)), CASE WHEN $1 = $2 THEN 0 ELSE 1 END))",10,0.1,10,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            "SELECT count(*) FROM note WHERE body = $1 AND tag = $2",10,0.1,10,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            "INSERT INTO note (id, body, tag) VALUES ($1, $2, $3)",100,0.1,100,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            BEGIN,500,0.1,0,2026-11-22 10:00:00+00,2026-11-22 10:00:10+00
            """);
        assertThat(StatementExport.isMeant(file)).isTrue();

        LoadTestResult read = replayed(file, false);
        assertThat(read.planned()).as("92 calls/s for 2 s: " + read.notes()).isEqualTo(184);
        assertThat(read.errorExamples()).as("each value was one of its column").isEmpty();
        assertThat(read.leftOut())
                .containsEntry("statements that may write", 2L)
                .containsEntry("statements that do not run in this database", 2L)
                .containsEntry("statements that are no load by themselves (BEGIN, SET, FETCH and the like)", 1L);
        assertThat(read.notes())
                .anyMatch(note -> note.contains("SELECT * FROM gone") && note.contains("(42P01)"))
                .anyMatch(note -> note.contains("FOR UPDATE") && note.contains("(25006)"))
                .anyMatch(note -> note.startsWith("Nothing was written"))
                .noneMatch(note -> note.startsWith("There are no rows"));
        assertThat(number("select count(*) from orders")).isEqualTo(900);
        assertThat(read.scripts().get("1: SELECT found((SELECT o.total FROM orders o JOIN shop s ON..."))
                .as("two thirds of the calls")
                .isBetween(90L, 150L);

        LoadTestResult written = replayed(file, true);
        assertThat(written.errorExamples()).as("new rows have new keys").isEmpty();
        assertThat(number("select count(*) from orders")).isGreaterThan(900);
        assertThat(number("select count(*) from note where body ~ '^b' or tag ~ '^t'"))
                .as("values are NULL together as in a row, and none is plain")
                .isGreaterThan(100)
                .isEqualTo(number("select count(*) from note") - 50);
    }

    private LoadTestResult replayed(Path file, boolean writes) throws InterruptedException {
        ExportedLoad load = ExportedLoad.of(url(), StatementExport.read(file, null, writes), writes, Progress.SILENT);
        return LoadTest.run(
                new LoadTestPlan(
                        url(),
                        load.work(),
                        new LoadTestPlan.Pace(
                                RateCurve.constant(load.callsPerSecond()), true, null, Duration.ofSeconds(2), 0),
                        new LoadTestPlan.Sessions(4, Protocol.EXTENDED, 1, !writes),
                        7,
                        null),
                new Listener());
    }

    @Test
    void a_server_that_has_no_room_for_the_sessions_of_a_log_is_told_of_before_they_begin() throws Exception {
        int most = (int) number("select current_setting('max_connections')::int");
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= most; i++) {
            text.append("2026-11-22 10:15:00.%03d UTC [%d] LOG:  statement: SELECT 1%n".formatted(i, i));
        }
        StatementLog log = read(Files.writeString(folder.resolve("many.log"), text), false);

        LoadTestResult first = Replay.run(
                new ReplayPlan(url(), log, "many.log", 1, Duration.ofMillis(1), false, null), new Listener());
        assertThat(first.operations()).as("of one session").isEqualTo(1);
        assertThat(said).isEmpty();

        LoadTestListener interrupting = new LoadTestListener() {
            @Override
            public void progress(double at, double perSecond, long failed, double medianMillis, double p99Millis) {}

            @Override
            public void says(String line) {
                said.add(line);
                Thread.currentThread().interrupt();
            }
        };
        assertThatThrownBy(() ->
                        Replay.run(new ReplayPlan(url(), log, "many.log", 1, Duration.ZERO, false, null), interrupting))
                .isInstanceOf(InterruptedException.class);
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("The log has up to " + most + " sessions at a time")
                .contains("max_connections = " + most, "53300");
    }

    @Test
    void a_log_that_another_replaces_before_it_is_replayed_is_told_of_and_leaves_no_session() throws Exception {
        String line = "2026-11-22 10:15:00.%03d UTC [%d] LOG:  statement: SELECT %d%n";
        Path file =
                Files.writeString(folder.resolve("rotated.log"), line.formatted(0, 1, 1) + line.formatted(100, 1, 2));
        StatementLog log = read(file, false);
        ReplayPlan plan = new ReplayPlan(url(), log, "rotated.log", 1, Duration.ZERO, false, null);

        Files.writeString(file, line.formatted(0, 1, 1));
        LoadTestResult cut = Replay.run(plan, new Listener());
        assertThat(cut.operations()).isEqualTo(1);
        assertThat(cut.notes()).anySatisfy(note -> assertThat(note).contains("cut or replaced", "1 of its statements"));

        Files.writeString(file, line.formatted(0, 1, 1) + line.formatted(100, 2, 2));
        assertThatThrownBy(() -> Replay.run(plan, new Listener()))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(file + " was cut or replaced")
                .hasMessageContaining("session 2");
        awaitNone("application_name like 'rehearse-load%' and datname = current_database()");
    }

    @Test
    void a_replay_that_gets_stuck_is_ended_and_every_statement_accounted_for() throws Exception {
        Path file = folder.resolve("stuck.log");
        String line = "2026-11-22 10:15:0%d.%03d UTC [%d] LOG:  statement: %s%n";
        Files.writeString(
                file,
                line.formatted(0, 0, 1, "SELECT pg_sleep(600)")
                        + line.formatted(0, 10, 1, "SELECT 1")
                        + line.formatted(0, 20, 2, "BEGIN")
                        + line.formatted(0, 30, 2, "SELECT txid_current()")
                        + line.formatted(0, 40, 2, "SELECT nextval('none')")
                        + line.formatted(0, 50, 2, "SELECT 2")
                        + line.formatted(0, 60, 2, "ROLLBACK")
                        + line.formatted(0, 70, 3, "SELECT pg_terminate_backend(pg_backend_pid())")
                        + line.formatted(9, 0, 2, "SELECT 'later than the run'"));
        StatementLog log = read(file, false);

        LoadTestResult result = Replay.run(
                new ReplayPlan(url(), log, "stuck.log", 1, Duration.ofSeconds(1), false, null), new Listener());

        assertThat(result.planned()).isEqualTo(8);
        assertThat(result.unfinished()).isEqualTo(2);
        assertThat(result.errorsBySqlState()).isEqualTo(Map.of("42P01", 1L, "25P02", 1L, "57P01", 1L));
        assertThat(result.errorExamples().get("42P01")).startsWith("line 5: ");
        assertThat(result.operations()).isEqualTo(3);
        awaitNone("query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()");
    }

    @Test
    void a_pool_that_has_no_connection_in_time_sheds_what_waits_for_one() throws Exception {
        // Two connections are taken for ever by the first two; all that come later give up, each after 300 ms.
        LoadTestResult result = new Plan()
                .script("SELECT pg_sleep(600)")
                .clients(2)
                .rate(100)
                .seconds(1)
                .pool(Duration.ofMillis(300))
                .intervalLog(folder.resolve("pool.hlog"))
                .run();

        assertThat(result.planned()).isEqualTo(100);
        assertThat(result.shed()).isEqualTo(98);
        assertThat(result.unfinished()).isEqualTo(2);
        assertThat(result.queueMillis().p50()).isBetween(300.0, 300.9);
        assertThat(result.serviceMillis().max()).isNaN();
        assertThat(result.notes()).anyMatch(note -> note.startsWith("98 operations gave up waiting for one of the 2"));
        assertThat(IntervalLogs.read(folder.resolve("pool.hlog"))
                        .get("queue:bench.sql")
                        .getTotalCount())
                .isEqualTo(98);
    }

    /** The last of five is due after nine tenths of it. */
    @Test
    void a_schedule_is_as_long_as_it_was_to_be() throws InterruptedException {
        LoadTestResult result =
                new Plan().script("SELECT 1;").rate(5).evenly().seconds(1).run();

        assertThat(result.operations()).isEqualTo(5);
        assertThat(result.seconds()).isGreaterThanOrEqualTo(1);
        assertThat(result.tps()).isEqualTo(5 / result.seconds());
    }

    @Test
    void a_schedule_without_operations_is_named() throws InterruptedException {
        LoadTestResult result =
                new Plan().script("SELECT 1;").rate(0.5).seconds(1).run();

        assertThat(result.planned()).isZero();
        assertThat(result.notes()).anySatisfy(note -> assertThat(note).contains("No operation was due"));
    }

    @Test
    void what_cannot_be_done_in_time_is_counted_and_ended() throws SQLException, InterruptedException {
        long started = System.nanoTime();
        LoadTestResult result = new Plan()
                .script("SELECT pg_sleep(600)")
                .clients(2)
                .rate(100)
                .seconds(1)
                .run();

        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(60));
        assertThat(result.operations()).isZero();
        assertThat(result.unfinished()).isEqualTo(result.planned()).isEqualTo(100);
        assertThat(result.responseMillis().max()).isBetween(1_900.0, 60_000.0);
        assertThat(result.serviceMillis().max()).isNaN();
        assertThat(result.notes()).anyMatch(note -> note.contains("not done at the end"));
        awaitNone("query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()");
    }

    @Test
    void an_interrupt_ends_the_run_with_what_was_seen() throws InterruptedException, SQLException {
        AtomicReference<LoadTestResult> result = new AtomicReference<>();
        Thread run = new Thread(() -> {
            try {
                result.set(new Plan()
                        .script("SELECT 1")
                        .rate(300)
                        .clients(2)
                        .seconds(600)
                        .run());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        run.start();
        awaitSessions(2);
        run.interrupt();
        run.join(TimeUnit.SECONDS.toMillis(60));

        assertThat(run.isAlive()).isFalse();
        assertThat(result.get().interrupted()).isTrue();
        assertThat(result.get().operations()).isPositive();
        assertThat(result.get().unfinished()).isZero();
    }

    @Test
    void a_server_that_takes_fewer_connections_is_an_error_that_counts_them() throws SQLException {
        assertThatThrownBy(() -> new Plan().script("SELECT 1").clients(10_000).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("of the 10000 connections asked for")
                .hasMessageContaining("53300");
        awaitNone("application_name like 'rehearse-load%' and datname = current_database()");
    }

    @Test
    void missing_tables_are_named() {
        assertThatThrownBy(() -> new Plan().builtIn(BuiltInScript.SELECT_ONLY).run())
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("pgbench_branches")
                .hasMessageContaining("42P01")
                .hasMessageContaining("pgbench -i");
    }

    @Test
    void a_database_that_is_not_there_is_an_error_of_the_environment() {
        LoadTestPlan plan = new Plan().script("SELECT 1").made();

        assertThatThrownBy(() -> LoadTest.run(elsewhere(plan), new Listener()))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("no_such_database")
                .hasMessageContaining("3D000")
                .hasMessageNotContaining("password=");
    }

    private LoadTestPlan elsewhere(LoadTestPlan plan) {
        return new LoadTestPlan(
                plan.url().replace("/" + server.database(), "/no_such_database"),
                plan.work(),
                plan.pace(),
                plan.sessions(),
                plan.randomSeed(),
                null);
    }

    @Test
    void mistakes_that_only_a_run_can_show_name_file_and_line() {
        assertThatThrownBy(() ->
                        new Plan().script("SELECT 1;\n\\set x 1 / (1 - 1)").run())
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessage("bench.sql:2: division by zero");
        assertThatThrownBy(() -> new Plan().script("BEGIN;").run())
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("ends within a transaction");
        assertThatThrownBy(() -> new Plan().script("\\startpipeline\nSELECT 1;").run())
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("ends within a pipeline");
        assertThatThrownBy(() -> new Plan()
                        .script("\\startpipeline\nSELECT 1;\n\\endpipeline")
                        .by(Protocol.SIMPLE)
                        .run())
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("-M extended");
    }

    @Test
    void a_password_and_urls_of_both_kinds_open_the_door() throws SQLException, InterruptedException {
        execute("drop role if exists load_tester", "create role load_tester login password 'it''s @ p/w'");
        LoadTestPlan plan = new Plan().script("SELECT 1").made();
        String uri = "postgresql://load_tester:it%27s%20%40%20p%2Fw@" + server.host() + ":" + server.port() + "/"
                + server.database() + "?sslmode=prefer";

        LoadTestResult result = LoadTest.run(
                new LoadTestPlan(
                        uri,
                        plan.work(),
                        new LoadTestPlan.Pace(null, false, null, Duration.ZERO, 10),
                        new LoadTestPlan.Sessions(2, Protocol.EXTENDED, 1, false),
                        7,
                        null),
                new Listener());

        assertThat(result.operations()).isEqualTo(20);
    }
}
