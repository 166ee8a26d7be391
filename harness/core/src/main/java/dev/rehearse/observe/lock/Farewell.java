package dev.rehearse.observe.lock;

import dev.rehearse.recording.LockWait.Ended;

/**
 * What the sessions of a wait did right after a sample that did not show it any more: the evidence of when and how it ended. Times are
 * the run's microseconds.
 *
 * @param asleep whether it still sleeps in a wait of that kind, not having noticed that it was granted the lock
 * @param holds whether it holds the lock that it waited for
 * @param goesOn whether it is in the transaction in which it waited
 * @param failed whether its transaction failed and is yet to be rolled back
 * @param victim the process of its circle that was the deadlock's victim, 0 where that is not known
 * @param obstacle what became of those in its way
 * @param wentOnMicros the earliest that is known of it after the wait, such as the end of its statement; the end of time for nothing
 * @param releasedMicros when who was in its way ended its transactions, -1 where that is not known of all
 * @param shared whether those who want what it wanted get it together
 * @param amongMany whether it is one of so many who get it together that they kept each other, and who was in their way, from having a core
 * @param firstWentOnMicros the earliest that is known of those who left that queue at once, itself included
 * @param askedMicros when this was asked for
 * @param answeredMicros when it was answered
 * @param clockErrorMicros how far a converted server time may be off
 */
record Farewell(
        boolean asleep,
        boolean holds,
        boolean goesOn,
        boolean failed,
        int victim,
        Obstacle obstacle,
        long wentOnMicros,
        long releasedMicros,
        boolean shared,
        boolean amongMany,
        long firstWentOnMicros,
        long askedMicros,
        long answeredMicros,
        long clockErrorMicros) {

    /**
     * Which of several it is that got a lock one after the other, in their order, of which each is known to have ended in the same time.
     *
     * @param before how many come before it
     * @param fromMicros when one that comes before it in the queue was last seen; before all time for nothing
     * @param byMicros the earliest that is known of one that comes later in the queue; the end of time for nothing
     */
    record Turn(int before, int all, long fromMicros, long byMicros) {

        static final Turn ONLY = new Turn(0, 1, Long.MIN_VALUE, Long.MAX_VALUE);

        boolean isOnly() {
            return all == 1;
        }

        /** In the middle of its share of the time. */
        long of(long micros) {
            return micros * (2L * before + 1) / (2L * all);
        }
    }

    /** What stood in a waiter's way. */
    enum Obstacle {
        /** It let go, so whoever was next got the lock. */
        GONE,
        /** It is where it was, so the waiter cannot have got the lock. */
        THERE,
        /** Nobody was seen in the way, or who was may have let go and come back. */
        UNKNOWN
    }

    /** Where what is known lies far apart, the lock was granted shortly before somebody was seen to have gone on with it. */
    private static final long SHORTLY_MICROS = 2_000;

    /** When and how a wait ended, and how far that may be off. */
    record End(long micros, Ended how, long errorMicros) {}

    /**
     * The wait ended after it was last seen, and before the first sign that its session went on. In between, its lock was granted: at the latest
     * when who was in its way had ended its transaction, or when others who got the same lock had gone on. Where many are woken at once each
     * waits for a core, and which of them was the first to have one nobody can tell; then that the lock was granted ends the wait, and the error
     * says how much later its session may have known. Where it goes to one after the other, it does so in the order in
     * which they queue.
     *
     * @param turn which it is of those who got the lock one after the other meanwhile
     */
    End end(Episode episode, Turn turn) {
        long low = episode.lastSeenMicros();
        long high = Math.max(low, Math.min(answeredMicros, Math.min(wentOnMicros, episode.nextWaitMicros())));
        long guess = granted(low, episode, turn);
        // A session that seems to sleep on may have begun its next wait, which no sample showed.
        long certain = Math.min(low, episode.lastQueuedMicros());
        long error = Math.max(high - guess, guess - certain);
        // Without the server's own start the first sight counts, and may be as late as the last one is early.
        return new End(guess, how(episode), (episode.startIsExact() ? error : high - certain) + clockErrorMicros);
    }

    private long granted(long low, Episode episode, Turn turn) {
        long firstWentBy = obstacle == Obstacle.GONE ? firstWentOnMicros : Long.MAX_VALUE;
        long ownBy = wentBy(episode);
        // Whoever gave up had no turn, and so says nothing of those before and after it.
        long othersBy = turn.byMicros() > low ? turn.byMicros() : Long.MAX_VALUE;
        long wentBy = Math.min(othersBy, shared ? Math.min(ownBy, firstWentBy) : ownBy);
        long released = releasedMicros < 0 ? Long.MAX_VALUE : releasedMicros;
        long seenBy = Math.min(answeredMicros, episode.missedMicros());
        boolean wokenAtOnce = amongMany && obstacle == Obstacle.GONE;
        if (wokenAtOnce) {
            // Whoever let go may have come to say so long after; and a look that came late did so because they were
            // woken: before it was due.
            seenBy = Math.min(seenBy, Math.min(released, episode.dueMicros()));
        }
        if (Math.min(seenBy, Math.min(wentBy, released)) <= low) {
            return low;
        }
        boolean lasted = episode.waiter().key().lastsForTransaction();
        if (!wokenAtOnce && lasted && released <= seenBy && released <= wentBy) {
            return released;
        }
        long by = Math.min(wentBy, lasted ? seenBy : Math.min(seenBy, released));
        if (shared) {
            return Math.max(low + (by - low) / 2, wentBy < seenBy ? wentBy - SHORTLY_MICROS : low);
        }
        long from = turn.fromMicros() < by ? Math.max(low, turn.fromMicros()) : low;
        long even = low + turn.of(seenBy - low);
        if (lasted) {
            return turn.isOnly() ? from + (by - from) / 2 : Math.max(from, Math.min(even, by));
        }
        // Each passes it on at once, so that what takes time is to have a core; and then it soon goes on. How soon was
        // measured: with 64 waiters on two cores the truth lay at 0.7 of the time in the middle (benchmark lock-waits).
        long late = from + (by - from) * 2 / 3;
        return Math.max(from, Math.min((even + 2 * late) / 3, by));
    }

    /** The earliest that is known of its session after the wait, the end of time for nothing. */
    long wentBy(Episode episode) {
        return Math.min(wentOnMicros, episode.nextWaitMicros());
    }

    private Ended how(Episode episode) {
        if (holds) {
            return Ended.GRANTED;
        }
        if (obstacle == Obstacle.THERE) {
            return episode.deadlocked() ? Ended.DEADLOCK : Ended.GAVE_UP;
        }
        if (episode.deadlocked()) {
            // One of the circle failed and so let the others go on; whoever ended its transaction at once may be
            // either, but for how long it had waited.
            if (failed || victim == episode.waiter().key().pid()) {
                return Ended.DEADLOCK;
            }
            return goesOn || victim != 0 ? Ended.GRANTED : Ended.UNKNOWN;
        }
        return obstacle == Obstacle.GONE ? Ended.GRANTED : Ended.UNKNOWN;
    }
}
