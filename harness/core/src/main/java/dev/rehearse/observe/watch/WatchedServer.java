package dev.rehearse.observe.watch;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.observe.Watch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A server that somebody else runs, by its URL. Our sessions there are read-only. */
final class WatchedServer implements Watch.Target {

    private static final String APPLICATION_NAME = "rehearse-watch";

    private final DatabaseUrl url;

    WatchedServer(DatabaseUrl url) {
        this.url = url;
    }

    @Override
    public String name() {
        return url.toString();
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = url.connect(APPLICATION_NAME);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = on");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Makes sure that we can see there what we came for.
     *
     * @return the server's version, in words
     * @throws EnvironmentException if not; the message says what is missing
     */
    String mustBeWatchable() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int,"
                        + " current_setting('server_version'), quote_ident(current_user),"
                        + " pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),"
                        + " pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER')")) {
            row.next();
            int major = row.getInt(1) / 10_000;
            if (major < DatabaseRequest.OLDEST) {
                throw new EnvironmentException(url + " is PostgreSQL " + row.getString(2)
                        + ", which does not say when a wait began. Lock waits can be watched on "
                        + DatabaseRequest.OLDEST
                        + " to " + DatabaseRequest.NEWEST + ".");
            }
            if (!row.getBoolean(4)) {
                String role = row.getString(3);
                throw new EnvironmentException(
                        "The role " + role + " of " + url + " may not see what other sessions do: it "
                                + (row.getBoolean(5) ? "does not inherit the rights of" : "lacks")
                                + " pg_read_all_stats. Let a superuser say "
                                + howToLet(role, row.getBoolean(5), major) + " (pg_monitor includes it).");
            }
            return row.getString(2);
        } catch (SQLException e) {
            throw url.cannotConnect(e);
        }
    }

    /** From PostgreSQL 16 on each grant says whether it is inherited, before it the role. */
    private static String howToLet(String role, boolean isMember, int major) {
        if (!isMember) {
            return "GRANT pg_read_all_stats TO " + role + ";";
        }
        return major < 16
                ? "ALTER ROLE " + role + " INHERIT;"
                : "GRANT pg_read_all_stats TO " + role + " WITH INHERIT TRUE;";
    }
}
