package dev.rehearse.wiretap.record;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.Relation;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of one statement while it runs and until its transaction ends. Guarded by the {@link StatementLog}. */
final class RecordedStatement {

    /** How far the start of a wait that a sample shows may be off, as nobody knows when within its reading it was taken. */
    private static final long INEXACT_MICROS = 50_000;

    final int index;
    final Phase phase;
    final int migrator;
    final int attempt;
    final @Nullable String migration;
    final @Nullable String source;
    /** Relations that were there when the phase began, by oid and by bare name. */
    final Map<Long, Relation> before;

    final Set<String> namesBefore;
    /** Whether reading the server after it may tell something new. */
    final boolean news;

    TappedStatement statement;
    volatile long walStart = -1;
    volatile long walBytes = -1;
    /** When the next statement of its session began, or its transaction ended: until then its locks make others wait. */
    long effectiveEndMicros = Long.MAX_VALUE;

    final Map<Long, Taken> taken = new HashMap<>();
    final Map<Long, Wait> waits = new HashMap<>();
    private long lastSampleMicros;
    private long longestGapMicros;
    private final Set<String> newFiles = new LinkedHashSet<>();
    private ServerWords words = ServerWords.NONE;

    RecordedStatement(
            int index,
            Phase phase,
            int migrator,
            int attempt,
            @Nullable String migration,
            @Nullable String source,
            Map<Long, Relation> before,
            Set<String> namesBefore,
            boolean news,
            TappedStatement statement) {
        this.index = index;
        this.phase = phase;
        this.migrator = migrator;
        this.attempt = attempt;
        this.migration = migration;
        this.source = source;
        this.before = before;
        this.namesBefore = namesBefore;
        this.news = news;
        this.statement = statement;
    }

    /** A lock that it took. */
    static final class Taken {
        final long oid;
        LockMode mode;
        boolean forRows;
        String source;
        long releasedMicros = -1;
        /** The transaction that samples see hold it, and since when. */
        private @Nullable String holder;

        private long heldFromMicros;
        /** Of the transactions that have let go of it while the statement went on. */
        private long longestMicros = -1;

        Taken(long oid, LockMode mode, String source) {
            this.oid = oid;
            this.mode = mode;
            this.forRows = mode.locksRows();
            this.source = source;
        }

        /** Whether who holds this takes nothing new with another mode: one that is no stronger, and in which rows are locked only if they were before, or nobody else gets to any. */
        boolean includes(LockMode other) {
            return mode.compareTo(other) >= 0 && (forRows || !other.locksRows() || mode == LockMode.ACCESS_EXCLUSIVE);
        }

        /** A sample saw who holds it, who came there at about that moment if it was another before. */
        private void seen(@Nullable String transaction, long changedMicros) {
            if (Objects.equals(transaction, holder)) {
                return;
            }
            if (holder != null) {
                longestMicros = Math.max(longestMicros, changedMicros - heldFromMicros);
            }
            holder = transaction;
            heldFromMicros = changedMicros;
        }

        /** For how long one transaction held it; -1 where it was one and the same all the time, as far as was seen. */
        private long longestHoldMicros(long releasedMicros) {
            return longestMicros < 0 || holder == null
                    ? longestMicros
                    : Math.max(longestMicros, releasedMicros - heldFromMicros);
        }
    }

    /** A wait for a relation's lock: when it began and was last seen, and when it cannot have lasted longer. */
    static final class Wait {
        final long unseenMicros;
        long startMicros;
        long lastSeenMicros;
        long endMicros = -1;
        long exactMicros = -1;

        /** @param unseenMicros when it had not begun */
        Wait(long unseenMicros, long startMicros) {
            this.unseenMicros = unseenMicros;
            this.startMicros = startMicros;
        }

        /** The end lies between the last sighting and this moment; halfway is wrong by half of that at most. */
        void endedBy(long micros) {
            if (endMicros < 0) {
                endMicros = Math.max(lastSeenMicros, (lastSeenMicros + micros) / 2);
            }
        }

        long micros(long statementEndMicros) {
            if (exactMicros >= 0) {
                return exactMicros;
            }
            return (endMicros < 0 ? statementEndMicros : endMicros) - startMicros;
        }
    }

