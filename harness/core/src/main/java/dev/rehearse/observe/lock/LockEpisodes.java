package dev.rehearse.observe.lock;

import dev.rehearse.observe.RelationNames;
import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.Sessions;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.Recording.QueueLength;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes waits out of samples: a waiter seen in consecutive samples with the same lock and the same {@code waitstart} is one wait. A wait
 * that a sample does not show any more is leaving, until {@link #settle} is told what became of its session. The sampler's thread feeds
 * it; any thread may read.
 */
final class LockEpisodes {

    /** A bound on memory; a run that has more waits than this one can see has other worries, and is told. */
    static final int MOST_WAITS = 200_000;

    private final boolean keeps;
    private final Map<Key, Episode> open = new LinkedHashMap<>();
    private final List<Episode> leaving = new ArrayList<>();
    private final Partings partings = new Partings();

    private final List<Finished> finished = new ArrayList<>();
    private final List<Length> queues = new ArrayList<>();
    private Map<Queue, Integer> lengths = new HashMap<>();
    private long previousMicros = -1;
    private long previousAskedMicros = -1;
    private long dropped;

    /**
     * @param keeps whether waits that are over are kept for {@link #waits}, and the lengths of queues for {@link #queues}
     */
    LockEpisodes(boolean keeps) {
        this.keeps = keeps;
    }

    /** A lock that a process waits for. {@code object} tells locks of a type apart where the relation does not. */
    record Key(int pid, String lockType, long relationOid, String object, String mode) {

        /** Whether such a lock is taken anew again and again within one transaction, and never part of a deadlock. */
        boolean isMomentary() {
            return lockType.equals("extend");
        }

        /** Whether who has it lets go as it ends its transaction; the lock on a row's place in the queue it gives up before. */
        boolean lastsForTransaction() {
            return !isMomentary() && !lockType.equals("tuple");
        }

        boolean isSameLock(Key other) {
            return relationOid == other.relationOid && lockType.equals(other.lockType) && object.equals(other.object);
        }

        /** The lock and the mode, whoever wants it. */
        Key ofAnybody() {
            return new Key(0, lockType, relationOid, object, mode);
        }

        /** What a record has by itself says the same, but takes long until Java has compiled it well, and each look asks it of every waiter. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && pid == key.pid && mode.equals(key.mode) && isSameLock(key);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * (31 * pid + Long.hashCode(relationOid)) + object.hashCode()) + mode.hashCode();
        }
    }

    /**
     * A waiter in one sample.
     *
     * @param relationOid the relation that the lock is on or, for a row lock, about; 0 where none is known
     * @param startMicros when the server says its wait began, -1 where it does not (yet)
     * @param startEpochMicros the same as the server wrote it, by which two sights of one wait are known
     */
    record Waiter(Key key, long relationOid, long startMicros, long startEpochMicros) {

        /**
         * Without a start that cannot be its own. A process that waits again may for a moment still show when it began to wait the time before: PostgreSQL up to
         * 18 may leave that standing
         * (<a href="https://github.com/postgres/postgres/commit/5bd2e236e21b0e158dda43c184260b9395ede4f4">mended later</a>).
         *
         * @param micros when a look was asked for that did not show it
         */
        Waiter notBefore(long micros) {
            return startMicros >= 0 && startMicros < micros ? new Waiter(key, relationOid, -1, -1) : this;
        }

        Waiter about(long oid) {
            return relationOid == oid ? this : new Waiter(key, oid, startMicros, startEpochMicros);
        }

        boolean isForRow() {
            return relationOid != 0 && LockWait.isForRow(key.lockType());
        }
    }

    /** Sessions that wait for locks on one relation, or for locks of a type that names none. */
    private record Queue(long relationOid, String lockType) {

        static Queue of(Waiter waiter) {
            return waiter.relationOid() != 0
                    ? new Queue(waiter.relationOid(), "")
                    : new Queue(0, waiter.key().lockType());
        }
    }

    private record Length(long micros, Queue queue, int waiting) {}

    /** Where chains and sessions come from. */
    interface Context {
        SessionNames.Session session(int pid, long micros);

        Sessions.@Nullable Activity activity(int pid);

        /** What a lock is on that names no relation; null where that is not known. */
        @Nullable
        String object(Key key);

        List<Blocking> chain(int pid, long micros);

        /** What those in a chain do, by process, where somebody wants to know. */
        Map<Integer, Sessions.Activity> activities(List<Blocking> chain);

        List<Integer> blockers(int pid);

        boolean isDeadlocked(int pid);
    }

    /**
     * When a sample was taken: somewhere between asking and being answered, which on a busy machine may be far apart.
     *
     * @param clockErrorMicros how far a converted server time may be off
     */
    record Moment(long askedMicros, long answeredMicros, long clockErrorMicros) {

        long middleMicros() {
            return (askedMicros + answeredMicros) / 2;
        }
    }

    /** Adds one sample. */
    synchronized void add(Moment moment, List<Waiter> sample, Context context) {
        List<Waiter> waiters = new ArrayList<>();
        long micros = moment.middleMicros();
        long sincePrevious = previousMicros < 0 ? 0 : micros - previousMicros;
        Set<Key> seen = new HashSet<>();
        for (Waiter sight : sample) {
            Episode episode = open.get(sight.key());
            long unseenMicros = episode == null ? previousAskedMicros : episode.unseenMicros();
            Waiter waiter = sight.notBefore(unseenMicros - moment.clockErrorMicros());
            seen.add(waiter.key());
            if (episode != null && !episode.isSameAs(waiter)) {
                leave(episode, moment);
                episode = null;
                unseenMicros = -1;
            }
            if (episode == null) {
                episode = new Episode(
                        waiter.about(relationOf(waiter, context)),
                        // What a run's sessions wait for the server tells them.
                        !keeps
                                && waiter.relationOid() == 0
                                && waiter.key().lockType().equals("transactionid"),
                        context.session(waiter.key().pid(), micros),
                        context.activity(waiter.key().pid()),
                        waiter.relationOid() == 0 ? context.object(waiter.key()) : null,
                        micros,
                        unseenMicros);
                open.put(waiter.key(), episode);
            }
            episode.see(waiter, moment, context, Math.max(1, sincePrevious));
            waiters.add(waiter.about(episode.waiter().relationOid()));
        }
        for (Iterator<Map.Entry<Key, Episode>> all = open.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Key, Episode> entry = all.next();
            if (!seen.contains(entry.getKey())) {
                leave(entry.getValue(), moment);
                all.remove();
            }
        }
        Map<Integer, Waiter> waits = new HashMap<>();
        waiters.forEach(w -> waits.put(w.key().pid(), w));
        for (Episode episode : leaving) {
            Waiter next = waits.get(episode.waiter().key().pid());
            if (next != null) {
                episode.noteNextWait(next);
            }
        }
        if (keeps) {
            noteQueues(micros, waiters);
        }
        previousMicros = micros;
        previousAskedMicros = moment.askedMicros();
    }

    /**
     * Who gets a row's lock when its writer has changed the row follows it to its newer version, and there waits for the next writer's transaction
     * without a lock that names the table. It is the one for whose row the same statement waited until then.
     */
    private long relationOf(Waiter waiter, Context context) {
        Sessions.Activity activity = context.activity(waiter.key().pid());
        if (waiter.relationOid() != 0 || !waiter.key().lockType().equals("transactionid") || activity == null) {
            return waiter.relationOid();
        }
        return Stream.concat(open.values().stream(), leaving.stream())
                .filter(e -> e.waiter().key().pid() == waiter.key().pid()
                        && e.waiter().isForRow())
                .filter(e -> e.isOf(activity))
                .mapToLong(e -> e.waiter().relationOid())
                .findFirst()
                .orElse(0);
    }

    /** What those and whoever is in their way both write who wait for another's transaction and hold no lock that names a table. */
    synchronized Set<Long> writtenByBoth(Witnesses witnesses) {
        Set<Long> all = new HashSet<>();
        open.values().stream()
                .filter(Episode::lacksTable)
                .map(witnesses::writtenByBoth)
                .forEach(all::addAll);
        return all;
    }

    /** Finds for which table's row or key those wait. */
    synchronized void nameTables(Witnesses witnesses, RelationNames names) {
        for (Episode episode : open.values()) {
            if (episode.lacksTable() && episode.wasSeenAgain() && witnesses.knowRelations(episode)) {
                Set<Long> written = witnesses.writtenByBoth(episode);
                if (written.stream().allMatch(names::knows)) {
                    episode.isAboutOneOf(written.stream().filter(names::hasRows).collect(Collectors.toSet()));
                }
            }
        }
    }

    private void leave(Episode episode, Moment moment) {
        episode.miss(moment.answeredMicros());
        leaving.add(episode);
    }

    /** Adds a sample like the one before it: nobody waits, and nobody's end is to be known. */
    synchronized void addNone(Moment moment) {
        previousMicros = moment.middleMicros();
        previousAskedMicros = moment.askedMicros();
    }

    /** Every wait whose end is not known yet. */
    synchronized List<Episode> unsettled() {
        List<Episode> all = new ArrayList<>(open.values());
        all.addAll(leaving);
        return all;
    }

    /** The waits that may have ended. */
    synchronized List<Episode> leaving() {
        return List.copyOf(leaving);
    }

    /**
     * Takes leave of the waits whose sessions go on.
     *
     * @return those, and others, of which no more will be known
     */
    synchronized List<SampledWait> settle(
            Map<Episode, Farewell> farewells, CloseLooks looks, LongFunction<String> relationNames) {
        for (Iterator<Episode> all = leaving.iterator(); all.hasNext(); ) {
            Episode episode = all.next();
            Farewell farewell = farewells.get(episode);
            if (farewell == null || episode.staysFor(farewell)) {
                continue;
            }
            all.remove();
            partings.add(episode, farewell);
        }
        return parted(looks, relationNames);
    }

    private List<SampledWait> parted(CloseLooks looks, LongFunction<String> relationNames) {
        List<SampledWait> parted = new ArrayList<>();
        for (Partings.Parted one : partings.known(looks)) {
            long endMicros = Math.max(one.end().micros(), one.episode().startMicros());
            parted.add(keep(
                    new Finished(
                            one.episode(), endMicros, one.end().how(), one.end().errorMicros()),
                    relationNames));
        }
        return parted;
    }

    /** Whether there is no wait whose end is yet to be known. */
    synchronized boolean isSettled() {
        return leaving.isEmpty() && partings.isEmpty();
    }

    /**
     * Ends every wait, because the server did.
     *
     * @param byMicros when its death was noticed
     */
    synchronized List<SampledWait> serverDied(long byMicros, LongFunction<String> relationNames) {
        leaving.addAll(open.values());
        open.clear();
        List<SampledWait> ended = parted(CloseLooks.NONE, relationNames);
        for (Episode episode : leaving) {
            long gap = Math.max(0, byMicros - episode.lastSeenMicros());
            long endMicros = Math.max(episode.lastSeenMicros() + gap / 2, episode.startMicros());
            ended.add(keep(new Finished(episode, endMicros, Ended.CONNECTION_LOST, gap / 2), relationNames));
        }
        leaving.clear();
        return ended;
    }

    private void noteQueues(long micros, List<Waiter> waiters) {
        Map<Queue, Integer> now = new HashMap<>();
        waiters.forEach(w -> now.merge(Queue.of(w), 1, Integer::sum));
        Set<Queue> all = new HashSet<>(lengths.keySet());
        all.addAll(now.keySet());
        for (Queue queue : all) {
            int length = now.getOrDefault(queue, 0);
            if (length != lengths.getOrDefault(queue, 0) && queues.size() < MOST_WAITS) {
                queues.add(new Length(micros, queue, length));
            }
        }
        lengths = now;
    }

    private SampledWait keep(Finished one, LongFunction<String> relationNames) {
        if (!keeps) {
            return one.wait(relationNames);
        }
        if (finished.size() < MOST_WAITS) {
            finished.add(one);
        } else {
            dropped++;
        }
        return one.wait(relationNames);
    }

    /** When the youngest wait that lasts began, -1 where nobody waits. */
    synchronized long youngestStartMicros() {
        long youngest = -1;
        for (Episode episode : open.values()) {
            youngest = Math.max(youngest, episode.startMicros());
        }
        for (Episode episode : leaving) {
            youngest = Math.max(youngest, episode.startMicros());
        }
        return youngest;
    }

    /** Ends the sampling: what still waits is kept with the length it had when last seen. */
    synchronized List<SampledWait> end(LongFunction<String> relationNames) {
        List<SampledWait> ended = parted(CloseLooks.NONE, relationNames);
        leaving.addAll(open.values());
        open.clear();
        for (Episode episode : leaving) {
            ended.add(keep(new Finished(episode, episode.lastSeenMicros(), Ended.STILL_WAITING, 0), relationNames));
        }
        leaving.clear();
        return ended;
    }

    /** Every wait that is over. Names are asked for late, as a relation may become known after it was waited for. */
    synchronized List<SampledWait> waits(LongFunction<String> relationNames) {
        return finished.stream().map(f -> f.wait(relationNames)).toList();
    }

    synchronized List<QueueLength> queues(LongFunction<String> relationNames) {
        return queues.stream()
                .map(l -> new QueueLength(
                        l.micros(),
                        l.queue().relationOid() == 0
                                ? l.queue().lockType()
                                : relationNames.apply(l.queue().relationOid()),
                        l.waiting()))
                .toList();
    }

    /** Waits that {@link #MOST_WAITS} left no room for. */
    synchronized long dropped() {
        return dropped;
    }
}
