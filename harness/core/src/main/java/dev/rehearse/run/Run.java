package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.Leftovers;
import dev.rehearse.migration.Migrators;
import dev.rehearse.migration.PlannedTool;
import dev.rehearse.plan.DatabasePlan;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.RowAccount;
import dev.rehearse.recording.RunClock;
import dev.rehearse.workload.LoadGenerator;
import dev.rehearse.workload.LoadPlan;
import dev.rehearse.workload.blocker.Blockers;
import dev.rehearse.workload.ledger.BaseSample;
import dev.rehearse.workload.ledger.WriteLedger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run, phase by phase. What the database or the migration does is collected; only a plan or a machine that makes the run impossible is
 * an exception. Used by one thread; {@link #close} gives back everything, in every state.
 */
final class Run implements AutoCloseable {

    private static final Duration BLOCKERS_IN_PLACE = Duration.ofSeconds(30);
    private static final Duration DRAIN = Duration.ofSeconds(30);
    /** Before the migration and on the new schema each operation runs once, however many there are, while that does not take longer. */
    private static final Duration LONGEST_TURNS = Duration.ofMinutes(1);

    private static final Duration TELL_EVERY = Duration.ofMillis(500);

    private final Rehearsal rehearsal;
    private final DatabaseProvider provider;
    private final RunListener listener;
    private final RunClock clock = new RunClock();
    private final PhaseLog phases;
    private final Collected collected;
    private final PlannedTool tool;
    private final SchemaWatch schema;
    private @Nullable TestDatabase database;

    Run(Rehearsal rehearsal, DatabaseProvider provider, RunListener listener) {
        this.rehearsal = rehearsal;
        this.provider = provider;
        this.listener = listener;
        this.phases = new PhaseLog(clock, listener);
        this.collected = new Collected(rehearsal, clock);
        // Programs may have to start, or to be fetched.
        Lasting lasting = new Lasting("ask for the migrations", listener);
        try {
            this.tool = PlannedTool.of(rehearsal.migration());
        } finally {
            lasting.close();
        }
        this.collected.tool(tool);
        this.schema = new SchemaWatch(rehearsal, tool.historyTables(), collected);
    }

    /** Everything, under load. */
    Recording throughAllPhases() throws InterruptedException {
        return record(Stages::rehearse);
    }

    /** The migration alone, on the loaded data. */
    Recording migrationAlone() throws InterruptedException {
        return record(Stages::trace);
    }

    /** What is done once the database is loaded and its roles are there. */
    @FunctionalInterface
    private interface Course {
        void run(Stages stages, Connection admin, Roles roles)
                throws SQLException, InterruptedException, DatabaseLostException;
    }

    private Recording record(Course course) throws InterruptedException {
        TestDatabase started = provision();
        database = started;
        DatabaseWatch watch = new DatabaseWatch(started);
        try {
            new Stages(started, watch).go(course);
        } catch (DatabaseLostException e) {
            collected.abort(phases.current(), e.reason(), true);
        } catch (SQLException | RuntimeException e) {
            if (watch.isServersEnd(e)) {
                collected.abort(phases.current(), watch.reason(), true);
            } else if (e instanceof SQLException lost && DatabaseWatch.isLostConnection(lost)) {
                collected.abort(
                        phases.current(), "Rehearse lost its own connection: " + lost.getMessage() + ".", false);
            } else {
                throw e instanceof RuntimeException ours ? watch.explained(ours) : unexpected((SQLException) e);
            }
        }
        phases.end();
        return collected.recording(phases.spans());
    }

    /** The server lives and refuses something that we ask for ourselves. */
    private RuntimeException unexpected(SQLException e) {
        String what = "In " + phases.current() + " the server refused what Rehearse itself asked for: " + e.getMessage()
                + " (SQLSTATE " + e.getSQLState() + ").";
        String state = String.valueOf(e.getSQLState());
        if (state.equals("42501")) {
            return new EnvironmentException(
                    what + " Rehearse needs a superuser: it makes roles and reads what other sessions do.", e);
        }
        if (state.startsWith("53") || state.startsWith("58")) {
            return new EnvironmentException(
                    what
                            + " It lacks room, memory or connections for the rehearsal: free some, or look at the plan's settings.",
                    e);
        }
        return new HarnessException(what, e);
    }

    private TestDatabase provision() {
        Leftovers.removeDead().forEach(removed -> listener.note("removed what an earlier run left: " + removed));
        DatabasePlan plan = rehearsal.database();
        TestDatabase started = provider.start(
                new DatabaseRequest(
                        plan.version(),
                        plan.standbys(),
                        plan.settings(),
                        plan.image(),
                        TemplateKey.of(rehearsal, tool.baseline())),
                listener);
        listener.note(started.description()
                + (started.isLoaded() && started.isOurs() ? ", data taken from an earlier run" : ""));
        return started;
    }

    @Override
    public void close() {
        try (tool) {
            if (database != null) {
                database.partThatStays().ifPresent(listener::note);
                database.close();
            }
        }
    }

    /** The phases from LOAD on, against one running database. */
    private final class Stages {

        private final TestDatabase database;
        private final DatabaseWatch watch;

        Stages(TestDatabase database, DatabaseWatch watch) {
            this.database = database;
            this.watch = watch;
        }

        void go(Course course) throws SQLException, InterruptedException, DatabaseLostException {
            phases.begin(Phase.LOAD);
            Preparation.Loaded loaded = new Preparation(rehearsal, tool, database, listener).load();
            collected.rows = loaded.rows();
            collected.broughtRows = loaded.brought();
            loaded.notes().forEach(listener::note);

            phases.begin(Phase.SNAPSHOT);
            try (Connection admin = database.primary().connect("rehearse-admin");
                    Statement settings = admin.createStatement()) {
                // Whatever the migration leaves locked, the run comes to its end.
                settings.execute("SET lock_timeout = '5s'");
                collected.environment = Environment.read(rehearsal, database, admin);
                Roles roles = Roles.create(admin, rehearsal, database);
                if (roles.application() != null) {
                    listener.note("the load has the rights of " + roles.application());
                }
                try {
                    course.run(this, admin, roles);
                } finally {
                    if (!database.isOurs() && database.isAlive()) {
                        roles.drop(admin);
                    }
                }
            }
        }

        void trace(Connection admin, Roles roles) throws SQLException, InterruptedException, DatabaseLostException {
            schema.beforeMigration(admin, roles, !database.isOurs());
            try (Migrators migrators = migrators(roles)) {
                migrate(Phase.MIGRATE, migrators);
                schema.afterMigration(admin, migrators.recorder());
                collected.statements = migrators.recorder().facts();
                collected.notMeasured.addAll(migrators.notMeasured());
            }
        }

        void rehearse(Connection admin, Roles roles) throws SQLException, InterruptedException, DatabaseLostException {
            Blockers.check(rehearsal.workload().blockers(), admin);
            schema.beforeMigration(admin, roles, !database.isOurs());
            BaseSample sample = BaseSample.take(
                    admin, tool.historyTables(), rehearsal.data().randomSeed(), listener);
            LoadPlan load = LoadPlan.resolve(
                    rehearsal.workload(),
                    database.primary(),
                    Roles.LOAD,
                    roles.password(),
                    tool.historyTables(),
                    rehearsal.data().keeps(),
                    rehearsal.data().randomSeed(),
                    listener);

            WriteLedger ledger;
            try (Migrators migrators = migrators(roles)) {
                phases.begin(Phase.WARM_UP);
                try (UnderLoad underLoad = UnderLoad.start(database, load, roles, migrators, clock, collected)) {
                    ledger = underLoad.ledger();
                    underLoad(admin, migrators, underLoad, sample);
                    underLoad.drainFor(DRAIN);
                    phases.begin(Phase.VERIFY);
                }
            }
            verify(admin, ledger, sample);
            reapply(admin, roles);
        }

        private void underLoad(Connection admin, Migrators migrators, UnderLoad underLoad, BaseSample sample)
                throws SQLException, InterruptedException, DatabaseLostException {
            Workload workload = rehearsal.workload();
            last("the load alone, not yet counted", workload.warmUp());
            phases.begin(Phase.BASELINE);
            lastWithEachOperation(underLoad.generator(), "the load alone", workload.baseline(), 1);
            schema.asMigrationBegins(admin);
            underLoad.ledger().migrationBegins(clock.micros());
            if (workload.blockers().isEmpty()) {
                migrate(Phase.MIGRATE, migrators);
            } else {
                Blockers blockers = Blockers.start(workload.blockers(), database.primary(), clock);
                underLoad.standInTheWay(blockers);
                blockers.awaitInPlace(BLOCKERS_IN_PLACE);
                blockers.migrationStarted();
                migrate(Phase.MIGRATE, migrators);
            }

            phases.begin(Phase.SETTLE);
            lastWithEachOperation(underLoad.generator(), "the load on the new schema", workload.settle(), 0.5);
            phases.begin(Phase.VERIFY);
            schema.afterMigration(admin, migrators.recorder());

            if (migrators.hasDown() && (migrated() || schema.hasChanged())) {
                lookBeforeRollback(admin, underLoad, sample);
                underLoad.generator().applications(1);
                schema.asRollbackBegins(admin);
                if (isTried(Phase.ROLL_BACK, migrators)) {
                    schema.afterRollback(admin, migrators.recorder());
                }
            }
        }

        /** What keeps it from looking is told, and the rollback is tried all the same. */
        private void lookBeforeRollback(Connection admin, UnderLoad underLoad, BaseSample sample)
                throws SQLException, InterruptedException {
            try (Statement settings = admin.createStatement()) {
                settings.execute("SET statement_timeout = '10s'");
                try {
                    collected.afterMigration =
                            underLoad.ledger().verify(admin, sample, () -> isOver(underLoad.generator()));
                } catch (SQLException e) {
                    collected.notMeasured.add("what became of the rows before the rollback: " + e.getMessage());
                }
                settings.execute("RESET statement_timeout");
            }
        }

        private boolean isOver(LoadGenerator load) throws InterruptedException {
            try {
                boolean over = watch.await(DRAIN, load.allOver());
                if (!over) {
                    collected.notMeasured.add(
                            "what became of the rows before the rollback: an operation did not end in time");
                }
                return over;
            } catch (DatabaseLostException e) {
                // What is asked next fails for it.
                return false;
            }
        }

        /** Runs what comes after the migration; where this machine lacks what it needs, what was found of the migration is told all the same. */
        private boolean isTried(Phase after, Migrators migrators) throws InterruptedException, DatabaseLostException {
            try {
                migrate(after, migrators);
                return true;
            } catch (EnvironmentException e) {
                if (watch.isServersEnd(e)) {
                    throw e;
                }
                collected.abort(after, String.valueOf(e.getMessage()), false);
                return false;
            }
        }

        /** Lets the load run as long as the plan says, and until each operation had its turn, but for a minute at most. */
        private void lastWithEachOperation(LoadGenerator load, String what, Duration planned, double beforeShare)
                throws InterruptedException, DatabaseLostException {
            if (planned.isZero()) {
                load.applications(beforeShare);
                return;
            }
            long turnsMicros = load.applicationsWithEachOperation(beforeShare) - clock.micros();
            Duration turns = Duration.of(turnsMicros, ChronoUnit.MICROS);
            Duration most = turns.compareTo(LONGEST_TURNS) < 0 ? turns : LONGEST_TURNS;
            last(what, planned.compareTo(most) < 0 ? most : planned);
        }

        /** Lets the load run for that long, and tells how much of it is over. */
        private void last(String what, Duration inAll) throws InterruptedException, DatabaseLostException {
            long startMicros = clock.micros();
            Duration soFar = Duration.ZERO;
            while (soFar.compareTo(inAll) < 0) {
                Duration left = inAll.minus(soFar);
                watch.await(left.compareTo(TELL_EVERY) < 0 ? left : TELL_EVERY);
                soFar = Duration.of(clock.micros() - startMicros, ChronoUnit.MICROS);
                listener.lasts(what, soFar, inAll);
            }
        }

        private Migrators migrators(Roles roles) {
            return tool.open(database.primary(), Roles.MIGRATION, roles.password(), clock);
        }

        private void migrate(Phase phase, Migrators migrators) throws InterruptedException, DatabaseLostException {
            phases.begin(phase);
            MigrationProgress progress =
                    MigrationProgress.start(migrators.recorder(), database.primary(), clock, listener);
            try {
                collected.attempts.addAll(migrators.run(phase));
            } finally {
                progress.close();
            }
            collected.tool(tool);
            collected.leftovers.addAll(migrators.stuck(phase));
            if (Thread.interrupted()) {
                throw new InterruptedException("The run was interrupted in " + phase + ".");
            }
            watch.check();
        }

        private boolean migrated() {
            return collected.attempts.stream()
                    .anyMatch(a -> a.phase() == Phase.MIGRATE && a.outcome() == Outcome.SUCCEEDED);
        }

        /** Whether a migrator got through all its steps: after one that fails it makes no other. */
        private boolean cameToItsEnd(Phase phase) {
            Map<Integer, Attempt> last = new HashMap<>();
            collected.attempts.stream().filter(a -> a.phase() == phase).forEach(a -> last.put(a.migrator(), a));
            return last.values().stream().anyMatch(a -> a.outcome() == Outcome.SUCCEEDED);
        }

        private void verify(Connection admin, WriteLedger ledger, BaseSample sample)
                throws SQLException, InterruptedException {
            Phase after = cameToItsEnd(Phase.ROLL_BACK) ? Phase.ROLL_BACK : Phase.MIGRATE;
            try {
                collected.account = new RowAccount(after, ledger.verify(admin, sample), collected.afterMigration);
            } catch (SQLException e) {
                if (!SchemaWatch.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
                collected.abort(Phase.VERIFY, "A lock that was kept hid the rows: " + e.getMessage() + ".", false);
            }
            collected.notMeasured.addAll(ledger.notes());
            ledger.unreadable()
                    .forEach((table, failure) -> collected.leftovers.add(
                            new Leftover(Leftover.Kind.ROWS_UNREADABLE, table, Phase.MIGRATE, failure)));
            if (!ledger.keyless().isEmpty()) {
                collected.leftovers.add(new Leftover(
                        Leftover.Kind.ROWS_UNFOLLOWED,
                        String.join(", ", ledger.keyless()),
                        Phase.MIGRATE,
                        "a write gave back no row, or one without a value for the primary key"));
            }
        }

        /** Up again, without load: what it costs the application is known by now; whether it works a second time is not. */
        private void reapply(Connection admin, Roles roles)
                throws SQLException, InterruptedException, DatabaseLostException {
            if (!cameToItsEnd(Phase.MIGRATE) || !cameToItsEnd(Phase.ROLL_BACK)) {
                return;
            }
            boolean tried;
            try (Migrators migrators = migrators(roles)) {
                tried = isTried(Phase.REAPPLY, migrators);
                collected.addStatements(migrators.recorder().facts());
            }
            if (tried) {
                schema.afterReapply(admin);
            }
        }
    }
}
