package dev.rehearse.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.database.choice.Leftovers;
import dev.rehearse.database.container.DockerDatabase;
import dev.rehearse.database.embedded.EmbeddedDatabase;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.server.TemplateStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every provider that starts a database of ours owes its users. */
public abstract class DatabaseProviderContract {

    public static final RehearseHome HOME = RehearseHome.current();

    /** docker or embedded. */
    protected abstract String kind();

    protected abstract int version();

    /** Ends the primary's server as {@code kill -9} does. */
    protected abstract void kill(TestDatabase database) throws Exception;

    /** Processes, containers, volumes, networks and folders that a run has now. */
    protected abstract List<String> belongingsOf(String runId);

    protected final DatabaseProvider provider() {
        return DatabaseProviders.of(kind()).provider();
    }

    protected final TestDatabase start(int standbys, Map<String, String> settings, String templateKey) {
        return provider().start(new DatabaseRequest(version(), standbys, settings, null, templateKey), Progress.SILENT);
    }

    @Test
    void it_is_durable_as_production_is_and_says_what_it_is() throws SQLException {
        try (TestDatabase database = start(0, Map.of(), null)) {
            assertThat(value(database.primary(), "show server_version_num")).startsWith(Integer.toString(version()));
            for (String setting :
                    List.of("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "track_io_timing")) {
                assertThat(value(database.primary(), "show " + setting))
                        .as(setting)
                        .isEqualTo("on");
            }
            assertThat(value(database.primary(), "show wal_level")).isEqualTo("replica");
            assertThat(value(database.primary(), "show lc_messages")).isEqualTo("C");
            assertThat(value(database.primary(), "show max_wal_size")).isEqualTo("4GB");
            assertThat(value(
                            database.primary(),
                            "select datcollate from pg_database where datname = current_database()"))
                    .isIn("C.UTF-8", "C.utf8");
            assertThat(database.description())
                    .startsWith("PostgreSQL " + version() + ".")
                    .contains("(");
            assertThat(database.provider()).isEqualTo(kind());
            assertThat(database.isLoaded()).isFalse();
            assertThat(database.isAlive()).isTrue();
        }
    }

    @Test
    void the_settings_of_the_request_win_over_ours() throws SQLException {
        Map<String, String> settings = Map.of(
                "work_mem",
                "7MB",
                "max_wal_size",
                "'2GB'",
                "deadlock_timeout",
                "250ms",
                "search_path",
                "'app, public'");

        try (TestDatabase database = start(0, settings, null)) {
            assertThat(value(database.primary(), "show work_mem")).isEqualTo("7MB");
            assertThat(value(database.primary(), "show max_wal_size")).isEqualTo("2GB");
            assertThat(value(database.primary(), "show deadlock_timeout")).isEqualTo("250ms");
            assertThat(value(database.primary(), "show search_path")).isEqualTo("app, public");
        }
    }

    @Test
    void a_setting_that_the_server_does_not_know_is_reported_in_its_own_words() {
        assertThatThrownBy(() -> start(0, Map.of("fsink", "on"), null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("unrecognized configuration parameter \"fsink\"");
    }

    @Test
    void a_version_that_is_not_supported_is_refused() {
        assertThatThrownBy(() -> provider().start(new DatabaseRequest(13, 0, Map.of(), null, null), Progress.SILENT))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessage("PostgreSQL 13 is not supported; versions 14 to 18 are.");
    }

    @Test
    void two_standbys_stream_from_the_primary_and_accept_readers() throws SQLException {
        try (TestDatabase database = start(2, Map.of(), null)) {
            execute(database.primary(), "create table account (id int primary key)", "insert into account values (7)");

            database.seal(Progress.SILENT);

            execute(database.primary(), "insert into account values (8)");
            assertThat(database.standbys())
                    .extracting(TestDatabase.Server::name)
                    .containsExactly("standby 1", "standby 2");
            for (TestDatabase.Server standby : database.standbys()) {
                eventually(
                        "the row on " + standby.name(),
                        () -> "2".equals(valueOr(standby, "select count(*) from account")));
                assertThat(value(standby, "select pg_is_in_recovery()")).isEqualTo("t");
            }
            // One that still catches up may have the rows already.
            eventually(
                    "both to stream",
                    () -> "standby_1 standby_2"
                            .equals(
                                    valueOr(
                                            database.primary(),
                                            "select string_agg(application_name, ' ' order by 1) from pg_stat_replication where state = 'streaming'")));
            assertThat(database.isAlive()).isTrue();
        }
    }

    @Test
    void a_sealed_database_is_kept_and_later_ones_are_true_copies_of_it() throws Exception {
        String key = "contract-" + UUID.randomUUID();
        String template = "";
        try {
            try (TestDatabase loaded = start(0, Map.of(), key)) {
                template = templateOf(loaded);
                execute(
                        loaded.primary(),
                        "create table account (id int primary key, note text)",
                        "insert into account select i, repeat('x', 200) from generate_series(1, 20000) i");
                loaded.keep("rows.json", "{\"account\": 20000}".getBytes(StandardCharsets.UTF_8));
                loaded.seal(Progress.SILENT);
                assertThat(loaded.isLoaded()).isFalse();
                execute(loaded.primary(), "delete from account where id > 5");
            }

            try (TestDatabase copy = start(1, Map.of(), key)) {
                assertThat(copy.isLoaded()).isTrue();
                assertThat(copy.kept("rows.json"))
                        .hasValueSatisfying(bytes -> assertThat(bytes)
                                .asString(StandardCharsets.UTF_8)
                                .isEqualTo("{\"account\": 20000}"));
                assertThat(copy.kept("something-else")).isEmpty();
                assertThat(value(copy.primary(), "select count(*) from account"))
                        .isEqualTo("20000");
                execute(copy.primary(), "delete from account where id > 10");
                copy.seal(Progress.SILENT);
                eventually(
                        "the deletion on the standby",
                        () -> "10".equals(valueOr(copy.standbys().get(0), "select count(*) from account")));
            }

            try (TestDatabase another = start(0, Map.of("work_mem", "9MB"), key)) {
                assertThat(value(another.primary(), "select count(*) from account"))
                        .isEqualTo("20000");
                assertThat(value(another.primary(), "show work_mem")).isEqualTo("9MB");
            }
        } finally {
            discardTemplate(template);
        }
    }

    private static void discardTemplate(String name) {
        new TemplateStore(HOME).discard(name, DockerDatabase::removeVolumeOf);
    }

    @Test
    void two_at_once_do_not_disturb_each_other() throws Exception {
        CompletableFuture<TestDatabase> first = CompletableFuture.supplyAsync(() -> start(0, Map.of(), null));
        CompletableFuture<TestDatabase> second = CompletableFuture.supplyAsync(() -> start(0, Map.of(), null));
        try (TestDatabase one = first.get(60, TimeUnit.SECONDS);
                TestDatabase other = second.get(60, TimeUnit.SECONDS)) {
            execute(one.primary(), "create table only_here (id int)");
            assertThat(value(other.primary(), "select to_regclass('only_here')"))
                    .isNull();
            assertThat(one.primary().port()).isNotEqualTo(other.primary().port());
        }
    }

    @Test
    void closing_leaves_nothing_and_closing_twice_is_harmless() throws Exception {
        TestDatabase database = start(1, Map.of(), null);
        database.seal(Progress.SILENT);
        Connection open = database.primary().connect("rehearse-test");
        String run = runOf(database).id();
        assertThat(belongingsOf(run)).hasSizeGreaterThan(2);

        database.close();
        database.close();

        assertThat(belongingsOf(run)).isEmpty();
        assertThat(database.isAlive()).isFalse();
        assertThat(open.isValid(2)).isFalse();
    }

    @Test
    void closing_leaves_nothing_when_the_closing_thread_is_interrupted() throws Exception {
        TestDatabase database = start(0, Map.of(), null);
        String run = runOf(database).id();
        assertThat(belongingsOf(run)).isNotEmpty();

        Thread.currentThread().interrupt();
        database.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(belongingsOf(run)).isEmpty();
    }

    @Test
    void timeouts_of_production_are_for_the_application_and_not_for_sessions_of_ours() throws SQLException {
        Map<String, String> settings = Map.of("statement_timeout", "300ms", "lock_timeout", "200ms");
        try (TestDatabase database = start(0, settings, null)) {
            TestDatabase.Server primary = database.primary();
            assertThat(value(primary, "select pg_sleep(0.4)")).isEmpty();
            assertThat(value(primary, "show lock_timeout")).isEqualTo("0");
            try (Connection application = primary.connect("rehearse-test", primary.user(), primary.password());
                    Statement statement = application.createStatement()) {
                assertThatThrownBy(() -> statement.execute("select pg_sleep(5)"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            }
        }
    }

    @Test
    void commits_wait_for_standbys_where_the_settings_say_so_but_loading_does_not() throws SQLException {
        try (TestDatabase database = start(1, Map.of("synchronous_standby_names", "'*'"), null)) {
            execute(database.primary(), "create table account (id int primary key)");

            database.seal(Progress.SILENT);

            execute(database.primary(), "insert into account values (8)");
            assertThat(value(database.primary(), "select sync_state from pg_stat_replication"))
                    .isEqualTo("sync");
        }
    }

    @Test
    void synchronous_standbys_that_are_not_there_are_refused() {
        assertThatThrownBy(() -> start(0, Map.of("synchronous_standby_names", "*"), null))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("there is no standby");
    }

    @Test
    void a_killed_server_is_noticed_and_has_last_words() throws Exception {
        try (TestDatabase database = start(0, Map.of(), null)) {
            kill(database);

            eventually("isAlive to be false", () -> !database.isAlive());
            assertThat(database.lastWords()).contains("database system is ready to accept connections");
        }
    }

    @Test
    void a_server_that_was_killed_before_it_is_kept_is_said_to_have_died() throws Exception {
        try (TestDatabase database = start(0, Map.of(), "contract-" + UUID.randomUUID())) {
            kill(database);

            assertThatThrownBy(() -> database.seal(Progress.SILENT))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageStartingWith("PostgreSQL (primary) died while it was being shut down (exit code 137).")
                    .hasMessageContaining("database system is ready to accept connections");
            assertThat(database.isAlive()).isFalse();
        }
    }

    @Test
    void it_listens_on_the_loopback_interface_only() throws Exception {
        try (TestDatabase database = start(0, Map.of(), null)) {
            assertThat(InetAddress.getByName(database.primary().host()).isLoopbackAddress())
                    .isTrue();
            for (InetAddress address : addressesBeyondLoopback()) {
                try (Socket socket = new Socket()) {
                    assertThatThrownBy(() -> socket.connect(
                                    new InetSocketAddress(
                                            address, database.primary().port()),
                                    1000))
                            .as("%s", address)
                            .isInstanceOf(ConnectException.class);
                }
            }
        }
    }

    /** Whoever starts a server meanwhile removes it, too. */
    @Test
    @Alone
    void what_a_killed_process_left_is_removed_and_what_a_live_one_has_is_not() throws Exception {
        try (TestDatabase ours = start(0, Map.of(), null)) {
            Process other = startElsewhere();
            try {
                String run = runIdPrintedBy(other);
                assertThat(Leftovers.list()).noneMatch(line -> line.contains(run));
                Leftovers.removeDead();
                assertThat(belongingsOf(run)).isNotEmpty();

                other.destroyForcibly().waitFor();
                assertThat(belongingsOf(run)).isNotEmpty();
                assertThat(Leftovers.list()).anyMatch(line -> line.contains(run));
                List<String> removed = Leftovers.removeDead();

                assertThat(removed).anyMatch(line -> line.contains(run));
                assertThat(belongingsOf(run)).isEmpty();
                assertThat(value(ours.primary(), "select 1")).isEqualTo("1");
            } finally {
                other.destroyForcibly();
            }
        }
    }

    @Test
    void a_process_that_is_asked_to_end_leaves_nothing() throws Exception {
        Process other = startElsewhere();
        try {
            String run = runIdPrintedBy(other);
            assertThat(belongingsOf(run)).isNotEmpty();

            other.destroy();

            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(belongingsOf(run)).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }

    private Process startElsewhere() throws IOException {
        return startElsewhere(List.of(), kind(), version());
    }

    /** Starts a process of its own that has a database, and says which run that is. */
    public static Process startElsewhere(List<String> prefix, String kind, int version) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StartAndWait.class.getName(),
                kind,
                Integer.toString(version)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static String runIdPrintedBy(Process process) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("run ")) {
                return line.substring(4);
            }
        }
        throw new AssertionError("The other process ended before it said which run it has.");
    }

    public static Run runOf(TestDatabase database) {
        return database instanceof EmbeddedDatabase embedded ? embedded.run() : ((DockerDatabase) database).run();
    }

    private static String templateOf(TestDatabase database) {
        return database instanceof EmbeddedDatabase embedded
                ? embedded.templateName()
                : ((DockerDatabase) database).templateName();
    }

    public static List<String> folderOf(String runId) {
        Path folder = HOME.runs().resolve(runId);
        return Files.exists(folder) ? List.of(folder.toString()) : List.of();
    }

    private static List<InetAddress> addressesBeyondLoopback() throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (network.isUp() && !network.isLoopback()) {
                network.inetAddresses().filter(Inet4Address.class::isInstance).forEach(addresses::add);
            }
        }
        return addresses;
    }

    public static void execute(TestDatabase.Server server, String... statements) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public static String value(TestDatabase.Server server, String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private static String valueOr(TestDatabase.Server server, String sql) {
        try {
            return value(server, sql);
        } catch (SQLException notYet) {
            return notYet.getSQLState();
        }
    }

    public static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited 60 s in vain for " + what);
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
