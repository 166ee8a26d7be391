package dev.rehearse.observe;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches who waits for which lock behind whom, by reading <a
 * href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks</a> every 10 ms, or every 5 ms while a statement of the
 * migration runs. Blockers and activity are read only when somebody waits. It asks the server nothing that takes a lock on a user's
 * relation, so that it never waits behind what it observes.
 *
 * <p>It has its own connection and its own thread. A connection that dies is a note and is made again; it is never an exception. Methods
 * may be called from any thread.
 */
public final class LockSampler implements AutoCloseable {

    private static final long CLOCK_EVERY_MICROS = 5_000_000;
    private static final long CLOCK_AT_LEAST_EVERY_MICROS = 30_000_000;
    private static final long NAMES_EVERY_MICROS = 250_000;
    private static final long NEW_NAMES_EVERY_MICROS = 20_000;
    private static final long REFRESH_MICROS = 50_000;
    private static final long LONG_GAP_MICROS = 250_000;

    private static final String WAITERS = """
            SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint,
                   (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, l.*
            FROM (VALUES (1)) AS now LEFT JOIN (
                SELECT pid, granted, locktype, coalesce(relation, 0)::bigint, mode,
                       coalesce(virtualxid, transactionid::text, concat_ws('/', page, tuple, classid, objid, objsubid)),
                       (extract(epoch FROM waitstart) * 1000000)::bigint
                FROM pg_catalog.pg_locks
                WHERE (NOT granted OR locktype = 'tuple') AND (database IS NULL OR database = 0 OR database = ?)
            ) AS l ON true""";

    private static final String INCARNATION = """
            SELECT (extract(epoch FROM coalesce(max(backend_start) FILTER (WHERE backend_type = 'checkpointer'),
                                                pg_catalog.pg_postmaster_start_time())) * 1000000)::bigint,
                   coalesce((extract(epoch FROM max(backend_start) FILTER (WHERE backend_type = 'walwriter'))
                             * 1000000)::bigint, 0)
            FROM pg_catalog.pg_stat_activity""";

    private final RunClock clock;
    private final BooleanSupplier statementRuns;
    private final Sessions sessions;
    private final BlockingGraph graph;
    private final RelationNames relations = new RelationNames();
    private final LockEpisodes episodes;
    private final Farewells farewells;
    private final Pace pace;
    private final Listener listener;
    private final boolean watchful;
    private final ServerClock serverClock;
    private final BlockerReader blockers;
    private final Watch watch;
    private volatile long samples;
    private volatile long longestGapMicros;
    private final List<LockObservation.Gap> longGaps = new CopyOnWriteArrayList<>();
    private long databaseOid;
    private long clockMeasuredMicros;
    private long namesReadMicros;
    private long namesTookMicros;
    private long previousMicros = -1;
    private volatile boolean running;
    private long lostMicros;
    private long previousSpentNanos;
    private long incarnationEpochMicros = -1;

    private LockSampler(
            Watch.Target target,
            RunClock clock,
            SessionNames names,
            BooleanSupplier statementRuns,
            Pace pace,
            @Nullable Listener listener) {
        this.clock = clock;
        this.statementRuns = statementRuns;
        this.pace = pace;
        this.listener = listener != null ? listener : (wait, relation) -> {};
        this.watchful = listener != null;
        this.episodes = new LockEpisodes(!watchful);
        this.sessions = new Sessions(names);
        this.graph = new BlockingGraph(sessions);
        this.blockers = new BlockerReader(graph);
        this.serverClock = new ServerClock(clock);
        this.farewells = new Farewells(serverClock);
        this.watch = new Watch("The lock sampler", "rehearse-lock-sampler", target, clock, new Sampling());
    }

