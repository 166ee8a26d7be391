package dev.rehearse.observe.lock;

import dev.rehearse.observe.ServerClock;
import dev.rehearse.observe.Sessions;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.LockFollower;
import dev.rehearse.wiretap.lock.Relation;
import java.sql.Array;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads who waits, from <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks</a>, and says when that was. For one
 * thread.
 */
final class LockTableReader {

    private static final String WAITERS = """
            SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint,
                   (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, l.*
            FROM (VALUES (1)) AS now LEFT JOIN (
                SELECT coalesce(pid, 0), granted, locktype, coalesce(relation, 0)::bigint, mode,
                       coalesce(virtualxid, transactionid::text, concat_ws('/', page, tuple, classid, objid, objsubid)),
                       (extract(epoch FROM waitstart) * 1000000)::bigint, %1$s, virtualtransaction
                FROM pg_catalog.pg_locks
                WHERE %1$s%2$s%3$s
            ) AS l ON true""";

    /** The oid of {@code pg_type}. */
    private static final int TYPES = 1247;

    /** The database of a speculative token is, before PostgreSQL 16, the transaction that has it. */
    private static final String OURS = "(NOT granted OR locktype = 'tuple')"
            + " AND (database IS NULL OR database = 0 OR database = %s OR locktype = 'spectoken')";

    /** The server hashes what a subquery yields; an array it would go through for each of a thousand locks. */
    private static final String AND_OF_SESSIONS =
            " OR locktype = ANY (?) AND (locktype <> 'relation' OR relation = ANY (?))"
                    + " AND coalesce(pid, 0) IN (SELECT unnest(?::int4[]))";

    private static final String AND_OF_FOLLOWED = " OR pid = ANY (?) AND database = %s AND"
            + " (locktype = 'relation' OR locktype = 'object' AND classid = " + TYPES + ")";

    private static final String ACTIVITY = """
            SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint,
                   (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
                   a.pid, CASE WHEN a.wait_event_type = 'Lock' THEN a.wait_event END,
                   coalesce((extract(epoch FROM a.state_change) * 1000000)::bigint, -1),
                   coalesce((extract(epoch FROM a.query_start) * 1000000)::bigint, -1),
                   coalesce((extract(epoch FROM a.xact_start) * 1000000)::bigint, -1),
                   coalesce(a.state = 'idle in transaction (aborted)', false), coalesce(a.state LIKE 'idle%', false)
            FROM (VALUES (1)) AS now LEFT JOIN
            """ + Sessions.ACTIVITIES + " ON true";

    private final RunClock clock;
    private final ServerClock serverClock;
    private long databaseOid;
    private long deadlockTimeoutMicros;
    /** By whether sessions are asked about, and whether some are followed. They end with the connection. */
    private final Map<List<Boolean>, PreparedStatement> statements = new HashMap<>();

    /**
     * A lock.
     *
     * @param tells whether it is one of our database that is waited for, or one on a row, which says what its holder waits for
     */
    private record Row(
            LockEpisodes.Key key,
            boolean granted,
            long waitStartEpochMicros,
            boolean tells,
            @Nullable String transaction) {}

    /** What a session did, by the server's clock. */
    private record Doing(
            @Nullable String sleepsFor,
            long stateChangeEpochMicros,
            long queryEpochMicros,
            long transactionEpochMicros,
            boolean failed,
            boolean idle) {}

    private record Times(long askedEpochMicros, long answeredEpochMicros) {}

    /**
     * @param waiters every process that waits, those included that are nobody's concern
     * @param witnesses the sessions that were asked about
     * @param followed the locks of those that are followed
     * @param clockWasSet whether the server's clock shows another time than it should
     */
    record Sample(
            LockEpisodes.Moment moment,
            List<LockEpisodes.Waiter> waiters,
            Witnesses witnesses,
            LockFollower.Look followed,
            boolean clockWasSet) {}

    LockTableReader(RunClock clock, ServerClock serverClock) {
        this.clock = clock;
        this.serverClock = serverClock;
    }

