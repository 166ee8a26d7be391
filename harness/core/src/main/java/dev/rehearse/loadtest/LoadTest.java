package dev.rehearse.loadtest;

import com.sun.management.OperatingSystemMXBean;
import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.RehearsalException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.pgbench.PgRandom;
import dev.rehearse.pgbench.ScriptState;
import dev.rehearse.pgbench.Value;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.report.Units;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs a load against a database that somebody named. It executes the statements of the scripts and none other. */
public final class LoadTest {

    private static final Duration PROGRESS = Duration.ofSeconds(5);
    private static final Duration LEAST_DRAIN = Duration.ofSeconds(1);
    private static final Duration LAST_MOMENTS = Duration.ofSeconds(2);
    private static final int MOST_TALLIES = 64;
    private static final int LEAST_TALLIES = 4;
    /** Scripts, which an export has a thousand of: each has five histograms in each tally. */
    private static final int MOST_APART = 100;

    public static final double LATE_MILLIS = 5;

    private final LoadTestPlan plan;
    private final LoadTestListener listener;
    private final Load load;
    private final List<Tally> tallies = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Tally total;
    private final @Nullable Intervals intervals;
    private final int apart;
    private Tally sinceProgress;
    private boolean interrupted;

    private LoadTest(LoadTestPlan plan, LoadTestListener listener) {
        this.plan = plan;
        this.listener = listener;
        Program program = new Program(plan.work().scripts(), plan.sessions().protocol(), 0);
        this.load = new Load(DatabaseUrl.of(plan.url()), plan, program, arrivals(plan));
        this.apart = plan.intervalLog() == null ? 1 : Math.min(MOST_APART, program.count());
        this.total = newTally(1);
        this.sinceProgress = newTally(1);
        for (int i = 0; i < tallies(); i++) {
            tallies.add(newTally(apart));
        }
        Path log = plan.intervalLog();
        this.intervals = log == null ? null : new Intervals(log, namesApart(program));
    }

    /** Clients that share a thread share a tally, too: fewer of them stay in the processor's cache. */
    private int tallies() {
        int clients = plan.sessions().clients();
        return LoadThreads.areCrowded(load, clients)
                ? Runtime.getRuntime().availableProcessors()
                : Math.min(clients, Math.max(LEAST_TALLIES, MOST_TALLIES / apart));
    }

    private Tally newTally(int timesApart) {
        return new Tally(load.program().count(), timesApart);
    }

    private static List<String> namesApart(Program program) {
        List<String> names = new ArrayList<>(program.names());
        if (names.size() > MOST_APART) {
            names.subList(MOST_APART - 1, names.size()).clear();
            names.add("others");
        }
        return names;
    }

    private static @Nullable Arrivals arrivals(LoadTestPlan plan) {
        RateCurve rate = plan.pace().rate();
        if (rate == null) {
            return null;
        }
        double end = plan.pace().isTimed() ? plan.pace().length().toNanos() : Double.MAX_VALUE;
        long most = plan.pace().isTimed()
                ? Long.MAX_VALUE
                : plan.pace().operationsPerClient() * plan.sessions().clients();
        return new Arrivals(rate, plan.pace().evenly(), end, most, plan.randomSeed());
    }

    /**
     * Runs to the end of the plan. What is due by then has as long as a tenth of the run to finish, a second at least; what runs longer is
     * cancelled. An interrupt ends the run early, with what was seen so far.
     *
     * @throws InvalidRehearsalException where the plan does not fit the database, or a script is wrong
     * @throws EnvironmentException where the connections cannot be opened
     * @throws InterruptedException where the run had not begun yet
     */
    public static LoadTestResult run(LoadTestPlan plan, LoadTestListener listener) throws InterruptedException {
        if (plan.sessions().protocol() == Protocol.SIMPLE) {
            plan.work().scripts().stream()
                    .filter(s -> s.script().hasPipelines())
                    .findFirst()
                    .ifPresent(s -> {
                        throw new InvalidRehearsalException(
                                "The script " + s.script().name()
                                        + " uses pipelines, which the simple protocol has not. Say -M extended or -M"
                                        + " prepared.");
                    });
        }
        LoadTest test = new LoadTest(plan, listener);
        try {
            return test.run();
        } finally {
            test.closeIntervals();
        }
    }

