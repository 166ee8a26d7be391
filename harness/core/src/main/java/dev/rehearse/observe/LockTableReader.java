package dev.rehearse.observe;

import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads who waits, from <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks</a>, and says when that was. For one
 * thread.
 */
final class LockTableReader {

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

    private final RunClock clock;
    private final ServerClock serverClock;
    private long databaseOid;

    /** A lock that is waited for, or one on a row, which says what its holder waits for. */
    private record Row(LockEpisodes.Key key, boolean granted, long waitStartEpochMicros) {}

    /**
     * @param waiters every process that waits, those included that are nobody's concern
     * @param clockWasSet whether the server's clock shows another time than it should
     */
    record Sample(LockEpisodes.Moment moment, List<LockEpisodes.Waiter> waiters, boolean clockWasSet) {}

    LockTableReader(RunClock clock, ServerClock serverClock) {
        this.clock = clock;
        this.serverClock = serverClock;
    }

    /** Begins with a connection that was just made. */
    void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT oid::bigint FROM pg_catalog.pg_database WHERE datname = current_database()")) {
            row.next();
            databaseOid = row.getLong(1);
        }
    }

    /** The database whose locks are read. */
    long databaseOid() {
        return databaseOid;
    }

    Sample read(Connection connection) throws SQLException {
        List<Row> rows = new ArrayList<>();
        long asked = clock.micros();
        long askedEpoch = 0;
        long answeredEpoch = Long.MAX_VALUE;
        try (PreparedStatement statement = connection.prepareStatement(WAITERS)) {
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
        // The server's own times are closer to the moment at which it looked than ours, but for a clock that was set.
        long answered = clock.micros();
        boolean agrees = serverClock.agrees(askedEpoch, asked, answered);
        if (!agrees) {
            serverClock.reset();
            serverClock.measure(connection);
        }
        LockEpisodes.Moment moment = agrees
                ? new LockEpisodes.Moment(
                        serverClock.runMicros(askedEpoch),
                        serverClock.runMicros(answeredEpoch),
                        serverClock.errorMicros())
                : new LockEpisodes.Moment(asked, answered, serverClock.errorMicros());
        return new Sample(moment, waiters(rows), !agrees);
    }

    private static Row row(ResultSet row) throws SQLException {
        LockEpisodes.Key key = new LockEpisodes.Key(
                row.getInt(3), row.getString(5), row.getLong(6), row.getString(8), row.getString(7));
        boolean granted = row.getBoolean(4);
        long waitStart = row.getLong(9);
        return new Row(key, granted, row.wasNull() ? -1 : waitStart);
    }

    private List<LockEpisodes.Waiter> waiters(List<Row> rows) {
        Map<Integer, Long> rowLocks = new HashMap<>();
        rows.stream()
                .filter(Row::granted)
                .forEach(r -> rowLocks.put(r.key().pid(), r.key().relationOid()));
        List<LockEpisodes.Waiter> waiters = new ArrayList<>();
        for (Row row : rows) {
            if (!row.granted()) {
                LockEpisodes.Key key = row.key();
                // Whoever waits for a row waits for its writer's transaction and meanwhile holds the row's tuple lock,
                // which names the table.
                long oid = key.lockType().equals("transactionid")
                        ? rowLocks.getOrDefault(key.pid(), 0L)
                        : key.relationOid();
                long epoch = row.waitStartEpochMicros();
                waiters.add(new LockEpisodes.Waiter(key, oid, epoch < 0 ? -1 : serverClock.runMicros(epoch), epoch));
            }
        }
        return waiters;
    }
}