    /**
     * Connects and begins to sample.
     *
     * @param server the primary, reached directly
     * @param names whose sessions processes are, where {@code application_name} does not tell
     * @param statementRuns whether a statement of the migration runs now
     * @throws EnvironmentException if the server does not let us in
     */
    public static LockSampler start(Server server, RunClock clock, SessionNames names, BooleanSupplier statementRuns) {
        LockSampler sampler = new LockSampler(new OwnServer(server), clock, names, statementRuns, Pace.OF_A_RUN, null);
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

    /**
     * Connects and begins to sample for somebody who takes each wait as it ends, on the sampler's thread, instead of all at the end.
     *
     * @throws SQLException if the server does not let us in
     */
    static LockSampler start(Watch.Target target, RunClock clock, Listener listener) throws SQLException {
        LockSampler sampler = new LockSampler(target, clock, SessionNames.NONE, () -> false, Pace.OF_A_WATCH, listener);
        sampler.watch.connect();
        sampler.watch.start();
        return sampler;
    }

    /** Somebody who takes waits as they end, each with the relation that it is about, where it names one that is known. */
    interface Listener {
        void ended(SampledWait wait, RelationNames.@Nullable Relation relation);
    }

    private void tell(SampledWait wait) {
        listener.ended(wait, relations.relation(wait.relationOid()));
    }

    /** What the watch does with its connection. */
    private final class Sampling implements Watch.Sampling {

        @Override
        public void begin(Connection connection) throws SQLException {
            databaseOid = databaseOid(connection);
            serverClock.reset();
            serverClock.measure(connection);
            if (watchful) {
                rehearse(connection);
            }
            noteIncarnation(connection);
            clockMeasuredMicros = clock.micros();
            loadNames(connection);
        }

        @Override
        public Duration sample(Connection connection) throws SQLException {
            long beganNanos = System.nanoTime();
            running = statementRuns.getAsBoolean();
            LockSampler.this.sample(connection);
            long youngest = episodes.youngestStartMicros();
            return pace.untilNext(
                    running,
                    youngest < 0 ? -1 : Math.max(0, clock.micros() - youngest),
                    typical(System.nanoTime() - beganNanos));
        }

        @Override
        public boolean isUrgent() {
            return !running && statementRuns.getAsBoolean();
        }

        @Override
        public void lost() {
            lostMicros = clock.micros();
            if (watchful) {
                // Whoever watches is told of the loss; it is no gap between samples.
                previousMicros = -1;
            }
        }

        @Override
        public void end() {
            running = false;
            noteGap(clock.micros());
            episodes.end(LockSampler.this::relationName).forEach(LockSampler.this::tell);
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
            sessions.read(connection, databaseOid, List.of(row.getInt(1)), clock.micros());
        }
        farewells.read(connection, List.of());
        read(connection, clock.micros());
    }

    /**
     * Tells a server that was started anew, whether by somebody or by itself after a crash, by its checkpointer. Until its WAL writer began
     * there was no server that anybody could have waited on, so that this time is no gap.
     */
    private void noteIncarnation(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(INCARNATION)) {
            row.next();
            long now = row.getLong(1);
            if (incarnationEpochMicros >= 0 && incarnationEpochMicros != now) {
                watch.note("The server was started anew; every wait until then ended with its session.");
                episodes.serverDied(lostMicros, this::relationName).forEach(this::tell);
                if (previousMicros >= 0) {
                    noteGap(lostMicros);
                    previousMicros = Math.max(lostMicros, serverClock.runMicros(row.getLong(2)));
                }
            }
            incarnationEpochMicros = now;
        }
    }

    private static long databaseOid(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT oid::bigint FROM pg_catalog.pg_database WHERE datname = current_database()")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void sample(Connection live) throws SQLException {
        Sample sample = read(live, clock.micros());
        List<Row> rows = sample.rows();
        LockEpisodes.Moment moment = sample.moment();
        long micros = moment.middleMicros();
        noteGap(micros);
        List<Row> waiting = rows.stream().filter(r -> !r.granted()).toList();
        blockers.read(
                live,
                waiting.stream()
                        .map(r -> new BlockerReader.Waiting(r.key().pid(), r.waitStartEpochMicros()))
                        .toList(),
                micros);
        if (!waiting.isEmpty()) {
            lookUp(live, waiting, micros);
        }
        episodes.add(moment, waiters(rows, waiting, micros), context);
        List<Episode> leaving = episodes.leaving();
        if (!leaving.isEmpty()) {
            if (watchful) {
                nameAll(live, leaving, micros);
            }
            episodes.settle(farewells.read(live, leaving), this::relationName).forEach(this::tell);
        }
        samples++;
        if (micros - clockMeasuredMicros > (waiting.isEmpty() ? CLOCK_EVERY_MICROS : CLOCK_AT_LEAST_EVERY_MICROS)) {
            serverClock.measure(live);
            clockMeasuredMicros = clock.micros();
        }
    }

    private void noteGap(long micros) {
        if (previousMicros >= 0) {
            if (running || watchful) {
                longestGapMicros = Math.max(longestGapMicros, micros - previousMicros);
            }
            if (!watchful && micros - previousMicros > LONG_GAP_MICROS) {
                longGaps.add(new LockObservation.Gap(previousMicros, micros));
            }
        }
        previousMicros = micros;
    }

    /** Reads what is needed to name waiters, blockers and relations that are new. */
    private void lookUp(Connection live, List<Row> waiting, long micros) throws SQLException {
        Set<Integer> unknown = new HashSet<>();
        Map<Integer, Long> notBefore = new HashMap<>();
        graph.blockers().forEach(pid -> notBefore.put(pid, micros - REFRESH_MICROS));
        for (Row row : waiting) {
            long start = row.waitStartEpochMicros() < 0 ? 0 : serverClock.runMicros(row.waitStartEpochMicros());
            notBefore.merge(row.key().pid(), Math.max(start, micros - REFRESH_MICROS), Math::max);
        }
        notBefore.forEach((pid, since) -> {
            Sessions.Activity activity = sessions.activity(pid);
            if (pid != 0 && (activity == null || activity.readMicros() < since)) {
                unknown.add(pid);
            }
        });
        if (!unknown.isEmpty()) {
            sessions.read(live, databaseOid, unknown, micros);
        }
        boolean stranger = waiting.stream()
                .mapToLong(r -> r.key().relationOid())
                .anyMatch(oid -> oid != 0 && !relations.knows(oid));
        if (stranger && micros - namesReadMicros > Math.max(NAMES_EVERY_MICROS, 10 * namesTookMicros)) {
            loadNames(live);
        }
    }

