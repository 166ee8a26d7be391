package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.RehearsalException;
import dev.rehearse.data.profile.CaptureSpec;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileCapture;
import dev.rehearse.data.profile.ProfileException;
import dev.rehearse.data.profile.ProfileFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Captures profiles into files and reads them, with the failures that every command has. */
public final class ProfileFiles {

    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    private ProfileFiles() {}

    /**
     * Captures the shape of a database, which is only read, and writes it. Blocks; an interrupt ends it.
     *
     * @param jdbcUrl a PostgreSQL database; a password that it lacks comes from PGPASSWORD
     * @throws InvalidRehearsalException if what is asked for is wrong
     * @throws EnvironmentException if the server does not answer or lacks something, or the file cannot be written
     */
    public static Profile capture(String jdbcUrl, CaptureSpec spec, Path out) throws InterruptedException {
        if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw new InvalidRehearsalException(
                    "The URL must begin with jdbc:postgresql:, as in jdbc:postgresql://localhost:5432/shop?user=watcher.");
        }
        try (Connection connection = connect(jdbcUrl)) {
            Profile profile = ProfileCapture.capture(connection, spec);
            ProfileFile.write(profile, out);
            return profile;
        } catch (ProfileException e) {
            throw explained(e);
        } catch (SQLException e) {
            throw new EnvironmentException(
                    "The database could not be reached: " + e.getMessage() + " (SQLSTATE " + e.getSQLState() + ").", e);
        }
    }

    /**
     * Reads a profile.
     *
     * @throws InvalidRehearsalException with the file and the line, if it is none, is cut short, or comes from a newer release
     */
    public static Profile read(Path file) {
        try {
            return ProfileFile.read(file);
        } catch (ProfileException e) {
            throw explained(e);
        }
    }

    private static Connection connect(String jdbcUrl) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "rehearse-capture");
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        String password = System.getenv("PGPASSWORD");
        if (password != null) {
            properties.setProperty("password", password);
        }
        return DriverManager.getConnection(jdbcUrl, properties);
    }

    private static RehearsalException explained(ProfileException e) {
        String message = String.valueOf(e.getMessage());
        return e.isInput() ? new InvalidRehearsalException(message, e) : new EnvironmentException(message, e);
    }
}
