package dev.rehearse.wiretap.protocol;

/**
 * Hears what goes through a {@code Wiretap}. Called on the tap's threads, for one session by one thread at a time in the order of the
 * protocol, for several sessions at once. While a method runs, that session's traffic stands still, and where the listener {@linkplain
 * #mayHearLater() may hear later}, that of those that share its thread; a method that throws is noted in {@code Wiretap.failures()} and the traffic
 * goes on.
 */
public interface StatementListener {

    /**
     * Whether statements and their answers may have been passed on a moment before they are told, which is quicker. Asked as each session begins.
     * Times are the same: those of arrival. Locks are not: a client that has its answer may have gone on.
     */
    public default boolean mayHearLater() {
        return false;
    }

    /**
     * A client wants to log in, and waits.
     *
     * @param clientPort its end of the connection
     * @param tapPort ours
     */
    public default void clientConnected(int clientPort, int tapPort) {}

    /**
     * A client was not let in, or nobody answered it, or the server has ended its session while no statement ran, which {@link #sessionEnded} follows then.
     * Replication connections are not told of.
     */
    public default void connectionEnded(EndedConnection connection) {}

    /** A client has logged in. */
    public default void sessionStarted(int backendPid, long micros) {}

    /** A statement has arrived whole and, unless this {@linkplain #mayHearLater() may hear later}, has not been passed on yet. */
    public default void statementStarted(TappedStatement statement) {}

    /** The server said something at DEBUG or LOG while the statement ran. Called at once, before the statement ends. */
    public default void noticed(TappedStatement statement, ServerNotice notice) {}

    /**
     * The server has answered and, unless this {@linkplain #mayHearLater() may hear later}, the client has not been told that it is ready for
     * more: where {@link TappedStatement#transaction()} is open, its locks can be read now. After it the client goes on.
     */
    public default void statementEnded(TappedStatement statement) {}

    /** A transaction block has ended (COMMIT, ROLLBACK, or the session did). Called after {@link #statementEnded}. */
    public default void transactionEnded(int backendPid, long micros) {}

    /** The connection is gone, from whichever side. Called once, last. */
    public default void sessionEnded(int backendPid, long micros) {}
}
