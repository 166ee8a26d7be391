package dev.rehearse.observe.lock;

import dev.rehearse.observe.Sessions;
import dev.rehearse.observe.lock.Farewell.Obstacle;
import dev.rehearse.observe.lock.LockEpisodes.Moment;
import dev.rehearse.recording.LockMode;
import dev.rehearse.wiretap.lock.Relation;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /**
     * @param sleepsFor the type of the lock for which it sleeps, by its own account; null for none
     * @param queryMicros when the statement began that it runs or ran last
     * @param transactionMicros when its transaction began, -1 where it is in none or in one that failed
     * @param failed whether it is in one that failed
     * @param idle whether it ran nothing, in a transaction or not
     */
    record Activity(
            @Nullable String sleepsFor,
            long stateChangeMicros,
            long queryMicros,
            long transactionMicros,
            boolean failed,
            boolean idle) {

        /** Whether it is in no transaction any more, though it has ended none since then by anything that it ran. */
        boolean isLeaving(long micros) {
            return idle && transactionMicros < 0 && stateChangeMicros <= micros;
        }

        /** Whether its transaction began by then. */
        boolean isInTransactionOf(long micros) {
            return transactionMicros >= 0 && transactionMicros <= micros;
        }
    }

    /** How long it may take to find a deadlock and to stop waiting, for want of a core; about as long lies between two looks by then. */
    private static final long LOOK_MICROS = 5_000;

    /** Before anybody was asked about. */
    static final Witnesses NONE = new Witnesses(new Moment(0, 0, 0), Map.of(), Map.of());

    record Lock(LockEpisodes.Key key, boolean granted, long waitStartMicros) {}

    /**
     * Which sessions are asked about, and locks of which types and on which relations matter.
     *
     * @param writers those of which all relations are asked that they lock
     */
    record Question(Set<Integer> pids, Set<String> lockTypes, Set<Long> relationOids, Set<Integer> writers) {

        static Question about(Collection<Episode> waits) {
            Set<Integer> pids = new HashSet<>();
            Set<String> types = new HashSet<>();
            Set<Long> relations = new HashSet<>();
            Set<Integer> writers = new HashSet<>();
            // Those who want the same lock share one list: of a queue of many it is gone through once.
            Set<List<Integer>> blockers = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Episode episode : waits) {
                pids.add(episode.waiter().key().pid());
                if (blockers.add(episode.blockers())) {
                    pids.addAll(episode.blockers());
                }
                types.add(episode.waiter().key().lockType());
                relations.add(episode.waiter().key().relationOid());
                if (episode.lacksTable()) {
                    writers.add(episode.waiter().key().pid());
                    writers.addAll(episode.blockers());
                }
            }
            return new Question(pids, types, relations, writers);
        }

        boolean isEmpty() {
            return pids.isEmpty();
        }
    }

    /**
     * @param before what they did right after the sample before
     * @param deadlockTimeoutMicros how long sessions wait before they look for a deadlock, by the server's setting
     */
    Map<Episode, Farewell> farewells(Collection<Episode> leaving, Witnesses before, long deadlockTimeoutMicros) {
        Map<Episode, Farewell> farewells = new HashMap<>();
        int victim = victim(leaving, deadlockTimeoutMicros);
        Map<LockEpisodes.Key, List<Episode>> queues = leaving.stream()
                .sorted(Comparator.comparingLong(Episode::startMicros))
                .collect(Collectors.groupingBy(e -> e.waiter().key().ofAnybody()));
        queues.forEach((wanted, queue) -> {
            boolean shared = sharesItsLock(queue.get(0));
            boolean amongMany = shared && queue.size() >= CloseUp.MANY;
            long firstWentOn = queue.stream()
                    .mapToLong(e -> Math.min(wentOnMicros(e), Math.min(e.nextWaitMicros(), e.missedMicros())))
                    .min()
                    .orElseThrow();
            for (int i = 0; i < queue.size(); i++) {
                // Who comes later did not get it from those in his way, but from one who got it from them.
                long released = shared || i == 0 ? releasedMicros(queue.get(i)) : -1;
                farewells.put(queue.get(i), farewell(queue.get(i), firstWentOn, released, amongMany, victim, before));
            }
        });
        return farewells;
    }

    /** Whether it was asked which relations the waiter and those in its way lock. */
    boolean knowRelations(Episode episode) {
        return locksRelations(episode.waiter().key().pid())
                && episode.blockers().stream().anyMatch(this::locksRelations);
    }

    private boolean locksRelations(int pid) {
        return locksOf(pid).stream().anyMatch(l -> l.key().lockType().equals("relation"));
    }

    /** The relations that a waiter and those in its way both write; none within the catalog, whose locks do not last. */
    Set<Long> writtenByBoth(Episode episode) {
        Set<Long> both = new HashSet<>();
        episode.blockers().forEach(b -> both.addAll(written(b)));
        Set<Long> own = written(episode.waiter().key().pid());
        both.retainAll(own);
        if (own.stream().anyMatch(oid -> oid < Relation.FIRST_USER_OID)) {
            both.clear();
        }
        return both;
    }

    private Set<Long> written(int pid) {
        return locksOf(pid).stream()
                .filter(l -> l.granted()
                        && l.key().lockType().equals("relation")
                        && l.key().mode().equals("RowExclusiveLock"))
                .map(l -> l.key().relationOid())
                .collect(Collectors.toSet());
    }

    /** Whether those who want what it wants get it together. */
    private static boolean sharesItsLock(Episode episode) {
        String mode = episode.waiter().key().mode();
        return !conflict(mode, mode);
    }

    /**
     * The process whose look for a deadlock lies between the sample that saw it last and the one that did not see it any more: it found one and gave up. 0 where
     * that is true of none, or of several.
     */
    private static int victim(Collection<Episode> leaving, long deadlockTimeoutMicros) {
        List<Integer> victims = leaving.stream()
                .filter(e -> e.deadlocked() && e.startIsExact())
                .filter(e -> {
                    long lookedMicros = e.startMicros() + deadlockTimeoutMicros;
                    return e.lastQueuedMicros() <= lookedMicros + LOOK_MICROS && lookedMicros <= e.missedMicros();
                })
                .map(e -> e.waiter().key().pid())
                .toList();
        return victims.size() == 1 ? victims.get(0) : 0;
    }

    private long wentOnMicros(Episode episode) {
        Activity waiter = activities.get(episode.waiter().key().pid());
        // Where the wait began while the only sample that shows it was taken, its statement may have begun so, too.
        long waited = Math.max(episode.lastSeenMicros(), episode.startMicros());
        return waiter != null && waiter.stateChangeMicros() > waited ? waiter.stateChangeMicros() : Long.MAX_VALUE;
    }

    private Farewell farewell(
            Episode episode,
            long firstWentOnMicros,
            long releasedMicros,
            boolean amongMany,
            int victim,
            Witnesses before) {
        LockEpisodes.Key wanted = episode.waiter().key();
        Activity waiter = activities.get(wanted.pid());
        boolean holds = locksOf(wanted.pid()).stream()
                .anyMatch(l -> l.granted() && l.key().equals(wanted));
        return new Farewell(
                // Without the lock it has let go of it again, and sleeps for another of the type.
                holds && waiter != null && wanted.lockType().equals(waiter.sleepsFor()),
                holds,
                goesOn(episode),
                waiter != null && waiter.failed(),
                victim == wanted.pid() || episode.blockers().contains(victim) ? victim : 0,
                obstacle(episode, before),
                wentOnMicros(episode),
                releasedMicros,
                sharesItsLock(episode),
                amongMany,
                firstWentOnMicros,
                moment.askedMicros(),
                moment.answeredMicros(),
                moment.clockErrorMicros());
    }

    private boolean goesOn(Episode episode) {
        Activity waiter = activities.get(episode.waiter().key().pid());
        return waiter != null && waiter.isInTransactionOf(episode.lastQueuedMicros());
    }

    private Obstacle obstacle(Episode episode, Witnesses before) {
        Set<Obstacle> all = EnumSet.noneOf(Obstacle.class);
        episode.blockers().forEach(b -> all.add(obstacle(b, episode, before)));
        return all.contains(Obstacle.THERE)
                ? Obstacle.THERE
                : all.isEmpty() || all.contains(Obstacle.UNKNOWN) ? Obstacle.UNKNOWN : Obstacle.GONE;
    }

    /** Whether it has the same lock, or the same place in the queue, as when the wait was last seen. */
    private Obstacle obstacle(int blocker, Episode episode, Witnesses before) {
        LockEpisodes.Key wanted = episode.waiter().key();
        long lastQueued = episode.lastQueuedMicros();
        boolean has = locksOf(blocker).stream()
                .filter(l -> l.key().isSameLock(wanted))
                .filter(l -> l.granted() || l.waitStartMicros() <= lastQueued)
                .anyMatch(l -> conflict(l.key().mode(), wanted.mode()));
        if (!has) {
            return mayHaveLetGoLater(blocker, episode, before) ? Obstacle.UNKNOWN : Obstacle.GONE;
        }
        if (wanted.isMomentary()) {
            return Obstacle.UNKNOWN;
        }
        Activity activity = activities.get(blocker);
        boolean advisory = wanted.lockType().equals("advisory");
        if (activity == null
                || activity.isInTransactionOf(lastQueued)
                || advisory && activity.transactionMicros() < 0) {
            return Obstacle.THERE;
        }
        // Advisory locks, and those of a VACUUM or of an index built concurrently, outlive a transaction. Any other was
        // taken anew, unless it was let go between the look at the locks and that at what their holders do.
        return advisory || activity.stateChangeMicros() <= lastQueued || mayHaveLetGoLater(blocker, episode, before)
                ? Obstacle.UNKNOWN
                : Obstacle.GONE;
    }

    /**
     * Whether the last it did began only after the waiter had gone on, so that it may have been that which ended its transaction. Of a session that ran nothing and is
     * gone, or about to go, nobody knows when it let go: whoever gives up may take it along, as a program does that ends with its error.
     */
    private boolean mayHaveLetGoLater(int blocker, Episode episode, Witnesses before) {
        Activity activity = activities.get(blocker);
        if (activity == null || activity.isLeaving(episode.lastQueuedMicros())) {
            return !goesOn(episode) && ranNothing(blocker, episode, before);
        }
        return activity.transactionMicros() < 0 && activity.queryMicros() > wentOnMicros(episode);
    }

    private static boolean ranNothing(int blocker, Episode episode, Witnesses before) {
        Activity last = before.activities().get(blocker);
        if (last != null) {
            return last.idle();
        }
        Sessions.Activity first = episode.activities().get(blocker);
        return first != null && !first.running();
    }

    private List<Lock> locksOf(int pid) {
        return locks.getOrDefault(pid, List.of());
    }

    static boolean conflict(String one, String other) {
        Optional<LockMode> held = LockMode.ofCatalogName(one);
        Optional<LockMode> wanted = LockMode.ofCatalogName(other);
        return held.isPresent() && wanted.isPresent() && held.get().conflictsWith(wanted.get());
    }

    private long releasedMicros(Episode episode) {
        long released = -1;
        for (int blocker : episode.blockers()) {
            Activity activity = activities.get(blocker);
            if (activity == null || !hasLetGo(activity, episode)) {
                return -1;
            }
            released = Math.max(released, activity.stateChangeMicros());
        }
        return released;
    }

    private static boolean hasLetGo(Activity blocker, Episode episode) {
        return blocker.stateChangeMicros() > episode.lastQueuedMicros()
                && (blocker.transactionMicros() < 0 || blocker.transactionMicros() > episode.lastQueuedMicros());
    }
}
