package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.scenarios.LockWaitStage.Kind;
import dev.rehearse.scenarios.LockWaitStage.Scene;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rehearse watch} as a person runs it, beside waits of known lengths. */
class WatchIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static TestDatabase database;
    private static Server server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        database = DatabaseProviders.embedded()
                .start(new DatabaseRequest(18, 0, LockWaitBenchmark.settings(), null, null), Progress.SILENT);
        server = database.primary();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private RehearseProcess watch() {
        RehearseProcess watch = RehearseProcess.start(
                folder, folder, LockWaitBenchmark.arguments(server, folder.resolve("waits.jsonl")));
        watch.awaitLine(line -> line.startsWith("Watching"), SOON);
        return watch;
    }

    private static void run(String sql) throws SQLException {
        try (var connection = server.connect("rehearse-test");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void every_wait_is_reported_once_with_its_root() throws Exception {
        run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        LockWaitCount count = new LockWaitCount();
        try (RehearseProcess watch = watch();
                LockWaitStage stage = new LockWaitStage(server, 8)) {
            WatchedLines lines = new WatchedLines(folder.resolve("waits.jsonl"));
            for (Kind kind : Kind.values()) {
                for (int millis : List.of(200, 400)) {
                    OnceInThree.holds(() -> {
                        LockWaitCount played = LockWaitBenchmark.play(stage, lines, new Scene(kind, millis, 8));
                        count.addAll(played);
                        assertThat(played.complaintsBut("too far"))
                                .as(LockWaitCount.header() + "\n" + played.row(kind.name()))
                                .isEmpty();
                    });
                }
            }
            watch.signal("INT");
            assertThat(watch.awaitExit(SOON)).isEqualTo(130);
            watch.assertNoBug();
            assertThat(watch.console()).anyMatch(l -> l.contains("waits in") && l.contains("the longest of"));
        }
        // A watch that stalls misses a wait; it never makes one up.
        assertThat(count.complaints()).noneMatch(c -> c.matches("(?s)(twice|invented|wrong root) in .*"));
        assertThat(count.trueWaits()).isGreaterThanOrEqualTo(Kind.values().length * 2 * 8);
    }

    @Test
    void a_line_has_what_a_report_has_and_the_session() throws Exception {
        OnceInThree.holds(this::aLineHasWhatAReportHas);
    }

    private void aLineHasWhatAReportHas() throws Exception {
        run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        try (RehearseProcess watch = watch();
                LockWaitStage stage = new LockWaitStage(server, 1)) {
            WatchedLines lines = new WatchedLines(folder.resolve("waits.jsonl"));
            List<TrueWait> truth = stage.play(new Scene(Kind.CHAIN, 100, 1));
            TrueWait mark = stage.mark();
            List<JsonNode> reported = lines.until(l -> l.path("pid").asInt() == mark.pid()
                    && l.path("relation").asText().equals("marker"));
            JsonNode reader = reported.stream()
                    .filter(l -> l.path("application_name").asText().equals("waiter-0"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("The wait was missed: " + reported));

            watch.assertNoBug();
            assertThat(truth).hasSize(2);
            assertThat(reader.path("waiter").asText()).isEqualTo("waiter-0");
            assertThat(reader.path("relation").asText()).isEqualTo("orders");
            assertThat(reader.path("relationKind").asText()).isEqualTo("table");
            assertThat(reader.path("mode").asText()).isEqualTo("ACCESS SHARE");
            assertThat(reader.path("millis").asDouble()).isGreaterThan(100);
            assertThat(reader.path("rootBlocker").asText()).isEqualTo("holder");
            assertThat(reader.path("statement").asInt()).isEqualTo(-1);
            assertThat(reader.path("ended").asText()).isEqualTo("GRANTED");
            assertThat(reader.path("query").asText()).isEqualTo("SELECT count(*) FROM orders");
            assertThat(reader.path("blockers").findValuesAsText("who")).containsExactly("migration", "holder");
            assertThat(reader.path("blockers").get(0).path("query").asText()).startsWith("ALTER TABLE orders");
            assertThat(reader.path("chain").get(0).asText()).startsWith("migration (ALTER TABLE orders");
        }
    }

    @Test
    void a_watch_with_a_limit_ends_by_itself() {
        try (RehearseProcess watch = RehearseProcess.start(
                folder, folder, "watch", "--url", url(server.user(), server.password()), "-T", "1")) {
            assertThat(watch.awaitExit(SOON)).isZero();
            assertThat(watch.console()).anyMatch(l -> l.matches("0 waits in [1-9].*"));
        }
    }

    @Test
    void a_role_that_may_not_see_other_sessions_is_told_what_it_lacks() throws Exception {
        run("CREATE ROLE blind LOGIN PASSWORD 'secret'");
        try (RehearseProcess watch =
                RehearseProcess.start(folder, folder, "watch", "--url", url("blind", "secret"), "-T", "1")) {
            assertThat(watch.awaitExit(SOON)).isEqualTo(4);
            assertThat(watch.console()).anyMatch(l -> l.contains("GRANT pg_read_all_stats TO blind"));
        }
        run("GRANT pg_read_all_stats TO blind");
        try (RehearseProcess watch =
                RehearseProcess.start(folder, folder, "watch", "--url", url("blind", "secret"), "-T", "1")) {
            assertThat(watch.awaitExit(SOON)).isZero();
        }
        run("DROP ROLE blind");
    }

    private static String url(String user, String password) {
        return "postgresql://" + user + ":" + password + "@" + server.host() + ":" + server.port() + "/"
                + server.database();
    }
}
