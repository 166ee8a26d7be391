package dev.rehearse.plan;

import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.known.ProjectTools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is rehearsed.
 *
 * @param tool what runs it
 * @param up SQL: the scripts that migrate, in order
 * @param down the scripts that roll back, in the order they run; empty where there are none: Flyway then looks for undo scripts, and a tool
 *     with a project rolls back itself where it can
 * @param flyway Flyway: where its migrations are and from which version to which
 * @param project a tool with a project: which, and from which migration to which
 * @param command commands of the user's own: which, and where
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
        @Nullable Project project,
        @Nullable Command command,
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
                (tool == Tool.PROJECT) == (project != null),
                "A migration with a tool in its project needs the project, and no other has one.");
        Span.that(
                (tool == Tool.COMMAND) == (command != null),
                "A migration by commands of the user's needs them, and no other has any.");
        Span.that(
                command == null || command.down() == null || down.isEmpty(),
                "\"down\" is given twice: as a command and as scripts. Leave one out.");
        Span.that(
                tool != Tool.SQL || !up.isEmpty(),
                "The migration has no script; give \"up\" at least one, or say \"flyway\", \"tool\" or \"command\".");
        Span.that(tool == Tool.SQL || up.isEmpty(), "The tool finds its migrations itself; \"up\" must be left out.");
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
        /** Scripts, by ourselves. */
        SQL,
        /** Flyway through its Java API. */
        FLYWAY,
        /** One of {@link ProjectTools}, by its own commands in the user's project. */
        PROJECT,
        /** Commands of the user's own, of whatever tool. */
        COMMAND
    }

    /**
     * @param locations folders with {@code V*__*.sql}
     * @param from version that the schema is at before the rehearsal; null: only the plan's schema scripts have run
     * @param to version to migrate to; null: the latest
     * @param settings Flyway's own, as its command line has them but without {@code flyway.} in front: {@code table},
     *     {@code placeholders.tenant}, {@code postgresql.transactional.lock}
     */
    public record Flyway(
            List<Path> locations,
            @Nullable String from,
            @Nullable String to,
            Map<String, String> settings) {

        /** With Flyway's defaults. */
        public Flyway(List<Path> locations, @Nullable String from, @Nullable String to) {
            this(locations, from, to, Map.of());
        }

        public Flyway {
            Span.that(!locations.isEmpty(), "Flyway needs at least one location: a folder with V*__*.sql.");
            locations = List.copyOf(locations);
            settings = Map.copyOf(settings);
        }
    }

    /**
     * A project of the user's with the tool that migrates it.
     *
     * @param tool its key, one of {@link ProjectTools#keys()}
     * @param folder where its users call the tool
     * @param from the last migration of the baseline, which the tool itself builds before the data is loaded; an id, or the beginning of
     *     exactly one; null: only the plan's schema scripts have run
     * @param to the last migration to rehearse, likewise; null: the latest
     * @param environment variables for the tool; {@code {host}}, {@code {port}}, {@code {database}}, {@code {user}}, {@code {password}},
     *     {@code {url}} and {@code {jdbcUrl}} in their values stand for where the database is
     */
    public record Project(
            String tool,
            Path folder,
            @Nullable String from,
            @Nullable String to,
            Map<String, String> environment) {

        public Project {
            Span.that(
                    ProjectTools.named(tool).isPresent(),
                    "There is no tool \"" + tool + "\"; known are " + String.join(", ", ProjectTools.keys()) + "."
                            + Suggestions.nearest(tool, ProjectTools.keys()));
            environment = Map.copyOf(environment);
        }

        public ProjectTool projectTool() {
            return ProjectTools.named(tool).orElseThrow();
        }
    }

    /**
     * Commands of the user's own, each a line for {@code sh}, that find the database by {@code DATABASE_URL} or by {@code PGHOST} and the like
     * in their environment. What they know of migrations is theirs: a migration is all that {@code up} does.
     *
     * @param folder where they run
     * @param baseline what builds the schema that production has, before the data is loaded; null: only the plan's schema scripts have run
     * @param up what migrates
     * @param down what takes that back; null: the plan's scripts, or nothing, does
     * @param environment variables for them, as in {@link Project}
     */
    public record Command(
            Path folder,
            @Nullable String baseline,
            String up,
            @Nullable String down,
            Map<String, String> environment) {

        public Command {
            for (String line : new String[] {baseline, up, down}) {
                Span.that(
                        line == null || !line.isBlank(), "A command of the migration is empty. Say what sh is to run.");
            }
            environment = Map.copyOf(environment);
        }

        /** What reports call the migration: {@code up} on one line. */
        public String name() {
            return up.strip().replaceAll("\\s*\\R\\s*", " ");
        }
    }

    public boolean hasRollback() {
        return !down.isEmpty();
    }
}
