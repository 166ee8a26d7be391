package dev.rehearse.workload;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.RunClock;
import dev.rehearse.workload.ledger.WriteLedger;
import dev.rehearse.workload.wait.ServerWait;
import dev.rehearse.workload.wait.WaitCollector;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the load: operations arrive on a schedule that the database cannot slow down. Each application version has its own clients,
 * one connection each; an arrival that finds no free client waits for one, and its response time counts from when it was due. Nothing
 * is skipped; where the plan says how long an arrival waits, it fails then. {@link #start}, {@link #stop} and what splits the arrivals are called by one thread; the others by any.
 */
public final class LoadGenerator implements AutoCloseable {

    /** The class of SQLSTATEs of whom the server does not let in. */
    private static final String NOT_ADMITTED = "28";

    private static final Duration LAST_MOMENTS = Duration.ofSeconds(2);
    /** Shares change this much later than asked for, so that every client has heard of it by then. */
    private static final long NOTICE_MICROS = 5_000;

    private final LoadPlan plan;
    private final LoadConnections connections;
    private final int shortestReportedWaitMillis;
    private final RunClock clock;
    private final WriteLedger ledger;
    private final PauseMeter pauses = new PauseMeter();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private volatile @Nullable LoadRun run;
    private final List<LoadClients> applications = new CopyOnWriteArrayList<>();
    private boolean stopped;
    private volatile long planned;

    /**
     * Makes a generator; nothing happens before {@link #start}.
     *
     * @param shortestReportedWaitMillis as the role was made with ({@link LoadRole#create})
     */
    public LoadGenerator(
            LoadPlan plan,
            TestDatabase.Server server,
            String role,
            String password,
            int shortestReportedWaitMillis,
            RunClock clock) {
        this.plan = plan;
        this.shortestReportedWaitMillis = shortestReportedWaitMillis;
        this.connections =
                new LoadConnections(server, role, password, plan.workload().sessions());
        this.clock = clock;
        this.ledger = new WriteLedger(plan.catalog());
        plan.excluded().forEach(ledger::exclude);
    }

    private static String wayOut(@Nullable String sqlState) {
        return sqlState != null && sqlState.startsWith(NOT_ADMITTED)
                ? "They log in as a role that the rehearsal makes: let the server's pg_hba.conf admit it."
                : "Allow the server more connections (max_connections), or plan fewer clients.";
    }

    /**
     * Opens the connections, named {@code rehearse-load-1} and on, and begins the schedule, with the application that runs today alone.
     *
     * @throws EnvironmentException if the connections cannot be opened
     */
    public void start() {
        Workload workload = plan.workload();
        ArrivalSchedule schedule = new ArrivalSchedule(workload.rate(), workload.arrivals(), plan.randomSeed());
        LoadRun starting = new LoadRun(clock, schedule, connections, plan, ledger);
        LoadClients before = new LoadClients(starting, plan.before(), ArrivalSchedule.BEFORE, workload.clients(), 1);
        applications.add(before);
        try {
            before.connect();
        } catch (SQLException e) {
            before.close();
            throw new EnvironmentException(
                    "Could not open the " + workload.clients() + " connections of the load: " + e.getMessage() + " ("
                            + e.getSQLState() + "). "
                            + wayOut(e.getSQLState()),
                    e);
        }
        WaitCollector.rehearse();
        schedule.begin(clock.micros());
        run = starting;
        pauses.start(clock);
        before.start();
    }

    /** The server processes that serve the clients now, by the folders of the clients' threads in /proc; empty where the system has none. */
    public Map<Path, Integer> servedBy() {
        Map<Path, Integer> served = new HashMap<>();
        for (LoadClients application : applications) {
            for (LoadClient client : application.clients()) {
                Path thread = client.thread();
                int pid = client.servedBy();
                if (thread != null && pid != 0) {
                    served.put(thread, pid);
                }
            }
        }
        return served;
    }

    /**
     * Splits the arrivals due from now on between the application that runs today and the one that comes with the migration. Without
     * the latter it does nothing. The first time the latter is let in it is made ready on the schema as it is then, which takes a moment.
     *
     * @param beforeShare 1: only today's; 0: only the one to come; 0.5: both alike
     */
    public void applications(double beforeShare) {
        split(beforeShare, false);
    }

    /**
     * {@link #applications}, and from now on each operation of those that take part first has its turn, once, before any is drawn: with many operations
     * most are rare, and one that never runs before the migration and on the new schema does not show what becomes of it.
     *
     * @return when the last of them is due, in microseconds of the run's clock
     */
    public long applicationsWithEachOperation(double beforeShare) {
        return split(beforeShare, true);
    }

    private long split(double beforeShare, boolean eachOnce) {
        LoadRun running = run;
        if (running == null || stopped) {
            return clock.micros();
        }
        Workload.Application after = plan.after();
        boolean both = after != null && (applications.size() > 1 || beforeShare < 1 && letIn(running, after));
        List<Integer> operations = eachOnce
                ? applications.stream()
                        .map(clients -> clients.application().operations().size())
                        .toList()
                : List.of();
        long last = running.schedule.share(clock.micros() + NOTICE_MICROS, both ? beforeShare : 1, operations);
        applications.forEach(LoadClients::wake);
        return last;
    }

    private boolean letIn(LoadRun running, Workload.Application after) {
        LoadPlan.After ready;
        try (Connection connection = connections.openToTry(after, "rehearse-load-plan")) {
            ready = plan.resolveAfter(after, connection);
        } catch (SQLException | InvalidRehearsalException e) {
            notes.add("The application \"" + after.name() + "\" did not take part: " + e.getMessage());
            return false;
        }
        notes.addAll(ready.notes());
        ready.excluded().forEach(ledger::exclude);
        int clients = plan.workload().clients();
        LoadClients newcomers =
                new LoadClients(running, ready.application(), ArrivalSchedule.AFTER, clients, clients + 1);
        applications.add(newcomers);
        try {
            newcomers.connect();
        } catch (SQLException e) {
            // Those that are missing are opened by the first operation that wants one, which fails if it cannot.
            notes.add("The application \"" + after.name() + "\" began without all its " + clients + " connections: "
                    + e.getMessage() + " (" + e.getSQLState() + ").");
        }
        newcomers.start();
        return true;
    }

    /**
     * Ends the schedule and lets what is due finish; cancels what still runs at the deadline. What never finished is in the log as
     * UNKNOWN, ending now. A second call does nothing.
     */
    public void stop(Duration drain) {
        LoadRun running = run;
        if (stopped || running == null) {
            return;
        }
        stopped = true;
        running.stopMicros = clock.micros();
        applications.forEach(LoadClients::wake);
        long until = System.nanoTime() + drain.toNanos();
        boolean drained = true;
        for (LoadClients clients : applications) {
            drained &= clients.await(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        }
        running.abandoned = true;
        if (!drained) {
            applications.forEach(LoadClients::wake);
            applications.forEach(LoadClients::cancelRunning);
            applications.forEach(clients -> clients.await(LAST_MOMENTS));
            applications.forEach(LoadClients::abort);
            applications.forEach(clients -> clients.await(LAST_MOMENTS));
        }
        planned = running.schedule.countBefore(running.stopMicros);
        logUnfinished(running);
        pauses.stop();
    }

    private void logUnfinished(LoadRun running) {
        Map<Long, LoadClient.InFlight> inFlight = new HashMap<>();
        for (LoadClients clients : applications) {
            for (LoadClient client : clients.clients()) {
                LoadClient.InFlight flight = client.inFlight();
                if (flight != null) {
                    inFlight.put(flight.arrival(), flight);
                }
            }
        }
        long now = clock.micros();
        for (long arrival = 0; arrival < planned; arrival++) {
            int application = running.schedule.application(arrival);
            if (application < 0) {
                continue;
            }
            LoadClient.InFlight flight = inFlight.get(arrival);
            if (flight == null && running.isGivenUp(arrival, now)) {
                running.giveUp(arrival, applications.get(application).kind(arrival));
                continue;
            }
            long start = flight == null ? now : flight.startMicros();
            running.log(
                    arrival,
                    new OperationLog.Operation(
                            applications.get(application).kind(arrival),
                            running.schedule.dueMicros(arrival),
                            start,
                            now,
                            Outcome.UNKNOWN,
                            null,
                            flight == null ? 0 : flight.pid()));
        }
    }

    /** Tells whether every operation that is under way now is over: what it wrote is in {@link #ledger} then. */
    public BooleanSupplier allOver() {
        Map<LoadClient, Long> underWay = new HashMap<>();
        for (LoadClients clients : applications) {
            for (LoadClient client : clients.clients()) {
                LoadClient.InFlight flight = client.inFlight();
                if (flight != null) {
                    underWay.put(client, flight.arrival());
                }
            }
        }
        return () -> {
            underWay.entrySet().removeIf(entry -> {
                LoadClient.InFlight flight = entry.getKey().inFlight();
                return flight == null || flight.arrival() != entry.getValue();
            });
            return underWay.isEmpty();
        };
    }

    /** Every operation so far; empty before {@link #start}. */
    public OperationLog operations() {
        LoadRun running = run;
        return running == null ? new OperationLog() : running.log;
    }

    /**
     * What the load was, so far.
     *
     * @throws HarnessException if a client broke down, so that less was run than planned
     */
    public Recording.LoadFacts facts() {
        Workload workload = plan.workload();
        Workload.Application after = plan.after();
        LoadRun running = run;
        Throwable breakdown = running == null ? null : running.breakdown.get();
        if (breakdown != null) {
            throw new HarnessException("A client of the load broke down: " + breakdown, breakdown);
        }
        long due = 0;
        long unfinished = 0;
        long shed = 0;
        if (running != null) {
            due = stopped ? planned : running.schedule.countBefore(clock.micros());
            unfinished = running.unfinished.get();
            shed = running.shed.get();
        }
        return new Recording.LoadFacts(
                workload.rate().highestPerSecond(),
                workload.rate().words(),
                workload.clients(),
                workload.before().name(),
                after == null ? null : after.name(),
                due,
                running == null ? 0 : running.log.size() - unfinished - shed,
                shed,
                unfinished,
                running == null ? 0 : running.lateness.getValueAtPercentile(99),
                running == null ? 0 : running.lateness.getMaxValue(),
                running == null ? 0 : running.reconnects.get(),
                pauses.pauses(),
                running == null ? List.of() : running.messages.all());
    }

    /** What the load wrote. */
    public WriteLedger ledger() {
        return ledger;
    }

    /** Every wait for a lock of at least {@link LoadRole#shortestReportedWaitMillis} that the load's sessions heard of, so far. */
    public List<ServerWait> serverWaits() {
        LoadRun running = run;
        return running == null ? List.of() : running.waits();
    }

    /** What the author of the plan should know: what the plan's notes say, and what became of the application to come. */
    public List<String> notes() {
        List<String> all = new ArrayList<>(plan.notes());
        int clients = plan.workload().clients();
        if (shortestReportedWaitMillis > LoadRole.shortestReportedWaitMillis(1, null)) {
            all.add("With " + clients + " clients the server tells of waits for locks from "
                    + shortestReportedWaitMillis
                    + " ms up, as shorter ones would cost it much; of these, those that were sampled are told.");
        }
        all.addAll(notes);
        return all;
    }

    /** {@link #stop} without draining. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
