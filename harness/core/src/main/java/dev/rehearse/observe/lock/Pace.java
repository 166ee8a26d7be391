package dev.rehearse.observe.lock;

import java.time.Duration;

/**
 * How often the lock table is read.
 *
 * @param idle the interval while nobody waits
 * @param finest the interval while a wait is young, so that its end is known to half of it; it grows with the wait to 1 % of its age
 * @param share of how many parts of a core sampling may take one, as long as that leaves 10 looks a second. A sampler that eats the
 *     machine measures itself.
 */
record Pace(Duration idle, Duration finest, int share) {

    /** However much a look costs: whoever looks less often sees too little, and before Java has compiled it every look costs much. */
    private static final Duration LONGEST = Duration.ofMillis(100);

    /**
     * The load's and the migration's waits are told by the server itself; sampling adds the chain, and must not take from the load what would
     * be missed.
     */
    static final Pace OF_A_RUN = new Pace(Duration.ofMillis(10), Duration.ofMillis(5), 50);

    /** Sampling is all there is: every wait of 10 ms must be seen, and its end known to 2 ms or 1 %. */
    static final Pace OF_A_WATCH = new Pace(Duration.ofMillis(5), Duration.ofMillis(2), 1);

    /**
     * @param youngestMicros how long the youngest wait has lasted, -1 where nobody waits
     * @param spent of a core on the last sample, here and on the server
     */
    Duration untilNext(long youngestMicros, Duration spent) {
        Duration interval = idle;
        if (youngestMicros >= 0) {
            Duration hundredth = Duration.ofNanos(Math.max(finest.toNanos(), youngestMicros * 10));
            interval = hundredth.compareTo(interval) < 0 ? hundredth : interval;
        }
        Duration least = Duration.ofNanos(spent.toNanos() * share);
        Duration atMost = least.compareTo(LONGEST) > 0 ? LONGEST : least;
        return atMost.compareTo(interval) > 0 ? atMost : interval;
    }
}
