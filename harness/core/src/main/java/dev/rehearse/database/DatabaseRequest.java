package dev.rehearse.database;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to start.
 *
 * @param version PostgreSQL major
 * @param standbys streaming standbys, 0 to 2
 * @param settings server settings over the durable defaults
 * @param image container image, or null for the official one
 * @param templateKey key of the loaded database (a hash of schema, data spec, scale and randomSeed), or null to keep none
 */
public record DatabaseRequest(
        int version,
        int standbys,
        Map<String, String> settings,
        @Nullable String image,
        @Nullable String templateKey) {

    /** The PostgreSQL majors that can be asked for, both included. */
    public static final int OLDEST = 14;

    public static final int NEWEST = 18;

    public DatabaseRequest {
        settings = Map.copyOf(settings);
    }
}
