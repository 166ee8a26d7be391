package dev.rehearse.recording;

import java.util.Arrays;
import java.util.Optional;

/**
 * PostgreSQL's table-level lock modes, weakest first, with the conflict table of
 * <a href="https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES">Explicit Locking, Table 13.2</a>.
 */
public enum LockMode {
    ACCESS_SHARE("AccessShareLock", 1 << 7),
    ROW_SHARE("RowShareLock", 1 << 6 | 1 << 7),
    ROW_EXCLUSIVE("RowExclusiveLock", 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7),
    SHARE_UPDATE_EXCLUSIVE("ShareUpdateExclusiveLock", 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7),
    SHARE("ShareLock", 1 << 2 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 7),
    SHARE_ROW_EXCLUSIVE("ShareRowExclusiveLock", 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7),
    EXCLUSIVE("ExclusiveLock", 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7),
    ACCESS_EXCLUSIVE("AccessExclusiveLock", 0xFF);

    private final String catalogName;
    private final int conflicts;

    LockMode(String catalogName, int conflicts) {
        this.catalogName = catalogName;
        this.conflicts = conflicts;
    }

    /** The mode that {@code pg_locks.mode} names so, for example {@code AccessExclusiveLock}. */
    public static Optional<LockMode> ofCatalogName(String name) {
        return Arrays.stream(values()).filter(m -> m.catalogName.equals(name)).findFirst();
    }

    /** As {@code pg_locks.mode} and the server's messages write it. */
    public String catalogName() {
        return catalogName;
    }

    /** As the documentation and people write it: {@code ACCESS EXCLUSIVE}. */
    public String sqlName() {
        return name().replace('_', ' ');
    }

    /** Whether two sessions cannot hold these modes on one relation at once. */
    public boolean conflictsWith(LockMode other) {
        return (conflicts & 1 << other.ordinal()) != 0;
    }

    /** Whether who locks rows of a table takes this mode on it; builds of indexes, VACUUM and the like, which lock none, take others. */
    public boolean locksRows() {
        return this == ROW_SHARE || this == ROW_EXCLUSIVE || this == SHARE_ROW_EXCLUSIVE || this == EXCLUSIVE;
    }

    /** Whether plain INSERT, UPDATE and DELETE wait for this mode. */
    public boolean blocksWriters() {
        return conflictsWith(ROW_EXCLUSIVE);
    }

    /** Whether plain SELECT waits for this mode. */
    public boolean blocksReaders() {
        return conflictsWith(ACCESS_SHARE);
    }
}
