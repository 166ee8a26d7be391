package dev.rehearse.observe;

import dev.rehearse.recording.LockWait.Blocking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom at one moment, as {@code pg_blocking_pids} tells: those that hold a conflicting lock, and those ahead in the queue
 * that want one (<a href="https://www.postgresql.org/docs/current/functions-info.html">System Information Functions</a>). For one
 * thread.
 */
final class BlockingGraph {

    /** Deep enough for any queue that people can follow, and a bound on the walk. */
    private static final int DEEPEST = 12;

    private final Map<Integer, List<Integer>> blockers = new HashMap<>();
    private Set<Integer> waiting = Set.of();
    private final Sessions sessions;

    BlockingGraph(Sessions sessions) {
        this.sessions = sessions;
    }

    void put(int waiter, List<Integer> blockersOfWaiter) {
        blockers.put(waiter, blockersOfWaiter);
    }

    void remove(int waiter) {
        blockers.remove(waiter);
    }

    /** Forgets all but those that wait now. */
    void retain(Set<Integer> waiters) {
        waiting = Set.copyOf(waiters);
        blockers.keySet().retainAll(waiters);
    }

    /** Every process that blocks one of the known waiters. */
    Set<Integer> blockers() {
        Set<Integer> all = new HashSet<>();
        blockers.values().forEach(all::addAll);
        return all;
    }

    /** Those directly in the way of a waiter. */
    List<Integer> blockers(int waiter) {
        return blockers.getOrDefault(waiter, List.of());
    }

    /** Whether a waiter waits, through others, for itself. */
    boolean isDeadlocked(int waiter) {
        Set<Integer> seen = new HashSet<>();
        List<Integer> level = blockers(waiter);
        for (int depth = 0; depth < DEEPEST && !level.isEmpty(); depth++) {
            List<Integer> next = new ArrayList<>();
            for (int pid : level) {
                if (pid == waiter) {
                    return true;
                }
                if (seen.add(pid)) {
                    next.addAll(blockers(pid));
                }
            }
            level = next;
        }
        return false;
    }

    /**
     * The chain from the waiter's nearest blocker to the root that does not wait itself. Of several roots it is the one whose transaction
     * is the oldest, since that one has stood in the way the longest; of several ways there, the shortest. Empty while the blockers of
     * somebody on the way are not known yet.
     */
    List<Blocking> chain(int waiter, long micros) {
        Map<Integer, Integer> blockedBy = new HashMap<>();
        List<Integer> level = List.of(waiter);
        Integer root = null;
        for (int depth = 0; depth < DEEPEST && !level.isEmpty(); depth++) {
            List<Integer> next = new ArrayList<>();
            for (int pid : level) {
                for (int blocker : blockers.getOrDefault(pid, List.of())) {
                    if (blocker != waiter && blockedBy.putIfAbsent(blocker, pid) == null) {
                        next.add(blocker);
                        if (!isWaiting(blocker) && (root == null || since(blocker) < since(root))) {
                            root = blocker;
                        }
                    }
                }
            }
            level = next;
        }
        if (root == null && blockers.keySet().containsAll(waitingAmong(blockedBy.keySet()))) {
            root = deepestOfCycle(waiter);
        }
        return root == null ? List.of() : way(waiter, root, blockedBy, micros);
    }

    private Set<Integer> waitingAmong(Set<Integer> pids) {
        Set<Integer> both = new HashSet<>(pids);
        both.retainAll(waiting);
        return both;
    }

    /** In a deadlock nobody is the root; the nearest blocker is then all there is to say. */
    private @Nullable Integer deepestOfCycle(int waiter) {
        return blockers.getOrDefault(waiter, List.of()).stream()
                .filter(p -> p != waiter)
                .findFirst()
                .orElse(null);
    }

    private List<Blocking> way(int waiter, int root, Map<Integer, Integer> blockedBy, long micros) {
        List<Blocking> chain = new ArrayList<>();
        for (Integer pid = root; pid != null && pid != waiter; pid = blockedBy.get(pid)) {
            SessionNames.Session session = sessions.session(pid, micros);
            Sessions.Activity activity = sessions.activity(pid);
            chain.add(
                    0,
                    new Blocking(
                            pid,
                            session.who(),
                            session.kind(),
                            activity == null ? null : activity.query(),
                            isWaiting(pid)));
        }
        return chain;
    }

    private boolean isWaiting(int pid) {
        return waiting.contains(pid);
    }

    private long since(int pid) {
        Sessions.Activity activity = sessions.activity(pid);
        return activity == null ? Long.MAX_VALUE : activity.sinceEpochMicros();
    }
}
