package dev.rehearse.observe;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.Recording.ServerSample;
import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Watches the primary's counters and how far each standby is behind. The counters are those of <a
 * href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW">pg_stat_database</a> summed over
 * the server, the observers' own transactions included.
 *
 * <p>A standby's lag is how long ago the oldest WAL that it has not replayed (or not received) was flushed on the primary, from our own
 * samples of the primary's position, taken every 50 ms; it is asked every 100 ms, and more often while it is behind. The server's own {@code replay_lag} stays
 * silent while nothing is replayed.
 *
 * <p>Each server has its own connection and thread. A server that dies is a note. Methods may be called from any thread.
 */
public final class ServerSampler implements AutoCloseable {

    private static final Duration POSITION_INTERVAL = Duration.ofMillis(50);
    private static final Duration STANDBY_INTERVAL = Duration.ofMillis(100);

    /** Of one that has begun to be behind; the longer it is, up to a hundredth of that. */
    private static final Duration FINEST_STANDBY_INTERVAL = Duration.ofMillis(20);

    private static final Duration COUNTERS_INTERVAL = Duration.ofMillis(250);
    private static final long COUNTERS_EVERY_MICROS = COUNTERS_INTERVAL.toNanos() / 1_000;

    private static final String POSITION = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint";

    private static final String COUNTERS = """
            SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, sum(temp_bytes)::bigint, sum(deadlocks)::bigint,
                   sum(xact_commit)::bigint, sum(xact_rollback)::bigint, sum(blks_read)::bigint * current_setting('block_size')::bigint,
                   sum(blks_hit)::bigint * current_setting('block_size')::bigint, sum(numbackends)::int
            FROM pg_catalog.pg_stat_database""";

    private static final String STANDBY = """
            SELECT coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint, 0),
                   coalesce(pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')::bigint, 0),
                   (SELECT sum(confl_tablespace + confl_lock + confl_snapshot + confl_bufferpin + confl_deadlock)::bigint
                    FROM pg_catalog.pg_stat_database_conflicts)""";

    private final RunClock clock;
    private final WrittenWal written = new WrittenWal();
    private final List<ServerSample> server = new ArrayList<>();
    private final List<ReplicationSample> replication = new ArrayList<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    private ServerSampler(RunClock clock) {
        this.clock = clock;
    }

    /** Begins to sample, whether or not the servers can be reached yet. */
    public static ServerSampler start(Server primary, List<Server> standbys, RunClock clock) {
        ServerSampler sampler = new ServerSampler(clock);
        sampler.watch(
                "The sampler of the primary's counters",
                "rehearse-server-sampler",
                primary,
                sampler.new Primary(!standbys.isEmpty()));
        for (Server standby : standbys) {
            sampler.watch(
                    "The sampler of replication",
                    "rehearse-replication-sampler",
                    standby,
                    sampler.new Standby(standby.name()));
        }
        return sampler;
    }

    private void watch(String what, String threadName, Server watched, Watch.Sampling sampling) {
        Watch watch = new Watch(what, threadName, new OwnServer(watched), clock, sampling);
        watches.add(watch);
        watch.start();
    }

    private final class Primary implements Watch.Sampling {

        private final boolean positions;
        private long countedMicros = -COUNTERS_EVERY_MICROS;

        Primary(boolean positions) {
            this.positions = positions;
        }

        @Override
        public void begin(Connection connection) {}

        @Override
        public Duration sample(Connection connection) throws SQLException {
            if (positions) {
                notePosition(connection);
            }
            if (!positions || clock.micros() - countedMicros >= COUNTERS_EVERY_MICROS) {
                countedMicros = clock.micros();
                count(connection);
            }
            return positions ? POSITION_INTERVAL : COUNTERS_INTERVAL;
        }

        private void notePosition(Connection connection) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(POSITION);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                written.add(clock.micros(), row.getLong(1));
            }
        }

        private void count(Connection connection) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(COUNTERS);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                synchronized (server) {
                    server.add(new ServerSample(
                            countedMicros,
                            row.getLong(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6),
                            row.getLong(7),
                            row.getInt(8)));
                }
            }
        }
    }

    private final class Standby implements Watch.Sampling {

        private final String name;

        Standby(String name) {
            this.name = name;
        }

        @Override
        public void begin(Connection connection) {}

        @Override
        public Duration sample(Connection connection) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(STANDBY)) {
                long micros = clock.micros();
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    long replayed = row.getLong(1);
                    long received = row.getLong(2);
                    long lagMicros = written.lagMicros(micros, replayed);
                    synchronized (replication) {
                        replication.add(new ReplicationSample(
                                micros,
                                name,
                                lagMicros,
                                written.lagBytes(micros, replayed),
                                written.lagMicros(micros, received),
                                row.getLong(3)));
                    }
                    return untilNext(Duration.ofNanos(lagMicros * 1_000));
                }
            }
        }

        private static Duration untilNext(Duration lag) {
            if (lag.compareTo(STANDBY_INTERVAL) < 0) {
                return STANDBY_INTERVAL;
            }
            long nanos = Math.max(FINEST_STANDBY_INTERVAL.toNanos(), lag.toNanos() / 100);
            return Duration.ofNanos(Math.min(STANDBY_INTERVAL.toNanos(), nanos));
        }
    }

    /** The primary's counters so far. */
    public List<ServerSample> server() {
        synchronized (server) {
            return List.copyOf(server);
        }
    }

    /** The standbys' lag so far. */
    public List<ReplicationSample> replication() {
        synchronized (replication) {
            return List.copyOf(replication);
        }
    }

    /** What went wrong, in words. */
    public List<String> notes() {
        return watches.stream().flatMap(w -> w.notes().stream()).toList();
    }

    /** What sampling took, the standbys included. */
    public Effort effort() {
        return Effort.sum(watches.stream().map(Watch::effort).toList());
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