    /** Begins with a connection that was just made. */
    void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT oid::bigint, (SELECT setting::bigint * 1000 FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout')"
                                + " FROM pg_catalog.pg_database WHERE datname = current_database()")) {
            row.next();
            databaseOid = row.getLong(1);
            deadlockTimeoutMicros = row.getLong(2);
        }
        String ours = OURS.formatted(databaseOid);
        statements.clear();
        for (boolean asks : new boolean[] {false, true}) {
            for (boolean follows : new boolean[] {false, true}) {
                String sql = WAITERS.formatted(
                                ours,
                                asks ? AND_OF_SESSIONS : "",
                                follows ? AND_OF_FOLLOWED.formatted(databaseOid) : "")
                        + (asks ? "; " + ACTIVITY : "");
                statements.put(List.of(asks, follows), connection.prepareStatement(sql));
            }
        }
    }

    /** The database whose locks are read. */
    long databaseOid() {
        return databaseOid;
    }

    /** How long a session waits before it looks for a deadlock, unless it has a setting of its own. */
    long deadlockTimeoutMicros() {
        return deadlockTimeoutMicros;
    }

    /**
     * Reads who waits and, in the same round trip and right after it, what the given sessions do: on a machine where many wake up at once, each
     * round trip waits for its turn.
     *
     * @param followed sessions whose locks on relations and types are wanted, too
     */
    Sample read(Connection connection, Witnesses.Question question, Set<Integer> followed) throws SQLException {
        List<Row> rows = new ArrayList<>();
        Map<Integer, Doing> sessions = new HashMap<>();
        Set<Integer> all = new HashSet<>(followed);
        all.addAll(question.writers());
        long asked = clock.micros();
        PreparedStatement statement =
                Objects.requireNonNull(statements.get(List.of(!question.isEmpty(), !all.isEmpty())));
        ask(connection, statement, question, all);
        Times times = readRows(statement, rows);
        Times ofSessions = question.isEmpty() ? times : readSessions(statement, sessions);
        // The server's own times are closer to the moment at which it looked than ours, but for a clock that was set.
        long answered = clock.micros();
        boolean agrees = serverClock.agrees(times.askedEpochMicros(), asked, answered);
        if (!agrees) {
            serverClock.reset();
            serverClock.measure(connection);
        }
        LockEpisodes.Moment moment =
                agrees ? moment(times) : new LockEpisodes.Moment(asked, answered, serverClock.errorMicros());
        return new Sample(
                moment,
                waiters(rows),
                witnesses(rows, sessions, agrees ? moment(ofSessions) : moment),
                look(rows, followed, times, moment.middleMicros()),
                !agrees);
    }

    private static void ask(
            Connection connection, PreparedStatement statement, Witnesses.Question question, Set<Integer> followed)
            throws SQLException {
        List<Array> arrays = new ArrayList<>();
        if (!question.isEmpty()) {
            arrays.add(connection.createArrayOf("text", question.lockTypes().toArray()));
            arrays.add(connection.createArrayOf("int8", question.relationOids().toArray()));
            arrays.add(connection.createArrayOf("int4", question.pids().toArray()));
        }
        if (!followed.isEmpty()) {
            arrays.add(connection.createArrayOf("int4", followed.toArray()));
        }
        if (!question.isEmpty()) {
            arrays.add(connection.createArrayOf("int4", question.pids().toArray()));
        }
        for (int i = 0; i < arrays.size(); i++) {
            statement.setArray(i + 1, arrays.get(i));
        }
        statement.execute();
    }

    private static LockFollower.Look look(List<Row> rows, Set<Integer> followed, Times times, long micros) {
        List<HeldLock> relations = new ArrayList<>();
        List<HeldLock> types = new ArrayList<>();
        for (Row row : rows) {
            if (followed.contains(row.key().pid())) {
                boolean isOfRelation = row.key().lockType().equals("relation");
                held(row, times.answeredEpochMicros())
                        .filter(lock -> isOfRelation || lock.mode() != LockMode.ACCESS_SHARE)
                        .ifPresent(isOfRelation ? relations::add : types::add);
            }
        }
        return new LockFollower.Look(
                relations,
                types,
                micros,
                Duration.ofNanos(1_000 * (times.answeredEpochMicros() - times.askedEpochMicros())));
    }

    /** Empty where it is on nothing of the user's. */
    private static Optional<HeldLock> held(Row row, long answeredEpochMicros) {
        LockEpisodes.Key key = row.key();
        String[] object = key.object().split("/");
        boolean isOfType = key.lockType().equals("object") && object[0].equals(String.valueOf(TYPES));
        long oid = isOfType ? Long.parseLong(object[1]) : key.relationOid();
        long waited = row.waitStartEpochMicros() < 0 ? -1 : answeredEpochMicros - row.waitStartEpochMicros();
        return oid < Relation.FIRST_USER_OID
                ? Optional.empty()
                : LockMode.ofCatalogName(key.mode())
                        .map(mode ->
                                new HeldLock(key.pid(), oid, mode, row.granted(), waited, null, row.transaction()));
    }

    private LockEpisodes.Moment moment(Times times) {
        return new LockEpisodes.Moment(
                serverClock.runMicros(times.askedEpochMicros()),
                serverClock.runMicros(times.answeredEpochMicros()),
                serverClock.errorMicros());
    }

    private static Times readRows(Statement statement, List<Row> rows) throws SQLException {
        long asked = 0;
        long answered = Long.MAX_VALUE;
        try (ResultSet all = statement.getResultSet()) {
            while (all.next()) {
                asked = all.getLong(1);
                answered = Math.min(answered, all.getLong(2));
                if (all.getObject(4) != null) {
                    rows.add(row(all));
                }
            }
        }
        return new Times(asked, answered);
    }

    private static Times readSessions(Statement statement, Map<Integer, Doing> sessions) throws SQLException {
        long asked = 0;
        long answered = Long.MAX_VALUE;
        statement.getMoreResults();
        try (ResultSet all = statement.getResultSet()) {
            while (all.next()) {
                asked = all.getLong(1);
                answered = Math.min(answered, all.getLong(2));
                // Where all are gone there is one row for the times; 0 would be a prepared transaction.
                if (all.getObject(3) != null) {
                    sessions.put(
                            all.getInt(3),
                            new Doing(
                                    all.getString(4),
                                    all.getLong(5),
                                    all.getLong(6),
                                    all.getLong(7),
                                    all.getBoolean(8),
                                    all.getBoolean(9)));
                }
            }
        }
        return new Times(asked, answered);
    }

    private static Row row(ResultSet row) throws SQLException {
        LockEpisodes.Key key = new LockEpisodes.Key(
                row.getInt(3), row.getString(5), row.getLong(6), row.getString(8), row.getString(7));
        boolean granted = row.getBoolean(4);
        long waitStart = row.getLong(9);
        return new Row(key, granted, row.wasNull() ? -1 : waitStart, row.getBoolean(10), row.getString(11));
    }

    private Witnesses witnesses(List<Row> rows, Map<Integer, Doing> sessions, LockEpisodes.Moment moment) {
        if (rows.isEmpty() && sessions.isEmpty()) {
            return new Witnesses(moment, Map.of(), Map.of());
        }
        Map<Integer, Witnesses.Activity> activities = new HashMap<>();
        sessions.forEach((pid, doing) -> activities.put(
                pid,
                new Witnesses.Activity(
                        doing.sleepsFor(),
                        micros(doing.stateChangeEpochMicros()),
                        micros(doing.queryEpochMicros()),
                        micros(doing.transactionEpochMicros()),
                        doing.failed(),
                        doing.idle())));
        return new Witnesses(
                moment,
                activities,
                rows.stream()
                        .map(r -> new Witnesses.Lock(r.key(), r.granted(), micros(r.waitStartEpochMicros())))
                        .collect(Collectors.groupingBy(l -> l.key().pid())));
    }

    private long micros(long epochMicros) {
        return epochMicros < 0 ? -1 : serverClock.runMicros(epochMicros);
    }

    private List<LockEpisodes.Waiter> waiters(List<Row> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<Integer, Long> rowLocks = new HashMap<>();
        rows.stream()
                .filter(r -> r.tells() && r.granted())
                .forEach(r -> rowLocks.put(r.key().pid(), r.key().relationOid()));
        List<LockEpisodes.Waiter> waiters = new ArrayList<>();
        for (Row row : rows) {
            if (row.tells() && !row.granted()) {
                LockEpisodes.Key key = row.key();
                // Whoever waits for a row waits for its writer's transaction and meanwhile holds the row's tuple lock,
                // which names the table.
                long oid = key.lockType().equals("transactionid")
                        ? rowLocks.getOrDefault(key.pid(), 0L)
                        : key.relationOid();
                long epoch = row.waitStartEpochMicros();
                waiters.add(new LockEpisodes.Waiter(key, oid, micros(epoch), epoch));
            }
        }
        return waiters;
    }
}
