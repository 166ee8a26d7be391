package dev.rehearse.observe.lock;

import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.Sessions;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Beside;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom at one moment, as {@code pg_blocking_pids} tells: those that hold a conflicting lock, and those ahead in the queue
 * that want one (<a href="https://www.postgresql.org/docs/current/functions-info.html">System Information Functions</a>). For one
 * thread.
 */
final class BlockingGraph {

    /** Deep enough for any queue that people can follow, and a bound on the walk. */
    private static final int DEEPEST = 12;

    /** Of a lock that hundreds share: more than anybody ends one by one. How many more there are is told. */
    private static final int MOST_BESIDES = 20;

    private static final int NOBODY = -1;

    private final Map<Integer, List<Integer>> blockers = new HashMap<>();
    private final Map<Integer, String> prepared = new HashMap<>();

    /** By the blockers at their beginning, which those who want the same lock share: a queue of many is walked through once. */
    private final Map<List<Integer>, Walk> walks = new IdentityHashMap<>();

    private final Map<List<Integer>, List<Blocking>> chains = new IdentityHashMap<>();
    private Set<Integer> waiting = Set.of();
    /** Those that wait, by the process that their clients know; null where that is to be found out anew. */
    private @Nullable Map<Integer, List<Integer>> waitingOfClients;

    private final Sessions sessions;

    /**
     * Whoever stands behind some blockers, these included.
     *
     * @param blockedBy whom each was first found to block; {@link #NOBODY} for those at the beginning
     * @param root where the chain ends, null where that is not known
     * @param besides the other ends
     */
    private record Walk(
            Map<Integer, Integer> blockedBy, @Nullable Integer root, List<Integer> besides) {}

    BlockingGraph(Sessions sessions) {
        this.sessions = sessions;
    }

    void put(int waiter, List<Integer> blockersOfWaiter) {
        forgetWalks();
        blockers.put(waiter, blockersOfWaiter);
        prepared.remove(waiter);
    }

    /** Notes what the prepared transaction is called that is in a waiter's way. */
    void putPrepared(int waiter, String name) {
        forgetWalks();
        prepared.put(waiter, name);
    }

    /** Lets a waiter stand behind whatever another stands behind. */
    void share(int from, int to) {
        put(to, blockers(from));
        String name = prepared.get(from);
        if (name != null) {
            prepared.put(to, name);
        }
    }

    void remove(int waiter) {
        forgetWalks();
        blockers.remove(waiter);
        prepared.remove(waiter);
    }

    /** Forgets all but those that wait now. */
    void retain(Set<Integer> waiters) {
        forgetWalks();
        waiting = Set.copyOf(waiters);
        blockers.keySet().retainAll(waiters);
        prepared.keySet().retainAll(waiters);
    }

    private void forgetWalks() {
        walks.clear();
        chains.clear();
        waitingOfClients = null;
    }

    /** Every process that blocks one of the known waiters. */
    Set<Integer> blockers() {
        Set<Integer> all = new HashSet<>();
        Set<List<Integer>> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        blockers.values().stream().filter(shared::add).forEach(all::addAll);
        return all;
    }

    /** Those directly in the way of a waiter. */
    List<Integer> blockers(int waiter) {
        return blockers.getOrDefault(waiter, List.of());
    }

    /** Whether a waiter waits, through others, for itself. */
    boolean isDeadlocked(int waiter) {
        return walk(waiter).blockedBy().containsKey(sessions.clientPid(waiter));
    }

    /**
     * The chain from the waiter's nearest blocker to the root that does not wait itself. Of several roots it is the one whose transaction
     * is the oldest, since that one has stood in the way the longest, and the others are beside it; of several ways there, the shortest. Empty while the blockers of
     * somebody on the way are not known yet.
     */
    List<Blocking> chain(int waiter, long micros) {
        Walk walk = walk(waiter);
        int client = sessions.clientPid(waiter);
        if (walk.blockedBy().containsKey(client)) {
            return way(walk(blockers(waiter), client), waiter, micros);
        }
        return chains.computeIfAbsent(blockers(waiter), first -> way(walk, waiter, micros));
    }

    private Walk walk(int waiter) {
        return walks.computeIfAbsent(blockers(waiter), first -> walk(first, NOBODY));
    }

