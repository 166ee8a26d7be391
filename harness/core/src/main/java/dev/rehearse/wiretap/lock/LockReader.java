package dev.rehearse.wiretap.lock;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.LockMode;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads locks on relations and types, and names, over a connection of its own. It touches system views only, and gives up quickly where even these are locked (a
 * migration may reindex the catalog). Used by one thread at a time.
 */
public final class LockReader implements AutoCloseable {

    /** The joins of {@code pg_locks l} with what a lock is on. Of types, ACCESS SHARE stands in nobody's way but who drops the type. */
    static final String NAMED_LOCKS =
            " from pg_catalog.pg_locks l left join pg_catalog.pg_class c on c.oid = l.relation"
                    + " left join pg_catalog.pg_type y on l.locktype = 'object' and l.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and y.oid = l.objid and "
                    + Relation.LOCKED_TYPES_SQL
                    + " left join pg_catalog.pg_namespace n on n.oid = coalesce(c.relnamespace, y.typnamespace)"
                    + " where (l.locktype = 'relation' and l.relation >= " + Relation.FIRST_USER_OID
                    + " or l.mode <> 'AccessShareLock' and y.oid >= "
                    + Relation.FIRST_USER_OID + ")";

    private static final String ROWS = "select l.pid, coalesce(l.relation, l.objid)::bigint, l.mode, l.granted,"
            + " (extract(epoch from clock_timestamp() - l.waitstart) * 1000000)::bigint, "
            + Relation.COLUMNS_SQL + ", l.virtualtransaction" + NAMED_LOCKS
            + " and l.database = (select oid from pg_catalog.pg_database where datname = current_database())"
            + " and l.pid = any(?)";

    private static final String NAMES = "select i.oid::bigint, " + Relation.COLUMNS_SQL
            + " from (select oid from pg_catalog.pg_class union select y.oid from pg_catalog.pg_type y where "
            + Relation.LOCKED_TYPES_SQL + ") i left join pg_catalog.pg_class c on c.oid = i.oid"
            + " left join pg_catalog.pg_type y on c.oid is null and y.oid = i.oid join pg_catalog.pg_namespace n on n.oid = coalesce(c.relnamespace, y.typnamespace)";

    private final Connection connection;
    private final PreparedStatement locks;
    private final PreparedStatement wal;

    public LockReader(TestDatabase.Server server, String applicationName) throws SQLException {
        this(server.connect(applicationName));
    }

    /** Takes the connection over. */
    public LockReader(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout = '2s'");
            statement.execute("set lock_timeout = '200ms'");
        }
        locks = connection.prepareStatement(ROWS);
        wal = connection.prepareStatement(
                "select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint");
    }

    /** Whether its connection has ended, as it does with the server. */
    boolean isClosed() throws SQLException {
        return connection.isClosed();
    }

    /** Whether it reads through TLS. */
    public boolean isEncrypted() throws SQLException {
        return TestDatabase.Server.encrypts(connection);
    }

    /** Every relation and type of the user's that is committed now. */
    public Map<Long, Relation> relations() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(NAMES + " where i.oid >= " + Relation.FIRST_USER_OID)) {
            return named(rows);
        }
    }

    /** Those of the given oids that can be seen now. */
    public Map<Long, Relation> relations(Collection<Long> oids) throws SQLException {
        Array wanted = connection.createArrayOf("bigint", oids.toArray());
        try (PreparedStatement statement =
                connection.prepareStatement(NAMES + " where i.oid = any((?::bigint[])::oid[])")) {
            statement.setArray(1, wanted);
            try (ResultSet rows = statement.executeQuery()) {
                return named(rows);
            }
        }
    }

    /** The locks on relations and types that the given backends hold or wait for. */
    public List<HeldLock> locks(Collection<Integer> pids) throws SQLException {
        locks.setArray(1, connection.createArrayOf("integer", pids.toArray()));
        List<HeldLock> found = new ArrayList<>();
        try (ResultSet rows = locks.executeQuery()) {
            while (rows.next()) {
                long oid = rows.getLong(2);
                long waited = rows.getLong(5);
                long waitedMicros = rows.wasNull() ? -1 : waited;
                String kind = rows.getString(6);
                Relation relation = kind == null
                        ? null
                        : new Relation(
                                oid, rows.getString(7), rows.getString(8), Relation.kindInWords(kind), rows.getLong(9));
                HeldLock lock = lock(rows, oid, waitedMicros, relation);
                if (lock != null) {
                    found.add(lock);
                }
            }
        }
        return found;
    }

    /** Where the server's WAL is, in bytes since its beginning. */
    public long walPosition() throws SQLException {
        try (ResultSet row = wal.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Whether a backend of this server serves a user in this connection's database. */
    boolean serves(int pid, String user) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select from pg_catalog.pg_stat_activity where pid = ? and usename = ?"
                        + " and datname = current_database()")) {
            statement.setInt(1, pid);
            statement.setString(2, user);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Whether a reading gave up by its own timeouts; the connection is as good as before then. */
    public static boolean isTimeout(SQLException e) {
        return "57014".equals(e.getSQLState()) || "55P03".equals(e.getSQLState());
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // A connection that is being thrown away has nothing more to say.
        }
    }

    private static @Nullable HeldLock lock(ResultSet rows, long oid, long waitedMicros, @Nullable Relation relation)
            throws SQLException {
        LockMode mode = LockMode.ofCatalogName(rows.getString(3)).orElse(null);
        return mode == null
                ? null
                : new HeldLock(
                        rows.getInt(1), oid, mode, rows.getBoolean(4), waitedMicros, relation, rows.getString(10));
    }

    private static Map<Long, Relation> named(ResultSet rows) throws SQLException {
        Map<Long, Relation> relations = new HashMap<>();
        while (rows.next()) {
            long oid = rows.getLong(1);
            relations.put(
                    oid,
                    new Relation(
                            oid,
                            rows.getString(3),
                            rows.getString(4),
                            Relation.kindInWords(rows.getString(2)),
                            rows.getLong(5)));
        }
        return relations;
    }
}
