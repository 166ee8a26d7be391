package dev.rehearse.wiretap;

import dev.rehearse.database.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.BooleanSupplier;

/** Waits for a condition, for a minute at most: machines stall. */
public final class Until {

    private static final long DEADLINE_NANOS = 60_000_000_000L;

    /** An observer asks the server a few things each time that it looks; after so many it has looked twice. */
    private static final int QUESTIONS = 12;

    private Until() {}

    public static void holds(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited 60 s for " + what);
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
        }
    }

    /**
     * Comes back when an observer that looks at this database again and again has seen all that is there to be seen when this is called.
     *
     * @param observer the {@code application_name} of its session
     */
    public static void seenBy(String observer, TestDatabase.Server server) {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            Questions questions = new Questions(statement, observer);
            holds(observer + " to look", () -> questions.heard() > QUESTIONS);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Counts when the observer's latest question was asked, over and over. */
    private static final class Questions {
        private final Statement statement;
        private final String sql;
        private String latest = "";
        private int count;

        private Questions(Statement statement, String observer) {
            this.statement = statement;
            // From functions alone, which nobody plans by statistics: a test may have locked those.
            this.sql = "SELECT max(a.query_start) FROM pg_stat_get_activity(NULL) a JOIN"
                    + " pg_stat_get_activity(pg_backend_pid()) me USING (datid) WHERE a.application_name = '" + observer
                    + "'";
        }

        private int heard() {
            try (ResultSet row = statement.executeQuery(sql)) {
                row.next();
                String asked = row.getString(1);
                if (asked != null && !asked.equals(latest)) {
                    latest = asked;
                    count++;
                }
                return count;
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Comes back when no session of a migration is left, which may end some time after its client. */
    public static void noMigrationHasASession(TestDatabase.Server server) {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            holds("the migration's sessions to be gone", () -> {
                try (ResultSet row = statement.executeQuery(
                        "SELECT FROM pg_stat_activity WHERE application_name LIKE 'rehearse-migration-%'")) {
                    return !row.next();
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Comes back when a session waits for a lock, which the server itself says. */
    public static void waitsForLock(String applicationName, TestDatabase.Server server) {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            holds(applicationName + " to wait for a lock", () -> {
                try (ResultSet row = statement.executeQuery("SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
                        + " WHERE NOT granted AND datname = current_database() AND application_name = '"
                        + applicationName + "'")) {
                    return row.next();
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
