package dev.rehearse.run;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do about an extension that a server has no files of. Stateless. */
final class MissingExtension {

    /** Before PostgreSQL 15 the server names the file that it misses. */
    private static final Pattern NOT_AVAILABLE = Pattern.compile(
            "extension \"(?<name>.+?)\" is not available|could not open extension control file \".*?(?<file>[^/\"]+)\\.control\"");

    private MissingExtension() {}

    /**
     * A sentence; empty where a message is about something else.
     *
     * @param message the server's, or what a tool printed of it
     * @param server whose release the image that is named has
     */
    static Optional<String> advice(String message, Connection server) throws SQLException {
        Matcher lacking = NOT_AVAILABLE.matcher(message);
        if (!lacking.find()) {
            return Optional.empty();
        }
        String extension = Objects.requireNonNullElse(lacking.group("name"), lacking.group("file"));
        String image = images(server.getMetaData().getDatabaseMajorVersion()).getOrDefault(extension, "...");
        return Optional.of("Name an image that has it (database: { image: " + image
                + " } in the plan), or a server of your own with --database.");
    }

    /** Where those are that are asked for most, by their names. */
    private static Map<String, String> images(int major) {
        return Map.of(
                "vector", "pgvector/pgvector:pg" + major,
                "timescaledb", "timescale/timescaledb:latest-pg" + major,
                "postgis", "postgis/postgis:" + major + (major < 18 ? "-3.5" : "-3.6"));
    }
}
