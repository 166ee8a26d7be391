package dev.rehearse.workload.wait;

import dev.rehearse.recording.LockWait;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wait for a lock of one of the load's sessions, in the server's own words. Who held the lock the server says only in its log.
 *
 * @param pid the session that waited
 * @param operationKind index into {@link dev.rehearse.recording.OperationLog#kinds()}
 * @param application the application version it belongs to
 * @param lockType {@code pg_locks.locktype}: relation, transactionid, virtualxid, tuple, extend, advisory, object ...
 * @param relationOid the relation that the lock names, 0 where it names none
 * @param rowOf the table for whose row it waited, or the index for whose key, without its schema; null where the server did not say
 * @param mode the mode waited for, as {@code pg_locks} writes it
 * @param durationMicros how long it waited: the server's figure where the lock was granted, else up to the error or to the end of the load
 * @param startMicros when the wait began
 * @param endMicros when the session heard that it had ended
 * @param ended how it ended
 * @param circle where a deadlock ended it, the other processes of it, each of which waited for the next, and the last for this one; empty where the server did not say
 */
public record ServerWait(
        int pid,
        int operationKind,
        String application,
        String lockType,
        long relationOid,
        @Nullable String rowOf,
        String mode,
        long durationMicros,
        long startMicros,
        long endMicros,
        LockWait.Ended ended,
        List<Integer> circle) {

    public ServerWait {
        circle = List.copyOf(circle);
    }
}
