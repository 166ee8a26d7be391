package dev.rehearse.migration;

/**
 * The user's own tool, told to migrate or to roll back. A failure of the SQL or of the connection is a result, never an exception.
 * Thread-safe: several migrators call one tool at once, each with its own connection.
 */
interface MigrationTool {

    /** For people: "Flyway 13.12.0". */
    String name();

    /**
     * Brings the database to where the rehearsal begins, where that is the tool's business (Flyway: up to {@code from}). Called once, before
     * the data is loaded, straight to the server.
     */
    MigrationResult prepare(ToolConnection connection);

    /** Runs what has not been run yet. */
    MigrationResult up(ToolConnection connection);

    /** Whether there is a way back. */
    boolean hasDown();

    /** Runs the way back. */
    MigrationResult down(ToolConnection connection);
}
