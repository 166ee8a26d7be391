package dev.rehearse.migration;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How one migrator reaches the database.
 *
 * @param jdbcUrl a pgjdbc URL without user and password; during a rehearsal that of a wiretap
 * @param lockTimeout {@code lock_timeout} of its sessions; null leaves the tool's own
 * @param applicationName what the server calls its sessions
 * @param sources hears which statement comes next
 */
record ToolConnection(
        String jdbcUrl,
        String user,
        String password,
        @Nullable Duration lockTimeout,
        String applicationName,
        SourceListener sources) {

    /** Hears where the statement comes from that a session sends next. */
    @FunctionalInterface
    interface SourceListener {
        SourceListener NONE = (pid, source) -> {};

        void next(int backendPid, String source);
    }

    Connection open(String... moreProperties) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        if (lockTimeout != null) {
            properties.setProperty("options", "-c lock_timeout=" + lockTimeout.toMillis());
        }
        for (int i = 0; i < moreProperties.length; i += 2) {
            properties.setProperty(moreProperties[i], moreProperties[i + 1]);
        }
        return DriverManager.getConnection(jdbcUrl, properties);
    }
}
