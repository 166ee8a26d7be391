package dev.rehearse.recording;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One session's wait for one lock, from its start to its end.
 *
 * @param waiterPid server process that waited
 * @param waiter who it is: an operation of the load ("place_order"), "migration", a blocker's name, or "autovacuum"
 * @param waiterKind which of these, so that budgets can tell the application from the migration
 * @param lockType {@code pg_locks.locktype}: relation, transactionid, virtualxid, tuple, advisory, object, extend ...
 * @param relation the relation waited for, where the lock names one, or is for a row of it; of other locks what they are on, where that was seen: "schema shop",
 *     "advisory key 42"; null for others
 * @param mode the mode waited for, as {@code pg_locks} writes it
 * @param startMicros when the wait began
 * @param endMicros when it ended, or the recording did
 * @param ended how it ended
 * @param chain the blocking chain seen during the wait, nearest blocker first, root last; empty where it was too short to be seen
 * @param statement index of the migration's statement that is in the chain, or that ran at the time; -1 where there was none
 * @param source how its length is known: the server's own message, {@code pg_locks.waitstart}, or sampling
 * @param errorMicros how far {@code endMicros - startMicros} may be off
 */
public record LockWait(
        int waiterPid,
        String waiter,
        SessionKind waiterKind,
        String lockType,
        @Nullable String relation,
        String mode,
        long startMicros,
        long endMicros,
        Ended ended,
        List<Blocking> chain,
        int statement,
        Source source,
        long errorMicros) {

    public LockWait {
        chain = List.copyOf(chain);
    }

    /** What stands for the process of a prepared transaction, which has none; {@code pg_blocking_pids} calls all of them so. */
    public static final int PREPARED_TRANSACTION = 0;

    /** How a wait ended. */
    public enum Ended {
        GRANTED,
        LOCK_TIMEOUT,
        STATEMENT_TIMEOUT,
        CANCELLED,
        DEADLOCK,
        CONNECTION_LOST,
        /** It ended without the lock; whether by a timeout, a cancel or the end of its session is not known, since nobody said. */
        GAVE_UP,
        /** It ended; whether with the lock is not known, as it was hardly seen or the sessions concerned went on at once. */
        UNKNOWN,
        /** The recording ended first; the length is a lower bound. */
        STILL_WAITING
    }

    /** Where the length of a wait comes from, best first. */
    public enum Source {
        SERVER_MESSAGE,
        WAITSTART,
        SAMPLING
    }

    /** Whose session it is. */
    public enum SessionKind {
        APPLICATION,
        MIGRATION,
        BLOCKER,
        OTHER
    }

    /**
     * One link of a blocking chain.
     *
     * @param pid the session
     * @param who as {@link LockWait#waiter()}
     * @param kind whose session
     * @param query what it ran, or ran last
     * @param waiting whether it was itself waiting; the root is not
     * @param besides of the root: who else was at an end of the chain and did not wait, at any time of the wait, and the migration where it waited on the way there
     * @param others of the root: how many more there were than {@code besides} has, at least
     */
    public record Blocking(
            int pid,
            String who,
            SessionKind kind,
            @Nullable String query,
            boolean waiting,
            List<Beside> besides,
            int others) {

        public Blocking {
            besides = List.copyOf(besides);
        }

        /** The same with those beside it, and how many more there were. */
        public Blocking with(List<Beside> besides, int others) {
            return new Blocking(pid, who, kind, query, waiting, besides, others);
        }

        /** As one of those at the ends, at a single moment. */
        public Beside end() {
            return new Beside(pid, who, kind, query, 0);
        }

        /** One that stands there alone. */
        public Blocking(int pid, String who, SessionKind kind, @Nullable String query, boolean waiting) {
            this(pid, who, kind, query, waiting, List.of(), 0);
        }
    }

    /**
     * Another session beside the root, or there before or after it, of which the other members say the same.
     *
     * @param micros for how much of the wait it was at an end of the chain, as samples tell; 0 at a single moment. A time in which several sessions of the
     *     migration were there is one of them's alone, so that the migration was there for as long as all of its sessions together
     */
    public record Beside(
            int pid, String who, SessionKind kind, @Nullable String query, long micros) {

        public Beside lasting(long longer) {
            return new Beside(pid, who, kind, query, longer);
        }
    }

    /** Whether locks of this type are those that who waits for a row waits for. */
    public static boolean isForRow(String lockType) {
        return lockType.equals("transactionid") || lockType.equals("tuple");
    }

    /** The session at the root of the chain, or null where none was seen. */
    public @Nullable Blocking rootBlocker() {
        return chain.isEmpty() ? null : chain.get(chain.size() - 1);
    }

    /** The sessions that stood in the way beside the root, the migration's first: each had to let go, too. */
    public List<Beside> alsoBlockedBy() {
        Blocking root = rootBlocker();
        return root == null ? List.of() : root.besides();
    }

    /** The same in words, and at last how many others there were. */
    public List<String> alsoBlockedBy(Function<Beside, String> words) {
        Blocking root = rootBlocker();
        int others = root == null ? 0 : root.others();
        return Stream.concat(
                        alsoBlockedBy().stream().map(words),
                        others == 0 ? Stream.empty() : Stream.of(others + (others == 1 ? " other" : " others")))
                .toList();
    }

    public long micros() {
        return endMicros - startMicros;
    }
}
