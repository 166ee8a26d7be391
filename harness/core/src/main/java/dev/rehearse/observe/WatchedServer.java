package dev.rehearse.observe;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** A server that somebody else runs, by its URL. Our sessions there are read-only. */
final class WatchedServer implements Watch.Target {

    private static final String APPLICATION_NAME = "rehearse-watch";

    private final String jdbcUrl;
    private final Properties properties;
    private final String name;

    /**
     * @param url {@code jdbc:postgresql://...} or {@code postgresql://user:password@host:port/database}
     */
    WatchedServer(String url) {
        this.properties = new Properties();
        this.jdbcUrl = url.startsWith("jdbc:") ? url : jdbcUrl(url, properties);
        this.name = jdbcUrl.replaceFirst("^jdbc:", "").replaceFirst("\\?.*", "");
        Properties given = parsed(url);
        if (given.getProperty("user") == null && properties.getProperty("user") == null) {
            String user = System.getenv("PGUSER");
            properties.setProperty("user", user == null ? System.getProperty("user.name") : user);
        }
        String password = System.getenv("PGPASSWORD");
        if (given.getProperty("password") == null && properties.getProperty("password") == null && password != null) {
            properties.setProperty("password", password);
        }
        properties.setProperty("ApplicationName", APPLICATION_NAME);
        properties.setProperty("assumeMinServerVersion", "14");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
    }

    private static String jdbcUrl(String url, Properties properties) {
        try {
            URI uri = new URI(url);
            boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
            if (!known || uri.getHost() == null) {
                throw notAUrl(url);
            }
            String[] user = uri.getRawUserInfo() == null
                    ? new String[0]
                    : uri.getRawUserInfo().split(":", 2);
            if (user.length > 0) {
                properties.setProperty("user", decoded(user[0]));
            }
            if (user.length > 1) {
                properties.setProperty("password", decoded(user[1]));
            }
            return "jdbc:postgresql://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                    + (uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                    + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        } catch (URISyntaxException e) {
            throw notAUrl(url);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private Properties parsed(String url) {
        try {
            Driver driver = DriverManager.getDriver(jdbcUrl);
            Properties given = new Properties();
            for (var property : driver.getPropertyInfo(jdbcUrl, new Properties())) {
                if (property.value != null) {
                    given.setProperty(property.name, property.value);
                }
            }
            return given;
        } catch (SQLException e) {
            throw notAUrl(url);
        }
    }

    private static InvalidRehearsalException notAUrl(String url) {
        return new InvalidRehearsalException("This is no URL of a PostgreSQL database: "
                + url.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//")
                + ". Expected jdbc:postgresql://host:port/database?user=name or postgresql://name@host:port/database,"
                + " the password in PGPASSWORD.");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(jdbcUrl, properties);
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
                        + " current_setting('server_version'), current_user,"
                        + " pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')")) {
            row.next();
            int major = row.getInt(1) / 10_000;
            if (major < DatabaseRequest.OLDEST) {
                throw new EnvironmentException(name + " is PostgreSQL " + row.getString(2)
                        + ", which does not say when a wait began. Lock waits can be watched on "
                        + DatabaseRequest.OLDEST
                        + " to " + DatabaseRequest.NEWEST + ".");
            }
            if (!row.getBoolean(4)) {
                throw new EnvironmentException("The role " + row.getString(3) + " of " + name
                        + " must not see what other sessions do: it lacks pg_read_all_stats. Let a superuser say"
                        + " GRANT pg_read_all_stats TO " + row.getString(3) + "; (pg_monitor includes it).");
            }
            return row.getString(2);
        } catch (SQLException e) {
            throw new EnvironmentException(
                    "Cannot watch " + name + ": " + e.getMessage() + ". User and password come from the URL, or from"
                            + " PGUSER and PGPASSWORD.",
                    e);
        }
    }
}
