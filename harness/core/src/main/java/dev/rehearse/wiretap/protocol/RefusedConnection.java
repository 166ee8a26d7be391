package dev.rehearse.wiretap.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A client that a {@code Wiretap}'s server did not let in. Immutable.
 *
 * @param number unique among it and the statements of its tap
 * @param backendPid the server process that refused it, 0 where the server did not get to tell
 * @param client who wanted in
 * @param startMicros when its startup message had arrived
 * @param endMicros when it was refused
 * @param sqlState SQLSTATE of the refusal, 08006 where the server cannot be reached; null where it ended the connection, or the client gave up, without a
 *     word of the server's
 * @param message why, in the server's words or the tap's
 */
public record RefusedConnection(
        long number,
        int backendPid,
        TappedStatement.Client client,
        long startMicros,
        long endMicros,
        @Nullable String sqlState,
        String message) {}
