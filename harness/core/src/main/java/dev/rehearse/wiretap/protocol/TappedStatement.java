package dev.rehearse.wiretap.protocol;

import dev.rehearse.recording.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement on its way through a {@code Wiretap}: a simple Query message (which may carry several statements), one Execute of
 * the extended protocol, or a function call. Immutable; the one that a listener is given at the end has the same {@code number} as the one
 * it was given at the start.
 *
 * @param number unique within its tap, from 0, in order of start
 * @param backendPid the server process that runs it
 * @param client who sent it
 * @param sql its text; cut after {@code Wiretap.LONGEST_SQL} bytes
 * @param startMicros when its last byte had arrived from the client
 * @param parameters the values that were bound to it, where the tap keeps them
 * @param firstByteMicros when its answer began to arrive (its first row, or its end where it has none); -1 where none has
 * @param endMicros when the server had answered; -1 while it runs
 * @param outcome how it ended; null while it runs. UNKNOWN: the connection was lost
 * @param transaction the state of the transaction after it; UNKNOWN while it runs or where the connection was lost
 * @param tag the command tag ("ALTER TABLE", "UPDATE 5"), of the last statement where there were several; null where there was none
 * @param rows rows of that tag; those that came where the client asked for no more of them at a time (PortalSuspended, without a tag); -1 where there are none to count
 * @param sqlState SQLSTATE of its failure
 * @param message the server's primary message of its failure
 * @param notices what the server said about it at DEBUG and LOG, in order
 * @param messageStatements how many statements of it the server ran or began, at least 1
 * @param answeredWithOthers whether the server sent its answer together with those of others of its pipeline, as it does where the client asks for answers only at
 *     the Sync: how long each of them took cannot be told, {@code endMicros} is of all, and all but the first have no time of their own
 * @param readySinceMicros when the server was ready for more, if the client has sent nothing more that it could be working on already; -1 where it has: for
 *     all but the last of several statements that were pipelined (drivers like to send BEGIN together with the first statement)
 */
public record TappedStatement(
        long number,
        int backendPid,
        Client client,
        String sql,
        List<Parameter> parameters,
        long startMicros,
        long firstByteMicros,
        long endMicros,
        @Nullable Outcome outcome,
        Transaction transaction,
        @Nullable String tag,
        long rows,
        @Nullable String sqlState,
        @Nullable String message,
        List<ServerNotice> notices,
        int messageStatements,
        boolean answeredWithOthers,
        long readySinceMicros) {

    public TappedStatement {
        parameters = List.copyOf(parameters);
        notices = List.copyOf(notices);
    }

    /** One that has just begun. */
    public static TappedStatement begun(
            long number, int backendPid, Client client, String sql, List<Parameter> parameters, long startMicros) {
        return new TappedStatement(
                number,
                backendPid,
                client,
                sql,
                parameters,
                startMicros,
                -1,
                -1,
                null,
                Transaction.UNKNOWN,
                null,
                -1,
                null,
                null,
                List.of(),
                1,
                false,
                -1);
    }

    /** Whether the server has nothing to do before the client sends more. */
    public boolean serverStandsStill() {
        return readySinceMicros >= 0;
    }

    public TappedStatement withoutNotices() {
        return new TappedStatement(
                number,
                backendPid,
                client,
                sql,
                parameters,
                startMicros,
                firstByteMicros,
                endMicros,
                outcome,
                transaction,
                tag,
                rows,
                sqlState,
                message,
                List.of(),
                messageStatements,
                answeredWithOthers,
                readySinceMicros);
    }

    /**
     * Who speaks in a session.
     *
     * @param applicationName as the server has it now; empty where the client gives none
     */
    public record Client(String user, String database, String applicationName) {

        public Client named(String newApplicationName) {
            return new Client(user, database, newApplicationName);
        }
    }

    /** What ReadyForQuery says of the session's transaction. */
    public enum Transaction {
        /** No transaction is open: its locks are gone. */
        IDLE,
        /** Open: its locks are held. */
        OPEN,
        /** Open and failed: only ROLLBACK will do. */
        FAILED,
        UNKNOWN
    }
}
