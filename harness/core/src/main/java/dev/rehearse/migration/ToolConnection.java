package dev.rehearse.migration;

import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.tool.ToolTarget;
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
 * @param server where the tool is to go, during a rehearsal a wiretap, as the role that it is to come as
 * @param direct the server itself, as its owner
 * @param lockTimeout {@code lock_timeout} of its sessions; null leaves the tool's own
 * @param applicationName what the server calls its sessions
 * @param sources hears which statement comes next
 * @param finished how many scripts earlier attempts of this migrator have finished, for tools that keep no history themselves
 */
record ToolConnection(
        TestDatabase.Server server,
        TestDatabase.Server direct,
        @Nullable Duration lockTimeout,
        String applicationName,
        SourceListener sources,
        AtomicInteger finished) {

    String user() {
        return server.user();
    }

    String password() {
        return server.password();
    }

    /** Opens a session that sends each statement by itself and as it is written. */
    Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user());
        properties.setProperty("password", password());
        // In this mode pgjdbc neither parses statements nor cuts them up, as psql does not.
        properties.setProperty("preferQueryMode", "simple");
        // Its name comes with the startup then, and the scripts' statements are all that is sent.
        properties.setProperty("assumeMinServerVersion", String.valueOf(DatabaseRequest.OLDEST));
        return DriverManager.getConnection(parameterizedUrl(), properties);
    }

    /** The same place for a tool that is a program. */
    ToolTarget target() {
        return new ToolTarget(server.host(), server.port(), server.database(), user(), password(), applicationName);
    }

    /** The URL with all that a JDBC tool needs but user and password. */
    String parameterizedUrl() {
        StringBuilder url = new StringBuilder(server.jdbcUrl())
                .append("?ApplicationName=")
                .append(applicationName)
                .append("&connectTimeout=10&tcpKeepAlive=true&sslmode=disable&gssEncMode=disable");
        if (lockTimeout != null) {
            url.append("&options=-c%20lock_timeout%3D").append(lockTimeout.toMillis());
        }
        return url.toString();
    }
}
