package dev.rehearse.migration;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Migration;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.LockEventTrigger;
import dev.rehearse.wiretap.StatementRecorder;
import dev.rehearse.wiretap.Wiretap;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the plan's migration, forth and back: as many migrators at once as the plan says, each through a wiretap of its own, with the plan's
 * lock timeout, retries and deadline. How it goes is data; nothing that the migration does makes an exception.
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
    private volatile @Nullable String cancelled;

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
                migrators.taps.add(Wiretap.listen(server, clock, migrators.recorder.listener(i)));
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
     */
    public List<Attempt> run(Phase phase) {
        boolean back = phase == Phase.ROLL_BACK;
        recorder.begin(phase);
        cancelled = null;
        installTrigger();
        long deadline = System.nanoTime() + plan.deadline().toNanos();
        List<Attempt> attempts = new CopyOnWriteArrayList<>();
        List<MigrationTool.Step> steps = switch (phase) {
            case ROLL_BACK -> tool.down(connection(0));
            case REAPPLY -> tool.upAtOnce();
            default -> tool.up();
        };
        List<Migrator> threads = new ArrayList<>();
        for (int i = 0; !steps.isEmpty() && i < (back ? 1 : taps.size()); i++) {
            threads.add(new Migrator(phase, i, steps, deadline, attempts));
        }
        threads.forEach(Thread::start);
        boolean interrupted = await(threads, deadline);
        threads.forEach(migrator -> migrator.unfinished().ifPresent(attempts::add));
        removeTrigger();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return attempts.stream()
                .sorted(Comparator.comparingLong(Attempt::startMicros))
                .toList();
    }

    /** Cancels what runs, through the server, from any thread; {@link #run} returns soon after. */
    public void cancel(String reason) {
        cancelled = reason;
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
    private boolean await(List<Migrator> threads, long deadlineNanos) {
        boolean interrupted = false;
        try (SelfBlock itself = new SelfBlock(recorder, server, clock)) {
            if (ended(threads, deadlineNanos, () -> isOver(itself))) {
                return false;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (cancelled == null) {
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

    private boolean isOver(SelfBlock itself) {
        if (cancelled == null && itself.isCertain(taps.size())) {
            cancel("it waited for a session of its own, and would have for ever");
        }
        return cancelled != null;
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

    /** One migrator: the tool, run again as the retry policy says. */
    private final class Migrator extends Thread {

        private final Phase phase;
        private final int number;
        private final List<MigrationTool.Step> steps;
        private final long deadlineNanos;
        private final List<Attempt> attempts;
        private final ToolConnection connection;
        private volatile MigrationTool.Step step;
        private volatile int attempt = 1;
        private volatile long attemptStart;

        private Migrator(
                Phase phase, int number, List<MigrationTool.Step> steps, long deadlineNanos, List<Attempt> attempts) {
            super("rehearse-migrator-" + number);
            setDaemon(true);
            this.phase = phase;
            this.number = number;
            this.steps = steps;
            this.step = steps.get(0);
            this.deadlineNanos = deadlineNanos;
            this.attempts = attempts;
            this.attemptStart = clock.micros();
            this.connection = connection(number);
        }

        /** One step after the other; a further one only after one that succeeded. */
        @Override
        public void run() {
            try {
                for (MigrationTool.Step each : steps) {
                    step = each;
                    attempt = 1;
                    if (cancelled != null || !throughStep()) {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean throughStep() throws InterruptedException {
            MigrationResult result = attempt();
            while (result.isWorthARetry() && attempt <= plan.retries() && pause()) {
                attempt++;
                result = attempt();
            }
            return result.succeeded();
        }

        private MigrationResult attempt() {
            recorder.attempt(number, attempt);
            recorder.migration(number, step.migration());
            attemptStart = clock.micros();
            int firstStatement = recorder.count();
            MigrationResult result;
            try {
                result = step.action().run(connection);
            } catch (RuntimeException e) {
                result = new MigrationResult(Outcome.FAILED, null, e.toString(), null);
            }
            if (!result.succeeded() && result.sqlState() == null) {
                result = asTheServerSaw(result, firstStatement);
            }
            attempts.add(new Attempt(
                    phase,
                    number,
                    attempt,
                    step.migration(),
                    attemptStart,
                    clock.micros(),
                    result.outcome(),
                    result.sqlState(),
                    inWords(result),
                    result.output()));
            attemptStart = -1;
            return result;
        }

        /** A program tells of its failure in words of its own, or not at all; what it failed with the server has said through the tap. */
        private MigrationResult asTheServerSaw(MigrationResult result, int firstStatement) {
            StatementFact last = recorder.lastFailure(number, firstStatement);
            if (last == null) {
                return result;
            }
            String words = (last.sqlState() == null
                            ? "the connection was lost before the server had answered"
                            : last.message() + " (SQLSTATE " + last.sqlState() + ")")
                    + "; " + result.message();
            return new MigrationResult(last.outcome(), last.sqlState(), words, last.source(), result.output());
        }

        private boolean pause() throws InterruptedException {
            long left = deadlineNanos - System.nanoTime();
            if (cancelled != null || plan.retryPause().toNanos() >= left) {
                return false;
            }
            Thread.sleep(plan.retryPause().toMillis());
            return cancelled == null;
        }

        private @Nullable String inWords(MigrationResult result) {
            if (result.succeeded()) {
                return null;
            }
            String reason = cancelled;
            String at = result.failedAt();
            return (reason == null ? "" : "Cancelled because " + reason + ". ")
                    + (at == null ? "" : at + ": ")
                    + result.message();
        }

        /** The attempt that goes on although it was cancelled and its session ended. */
        private java.util.Optional<Attempt> unfinished() {
            if (!isAlive() || attemptStart < 0) {
                return java.util.Optional.empty();
            }
            return java.util.Optional.of(new Attempt(
                    phase,
                    number,
                    attempt,
                    step.migration(),
                    attemptStart,
                    clock.micros(),
                    Outcome.UNKNOWN,
                    null,
                    "Cancelled because " + cancelled + ", but the tool did not stop.",
                    ""));
        }
    }
}
