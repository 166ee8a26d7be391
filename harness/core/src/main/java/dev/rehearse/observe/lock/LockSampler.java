package dev.rehearse.observe.lock;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.observe.Effort;
import dev.rehearse.observe.OwnServer;
import dev.rehearse.observe.RelationNames;
import dev.rehearse.observe.ServerClock;
import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.Sessions;
import dev.rehearse.observe.Watch;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.lock.LockFollower;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches who waits for which lock behind whom, by reading <a
 * href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks</a> every 10 ms, more often while a wait is young, and less
 * often where reading costs much. Blockers and activity are read only when somebody waits. It asks the server nothing that takes a lock on a
 * user's relation, so that it never waits behind what it observes.
 *
 * <p>It has its own connection and its own thread. A connection that dies is a note and is made again; it is never an exception. Methods
 * may be called from any thread.
 */
public final class LockSampler implements AutoCloseable {

    private static final LockFollower NOBODY = Set::of;

    private static final long CLOCK_EVERY_MICROS = 5_000_000;
    private static final long CLOCK_AT_LEAST_EVERY_MICROS = 30_000_000;
    private static final long REFRESH_MICROS = 50_000;

    /** What a sample costs here and on the server, in what it costs here once Java has compiled it. */
    private static final int SERVERS_SHARE = 4;

    private final RunClock clock;
    private final LockFollower follower;
    private final Sessions sessions;
    private final BlockingGraph graph;
    private final RelationNames relations = new RelationNames();
    private final LockedObjects objects = new LockedObjects();
    private final LockEpisodes episodes;
    private final Pace pace;
    private final Listener listener;
    private final boolean watchful;
    private final ServerClock serverClock;
    private final BlockerReader blockers;
    private final LockTableReader lockTable;
    private final Continuity continuity;
    private final Watch watch;
    private final @Nullable CloseUp closeUp;
    private long clockMeasuredMicros;
    private volatile boolean running;
    private boolean nobodyWaited;
    private boolean waitsEnd;
    private Witnesses before = Witnesses.NONE;
    private long lostMicros;
    private long previousSpentNanos;
    private @Nullable Incarnation incarnation;

    private LockSampler(
            Watch.Target target,
            RunClock clock,
            SessionNames names,
            LockFollower follower,
            Pace pace,
            @Nullable Listener listener) {
        this.clock = clock;
        this.follower = follower;
        this.pace = pace;
        this.listener = listener != null ? listener : (wait, relation) -> {};
        this.watchful = listener != null;
        this.episodes = new LockEpisodes(!watchful);
        this.continuity = new Continuity(!watchful);
        this.sessions = new Sessions(names);
        this.graph = new BlockingGraph(sessions);
        this.blockers = new BlockerReader(graph);
        this.serverClock = new ServerClock(clock);
        this.lockTable = new LockTableReader(clock, serverClock);
        this.watch = new Watch("The lock sampler", "rehearse-lock-sampler", target, clock, new Sampling());
        this.closeUp = watchful ? new CloseUp(target, clock, serverClock, watch) : null;
    }

    /**
     * Connects and begins to sample.
     *
     * @param server the primary, reached directly
     * @param names whose sessions processes are, where {@code application_name} does not tell
     * @param follower has the migration's sessions while they run statements, and is told what these hold
     * @throws EnvironmentException if the server does not let us in
     */
    public static LockSampler start(Server server, RunClock clock, SessionNames names, LockFollower follower) {
        LockSampler sampler = new LockSampler(new OwnServer(server), clock, names, follower, Pace.OF_A_RUN, null);
        try {
            sampler.watch.connect();
        } catch (SQLException e) {
            throw new EnvironmentException(
                    "Cannot watch the locks of " + server.name() + " at " + server.jdbcUrl() + ": " + e.getMessage()
                            + ". Without the lock sampler nobody can say who waited for whom. Check that the server runs and has a"
                            + " connection to spare (max_connections).",
                    e);
        }
        sampler.watch.start();
        return sampler;
    }

    /** Begins to sample a standby, where replay and readers wait for each other, whether or not it can be reached yet. */
    public static LockSampler ofStandby(Server standby, RunClock clock) {
        LockSampler sampler =
                new LockSampler(new OwnServer(standby), clock, SessionNames.NONE, NOBODY, Pace.OF_A_RUN, null);
        sampler.watch.start();
        return sampler;
    }

