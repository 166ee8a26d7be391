package dev.rehearse.database;

/** A server that this run started and ends with it. */
interface StartedServer extends AutoCloseable {

    TestDatabase.Server address();

    boolean isAlive();

    /** Whether it ended, and not because we had it stopped. */
    boolean hasDied();

    /** The end of its log. */
    String lastWords();

    @Override
    void close();
}
