package dev.rehearse.scenarios;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.observe.ServerSampler;
import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.StateSampler;
import dev.rehearse.observe.lock.LockObservation;
import dev.rehearse.observe.lock.LockSampler;
import dev.rehearse.plan.Budget;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.Wiretap;
import dev.rehearse.wiretap.lock.LockFollower;
import dev.rehearse.wiretap.record.StatementRecorder;
import dev.rehearse.workload.LoadRole;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Every observer of a run at once, on a server that somebody else started, for {@code scenarios/benchmarks/observers-on-against-off}: as they
 * work while a statement of the migration runs, which is when they work the most. The statement is one that does nothing.
 */
final class ObserversOn {

    /** As many as a load of 500 operations a second has sent after 40 s. */
    private static final int STATEMENTS_OF_A_LOAD = 20_000;

    private ObserversOn() {}

    /** What a run is observed by; the default is all of them. */
    private enum Observer {
        /** The server tells the load's role of its waits. */
        WORDS,
        LOCKS,
        TAP,
        STATE,
        COUNTERS
    }

    /**
     * Says "ready", goes on until its input ends, and tells what it saw.
     *
     * @param arguments port on loopback, the superuser, the role that is to be told of its waits, how many clients it has, and names of observers that are left out
     */
    public static void main(String[] arguments) throws Exception {
        Server server =
                new Server("primary", "127.0.0.1", Integer.parseInt(arguments[0]), "postgres", arguments[1], "none");
        Set<Observer> on = EnumSet.allOf(Observer.class);
        for (String without : Arrays.asList(arguments).subList(4, arguments.length)) {
            on.remove(Observer.valueOf(without.toUpperCase(Locale.ROOT)));
        }
        try (Connection admin = server.connect("benchmark");
                Statement statement = admin.createStatement()) {
            if (on.contains(Observer.WORDS)) {
                LoadRole.create(
                        admin,
                        arguments[2],
                        "none",
                        arguments[1],
                        LoadRole.shortestReportedWaitMillis(
                                Integer.parseInt(arguments[3]), Budget.DEFAULT.longestLockWait()));
            } else {
                statement.execute("ALTER ROLE " + arguments[2] + " RESET ALL");
            }
        }
        useDriver(server);
        RunClock clock = new RunClock();
        StatementRecorder recorder = on.contains(Observer.TAP) ? migrate(server, clock) : null;
        ServerSampler counters = on.contains(Observer.COUNTERS) ? ServerSampler.start(server, List.of(), clock) : null;
        StateSampler state = on.contains(Observer.STATE) ? StateSampler.start(server, clock) : null;
        LockFollower follower = recorder == null ? () -> Set.of(0) : recorder.follower();
        LockSampler locks =
                on.contains(Observer.LOCKS) ? LockSampler.start(server, clock, SessionNames.NONE, follower) : null;
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Until the input ends.
        }
        if (locks != null) {
            LockObservation seen = locks.observation();
            System.out.printf(
                    Locale.ROOT,
                    "%d samples of locks, at worst %.1f ms apart; %d waits; %s; ",
                    seen.samples(),
                    seen.longestGapMicros() / 1_000.0,
                    seen.waits().size(),
                    seen.notes());
        }
        System.out.printf(
                "%d samples of counters, %d of state; %d statements of a migration%n",
                counters == null ? 0 : counters.server().size(),
                state == null ? 0 : state.samples().size(),
                recorder == null ? 0 : recorder.count());
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    /** A run's load speaks through the same driver, in the same process: Java has compiled it when the migration begins. */
    private static void useDriver(Server server) throws SQLException {
        try (Connection load = server.connect("benchmark");
                PreparedStatement statement = load.prepareStatement("SELECT n, n::text FROM generate_series(1, ?) n")) {
            for (int i = 0; i < STATEMENTS_OF_A_LOAD; i++) {
                statement.setInt(1, 1 + i % 3);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        rows.getLong(1);
                        rows.getString(2);
                    }
                }
            }
        }
    }

    /** A migration, through the tap, that does nothing for long, and keeps the server from removing no row. The program ends before it does. */
    private static StatementRecorder migrate(Server server, RunClock clock) throws SQLException {
        StatementRecorder recorder = StatementRecorder.open(server, clock);
        Wiretap tap = Wiretap.listen(server, clock, recorder.listener(0));
        Connection migration = DriverManager.getConnection(tap.server().jdbcUrl(), server.user(), server.password());
        new Thread(() -> sleep(migration)).start();
        while (recorder.runningStatement() < 0) {
            Thread.onSpinWait();
        }
        return recorder;
    }

    private static void sleep(Connection migration) {
        try (Statement statement = migration.createStatement()) {
            statement.execute("DO $$ BEGIN LOOP PERFORM pg_sleep(0.1); COMMIT; END LOOP; END $$");
        } catch (SQLException e) {
            // The program ends before the statement does.
        }
    }
}