    /**
     * Connects and begins to sample for somebody who takes each wait as it ends, on the sampler's thread, instead of all at the end.
     *
     * @throws SQLException if the server does not let us in
     */
    public static LockSampler start(Watch.Target target, RunClock clock, Listener listener) throws SQLException {
        LockSampler sampler = new LockSampler(target, clock, SessionNames.NONE, NOBODY, Pace.OF_A_WATCH, listener);
        sampler.watch.connect();
        sampler.watch.start();
        return sampler;
    }

    /** Somebody who takes waits as they end, each with the relation that it is about, where it names one that is known. */
    public interface Listener {
        void ended(SampledWait wait, RelationNames.@Nullable Relation relation);
    }

    private void tell(SampledWait wait) {
        listener.ended(wait, relations.relation(wait.relationOid()));
    }

    /** What the watch does with its connection. */
    private final class Sampling implements Watch.Sampling {

        @Override
        public void begin(Connection connection) throws SQLException {
            lockTable.begin(connection);
            blockers.begin(connection);
            serverClock.reset();
            serverClock.measure(connection);
            if (watchful) {
                rehearse(connection);
            }
            noteIncarnation(connection);
            clockMeasuredMicros = clock.micros();
            relations.load(connection, clock);
        }

        @Override
        public Duration sample(Connection connection) throws SQLException {
            long beganNanos = Effort.threadNanos();
            Set<Integer> followed = follower.sessions();
            running = !followed.isEmpty();
            LockSampler.this.sample(connection, followed);
            Duration spent = typical(SERVERS_SHARE * (Effort.threadNanos() - beganNanos));
            return pace.untilNext(closeUp != null && closeUp.isOn() ? -1 : youngestMicros(), spent);
        }

        /** Where one wait ends, those of the same queue will end now. */
        private long youngestMicros() {
            long youngest = episodes.youngestStartMicros();
            return youngest < 0 ? -1 : waitsEnd ? 0 : Math.max(0, clock.micros() - youngest);
        }

        @Override
        public void lost() {
            lostMicros = clock.micros();
            if (watchful) {
                // Whoever watches is told of the loss; it is no gap between samples.
                continuity.forget();
            }
        }

        @Override
        public void end() {
            running = false;
            continuity.until(clock.micros(), watchful);
            episodes.end(relations::of).forEach(LockSampler.this::tell);
        }
    }

    /** What a sample takes, but for one that took much longer than its neighbour: that is no reason to be late for the next. */
    private Duration typical(long spentNanos) {
        Duration typical = Duration.ofNanos(Math.min(spentNanos, previousSpentNanos));
        previousSpentNanos = spentNanos;
        return typical;
    }

