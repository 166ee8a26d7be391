package dev.rehearse.observe;

import dev.rehearse.database.TestDatabase.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A session that tests hold locks with. It has a thread of its own, so that it can wait. */
public final class TestSession implements AutoCloseable {

    private static final Pattern ACQUIRED = Pattern.compile("acquired .* after ([0-9.]+) ms");

    final Connection connection;
    public final int pid;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    public TestSession(Server server, String applicationName) throws SQLException {
        connection = server.connect(applicationName);
        // The server then tells the waiter how long it waited: the truth that the sampler is held against.
        run("SET deadlock_timeout = '1ms'; SET log_lock_waits = on; SET client_min_messages = log");
        pid = Integer.parseInt(ask("SELECT pg_backend_pid()"));
    }

    public void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public String ask(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Runs it in the session's thread and tells how long, in the server's words, it waited for the lock that it waited for the longest. */
    public Future<Duration> start(String sql) {
        return thread.submit(() -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                return waited(statement.getWarnings());
            }
        });
    }

    private static Duration waited(SQLWarning warnings) {
        Duration waited = Duration.ZERO;
        for (SQLWarning warning = warnings; warning != null; warning = warning.getNextWarning()) {
            Matcher matcher = ACQUIRED.matcher(warning.getMessage());
            if (matcher.find()) {
                Duration one = Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * 1e6));
                waited = one.compareTo(waited) > 0 ? one : waited;
            }
        }
        return waited;
    }

    /** Comes back when the other session waits for a lock. */
    public void awaitWaiting(TestSession other) throws SQLException {
        awaitTrue("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = " + other.pid + ")");
    }

    /** How long the other session has waited for a lock by now, as the server says. */
    public double millisWaited(TestSession other) throws SQLException {
        return Double.parseDouble(ask("SELECT extract(epoch FROM clock_timestamp() - waitstart) * 1000"
                + " FROM pg_locks WHERE NOT granted AND pid = " + other.pid));
    }

    /** Comes back when the query says true. */
    public void awaitTrue(String sql) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!ask(sql).equals("t")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("60 s passed and still not true: " + sql);
            }
        }
    }

    public static <T> T get(Future<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        thread.shutdownNow();
    }
}
