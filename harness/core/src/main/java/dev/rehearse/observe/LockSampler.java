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
import java.util.Arrays;
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

    private static final Duration IDLE_INTERVAL = Duration.ofMillis(10);
    private static final Duration BUSY_INTERVAL = Duration.ofMillis(5);
    private static final long CLOCK_EVERY_MICROS = 5_000_000;
    private static final long NAMES_EVERY_MICROS = 250_000;
    private static final long REFRESH_MICROS = 50_000;
    private static final long LONG_GAP_MICROS = 250_000;

    /** Blockers are asked of the server anew only for waits that are new or were asked about a while ago: each call takes every partition of the lock table. */
    private static final String WAITERS = """
            SELECT pid, granted, locktype, coalesce(relation, 0)::bigint, mode,
                   coalesce(virtualxid, transactionid::text, concat_ws('/', page, tuple, classid, objid, objsubid)),
                   (extract(epoch FROM waitstart) * 1000000)::bigint,
                   CASE WHEN NOT granted AND NOT (pid = ANY (?)
                             AND coalesce(waitstart < to_timestamp(? / 1000000.0), false))
                        THEN pg_catalog.pg_blocking_pids(pid) END
            FROM pg_catalog.pg_locks
            WHERE (NOT granted OR locktype = 'tuple') AND (database IS NULL OR database = 0 OR database = ?)""";

    private final RunClock clock;
    private final BooleanSupplier statementRuns;
    private final Sessions sessions;
    private final BlockingGraph graph;
    private final RelationNames relations = new RelationNames();
    private final LockEpisodes episodes = new LockEpisodes();
    private final ServerClock serverClock;
    private final Map<Integer, Long> blockersReadMicros = new HashMap<>();
    private final Watch watch;
    private volatile long samples;
    private volatile long longestGapMicros;
    private final List<LockObservation.Gap> longGaps = new CopyOnWriteArrayList<>();
    private long databaseOid;
    private long clockMeasuredMicros;
    private long namesReadMicros;
    private long previousMicros = -1;
    private volatile boolean running;

    private LockSampler(Server server, RunClock clock, SessionNames names, BooleanSupplier statementRuns) {
        this.clock = clock;
        this.statementRuns = statementRuns;
        this.sessions = new Sessions(names);
        this.graph = new BlockingGraph(sessions);
        this.serverClock = new ServerClock(clock);
        this.watch = new Watch("The lock sampler", "rehearse-lock-sampler", server, clock, new Sampling());
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
        LockSampler sampler = new LockSampler(server, clock, names, statementRuns);
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

    /** What the watch does with its connection. */
    private final class Sampling implements Watch.Sampling {

        @Override
        public void begin(Connection connection) throws SQLException {
            databaseOid = databaseOid(connection);
            serverClock.measure(connection);
            clockMeasuredMicros = clock.micros();
            relations.load(connection);
            namesReadMicros = clock.micros();
        }

        @Override
        public Duration sample(Connection connection) throws SQLException {
            long beganNanos = System.nanoTime();
            running = statementRuns.getAsBoolean();
            LockSampler.this.sample(connection);
            // A sampler that eats the machine measures itself: it is never busy for more than a quarter of the time.
            Duration least = Duration.ofNanos(4 * (System.nanoTime() - beganNanos));
            Duration interval = running ? BUSY_INTERVAL : IDLE_INTERVAL;
            return least.compareTo(interval) > 0 ? least : interval;
        }

        @Override
        public boolean isUrgent() {
            return !running && statementRuns.getAsBoolean();
        }

        @Override
        public void end() {
            running = false;
            noteGap(clock.micros());
            episodes.end();
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
        long asked = clock.micros();
        List<Row> rows = read(live, asked);
        LockEpisodes.Moment moment = new LockEpisodes.Moment(asked, clock.micros(), serverClock.errorMicros());
        long micros = moment.middleMicros();
        noteGap(micros);
        List<Row> waiting = rows.stream().filter(r -> !r.granted()).toList();
        noteBlockers(waiting, micros);
        if (!waiting.isEmpty()) {
            lookUp(live, waiting, micros);
        }
        episodes.add(moment, waiters(rows, waiting, micros), context);
        samples++;
        if (micros - clockMeasuredMicros > CLOCK_EVERY_MICROS && waiting.isEmpty()) {
            serverClock.measure(live);
            clockMeasuredMicros = clock.micros();
        }
    }

    private void noteBlockers(List<Row> waiting, long micros) {
        Set<Integer> pids = new HashSet<>();
        waiting.forEach(r -> pids.add(r.key().pid()));
        graph.retain(pids);
        blockersReadMicros.keySet().retainAll(pids);
        for (Row row : waiting) {
            List<Integer> blockers = row.blockers();
            if (blockers != null) {
                graph.put(row.key().pid(), blockers);
                blockersReadMicros.put(row.key().pid(), micros);
            }
        }
    }

    private void noteGap(long micros) {
        if (previousMicros >= 0) {
            if (running) {
                longestGapMicros = Math.max(longestGapMicros, micros - previousMicros);
            }
            if (micros - previousMicros > LONG_GAP_MICROS) {
                longGaps.add(new LockObservation.Gap(previousMicros, micros));
            }
        }
        previousMicros = micros;
    }

    /** Reads what is needed to name waiters, blockers and relations that are new. */
    private void lookUp(Connection live, List<Row> waiting, long micros) throws SQLException {
        Set<Integer> unknown = new HashSet<>();
        Set<Integer> involved = graph.blockers();
        waiting.forEach(r -> involved.add(r.key().pid()));
        for (int pid : involved) {
            Sessions.Activity activity = sessions.activity(pid);
            if (pid != 0 && (activity == null || micros - activity.readMicros() > REFRESH_MICROS)) {
                unknown.add(pid);
            }
        }
        if (!unknown.isEmpty()) {
            sessions.read(live, databaseOid, unknown, micros);
        }
        boolean stranger = waiting.stream()
                .mapToLong(r -> r.key().relationOid())
                .anyMatch(oid -> oid != 0 && !relations.knows(oid));
        if (stranger && micros - namesReadMicros > NAMES_EVERY_MICROS) {
            relations.load(live);
            namesReadMicros = micros;
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
            waiters.add(new LockEpisodes.Waiter(key, oid, start));
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
        public List<Blocking> chain(int pid, long micros) {
            return graph.chain(pid, micros);
        }
    };

    private record Row(
            LockEpisodes.Key key,
            boolean granted,
            long waitStartEpochMicros,
            @Nullable List<Integer> blockers) {}

    private List<Row> read(Connection live, long asked) throws SQLException {
        long refresh = Math.max(REFRESH_MICROS, blockersReadMicros.size() * 1_000L);
        Integer[] fresh = blockersReadMicros.entrySet().stream()
                .filter(e -> asked - e.getValue() < refresh)
                .map(Map.Entry::getKey)
                .toArray(Integer[]::new);
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = live.prepareStatement(WAITERS)) {
            statement.setArray(1, live.createArrayOf("int4", fresh));
            statement.setLong(2, serverClock.epochMicros(previousMicros));
            statement.setLong(3, databaseOid);
            try (ResultSet all = statement.executeQuery()) {
                while (all.next()) {
                    rows.add(row(all));
                }
            }
        }
        return rows;
    }

    private static Row row(ResultSet row) throws SQLException {
        LockEpisodes.Key key = new LockEpisodes.Key(
                row.getInt(1), row.getString(3), row.getLong(4), row.getString(6), row.getString(5));
        long waitStart = row.getLong(7);
        if (row.wasNull()) {
            waitStart = -1;
        }
        java.sql.Array blockers = row.getArray(8);
        return new Row(
                key,
                row.getBoolean(2),
                waitStart,
                blockers == null
                        ? null
                        : Arrays.stream((Integer[]) blockers.getArray())
                                .distinct()
                                .toList());
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
                BUSY_INTERVAL.toNanos() / 1_000,
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
