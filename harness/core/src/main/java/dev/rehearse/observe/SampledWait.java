package dev.rehearse.observe;

import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One wait for one lock, as the lock sampler saw it.
 *
 * @param pid server process that waited
 * @param who whose session
 * @param kind of which kind
 * @param lockType {@code pg_locks.locktype}
 * @param relationOid the relation that the lock is on or about, 0 where it names none
 * @param relation its name; null where the lock names none
 * @param mode the mode waited for, as {@code pg_locks} writes it
 * @param startMicros when it began
 * @param endMicros midway between the last sample that saw it and the first that did not; when it was last seen where it had not ended
 * @param ended false where the sampling ended first
 * @param startIsExact whether the server said when it began ({@code pg_locks.waitstart}); otherwise the first sighting counts
 * @param chain nearest blocker first, root last; empty where the wait was over before its blockers could be read
 * @param errorMicros how far its length may be off
 */
public record SampledWait(
        int pid,
        String who,
        SessionKind kind,
        String lockType,
        long relationOid,
        @Nullable String relation,
        String mode,
        long startMicros,
        long endMicros,
        boolean ended,
        boolean startIsExact,
        List<Blocking> chain,
        long errorMicros) {

    public SampledWait {
        chain = List.copyOf(chain);
    }
}
