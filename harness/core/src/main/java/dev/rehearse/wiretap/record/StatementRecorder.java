package dev.rehearse.wiretap.record;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Hold;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.ClientProcess;
import dev.rehearse.wiretap.TapSettings;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.LockFollower;
import dev.rehearse.wiretap.lock.LockReader;
import dev.rehearse.wiretap.lock.Relation;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.StatementListener;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link StatementFact}s of what wiretaps hear: which relation locks each statement took, how long it waited for them and held
 * them, what the server said it was doing, and how much WAL was written meanwhile.
 *
 * <p>Locks come from three sources. After a statement that leaves its transaction open, the locks that the session then holds and did not
 * hold before are read over a second connection, before the tool is told that its statement is done. For DDL, {@code LockEventTrigger}
 * reports them before they are released. While any statement runs, a sampler reads them every {@value LockSampler#INTERVAL_MILLIS} ms,
 * and every {@value LockSampler#LONGEST_INTERVAL_MILLIS} ms where none has begun and no lock has come or gone for long, unless somebody who looks
 * at all locks anyway tells them ({@link #follower}).
 *
 * <p>Thread-safe. Owns one thread ({@code rehearse-tap-sampler}) and two connections ({@code rehearse-sampler-tap}) until it is closed;
 * its facts can be read after that.
 */
public final class StatementRecorder implements AutoCloseable {

    /**
     * Settings that the migration's role needs for the server to say what it is doing, in English (by {@code ALTER ROLE ... SET}, since
     * tools do not set them, and as {@code log_lock_waits} is for superusers to set).
     */
    public static final Map<String, String> SESSION_SETTINGS =
            Map.of("client_min_messages", "debug1", "log_lock_waits", "on", "lc_messages", "C");

    private static final String APPLICATION_NAME = "rehearse-sampler-tap";

    private final RunClock clock;
    private final StatementLog log = new StatementLog();
    private final LockReader reader;
    private final LockSampler sampler;
    private final List<Hold> holds = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean readerBroken;
    private volatile boolean outsiders;

    private StatementRecorder(RunClock clock, LockReader reader, LockReader samplersReader) {
        this.clock = clock;
        this.reader = reader;
        this.sampler = new LockSampler(log, samplersReader, clock);
    }

    /**
     * Connects to the server, directly and as its owner.
     *
     * @throws EnvironmentException if the server cannot be reached
     */
    public static StatementRecorder open(TestDatabase.Server server, RunClock clock) {
        LockReader reader = null;
        try {
            reader = new LockReader(server, APPLICATION_NAME);
            StatementRecorder recorder = new StatementRecorder(clock, reader, new LockReader(server, APPLICATION_NAME));
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

    /** What the tap that this listens to is opened with: where the server knows TLS, it may demand it of others. */
    public TapSettings settings() {
        return TapSettings.forMigrations(read(reader::isEncrypted, false));
    }

    /** A phase begins: what is in the catalog now "existed before". Call it with no statement of the migration under way. */
    public void begin(Phase phase) {
        log.begin(phase, read(reader::relations, Map.of()));
    }

    /** A migrator begins its next attempt. */
    public void attempt(int migrator, int number) {
        log.attempt(migrator, number);
    }

    /** Takes what the migration's sessions hold from somebody who looks at all locks anyway; where he does not look, this does. */
    public LockFollower follower() {
        return sampler;
    }

    /** What a migrator sends from now on belongs to that migration; null: to none. */
    public void migration(int migrator, @Nullable String id) {
        log.migration(migrator, id);
    }

    /** The statement that a session sends next comes from there ("V7__widen.sql:9"). */
    public void source(int backendPid, String source) {
        log.source(backendPid, source);
    }

    /** Hears the tap of one migrator, counted from 0. */
    public StatementListener listener(int migrator) {
        return new Ear(migrator);
    }

    /** All statements so far, in order of their start; of those that still run, with what is known of them. */
    public List<StatementFact> facts() {
        return log.facts(clock.micros());
    }

    /** How many statements have begun so far. */
    public int count() {
        return log.count();
    }

    /** The last of a migrator's statements from an index on that failed or was never answered; null where there is none. */
    public @Nullable StatementFact lastFailure(int migrator, int fromIndex) {
        return log.lastFailure(migrator, fromIndex, clock.micros());
    }

    /** The statement that runs now, the latest started where several migrators run; null where none does. */
    public @Nullable StatementFact running() {
        return log.running(clock.micros());
    }

    /** Index of {@link #running()}, or -1. Cheap. */
    public int runningStatement() {
        return log.runningStatement();
    }

    /**
     * Index of the statement to which a wait at that moment is due: the one that ran, or, while a transaction was open between two
     * statements, the one before; of several migrators' the latest started; -1 where there is none.
     */
    public int statementAt(long micros) {
        return log.statementAt(0, micros);
    }

    /** The same, of one session. */
    public int statementAt(int backendPid, long micros) {
        return log.statementAt(backendPid, micros);
    }

    /** Server processes of every session that the migration has opened so far. */
    public Set<Integer> backends() {
        return log.pids();
    }

    /** Those of {@link #backends()} whose connection is open. */
    public Set<Integer> openSessions() {
        return log.openSessions();
    }

    /** The same, of one migrator. */
    public Set<Integer> openSessions(int migrator) {
        return log.openSessions(migrator);
    }

    /** The waits of the migration's own sessions that the server told of (those longer than its deadlock_timeout), in order. */
    public List<MigrationWait> waits() {
        return log.waits();
    }

    /**
     * When a session was kept from going on in its open transaction, to read what it had locked: its locks were held for that much longer. In the
     * order of their ends.
     */
    public List<Hold> holds() {
        synchronized (holds) {
            return List.copyOf(holds);
        }
    }

    /** Whether a session was of a process that this one has not begun, such as a tool in a container or a daemon; false where the machine does not say. */
    public boolean hasOutsiders() {
        return outsiders;
    }

    /** What could not be measured, and why, for the report. */
    public List<String> notMeasured() {
        return log.notMeasured();
    }

    /** Ends the sampler and closes the connections. */
    @Override
    public void close() {
        sampler.close();
        reader.close();
    }

    /** A reading of the server's that may fail: the migration goes on, and the report says what is missing. */
    private <T> T read(Reading<T> reading, T otherwise) {
        if (readerBroken) {
            return otherwise;
        }
        try {
            synchronized (reader) {
                return reading.get();
            }
        } catch (SQLException e) {
            // Only after a timeout of its own is the connection as it was.
            readerBroken = !LockReader.isTimeout(e);
            log.couldNotMeasure(
                    "some locks of the migration's statements: the observer's reading failed (" + e.getMessage() + ")");
            return otherwise;
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T get() throws SQLException;
    }

    /** Reads the server at the right moments; the books are the log's. */
    private final class Ear implements StatementListener {
        private final int migrator;
        /** Sessions whose server stands still in an open transaction, with since when. */
        private final Map<Integer, Long> standing = new ConcurrentHashMap<>();

        private Ear(int migrator) {
            this.migrator = migrator;
        }

        @Override
        public void clientConnected(int clientPort, int tapPort) {
            outsiders = outsiders || ClientProcess.isOutsider(clientPort, tapPort);
        }

        @Override
        public void sessionStarted(int backendPid, long micros) {
            log.sessionStarted(backendPid, migrator);
        }

        @Override
        public void statementStarted(TappedStatement tapped) {
            Long standsSince = standing.remove(tapped.backendPid());
            long begun = log.begun();
            if (log.lacksFilesFor(tapped)) {
                read(() -> Optional.of(reader.relations()), Optional.<Map<Long, Relation>>empty())
                        .ifPresent(relations -> log.files(relations.values(), begun));
            }
            log.started(tapped).ifPresent(statement -> {
                if (statement.news) {
                    statement.walStart = read(reader::walPosition, -1L);
                    if (standsSince != null) {
                        held(tapped.backendPid(), Math.max(standsSince, tapped.startMicros()));
                    }
                }
                sampler.wake();
            });
        }

        @Override
        public void noticed(TappedStatement tapped, ServerNotice notice) {
            log.noticed(tapped, notice);
        }

        @Override
        public void statementEnded(TappedStatement tapped) {
            Optional<RecordedStatement> found = log.ended(tapped);
            boolean open = tapped.transaction() == Transaction.OPEN || tapped.transaction() == Transaction.FAILED;
            found.filter(statement -> statement.walStart >= 0).ifPresent(statement -> {
                long wal = read(reader::walPosition, -1L);
                statement.walBytes = wal < 0 ? -1 : wal - statement.walStart;
                if (open && tapped.serverStandsStill()) {
                    read(
                                    () -> Optional.of(reader.locks(List.of(tapped.backendPid()))),
                                    Optional.<List<HeldLock>>empty())
                            .ifPresent(locks -> log.holds(statement, locks));
                    held(tapped.backendPid(), tapped.readySinceMicros());
                }
            });
            if (!open) {
                released(tapped.backendPid(), tapped.endMicros());
            } else if (tapped.serverStandsStill()) {
                standing.put(tapped.backendPid(), tapped.readySinceMicros());
            }
        }

        @Override
        public void transactionEnded(int backendPid, long micros) {
            released(backendPid, micros);
        }

        @Override
        public void sessionEnded(int backendPid, long micros) {
            released(backendPid, micros);
            standing.remove(backendPid);
            log.sessionEnded(backendPid);
        }

        private void held(int backendPid, long sinceMicros) {
            holds.add(new Hold(backendPid, sinceMicros, Math.max(0, clock.micros() - sinceMicros)));
        }

        private void released(int backendPid, long micros) {
            Set<Long> unnamed = log.released(backendPid, micros);
            if (!unnamed.isEmpty()) {
                log.named(read(() -> reader.relations(unnamed), Map.of()));
            }
        }
    }
}
