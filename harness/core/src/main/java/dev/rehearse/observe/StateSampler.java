package dev.rehearse.observe;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.recording.Recording.StateSample;
import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Watches what the primary's sessions do (<a
 * href="https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE">wait events</a>, every 100 ms) and what it has to
 * keep (checkpoints, disk, snapshots, every second), and how many sessions of its other databases are at work. Observers of ours are left out. It takes no lock on a user's relation.
 *
 * <p>It has its own connection and thread. A server that dies is a note, and so is one that refuses to tell what it has to keep. Methods may
 * be called from any thread.
 */
public final class StateSampler implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final long KEPT_EVERY_MICROS = 1_000_000;
    private static final int CHECKPOINTER_VIEW_SINCE = 170_000;

    /** What those of other databases wait for takes nothing from the server, but for what it does itself. */
    private static final String ACTIVE = """
            SELECT datname = current_database(),
                   CASE WHEN datname = current_database() THEN coalesce(wait_event_type || ':' || wait_event, 'CPU') ELSE datname END,
                   count(*)::int
            FROM pg_catalog.pg_stat_get_activity(NULL) JOIN pg_catalog.pg_database ON oid = datid
            WHERE state = 'active' AND pid <> pg_backend_pid() AND %s
              AND (datname = current_database() OR coalesce(wait_event_type, '') NOT IN ('Activity', 'Client', 'Lock', 'Timeout'))
            GROUP BY 1, 2""".formatted(Sessions.NO_OBSERVER);

    private static final String KEPT = """
            SELECT %s, pg_catalog.pg_database_size(current_database()),
                   (SELECT coalesce(sum(size), 0)::bigint FROM pg_catalog.pg_ls_waldir()),
                   (SELECT coalesce(max(age(backend_xmin)), 0)::bigint FROM pg_catalog.pg_stat_activity
                    WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()),
                   current_setting('block_size')::bigint,
                   (SELECT age(datfrozenxid)::bigint FROM pg_catalog.pg_database WHERE datname = current_database())
            """;

    private static final String SINCE_17 =
            "(SELECT ARRAY[num_timed + num_requested, num_requested, buffers_written] FROM pg_catalog.pg_stat_checkpointer)";
    private static final String BEFORE_17 =
            "(SELECT ARRAY[checkpoints_timed + checkpoints_req, checkpoints_req, buffers_checkpoint] FROM pg_catalog.pg_stat_bgwriter)";

    private final RunClock clock;
    private final Watch watch;
    private final List<StateSample> samples = new ArrayList<>();
    private final OtherDatabases others = new OtherDatabases();

    private StateSampler(Server primary, RunClock clock) {
        this.clock = clock;
        this.watch = new Watch(
                "The sampler of the primary's state",
                "rehearse-state-sampler",
                new OwnServer(primary),
                clock,
                new Sampling());
    }

    /** Begins to sample, whether or not the server can be reached yet. */
    public static StateSampler start(Server primary, RunClock clock) {
        StateSampler sampler = new StateSampler(primary, clock);
        sampler.watch.start();
        return sampler;
    }

    private record Kept(
            long checkpoints,
            long requestedCheckpoints,
            long checkpointBytes,
            long databaseBytes,
            long walDirectoryBytes,
            long oldestSnapshotAge,
            long frozenXidAge) {

        static final Kept UNKNOWN = new Kept(-1, -1, -1, -1, -1, -1, -1);
    }

    private final class Sampling implements Watch.Sampling {

        private String keptQuery = "";
        private Kept kept = Kept.UNKNOWN;
        private long keptMicros = -KEPT_EVERY_MICROS;
        private boolean refused;

        @Override
        public void begin(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int")) {
                row.next();
                keptQuery = KEPT.formatted(row.getInt(1) >= CHECKPOINTER_VIEW_SINCE ? SINCE_17 : BEFORE_17);
            }
        }

        @Override
        public Duration sample(Connection connection) throws SQLException {
            long micros = clock.micros();
            if (micros - keptMicros >= KEPT_EVERY_MICROS) {
                keptMicros = micros;
                kept = kept(connection);
            }
            add(micros, active(connection), kept);
            return INTERVAL;
        }

        private Kept kept(Connection connection) throws SQLException {
            try {
                return StateSampler.kept(connection, keptQuery);
            } catch (SQLException e) {
                if (connection.isClosed()) {
                    throw e;
                }
                if (!refused) {
                    refused = true;
                    watch.note(
                            "The primary did not always tell its checkpoints, sizes and snapshots; the first refusal: "
                                    + e.getMessage() + " (SQLSTATE " + e.getSQLState() + ").");
                }
                return Kept.UNKNOWN;
            }
        }
    }

    private static Kept kept(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            Long[] checkpoints = (Long[]) row.getArray(1).getArray();
            return new Kept(
                    checkpoints[0],
                    checkpoints[1],
                    checkpoints[2] * row.getLong(5),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(6));
        }
    }

    private Map<String, Integer> active(Connection connection) throws SQLException {
        Map<String, Integer> active = new TreeMap<>();
        Map<String, Integer> elsewhere = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(ACTIVE);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                (rows.getBoolean(1) ? active : elsewhere).put(rows.getString(2), rows.getInt(3));
            }
        }
        others.add(elsewhere);
        return active;
    }

    private void add(long micros, Map<String, Integer> active, Kept kept) {
        synchronized (samples) {
            samples.add(new StateSample(
                    micros,
                    active,
                    kept.checkpoints(),
                    kept.requestedCheckpoints(),
                    kept.checkpointBytes(),
                    kept.databaseBytes(),
                    kept.walDirectoryBytes(),
                    kept.oldestSnapshotAge(),
                    kept.frozenXidAge()));
        }
    }

    /** What was seen so far. */
    public List<StateSample> samples() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }

    /** What went wrong, and what other databases had the server do meanwhile, in words. */
    public List<String> notes() {
        return Stream.concat(watch.notes().stream(), others.inWords().stream()).toList();
    }

    /** What sampling took. */
    public Effort effort() {
        return watch.effort();
    }

    @Override
    public void close() {
        watch.close();
    }
}
