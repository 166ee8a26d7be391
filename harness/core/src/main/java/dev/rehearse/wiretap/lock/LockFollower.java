package dev.rehearse.wiretap.lock;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Whom somebody else who looks at all locks anyway tells what some sessions have, so that the server need not write down every lock twice. */
@FunctionalInterface
public interface LockFollower {

    /** The sessions whose locks matter now; none while they do nothing. Called right before a look. */
    Set<Integer> sessions();

    /** Called right after it, where there were any, on the same thread. */
    default void saw(Look look) {}

    /**
     * What the sessions held or waited for. Nothing is named yet.
     *
     * @param relations the locks on relations of the user's
     * @param types the locks on types of the user's, whatever their kind
     * @param micros when it was seen, in the run's microseconds
     * @param took for how long the server was at it
     */
    record Look(List<HeldLock> relations, List<HeldLock> types, long micros, Duration took) {}
}
