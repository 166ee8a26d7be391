package dev.rehearse.workload;

import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.Workload.Arrivals;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * When which arrival is due, and which application it goes to. Times follow from the rate and the random seed alone; the database has
 * no say. Arrivals are numbered from 0; each is taken exactly once. Thread-safe.
 */
final class ArrivalSchedule {

    /** The application that runs today, and the one that comes with the migration. */
    static final int BEFORE = 0;

    static final int AFTER = 1;

    private static final int CHUNK = 4_096;
    private static final int UNDECIDED = 0;
    private static final int FINISHED = 3;
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private final RateCurve rate;
    private final Arrivals arrivals;
    private final long randomSeed;
    private final SplittableRandom gaps;
    private volatile List<Chunk> chunks = List.of();
    private volatile List<Share> shares;
    private double originMicros;
    /** How many arrivals the rate has brought at the last one that is due: the integral of the rate up to it. */
    private double reached;

    private record Chunk(long[] due, AtomicIntegerArray state) {}

    /**
     * @param fromArrival the first that is due from then on
     * @param eachOnce how many operations each application has, where each is to run once; else none
     */
    private record Share(long fromMicros, double before, long fromArrival, List<Integer> eachOnce) {

        /** The how-manieth turn of all operations the arrival is; -1: it runs whatever is drawn. */
        long turn(long arrival) {
            long turn = arrival - fromArrival;
            return turn < inAll() ? turn : -1;
        }

        /** How many of so many turns are of the application that runs today: those of both are spread evenly over all. */
        long ofBefore(long turns) {
            return turns * eachOnce.get(BEFORE) / inAll();
        }

        int inAll() {
            return eachOnce.stream().mapToInt(Integer::intValue).sum();
        }
    }

    ArrivalSchedule(RateCurve rate, Arrivals arrivals, long randomSeed) {
        this.rate = rate;
        this.arrivals = arrivals;
        this.randomSeed = randomSeed;
        this.gaps = new SplittableRandom(randomSeed);
        this.shares = List.of(new Share(Long.MIN_VALUE, 1, 0, List.of()));
    }

    /** Counts from here; called before anything else. */
    synchronized void begin(long originMicros) {
        this.originMicros = originMicros;
    }

    long dueMicros(long arrival) {
        return chunk(arrival).due[(int) (arrival % CHUNK)];
    }

    /** The application that the arrival goes to, settled by whoever asks first. */
    int application(long arrival) {
        Chunk chunk = chunk(arrival);
        int slot = (int) (arrival % CHUNK);
        int owner = owner(arrival, share(chunk.due[slot]));
        chunk.state.compareAndSet(slot, UNDECIDED, owner + 1);
        int settled = chunk.state.get(slot);
        return settled == FINISHED ? -1 : settled - 1;
    }

    private int owner(long arrival, Share share) {
        long turn = share.turn(arrival);
        if (turn >= 0) {
            return share.ofBefore(turn + 1) > share.ofBefore(turn) ? BEFORE : AFTER;
        }
        return uniform(arrival, 1) < share.before() ? BEFORE : AFTER;
    }

    /**
     * The position of the application's operation that the arrival is to run, whichever is drawn; -1: the one that is drawn, also where the
     * arrival went to the application before the share came that would have it go to the other.
     */
    int operation(long arrival, int application) {
        Share share = share(dueMicros(arrival));
        long turn = share.turn(arrival);
        if (turn < 0 || owner(arrival, share) != application) {
            return -1;
        }
        long ofBefore = share.ofBefore(turn);
        return (int) (application == BEFORE ? ofBefore : turn - ofBefore);
    }

    /** Notes that the arrival's outcome goes to the log; false if it was noted before. */
    boolean finish(long arrival) {
        return chunk(arrival).state.getAndSet((int) (arrival % CHUNK), FINISHED) != FINISHED;
    }

    /** Whether, as things stand, every arrival due at or after {@code dueMicros} goes to the other application. */
    boolean isIdle(int application, long dueMicros) {
        List<Share> now = shares;
        Share last = now.get(now.size() - 1);
        return dueMicros >= last.fromMicros() && last.before() == (application == BEFORE ? 0 : 1);
    }

    /** Whether it is settled that the arrival goes to the application. */
    boolean isSettledFor(long arrival, int application) {
        return chunk(arrival).state.get((int) (arrival % CHUNK)) == application + 1;
    }

    /**
     * Arrivals due from {@code fromMicros} on are split so.
     *
     * @param eachOnce how many operations each application has, where each is to run once; else none
     * @return when the last of those is due
     */
    synchronized long share(long fromMicros, double before, List<Integer> eachOnce) {
        Share share = new Share(fromMicros, before, countBefore(fromMicros), eachOnce);
        List<Share> longer = new ArrayList<>(shares);
        longer.add(share);
        shares = List.copyOf(longer);
        return eachOnce.isEmpty() ? fromMicros : dueMicros(share.fromArrival() + share.inAll() - 1);
    }

    /** How many arrivals are due before {@code micros}. */
    long countBefore(long micros) {
        long low = 0;
        long high = CHUNK;
        while (dueMicros(high) < micros) {
            low = high;
            high += CHUNK;
        }
        while (low < high) {
            long middle = (low + high) / 2;
            if (dueMicros(middle) < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A number from 0 to 1 that depends on the arrival and the purpose alone. */
    double uniform(long arrival, int purpose) {
        return (mix(arrival, purpose) >>> 11) * 0x1.0p-53;
    }

    /** Random values of one arrival: the same in every run with the same seed. */
    SplittableRandom random(long arrival) {
        return new SplittableRandom(mix(arrival, 3));
    }

    private long mix(long arrival, int purpose) {
        long z = randomSeed + GAMMA * (arrival * 4 + purpose + 1);
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private Share share(long dueMicros) {
        List<Share> now = shares;
        int index = now.size() - 1;
        while (now.get(index).fromMicros() > dueMicros) {
            index--;
        }
        return now.get(index);
    }

    private Chunk chunk(long arrival) {
        int index = (int) (arrival / CHUNK);
        List<Chunk> known = chunks;
        return index < known.size() ? known.get(index) : extended(index);
    }

    private synchronized Chunk extended(int index) {
        List<Chunk> longer = new ArrayList<>(chunks);
        while (longer.size() <= index) {
            longer.add(nextChunk());
        }
        chunks = List.copyOf(longer);
        return chunks.get(index);
    }

    private Chunk nextChunk() {
        long[] due = new long[CHUNK];
        for (int i = 0; i < CHUNK; i++) {
            // A Poisson process of rate 1, on a clock that runs as fast as arrivals come.
            reached += switch (arrivals) {
                case POISSON -> -Math.log(1 - gaps.nextDouble());
                case CONSTANT -> 1;
            };
            due[i] = Math.round(originMicros + rate.secondOf(reached) * 1e6);
        }
        return new Chunk(due, new AtomicIntegerArray(CHUNK));
    }
}
