package dev.rehearse.run;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do about an extension that a server has no files of, or that a database has not been given. Stateless. */
final class MissingExtension {

    /** Before PostgreSQL 15 the server names the file that it misses. */
    private static final Pattern NOT_AVAILABLE = Pattern.compile(
            "extension \"(?<name>.+?)\" is not available|could not open extension control file \".*?(?<file>[^/\"]+)\\.control\"");

    private static final Pattern NO_PART =
            Pattern.compile("(?:type|function|operator class) \"?(?:[^\"(]*\\.)?(?<name>\\w+)[\"(].*does not exist");

    private static final Pattern NO_OPERATOR_CLASS = Pattern.compile(
            "data type (?:\\w*int\\w*|numeric|real|double precision|text|character.*|date|time.*|uuid|boolean)"
                    + " has no default operator class for access method \"(?<method>gist|gin)\"");

    /** By extension what the types, functions and operator classes are called that schemas ask of it most. */
    private static final Map<String, Pattern> PARTS = Map.ofEntries(
            part("citext", "citext"),
            part("hstore", "hstore"),
            part("ltree", "ltree|lquery"),
            part("cube", "cube"),
            part("earthdistance", "ll_to_earth|earth_distance"),
            part("fuzzystrmatch", "levenshtein|soundex|d?metaphone"),
            part("intarray", "gin__int_ops|gist__int(big)?_ops"),
            part("pgcrypto", "crypt|gen_salt|gen_random_bytes|digest|hmac|pgp_.+"),
            part("pg_trgm", "g(in|ist)_trgm_ops|(word_)?similarity"),
            part("postgis", "geometry|geography|box[23]d|st_.+"),
            part("timescaledb", "create_hypertable|time_bucket"),
            part("unaccent", "unaccent"),
            part("uuid-ossp", "uuid_generate_v.+"),
            part("vector", "vector|halfvec|sparsevec|(vector|halfvec|sparsevec)_.+_ops"));

    private MissingExtension() {}

    private static Map.Entry<String, Pattern> part(String extension, String names) {
        return Map.entry(extension, Pattern.compile(names));
    }

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
        String image = images(server).getOrDefault(extension, "...");
        return Optional.of("Name an image that has it (database: { image: " + image
                + " } in the plan), or a server of your own with --database.");
    }

    /**
     * A sentence on what nobody has made because an extension brings it; empty where a message is about something else.
     *
     * @param message the server's, or what a tool printed of it
     * @param server whose release the image that is named has
     */
    static Optional<String> adviceOnPart(String message, Connection server) throws SQLException {
        Map<String, String> images = images(server);
        return extensionOf(message)
                .map(extension -> "It comes with the extension " + extension
                        + ": let a script that runs before this, under \"schema\" in the plan, say CREATE EXTENSION IF NOT EXISTS "
                        + Roles.identifier(extension) + ";"
                        + (images.containsKey(extension)
                                ? " And name an image that has it (database: { image: " + images.get(extension)
                                        + " } in the plan)."
                                : ""));
    }

    private static Optional<String> extensionOf(String message) {
        Matcher indexed = NO_OPERATOR_CLASS.matcher(message);
        if (indexed.find()) {
            return Optional.of("btree_" + indexed.group("method"));
        }
        Matcher part = NO_PART.matcher(message);
        return part.find()
                ? PARTS.entrySet().stream()
                        .filter(known ->
                                known.getValue().matcher(part.group("name")).matches())
                        .map(Map.Entry::getKey)
                        .findFirst()
                : Optional.empty();
    }

    /** Where those are that are asked for most, by their names. */
    private static Map<String, String> images(Connection server) throws SQLException {
        int major = server.getMetaData().getDatabaseMajorVersion();
        return Map.of(
                "vector", "pgvector/pgvector:pg" + major,
                "timescaledb", "timescale/timescaledb:latest-pg" + major,
                "postgis", "postgis/postgis:" + major + (major < 18 ? "-3.5" : "-3.6"));
    }
}
