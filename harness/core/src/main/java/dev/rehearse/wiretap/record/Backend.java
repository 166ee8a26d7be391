package dev.rehearse.wiretap.record;

import dev.rehearse.recording.LockMode;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import dev.rehearse.wiretap.record.RecordedStatement.Taken;
import dev.rehearse.wiretap.record.ServerWords.WaitWords;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One session of the migration: what it runs, and which locks its open transaction has taken so far. Guarded by the {@link StatementLog}. */
final class Backend {

    /** So many times the same text in a row, and reading locks after each tells nothing new. */
    private static final int REPEATS_READ = 20;

    /** The source that all others are better than. */
    static final String SAMPLING = "sampling";

    final int pid;
    final int migrator;

    @Nullable
    RecordedStatement running;

    /** A wait that the server has told of and that goes on. */
    @Nullable
    WaitWords unfinishedWait;

    long unfinishedWaitStartMicros;
    private @Nullable RecordedStatement last;

    @Nullable
    String nextSource;

    private final Map<Long, List<Taken>> held = new HashMap<>();
    private @Nullable String repeated;
    private int repeats;

    Backend(int pid, int migrator) {
        this.pid = pid;
        this.migrator = migrator;
    }

    /** Whether a statement of this text still tells something new, or is one of a long row of the same. */
    boolean isNews(String sql) {
        repeats = sql.equals(repeated) ? repeats + 1 : 0;
        repeated = sql;
        return repeats < REPEATS_READ;
    }

    /** Whether what it did last may be undone yet. */
    boolean isInTransaction() {
        RecordedStatement latest = last;
        return latest != null && (latest.isRunning() || latest.statement.transaction() != Transaction.IDLE);
    }

    void start(RecordedStatement statement) {
        RecordedStatement previous = last;
        if (previous != null && previous.effectiveEndMicros == Long.MAX_VALUE) {
            previous.effectiveEndMicros = statement.statement.startMicros();
        }
        running = statement;
        last = statement;
    }

    /** Books what the session holds and did not hold before the statement to the statement. */
    void attribute(RecordedStatement statement, Collection<HeldLock> now, String source) {
        for (HeldLock lock : now) {
            if (lock.granted()) {
                attribute(statement, lock.oid(), lock.mode(), source);
            }
        }
    }

    private void attribute(RecordedStatement statement, long oid, LockMode mode, String source) {
        Taken own = statement.taken.get(oid);
        List<Taken> all = held.computeIfAbsent(oid, o -> new ArrayList<>());
        boolean known = all.stream().anyMatch(t -> t != own && t.includes(mode));
        if (known) {
            return;
        }
        if (own == null) {
            Taken fresh = new Taken(oid, mode, source);
            statement.taken.put(oid, fresh);
            all.add(fresh);
            return;
        }
        own.forRows |= mode.locksRows();
        if (own.mode.compareTo(mode) < 0 || own.mode == mode && own.source.equals(SAMPLING)) {
            own.mode = mode;
            own.source = source;
        }
    }

    /** While others were pipelined behind it, a sample may have been of them: the last of them gets what is still held. */
    void forgetSamples(RecordedStatement statement) {
        statement.taken.values().removeIf(lock -> {
            boolean sampled = lock.source.equals(SAMPLING);
            if (sampled) {
                held.getOrDefault(lock.oid, new ArrayList<>()).remove(lock);
            }
            return sampled;
        });
    }

    /** Lets go of what a complete reading does not name any more: a failed statement or ROLLBACK TO released it. */
    void releaseAllBut(Collection<HeldLock> now, long micros) {
        Set<Long> still = new HashSet<>();
        now.forEach(lock -> still.add(lock.oid()));
        held.entrySet().removeIf(entry -> {
            if (still.contains(entry.getKey())) {
                return false;
            }
            entry.getValue().forEach(t -> t.releasedMicros = micros);
            return true;
        });
    }

    /** Lets go of everything; returns the oids. */
    Set<Long> releaseAll(long micros) {
        Set<Long> oids = Set.copyOf(held.keySet());
        releaseAllBut(List.of(), micros);
        RecordedStatement latest = last;
        if (latest != null && latest.effectiveEndMicros == Long.MAX_VALUE && !latest.isRunning()) {
            latest.effectiveEndMicros = micros;
        }
        return oids;
    }
}