    boolean isRunning() {
        return statement.outcome() == null;
    }

    /** Takes the end in; of the notices, only what they say is kept. */
    void end(TappedStatement ended) {
        words = ServerWords.of(ended.notices(), ended.tag(), namesBefore::contains);
        statement = ended.withoutNotices();
        waits.values().forEach(w -> w.endedBy(ended.endMicros()));
    }

    /** Whether it ran at that moment, or kept its locks in a transaction that did nothing else. */
    boolean isInForceAt(long micros) {
        boolean outlived = isRunning()
                || statement.transaction() == Transaction.OPEN
                || statement.transaction() == Transaction.FAILED;
        return statement.startMicros() <= micros && micros <= (outlived ? effectiveEndMicros : statement.endMicros());
    }

    /** The server speaks at once, so a word of it that is not about a wait means that no wait goes on. */
    void spoke(long micros, boolean ofWaiting) {
        if (!ofWaiting) {
            waits.values().forEach(w -> w.endedBy(micros));
        }
    }

    /** What the server itself says of a wait is better than any sample. */
    void waitedExactly(long oid, long startMicros, long waitedMicros) {
        Wait wait = waits.computeIfAbsent(oid, o -> new Wait(startMicros, startMicros));
        wait.startMicros = startMicros;
        wait.exactMicros = waitedMicros;
    }

    /** Since when samples saw it wait for a relation's lock; the end of time where they did not, or it has been granted meanwhile. */
    long sampledWaitStartMicros(long oid) {
        Wait wait = waits.get(oid);
        return wait == null || wait.exactMicros >= 0 ? Long.MAX_VALUE : wait.startMicros;
    }

    /**
     * Takes in which locks a sample saw it wait for; all its other waits are over. None began before the sample that did not show it: what says so is the start of
     * the wait before, which the server may show for a moment.
     */
    void sampledWaits(List<HeldLock> ungranted, long micros) {
        Set<Long> now = new HashSet<>();
        for (HeldLock lock : ungranted) {
            now.add(lock.oid());
            // waitstart may be unknown for a moment; the next sample has it.
            // The moment of a sample is known to half of what it took.
            long start = micros - Math.max(0, lock.waitedMicros());
            long unseen = Math.max(statement.startMicros(), lastSampleMicros);
            Wait wait = waits.computeIfAbsent(lock.oid(), o -> new Wait(unseen, micros));
            if (start > wait.unseenMicros - INEXACT_MICROS) {
                wait.startMicros = Math.min(wait.startMicros, Math.max(wait.unseenMicros, start));
            }
            wait.lastSeenMicros = micros;
        }
        waits.forEach((oid, wait) -> {
            if (!now.contains(oid)) {
                wait.endedBy(micros);
            }
        });
    }

    /** Takes in which transaction a sample saw hold its locks. */
    void sampledHolders(List<HeldLock> locks, long micros) {
        Map<Long, String> holders = new HashMap<>();
        locks.stream().filter(HeldLock::granted).forEach(lock -> {
            if (lock.transaction() != null) {
                holders.put(lock.oid(), lock.transaction());
            }
        });
        long since = Math.max(lastSampleMicros, statement.startMicros());
        taken.values().forEach(lock -> lock.seen(holders.get(lock.oid), (since + micros) / 2));
        longestGapMicros = Math.max(longestGapMicros, micros - since);
        lastSampleMicros = micros;
    }

    /**
     * Whether it may have committed within, so that others got their turn. The locks of others that do, such as CREATE INDEX CONCURRENTLY, are those of their sessions.
     */
    private boolean mayCommitWithin() {
        return "DO".equals(statement.tag()) || "CALL".equals(statement.tag()) || statement.messageStatements() > 1;
    }

    StatementFact fact(long nowMicros, Map<Long, Relation> known) {
        TappedStatement s = statement;
        long end = s.endMicros() < 0 ? nowMicros : s.endMicros();
        Outcome outcome = s.outcome();
        return new StatementFact(
                index,
                phase,
                migrator,
                attempt,
                migration,
                s.backendPid(),
                source,
                s.sql(),
                s.startMicros(),
                end,
                outcome == null ? Outcome.UNKNOWN : outcome,
                s.sqlState(),
                s.message(),
                s.transaction() == Transaction.OPEN || s.transaction() == Transaction.FAILED,
                s.messageStatements(),
                s.rows(),
                locks(end, nowMicros, known),
                rewrites(),
                scans(known),
                words.indexBuilds(),
                words.words(),
                walBytes);
    }

