package dev.rehearse.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.scenarios.LockWaitStage.Kind;
import dev.rehearse.scenarios.LockWaitStage.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Are known lock waits reported, each once, with its length and its root, and none where there was none? Plays scenes on a server that
 * it starts, beside {@code rehearse watch} in a process of its own, and counts. {@code scenarios/benchmarks/lock-waits} runs it.
 */
final class LockWaitBenchmark {

    private static final int LOAD_SESSIONS = 8;

    /**
     * What is played.
     *
     * @param millis how long the waits last
     * @param waiters how many wait at a time
     * @param seconds of load without a wait at the end, 0 for none
     * @param repeats of the scenes below 1 s
     * @param told from which length on the server tells of waits
     */
    private record Play(int[] millis, int[] waiters, int seconds, int repeats, int told) {}

    private LockWaitBenchmark() {}

    /**
     * @param arguments majors, "millis=20,50,200,1000,5000", "waiters=1,8,64", "seconds=60" of load without a wait (0: none), "repeats=3" of the
     *     scenes below 1 s, "told=9" ms from which on the server tells of waits
     */
    public static void main(String[] arguments) throws Exception {
        List<Integer> majors = new ArrayList<>();
        Map<String, String> options = new HashMap<>(Map.of(
                "millis", "20,50,200,1000,5000", "waiters", "1,8,64", "seconds", "60", "repeats", "3", "told", "9"));
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                majors.add(Integer.parseInt(argument));
            } else if (options.replace(argument.substring(0, equals), argument.substring(equals + 1)) == null) {
                throw new IllegalArgumentException(argument + " is none of " + options.keySet());
            }
        }
        Play play = new Play(
                numbers(options.get("millis")),
                numbers(options.get("waiters")),
                Integer.parseInt(options.get("seconds")),
                Integer.parseInt(options.get("repeats")),
                Integer.parseInt(options.get("told")));
        boolean holds = true;
        for (int major : majors.isEmpty() ? List.of(18) : majors) {
            holds &= run(major, play);
        }
        System.exit(holds ? 0 : 1);
    }

    private static int[] numbers(String list) {
        return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    private static boolean run(int major, Play play) throws Exception {
        Path folder = Files.createTempDirectory("rehearse-lock-waits-");
        DatabaseRequest request = new DatabaseRequest(major, 0, settings(), null, null);
        Path file = folder.resolve("waits.jsonl");
        try (TestDatabase database = DatabaseProviders.embedded().start(request, Progress.SILENT)) {
            System.out.println(database.description());
            Server server = database.primary();
            Process watch = watch(server, file);
            try {
                awaitWatch(server);
                WatchedLines lines = new WatchedLines(file);
                LockWaitCount all = scenes(server, lines, play);
                boolean quiet = play.seconds() == 0 || noneUnderLoad(server, lines, play.seconds());
                tellCost(server);
                return all.isComplete() && all.isExact() && quiet;
            } finally {
                watch.destroy();
                watch.waitFor();
                Files.delete(file);
                Files.delete(folder);
            }
        }
    }

    /** As {@link LockWaitStage} needs them. */
    static Map<String, String> settings() {
        return Map.of("max_connections", "200", "log_lock_waits", "off", "log_line_prefix", StageLog.PREFIX);
    }

    static String[] arguments(Server server, Path file) {
        return new String[] {
            "watch",
            "--url",
            server.jdbcUrl() + "?user=" + server.user() + "&password=" + server.password(),
            "--json",
            file.toString()
        };
    }

    /** Its lines go to the file alone, what else it says to the standard error. */
    private static Process watch(Server server, Path file) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("rehearse")));
        command.addAll(List.of(arguments(server, file)));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void awaitWatch(Server server) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try (Connection connection = server.connect("rehearse-benchmark");
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM pg_stat_activity"
                        + " WHERE application_name = 'rehearse-watch' AND query LIKE '%pg_locks%')")) {
                    row.next();
                    if (row.getBoolean(1)) {
                        return;
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("30 s passed and nobody watches");
                }
            }
        }
    }

    /** What the watch's session cost the server, from the kernel's account of its process. */
    private static void tellCost(Server server) throws SQLException, IOException {
        try (Connection connection = server.connect("rehearse-benchmark");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pid, extract(epoch FROM now() - backend_start)"
                        + " FROM pg_stat_activity WHERE application_name = 'rehearse-watch'")) {
            while (row.next()) {
                String[] stat = Files.readString(Path.of("/proc", row.getString(1), "stat"))
                        .replaceFirst("^.*\\) ", "")
                        .split(" ");
                double cpuSeconds = (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / 100.0;
                System.out.printf(
                        Locale.ROOT,
                        "the watch's session used %.2f s of CPU in %.0f s: %.1f %% of a core%n",
                        cpuSeconds,
                        row.getDouble(2),
                        100 * cpuSeconds / row.getDouble(2));
            }
        }
    }

    private static LockWaitCount scenes(Server server, WatchedLines lines, Play play) throws Exception {
        LockWaitCount all = new LockWaitCount();
        Map<Kind, LockWaitCount> byKind = new EnumMap<>(Kind.class);
        System.out.println(LockWaitCount.header());
        try (LockWaitStage stage = new LockWaitStage(
                server, Math.max(8, Arrays.stream(play.waiters()).max().orElseThrow()), play.told())) {
            for (Kind kind : Kind.values()) {
                play(stage, lines, new Scene(kind, 200, 8), play.told());
            }
            for (int millis : play.millis()) {
                for (int waiters : play.waiters()) {
                    LockWaitCount ofSize = new LockWaitCount();
                    for (Kind kind : Kind.values()) {
                        for (int i = 0; i < (millis < 1_000 ? play.repeats() : 1); i++) {
                            LockWaitCount count = play(stage, lines, new Scene(kind, millis, waiters), play.told());
                            ofSize.addAll(count);
                            byKind.computeIfAbsent(kind, k -> new LockWaitCount())
                                    .addAll(count);
                        }
                    }
                    all.addAll(ofSize);
                    System.out.println(ofSize.row(millis + " ms, " + waiters + " waiters"));
                }
            }
        }
        byKind.forEach((kind, count) -> System.out.println(count.row(kind.name().toLowerCase(Locale.ROOT))));
        System.out.println(all.row("all"));
        all.complaints().forEach(c -> System.out.println(c.length() > 400 ? c.substring(0, 400) + " ..." : c));
        return all;
    }

    /** On a stage that tells every wait. */
    static LockWaitCount play(LockWaitStage stage, WatchedLines lines, Scene scene) throws Exception {
        return play(stage, lines, scene, 0);
    }

    private static LockWaitCount play(LockWaitStage stage, WatchedLines lines, Scene scene, int toldFromMillis)
            throws Exception {
        List<TrueWait> truth = stage.play(scene);
        TrueWait mark = stage.mark();
        List<JsonNode> reported = lines.until(l ->
                l.path("relation").asText().equals("marker") && l.path("pid").asInt() == mark.pid());
        LockWaitCount count = new LockWaitCount(toldFromMillis);
        count.add(scene.toString(), truth, reported);
        return count;
    }

    /** Each session has a table of its own, so that nobody waits for anybody; if one does, the server says so and it is no invention. */
    private static boolean noneUnderLoad(Server server, WatchedLines lines, int seconds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(LOAD_SESSIONS);
        List<Future<List<TrueWait>>> sessions = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        for (int i = 0; i < LOAD_SESSIONS; i++) {
            sessions.add(threads.submit(load(server, i, end)));
        }
        List<TrueWait> truth = new ArrayList<>();
        for (Future<List<TrueWait>> session : sessions) {
            truth.addAll(session.get());
        }
        threads.shutdown();
        List<JsonNode> reported = lines.fresh();
        System.out.println(seconds + " s of load: " + truth.size() + " waits in the server's words, " + reported.size()
                + " reported");
        reported.forEach(System.out::println);
        return reported.size() <= truth.size();
    }

    private static Callable<List<TrueWait>> load(Server server, int number, long endNanos) {
        return () -> {
            try (StageSession session = new StageSession(server.connect("load-" + number))) {
                List<TrueWait> waits = new ArrayList<>();
                String table = "own_" + number;
                session.run("CREATE TABLE " + table + " (id int PRIMARY KEY, n int) WITH (fillfactor = 50)");
                session.run("INSERT INTO " + table + " SELECT n, 0 FROM generate_series(1, 1000) n");
                while (System.nanoTime() < endNanos) {
                    for (int i = 1; i <= 100; i++) {
                        waits.addAll(
                                StageSession.get(session.start("UPDATE " + table + " SET n = n + 1 WHERE id = " + i)));
                        waits.addAll(StageSession.get(session.start("SELECT count(*) FROM " + table)));
                    }
                }
                return waits;
            } catch (SQLException | IOException e) {
                throw new IllegalStateException("The load failed", e);
            }
        };
    }
}
