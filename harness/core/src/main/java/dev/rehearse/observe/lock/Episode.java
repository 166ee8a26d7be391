package dev.rehearse.observe.lock;

import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.Sessions;
import dev.rehearse.observe.lock.LockEpisodes.Context;
import dev.rehearse.observe.lock.LockEpisodes.Moment;
import dev.rehearse.observe.lock.LockEpisodes.Waiter;
import dev.rehearse.recording.LockWait.Beside;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One wait while it lasts. Guarded by the {@link LockEpisodes} that it belongs to. */
final class Episode {

    private static final int MOST_CHAINS = 16;
    private static final int MOST_ENDS = 21;

    /** How long a waiter on a busy machine may wait for a core before it notes when its wait began. */
    private static final long LATE_START_MICROS = 10_000;

    private Waiter waiter;
    private boolean lacksTable;
    private boolean seenAgain;
    private final SessionNames.Session session;
    private final Sessions.@Nullable Activity activity;
    private final @Nullable String objectName;
    private final Map<List<Integer>, Seen> chains = new LinkedHashMap<>();
    /** Who stood at an end of a chain, not waiting itself, or as the migration on the way there, and for how long. */
    private final Map<Integer, Beside> ends = new LinkedHashMap<>();

    /** What those in the way did when they were first seen there, by process. */
    private final Map<Integer, Sessions.Activity> activities = new HashMap<>();

    /** For whom there was no more room. */
    private final Set<Integer> unlisted = new HashSet<>();

    private int mostUnlisted;

    private final long unseenMicros;
    private long startMicros;
    private long startEpochMicros = -1;
    private long lastSeenMicros;
    private long lastQueuedMicros;
    private long lastAnsweredMicros;
    private long missedMicros = Long.MAX_VALUE;
    private long dueMicros = Long.MAX_VALUE;
    private long nextWaitMicros = Long.MAX_VALUE;
    private List<Integer> blockers = List.of();
    private @Nullable Seen lastChain;
    private @Nullable List<Beside> lastEnds;
    private long chainMicros;
    private boolean deadlocked;
    private boolean deadlockedBefore;

    private static final class Seen {
        final List<Blocking> chain;
        long micros;

        Seen(List<Blocking> chain) {
            this.chain = chain;
        }
    }

    Episode(
            Waiter waiter,
            boolean lacksTable,
            SessionNames.Session session,
            Sessions.@Nullable Activity activity,
            @Nullable String objectName,
            long micros,
            long unseenMicros) {
        this.waiter = waiter;
        this.lacksTable = lacksTable;
        this.session = session;
        this.activity = activity;
        this.objectName = objectName;
        this.startMicros = micros;
        this.unseenMicros = unseenMicros;
    }

    /** The server sets a wait's start a moment after the wait began, so the first sample may have come too early for it. */
    void see(Waiter seen, Moment moment, Context context, long sincePreviousMicros) {
        seenAgain = startIsExact() && seen.startEpochMicros() == startEpochMicros;
        if (!startIsExact() && seen.startEpochMicros() >= 0) {
            startEpochMicros = seen.startEpochMicros();
            startMicros = seen.startMicros();
        }
        lastSeenMicros = moment.askedMicros();
        lastQueuedMicros = moment.askedMicros();
        lastAnsweredMicros = moment.answeredMicros();
        int pid = waiter.key().pid();
        List<Integer> now = context.blockers(pid);
        if (!now.isEmpty()) {
            // Where it was asked a moment after the sample, nobody may be in its way any more.
            blockers = now;
            deadlockedBefore = deadlocked;
            deadlocked = !waiter.key().isMomentary() && context.isDeadlocked(pid);
        }
        noteChain(context.chain(pid, moment.middleMicros()), context, sincePreviousMicros);
    }

    private void noteChain(List<Blocking> chain, Context context, long micros) {
        if (chain.isEmpty()) {
            return;
        }
        List<Integer> pids = chain.stream().map(Blocking::pid).toList();
        Seen seen = chains.get(pids);
        if (seen == null && chains.size() < MOST_CHAINS) {
            seen = new Seen(chain);
            chains.put(pids, seen);
        }
        if (seen != null) {
            // Where the chain has changed since the previous sample, nobody knows when.
            Seen before = lastChain == null ? seen : lastChain;
            before.micros += micros / 2;
            seen.micros += micros - micros / 2;
        }
        List<Beside> now = inTheWay(chain);
        if (seen != lastChain || !now.equals(lastEnds)) {
            context.activities(chain).forEach(activities::putIfAbsent);
        }
        lastChain = seen == null ? lastChain : seen;
        noteEnds(lastEnds == null ? now : lastEnds, micros / 2);
        noteEnds(now, micros - micros / 2);
        lastEnds = now;
        chainMicros += micros;
        mostUnlisted = Math.max(mostUnlisted, chain.get(chain.size() - 1).others());
    }

