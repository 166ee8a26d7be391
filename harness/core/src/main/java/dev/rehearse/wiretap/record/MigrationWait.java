package dev.rehearse.wiretap.record;

import org.jspecify.annotations.Nullable;

/**
 * How long a migration's own session waited for a lock, in the server's own words ({@code log_lock_waits}).
 *
 * @param pid the session
 * @param statementIndex index of the statement that waited, as in {@link StatementRecorder#facts()}
 * @param lockType as {@code pg_locks.locktype}
 * @param relationOid the relation, where the lock is on one; 0 otherwise
 * @param relation its name, where known
 * @param mode as {@code pg_locks.mode}
 * @param durationMicros the wait by the server's clock; for one that was not granted, as long as is known
 * @param endMicros when it ended, on the run's clock
 * @param granted whether it ended with the lock
 */
public record MigrationWait(
        int pid,
        int statementIndex,
        String lockType,
        long relationOid,
        @Nullable String relation,
        String mode,
        long durationMicros,
        long endMicros,
        boolean granted) {}
