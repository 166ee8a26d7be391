package dev.rehearse.scenarios.locktable;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.observe.HalfDone;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.scenarios.locktable.LockCase.Step;
import dev.rehearse.wiretap.Wiretap;
import dev.rehearse.wiretap.record.MigrationWait;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Carries cases out on a database that is prepared for them, one after the other, and asks the product's own recorder what it saw. It has two
 * connections of its own, and the recorder two; a case that undoes itself leaves its session to the next one. For one thread.
 */
final class CaseRun implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 60;

    /** By then the server has said that it waits. */
    private static final String LONG_WAITS =
            "select exists (select from pg_catalog.pg_locks where pid = ? and not granted"
                    + " and clock_timestamp() - waitstart > interval '" + 6 * LockServer.DEADLOCK_TIMEOUT_MILLIS
                    + " ms')";

    private final TestDatabase.Server owner;
    private final TestDatabase.Server role;
    private final RunClock clock = new RunClock();
    private final StatementRecorder recorder;
    private final Connection admin;
    private final PreparedStatement longWaits;
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private LockCase lockCase;
    private int firstStatement;
    private long deadlineNanos;

    /**
     * @param setup what prepares the database
     */
    CaseRun(LockCase first, List<String> setup, TestDatabase.Server owner, TestDatabase.Server role)
            throws SQLException {
        this.lockCase = first;
        this.owner = owner;
        this.role = role;
        this.admin = owner.connect("lock-table");
        try {
            LockServer.execute(admin, setup);
        } catch (SQLException e) {
            admin.close();
            throw new AssertionError("The setup of " + first + " fails: " + e.getMessage(), e);
        }
        this.longWaits = admin.prepareStatement(LONG_WAITS);
        this.recorder = StatementRecorder.open(owner, clock);
    }

    /**
     * @param undone whether the case leaves the database and its only session as they were
     */
    Facts facts(LockCase measured, boolean undone) throws SQLException, InterruptedException {
        lockCase = measured;
        // What was rolled back leaves the recorder in doubt of which files the tables have.
        recorder.begin(Phase.MIGRATE);
        firstStatement = recorder.count();
        deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        List<Leftover> before = HalfDone.find(admin, Phase.MIGRATE, List.of());
        // The migration is the first, which is number 0 of the recorder's.
        session(LockCase.MIGRATION);
        for (Step step : lockCase.steps()) {
            Session session = session(step.session());
            awaitEnd(session);
            if (!step.awaited()) {
                session.begin(step.statements());
                awaitEndOrLockWait(session);
            }
        }
        if (undone) {
            awaitEnd(session(LockCase.MIGRATION));
        } else {
            end();
        }
        List<Leftover> leftovers = HalfDone.since(before, HalfDone.find(admin, Phase.MIGRATE, List.of()));
        for (Session session : sessions.values()) {
            if (!session.failures().isEmpty()) {
                throw new AssertionError(lockCase + ": the recorder failed: " + session.failures());
            }
        }
        if (!recorder.notMeasured().isEmpty()) {
            throw new AssertionError(lockCase + " was not measured whole: " + recorder.notMeasured());
        }
        return new Facts(locks(), work(), outcome(leftovers));
    }

    private Session session(String name) throws SQLException {
        Session known = sessions.get(name);
        if (known != null) {
            return known;
        }
        Session session = new Session(name, Wiretap.listen(owner, clock, recorder.listener(sessions.size())), role);
        sessions.put(name, session);
        return session;
    }

    private void awaitEnd(Session session) throws InterruptedException {
        while (session.isBusy()) {
            pause();
        }
    }

    private void awaitEndOrLockWait(Session session) throws SQLException, InterruptedException {
        while (session.isBusy() && !session.isWaiting(longWaits)) {
            pause();
        }
    }

    /** Closes the sessions that have nothing more to do, which frees those that wait for them. */
    private void end() throws InterruptedException {
        List<Session> open = new ArrayList<>(sessions.values());
        while (!open.isEmpty()) {
            open.stream().filter(s -> !s.isBusy()).forEach(Session::close);
            open.removeIf(s -> !s.isBusy());
            pause();
        }
    }

    private void pause() throws InterruptedException {
        if (System.nanoTime() > deadlineNanos) {
            throw new AssertionError(lockCase + " was not done after " + DEADLINE_SECONDS + " s.");
        }
        Thread.sleep(1);
    }

    private List<StatementFact> measured() {
        return recorder.facts().stream()
                .filter(f -> f.migrator() == 0 && f.index() >= firstStatement)
                .toList();
    }

    private List<MigrationWait> waits() {
        return recorder.waits().stream()
                .filter(wait -> wait.statementIndex() >= firstStatement)
                .toList();
    }

    private List<Facts.Lock> locks() {
        Map<String, Facts.Lock> strongest = new LinkedHashMap<>();
        for (StatementFact statement : measured()) {
            if (statement.outcome() == Outcome.SUCCEEDED || hasWaited(statement)) {
                for (RelationLock lock : statement.locks()) {
                    if (isOfInterest(lock)) {
                        strongest.merge(
                                lock.relation(),
                                new Facts.Lock(
                                        lock.relation(), lock.relationKind().endsWith("index"), lock.mode()),
                                (a, b) -> a.mode().compareTo(b.mode()) >= 0 ? a : b);
                    }
                }
            }
        }
        return strongest.values().stream()
                .sorted(Comparator.comparing(Facts.Lock::mode)
                        .reversed()
                        .thenComparing(Facts.Lock::isIndex)
                        .thenComparing(Facts.Lock::relation))
                .toList();
    }

    /** What failed without waiting was too short for its locks to be seen for certain. */
    private boolean hasWaited(StatementFact statement) {
        return waits().stream().anyMatch(wait -> wait.statementIndex() == statement.index());
    }

    /** TOAST follows its table; so do indexes, where nobody maintains them; and a sample may miss what is short. */
    private static boolean isOfInterest(RelationLock lock) {
        if (!lock.existedBefore() || lock.relation().startsWith("pg_toast.")) {
            return false;
        }
        return !lock.relationKind().endsWith("index")
                || lock.mode().compareTo(dev.rehearse.recording.LockMode.SHARE_UPDATE_EXCLUSIVE) >= 0
                        && !"sampling".equals(lock.source());
    }

    private List<String> work() {
        Set<String> work = new LinkedHashSet<>();
        for (StatementFact statement : measured()) {
            statement.rewrites().forEach(table -> work.add("rewrite " + table));
            statement.scans().forEach(table -> work.add((table.contains(" ") ? "check " : "scan ") + table));
            statement.indexBuilds().forEach(index -> work.add("build " + index));
            if (statement.rows() > 0 && statement.sql().matches("(?s)(update|delete|insert) .*")) {
                work.add("write " + statement.rows() + (statement.rows() == 1 ? " row" : " rows"));
            }
            for (String words : lockCase.words()) {
                if (statement.serverWords().stream().anyMatch(said -> said.contains(words))) {
                    work.add("plan: " + words);
                }
            }
        }
        return List.copyOf(work);
    }

    /** By session, the migration first; of each the waits, then the failures. */
    private List<String> outcome(List<Leftover> leftovers) {
        List<StatementFact> facts = recorder.facts();
        SortedMap<Integer, Set<String>> bySession = new TreeMap<>();
        for (MigrationWait wait : waits()) {
            String relation = wait.relation();
            String what = wait.lockType().equals("relation") && relation != null ? relation : wait.lockType();
            entries(bySession, facts.get(wait.statementIndex())).add("waits for " + what);
        }
        for (StatementFact statement : facts.subList(firstStatement, facts.size())) {
            if (statement.sqlState() != null) {
                entries(bySession, statement).add("fails with " + statement.sqlState());
            }
        }
        List<String> names = List.copyOf(sessions.keySet());
        List<String> outcome = new ArrayList<>();
        bySession.forEach((session, entries) ->
                entries.forEach(entry -> outcome.add((session == 0 ? "" : names.get(session) + " ") + entry)));
        leftovers.stream()
                .filter(left -> left.kind() == Leftover.Kind.INVALID_INDEX)
                .forEach(left -> outcome.add("leaves INVALID " + left.object()));
        return outcome;
    }

    private static Set<String> entries(SortedMap<Integer, Set<String>> bySession, StatementFact statement) {
        return bySession.computeIfAbsent(statement.migrator(), session -> new LinkedHashSet<>());
    }

    @Override
    public void close() throws SQLException {
        sessions.values().forEach(Session::close);
        recorder.close();
        admin.close();
    }
}
