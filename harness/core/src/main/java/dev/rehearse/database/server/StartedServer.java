package dev.rehearse.database.server;

import dev.rehearse.database.TestDatabase;

/** A server that this run started and ends with it. */
public interface StartedServer extends AutoCloseable {

    /** The superuser of every server of ours. */
    String SUPERUSER = "postgres";

    /** The database that is rehearsed on. */
    String DATABASE = "rehearse";

    TestDatabase.Server address();

    boolean isAlive();

    /** Whether it ended, and not because we had it stopped. */
    boolean hasDied();

    /** The end of its log. */
    String lastWords();

    @Override
    void close();
}
