package dev.rehearse.wiretap.record;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.Units;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.LockEventTrigger;
import dev.rehearse.wiretap.lock.Relation;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.SilencingStatement;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import dev.rehearse.wiretap.record.ServerWords.WaitWords;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The books of a {@link StatementRecorder}: what is known of every statement and session. In memory only; thread-safe. */
final class StatementLog {

    /** Of a statement that was sent although one before it had failed. */
    private static final String IN_FAILED_TRANSACTION = "25P02";

    /** More than a migration that anybody reads; a backfill row by row may have them. */
    static final int MOST_STATEMENTS = 100_000;

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

    /** Whoever sets this, in a message of its own or of several statements, may hide from us what the server is doing. */
    private static final Pattern SILENCING = Pattern.compile(
            "\\bset\\s+((session|local)\\s+)?client_min_messages\\b|\\bset_config\\s*\\(\\s*'client_min_messages'",
            Pattern.CASE_INSENSITIVE);

    private final List<RecordedStatement> statements = new ArrayList<>();
    private final Map<Integer, Backend> open = new HashMap<>();
    private final Set<Integer> pids = new LinkedHashSet<>();
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private final Map<Integer, String> migrations = new HashMap<>();
    private final Map<Long, Relation> known = new HashMap<>();
    private final FileNodes files = new FileNodes();
    private final List<MigrationWait> waits = new ArrayList<>();
    private final Set<String> notMeasured = new LinkedHashSet<>();
    private Phase phase = Phase.MIGRATE;
    private Map<Long, Relation> before = Map.of();
    private Set<String> namesBefore = Set.of();
    private long unrecorded;

    synchronized void begin(Phase next, Map<Long, Relation> relations) {
        phase = next;
        before = Map.copyOf(relations);
        files.begin(relations.values());
        namesBefore = new HashSet<>();
        relations.values().forEach(r -> namesBefore.add(r.bareName()));
        attempts.clear();
        migrations.clear();
    }

    synchronized void attempt(int migrator, int number) {
        attempts.put(migrator, number);
    }

    synchronized void migration(int migrator, @Nullable String id) {
        if (id == null) {
            migrations.remove(migrator);
        } else {
            migrations.put(migrator, id);
        }
    }

    synchronized void source(int pid, String source) {
        Backend backend = open.get(pid);
        if (backend != null) {
            backend.nextSource = source;
        }
    }

    synchronized void sessionStarted(int pid, int migrator) {
        open.put(pid, new Backend(pid, migrator));
        pids.add(pid);
    }

    synchronized void sessionEnded(int pid) {
        Backend backend = open.remove(pid);
        if (backend != null && backend.isInTransaction()) {
            // What it did is undone, or commits unheard.
            files.forget();
        }
    }

    /** Whether it should be told which files the tables have before this statement begins. What an open transaction did, nobody else could tell. */
    synchronized boolean lacksFilesFor(TappedStatement tapped) {
        return files.isMissingFor(tapped.sql()) && open.values().stream().noneMatch(Backend::isInTransaction);
    }

    /** How many statements have begun so far, whether or not they were booked. */
    synchronized long begun() {
        return statements.size() + unrecorded;
    }

    /** Takes in what is committed, unless one has begun since so many had: it may have changed files meanwhile. */
    synchronized void files(Collection<Relation> committed, long begun) {
        if (begun == begun()) {
            files.begin(committed);
        }
    }

    /** Books the start; empty where the books are full. */
    synchronized Optional<RecordedStatement> started(TappedStatement tapped) {
        Backend backend = open.get(tapped.backendPid());
        if (backend == null || statements.size() >= MOST_STATEMENTS) {
            unrecorded++;
            return Optional.empty();
        }
        RecordedStatement statement = new RecordedStatement(
                statements.size(),
                phase,
                backend.migrator,
                attempts.getOrDefault(backend.migrator, 1),
                migrations.get(backend.migrator),
                backend.nextSource,
                before,
                namesBefore,
                backend.isNews(tapped.sql()),
                tapped);
        backend.nextSource = null;
        backend.start(statement);
        statements.add(statement);
        return Optional.of(statement);
    }

    synchronized void noticed(TappedStatement tapped, ServerNotice notice) {
        Backend backend = open.get(tapped.backendPid());
        RecordedStatement statement = backend == null ? null : backend.running;
        if (backend == null || statement == null) {
            return;
        }
        WaitWords words = ServerWords.wait(notice).orElse(null);
        statement.spoke(notice.micros(), words != null && !words.granted());
        if (words != null) {
            hearWait(backend, statement, words, notice.micros());
        } else if (LockEventTrigger.isReport(notice)) {
            List<HeldLock> locks = LockEventTrigger.read(backend.pid, notice);
            locks.forEach(this::learn);
            statement.foundFiles(files.changed(locks));
            backend.attribute(statement, locks, "event trigger");
        }
    }

