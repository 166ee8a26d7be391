package dev.rehearse.observe.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A server between two starts, whether somebody started it or it did so itself after a crash: told by its checkpointer, as the postmaster
 * outlives a crash.
 *
 * @param epochMicros when it began
 * @param readyEpochMicros when its WAL writer began, by now where that is yet to come, 0 where it has none: until then there was nobody who could
 *     have waited
 */
record Incarnation(long epochMicros, long readyEpochMicros) {

    private static final String QUERY = """
            SELECT (extract(epoch FROM coalesce(max(backend_start) FILTER (WHERE backend_type = 'checkpointer'),
                                                pg_catalog.pg_postmaster_start_time())) * 1000000)::bigint,
                   (extract(epoch FROM coalesce(max(backend_start) FILTER (WHERE backend_type = 'walwriter'),
                                                CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN clock_timestamp() END,
                                                'epoch')) * 1000000)::bigint
            FROM pg_catalog.pg_stat_activity""";

    static Incarnation read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            return new Incarnation(row.getLong(1), row.getLong(2));
        }
    }

    boolean isSameAs(Incarnation other) {
        return epochMicros == other.epochMicros;
    }
}
