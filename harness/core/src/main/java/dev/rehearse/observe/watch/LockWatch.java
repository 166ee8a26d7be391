package dev.rehearse.observe.watch;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.observe.RelationNames;
import dev.rehearse.observe.Sessions;
import dev.rehearse.observe.lock.LockSampler;
import dev.rehearse.observe.lock.SampledWait;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Beside;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.RunClock;
import dev.rehearse.report.RehearsalReport;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches the lock waits of a database that somebody else runs, through two read-only sessions at most, without changing anything there.
 * Waits of other databases, of system relations and of Rehearse's own observers are left out.
 *
 * <p>A wait begins when the server says ({@code pg_locks.waitstart}). Nobody but the waiter is told when it ends: its end is taken from
 * samples every 2 ms while the wait is young (1 % of its age, at most 5 ms, later) and from what its session, its blocker and those who got the
 * same lock did next. While many wait, the server looks by itself, every millisecond. Where many are woken at once and wait for a core, it is when the lock was theirs, or when the session was last seen asleep with
 * it. Each wait says how far its length may be off, which counts to when its session may have gone on.
 */
public final class LockWatch implements AutoCloseable {

    private static final int LONGEST_QUERY = 120;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSX").withZone(ZoneOffset.UTC);

    private static final int SECONDS_TO_TELL = 20;

    private final LockSampler sampler;
    private final ExecutorService teller;
    private final String version;

    private LockWatch(LockSampler sampler, ExecutorService teller, String version) {
        this.sampler = sampler;
        this.teller = teller;
        this.version = version;
    }

    /**
     * Connects and begins to watch.
     *
     * @param url as {@link DatabaseUrl} has it
     * @param waits takes each wait as it ends, and at last those that last; called from one thread, which is not the one that looks
     * @throws InvalidRehearsalException if it is no URL
     * @throws EnvironmentException if the server does not let us in, is too old, or does not let us see other sessions
     */
    public static LockWatch start(String url, Consumer<WatchedWait> waits) {
        WatchedServer server = new WatchedServer(DatabaseUrl.of(url));
        String version = server.mustBeWatchable();
        RunClock clock = new RunClock();
        ExecutorService teller = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "rehearse-watch-teller");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return new LockWatch(
                    LockSampler.start(server, clock, (wait, relation) -> {
                        if (relation == null || !relation.system()) {
                            teller.execute(() -> waits.accept(watched(wait, relation, clock)));
                        }
                    }),
                    teller,
                    version);
        } catch (SQLException e) {
            teller.shutdown();
            throw new EnvironmentException("Cannot watch " + server.name() + ": " + e.getMessage(), e);
        }
    }

    private static WatchedWait watched(SampledWait wait, RelationNames.@Nullable Relation relation, RunClock clock) {
        List<WatchedWait.Link> blockers =
                wait.chain().stream().map(b -> link(wait, b.end(), b.waiting())).toList();
        LockWait seen = wait.asSeen();
        Blocking root = seen.rootBlocker();
        return new WatchedWait(
                new RehearsalReport.LockWait(
                        nameOfWaiter(wait),
                        wait.kind().name(),
                        wait.relation() == null ? wait.lockType() : wait.relation(),
                        wait.lockType(),
                        LockMode.ofCatalogName(wait.mode())
                                .map(LockMode::sqlName)
                                .orElse(wait.mode()),
                        wait.startMicros() / 1_000.0,
                        (wait.endMicros() - wait.startMicros()) / 1_000.0,
                        0,
                        root == null ? null : link(wait, root.end(), false).who(),
                        blockers.stream().map(LockWatch::inWords).toList(),
                        seen.alsoBlockedBy(b -> inWords(link(wait, b, false))),
                        -1,
                        wait.end().name(),
                        (wait.startIsExact() ? LockWait.Source.WAITSTART : LockWait.Source.SAMPLING).name(),
                        wait.errorMicros() / 1_000.0,
                        "WATCH"),
                wait.pid(),
                wait.applicationName(),
                wait.query(),
                relation == null ? null : relation.kind(),
                relation == null ? null : relation.of(),
                TIME.format(clock.startedAt().plus(wait.startMicros(), ChronoUnit.MICROS)),
                blockers,
                seen.alsoBlockedBy().stream().map(b -> link(wait, b, false)).toList(),
                root == null ? 0 : root.others());
    }

    /** A client of {@code rehearse load} is called by what it runs, where that is what waited. */
    private static String nameOfWaiter(SampledWait wait) {
        return wait.kind() == SessionKind.APPLICATION && wait.query() == null ? wait.applicationName() : wait.who();
    }

    /** A client of the load, which elsewhere is called by what it runs when asked, may be in the way by something that it ran before. */
    private static WatchedWait.Link link(SampledWait wait, Beside one, boolean waiting) {
        Sessions.Activity activity = wait.activities().get(one.pid());
        Sessions.Activity ofQuery = activity != null && Objects.equals(activity.query(), one.query()) ? activity : null;
        return new WatchedWait.Link(
                one.pid(),
                activity != null && one.kind() == SessionKind.APPLICATION ? activity.applicationName() : one.who(),
                one.query(),
                ofQuery != null && ofQuery.beganTransaction(),
                ofQuery != null && ofQuery.running(),
                waiting);
    }

    private static String inWords(WatchedWait.Link link) {
        if (link.query() == null) {
            return link.who();
        }
        String line = link.query().strip().replaceAll("\\s+", " ");
        return link.who() + " (" + (link.byQuery() || link.running() ? "" : "last: ")
                + (line.length() <= LONGEST_QUERY ? line : line.substring(0, LONGEST_QUERY - 3) + "...") + ")";
    }

    /** The server's version, as it says it. */
    public String serverVersion() {
        return version;
    }

    /** What went wrong so far, in words: a lost connection, a server that was started anew. */
    public List<String> notes() {
        return sampler.notes();
    }

    /** How many samples were taken so far. */
    public long samples() {
        return sampler.samples();
    }

    /** The longest time between two samples so far, lost connections aside: a wait shorter than this may have been missed. */
    public long longestGapMicros() {
        return sampler.longestGapMicros();
    }

    /** Stops watching. Waits that last are told before this returns. */
    @Override
    public void close() {
        sampler.close();
        teller.shutdown();
        try {
            teller.awaitTermination(SECONDS_TO_TELL, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
