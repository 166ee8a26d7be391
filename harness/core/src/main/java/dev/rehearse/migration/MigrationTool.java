package dev.rehearse.migration;

import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.tool.ToolMigration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The user's own tool, told to migrate or to roll back. A failure of the SQL or of the connection is a result, never an exception.
 * Thread-safe: several migrators call one tool at once, each with its own connection.
 */
interface MigrationTool extends AutoCloseable {

    /** For people: "Flyway 13.12.0". */
    String name();

    /** What is rehearsed, by id, in order. */
    List<String> migrations();

    /** Migrations of the project that it cannot run here, as words for what is not measured; known from the start. */
    default List<String> leftOut() {
        return List.of();
    }

    /** Tables that the tool makes for itself and keeps whatever is rolled back, or schemas that hold nothing else. */
    List<String> historyTables();

    /** What {@link #prepare} applies, where the tool keeps it in its project. */
    default List<ToolMigration> baseline() {
        return List.of();
    }

    /**
     * Brings the database to where the rehearsal begins, where that is the tool's business (Flyway: up to {@code from}). Called once, before
     * the data is loaded, straight to the server.
     */
    MigrationResult prepare(ToolConnection connection);

    /** Runs what has not been run yet, in as many steps as the tool can be made to take. */
    List<Step> up();

    /** The same, as a release does it: at once. */
    default List<Step> upAtOnce() {
        return up();
    }

    /** Whether there is a way back. */
    boolean hasDown();

    /** Runs the way back of what {@link #up} has done. */
    List<Step> down(ToolConnection connection);

    /** What it says of itself, where it has more to say than its name. */
    default Optional<ToolFacts> facts() {
        return Optional.empty();
    }

    /** What keeps it from going on, and the way out; empty where it would go on. */
    default Optional<Stuck> stuck(ToolConnection connection) {
        return Optional.empty();
    }

    /** Removes what it has put on this machine beside the user's project. */
    @Override
    default void close() {}

    /**
     * What one attempt runs.
     *
     * @param migration the one migration that it runs or takes back; null: several
     */
    record Step(@Nullable String migration, Action action) {

        static List<Step> one(Action action) {
            return List.of(new Step(null, action));
        }
    }

    /** Runs a step, with the connection of a migrator. */
    @FunctionalInterface
    interface Action {
        MigrationResult run(ToolConnection connection);
    }

    /** In words. */
    record Stuck(String state, String wayOut) {}
}