    /** Who stands at an end, and the migration where it waits on the way there: its request is in the way, too. */
    private static List<Beside> inTheWay(List<Blocking> chain) {
        List<Beside> all = new ArrayList<>(chain.get(chain.size() - 1).besides());
        for (Blocking link : chain) {
            if (!link.waiting() || link.kind() == SessionKind.MIGRATION) {
                all.add(link.end());
            }
        }
        return all;
    }

    /** Of several of the migration's the first has the time, so that what they have adds up to that in which any of them was there. */
    private void noteEnds(List<Beside> each, long micros) {
        boolean isMigrations = false;
        for (Beside one : each) {
            Beside known = ends.get(one.pid());
            if (known != null || ends.size() < MOST_ENDS || one.kind() == SessionKind.MIGRATION) {
                long more = isMigrations && one.kind() == SessionKind.MIGRATION ? 0 : micros;
                ends.put(one.pid(), known == null ? one.lasting(more) : known.lasting(known.micros() + more));
            } else {
                unlisted.add(one.pid());
            }
            isMigrations |= one.kind() == SessionKind.MIGRATION;
        }
    }

    /** As the server wrote it; -1 where it did not yet. */
    long startEpochMicros() {
        return startEpochMicros;
    }

    /** When the last look was asked for before it was first seen, -1 where there was none: it did not wait by then. */
    long unseenMicros() {
        return unseenMicros;
    }

    /** Whether a later sight is of this same wait. */
    boolean isSameAs(Waiter later) {
        if (later.startEpochMicros() < 0) {
            return true;
        }
        return startIsExact()
                ? later.startEpochMicros() == startEpochMicros
                : later.startMicros() <= lastAnsweredMicros + LATE_START_MICROS;
    }

    /** A sample that was answered by then did not show it any more. */
    void miss(long answeredMicros) {
        missedMicros = answeredMicros;
    }

    /**
     * Between which closer looks it ended.
     *
     * @param goneMicros when it was known to have
     */
    Optional<CloseLooks.Window> window(CloseLooks looks, long goneMicros) {
        long until = Math.min(goneMicros, Math.min(missedMicros, nextWaitMicros));
        return looks.window(waiter.key(), startEpochMicros, lastSeenMicros, until);
    }

    void endedIn(CloseLooks.Window window) {
        lastSeenMicros = Math.max(lastSeenMicros, window.asleepMicros());
        lastQueuedMicros = Math.max(lastQueuedMicros, window.queuedMicros());
        nextWaitMicros = Math.min(nextWaitMicros, window.waitsAgainMicros());
        dueMicros = window.dueMicros();
        missedMicros = Math.min(missedMicros, window.awakeMicros());
    }

    /** A process waits for one lock at a time, so the start of its own next wait is the latest that this one can have ended. */
    void noteNextWait(Waiter next) {
        if (next.startEpochMicros() > startEpochMicros) {
            nextWaitMicros = Math.min(nextWaitMicros, next.startMicros());
        }
    }

    /** Whether the session still sleeps. Its lock may be granted, but it does not know yet: to itself it waits. */
    boolean staysFor(Farewell farewell) {
        if (!farewell.asleep() || nextWaitMicros != Long.MAX_VALUE) {
            return false;
        }
        lastSeenMicros = Math.max(lastSeenMicros, farewell.askedMicros());
        missedMicros = Long.MAX_VALUE;
        return true;
    }

    Waiter waiter() {
        return waiter;
    }

    /** Whether nobody has looked yet for which table's row or key it is. */
    boolean lacksTable() {
        return lacksTable;
    }

    /** Whether it lasted already when the look began that saw it last, so that what the look shows of its session is of that wait: the server writes down one thing after the other. */
    boolean wasSeenAgain() {
        return seenAgain;
    }

