package dev.rehearse.loadtest;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.serverlog.LoggedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replays the statements of a server's log at their own times: an open model, in which a session that falls behind does not hold up the
 * others. Each session of the log gets a connection for as long as it has statements, so that its transactions stay whole.
 */
public final class Replay {

    private static final Duration PROGRESS = Duration.ofSeconds(5);
    private static final Duration LEAST_DRAIN = Duration.ofSeconds(1);
    private static final Duration LAST_MOMENTS = Duration.ofSeconds(2);
    /** Sessions connect so long before their first statement is due. */
    private static final long LEAD_NANOS = 200_000_000;

    private static final long POLL_NANOS = 10_000_000;
    private static final int MOST_TALLIES = 64;
    private static final long STACK_BYTES = 256 * 1024;

    private final ReplayPlan plan;
    private final LoadTestListener listener;
    private final DatabaseUrl url;
    private final List<Tally> tallies = new ArrayList<>();
    private final List<ReplayedSession> sessions = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Tally total = newTally();
    private Tally sinceProgress = newTally();
    private final @Nullable Intervals intervals;
    private volatile long startNanos;
    private volatile long stopNanos = Long.MAX_VALUE;
    private volatile boolean abandoned;
    private volatile @Nullable Throwable failure;
    private boolean interrupted;
    private long lastProgress;
    private long collectAt;
    private long progressAt;

    private Replay(ReplayPlan plan, LoadTestListener listener) {
        this.plan = plan;
        this.listener = listener;
        this.url = DatabaseUrl.of(plan.url());
        int count = plan.log().sessions().size();
        for (int i = 0; i < Math.min(MOST_TALLIES, count); i++) {
            tallies.add(newTally());
        }
        for (List<LoggedStatement> statements : plan.log().sessions().values()) {
            int number = sessions.size();
            sessions.add(new ReplayedSession(
                    this, tallies.get(number % tallies.size()), "rehearse-load-" + (number + 1), statements));
        }
        this.intervals = plan.intervalLog() == null ? null : new Intervals(plan.intervalLog(), List.of(plan.name()));
    }

    private static Tally newTally() {
        return new Tally(1, false);
    }

    /**
     * Runs to the end of the log, or of the plan. What is due by then has as long as a tenth of the run to finish, a second at least; what runs
     * longer is cancelled. An interrupt ends the run early, with what was seen so far.
     *
     * @throws EnvironmentException where the database cannot be reached
     * @throws InterruptedException where the run had not begun yet
     */
    public static LoadTestResult run(ReplayPlan plan, LoadTestListener listener) throws InterruptedException {
        Replay replay = new Replay(plan, listener);
        try {
            return replay.run();
        } finally {
            if (replay.intervals != null) {
                replay.intervals.close();
            }
        }
    }

