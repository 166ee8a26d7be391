package dev.rehearse.wiretap;

import java.util.concurrent.TimeUnit;

/**
 * Whether a thread that passes messages on does well to watch for the next one instead of sleeping. To be woken costs a client, a tap and a server
 * that take turns more than the statement where cores go to sleep between turns, as virtual ones do at a high price; where they share a core that
 * is never idle, or have work for all cores, who watches is in the way. Which it is here and now no rule tells: it is tried. Some turns are taken
 * asleep, as many awake, each twice in the order A B B A; for a while the thread then does what was clearly the quicker. Used by one thread.
 */
final class Wakefulness {

    /** So long it watches at most; what comes later is slept for. */
    static final long WATCHES_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** Enough for the scheduler to move those who share a core, or not. */
    private static final int TURNS_OF_A_TRIAL = 256;

    private static final int TURNS_BETWEEN_TRIALS = 16_384;
    /** Watching takes a core, so it has to be worth it. */
    private static final double WORTH_IT = 0.85;
    /** A longer pause is the client's, who thinks, or the statement's. */
    private static final long LONGEST_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Of the trials in their order. */
    private static final boolean[] AWAKE = {false, true, true, false};

    private final boolean mayWatch;
    private final long[] spentNanos = new long[AWAKE.length];
    /** The trial that is on; {@code AWAKE.length}: all have been made. */
    private int trial;

    private int turns;
    private boolean isWorthIt;
    private long lastNanos;

    /**
     * @param mayWatch false: it never does
     * @param nowNanos by {@link System#nanoTime()}, as below
     */
    Wakefulness(boolean mayWatch, long nowNanos) {
        this.mayWatch = mayWatch;
        this.lastNanos = nowNanos;
    }

    /** Whether to watch for what comes next, for {@link #WATCHES_NANOS}, before going to sleep. */
    boolean watches() {
        return mayWatch && (trial < AWAKE.length ? AWAKE[trial] : isWorthIt);
    }

    /** Something has come, and has been passed on. */
    void turned(long nowNanos) {
        if (!mayWatch) {
            return;
        }
        long sinceLast = nowNanos - lastNanos;
        lastNanos = nowNanos;
        if (sinceLast > LONGEST_TURN_NANOS) {
            return;
        }
        turns++;
        if (trial == AWAKE.length) {
            if (turns == TURNS_BETWEEN_TRIALS) {
                begin(0);
            }
            return;
        }
        spentNanos[trial] += sinceLast;
        if (turns == TURNS_OF_A_TRIAL) {
            begin(trial + 1);
            if (trial == AWAKE.length) {
                isWorthIt = spentNanos[1] + spentNanos[2] < WORTH_IT * (spentNanos[0] + spentNanos[3]);
            }
        }
    }

    private void begin(int next) {
        trial = next;
        turns = 0;
        if (next < AWAKE.length) {
            spentNanos[next] = 0;
        }
    }
}
