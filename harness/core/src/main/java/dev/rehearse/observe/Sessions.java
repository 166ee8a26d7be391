package dev.rehearse.observe;

import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.SessionKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pg_stat_activity} said about the processes that hold or wait for locks, and whose sessions they are. One thread reads the
 * server; any thread may ask.
 */
public final class Sessions implements SessionNames {

    /** Whether a name is not of one of our sessions that take no part in what is rehearsed; a regular expression would cost ten times as much. */
    static final String NO_OBSERVER = "(application_name NOT LIKE 'rehearse-%' OR application_name LIKE ANY"
            + " ('{rehearse-load%,rehearse-migration%,rehearse-blocker%}'))";

    private static final Pattern OBSERVER = Pattern.compile("^rehearse-(?!load|migration|blocker)");

    /**
     * What {@code pg_stat_activity} tells of the processes of an array, but for its joins with users and databases: one by one where they are few, as each row costs
     * the server some 4 us, which it would make of all sessions.
     */
    public static final String ACTIVITIES = """
            (SELECT a.* FROM (SELECT ?::int4[] AS pids) AS asked,
                unnest(CASE WHEN cardinality(asked.pids) <= 20 THEN asked.pids ELSE '{NULL}' END) AS one,
                pg_catalog.pg_stat_get_activity(one) AS a
            WHERE a.pid = ANY (asked.pids)) AS a""";

    private static final Session PREPARED = new Session("prepared transaction", SessionKind.OTHER);
    private static final Session UNKNOWN = new Session("a session that was gone", SessionKind.OTHER);
    private static final Pattern BLOCKER = Pattern.compile("rehearse-blocker-\\d+-(.+)");
    private static final int LONGEST_NAME = 60;
    private static final int MOST_SESSIONS = 10_000;
    private static final long FORGET_AFTER_MICROS = 60_000_000;

    private static final String ACTIVITY = """
            SELECT pid, coalesce(application_name, ''), coalesce(backend_type, ''), nullif(query, ''), coalesce(leader_pid, 0),
                   coalesce((extract(epoch FROM coalesce(xact_start, state_change)) * 1000000)::bigint, 0),
                   datid IS NULL OR datid = ?, coalesce((extract(epoch FROM query_start) * 1000000)::bigint, 0),
                   coalesce(xact_start >= query_start, false), coalesce(state = 'active', false)
            FROM
            """ + ACTIVITIES;

    private final SessionNames known;
    private final Map<Integer, Activity> activities = new ConcurrentHashMap<>();
    private final Map<String, String> queries = new ConcurrentHashMap<>();

    /**
     * @param applicationName what it calls itself
     * @param backendType {@code pg_stat_activity.backend_type}
     * @param query what it runs, or ran last; null where it has run nothing, such as a standby's replay
     * @param queryEpochMicros when that began, by the server's clock
     * @param leaderPid of a parallel worker, otherwise 0
     * @param sinceEpochMicros when its transaction began, by the server's clock
     * @param beganTransaction whether its transaction began with what it runs, or within; whatever lock that transaction has was taken by it
     * @param running whether it still ran that
     * @param inOurDatabase whether it is in the database that is observed, or in none
     * @param readMicros when this was read
     */
    public record Activity(
            String applicationName,
            String backendType,
            @Nullable String query,
            long queryEpochMicros,
            int leaderPid,
            long sinceEpochMicros,
            boolean beganTransaction,
            boolean running,
            boolean inOurDatabase,
            long readMicros) {}

    public Sessions(SessionNames known) {
        this.known = known;
    }

    /** Reads what the given processes do now. Where there were very many, those that nobody asked about for a minute are forgotten. */
    public void read(Connection connection, long databaseOid, Collection<Integer> pids, long micros)
            throws SQLException {
        if (activities.size() > MOST_SESSIONS) {
            activities.values().removeIf(a -> micros - a.readMicros() > FORGET_AFTER_MICROS);
        }
        try (PreparedStatement statement = connection.prepareStatement(ACTIVITY)) {
            statement.setLong(1, databaseOid);
            statement.setArray(2, connection.createArrayOf("int4", pids.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String query = rows.getString(4);
                    activities.put(
                            rows.getInt(1),
                            new Activity(
                                    rows.getString(2),
                                    rows.getString(3),
                                    query == null ? null : shared(query),
                                    rows.getLong(8),
                                    rows.getInt(5),
                                    rows.getLong(6),
                                    rows.getBoolean(9),
                                    rows.getBoolean(10),
                                    rows.getBoolean(7),
                                    micros));
                }
            }
        }
    }

    /** One copy of each text, since thousands of waits have the same few. */
    private String shared(String query) {
        if (queries.size() > 10_000) {
            queries.clear();
        }
        String first = queries.putIfAbsent(query, query);
        return first != null ? first : query;
    }

    @Nullable
    public Activity activity(int pid) {
        return activities.get(pid);
    }

    /** The process that its client knows: of a worker of a parallel query its leader, which the server names in its place where it is in the way. */
    public int clientPid(int pid) {
        Activity activity = activities.get(pid);
        return activity != null
                        && activity.leaderPid() != 0
                        && activity.backendType().equals("parallel worker")
                ? activity.leaderPid()
                : pid;
    }

    /** Whose session it is, as well as is known. */
    public Session session(int pid, long micros) {
        Session named = nameOf(pid, micros);
        return named != null ? named : UNKNOWN;
    }

    @Override
    public @Nullable Session nameOf(int pid, long micros) {
        if (pid == LockWait.PREPARED_TRANSACTION) {
            return PREPARED;
        }
        Session named = known.nameOf(pid, micros);
        if (named != null) {
            return named;
        }
        Activity activity = activities.get(pid);
        if (activity == null) {
            return null;
        }
        if (activity.leaderPid() != 0 && activity.leaderPid() != pid) {
            Session leader = nameOf(activity.leaderPid(), micros);
            if (leader != null) {
                return leader;
            }
        }
        return byApplicationName(activity);
    }

    private static Session byApplicationName(Activity activity) {
        String name = activity.applicationName();
        Matcher blocker = BLOCKER.matcher(name);
        if (name.startsWith("rehearse-load")) {
            return new Session(shortened(activity.query()), SessionKind.APPLICATION);
        }
        if (name.startsWith("rehearse-migration")) {
            return new Session("migration", SessionKind.MIGRATION);
        }
        if (blocker.matches()) {
            return new Session(blocker.group(1), SessionKind.BLOCKER);
        }
        if (activity.backendType().equals("startup")) {
            return new Session("replay", SessionKind.OTHER);
        }
        if (activity.backendType().startsWith("autovacuum")) {
            return new Session("autovacuum", SessionKind.OTHER);
        }
        if (!name.isEmpty()) {
            return new Session(name, SessionKind.OTHER);
        }
        return new Session(
                activity.backendType().isEmpty() ? "another session" : activity.backendType(), SessionKind.OTHER);
    }

    private static String shortened(@Nullable String query) {
        if (query == null || query.isBlank()) {
            return "the application";
        }
        String line = query.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME - 3) + "...";
    }

    /** Whether it is one of our own that observes or administers, or in another database: its waits are nobody's concern. */
    public boolean isOutside(int pid, long micros) {
        Activity activity = activities.get(pid);
        if (activity == null || known.nameOf(pid, micros) != null) {
            return false;
        }
        return !activity.inOurDatabase()
                || OBSERVER.matcher(activity.applicationName()).find();
    }
}