    private LoadTestResult run() throws InterruptedException {
        try {
            url.connect("rehearse-load-1").close();
        } catch (SQLException e) {
            throw url.cannotConnect(e);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("Interrupted before the replay began.");
        }
        if (intervals != null) {
            intervals.start();
        }
        long cpuBefore = LoadTest.cpuNanos();
        startNanos = System.nanoTime() + LEAD_NANOS;
        if (!plan.length().isZero()) {
            stopNanos = startNanos + plan.length().toNanos();
        }
        lastProgress = startNanos;
        collectAt = startNanos + Intervals.LENGTH.toNanos();
        progressAt = startNanos + PROGRESS.toNanos();
        for (ReplayedSession session : sessions) {
            if (!awaitNear(session)) {
                break;
            }
            Thread thread = new Thread(null, session, "rehearse-load", STACK_BYTES);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        List<ReplayedSession> begun = sessions.subList(0, threads.size());
        if (!awaitEnd(begun)) {
            abandon(begun);
        }
        collect(System.nanoTime());
        long cpu = LoadTest.cpuNanos() - cpuBefore;
        Throwable cause = failure;
        if (cause != null) {
            throw new HarnessException("A session of the replay failed: " + cause, cause);
        }
        if (intervals != null) {
            intervals.close();
        }
        return result(cpu);
    }

    /** Waits until the session is to begin; false where it is not to any more. */
    private boolean awaitNear(ReplayedSession session) {
        long due = session.firstDueNanos();
        while (!isOver(due)) {
            long left = due - LEAD_NANOS - System.nanoTime();
            if (left <= 0) {
                return true;
            }
            await(Math.min(left, POLL_NANOS));
        }
        return false;
    }

    private boolean awaitEnd(List<ReplayedSession> begun) {
        long lastDue = begun.stream()
                .mapToLong(ReplayedSession::lastDueNanos)
                .filter(due -> !isOver(due))
                .max()
                .orElse(startNanos);
        long drain = Math.max(LEAST_DRAIN.toNanos(), (lastDue - startNanos) / 10);
        for (ReplayedSession session : begun) {
            while (!session.hasEnded()) {
                long end = interrupted ? stopNanos + LEAST_DRAIN.toNanos() : Math.min(stopNanos, lastDue) + drain;
                if (System.nanoTime() >= end) {
                    return false;
                }
                await(POLL_NANOS);
            }
        }
        return true;
    }

    private void await(long nanos) {
        LockSupport.parkNanos(this, nanos);
        if (Thread.interrupted()) {
            interrupted = true;
            stopNanos = Math.min(stopNanos, System.nanoTime());
            threads.forEach(LockSupport::unpark);
        }
        long now = System.nanoTime();
        if (now >= collectAt) {
            collect(now);
            collectAt += Intervals.LENGTH.toNanos();
        }
        if (now >= progressAt && !interrupted) {
            Tally seen = sinceProgress;
            sinceProgress = newTally();
            LoadTestResult.Percentiles response = Tally.millis(seen.all().response);
            double rate = seen.operations * 1e9 / (now - lastProgress);
            listener.progress((now - startNanos) / 1e9, rate, seen.failed, response.p50(), response.p99());
            lastProgress = now;
            progressAt = now + PROGRESS.toNanos();
        }
    }

    private void collect(long now) {
        Tally interval = newTally();
        tallies.forEach(tally -> tally.drainInto(interval));
        total.add(interval);
        sinceProgress.add(interval);
        if (intervals != null) {
            intervals.add(interval, Math.max(0, now - startNanos) / 1e9);
        }
    }

    /** Counts what has not ended, then ends it: the server is asked first, so that nothing goes on waiting for a lock there. */
    private void abandon(List<ReplayedSession> begun) {
        abandoned = true;
        long now = System.nanoTime();
        begun.forEach(session -> session.abandon(now));
        threads.forEach(LockSupport::unpark);
        inParallel(begun, ReplayedSession::cancel);
        if (!endsWithin(begun, LAST_MOMENTS)) {
            inParallel(begun, ReplayedSession::abort);
            endsWithin(begun, LAST_MOMENTS);
        }
    }

    private static void inParallel(List<ReplayedSession> begun, Consumer<ReplayedSession> action) {
        Thread helper = new Thread(
                () -> begun.parallelStream()
                        .filter(session -> !session.hasEnded())
                        .forEach(action),
                "rehearse-load-end");
        helper.setDaemon(true);
        helper.start();
        try {
            helper.join(LAST_MOMENTS.toMillis());
        } catch (InterruptedException e) {
            // It ends anyway.
        }
    }

    private static boolean endsWithin(List<ReplayedSession> begun, Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < until) {
            if (begun.stream().allMatch(ReplayedSession::hasEnded)) {
                return true;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return false;
    }

    private LoadTestResult result(long cpuNanos) {
        long planned = sessions.stream().mapToLong(ReplayedSession::planned).sum();
        double seconds = Math.max(1, Math.max(total.lastEnd, startNanos + 1) - startNanos) / 1e9;
        long done = total.operations + total.failed;
        return total.result(
                seconds,
                planned,
                cpuNanos,
                interrupted,
                Map.of(plan.name(), done),
                plan.log().leftOut(),
                0,
                this::notes);
    }

    private List<String> notes(Times times) {
        List<String> notes = new ArrayList<>(plan.log().findings());
        if (!plan.writes()) {
            notes.add(
                    "Nothing was written: the sessions were read-only. Functions that act outside transactions do so all the same.");
        }
        double late = Tally.millis(times.late).p99();
        if (late > LoadTest.LATE_MILLIS) {
            notes.add(LoadTest.lateNote(late));
        }
        if (total.unfinished > 0) {
            notes.add(LoadTest.unfinishedNote(total.unfinished));
        }
        if (intervals != null && !intervals.isWhole()) {
            notes.add("The histograms in " + plan.intervalLog() + " are not whole: the disk did not take all of them.");
        }
        return notes;
    }

    DatabaseUrl url() {
        return url;
    }

    /** When the statement is due. */
    long dueNanos(LoggedStatement statement) {
        double micros = (statement.startMicros() - plan.log().startMicros()) / plan.speed();
        return startNanos + (long) (micros * 1_000);
    }

    boolean isOver(long nanos) {
        return nanos >= stopNanos;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** Makes the session read-only unless the plan has it write. */
    void readOnly(Wire wire) throws SQLException {
        if (!plan.writes()) {
            try (Statement statement = wire.driver().createStatement()) {
                statement.execute("SET default_transaction_read_only = on");
            }
        }
    }

    void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        stopNanos = Math.min(stopNanos, System.nanoTime());
    }
}
