package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.RehearsalException;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileException;
import dev.rehearse.data.profile.ProfileFile;
import dev.rehearse.data.profile.capture.CaptureSpec;
import dev.rehearse.data.profile.capture.ProfileCapture;
import dev.rehearse.database.DatabaseUrl;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** Captures profiles, writes and reads their files, with the failures that every command has. */
public final class ProfileFiles {

    private ProfileFiles() {}

    /**
     * Captures the shape of a database, which is only read. Blocks; an interrupt ends it.
     *
     * @param url of the database, as {@link DatabaseUrl} has it
     * @throws InvalidRehearsalException if what is asked for is wrong
     * @throws EnvironmentException if the server does not answer or lacks something
     */
    public static Profile capture(String url, CaptureSpec spec) throws InterruptedException {
        DatabaseUrl database = DatabaseUrl.of(url);
        try (Connection connection = database.connect("rehearse-capture")) {
            return ProfileCapture.capture(connection, spec);
        } catch (ProfileException e) {
            throw explained(e);
        } catch (SQLException e) {
            throw database.cannotConnect(e);
        }
    }

    /**
     * Writes a profile.
     *
     * @throws EnvironmentException if the file cannot be written
     */
    public static void write(Profile profile, Path file) {
        try {
            ProfileFile.write(profile, file);
        } catch (ProfileException e) {
            throw explained(e);
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

    private static RehearsalException explained(ProfileException e) {
        String message = String.valueOf(e.getMessage());
        return e.isInput() ? new InvalidRehearsalException(message, e) : new EnvironmentException(message, e);
    }
}
