package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.TappedStatement;

/**
 * Decides what goes wrong between the statements of a {@link Wiretap}'s clients, for rehearsals of faults. Called on the tap's threads, for
 * one session by one thread at a time. What it throws is noted in {@link Wiretap#failures()} as a listener's failure is.
 */
public interface Interference {

    /** None. */
    Interference NONE = new Interference() {};

    /**
     * A statement has arrived whole and has not been passed on: the server has yet to begin it. Not called for a statement that was pipelined
     * behind another, as the server may be at work on it already.
     */
    default Fault before(TappedStatement statement) {
        return Fault.NONE;
    }

    /**
     * The server has answered, and the client has not been told that it is ready for more. Called after
     * {@code StatementListener.statementEnded}. Of an answer longer than some tens of kilobytes the client may have its beginning already.
     */
    default Fault after(TappedStatement statement) {
        return Fault.NONE;
    }
}