    private void closeIntervals() {
        if (intervals != null) {
            intervals.close();
        }
    }

    private LoadTestResult run() throws InterruptedException {
        prepareClients();
        warmUp();
        threads.addAll(LoadThreads.start(load, clients));
        long cpuBefore = cpuNanos();
        if (intervals != null) {
            intervals.start();
        }
        load.start();
        boolean ended = awaitEnd();
        long cpu = cpuNanos() - cpuBefore;
        if (!ended) {
            abandon();
        }
        closeAll();
        Throwable failure = load.failure();
        if (failure instanceof RehearsalException known) {
            throw known;
        }
        if (failure != null) {
            throw new HarnessException("A client of the load failed: " + failure, failure);
        }
        collect(System.nanoTime());
        closeIntervals();
        return result(cpu);
    }

    private void warmUp() throws InterruptedException {
        try {
            WarmUp.run(load, clients);
        } catch (InterruptedException e) {
            clients.forEach(Client::close);
            throw e;
        }
    }

    private void prepareClients() throws InterruptedException {
        for (int i = 0; i < plan.sessions().clients(); i++) {
            ScriptState state = new ScriptState(plan.work().symbols(), listener::says);
            plan.work().definitions().forEach((name, value) -> state.set(name, Value.of(value)));
            state.setDefault("client_id", Value.of((long) i));
            state.setDefault("random_seed", Value.of(plan.randomSeed()));
            state.setDefault("default_seed", Value.of(PgRandom.mix(plan.randomSeed(), -2) & Long.MAX_VALUE));
            clients.add(new Client(load, tallies.get(i % tallies.size()), i, state));
        }
        Connector.connect(clients, load.url());
        try {
            long scale = plan.work().findsScale() ? Connector.scale(clients.get(0), load.url()) : 1;
            clients.forEach(client -> client.setDefault("scale", Value.of(scale)));
        } catch (RehearsalException e) {
            clients.forEach(Client::close);
            throw e;
        }
    }

    public static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** @return whether all clients ended in time */
    private boolean awaitEnd() {
        Duration pause = intervals == null ? PROGRESS : Intervals.LENGTH;
        long progressAt = load.startNanos() + PROGRESS.toNanos();
        long lastProgress = load.startNanos();
        long wakeAt = load.startNanos() + pause.toNanos();
        while (true) {
            long deadline = deadline();
            long now = System.nanoTime();
            if (now >= deadline) {
                return false;
            }
            try {
                if (load.awaitEnd(Math.min(wakeAt, deadline) - now)) {
                    return true;
                }
            } catch (InterruptedException e) {
                if (interrupted) {
                    return false;
                }
                interrupted = true;
                load.stop();
                threads.forEach(LockSupport::unpark);
            }
            now = System.nanoTime();
            if (now >= wakeAt) {
                collect(now);
                wakeAt = Math.max(now, wakeAt + pause.toNanos());
            }
            if (now >= progressAt && !interrupted) {
                progress(now, now - lastProgress);
                lastProgress = now;
                progressAt = now + PROGRESS.toNanos();
            }
        }
    }

    /** Takes what the clients have seen since the last time. */
    private void collect(long now) {
        Tally interval = newTally(apart);
        tallies.forEach(tally -> tally.drainInto(interval));
        sinceProgress.add(interval);
        total.add(interval);
        if (intervals != null) {
            intervals.add(interval, (now - load.startNanos()) / 1e9);
        }
    }