    private void hearWait(Backend backend, RecordedStatement statement, WaitWords words, long micros) {
        long startMicros = micros - words.waitedMicros();
        if (!words.granted()) {
            backend.unfinishedWait = words;
            backend.unfinishedWaitStartMicros = startMicros;
            return;
        }
        backend.unfinishedWait = null;
        waits.add(wait(statement, words, words.waitedMicros(), micros));
        if (words.lockType().equals("relation")) {
            statement.waitedExactly(words.relationOid(), startMicros, words.waitedMicros());
            take(backend, statement, words);
        }
    }

    /** What was acquired after a wait is held, however short the statement goes on: no sample need have seen it. */
    private static void take(Backend backend, RecordedStatement statement, WaitWords words) {
        if (words.relationOid() >= Relation.FIRST_USER_OID) {
            LockMode.ofCatalogName(words.mode())
                    .map(mode -> new HeldLock(backend.pid, words.relationOid(), mode, true, -1, null, null))
                    .ifPresent(lock -> backend.attribute(statement, List.of(lock), "the server's words"));
        }
    }

    /** Books the end, so that nothing that is read from now on is taken for the statement's; empty where its start was not booked. */
    synchronized Optional<RecordedStatement> ended(TappedStatement tapped) {
        Optional<RecordedStatement> found = underWay(tapped);
        found.ifPresent(statement -> {
            statement.end(tapped);
            files.ended(tapped);
            if (SILENCING.matcher(tapped.sql()).find() && !SilencingStatement.isOne(tapped.sql())) {
                notMeasured.add("rewrites, scans and index builds after the migration's own \""
                        + shortened(tapped.sql()) + "\": the server tells of them at debug1 only");
            }
            Backend backend = open.get(tapped.backendPid());
            if (backend == null) {
                return;
            }
            // With its session ended nothing ran behind it.
            boolean wasLast = backend.running == statement && tapped.transaction() == Transaction.UNKNOWN;
            if (backend.running == statement) {
                backend.running = null;
            }
            if (!tapped.serverStandsStill() && !wasLast) {
                backend.forgetSamples(statement);
            }
            WaitWords words = backend.unfinishedWait;
            if (words != null) {
                backend.unfinishedWait = null;
                // On a busy machine the word may have been heard late, and a sample have seen it before.
                long start = Math.min(
                        backend.unfinishedWaitStartMicros, statement.sampledWaitStartMicros(words.relationOid()));
                waits.add(wait(statement, words, tapped.endMicros() - start, tapped.endMicros()));
            }
        });
        return found;
    }

