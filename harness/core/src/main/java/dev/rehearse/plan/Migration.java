package dev.rehearse.plan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is rehearsed.
 *
 * @param tool what runs it
 * @param up SQL: the scripts that migrate, in order
 * @param down SQL and Flyway: the scripts that roll back, in the order they run; empty where there is no way back
 * @param flyway Flyway: where its migrations are and from which version to which
 * @param lockTimeout {@code lock_timeout} of the migration's session; null leaves the tool's own
 * @param retries further attempts after one that ended in a lock timeout or a deadlock
 * @param retryPause pause before each further attempt
 * @param migrators how many run it at once, as several instances of an application do at start-up
 * @param deadline after which it is cancelled and judged as it stands
 */
public record Migration(
        Tool tool,
        List<SqlFile> up,
        List<SqlFile> down,
        @Nullable Flyway flyway,
        @Nullable Duration lockTimeout,
        int retries,
        Duration retryPause,
        int migrators,
        Duration deadline) {

    public Migration {
        Span.that(
                (tool == Tool.FLYWAY) == (flyway != null),
                "A migration with Flyway needs its locations, and one with SQL scripts has none.");
        Span.that(
                tool == Tool.FLYWAY || !up.isEmpty(),
                "The migration has no script; give \"up\" at least one, or say \"flyway\".");
        Span.that(
                tool == Tool.SQL || up.isEmpty(),
                "Flyway finds its scripts in its locations; \"up\" must be left out.");
        if (lockTimeout != null) {
            Span.checkDuration("lockTimeout", lockTimeout, Duration.ofMillis(1));
        }
        Span.RETRIES.check("retries", retries);
        Span.checkDuration("retryPause", retryPause, Duration.ZERO);
        Span.MIGRATORS.check("migrators", migrators);
        Span.checkDuration("deadline", deadline, Duration.ofSeconds(1));
        up = List.copyOf(up);
        down = List.copyOf(down);
    }

    /** What runs the migration. */
    public enum Tool {
        SQL(List.of()),
        FLYWAY(List.of("flyway_schema_history"));

        private final List<String> historyTables;

        Tool(List<String> historyTables) {
            this.historyTables = historyTables;
        }

        /** Tables that the tool makes for itself and keeps whatever is rolled back. */
        public List<String> historyTables() {
            return historyTables;
        }
    }

    /**
     * @param locations folders with {@code V*__*.sql}
     * @param from version that the schema is at before the rehearsal; null: only the plan's schema scripts have run
     * @param to version to migrate to; null: the latest
     */
    public record Flyway(
            List<Path> locations,
            @Nullable String from,
            @Nullable String to) {

        public Flyway {
            Span.that(!locations.isEmpty(), "Flyway needs at least one location: a folder with V*__*.sql.");
            locations = List.copyOf(locations);
        }
    }

    public boolean hasRollback() {
        return !down.isEmpty();
    }
}
