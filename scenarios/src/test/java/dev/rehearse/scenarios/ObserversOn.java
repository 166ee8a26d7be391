package dev.rehearse.scenarios;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.load.LoadRole;
import dev.rehearse.observe.LockObservation;
import dev.rehearse.observe.LockSampler;
import dev.rehearse.observe.ServerSampler;
import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.StateSampler;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.StatementRecorder;
import dev.rehearse.wiretap.Wiretap;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * Every observer of a run at once, on a server that somebody else started, for {@code scenarios/benchmarks/observers-on-against-off}: as they
 * work while a statement of the migration runs, which is when they work the most. The statement is one that does nothing.
 */
final class ObserversOn {

    private ObserversOn() {}

    /**
     * Says "ready", goes on until its input ends, and tells what it saw.
     *
     * @param arguments port on loopback, the superuser, and the role that is to be told of its waits
     */
    public static void main(String[] arguments) throws Exception {
        Server server =
                new Server("primary", "127.0.0.1", Integer.parseInt(arguments[0]), "postgres", arguments[1], "none");
        try (Connection admin = server.connect("benchmark")) {
            LoadRole.create(admin, arguments[2], "none", arguments[1]);
        }
        RunClock clock = new RunClock();
        try (StatementRecorder recorder = StatementRecorder.open(server, clock);
                Wiretap tap = Wiretap.listen(server, clock, recorder.listener(0));
                Connection migration =
                        DriverManager.getConnection(tap.server().jdbcUrl(), server.user(), server.password());
                ServerSampler counters = ServerSampler.start(server, java.util.List.of(), clock);
                StateSampler state = StateSampler.start(server, clock);
                LockSampler locks =
                        LockSampler.start(server, clock, SessionNames.NONE, () -> recorder.runningStatement() >= 0)) {
            Thread statement = new Thread(() -> sleep(migration));
            statement.start();
            while (recorder.runningStatement() < 0) {
                Thread.onSpinWait();
            }
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // Until the input ends.
            }
            LockObservation seen = locks.observation();
            System.out.printf(
                    Locale.ROOT,
                    "%d samples of locks, at worst %.1f ms apart; %d waits; %d samples of counters, %d of state; %s%n",
                    seen.samples(),
                    seen.longestGapMicros() / 1_000.0,
                    seen.waits().size(),
                    counters.server().size(),
                    state.samples().size(),
                    seen.notes());
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }
    }

    private static void sleep(Connection migration) {
        try (Statement statement = migration.createStatement()) {
            statement.execute("SELECT pg_sleep(3600)");
        } catch (SQLException e) {
            // The program ends before the statement does.
        }
    }
}