    /**
     * Takes in which tables the waiter and those in its way both write. It is about the only one; of several about the one that it is known to be about already, as
     * it is where there is none, such as of rows that are only locked.
     */
    void isAboutOneOf(Set<Long> written) {
        lacksTable = false;
        if (!written.isEmpty() && !written.contains(waiter.relationOid())) {
            waiter = waiter.about(written.size() == 1 ? written.iterator().next() : 0);
        }
    }

    SessionNames.Session session() {
        return session;
    }

    /** What the waiter did when it was first seen; null where it was gone by then. */
    Sessions.@Nullable Activity activity() {
        return activity;
    }

    /** Whether it is a wait of the statement that its session is seen to run. */
    boolean isOf(Sessions.Activity later) {
        return activity != null && activity.queryEpochMicros() == later.queryEpochMicros();
    }

    /** What its lock is on where that is no relation; null where that is not known. */
    @Nullable
    String objectName() {
        return objectName;
    }

    /** What the waiter ran; null where that is not known, as it was asked a moment after the wait and may have gone on by then. */
    @Nullable
    String query() {
        Sessions.Activity seen = activity;
        boolean isLater = seen != null && startIsExact() && seen.queryEpochMicros() > startEpochMicros;
        return seen == null || isLater ? null : seen.query();
    }

    long startMicros() {
        return startMicros;
    }

    boolean startIsExact() {
        return startEpochMicros >= 0;
    }

    /** When it was last seen to wait, whether for the lock or for being woken. */
    long lastSeenMicros() {
        return Math.min(lastSeenMicros, nextWaitMicros);
    }

    /** When the last sample that saw its lock not granted was asked for. */
    long lastQueuedMicros() {
        return lastQueuedMicros;
    }

    /** By when it was not seen to wait; the end of time where its session was seen to sleep on. */
    long missedMicros() {
        return missedMicros;
    }

    /** When the look after the last that saw it was due; the end of time where that is not known. */
    long dueMicros() {
        return dueMicros;
    }

    /** When the session waited again; the end of time where it was not seen to. */
    long nextWaitMicros() {
        return nextWaitMicros;
    }

    /** Those directly in its way when it was last seen. */
    List<Integer> blockers() {
        return blockers;
    }

    /** What those in the way did when they were first seen there, by process, where somebody wants to know. */
    Map<Integer, Sessions.Activity> activities() {
        return activities;
    }

    /** Whether it waited for itself when it was last seen, or the time before, as blockers are asked for after that: the circle may have been broken by then. */
    boolean deadlocked() {
        return deadlocked || deadlockedBefore;
    }

    /**
     * The chain to the root that was there the longest; of several to that root, the one seen the longest. Beside the root is whoever else stood
     * at an end, and the migration where it waited on the way to one; the migration first, then the longest.
     *
     * @param length of the wait, of which each stood there for the part for which the samples with a chain show it
     */
    List<Blocking> chain(long length) {
        Map<Integer, Long> roots = new HashMap<>();
        chains.forEach((pids, seen) -> roots.merge(pids.get(pids.size() - 1), seen.micros, Long::sum));
        Seen best = null;
        long bestOfRoot = -1;
        for (Map.Entry<List<Integer>, Seen> entry : chains.entrySet()) {
            List<Integer> pids = entry.getKey();
            long ofRoot = roots.getOrDefault(pids.get(pids.size() - 1), 0L);
            Seen seen = entry.getValue();
            if (best == null || ofRoot > bestOfRoot || ofRoot == bestOfRoot && seen.micros > best.micros) {
                best = seen;
                bestOfRoot = ofRoot;
            }
        }
        return best == null ? List.of() : withBesides(best.chain, length);
    }

    private List<Blocking> withBesides(List<Blocking> chain, long length) {
        Blocking root = chain.get(chain.size() - 1);
        List<Beside> besides = ends.values().stream()
                .filter(one -> chain.stream().noneMatch(link -> link.pid() == one.pid()))
                .map(one -> one.lasting(Math.round((double) one.micros() / chainMicros * length)))
                .sorted(Comparator.comparing((Beside one) -> one.kind() != SessionKind.MIGRATION)
                        .thenComparing(Comparator.comparingLong(Beside::micros).reversed()))
                .toList();
        if (besides.isEmpty() && root.besides().isEmpty()) {
            return chain;
        }
        List<Blocking> all = new ArrayList<>(chain.subList(0, chain.size() - 1));
        all.add(root.with(besides, Math.max(mostUnlisted, unlisted.size())));
        return all;
    }
}
