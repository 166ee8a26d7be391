package dev.rehearse.wiretap;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something that goes wrong in one session of a {@link Wiretap}, whose traffic stands still meanwhile; other sessions go on. */
@FunctionalInterface
public interface Fault {

    /** Nothing does. */
    Fault NONE = () -> Then.GO_ON;

    /**
     * Lets it happen, on one of the tap's threads.
     *
     * @throws InterruptedException if the tap is closed meanwhile; the connection is cut then
     */
    Then happen() throws InterruptedException;

    /** What becomes of the connection. */
    enum Then {
        GO_ON,
        /** Both sides are cut off, and what was on its way is lost. */
        CUT
    }

    /** Holds everything up for a time. */
    static Fault delay(Duration time) {
        return () -> {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
            return Then.GO_ON;
        };
    }

    /** Holds everything up until somebody lets go, or for so long at most. */
    static Fault hold(CountDownLatch until, Duration atMost) {
        return () -> {
            until.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return Then.GO_ON;
        };
    }

    /** Cuts the connection: after a statement, its client never learns what became of it. */
    static Fault cut() {
        return () -> Then.CUT;
    }

    /**
     * Crashes the server, and the connection with it.
     *
     * @param server brings the server down, and returns when it is
     */
    static Fault crash(Runnable server) {
        return () -> {
            server.run();
            return Then.CUT;
        };
    }
}
