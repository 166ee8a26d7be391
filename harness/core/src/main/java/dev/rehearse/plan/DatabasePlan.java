package dev.rehearse.plan;

import dev.rehearse.database.DatabaseRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * @param version PostgreSQL major, 14 to 18
 * @param standbys streaming standbys, 0 to 2
 * @param settings server settings laid over the durable defaults, as {@code postgresql.conf} writes them (production's own)
 * @param image container image; the official {@code postgres:VERSION} if null
 */
public record DatabasePlan(
        int version,
        int standbys,
        Map<String, String> settings,
        @Nullable String image) {

    public static final int OLDEST = DatabaseRequest.OLDEST;
    public static final int NEWEST = DatabaseRequest.NEWEST;

    public DatabasePlan {
        Span.VERSION.check("the PostgreSQL version", version);
        Span.STANDBYS.check("standbys", standbys);
        settings = Map.copyOf(settings);
    }
}
