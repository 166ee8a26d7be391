package dev.rehearse.wiretap.record;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.LockFollower;
import dev.rehearse.wiretap.lock.LockReader;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the locks of the migration's sessions again and again while they run statements, and sleeps while they do not. The longer nothing
 * begins and no lock comes or goes, the less often: a fiftieth of that time later, within limits; and it takes a twentieth of its time for reading, as that makes the
 * server write down every lock of every session. Where somebody else has looked meanwhile, it does not read itself.
 */
final class LockSampler implements LockFollower, AutoCloseable {

    static final int INTERVAL_MILLIS = 5;
    static final int LONGEST_INTERVAL_MILLIS = 20;
    /** However long a reading takes: on a busy machine that is mostly a wait for a core. */
    private static final int LONGEST_REST_MILLIS = 50;

    /** Whoever else looks does so about this often, or less often where a look costs much. */
    private static final int OTHERS_INTERVAL_MILLIS = 10;

    /** After so long without a look he does not look any more, or does not get to it. */
    private static final int OTHERS_SILENCE_MILLIS = 100;

    /** A rest is this many readings long. */
    private static final int READINGS_OF_A_REST = 20;

    private static final int PART_OF_TIME = 50;

    /** What has no name yet may not be committed, which no look tells. */
    private static final long NAMES_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final StatementLog log;
    private final LockReader reader;
    private final RunClock clock;
    private final Semaphore work = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "rehearse-tap-sampler");
    private final Set<Long> toName = ConcurrentHashMap.newKeySet();
    /** What was asked for since; of the sampler's thread. */
    private final Set<Long> askedNames = new HashSet<>();

    private long namesSinceNanos = System.nanoTime();
    private volatile boolean closed;
    private volatile @Nullable Reading others;
    /** What ran when somebody else was about to look; of his thread. */
    private Map<Integer, Integer> asked = Map.of();

    /**
     * @param during the statements that ran, by session
     * @param beganNanos when it was asked for
     */
    private record Reading(Map<Integer, Integer> during, List<HeldLock> locks, long beganNanos, long endedNanos) {

        /** Whether reading now would say nothing beyond it that is needed. */
        boolean isRecent(Map<Integer, Integer> now, long restMillis) {
            long enoughMillis = restMillis < OTHERS_INTERVAL_MILLIS ? restMillis : OTHERS_SILENCE_MILLIS;
            return during.equals(now) && System.nanoTime() - endedNanos <= TimeUnit.MILLISECONDS.toNanos(enoughMillis);
        }
    }

    LockSampler(StatementLog log, LockReader reader, RunClock clock) {
        this.log = log;
        this.reader = reader;
        this.clock = clock;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** A statement has begun. */
    void wake() {
        work.release();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        // A reading that hangs ends with its connection.
        reader.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Set<Integer> sessions() {
        asked = log.underWay();
        return asked.keySet();
    }

    @Override
    public void saw(Look look) {
        List<HeldLock> locks = new ArrayList<>(look.relations());
        Set<Long> unnamed = log.unnamed(oids(look.types()));
        // Until it has a name nobody knows of which kind a type is.
        look.types().stream().filter(type -> !unnamed.contains(type.oid())).forEach(locks::add);
        log.sampled(asked, locks, look.micros());
        long now = System.nanoTime();
        others = new Reading(asked, locks, now - look.took().toNanos(), now);
        toName.addAll(unnamed);
        toName.addAll(log.unnamed(oids(look.relations())));
    }

    private static Set<Long> oids(List<HeldLock> locks) {
        return locks.stream().map(HeldLock::oid).collect(Collectors.toSet());
    }

    private void run() {
        try {
            Pace pace = new Pace();
            long restMillis = INTERVAL_MILLIS;
            while (!closed) {
                Map<Integer, Integer> during = log.underWay();
                if (during.isEmpty()) {
                    work.acquire();
                    work.drainPermits();
                    continue;
                }
                Reading reading = others;
                if (reading == null || !reading.isRecent(during, restMillis)) {
                    reading = sample(during);
                }
                name();
                restMillis = pace.restMillis(during, reading.locks(), reading.beganNanos(), reading.endedNanos());
                pause(restMillis);
            }
        } catch (InterruptedException e) {
            // Closed.
        } catch (SQLException e) {
            if (!closed) {
                log.couldNotMeasure("locks of statements outside transactions: the sampler's connection failed ("
                        + e.getMessage() + ")");
            }
        }
    }

    /** A statement that begins ends the pause, but not within the shortest. */
    private void pause(long millis) throws InterruptedException {
        long beganNanos = System.nanoTime();
        if (work.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            long restNanos = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS) - (System.nanoTime() - beganNanos);
            TimeUnit.NANOSECONDS.sleep(restNanos);
            work.drainPermits();
        }
    }

    private Reading sample(Map<Integer, Integer> during) throws SQLException {
        long beganNanos = System.nanoTime();
        List<HeldLock> locks = unlessLocked(() -> {
                    long askedMicros = clock.micros();
                    List<HeldLock> read = reader.locks(during.keySet());
                    log.sampled(during, read, (askedMicros + clock.micros()) / 2);
                    return read;
                })
                .orElse(List.of());
        return new Reading(during, locks, beganNanos, System.nanoTime());
    }

    /** Asks for the names of what somebody else saw, of each once in a while. */
    private void name() throws SQLException {
        Set<Long> unnamed = log.unnamed(List.copyOf(toName));
        toName.clear();
        if (System.nanoTime() - namesSinceNanos > NAMES_AGAIN_NANOS) {
            askedNames.clear();
            namesSinceNanos = System.nanoTime();
        }
        unnamed.removeIf(oid -> !askedNames.add(oid));
        if (!unnamed.isEmpty()) {
            unlessLocked(() -> reader.relations(unnamed)).ifPresent(log::named);
        }
    }

    private <T> Optional<T> unlessLocked(Question<T> question) throws SQLException {
        try {
            return Optional.of(question.ask());
        } catch (SQLException e) {
            if (!LockReader.isTimeout(e)) {
                throw e;
            }
            log.couldNotMeasure("some samples of the migration's locks: the system views were locked");
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws SQLException;
    }

    /** How long the sampler rests between two samples. Used by one thread. */
    static final class Pace {

        /** A lock without what changes while nothing happens to it. */
        private record Lock(int pid, long oid, LockMode mode, boolean granted) {}

        private Map<Integer, Integer> statements = Map.of();
        private Set<Lock> locks = Set.of();
        private long sinceNanos;
        private long previousReadNanos = Long.MAX_VALUE;

        /**
         * @param running the statements that run, by session
         * @param read the locks that were read of them
         * @param beganNanos when they were asked for
         */
        long restMillis(Map<Integer, Integer> running, List<HeldLock> read, long beganNanos, long nowNanos) {
            Set<Lock> now = new HashSet<>();
            for (HeldLock lock : read) {
                now.add(new Lock(lock.pid(), lock.oid(), lock.mode(), lock.granted()));
            }
            if (!running.equals(statements) || !now.equals(locks)) {
                statements = running;
                locks = now;
                sinceNanos = nowNanos;
            }
            long quietMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos);
            // One that took much longer than its neighbour waited for a core.
            long readNanos = Math.min(nowNanos - beganNanos, previousReadNanos);
            previousReadNanos = nowNanos - beganNanos;
            return Math.max(
                    Math.max(INTERVAL_MILLIS, Math.min(LONGEST_INTERVAL_MILLIS, quietMillis / PART_OF_TIME)),
                    Math.min(LONGEST_REST_MILLIS, TimeUnit.NANOSECONDS.toMillis(READINGS_OF_A_REST * readNanos)));
        }
    }
}
