package dev.rehearse.observe;

import dev.rehearse.recording.LockWait.Blocking;
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

/**
 * Makes waits out of samples: a waiter seen in consecutive samples with the same lock and the same {@code waitstart} is one wait. The
 * sampler's thread feeds it; any thread may read.
 */
final class LockEpisodes {

    /** A bound on memory; a run that has more waits than this one can see has other worries, and is told. */
    static final int MOST_WAITS = 200_000;

    private static final int MOST_CHAINS = 16;

    private final Map<Key, Episode> open = new LinkedHashMap<>();
    private final List<Finished> finished = new ArrayList<>();
    private final List<Length> queues = new ArrayList<>();
    private Map<Queue, Integer> lengths = new HashMap<>();
    private long previousMicros = -1;
    private long dropped;

    /** A lock that a process waits for. {@code object} tells locks of a type apart where the relation does not. */
    record Key(int pid, String lockType, long relationOid, String object, String mode) {}

    /**
     * A waiter in one sample.
     *
     * @param relationOid the relation that the lock is on or, for a row lock, about; 0 where none is known
     * @param startMicros when the server says its wait began, -1 where it does not (yet)
     */
    record Waiter(Key key, long relationOid, long startMicros) {}

    /** Sessions that wait for locks on one relation, or for locks of a type that names none. */
    private record Queue(long relationOid, String lockType) {

        static Queue of(Waiter waiter) {
            return waiter.relationOid() != 0
                    ? new Queue(waiter.relationOid(), "")
                    : new Queue(0, waiter.key().lockType());
        }
    }

    private record Length(long micros, Queue queue, int waiting) {}

    private record Finished(Episode episode, long endMicros, boolean ended, long errorMicros) {}

    private static final class Episode {
        final Waiter waiter;
        final SessionNames.Session session;
        long startMicros;
        boolean startIsExact;
        final Map<List<Integer>, Seen> chains = new LinkedHashMap<>();
        long lastSeenMicros;

        Episode(Waiter waiter, SessionNames.Session session, Moment moment) {
            this.waiter = waiter;
            this.session = session;
            this.startMicros = moment.middleMicros();
            see(waiter, moment);
        }

        /** The server sets a wait's start a moment after the wait began, so the first sample may have come too early for it. */
        void see(Waiter seen, Moment moment) {
            if (!startIsExact && seen.startMicros() >= 0) {
                startIsExact = true;
                startMicros = seen.startMicros();
            }
            lastSeenMicros = moment.askedMicros();
        }

        /** Offsets between clocks are measured anew now and then, so a start may move a little. */
        boolean isSameAs(Waiter later) {
            if (later.startMicros() < 0) {
                return true;
            }
            return startIsExact
                    ? Math.abs(later.startMicros() - startMicros) < 1_000
                    : later.startMicros() <= lastSeenMicros;
        }
    }

    private static final class Seen {
        final List<Blocking> chain;
        long micros;

        Seen(List<Blocking> chain) {
            this.chain = chain;
        }
    }

    /** Where chains and sessions come from. */
    interface Context {
        SessionNames.Session session(int pid, long micros);

        List<Blocking> chain(int pid, long micros);
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
    synchronized void add(Moment moment, List<Waiter> waiters, Context context) {
        long micros = moment.middleMicros();
        long sincePrevious = previousMicros < 0 ? 0 : micros - previousMicros;
        Set<Key> seen = new HashSet<>();
        for (Waiter waiter : waiters) {
            seen.add(waiter.key());
            Episode episode = open.get(waiter.key());
            if (episode != null && !episode.isSameAs(waiter)) {
                finish(episode, moment);
                episode = null;
            }
            if (episode == null) {
                episode = new Episode(waiter, context.session(waiter.key().pid(), micros), moment);
                open.put(waiter.key(), episode);
            }
            episode.see(waiter, moment);
            noteChain(episode, context.chain(waiter.key().pid(), micros), Math.max(1, sincePrevious));
        }
        for (Iterator<Map.Entry<Key, Episode>> all = open.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Key, Episode> entry = all.next();
            if (!seen.contains(entry.getKey())) {
                finish(entry.getValue(), moment);
                all.remove();
            }
        }
        noteQueues(micros, waiters);
        previousMicros = micros;
    }

    private static void noteChain(Episode episode, List<Blocking> chain, long micros) {
        if (chain.isEmpty()) {
            return;
        }
        List<Integer> pids = chain.stream().map(Blocking::pid).toList();
        Seen seen = episode.chains.get(pids);
        if (seen == null && episode.chains.size() < MOST_CHAINS) {
            seen = new Seen(chain);
            episode.chains.put(pids, seen);
        }
        if (seen != null) {
            seen.micros += micros;
        }
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

    /** It ended after the last sample that saw it had been asked for, and before the first that did not had been answered. */
    private void finish(Episode episode, Moment unseen) {
        long gap = unseen.answeredMicros() - episode.lastSeenMicros;
        long end = episode.lastSeenMicros + gap / 2;
        keep(episode, end, true, (episode.startIsExact ? gap / 2 : gap) + unseen.clockErrorMicros());
    }

    private void keep(Episode episode, long end, boolean ended, long errorMicros) {
        if (finished.size() < MOST_WAITS) {
            finished.add(new Finished(episode, Math.max(end, episode.startMicros), ended, errorMicros));
        } else {
            dropped++;
        }
    }

    /** The chain to the root that was there the longest; of several to that root, the one seen the longest. */
    private static List<Blocking> chainOf(Episode episode) {
        Map<Integer, Long> roots = new HashMap<>();
        episode.chains.forEach((pids, seen) -> roots.merge(pids.get(pids.size() - 1), seen.micros, Long::sum));
        Seen best = null;
        long bestOfRoot = -1;
        for (Map.Entry<List<Integer>, Seen> entry : episode.chains.entrySet()) {
            List<Integer> pids = entry.getKey();
            long ofRoot = roots.getOrDefault(pids.get(pids.size() - 1), 0L);
            Seen seen = entry.getValue();
            if (best == null || ofRoot > bestOfRoot || ofRoot == bestOfRoot && seen.micros > best.micros) {
                best = seen;
                bestOfRoot = ofRoot;
            }
        }
        return best == null ? List.of() : best.chain;
    }

    /** Ends the sampling: what still waits is kept with the length it had when last seen. */
    synchronized void end() {
        for (Episode episode : open.values()) {
            keep(episode, episode.lastSeenMicros, false, 0);
        }
        open.clear();
    }

    /** Every wait that is over. Names are asked for late, as a relation may become known after it was waited for. */
    synchronized List<SampledWait> waits(LongFunction<String> relationNames) {
        return finished.stream().map(f -> wait(f, relationNames)).toList();
    }

    private static SampledWait wait(Finished finished, LongFunction<String> relationNames) {
        Episode episode = finished.episode();
        Waiter waiter = episode.waiter;
        return new SampledWait(
                waiter.key().pid(),
                episode.session.who(),
                episode.session.kind(),
                waiter.key().lockType(),
                waiter.relationOid(),
                waiter.relationOid() == 0 ? null : relationNames.apply(waiter.relationOid()),
                waiter.key().mode(),
                episode.startMicros,
                finished.endMicros(),
                finished.ended(),
                episode.startIsExact,
                chainOf(episode),
                finished.errorMicros());
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