    /** Numbers ascend within a migrator's tap, so that a smaller one ends the search. */
    private Optional<RecordedStatement> underWay(TappedStatement tapped) {
        for (int i = statements.size() - 1; i >= 0; i--) {
            RecordedStatement s = statements.get(i);
            if (s.statement.backendPid() == tapped.backendPid() && s.statement.number() <= tapped.number()) {
                return s.isRunning() && s.statement.number() == tapped.number() ? Optional.of(s) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private MigrationWait wait(RecordedStatement statement, WaitWords words, long durationMicros, long endMicros) {
        long oid = words.relationOid();
        Relation relation = before.containsKey(oid) ? before.get(oid) : known.get(oid);
        return new MigrationWait(
                statement.statement.backendPid(),
                statement.index,
                words.lockType(),
                oid,
                relation == null ? null : relation.name(),
                words.mode(),
                durationMicros,
                endMicros,
                words.granted());
    }

    /** Books the complete reading of a session's locks that was made after a statement. */
    synchronized void holds(RecordedStatement statement, List<HeldLock> locks) {
        Backend backend = open.get(statement.statement.backendPid());
        if (backend != null) {
            locks.forEach(this::learn);
            backend.attribute(statement, locks, "pg_locks after the statement");
            statement.sampledHolders(locks, statement.statement.endMicros());
            backend.releaseAllBut(locks, statement.statement.endMicros());
        }
    }

    /** Books that a session holds nothing any more; returns the oids that have no name yet. */
    synchronized Set<Long> released(int pid, long micros) {
        Backend backend = open.get(pid);
        return unnamed(backend == null ? Set.of() : backend.releaseAll(micros));
    }

    /** Those of them that have no name yet. */
    synchronized Set<Long> unnamed(Collection<Long> oids) {
        Set<Long> unnamed = new HashSet<>(oids);
        unnamed.removeAll(before.keySet());
        unnamed.removeIf(oid -> known.containsKey(oid) && !known.get(oid).isNamedWhileBuilt());
        return unnamed;
    }

    synchronized void named(Map<Long, Relation> relations) {
        relations.values().forEach(this::learn);
    }

    /** Sessions that run a statement now, each with its statement's index. */
    synchronized Map<Integer, Integer> underWay() {
        Map<Integer, Integer> now = new HashMap<>();
        open.values().forEach(b -> {
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
    synchronized void sampled(Map<Integer, Integer> during, Collection<HeldLock> locks, long micros) {
        Map<Integer, Integer> still = underWay();
        during.forEach((pid, index) -> {
            Backend backend = open.get(pid);
            if (backend != null && index.equals(still.get(pid))) {
                List<HeldLock> own = locks.stream().filter(l -> l.pid() == pid).toList();
                own.forEach(this::learn);
                RecordedStatement statement = statements.get(index);
                backend.attribute(statement, own, Backend.SAMPLING);
                statement.sampledWaits(own.stream().filter(l -> !l.granted()).toList(), micros);
                statement.sampledHolders(own, micros);
            }
        });
    }

    synchronized void couldNotMeasure(String what) {
        notMeasured.add(what);
    }

    synchronized List<StatementFact> facts(long nowMicros) {
        return statements.stream().map(s -> s.fact(nowMicros, known)).toList();
    }

    synchronized int count() {
        return statements.size();
    }

    synchronized @Nullable StatementFact lastFailure(int migrator, int fromIndex, long nowMicros) {
        StatementFact last = null;
        for (int i = statements.size() - 1; i >= fromIndex; i--) {
            RecordedStatement s = statements.get(i);
            if (s.migrator == migrator && s.statement.outcome() != Outcome.SUCCEEDED) {
                last = s.fact(nowMicros, known);
                if (!IN_FAILED_TRANSACTION.equals(last.sqlState())) {
                    break;
                }
            }
        }
        return last;
    }

    /** Index of the statement that was started last of those that run; -1 where none does. */
    synchronized int runningStatement() {
        return underWay().values().stream().mapToInt(i -> i).max().orElse(-1);
    }

    synchronized @Nullable StatementFact running(long nowMicros) {
        int index = runningStatement();
        return index < 0 ? null : statements.get(index).fact(nowMicros, known);
    }

    /**
     * @param pid of one session; 0: of any
     */
    synchronized int statementAt(int pid, long micros) {
        for (int i = statements.size() - 1; i >= 0; i--) {
            RecordedStatement s = statements.get(i);
            if ((pid == 0 || s.statement.backendPid() == pid) && s.isInForceAt(micros)) {
                return i;
            }
        }
        return -1;
    }

    synchronized Set<Integer> pids() {
        return Set.copyOf(pids);
    }

    synchronized Set<Integer> openSessions() {
        return Set.copyOf(open.keySet());
    }

    synchronized Set<Integer> openSessions(int migrator) {
        Set<Integer> sessions = new HashSet<>();
        open.values().stream().filter(b -> b.migrator == migrator).forEach(b -> sessions.add(b.pid));
        return sessions;
    }

    synchronized List<MigrationWait> waits() {
        return List.copyOf(waits);
    }

    synchronized List<String> notMeasured() {
        List<String> lines = new ArrayList<>(notMeasured);
        if (unrecorded > 0) {
            lines.add("locks and times of " + unrecorded + " statements of the migration after its first "
                    + MOST_STATEMENTS);
        }
        List<RecordedStatement> unseen =
                statements.stream().filter(StatementLog::endedUnseen).toList();
        if (!unseen.isEmpty()) {
            lines.add("locks of " + Units.count(unseen.size(), "statement")
                    + " that ended between two samples, outside a transaction; the first: "
                    + shortened(unseen.get(0).statement.sql()));
        }
        return lines;
    }

    private static boolean endedUnseen(RecordedStatement s) {
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
            learn(relation);
        }
    }

    /** Its first name stays, unless that was the server's own while it built an index. */
    private void learn(Relation relation) {
        known.merge(relation.oid(), relation, (first, later) -> first.isNamedWhileBuilt() ? later : first);
    }

    private static String shortened(String sql) {
        String line = sql.replaceAll("\\s+", " ");
        return line.length() <= 100 ? line : line.substring(0, 97) + "...";
    }
}
