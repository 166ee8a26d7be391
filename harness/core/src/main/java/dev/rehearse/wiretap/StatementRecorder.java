package dev.rehearse.wiretap;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.ServerWords.WaitWords;
import dev.rehearse.wiretap.TappedStatement.Transaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link StatementFact}s of what wiretaps hear: which relation locks each statement took, how long it waited for them and held
 * them, what the server said it was doing, and how much WAL was written meanwhile.
 *
 * <p>Locks come from three sources. After a statement that leaves its transaction open, the locks that the session then holds and did not
 * hold before are read over a second connection, before the tool is told that its statement is done. For DDL, {@link LockEventTrigger}
 * reports them before they are released. While any statement runs, a sampler reads them every {@value LockSampler#INTERVAL_MILLIS} ms.
 *
 * <p>Thread-safe. Owns one thread ({@code rehearse-tap-sampler}) and two connections ({@code rehearse-sampler-tap}) until it is closed;
 * its facts can be read after that.
 */
public final class StatementRecorder implements AutoCloseable {

    /**
     * Settings that the migration's role needs for the server to say what it is doing (by {@code ALTER ROLE ... SET}, since tools do not set
     * them, and as {@code log_lock_waits} is for superusers to set).
     */
    public static final Map<String, String> SESSION_SETTINGS =
            Map.of("client_min_messages", "debug1", "log_lock_waits", "on");

    private static final int MOST_STATEMENTS = 100_000;

    private static final Set<String> LOCKING_TAGS = Set.of(
            "VACUUM",
            "CLUSTER",
            "TRUNCATE TABLE",
            "REINDEX",
            "UPDATE",
            "INSERT",
            "DELETE",
            "MERGE",
            "CREATE INDEX",
            "DROP INDEX");

    private final RunClock clock;
    private final LockReader reader;
    private final LockSampler sampler;
    private final List<RecordedStatement> statements = new ArrayList<>();
    private final Map<Integer, Backend> backends = new HashMap<>();
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private final Map<Long, Relation> known = new HashMap<>();
    private final List<MigrationWait> waits = new ArrayList<>();
    private final Map<Integer, WaitWords> unfinishedWaits = new HashMap<>();
    private final Map<Integer, Long> unfinishedSince = new HashMap<>();
    private final Set<Integer> pids = new LinkedHashSet<>();
    private final Set<String> notMeasured = new LinkedHashSet<>();

    private Phase phase = Phase.MIGRATE;
    private Map<Long, Relation> before = Map.of();
    private Set<String> namesBefore = Set.of();
    private long unrecorded;
    private volatile boolean readerBroken;

    private StatementRecorder(RunClock clock, LockReader reader, LockReader samplersReader) {
        this.clock = clock;
        this.reader = reader;
        this.sampler = new LockSampler(this, samplersReader, clock);
    }

    /**
     * Connects to the server, directly and as its owner.
     *
     * @throws EnvironmentException if the server cannot be reached
     */
    public static StatementRecorder open(TestDatabase.Server server, RunClock clock) {
        LockReader reader = null;
        try {
            reader = new LockReader(server, "rehearse-sampler-tap");
            StatementRecorder recorder =
                    new StatementRecorder(clock, reader, new LockReader(server, "rehearse-sampler-tap"));
            recorder.begin(Phase.MIGRATE);
            recorder.sampler.start();
            return recorder;
        } catch (SQLException e) {
            if (reader != null) {
                reader.close();
            }
            throw new EnvironmentException(
                    "Cannot watch the migration's locks: no connection to " + server.name() + " at " + server.host()
                            + ":" + server.port() + " (" + e.getMessage()
                            + "). Check that the server runs and has connections left.",
                    e);
        }
    }

    /**
     * A phase begins: what it finds in the catalog now "existed before". Call it with no statement of the migration under way.
     */
    public void begin(Phase next) {
        Map<Long, Relation> found;
        synchronized (reader) {
            found = read(reader::relations, Map.of());
        }
        Set<String> names = new HashSet<>();
        found.values().forEach(r -> names.add(r.bareName()));
        synchronized (this) {
            phase = next;
            before = found;
            namesBefore = names;
            attempts.clear();
        }
    }

    /** A migrator begins its next attempt. */
    public synchronized void attempt(int migrator, int number) {
        attempts.put(migrator, number);
    }

    /** The statement that a session sends next comes from there ("V7__widen.sql:9"). */
    public synchronized void source(int backendPid, String source) {
        Backend backend = backends.get(backendPid);
        if (backend != null) {
            backend.nextSource = source;
        }
    }

    /** Hears the tap of one migrator, counted from 0. */
    public StatementListener listener(int migrator) {
        return new Ear(migrator);
    }

    /** All statements so far, in order of their start; of those that still run, with what is known of them. */
    public synchronized List<StatementFact> facts() {
        long now = clock.micros();
        return statements.stream().map(s -> s.fact(now, known)).toList();
    }

    /** The statement that runs now, the latest started where several migrators run; null where none does. */
    public synchronized @Nullable StatementFact running() {
        for (int i = statements.size() - 1; i >= 0; i--) {
            if (statements.get(i).isRunning()) {
                return statements.get(i).fact(clock.micros(), known);
            }
        }
        return null;
    }

    /** Index of {@link #running()}, or -1. */
    public synchronized int runningStatement() {
        for (int i = statements.size() - 1; i >= 0; i--) {
            if (statements.get(i).isRunning()) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Index of the statement to which a wait at that moment is due: the one that ran, or, while a transaction was open between two
     * statements, the one before; of several migrators' the latest started; -1 where there is none.
     */
    public synchronized int statementAt(long micros) {
        for (int i = statements.size() - 1; i >= 0; i--) {
            RecordedStatement s = statements.get(i);
            if (s.statement.startMicros() <= micros && micros <= effectiveEnd(s)) {
                return i;
            }
        }
        return -1;
    }

    /** The same, of one session. */
    public synchronized int statementAt(int backendPid, long micros) {
        for (int i = statements.size() - 1; i >= 0; i--) {
            RecordedStatement s = statements.get(i);
            if (s.statement.backendPid() == backendPid
                    && s.statement.startMicros() <= micros
                    && micros <= effectiveEnd(s)) {
                return i;
            }
        }
        return -1;
    }

    /** Server processes of every session that the migration has opened so far. */
    public synchronized Set<Integer> backends() {
        return Set.copyOf(pids);
    }

    /** Those of {@link #backends()} whose connection is open. */
    public synchronized Set<Integer> openSessions() {
        return Set.copyOf(backends.keySet());
    }

    /** The waits of the migration's own sessions that the server told of (those longer than its deadlock_timeout), in order. */
    public synchronized List<MigrationWait> waits() {
        return List.copyOf(waits);
    }

    /** What could not be measured, and why, for the report. */
    public synchronized List<String> notMeasured() {
        List<String> lines = new ArrayList<>(notMeasured);
        if (unrecorded > 0) {
            lines.add("locks and times of " + unrecorded + " statements of the migration after its first "
                    + MOST_STATEMENTS);
        }
        List<RecordedStatement> unseen =
                statements.stream().filter(this::endedUnseen).toList();
        if (!unseen.isEmpty()) {
            lines.add("locks of " + unseen.size()
                    + " statement(s) that ended between two samples, outside a transaction; the first: "
                    + shortened(unseen.get(0).statement.sql()));
        }
        return lines;
    }

    /** Ends the sampler and closes the connections. */
    @Override
    public void close() {
        sampler.close();
        reader.close();
    }

    /** Sessions that run a statement now, each with its statement's index. */
    synchronized Map<Integer, Integer> underWay() {
        Map<Integer, Integer> now = new HashMap<>();
        backends.values().forEach(b -> {
            RecordedStatement s = b.running;
            if (s != null) {
                now.put(b.pid, s.index);
            }
        });
        return now;
    }

    /**
     * Takes a sample in.
     *
     * @param during what ran when the sample was asked for; it counts only for sessions that still ran the same when it had come
     * @param micros when it was taken
     */
    synchronized void sampled(Map<Integer, Integer> during, List<HeldLock> locks, long micros) {
        Map<Integer, Integer> still = underWay();
        Map<RecordedStatement, Set<Long>> waiting = new HashMap<>();
        for (HeldLock lock : locks) {
            Integer index = during.get(lock.pid());
            if (index == null || !index.equals(still.get(lock.pid()))) {
                continue;
            }
            learn(lock);
            RecordedStatement statement = statements.get(index);
            if (lock.granted()) {
                java.util.Objects.requireNonNull(backends.get(lock.pid()))
                        .attribute(statement, List.of(lock), "sampling");
            } else {
                statement.waited(lock.oid(), micros, lock.waitedMicros());
                waiting.computeIfAbsent(statement, s -> new HashSet<>()).add(lock.oid());
            }
        }
        during.forEach((pid, index) -> {
            if (index.equals(still.get(pid))) {
                RecordedStatement statement = statements.get(index);
                Set<Long> now = waiting.getOrDefault(statement, Set.of());
                statement.waits.forEach((oid, wait) -> {
                    if (!now.contains(oid)) {
                        wait.endedBy(micros);
                    }
                });
            }
        });
    }

    synchronized void couldNotMeasure(String what) {
        notMeasured.add(what);
    }

    private long effectiveEnd(RecordedStatement s) {
        boolean outlives =
                s.statement.transaction() == Transaction.OPEN || s.statement.transaction() == Transaction.FAILED;
        return s.isRunning() || outlives ? s.effectiveEndMicros : s.statement.endMicros();
    }

    private boolean endedUnseen(RecordedStatement s) {
        String tag = s.statement.tag();
        return s.taken.isEmpty()
                && s.statement.outcome() == Outcome.SUCCEEDED
                && s.statement.transaction() == Transaction.IDLE
                && tag != null
                && LOCKING_TAGS.contains(tag.replaceAll("[ 0-9]+$", ""));
    }

    private void learn(HeldLock lock) {
        Relation relation = lock.relation();
        if (relation != null) {
            known.putIfAbsent(lock.oid(), relation);
        }
    }

    private static String shortened(String sql) {
        String line = sql.replaceAll("\\s+", " ");
        return line.length() <= 100 ? line : line.substring(0, 97) + "...";
    }

    /** A reading of the server's that may fail: the migration goes on, and the report says what is missing. */
    private <T> T read(Reading<T> reading, T otherwise) {
        if (readerBroken) {
            return otherwise;
        }
        try {
            return reading.get();
        } catch (SQLException e) {
            String state = e.getSQLState();
            // Only a timeout of ours leaves the connection as it was.
            readerBroken = !"57014".equals(state) && !"55P03".equals(state);
            couldNotMeasure(
                    "some locks of the migration's statements: the observer's reading failed (" + e.getMessage() + ")");
            return otherwise;
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T get() throws SQLException;
    }

    private final class Ear implements StatementListener {
        private final int migrator;

        private Ear(int migrator) {
            this.migrator = migrator;
        }

        @Override
        public void sessionStarted(int backendPid, long micros) {
            synchronized (StatementRecorder.this) {
                backends.put(backendPid, new Backend(backendPid, migrator));
                pids.add(backendPid);
            }
        }

        @Override
        public void statementStarted(TappedStatement tapped) {
            RecordedStatement statement;
            boolean news;
            synchronized (StatementRecorder.this) {
                Backend backend = backends.get(tapped.backendPid());
                if (backend == null) {
                    return;
                }
                if (statements.size() >= MOST_STATEMENTS) {
                    unrecorded++;
                    return;
                }
                statement = new RecordedStatement(
                        statements.size(),
                        phase,
                        migrator,
                        attempts.getOrDefault(migrator, 1),
                        backend.nextSource,
                        before,
                        namesBefore,
                        tapped);
                backend.nextSource = null;
                RecordedStatement previous = backend.last;
                if (previous != null && previous.effectiveEndMicros == Long.MAX_VALUE) {
                    previous.effectiveEndMicros = tapped.startMicros();
                }
                backend.running = statement;
                backend.last = statement;
                statements.add(statement);
                news = backend.isNews(tapped.sql());
            }
            if (news) {
                synchronized (reader) {
                    statement.walStart = read(reader::walPosition, -1L);
                }
            }
            sampler.wake();
        }

        @Override
        public void noticed(TappedStatement tapped, ServerNotice notice) {
            synchronized (StatementRecorder.this) {
                Backend backend = backends.get(tapped.backendPid());
                RecordedStatement statement = backend == null ? null : backend.running;
                if (backend == null || statement == null) {
                    return;
                }
                WaitWords words = ServerWords.wait(notice).orElse(null);
                statement.spoke(notice.micros(), words != null && !words.granted());
                if (words != null) {
                    hearWait(statement, words, notice.micros());
                } else if (LockEventTrigger.isReport(notice)) {
                    List<HeldLock> locks = LockEventTrigger.read(backend.pid, notice);
                    locks.forEach(StatementRecorder.this::learn);
                    backend.attribute(statement, locks, "event trigger");
                }
            }
        }

        private void hearWait(RecordedStatement statement, WaitWords words, long micros) {
            int pid = statement.statement.backendPid();
            if (!words.granted()) {
                unfinishedWaits.put(pid, words);
                unfinishedSince.put(pid, micros - words.waitedMicros());
                return;
            }
            unfinishedWaits.remove(pid);
            waits.add(wait(statement, words, words.waitedMicros(), micros, true));
            if (words.lockType().equals("relation")) {
                RecordedStatement.Wait wait = statement.waits.computeIfAbsent(
                        words.relationOid(), o -> new RecordedStatement.Wait(micros - words.waitedMicros()));
                wait.exactMicros = words.waitedMicros();
                wait.startMicros = micros - words.waitedMicros();
            }
        }

        private MigrationWait wait(
                RecordedStatement statement, WaitWords words, long durationMicros, long endMicros, boolean granted) {
            Relation relation = before.containsKey(words.relationOid())
                    ? before.get(words.relationOid())
                    : known.get(words.relationOid());
            return new MigrationWait(
                    statement.statement.backendPid(),
                    statement.index,
                    words.lockType(),
                    words.relationOid(),
                    relation == null ? null : relation.name(),
                    words.mode(),
                    durationMicros,
                    endMicros,
                    granted);
        }

        @Override
        public void statementEnded(TappedStatement tapped) {
            RecordedStatement statement = end(tapped);
            if (statement == null || statement.walStart < 0) {
                if (tapped.transaction() == Transaction.IDLE) {
                    released(tapped.backendPid(), tapped.endMicros());
                }
                return;
            }
            boolean open = tapped.transaction() == Transaction.OPEN || tapped.transaction() == Transaction.FAILED;
            Optional<List<HeldLock>> locks = Optional.empty();
            synchronized (reader) {
                long wal = read(reader::walPosition, -1L);
                statement.walBytes = wal < 0 ? -1 : wal - statement.walStart;
                if (open && tapped.lastOfBurst()) {
                    locks = read(() -> Optional.of(reader.locks(List.of(tapped.backendPid()))), Optional.empty());
                }
            }
            synchronized (StatementRecorder.this) {
                Backend backend = backends.get(tapped.backendPid());
                if (backend == null) {
                    return;
                }
                locks.ifPresent(held -> {
                    held.forEach(StatementRecorder.this::learn);
                    backend.attribute(statement, held, "pg_locks after the statement");
                    backend.releaseAllBut(held, tapped.endMicros());
                });
            }
            if (!open) {
                released(tapped.backendPid(), tapped.endMicros());
            }
        }

        /** Books the end before anything else, so that nothing that is read from now on is taken for the statement's. */
        private @Nullable RecordedStatement end(TappedStatement tapped) {
            synchronized (StatementRecorder.this) {
                int pid = tapped.backendPid();
                RecordedStatement statement = find(tapped);
                if (statement == null) {
                    return null;
                }
                statement.statement = tapped;
                statement.waits.values().forEach(w -> w.endedBy(tapped.endMicros()));
                Backend backend = backends.get(pid);
                if (backend != null && backend.running == statement) {
                    backend.running = null;
                }
                WaitWords words = unfinishedWaits.remove(pid);
                if (words != null) {
                    long since = java.util.Objects.requireNonNull(unfinishedSince.get(pid));
                    waits.add(wait(statement, words, tapped.endMicros() - since, tapped.endMicros(), false));
                }
                return statement;
            }
        }

        private @Nullable RecordedStatement find(TappedStatement tapped) {
            for (int i = statements.size() - 1; i >= 0; i--) {
                RecordedStatement s = statements.get(i);
                if (s.migrator == migrator
                        && s.statement.number() == tapped.number()
                        && s.isRunning()
                        && s.statement.backendPid() == tapped.backendPid()) {
                    return s;
                }
            }
            return null;
        }

        private void released(int backendPid, long micros) {
            Set<Long> unnamed = new HashSet<>();
            synchronized (StatementRecorder.this) {
                Backend backend = backends.get(backendPid);
                if (backend == null) {
                    return;
                }
                for (Long oid : backend.releaseAll(micros)) {
                    if (!before.containsKey(oid) && !known.containsKey(oid)) {
                        unnamed.add(oid);
                    }
                }
            }
            if (!unnamed.isEmpty()) {
                Map<Long, Relation> named;
                synchronized (reader) {
                    named = read(() -> reader.relations(unnamed), Map.of());
                }
                synchronized (StatementRecorder.this) {
                    named.forEach(known::putIfAbsent);
                }
            }
        }

        @Override
        public void transactionEnded(int backendPid, long micros) {
            released(backendPid, micros);
        }

        @Override
        public void sessionEnded(int backendPid, long micros) {
            released(backendPid, micros);
            synchronized (StatementRecorder.this) {
                backends.remove(backendPid);
            }
        }
    }
}