    /** A large catalog is read less often, as a name that is not there yet may be looked for all through a wait. */
    private void loadNames(Connection live) throws SQLException {
        long began = clock.micros();
        relations.load(live);
        namesReadMicros = clock.micros();
        namesTookMicros = namesReadMicros - began;
    }

    /** Whoever takes waits as they end is told the name of a relation that was made a moment ago, too. */
    private void nameAll(Connection live, List<Episode> leaving, long micros) throws SQLException {
        boolean unknown = leaving.stream()
                .mapToLong(e -> e.waiter().relationOid())
                .anyMatch(oid -> oid != 0 && !relations.knows(oid));
        if (unknown && micros - namesReadMicros > Math.max(NEW_NAMES_EVERY_MICROS, 2 * namesTookMicros)) {
            loadNames(live);
        }
    }

    private List<LockEpisodes.Waiter> waiters(List<Row> rows, List<Row> waiting, long micros) {
        Map<Integer, Long> rowLocks = new HashMap<>();
        rows.stream()
                .filter(Row::granted)
                .forEach(r -> rowLocks.put(r.key().pid(), r.key().relationOid()));
        List<LockEpisodes.Waiter> waiters = new ArrayList<>();
        for (Row row : waiting) {
            LockEpisodes.Key key = row.key();
            if (sessions.isOutside(key.pid(), micros)) {
                continue;
            }
            // Whoever waits for a row waits for its writer's transaction and meanwhile holds the row's tuple lock,
            // which names the table.
            long oid =
                    key.lockType().equals("transactionid") ? rowLocks.getOrDefault(key.pid(), 0L) : key.relationOid();
            long start = row.waitStartEpochMicros() < 0 ? -1 : serverClock.runMicros(row.waitStartEpochMicros());
            waiters.add(new LockEpisodes.Waiter(key, oid, start, row.waitStartEpochMicros()));
        }
        return waiters;
    }

    private String relationName(long oid) {
        String name = relations.of(oid);
        return name != null ? name : "relation " + oid;
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
        public List<Blocking> chain(int pid, long micros) {
            return graph.chain(pid, micros);
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

    private record Row(LockEpisodes.Key key, boolean granted, long waitStartEpochMicros) {}

    private record Sample(LockEpisodes.Moment moment, List<Row> rows) {}

    private Sample read(Connection live, long asked) throws SQLException {
        List<Row> rows = new ArrayList<>();
        long askedEpoch = 0;
        long answeredEpoch = Long.MAX_VALUE;
        try (PreparedStatement statement = live.prepareStatement(WAITERS)) {
            statement.setLong(1, databaseOid);
            try (ResultSet all = statement.executeQuery()) {
                while (all.next()) {
                    askedEpoch = all.getLong(1);
                    answeredEpoch = Math.min(answeredEpoch, all.getLong(2));
                    if (all.getObject(4) != null) {
                        rows.add(row(all));
                    }
                }
            }
        }
        return new Sample(moment(live, asked, askedEpoch, answeredEpoch), rows);
    }

    /** The server's own times are closer to the moment at which it looked than ours, but for a clock that was set. */
    private LockEpisodes.Moment moment(Connection live, long asked, long askedEpoch, long answeredEpoch)
            throws SQLException {
        long answered = clock.micros();
        if (serverClock.agrees(askedEpoch, asked, answered)) {
            return new LockEpisodes.Moment(
                    serverClock.runMicros(askedEpoch), serverClock.runMicros(answeredEpoch), serverClock.errorMicros());
        }
        watch.note("The server's clock was set at " + answered / 1_000 + " ms.");
        serverClock.reset();
        serverClock.measure(live);
        return new LockEpisodes.Moment(asked, answered, serverClock.errorMicros());
    }

    private static Row row(ResultSet row) throws SQLException {
        LockEpisodes.Key key = new LockEpisodes.Key(
                row.getInt(3), row.getString(5), row.getLong(6), row.getString(8), row.getString(7));
        long waitStart = row.getLong(9);
        if (row.wasNull()) {
            waitStart = -1;
        }
        return new Row(key, row.getBoolean(4), waitStart);
    }

    List<String> notes() {
        return watch.notes();
    }

    long samples() {
        return samples;
    }

    long longestGapMicros() {
        return longestGapMicros;
    }

    /** What was seen so far; everything, once closed. */
    public LockObservation observation() {
        List<String> all = new ArrayList<>(watch.notes());
        if (episodes.dropped() > 0) {
            all.add(episodes.dropped() + " waits beyond the first " + LockEpisodes.MOST_WAITS
                    + " were seen by the lock sampler and not kept.");
        }
        return new LockObservation(
                episodes.waits(this::relationName),
                episodes.queues(this::relationName),
                pace.busy().toNanos() / 1_000,
                samples,
                longestGapMicros,
                longGaps,
                relations.all(),
                all);
    }

    /** Stops sampling. What waits then is kept as a wait that had not ended. */
    @Override
    public void close() {
        watch.close();
    }
}
