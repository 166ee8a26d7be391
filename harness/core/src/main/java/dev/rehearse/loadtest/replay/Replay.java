package dev.rehearse.loadtest.replay;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.loadtest.Intervals;
import dev.rehearse.loadtest.LoadTest;
import dev.rehearse.loadtest.LoadTestListener;
import dev.rehearse.loadtest.LoadTestResult;
import dev.rehearse.loadtest.Tally;
import dev.rehearse.loadtest.Times;
import dev.rehearse.loadtest.wire.Wire;
import dev.rehearse.serverlog.LoggedSession;
import dev.rehearse.serverlog.LoggedStatement;
import dev.rehearse.serverlog.StatementStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
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
    /** Sessions get their statements, and connect for their first, so long before these are due. */
    private static final long LEAD_NANOS = 500_000_000;

    private static final long POLL_NANOS = 10_000_000;
    private static final int MOST_TALLIES = 64;
    /** Of statements that sessions have not come to: more of them stay in the log. */
    private static final long MOST_OPEN_CHARACTERS = 96L << 20;

    private final ReplayPlan plan;
    private final LoadTestListener listener;
    private final DatabaseUrl url;
    private final List<Tally> tallies = new ArrayList<>();
    private final Map<String, ReplayedSession> sessions = new LinkedHashMap<>();
    private final Tally total = newTally();
    private Tally sinceProgress = newTally();
    private final @Nullable Intervals intervals;
    private final AtomicLong openCharacters = new AtomicLong();
    private int begun;
    private long given;
    private volatile boolean givesNoMore;
    private volatile long startNanos;
    private volatile long stopNanos = Long.MAX_VALUE;
    private volatile boolean abandoned;
    private volatile @Nullable Throwable failure;
    private boolean interrupted;
    private String shortage = "";
    private String shortfall = "";
    private long lastProgress;
    private long collectAt;
    private long progressAt;

    private Replay(ReplayPlan plan, LoadTestListener listener) {
        this.plan = plan;
        this.listener = listener;
        this.url = DatabaseUrl.of(plan.url());
        for (int i = 0; i < Math.min(MOST_TALLIES, plan.log().sessions().size()); i++) {
            tallies.add(newTally());
        }
        this.intervals = plan.intervalLog() == null ? null : new Intervals(plan.intervalLog(), List.of(plan.name()));
    }

    private static Tally newTally() {
        return new Tally(1, 1);
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
        try (Connection connection = url.connect("rehearse-load-1")) {
            shortage = ServerRoom.shortage(connection, mostAtOnce());
            if (!shortage.isEmpty()) {
                listener.says(shortage);
            }
        } catch (SQLException e) {
            throw url.cannotConnect(e);
        }
        try (StatementStream statements = plan.log().open()) {
            // It has read ahead then.
            LoggedStatement first = statements.next();
            if (Thread.interrupted()) {
                throw new InterruptedException("Interrupted before the replay began.");
            }
            if (intervals != null) {
                intervals.start();
            }
            return run(first, statements);
        }
    }

    /** Sessions that the run comes to. */
    private int mostAtOnce() {
        double untilMicros = plan.length().isZero()
                ? Double.MAX_VALUE
                : plan.log().startMicros() + plan.length().toNanos() / 1e3 * plan.speed();
        return LoggedSession.mostAtOnce(
                plan.log().sessions().values(), (long) (LEAD_NANOS / 1e3 * plan.speed()), (long) untilMicros);
    }

    private LoadTestResult run(@Nullable LoggedStatement first, StatementStream statements) {
        long cpuBefore = LoadTest.cpuNanos();
        startNanos = System.nanoTime() + LEAD_NANOS;
        if (!plan.length().isZero()) {
            stopNanos = startNanos + plan.length().toNanos();
        }
        lastProgress = startNanos;
        collectAt = startNanos + Intervals.LENGTH.toNanos();
        progressAt = startNanos + PROGRESS.toNanos();
        LoggedStatement next = first;
        try {
            while (next != null && isTaken(next)) {
                next = statements.next();
            }
            givesNoMore = true;
            sessions.values().forEach(ReplayedSession::wake);
            if (!awaitEnd()) {
                abandon();
            }
            countRest(next, statements);
        } catch (RuntimeException e) {
            // The log cannot be read on: nothing is left running on the server.
            givesNoMore = true;
            abandon();
            throw e;
        }
        shortfall = statements.shortfall();
        long withdrawn =
                sessions.values().stream().mapToLong(ReplayedSession::withdrawn).sum();
        collect(System.nanoTime());
        long cpu = LoadTest.cpuNanos() - cpuBefore;
        Throwable cause = failure;
        if (cause != null) {
            throw new HarnessException("A session of the replay failed: " + cause, cause);
        }
        if (intervals != null) {
            intervals.close();
        }
        return result(given - withdrawn, cpu);
    }

    /** Waits until the statement is near, and gives it to its session; false where it is not due before the end, or the time is over. */
    private boolean isTaken(LoggedStatement statement) {
        long due = dueNanos(statement);
        long now = System.nanoTime();
        while (due - LEAD_NANOS > now || openCharacters.get() > MOST_OPEN_CHARACTERS) {
            if (isOver(due) || now >= deadline()) {
                return false;
            }
            await(Math.max(1, Math.min(due - LEAD_NANOS - now, POLL_NANOS)));
            now = System.nanoTime();
        }
        if (isOver(due) || now >= deadline()) {
            return false;
        }
        if (now >= collectAt) {
            // A log that is read later than it is due leaves no time to wait in.
            await(1);
        }
        openCharacters.addAndGet(statement.characters());
        given++;
        ReplayedSession known = sessions.get(statement.session());
        if (known == null) {
            known = begin(statement.session());
            known.offer(statement);
            known.start();
        } else {
            known.offer(statement);
        }
        return true;
    }

    private ReplayedSession begin(String name) {
        begun++;
        ReplayedSession session = new ReplayedSession(
                this,
                tallies.get(begun % tallies.size()),
                "rehearse-load-" + begun,
                plan.log().session(name).statements());
        sessions.put(name, session);
        return session;
    }

    /** A session has come to the end of one. */
    void done(LoggedStatement statement) {
        openCharacters.addAndGet(-statement.characters());
    }

    /** When what is due must be done. */
    private long deadline() {
        if (interrupted) {
            return stopNanos + LEAST_DRAIN.toNanos();
        }
        long last = Math.min(stopNanos, dueNanos(plan.log().lastStartMicros()));
        return last + Math.max(LEAST_DRAIN.toNanos(), (last - startNanos) / 10);
    }

    private boolean awaitEnd() {
        for (ReplayedSession session : List.copyOf(sessions.values())) {
            while (!session.hasEnded()) {
                if (System.nanoTime() >= deadline()) {
                    return false;
                }
                await(POLL_NANOS);
            }
        }
        return true;
    }

    /** What was due and never came to its session, as there was no end to those before. */
    private void countRest(@Nullable LoggedStatement first, StatementStream statements) {
        long now = System.nanoTime();
        for (LoggedStatement next = first; next != null && !isOver(dueNanos(next)); next = statements.next()) {
            given++;
            tallies.get(0).unfinished(0, dueNanos(next), now);
        }
    }

    private void await(long nanos) {
        LockSupport.parkNanos(this, nanos);
        if (Thread.interrupted()) {
            interrupted = true;
            stopNanos = Math.min(stopNanos, System.nanoTime());
            sessions.values().forEach(ReplayedSession::wake);
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
            double rate = seen.operations() * 1e9 / (now - lastProgress);
            listener.progress((now - startNanos) / 1e9, rate, seen.failed(), response.p50(), response.p99());
            lastProgress = now;
            progressAt = now + PROGRESS.toNanos();
        }
    }

    private void collect(long now) {
        Tally interval = newTally();
        sessions.values().removeIf(session -> session.hasEnded() && session.withdrawn() == 0);
        tallies.forEach(tally -> tally.drainInto(interval));
        total.add(interval);
        sinceProgress.add(interval);
        if (intervals != null) {
            intervals.add(interval, Math.max(0, now - startNanos) / 1e9);
        }
    }

    /** Counts what has not ended, then ends it: the server is asked first, so that nothing goes on waiting for a lock there. */
    private void abandon() {
        abandoned = true;
        long now = System.nanoTime();
        List<ReplayedSession> left = List.copyOf(sessions.values());
        left.forEach(session -> session.abandon(now));
        left.forEach(ReplayedSession::wake);
        inParallel(left, ReplayedSession::cancel);
        if (!endsWithin(left, LAST_MOMENTS)) {
            inParallel(left, ReplayedSession::abort);
            endsWithin(left, LAST_MOMENTS);
        }
    }

    private static void inParallel(List<ReplayedSession> left, Consumer<ReplayedSession> action) {
        Thread helper = new Thread(
                () -> left.parallelStream()
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

    private static boolean endsWithin(List<ReplayedSession> left, Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < until) {
            if (left.stream().allMatch(ReplayedSession::hasEnded)) {
                return true;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return false;
    }

    private LoadTestResult result(long planned, long cpuNanos) {
        double seconds = Math.max(1, Math.max(total.lastEnd(), startNanos + 1) - startNanos) / 1e9;
        long done = total.operations() + total.failed();
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
        if (!shortage.isEmpty()) {
            notes.add(shortage);
        }
        if (!shortfall.isEmpty()) {
            notes.add(shortfall);
        }
        if (!plan.writes()) {
            notes.add("Nothing was written: the sessions were read-only. Functions that act outside transactions do so"
                    + " all the same.");
        }
        double late = Tally.millis(times.late).p99();
        if (late > LoadTest.LATE_MILLIS) {
            notes.add(LoadTest.lateNote(late));
        }
        if (total.unfinished() > 0) {
            notes.add(LoadTest.unfinishedNote(total.unfinished()));
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
        return dueNanos(statement.startMicros());
    }

    private long dueNanos(long logMicros) {
        double micros = (logMicros - plan.log().startMicros()) / plan.speed();
        return startNanos + (long) (micros * 1_000);
    }

    /** Whether sessions have all the statements that they will get. */
    boolean givesNoMore() {
        return givesNoMore;
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
            wire.readOnly();
        }
    }

    void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        stopNanos = Math.min(stopNanos, System.nanoTime());
    }
}
