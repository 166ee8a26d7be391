package dev.rehearse.observe.lock;

import dev.rehearse.observe.Sessions;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One wait for one lock, as the lock sampler saw it.
 *
 * @param pid server process that waited
 * @param who whose session
 * @param kind of which kind
 * @param lockType {@code pg_locks.locktype}
 * @param relationOid the relation that the lock is on or about, 0 where it names none
 * @param relation its name; of a lock that names none what else it is on, null where that is not known
 * @param mode the mode waited for, as {@code pg_locks} writes it
 * @param startMicros when it began
 * @param endMicros when it ended, as near as samples and what its sessions did next tell; when it was last seen where it had not ended
 * @param end how it ended; {@link Ended#STILL_WAITING} where the sampling ended first
 * @param startIsExact whether the server said when it began ({@code pg_locks.waitstart}); otherwise the first sighting counts
 * @param chain nearest blocker first, root last; empty where the wait was over before its blockers could be read
 * @param errorMicros how far its length may be off
 * @param applicationName what the waiter called itself
 * @param query what the waiter ran; null where it was gone, or ran something else, before it could be asked
 * @param activities what those in the way did when they were first seen there, by process, where somebody wants to know
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
        Ended end,
        boolean startIsExact,
        List<Blocking> chain,
        long errorMicros,
        String applicationName,
        @Nullable String query,
        Map<Integer, Sessions.Activity> activities) {

    public SampledWait {
        chain = List.copyOf(chain);
        activities = Map.copyOf(activities);
    }

    /** As a fact of the recording, where there is nobody but the sampler to tell of it. */
    public LockWait asSeen() {
        return new LockWait(
                pid,
                who,
                kind,
                lockType,
                relation,
                mode,
                startMicros,
                endMicros,
                end,
                chain,
                -1,
                startIsExact ? LockWait.Source.WAITSTART : LockWait.Source.SAMPLING,
                errorMicros);
    }

    /** False where the sampling ended first. */
    public boolean ended() {
        return end != Ended.STILL_WAITING;
    }
}
