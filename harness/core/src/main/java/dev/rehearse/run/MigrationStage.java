package dev.rehearse.run;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.migration.MigrationResult;
import dev.rehearse.migration.MigrationTool;
import dev.rehearse.migration.ToolConnection;
import dev.rehearse.plan.Migration;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.StatementRecorder;
import dev.rehearse.wiretap.Wiretap;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Runs the migration tool through wiretaps: as many migrators at once as the plan says, each with the plan's retries. */
final class MigrationStage {

    private static final Duration AFTER_CANCEL = Duration.ofSeconds(20);

    private final Migration plan;
    private final MigrationTool tool;
    private final Server server;
    private final Roles roles;
    private final RunClock clock;
    private final StatementRecorder recorder;
    private final DatabaseWatch watch;
    private final RunListener listener;

    MigrationStage(
            Migration plan,
            MigrationTool tool,
            Server server,
            Roles roles,
            RunClock clock,
            StatementRecorder recorder,
            DatabaseWatch watch,
            RunListener listener) {
        this.plan = plan;
        this.tool = tool;
        this.server = server;
        this.roles = roles;
        this.clock = clock;
        this.recorder = recorder;
        this.watch = watch;
        this.listener = listener;
    }

    /** Runs one direction to its end and adds its attempts to {@code attempts} as they end, whatever happens. */
    void run(Phase phase, List<Attempt> attempts) throws InterruptedException, DatabaseLostException {
        recorder.begin(phase);
        int migrators = phase == Phase.ROLL_BACK ? 1 : plan.migrators();
        List<Attempt> ended = Collections.synchronizedList(new ArrayList<>());
        List<Wiretap> taps = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(migrators);
        try {
            for (int migrator = 0; migrator < migrators; migrator++) {
                Wiretap tap = Wiretap.listen(server, clock, recorder.listener(migrator));
                taps.add(tap);
                Migrator one = new Migrator(phase, migrator, tap, ended);
                threads.add(new Thread(
                        () -> {
                            try {
                                one.attempt();
                            } finally {
                                running.countDown();
                            }
                        },
                        "rehearse-migrator-" + migrator));
            }
            threads.forEach(Thread::start);
            long start = clock.micros();
            boolean done = watch.await(plan.deadline(), () -> {
                listener.report(tool.name() + ", statement " + (recorder.facts().size()), clock.micros() - start, -1);
                return running.getCount() == 0;
            });
            if (!done) {
                cancel();
                watch.await(AFTER_CANCEL, () -> running.getCount() == 0);
            }
        } finally {
            taps.forEach(Wiretap::close);
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join(AFTER_CANCEL.toMillis());
            }
            synchronized (ended) {
                attempts.addAll(ended);
            }
        }
    }

    private void cancel() {
        try (Connection connection = server.connect("rehearse-admin");
                PreparedStatement cancel = connection.prepareStatement("SELECT pg_cancel_backend(?)")) {
            for (int pid : recorder.backends()) {
                cancel.setInt(1, pid);
                cancel.execute();
            }
        } catch (SQLException e) {
            // The taps are cut next, which ends the sessions just as well.
            System.getLogger(MigrationStage.class.getName())
                    .log(System.Logger.Level.DEBUG, "the migration could not be cancelled: {0}", e.getMessage());
        }
    }

    /** One of the migrators. Each runs in a thread of its own. */
    private final class Migrator {

        private final Phase phase;
        private final int number;
        private final Wiretap tap;
        private final List<Attempt> ended;

        Migrator(Phase phase, int number, Wiretap tap, List<Attempt> ended) {
            this.phase = phase;
            this.number = number;
            this.tap = tap;
            this.ended = ended;
        }

        void attempt() {
            for (int attempt = 1; attempt <= 1 + plan.retries(); attempt++) {
                recorder.attempt(number, attempt);
                long start = clock.micros();
                MigrationResult result = once();
                ended.add(new Attempt(
                        phase, number, attempt, start, clock.micros(), result.outcome(), result.sqlState(), message(result)));
                if (!result.isWorthARetry() || attempt > plan.retries() || !pause()) {
                    return;
                }
            }
        }

        private MigrationResult once() {
            Server tapped = tap.server();
            ToolConnection connection = new ToolConnection(
                    tapped.jdbcUrl(),
                    Roles.MIGRATION,
                    roles.password(),
                    plan.lockTimeout(),
                    "rehearse-migration-" + number,
                    recorder::source);
            return phase == Phase.ROLL_BACK ? tool.down(connection) : tool.up(connection);
        }

        private @org.jspecify.annotations.Nullable String message(MigrationResult result) {
            if (result.outcome() == Outcome.SUCCEEDED) {
                return null;
            }
            return (result.failedAt() == null ? "" : result.failedAt() + ": ") + result.message();
        }

        private boolean pause() {
            try {
                Thread.sleep(plan.retryPause().toMillis());
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
