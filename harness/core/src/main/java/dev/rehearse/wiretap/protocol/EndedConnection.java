package dev.rehearse.wiretap.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A client whose connection a {@code Wiretap}'s server ended by itself, or did not let come to be. Immutable.
 *
 * @param number unique among it and the statements of its tap
 * @param how which of the two
 * @param backendPid the server process that ended it, 0 where the server did not get to tell
 * @param client whose it was
 * @param startMicros when its startup message had arrived
 * @param endMicros when it was ended
 * @param sqlState SQLSTATE of the server's reason, 08006 where the server cannot be reached; null where it ended the connection, or the client gave up, without a
 *     word of the server's
 * @param message why, in the server's words or the tap's
 */
public record EndedConnection(
        long number,
        How how,
        int backendPid,
        TappedStatement.Client client,
        long startMicros,
        long endMicros,
        @Nullable String sqlState,
        String message) {

    /** How a connection ended. */
    public enum How {
        /** The client was not let in. */
        REFUSED,
        /** The server ended the session while no statement ran: by a timeout, an administrator's command, or as it stopped or crashed. */
        TERMINATED
    }
}
