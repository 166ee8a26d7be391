package dev.rehearse.observe;

import dev.rehearse.observe.LockEpisodes.Moment;
import dev.rehearse.recording.LockMode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What sessions did that waited, or were in the way of those, right after a sample of who waits. It tells what became of waits that the
 * sample does not show any more. Times are the run's microseconds.
 *
 * @param moment when it was asked what they do
 * @param activities by process; of those that are gone there is none
 * @param locks what they held or waited for, by process. It was asked before what they do: who is in a later transaction by then may have taken its lock
 *     anew
 */
record Witnesses(Moment moment, Map<Integer, Activity> activities, Map<Integer, List<Lock>> locks) {

    record Activity(boolean asleep, long stateChangeMicros, long transactionMicros) {}

    record Lock(LockEpisodes.Key key, boolean granted, long waitStartMicros) {}

    /** Which sessions are asked about, and on which relations they may have locks that matter. */
    record Question(Set<Integer> pids, Set<Long> relationOids) {

        static Question about(Collection<Episode> waits) {
            Set<Integer> pids = new HashSet<>();
            Set<Long> relations = new HashSet<>();
            for (Episode episode : waits) {
                pids.add(episode.waiter().key().pid());
                pids.addAll(episode.blockers());
                relations.add(episode.waiter().key().relationOid());
            }
            return new Question(pids, relations);
        }

        boolean isEmpty() {
            return pids.isEmpty();
        }
    }

    Map<Episode, Farewell> farewells(Collection<Episode> leaving) {
        Map<Episode, Farewell> farewells = new HashMap<>();
        leaving.forEach(e -> farewells.put(e, farewell(e)));
        return farewells;
    }

    private Farewell farewell(Episode episode) {
        LockEpisodes.Key wanted = episode.waiter().key();
        Activity waiter = activities.get(wanted.pid());
        long lastSeen = episode.lastSeenMicros();
        return new Farewell(
                waiter != null,
                waiter != null && waiter.asleep(),
                locksOf(wanted.pid()).stream()
                        .anyMatch(l -> l.granted() && l.key().equals(wanted)),
                episode.blockers().stream().anyMatch(b -> isInTheWay(b, episode)),
                waiter != null && waiter.stateChangeMicros() > lastSeen ? waiter.stateChangeMicros() : Long.MAX_VALUE,
                releasedMicros(episode),
                moment.askedMicros(),
                moment.answeredMicros(),
                moment.clockErrorMicros());
    }

    /** Whether it has the same lock, or the same place in the queue, as when the wait was last seen. */
    private boolean isInTheWay(int blocker, Episode episode) {
        Activity activity = activities.get(blocker);
        LockEpisodes.Key wanted = episode.waiter().key();
        // Only an advisory lock outlives the transaction that took it. Whoever takes the lock again is another matter.
        boolean sameTransaction = activity == null
                || activity.transactionMicros() < 0 && wanted.lockType().equals("advisory")
                || activity.transactionMicros() >= 0 && activity.transactionMicros() <= episode.lastQueuedMicros();
        if (!sameTransaction) {
            return false;
        }
        return locksOf(blocker).stream()
                .filter(l -> l.key().isSameLock(wanted))
                .filter(l -> l.granted() || l.waitStartMicros() <= episode.lastQueuedMicros())
                .anyMatch(l -> conflict(l.key().mode(), wanted.mode()));
    }

    private List<Lock> locksOf(int pid) {
        return locks.getOrDefault(pid, List.of());
    }

    private static boolean conflict(String one, String other) {
        Optional<LockMode> held = LockMode.ofCatalogName(one);
        Optional<LockMode> wanted = LockMode.ofCatalogName(other);
        return held.isPresent() && wanted.isPresent() && held.get().conflictsWith(wanted.get());
    }

    private long releasedMicros(Episode episode) {
        long released = -1;
        for (int blocker : episode.blockers()) {
            Activity activity = activities.get(blocker);
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