    /** Tables that were there before and now have another file. */
    void foundFiles(List<Relation> changed) {
        changed.stream()
                .filter(relation -> before.containsKey(relation.oid()))
                .forEach(relation -> newFiles.add(relation.bareName()));
    }

    private List<String> rewrites() {
        Set<String> rewrites = new LinkedHashSet<>(words.rewrites());
        rewrites.addAll(newFiles);
        return List.copyOf(rewrites);
    }

    /**
     * Some scans the server does not speak of; the locks tell. A new constraint of a domain is checked in every table that uses the domain, under
     * SHARE. A new partition makes the server look for its rows in the default partition, the one table that was there before and
     * that CREATE TABLE takes ACCESS EXCLUSIVE on, unless it says that constraints prove that there are none.
     */
    private List<String> scans(Map<Long, Relation> known) {
        List<String> scans = new ArrayList<>(words.scans());
        if ("ALTER DOMAIN".equals(statement.tag())) {
            taken(LockMode.SHARE, known)
                    .filter(relation -> !relation.kind().endsWith("index"))
                    .forEach(relation -> scans.add(relation.bareName()));
        } else if ("CREATE TABLE".equals(statement.tag())) {
            taken(LockMode.ACCESS_EXCLUSIVE, known)
                    .filter(relation -> relation.kind().equals("table") && before.containsKey(relation.oid()))
                    .filter(relation -> !words.proves(relation.bareName()))
                    .forEach(relation -> scans.add(relation.bareName()));
        }
        return scans;
    }

    private Stream<Relation> taken(LockMode mode, Map<Long, Relation> known) {
        return taken.values().stream()
                .filter(lock -> lock.mode == mode)
                .map(lock -> before.containsKey(lock.oid) ? before.get(lock.oid) : known.get(lock.oid))
                .filter(java.util.Objects::nonNull);
    }

    private List<RelationLock> locks(long endMicros, long nowMicros, Map<Long, Relation> known) {
        List<RelationLock> locks = new ArrayList<>();
        for (Taken lock : taken.values()) {
            Relation relation = before.containsKey(lock.oid) ? before.get(lock.oid) : known.get(lock.oid);
            if (relation == null) {
                // Made and dropped within the migration: nobody else ever saw it.
                continue;
            }
            Wait wait = waits.get(lock.oid);
            long waitMicros = wait == null ? 0 : Math.max(0, wait.micros(endMicros));
            long granted = statement.startMicros();
            if (wait != null) {
                granted = Math.min(wait.startMicros + waitMicros, endMicros);
            }
            long released = lock.releasedMicros < 0 ? nowMicros : lock.releasedMicros;
            long held = released - granted;
            long longest = mayCommitWithin() ? lock.longestHoldMicros(released) : -1;
            // Where no sample was taken for long, somebody may have held it all that time.
            long unseen = Math.max(longestGapMicros, endMicros - lastSampleMicros);
            locks.add(new RelationLock(
                    relation.name(),
                    relation.kind(),
                    lock.mode,
                    lock.forRows,
                    waitMicros,
                    Math.max(0, longest < 0 ? held : Math.min(held, Math.max(longest, unseen))),
                    before.containsKey(lock.oid),
                    lock.source));
        }
        return oneOfEachName(locks);
    }

    /** An index that is built anew concurrently is two for a while, and has one name: the one that was there before is the one that others wait for. */
    private static List<RelationLock> oneOfEachName(List<RelationLock> locks) {
        Map<String, RelationLock> byName = new HashMap<>();
        Comparator<RelationLock> telling =
                Comparator.comparing(RelationLock::existedBefore).thenComparing(RelationLock::mode);
        locks.forEach(
                lock -> byName.merge(lock.relationKind() + " " + lock.relation(), lock, BinaryOperator.maxBy(telling)));
        return byName.values().stream()
                .sorted(Comparator.comparing(RelationLock::mode).reversed().thenComparing(RelationLock::relation))
                .toList();
    }
}