    /** Asks everything once that is asked when somebody waits, so that the first wait does not wait for us to learn how. */
    private void rehearse(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            sessions.read(connection, lockTable.databaseOid(), List.of(row.getInt(1)), clock.micros());
        }
        lockTable.read(
                connection, new Witnesses.Question(Set.of(0), Set.of("relation"), Set.of(0L), Set.of()), Set.of(0));
    }

    private void noteIncarnation(Connection connection) throws SQLException {
        Incarnation before = incarnation;
        incarnation = Incarnation.read(connection);
        if (before != null && !incarnation.isSameAs(before)) {
            watch.note("The server was started anew; every wait until then ended with its session.");
            episodes.serverDied(lostMicros, relations::of).forEach(this::tell);
            if (continuity.hasBegun()) {
                continuity.until(lostMicros, running || watchful);
                continuity.resumeAt(serverClock.runMicros(incarnation.readyEpochMicros()));
            }
        }
    }

    private void sample(Connection live, Set<Integer> followed) throws SQLException {
        Witnesses.Question question = Witnesses.Question.about(episodes.unsettled());
        LockTableReader.Sample sample = lockTable.read(live, question, followed);
        if (!followed.isEmpty()) {
            follower.saw(sample.followed());
        }
        if (sample.clockWasSet()) {
            watch.note("The server's clock was set at " + clock.micros() / 1_000 + " ms.");
        }
        boolean nobodyWaits = question.isEmpty() && sample.waiters().isEmpty();
        if (closeUp != null && sample.waiters().size() >= CloseUp.MANY) {
            closeUp.want();
        }
        long micros = sample.moment().middleMicros();
        continuity.until(micros, running || watchful);
        if (nobodyWaits && nobodyWaited && episodes.isSettled()) {
            episodes.addNone(sample.moment());
        } else {
            follow(live, sample, micros);
        }
        nobodyWaited = nobodyWaits;
        before = sample.witnesses();
        continuity.sampled();
        if (micros - clockMeasuredMicros > (nobodyWaits ? CLOCK_EVERY_MICROS : CLOCK_AT_LEAST_EVERY_MICROS)) {
            serverClock.measure(live);
            clockMeasuredMicros = clock.micros();
        }
    }

    /** Takes in who waits, behind whom, and what became of those who waited. */
    private void follow(Connection live, LockTableReader.Sample sample, long micros) throws SQLException {
        List<LockEpisodes.Waiter> waiting = sample.waiters();
        blockers.read(live, waiting, micros);
        if (!waiting.isEmpty()) {
            lookUp(live, waiting, micros);
        }
        episodes.add(
                sample.moment(),
                waiting.stream()
                        .filter(w -> !sessions.isOutside(w.key().pid(), micros))
                        .toList(),
                context);
        // Of those that it shows still: the others may have written something else since.
        relations.lookFor(
                live, clock, episodes.writtenByBoth(sample.witnesses()).stream().mapToLong(oid -> oid), false);
        episodes.nameTables(sample.witnesses(), relations);
        List<Episode> leaving = episodes.leaving();
        waitsEnd = !leaving.isEmpty();
        if (!episodes.isSettled()) {
            // A wait is told with the name of a relation that was made a moment ago, too.
            relations.lookFor(
                    live, clock, leaving.stream().mapToLong(e -> e.waiter().relationOid()), true);
            episodes.settle(
                            sample.witnesses().farewells(leaving, before, lockTable.deadlockTimeoutMicros()),
                            closeUp == null ? CloseLooks.NONE : closeUp,
                            relations::of)
                    .forEach(this::tell);
        }
    }

    /** Reads what is needed to name waiters, blockers and relations that are new. */
    private void lookUp(Connection live, List<LockEpisodes.Waiter> waiting, long micros) throws SQLException {
        Set<Integer> unknown = new HashSet<>();
        Map<Integer, Long> notBefore = new HashMap<>();
        graph.blockers().forEach(pid -> notBefore.put(pid, micros - REFRESH_MICROS));
        for (LockEpisodes.Waiter waiter : waiting) {
            // Whoever waits does nothing else.
            notBefore.put(waiter.key().pid(), waiter.startMicros() >= 0 ? waiter.startMicros() : micros);
        }
        notBefore.forEach((pid, since) -> {
            Sessions.Activity activity = sessions.activity(pid);
            if (pid != 0 && (activity == null || activity.readMicros() < since)) {
                unknown.add(pid);
            }
        });
        if (!unknown.isEmpty()) {
            sessions.read(live, lockTable.databaseOid(), unknown, micros);
        }
        relations.lookFor(live, clock, waiting.stream().mapToLong(w -> w.key().relationOid()), false);
        objects.lookFor(live, waiting);
    }

    private final LockEpisodes.Context context = new LockEpisodes.Context() {
        @Override
        public SessionNames.Session session(int pid, long micros) {
            return sessions.session(pid, micros);
        }

        @Override
        public Sessions.@Nullable Activity activity(int pid) {
            return sessions.activity(pid);
        }

        @Override
        public @Nullable String object(LockEpisodes.Key key) {
            return objects.of(key);
        }

        @Override
        public List<Blocking> chain(int pid, long micros) {
            return graph.chain(pid, micros);
        }

        @Override
        public Map<Integer, Sessions.Activity> activities(List<Blocking> chain) {
            return watchful ? graph.activities(chain) : Map.of();
        }

        @Override
        public List<Integer> blockers(int pid) {
            return graph.blockers(pid);
        }

        @Override
        public boolean isDeadlocked(int pid) {
            return graph.isDeadlocked(pid);
        }
    };

    public List<String> notes() {
        return watch.notes();
    }

    /** What sampling took. */
    public Effort effort() {
        return closeUp == null ? watch.effort() : Effort.sum(List.of(watch.effort(), closeUp.effort()));
    }

    public long samples() {
        return continuity.samples();
    }

    public long longestGapMicros() {
        return continuity.longestGapMicros();
    }

    /** What was seen so far; everything, once closed. */
    public LockObservation observation() {
        List<String> all = new ArrayList<>(watch.notes());
        if (episodes.dropped() > 0) {
            all.add(episodes.dropped() + " waits beyond the first " + LockEpisodes.MOST_WAITS
                    + " were seen by the lock sampler and not kept.");
        }
        return new LockObservation(
                episodes.waits(relations::of),
                episodes.queues(relations::of),
                pace.finest().toNanos() / 1_000,
                continuity.samples(),
                continuity.longestGapMicros(),
                continuity.longGaps(),
                relations.all(),
                relations.tablesOfIndexes(),
                all);
    }

    /** Stops sampling. What waits then is kept as a wait that had not ended. */
    @Override
    public void close() {
        watch.close();
        if (closeUp != null) {
            closeUp.close();
        }
    }
}
