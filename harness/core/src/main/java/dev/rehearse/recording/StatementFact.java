package dev.rehearse.recording;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement that a migration tool sent, as the wiretap saw it.
 *
 * @param index position in the recording's list of statements, from 0; what {@link LockWait#statement()} refers to
 * @param phase MIGRATE, ROLL_BACK or REAPPLY
 * @param migrator which of several migrators sent it, from 0
 * @param attempt which attempt under a retry policy, from 1
 * @param migration the migration that it belongs to; null before the first, and where the plan runs back by one script
 * @param backendPid the server process that ran it
 * @param source the file it came from, with its line ("V7__widen.sql:9"), where the tool says so
 * @param sql its text as sent
 * @param startMicros when the client had sent it
 * @param endMicros when the server had answered it; the last moment known where it never did
 * @param outcome how it ended
 * @param sqlState the SQLSTATE of its failure
 * @param message the server's message of its failure
 * @param inTransaction whether a transaction was open after it, so that its locks outlive it
 * @param messageStatements how many statements the one message carried (a simple query may carry several), at least 1
 * @param rows rows affected or returned, -1 where the server does not say
 * @param locks relation locks it took, strongest mode per relation
 * @param rewrites tables rewritten, in the server's own words ("rewriting table")
 * @param scans tables scanned in full to verify a constraint
 * @param indexBuilds indexes built, "index on table"
 * @param serverWords every DEBUG1 message of the server about the statement
 * @param walBytes WAL written by the whole server while it ran, -1 if not measured
 */
public record StatementFact(
        int index,
        Phase phase,
        int migrator,
        int attempt,
        @Nullable String migration,
        int backendPid,
        @Nullable String source,
        String sql,
        long startMicros,
        long endMicros,
        Outcome outcome,
        @Nullable String sqlState,
        @Nullable String message,
        boolean inTransaction,
        int messageStatements,
        long rows,
        List<RelationLock> locks,
        List<String> rewrites,
        List<String> scans,
        List<String> indexBuilds,
        List<String> serverWords,
        long walBytes) {

    public StatementFact {
        locks = List.copyOf(locks);
        rewrites = List.copyOf(rewrites);
        scans = List.copyOf(scans);
        indexBuilds = List.copyOf(indexBuilds);
        serverWords = List.copyOf(serverWords);
    }

    /** When a lock of it was free, which is not before its end. */
    public long heldUntilMicros(RelationLock lock) {
        return Math.max(endMicros, startMicros + lock.waitMicros() + lock.heldMicros());
    }

    /** When its last lock was free; its end where it took none. */
    public long heldUntilMicros() {
        return locks.stream().mapToLong(this::heldUntilMicros).max().orElse(endMicros);
    }

    /** The same statement at another position. */
    public StatementFact withIndex(int newIndex) {
        return new StatementFact(
                newIndex,
                phase,
                migrator,
                attempt,
                migration,
                backendPid,
                source,
                sql,
                startMicros,
                endMicros,
                outcome,
                sqlState,
                message,
                inTransaction,
                messageStatements,
                rows,
                locks,
                rewrites,
                scans,
                indexBuilds,
                serverWords,
                walBytes);
    }
}
