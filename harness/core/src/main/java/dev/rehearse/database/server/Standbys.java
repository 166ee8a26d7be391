package dev.rehearse.database.server;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/**
 * What makes a copied data directory a streaming standby: a signal file, a connection string and a replication slot, so that the
 * primary keeps the write-ahead log it still needs
 * (<a href="https://www.postgresql.org/docs/current/warm-standby.html">Log-Shipping Standby Servers</a>).
 */
public final class Standbys {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration SYNCHRONOUS_DEADLINE = Duration.ofSeconds(5);

    private Standbys() {}

    /** The name of a standby's slot, and what the primary calls it in {@code pg_stat_replication}. */
    static String slot(int number) {
        return "standby_" + number;
    }

    /** Reserves from the latest checkpoint on, which is the one that the standbys' data directories were copied at. */
    static void reserveSlots(TestDatabase.Server primary, int count) {
        if (count == 0) {
            return;
        }
        try (Connection connection = primary.connect("rehearse-startup");
                Statement statement = connection.createStatement()) {
            for (int number = 1; number <= count; number++) {
                statement.execute("select pg_create_physical_replication_slot('" + slot(number) + "', true)");
            }
        } catch (SQLException e) {
            throw new EnvironmentException("Cannot create the standbys' replication slots: " + e.getMessage(), e);
        }
    }

    /**
     * A standby's own settings.
     *
     * @param host what the standby calls the primary's host
     */
    public static Map<String, String> settings(TestDatabase.Server primary, String host, int port, int number) {
        return Map.of(
                "primary_conninfo",
                "host=" + host + " port=" + port + " user=" + primary.user() + " password=" + primary.password()
                        + " application_name=" + slot(number),
                "primary_slot_name",
                slot(number));
    }

    /**
     * From now on commits wait for standbys, if the request's settings say so.
     *
     * @throws InvalidRehearsalException if the setting names none of them
     */
    static void synchronise(TestDatabase.Server primary, Map<String, String> requested) {
        String names = ServerSettings.synchronousStandbys(requested);
        if (names.isEmpty()) {
            return;
        }
        try (Connection connection = primary.connect("rehearse-startup");
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set synchronous_standby_names = " + "'" + names.replace("'", "''") + "'");
            statement.execute("select pg_reload_conf()");
            long deadline = System.nanoTime() + SYNCHRONOUS_DEADLINE.toNanos();
            while (!isTrue(
                    statement,
                    "select exists (select from pg_stat_replication where sync_state in ('sync', 'quorum'))")) {
                if (System.nanoTime() > deadline) {
                    throw new InvalidRehearsalException("synchronous_standby_names is " + names
                            + ", which names no standby of the rehearsal: they are standby_1 and standby_2. Every commit would wait"
                            + " for ever.");
                }
                Thread.sleep(20);
            }
        } catch (SQLException e) {
            throw new EnvironmentException("The server refuses synchronous_standby_names: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException("Interrupted while the standbys were starting.", e);
        }
    }

    private static boolean isTrue(Statement statement, String question) throws SQLException {
        try (ResultSet result = statement.executeQuery(question)) {
            return result.next() && result.getBoolean(1);
        }
    }

    /** Returns once every standby streams. */
    static void awaitStreaming(TestDatabase.Server primary, int count) {
        if (count == 0) {
            return;
        }
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        try (Connection connection = primary.connect("rehearse-startup");
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet result =
                        statement.executeQuery("select count(*) from pg_stat_replication where state = 'streaming'")) {
                    result.next();
                    if (result.getInt(1) >= count) {
                        return;
                    }
                    if (System.nanoTime() > deadline) {
                        throw new EnvironmentException("Only " + result.getInt(1) + " of " + count
                                + " standbys streamed from the primary after " + DEADLINE.toSeconds() + " s.");
                    }
                }
                Thread.sleep(20);
            }
        } catch (SQLException e) {
            throw new EnvironmentException("Cannot ask the primary about its standbys: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException("Interrupted while the standbys were starting.", e);
        }
    }
}
