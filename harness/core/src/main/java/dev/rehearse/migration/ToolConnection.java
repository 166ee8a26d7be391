package dev.rehearse.migration;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How one migrator reaches the database.
 *
 * @param jdbcUrl a pgjdbc URL without user, password and parameters; during a rehearsal that of a wiretap
 * @param lockTimeout {@code lock_timeout} of its sessions; null leaves the tool's own
 * @param applicationName what the server calls its sessions
 * @param sources hears which statement comes next
 * @param finished how many scripts earlier attempts of this migrator have finished, for tools that keep no history themselves
 */
record ToolConnection(
        String jdbcUrl,
        String user,
        String password,
        @Nullable Duration lockTimeout,
        String applicationName,
        SourceListener sources,
        AtomicInteger finished) {

    /** Opens a session that sends each statement by itself and as it is written. */
    Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        // In this mode pgjdbc neither parses statements nor cuts them up, as psql does not.
        properties.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection(parameterizedUrl(), properties);
    }

    /** The URL with all that a JDBC tool needs but user and password. */
    String parameterizedUrl() {
        StringBuilder url = new StringBuilder(jdbcUrl)
                .append("?ApplicationName=")
                .append(applicationName)
                .append("&connectTimeout=10&tcpKeepAlive=true&sslmode=disable&gssEncMode=disable");
        if (lockTimeout != null) {
            url.append("&options=-c%20lock_timeout%3D").append(lockTimeout.toMillis());
        }
        return url.toString();
    }
}
