package dev.rehearse.data.anonymize.feature;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Features of the output that have to be looked for in the source. Where they are too many for the memory, they are taken share by share:
 * those whose hashes end alike, in a round of their own, so none is passed over. Thread-safe.
 */
public final class Suspects {

    /** Held at once, at the least. */
    private static final int FEW = 200_000;

    /** One takes some 500 of them: an eighth of a large heap. */
    private static final int BYTES_OF_HEAP_FOR_ONE = 4096;

    /** It leaked from wherever it stands in the source, not from one column. */
    public static final long ANY_PLACE = 0;

    /** Of the hashes those that leave this remainder. */
    private record Share(long modulus, long remainder) {}

    /** Where a feature stands in the output, and what is known of it. */
    public static final class Suspect {

        private final String told;
        private final Map<String, Long> places = new ConcurrentHashMap<>();
        private final Set<Long> survived = ConcurrentHashMap.newKeySet();
        /** Where it was not replaced as the name of a place that many people share. */
        private final Set<Long> survivedAsPlace = ConcurrentHashMap.newKeySet();

        private final LongAdder identifying = new LongAdder();
        private final LongAdder identifyingAsPlace = new LongAdder();

        private Suspect(String told) {
            this.told = told;
        }

        /**
         * It stands in the source and identifies somebody.
         *
         * @param asPlace as a place that many people share, such as a city: where another such place stays, so may this one
         */
        public void identifies(boolean asPlace) {
            (asPlace ? identifyingAsPlace : identifying).increment();
        }

        /**
         * Whether it stands in a column of the output that these values went to, and it is not known yet how it came there.
         *
         * @param asPlace as in {@link #identifies}
         */
        public boolean mayHaveSurvived(long place, boolean asPlace) {
            return places.containsValue(place)
                    && !survived.contains(place)
                    && !(asPlace && survivedAsPlace.contains(place));
        }

        /**
         * It was not replaced there.
         *
         * @param asPlace as in {@link #identifies}
         */
        public void survived(long place, boolean asPlace) {
            (asPlace ? survivedAsPlace : survived).add(place);
        }

        public String told() {
            return told;
        }

        /** How often it identifies somebody in the source. */
        public long times() {
            return identifying.sum() + identifyingAsPlace.sum();
        }

        /** The columns to which it leaked. */
        public Set<String> leaks() {
            Set<String> leaks = ConcurrentHashMap.newKeySet();
            if (times() > 0) {
                places.forEach((column, place) -> {
                    boolean isLeft = survivedAsPlace.contains(place) && identifying.sum() > 0;
                    if (place == ANY_PLACE || survived.contains(place) || isLeft) {
                        leaks.add(column);
                    }
                });
            }
            return leaks;
        }
    }

    private final int most;
    private final Map<Long, Suspect> held = new ConcurrentHashMap<>();
    private final Deque<Share> later = new ArrayDeque<>();
    private final AtomicLong total = new AtomicLong();
    private volatile Share share = new Share(1, 0);

    public Suspects() {
        this((int)
                Math.max(FEW, Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / BYTES_OF_HEAP_FOR_ONE)));
    }

    /** @param most how many are held at once */
    public Suspects(int most) {
        this.most = most;
    }

    /**
     * A feature that the features tell of right now.
     *
     * @param column where it stands in the output
     * @param place of the source's column, or {@link #ANY_PLACE}
     */
    public void add(long feature, Features features, String column, long place) {
        Share now = share;
        if (Long.remainderUnsigned(feature, now.modulus) != now.remainder) {
            return;
        }
        Suspect known = held.get(feature);
        if (known == null) {
            String told = features.told();
            known = held.computeIfAbsent(feature, hash -> new Suspect(told));
            if (held.size() > most) {
                halve();
            }
        }
        known.places.put(column, place);
    }

    private synchronized void halve() {
        while (held.size() > most) {
            Share whole = share;
            later.push(new Share(whole.modulus * 2, whole.remainder + whole.modulus));
            share = new Share(whole.modulus * 2, whole.remainder);
            held.keySet().removeIf(feature -> Long.remainderUnsigned(feature, share.modulus) != share.remainder);
        }
    }

    @Nullable
    public Suspect get(long feature) {
        return held.get(feature);
    }

    public boolean isEmpty() {
        return held.isEmpty();
    }

    public Iterable<Suspect> all() {
        return held.values();
    }

    public int size() {
        return held.size();
    }

    /** They came to their column from another one that is read itself. */
    public void remove(long feature) {
        held.remove(feature);
    }

    /** How many there were in all rounds so far. */
    public long total() {
        return total.get() + held.size();
    }

    /** How many rounds follow this one, if the larger shares have to be halved as often as the smallest one had to. */
    public synchronized long roundsLeft() {
        long finest = later.stream().mapToLong(Share::modulus).reduce(share.modulus, Math::max);
        return later.stream().mapToLong(each -> finest / each.modulus).sum();
    }

    /** Begins the next round, for which everything is read again. @return whether there is one */
    public boolean next() {
        total.addAndGet(held.size());
        held.clear();
        Share next = later.poll();
        share = next == null ? new Share(1, 0) : next;
        return next != null;
    }
}
