package dev.rehearse.observe;

import dev.rehearse.recording.LockMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks what became of the sessions whose waits a sample does not show any more, and of those that were in their way. For one thread.
 */
final class Farewells {

    private static final String ACTIVITY = """
            SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint,
                   (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
                   a.pid, coalesce(a.wait_event_type = 'Lock', false),
                   coalesce((extract(epoch FROM a.state_change) * 1000000)::bigint, -1),
                   coalesce((extract(epoch FROM a.xact_start) * 1000000)::bigint, -1)
            FROM (VALUES (1)) AS now LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = ANY (?)""";

    private static final String LOCKS = """
            SELECT coalesce(pid, 0), granted, locktype, coalesce(relation, 0)::bigint, mode,
                   coalesce(virtualxid, transactionid::text, concat_ws('/', page, tuple, classid, objid, objsubid)),
                   coalesce((extract(epoch FROM waitstart) * 1000000)::bigint, -1)
            FROM pg_catalog.pg_locks
            WHERE coalesce(pid, 0) = ANY (?) AND (locktype <> 'relation' OR relation = ANY (?))""";

    private final ServerClock clock;

    private record Activity(boolean asleep, long stateChangeMicros, long transactionMicros) {}

    private record Lock(LockEpisodes.Key key, boolean granted, long waitStartMicros) {}

    private record Answer(long askedMicros, long answeredMicros, Map<Integer, Activity> activities, List<Lock> locks) {}

    Farewells(ServerClock clock) {
        this.clock = clock;
    }

    Map<Episode, Farewell> read(Connection connection, Collection<Episode> leaving) throws SQLException {
        Set<Integer> pids = new HashSet<>();
        Set<Long> relations = new HashSet<>();
        for (Episode episode : leaving) {
            pids.add(episode.waiter().key().pid());
            pids.addAll(episode.blockers());
            relations.add(episode.waiter().key().relationOid());
        }
        Answer answer = ask(connection, pids, relations);
        Map<Episode, Farewell> farewells = new HashMap<>();
        leaving.forEach(e -> farewells.put(e, farewell(e, answer)));
        return farewells;
    }

    private Answer ask(Connection connection, Set<Integer> pids, Set<Long> relations) throws SQLException {
        // Locks first: who is in a later transaction by the time of the second question may have taken its lock anew.
        List<Lock> locks = locks(connection, pids, relations);
        Map<Integer, Activity> activities = new HashMap<>();
        long asked = 0;
        long answered = Long.MAX_VALUE;
        try (PreparedStatement statement = connection.prepareStatement(ACTIVITY)) {
            statement.setArray(1, connection.createArrayOf("int4", pids.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    asked = clock.runMicros(rows.getLong(1));
                    answered = Math.min(answered, clock.runMicros(rows.getLong(2)));
                    activities.put(
                            rows.getInt(3),
                            new Activity(rows.getBoolean(4), micros(rows.getLong(5)), micros(rows.getLong(6))));
                }
            }
        }
        return new Answer(asked, answered, activities, locks);
    }

    private List<Lock> locks(Connection connection, Set<Integer> pids, Set<Long> relations) throws SQLException {
        List<Lock> locks = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LOCKS)) {
            statement.setArray(1, connection.createArrayOf("int4", pids.toArray()));
            statement.setArray(2, connection.createArrayOf("int8", relations.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    locks.add(new Lock(
                            new LockEpisodes.Key(
                                    rows.getInt(1),
                                    rows.getString(3),
                                    rows.getLong(4),
                                    rows.getString(6),
                                    rows.getString(5)),
                            rows.getBoolean(2),
                            micros(rows.getLong(7))));
                }
            }
        }
        return locks;
    }

    private long micros(long epochMicros) {
        return epochMicros < 0 ? -1 : clock.runMicros(epochMicros);
    }

    private Farewell farewell(Episode episode, Answer answer) {
        LockEpisodes.Key wanted = episode.waiter().key();
        Activity waiter = answer.activities().get(wanted.pid());
        long lastSeen = episode.lastSeenMicros();
        return new Farewell(
                waiter != null,
                waiter != null && waiter.asleep(),
                answer.locks().stream().anyMatch(l -> l.granted() && l.key().equals(wanted)),
                episode.blockers().stream().anyMatch(b -> isInTheWay(b, episode, answer)),
                waiter != null && waiter.stateChangeMicros() > lastSeen ? waiter.stateChangeMicros() : Long.MAX_VALUE,
                releasedMicros(episode, answer),
                answer.askedMicros(),
                answer.answeredMicros(),
                clock.errorMicros());
    }

    /** Whether it has the same lock, or the same place in the queue, as when the wait was last seen. */
    private static boolean isInTheWay(int blocker, Episode episode, Answer answer) {
        Activity activity = answer.activities().get(blocker);
        LockEpisodes.Key wanted = episode.waiter().key();
        // Only an advisory lock outlives the transaction that took it. Whoever takes the lock again is another matter.
        boolean sameTransaction = activity == null
                || activity.transactionMicros() < 0 && wanted.lockType().equals("advisory")
                || activity.transactionMicros() >= 0 && activity.transactionMicros() <= episode.lastQueuedMicros();
        if (!sameTransaction) {
            return false;
        }
        return answer.locks().stream()
                .filter(l -> l.key().pid() == blocker && l.key().isSameLock(wanted))
                .filter(l -> l.granted() || l.waitStartMicros() <= episode.lastQueuedMicros())
                .anyMatch(l -> conflict(l.key().mode(), wanted.mode()));
    }

    private static boolean conflict(String one, String other) {
        Optional<LockMode> held = LockMode.ofCatalogName(one);
        Optional<LockMode> wanted = LockMode.ofCatalogName(other);
        return held.isPresent() && wanted.isPresent() && held.get().conflictsWith(wanted.get());
    }

    private static long releasedMicros(Episode episode, Answer answer) {
        long released = -1;
        for (int blocker : episode.blockers()) {
            Activity activity = answer.activities().get(blocker);
            if (activity != null && hasLetGo(activity, episode)) {
                released = Math.max(released, activity.stateChangeMicros());
            }
        }
        return released;
    }

    private static boolean hasLetGo(@Nullable Activity blocker, Episode episode) {
        return blocker != null
                && blocker.stateChangeMicros() > episode.lastQueuedMicros()
                && (blocker.transactionMicros() < 0 || blocker.transactionMicros() > episode.lastQueuedMicros());
    }
}