    private long deadline() {
        long stop = load.stopNanos();
        if (stop == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        Duration drain = interrupted
                ? LEAST_DRAIN
                : max(LEAST_DRAIN, plan.pace().length().dividedBy(10));
        return stop + drain.toNanos();
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private void progress(long now, long sinceNanos) {
        Tally seen = sinceProgress;
        sinceProgress = newTally(1);
        LoadTestResult.Percentiles response = Tally.millis(seen.all().response);
        listener.progress(
                (now - load.startNanos()) / 1e9,
                seen.operations * 1e9 / sinceNanos,
                seen.failed,
                response.p50(),
                response.p99());
    }

    /** Counts what has not ended, then ends it: the server is asked first, so that nothing goes on waiting for a lock there. */
    private void abandon() {
        load.abandon();
        long now = System.nanoTime();
        clients.forEach(client -> client.abandon(now));
        Arrivals arrivals = load.arrivals();
        if (arrivals != null) {
            Arrivals.Slot slot = new Arrivals.Slot();
            PgRandom choice = new PgRandom();
            while (arrivals.take(slot)) {
                long due = load.startNanos() + slot.dueNanos;
                if (load.isOver(due)) {
                    load.withdrawn();
                    break;
                }
                int script = load.program().choose(choice, plan.randomSeed(), slot.number);
                if (now - due > load.patienceNanos()) {
                    tallies.get(0).shed(script, load.patienceNanos());
                } else {
                    tallies.get(0).unfinished(script, due, now);
                }
            }
        }
        threads.forEach(LockSupport::unpark);
        inParallel(Client::cancel);
        if (!ends(LAST_MOMENTS)) {
            inParallel(Client::abort);
            threads.forEach(Thread::interrupt);
            ends(LAST_MOMENTS);
        }
    }

    private boolean ends(Duration within) {
        try {
            return load.awaitEnd(within.toNanos());
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        }
    }

    /** Not before the last operation has ended: a session that ends takes CPU from those that do not. */
    private void closeAll() {
        if (load.hasEnded()) {
            clients.forEach(Client::close);
        }
    }

    private void inParallel(java.util.function.Consumer<Client> action) {
        Thread helper = new Thread(() -> clients.parallelStream().forEach(action), "rehearse-load-end");
        helper.setDaemon(true);
        helper.start();
        try {
            helper.join(LAST_MOMENTS.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
    }

    private LoadTestResult result(long cpuNanos) {
        // A schedule does not end with its last arrival.
        boolean isTold = plan.pace().isTimed() || interrupted;
        long end = Math.max(total.lastEnd, isTold ? load.stopNanos() : load.startNanos());
        double seconds = Math.max(1, end - load.startNanos()) / 1e9;
        Map<String, Long> scripts = new LinkedHashMap<>();
        for (int i = 0; i < load.program().count(); i++) {
            scripts.merge(load.program().part(i).script().name(), total.byScript[i], Long::sum);
        }
        return total.result(
                seconds,
                planned(),
                cpuNanos,
                interrupted,
                scripts,
                plan.work().leftOut(),
                plan.randomSeed(),
                this::notes);
    }

    private long planned() {
        Arrivals arrivals = load.arrivals();
        return arrivals == null
                ? clients.stream().mapToLong(Client::begun).sum()
                : arrivals.taken() - load.withdrawals();
    }

    public static String lateNote(double millis) {
        return String.format(
                Locale.ROOT,
                "The generator itself began 1%% of the operations more than %.1f ms late. Lower the rate, or give it"
                        + " more CPU; these response times measure this machine too.",
                millis);
    }

    public static String unfinishedNote(long count) {
        return "Due but not done at the end: " + Units.count(count, "operation")
                + ". Response times count the time until then.";
    }

    private List<String> notes(Times times) {
        List<String> notes = new ArrayList<>(plan.work().remarks());
        double late = Tally.millis(times.late).p99();
        if (late > LATE_MILLIS) {
            notes.add(lateNote(late));
        }
        if (total.shed > 0) {
            notes.add(Units.count(total.shed, "operation") + " gave up waiting for one of the "
                    + plan.sessions().clients()
                    + " connections after " + load.patienceNanos() / 1_000_000
                    + " ms: counted in queue, and in neither response nor service.");
        }
        if (planned() == 0) {
            notes.add("No operation was due. Raise the rate (-R), or let it run for longer (-T).");
        }
        if (total.unfinished > 0) {
            notes.add(unfinishedNote(total.unfinished));
        }
        if (intervals != null && load.program().count() > MOST_APART) {
            notes.add("The histograms tell the first " + (MOST_APART - 1) + " scripts apart; all further ones are under"
                    + " \"others\".");
        }
        if (intervals != null && !intervals.isWhole()) {
            notes.add("The histograms in " + plan.intervalLog() + " are not whole: the disk did not take all of them.");
        }
        return notes;
    }
}
