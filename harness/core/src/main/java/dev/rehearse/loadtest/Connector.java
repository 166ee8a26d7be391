package dev.rehearse.loadtest;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.database.ServerError;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens the connections of a load before it starts: all of them, or none and an exception that says why. Stateless. */
final class Connector {

    private static final int AT_ONCE = 8;
    private static final String TOO_MANY = "53300";
    private static final String NOT_THERE_OR_NOT_ALLOWED = "42";

    private Connector() {}

    /** @throws EnvironmentException where one cannot be opened; then none stays open */
    static void connect(List<Client> clients, DatabaseUrl url) throws InterruptedException {
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, clients.size()), task -> {
            Thread thread = new Thread(task, "rehearse-load-connector");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < Math.min(AT_ONCE, clients.size()); i++) {
                workers.add(threads.submit(() -> {
                    for (int n = next.getAndIncrement(); n < clients.size(); n = next.getAndIncrement()) {
                        connectOne(clients.get(n), next, clients.size());
                        opened.incrementAndGet();
                    }
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (ExecutionException e) {
            threads.shutdown();
            threads.awaitTermination(30, java.util.concurrent.TimeUnit.SECONDS);
            clients.forEach(Client::close);
            if (e.getCause() instanceof SQLException failure) {
                throw refused(failure, url, opened.get(), clients.size());
            }
            throw new dev.rehearse.HarnessException("Connecting failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            threads.shutdownNow();
            clients.forEach(Client::close);
            throw e;
        } finally {
            threads.shutdown();
        }
    }

    /** The first failure ends the others' work. */
    private static void connectOne(Client client, AtomicInteger next, int count) throws SQLException {
        try {
            client.connect();
        } catch (SQLException e) {
            next.set(count);
            throw e;
        }
    }

    private static EnvironmentException refused(SQLException failure, DatabaseUrl url, int opened, int asked) {
        if (!TOO_MANY.equals(failure.getSQLState())) {
            EnvironmentException why = url.cannotConnect(failure);
            return opened == 0
                    ? why
                    : new EnvironmentException(
                            why.getMessage() + " By then " + opened + " of the " + asked
                                    + " connections asked for were open.",
                            failure);
        }
        return new EnvironmentException(
                "The server took " + opened + " of the " + asked + " connections asked for, then refused: "
                        + failure.getMessage() + " (" + failure.getSQLState()
                        + "). Ask for fewer clients (-c), or let the server take more (max_connections).",
                failure);
    }

    /**
     * The scale that {@code pgbench -i} was given.
     *
     * @throws InvalidRehearsalException where its tables are missing
     * @throws EnvironmentException where they cannot be read for another reason
     */
    static long scale(Client client, DatabaseUrl url) {
        try (java.sql.Statement statement = client.driver().createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT (SELECT count(*) FROM pgbench_branches),"
                                + " (SELECT count(*) FROM (SELECT FROM pgbench_accounts, pgbench_tellers, pgbench_history LIMIT 0) AS t)")) {
            rows.next();
            long scale = rows.getLong(1);
            if (scale == 0) {
                throw new InvalidRehearsalException("The built-in scripts need data, and pgbench_branches is empty."
                        + " Fill the tables with pgbench -i, or name scripts of your own with -f.");
            }
            return scale;
        } catch (SQLException e) {
            if (!String.valueOf(e.getSQLState()).startsWith(NOT_THERE_OR_NOT_ALLOWED)) {
                throw new EnvironmentException(
                        "Cannot ask " + url + " for the scale of pgbench's tables: " + e.getMessage() + " ("
                                + e.getSQLState() + ").",
                        e);
            }
            throw new InvalidRehearsalException(
                    "The built-in scripts need pgbench's tables in this database: " + ServerError.of(e) + " ("
                            + e.getSQLState() + "). Make them with pgbench -i, or name scripts of your own with -f.",
                    e);
        }
    }
}
