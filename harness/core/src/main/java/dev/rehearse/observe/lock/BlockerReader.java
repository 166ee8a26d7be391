package dev.rehearse.observe.lock;

import dev.rehearse.observe.lock.LockEpisodes.Waiter;
import dev.rehearse.recording.LockWait;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a {@link BlockingGraph} up to date. Each {@code pg_blocking_pids} takes every partition of the lock table, so the server is asked
 * about few waiters at a time. Those who want the same lock in the same mode stand behind whatever the first of them stands behind, so he is
 * asked about for all; who is in his way himself is asked about apart. First come those that the server was not asked about yet, then those
 * whose answer is the oldest. For one thread.
 */
final class BlockerReader {

    private static final int MOST_ASKED = 8;
    private static final long REFRESH_MICROS = 50_000;

    private static final String BLOCKERS =
            "SELECT waiting, pg_catalog.pg_blocking_pids(waiting) FROM unnest(?::int4[]) AS waiting";

    /** Of a standby's replay, which is no backend, the function knows nothing; but it waits for what conflicts with everything. */
    private static final String BLOCKERS_IN_RECOVERY = """
            SELECT waiting.pid, CASE WHEN blockers <> '{}' THEN blockers ELSE ARRAY(
                       SELECT DISTINCT holder.pid
                       FROM pg_catalog.pg_locks waiter
                       JOIN pg_catalog.pg_locks holder USING (locktype, database, relation)
                       WHERE waiter.pid = waiting.pid AND NOT waiter.granted AND waiter.locktype = 'relation'
                         AND waiter.mode = 'AccessExclusiveLock' AND holder.granted AND holder.pid <> waiter.pid) END
            FROM unnest(?::int4[]) AS waiting (pid), pg_catalog.pg_blocking_pids(waiting.pid) AS blockers""";

    /** A prepared transaction has no process, but holds the lock on its own number. */
    private static final String PREPARED = """
            SELECT waiter.pid, waiter.mode, holder.mode, prepared.gid, pg_catalog.pg_get_userbyid(prepared.owner)
            FROM pg_catalog.pg_locks waiter
            JOIN pg_catalog.pg_locks holder
                ON (holder.locktype, holder.database, holder.relation, holder.page, holder.tuple, holder.virtualxid,
                    holder.transactionid, holder.classid, holder.objid, holder.objsubid)
                IS NOT DISTINCT FROM
                   (waiter.locktype, waiter.database, waiter.relation, waiter.page, waiter.tuple, waiter.virtualxid,
                    waiter.transactionid, waiter.classid, waiter.objid, waiter.objsubid)
            JOIN pg_catalog.pg_locks own ON own.virtualtransaction = holder.virtualtransaction
            JOIN pg_catalog.pg_prepared_xact() AS prepared (transaction, gid, at, owner, database)
                ON prepared.transaction = own.transactionid
            WHERE NOT waiter.granted AND waiter.pid = ANY (?) AND holder.granted AND holder.pid IS NULL
                AND own.locktype = 'transactionid' AND own.granted AND own.pid IS NULL
            ORDER BY prepared.gid""";

    private final BlockingGraph graph;
    private final Map<Integer, Asked> asked = new HashMap<>();
    private String question = BLOCKERS;

    private record Asked(LockEpisodes.Key key, long startEpochMicros, long micros) {}

    BlockerReader(BlockingGraph graph) {
        this.graph = graph;
    }

    /** Begins with a connection that was just made. */
    void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_is_in_recovery()")) {
            row.next();
            question = row.getBoolean(1) ? BLOCKERS_IN_RECOVERY : BLOCKERS;
        }
    }

    void read(Connection connection, List<Waiter> waiting, long micros) throws SQLException {
        forget(waiting);
        Map<LockEpisodes.Key, List<Waiter>> queues = new LinkedHashMap<>();
        waiting.stream()
                .sorted(Comparator.comparingLong(BlockerReader::queuedSince))
                .forEach(w -> queues.computeIfAbsent(w.key().ofAnybody(), k -> new ArrayList<>())
                        .add(w));
        List<Waiter> due = new ArrayList<>();
        for (List<Waiter> queue : queues.values()) {
            Waiter first = queue.get(0);
            due.add(first);
            queue.stream().skip(1).filter(w -> isApart(w, first)).forEach(due::add);
        }
        due.removeIf(w -> asked.containsKey(w.key().pid())
                && micros - asked.get(w.key().pid()).micros() < REFRESH_MICROS);
        due.sort(Comparator.<Waiter>comparingLong(w -> asked.containsKey(w.key().pid())
                        ? asked.get(w.key().pid()).micros()
                        : Long.MIN_VALUE)
                .thenComparingLong(BlockerReader::queuedSince));
        if (!due.isEmpty()) {
            ask(connection, due.subList(0, Math.min(MOST_ASKED, due.size())), micros);
        }
        queues.values().forEach(this::shareAnswer);
    }

    /** Who has no start yet has only just begun. */
    private static long queuedSince(Waiter waiter) {
        return waiter.startEpochMicros() < 0 ? Long.MAX_VALUE : waiter.startEpochMicros();
    }

    private boolean isApart(Waiter waiter, Waiter first) {
        return graph.blockers(first.key().pid()).contains(waiter.key().pid());
    }

    private void shareAnswer(List<Waiter> queue) {
        Waiter first = queue.get(0);
        if (!graph.blockers(first.key().pid()).isEmpty()) {
            queue.stream()
                    .skip(1)
                    .filter(w -> !isApart(w, first))
                    .forEach(w -> graph.share(first.key().pid(), w.key().pid()));
        }
    }

    /** What was said of a wait that is over does not hold for the next one of the same process. */
    private void forget(List<Waiter> waiting) {
        Set<Integer> pids = new HashSet<>();
        for (Waiter one : waiting) {
            pids.add(one.key().pid());
            Asked before = asked.get(one.key().pid());
            boolean isAnother = before != null
                    && (!before.key().equals(one.key())
                            || one.startEpochMicros() >= 0 && before.startEpochMicros() != one.startEpochMicros());
            if (isAnother) {
                asked.remove(one.key().pid());
                graph.remove(one.key().pid());
            }
        }
        asked.keySet().retainAll(pids);
        graph.retain(pids);
    }

    private void ask(Connection connection, List<Waiter> which, long micros) throws SQLException {
        List<Integer> behindPrepared = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(question)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "int4", which.stream().map(w -> w.key().pid()).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Integer[] blockers = (Integer[]) rows.getArray(2).getArray();
                    graph.put(rows.getInt(1), Arrays.stream(blockers).distinct().toList());
                    if (Arrays.asList(blockers).contains(LockWait.PREPARED_TRANSACTION)) {
                        behindPrepared.add(rows.getInt(1));
                    }
                }
            }
        }
        if (!behindPrepared.isEmpty()) {
            askForPrepared(connection, behindPrepared);
        }
        which.forEach(w -> asked.put(w.key().pid(), new Asked(w.key(), w.startEpochMicros(), micros)));
    }

    private void askForPrepared(Connection connection, List<Integer> waiting) throws SQLException {
        Map<Integer, Set<String>> names = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(PREPARED)) {
            statement.setArray(1, connection.createArrayOf("int4", waiting.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (Witnesses.conflict(rows.getString(3), rows.getString(2))) {
                        names.computeIfAbsent(rows.getInt(1), pid -> new LinkedHashSet<>())
                                .add("'" + rows.getString(4) + "' by " + rows.getString(5));
                    }
                }
            }
        }
        names.forEach((pid, all) -> graph.putPrepared(pid, "prepared transaction " + String.join(", ", all)));
    }
}
