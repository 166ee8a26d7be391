package dev.rehearse.wiretap.lock;

import dev.rehearse.recording.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code pg_locks} for a relation or type of the user's.
 *
 * @param relation null where its row in the catalog cannot be seen: it was made in a transaction that is still open, or is gone
 * @param granted false while the backend waits for it
 * @param waitedMicros how long it has waited by the server's clock; -1 where the server does not say
 * @param transaction the virtual transaction that the backend is in; null where it is not known
 */
public record HeldLock(
        int pid,
        long oid,
        LockMode mode,
        boolean granted,
        long waitedMicros,
        @Nullable Relation relation,
        @Nullable String transaction) {}
