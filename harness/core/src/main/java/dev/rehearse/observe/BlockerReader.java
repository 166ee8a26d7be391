package dev.rehearse.observe;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a {@link BlockingGraph} up to date. Each {@code pg_blocking_pids} takes every partition of the lock table, so the server is asked
 * about few waiters at a time: those first that it was not asked about yet, then those whose answer is the oldest. For one thread.
 */
final class BlockerReader {

    private static final int MOST_ASKED = 8;
    private static final long REFRESH_MICROS = 50_000;

    private static final String BLOCKERS =
            "SELECT pid, pg_catalog.pg_blocking_pids(pid) FROM unnest(?::int4[]) AS waiting(pid)";

    private final BlockingGraph graph;
    private final Map<Integer, Asked> asked = new HashMap<>();

    private record Asked(long startEpochMicros, long micros) {}

    /** Who waits, and since when; -1 where the server does not say yet. */
    record Waiting(int pid, long startEpochMicros) {}

    BlockerReader(BlockingGraph graph) {
        this.graph = graph;
    }

    void read(Connection connection, List<Waiting> waiting, long micros) throws SQLException {
        forget(waiting);
        List<Waiting> due = new ArrayList<>();
        for (Waiting one : waiting) {
            Asked before = asked.get(one.pid());
            if (before == null || micros - before.micros() >= REFRESH_MICROS) {
                due.add(one);
            }
        }
        due.sort(Comparator.<Waiting>comparingLong(
                        w -> asked.containsKey(w.pid()) ? asked.get(w.pid()).micros() : Long.MIN_VALUE)
                .thenComparingLong(Waiting::startEpochMicros));
        if (!due.isEmpty()) {
            ask(connection, due.subList(0, Math.min(MOST_ASKED, due.size())), micros);
        }
    }

    /** What was said of a wait that is over does not hold for the next one of the same process. */
    private void forget(List<Waiting> waiting) {
        Set<Integer> pids = new HashSet<>();
        for (Waiting one : waiting) {
            pids.add(one.pid());
            Asked before = asked.get(one.pid());
            if (before != null
                    && before.startEpochMicros() >= 0
                    && one.startEpochMicros() >= 0
                    && before.startEpochMicros() != one.startEpochMicros()) {
                asked.remove(one.pid());
                graph.remove(one.pid());
            }
        }
        asked.keySet().retainAll(pids);
        graph.retain(pids);
    }

    private void ask(Connection connection, List<Waiting> which, long micros) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BLOCKERS)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "int4", which.stream().map(Waiting::pid).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Integer[] blockers = (Integer[]) rows.getArray(2).getArray();
                    graph.put(rows.getInt(1), Arrays.stream(blockers).distinct().toList());
                }
            }
        }
        which.forEach(w -> asked.put(w.pid(), new Asked(w.startEpochMicros(), micros)));
    }
}
