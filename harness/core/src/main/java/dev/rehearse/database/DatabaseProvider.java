package dev.rehearse.database;

import dev.rehearse.Progress;

/** Makes a database: in a container, as an embedded server, or one that its owner named. Thread-safe. */
public interface DatabaseProvider {

    /** docker, embedded or external. */
    String name();

    /**
     * Starts a primary. Where a template under the request's key is kept, the database is a copy of it and {@link TestDatabase#isLoaded()}.
     *
     * @throws dev.rehearse.EnvironmentException if it cannot be started, with what to do
     */
    TestDatabase start(DatabaseRequest request, Progress progress);
}
