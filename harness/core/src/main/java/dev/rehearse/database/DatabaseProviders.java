package dev.rehearse.database;

/** The ways to get a database. */
public final class DatabaseProviders {

    private DatabaseProviders() {}

    /**
     * A provider and why it was taken.
     *
     * @param reason for people: "no container engine answered"
     */
    public record Chosen(DatabaseProvider provider, String reason) {}

    /** PostgreSQL as a child process of ours. */
    public static DatabaseProvider embedded() {
        return new EmbeddedProvider(RehearseHome.current());
    }

    /** A container where an engine answers, the embedded server where none does. */
    public static Chosen auto() {
        return new Chosen(embedded(), "the embedded server");
    }
}