    /**
     * Walks from some blockers to all that stand behind them.
     *
     * @param besides who is left out
     */
    private Walk walk(List<Integer> first, int besides) {
        Map<Integer, Integer> blockedBy = new HashMap<>();
        List<Integer> level = step(first, NOBODY, besides, blockedBy);
        Integer root = null;
        List<Integer> ends = new ArrayList<>();
        for (int depth = 1; !level.isEmpty(); depth++) {
            List<Integer> next = new ArrayList<>();
            for (int pid : level) {
                if (!isWaiting(pid)) {
                    ends.add(pid);
                    root = root == null || since(pid) < since(root) ? pid : root;
                }
                if (depth < DEEPEST) {
                    for (int one : waitingOf(pid)) {
                        next.addAll(step(blockers(one), pid, besides, blockedBy));
                    }
                }
            }
            level = next;
        }
        if (root == null && blockers.keySet().containsAll(waitingAmong(blockedBy.keySet()))) {
            // In a deadlock nobody is the root; the nearest blocker is then all there is to say.
            root = first.stream().filter(p -> p != besides).findFirst().orElse(null);
        }
        Integer end = root;
        return new Walk(
                blockedBy, root, ends.stream().filter(pid -> !pid.equals(end)).toList());
    }

    private static List<Integer> step(List<Integer> blockers, int pid, int besides, Map<Integer, Integer> blockedBy) {
        List<Integer> fresh = new ArrayList<>();
        for (int blocker : blockers) {
            if (blocker != besides && blockedBy.putIfAbsent(blocker, pid) == null) {
                fresh.add(blocker);
            }
        }
        return fresh;
    }

    private Set<Integer> waitingAmong(Set<Integer> pids) {
        Set<Integer> both = new HashSet<>();
        pids.forEach(pid -> both.addAll(waitingOf(pid)));
        return both;
    }

    /** Itself or, while it waits for them and not for a lock, its workers; none where nothing of it waits for one. */
    private List<Integer> waitingOf(int pid) {
        if (waitingOfClients == null) {
            waitingOfClients = waiting.stream().collect(Collectors.groupingBy(sessions::clientPid));
        }
        return waitingOfClients.getOrDefault(pid, List.of());
    }

    private List<Blocking> way(Walk walk, int waiter, long micros) {
        List<Blocking> chain = new ArrayList<>();
        for (Integer pid = walk.root();
                pid != null && pid != NOBODY;
                pid = walk.blockedBy().get(pid)) {
            Beside link = session(pid, walk, waiter, micros);
            chain.add(
                    0,
                    new Blocking(
                            pid,
                            link.who(),
                            link.kind(),
                            link.query(),
                            isWaiting(pid),
                            chain.isEmpty() ? besides(walk, waiter, micros) : List.of(),
                            chain.isEmpty() ? Math.max(0, walk.besides().size() - MOST_BESIDES) : 0));
        }
        return chain;
    }

    /** The migration's sessions first: whether they are among them is what the wait is judged by. */
    private List<Beside> besides(Walk walk, int waiter, long micros) {
        return walk.besides().stream()
                .map(pid -> session(pid, walk, waiter, micros))
                .sorted(Comparator.comparing(one -> one.kind() != SessionKind.MIGRATION))
                .limit(MOST_BESIDES)
                .toList();
    }

    private Beside session(int pid, Walk walk, int waiter, long micros) {
        SessionNames.Session session = sessions.session(pid, micros);
        Sessions.Activity activity = sessions.activity(pid);
        return new Beside(
                pid,
                pid == LockWait.PREPARED_TRANSACTION ? preparedBefore(walk, waiter, session.who()) : session.who(),
                session.kind(),
                activity == null ? null : activity.query(),
                0);
    }

    private String preparedBefore(Walk walk, int waiter, String unnamed) {
        int blocked = walk.blockedBy().getOrDefault(LockWait.PREPARED_TRANSACTION, NOBODY);
        return prepared.getOrDefault(blocked == NOBODY ? waiter : blocked, unnamed);
    }

    /** What those in a chain, and beside its root, do. */
    Map<Integer, Sessions.Activity> activities(List<Blocking> chain) {
        Map<Integer, Sessions.Activity> activities = new HashMap<>();
        chain.stream()
                .flatMap(link -> Stream.concat(
                        Stream.of(link.pid()), link.besides().stream().map(Beside::pid)))
                .forEach(pid -> activities.computeIfAbsent(pid, sessions::activity));
        return activities;
    }

    private boolean isWaiting(int pid) {
        return !waitingOf(pid).isEmpty();
    }

    private long since(int pid) {
        Sessions.Activity activity = sessions.activity(pid);
        return activity == null ? Long.MAX_VALUE : activity.sinceEpochMicros();
    }
}
