package dev.rehearse.migration;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Migration;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.Wiretap;
import dev.rehearse.wiretap.lock.LockEventTrigger;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the plan's migration, forth and back: as many migrators at once as the plan says, each through a wiretap of its own, with the plan's
 * lock timeout, retries and deadline. How it goes is data; nothing that the migration does makes an exception, only that it cannot be tried.
 *
 * <p>{@link #run} is called by one thread at a time; all else by any. Owns its taps, their threads, the recorder, and, while a phase runs, one
 * thread {@code rehearse-migrator-N} for each migrator.
 */
public final class Migrators implements AutoCloseable {

    /** How long a migration may take to end once it is cancelled; for the second half its sessions are ended, not only what they run. */
    private static final int GRACE_SECONDS = 10;

    private final Migration plan;
    private final MigrationTool tool;
    private final TestDatabase.Server server;
    private final String user;
    private final String password;
    private final RunClock clock;
    private final StatementRecorder recorder;
    private final List<Wiretap> taps = new ArrayList<>();
    private final Set<String> notMeasured = ConcurrentHashMap.newKeySet();
    private volatile @Nullable PhaseRun current;

    private Migrators(
            Migration plan,
            TestDatabase.Server server,
            String user,
            String password,
            RunClock clock,
            MigrationTool tool) {
        this.plan = plan;
        this.tool = tool;
        this.server = server;
        this.user = user;
        this.password = password;
        this.clock = clock;
        this.recorder = StatementRecorder.open(server, clock);
    }

    /**
     * Opens the taps and the recorder, with a tool that keeps nothing on this machine; for one that runs in a project there is
     * {@link PlannedTool#open}.
     *
     * @param server the primary, as its owner reaches it
     * @param user role of the migration; should have {@link StatementRecorder#SESSION_SETTINGS} by {@code ALTER ROLE}
     * @throws EnvironmentException if the tool is not there, the server cannot be reached, or no port can be had
     */
    public static Migrators open(
            Migration plan, TestDatabase.Server server, String user, String password, RunClock clock) {
        return open(plan, MigrationTools.of(plan), server, user, password, clock);
    }

    static Migrators open(
            Migration plan,
            MigrationTool tool,
            TestDatabase.Server server,
            String user,
            String password,
            RunClock clock) {
        Migrators migrators = new Migrators(plan, server, user, password, clock, tool);
        try {
            for (int i = 0; i < plan.migrators(); i++) {
                migrators.taps.add(
                        Wiretap.listen(server, migrators.recorder.settings(), clock, migrators.recorder.listener(i)));
            }
            return migrators;
        } catch (EnvironmentException e) {
            migrators.close();
            throw e;
        }
    }

    /** Whether there is a way back: scripts of the plan, undo scripts beside Flyway's, or the tool's own. */
    public boolean hasDown() {
        return tool.hasDown();
    }

    /** What the tool's own books say that keeps it from going on, with the way out; asked of the server itself. */
    public List<Leftover> stuck(Phase phase) {
        return tool.stuck(connection(0))
                .map(stuck -> List.of(new Leftover(Leftover.Kind.TOOL_STUCK, stuck.state(), phase, stuck.wayOut())))
                .orElse(List.of());
    }

    /** What the taps have heard. */
    public StatementRecorder recorder() {
        return recorder;
    }

    /** What could not be measured, and why. */
    public List<String> notMeasured() {
        List<String> lines = new ArrayList<>(recorder.notMeasured());
        lines.addAll(notMeasured);
        lines.addAll(tool.leftOut());
        taps.forEach(tap -> tap.failures()
                .forEach(failure ->
                        lines.add("parts of the migration's statements: the recorder failed (" + failure + ")")));
        return lines;
    }

    /**
     * Runs one phase and waits for its end, which the plan's deadline brings about if nothing else does. An interrupted caller cancels it; its
     * interrupt flag is set then.
     *
     * @param phase MIGRATE and REAPPLY run all migrators forth; ROLL_BACK runs one back
     * @return every attempt, in order of start
     * @throws EnvironmentException if this machine lacks the program that migrates, so that nothing reached the database
     */
    public List<Attempt> run(Phase phase) {
        recorder.begin(phase);
        int heardBefore = recorder.count();
        PhaseRun running =
                new PhaseRun(phase, System.nanoTime() + plan.deadline().toNanos());
        current = running;
        installTrigger();
        List<MigrationTool.Step> steps = switch (phase) {
            case ROLL_BACK -> tool.down(connection(0));
            case REAPPLY -> tool.upAtOnce();
            default -> tool.up();
        };
        int migrators = steps.isEmpty() ? 0 : phase == Phase.ROLL_BACK ? 1 : taps.size();
        List<Migrator> threads = new ArrayList<>();
        for (int i = 0; i < migrators; i++) {
            threads.add(new Migrator(running, i, steps, plan, connection(i), recorder, clock));
        }
        threads.forEach(Thread::start);
        boolean interrupted = await(running, threads);
        threads.forEach(migrator -> migrator.unfinished().ifPresent(running::add));
        removeTrigger();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        running.mustHaveBeenTried(recorder.count() - heardBefore);
        return running.attempts();
    }

    /** Cancels what runs, through the server, from any thread; {@link #run} returns soon after. */
    public void cancel(String reason) {
        PhaseRun running = current;
        if (running != null) {
            running.cancel(reason);
        }
        signal("pg_cancel_backend");
    }

    /** Cuts the migration's connections and ends the recorder, whose facts stay readable. */
    @Override
    public void close() {
        taps.forEach(Wiretap::close);
        recorder.close();
    }

    private ToolConnection connection(int migrator) {
        TestDatabase.Server tap = taps.get(migrator).server();
        SourceListener sources = new SourceListener() {
            @Override
            public void next(int backendPid, String source) {
                recorder.source(backendPid, source);
            }

            @Override
            public void migration(@Nullable String id) {
                recorder.migration(migrator, id);
            }
        };
        return new ToolConnection(
                new TestDatabase.Server(tap.name(), tap.host(), tap.port(), tap.database(), user, password),
                server,
                plan.lockTimeout(),
                "rehearse-migration-" + migrator,
                sources,
                new AtomicInteger());
    }

    /** Waits for the migrators to end; makes them when the time has come. Returns whether the caller was interrupted meanwhile. */
    private boolean await(PhaseRun running, List<Migrator> threads) {
        boolean interrupted = false;
        try (SelfBlock itself = new SelfBlock(recorder, server, clock)) {
            if (ended(threads, running.deadlineNanos(), () -> isOver(running, itself))) {
                return false;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!running.isCancelled()) {
            cancel(
                    interrupted
                            ? "the rehearsal was cancelled"
                            : "its deadline of " + inWords(plan.deadline()) + " was over");
        }
        threads.forEach(Thread::interrupt);
        for (int second = 1; second <= GRACE_SECONDS; second++) {
            try {
                if (ended(threads, System.nanoTime() + TimeUnit.SECONDS.toNanos(1), () -> false)) {
                    return interrupted;
                }
                // A request to cancel is lost when it comes between two statements.
                signal(second < GRACE_SECONDS / 2 ? "pg_cancel_backend" : "pg_terminate_backend");
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private boolean isOver(PhaseRun running, SelfBlock itself) {
        if (!running.isCancelled() && itself.isCertain(taps.size())) {
            cancel("it waited for a session of its own, and would have for ever");
        }
        return running.isCancelled();
    }

    private static boolean ended(List<Migrator> threads, long deadlineNanos, BooleanSupplier isOver)
            throws InterruptedException {
        for (Migrator thread : threads) {
            while (thread.isAlive()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
                if (left <= 0 || isOver.getAsBoolean()) {
                    return false;
                }
                thread.join(Math.min(left, 50));
            }
        }
        return true;
    }

    private void signal(String function) {
        try (Connection connection = server.connect("rehearse-control");
                PreparedStatement statement = connection.prepareStatement(
                        "select " + function + "(pid) from pg_stat_activity where pid = any(?)")) {
            statement.setArray(
                    1,
                    connection.createArrayOf("integer", recorder.openSessions().toArray()));
            statement.execute();
        } catch (SQLException e) {
            // The server is gone, and the migration with it.
            notMeasured.add("the end of the migration: it could not be cancelled (" + e.getMessage() + ")");
        }
    }

    private void installTrigger() {
        try (Connection connection = server.connect("rehearse-control")) {
            LockEventTrigger.install(connection);
        } catch (SQLException e) {
            notMeasured.add(
                    "locks of DDL outside transactions that ended between two samples: no event trigger could be installed ("
                            + e.getMessage() + ")");
        }
    }

    private void removeTrigger() {
        try (Connection connection = server.connect("rehearse-control")) {
            LockEventTrigger.remove(connection);
        } catch (SQLException e) {
            notMeasured.add(
                    "nothing, but the event trigger rehearse_note_locks could not be removed (" + e.getMessage() + ")");
        }
    }

    private static String inWords(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 60_000 == 0) {
            return millis / 60_000 + " min";
        }
        return (millis % 1_000 == 0 ? String.valueOf(millis / 1_000) : String.valueOf(millis / 1_000.0)) + " s";
    }
}
