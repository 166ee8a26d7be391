package dev.rehearse.observe.lock;

import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One wait for one lock, as the server told the waiter itself (<a
 * href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LOCK-WAITS">log_lock_waits</a>): exact, but only
 * for waits longer than the waiter's {@code deadlock_timeout}. Who held the lock it tells only its log.
 *
 * @param pid server process that waited
 * @param who whose session: an operation's name, or "migration"
 * @param kind of which kind
 * @param lockType as {@code pg_locks.locktype} names it
 * @param relationOid the relation that the lock is on, 0 where it names none
 * @param relation its name where the reporter knows it; otherwise it is looked up by {@code relationOid}
 * @param mode the mode waited for, as {@code pg_locks} writes it
 * @param endMicros when the waiter heard of its end; for one that did not end, when the recording did
 * @param durationMicros its length in the server's words; for one that was not granted, as far as the waiter can tell
 * @param ended how it ended
 * @param circle where a deadlock ended it, the other processes of it, each of which waited for the next; empty where that was not told
 */
public record ReportedWait(
        int pid,
        String who,
        SessionKind kind,
        String lockType,
        long relationOid,
        @Nullable String relation,
        String mode,
        long endMicros,
        long durationMicros,
        Ended ended,
        List<Integer> circle) {

    public ReportedWait {
        circle = List.copyOf(circle);
    }

    public long startMicros() {
        return endMicros - durationMicros;
    }

    ReportedWait startingAt(long micros) {
        return new ReportedWait(
                pid,
                who,
                kind,
                lockType,
                relationOid,
                relation,
                mode,
                micros + durationMicros,
                durationMicros,
                ended,
                circle);
    }
}
