package dev.rehearse.observe;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.recording.Recording.RunDelay;
import dev.rehearse.recording.Recording.RunDelay.Whose;
import dev.rehearse.recording.RunClock;
import dev.rehearse.report.Units;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Measures for how long Rehearse's threads and the server's processes wanted to run while other programs had the cores, ten times a second. Where
 * others have less than a quarter of what is used it keeps nothing: whoever waits then waits for the rehearsal's own work, which is what is
 * rehearsed. It keeps nothing either where the machine does not say (it is no Linux, or the server is elsewhere), or Rehearse may not use all
 * cores: whoever waits may wait for its container's share of them then; nor where the migration's tool is none of the processes that Rehearse
 * has begun, and what it takes itself would count as others'. Has a thread of its own; methods may be called from any thread.
 */
public final class RunDelayMeter implements AutoCloseable {

    private static final long INTERVAL_NANOS = 100_000_000;

    /** Linux counts what all programs had in hundredths of a second; over a whole one that is exact enough. */
    private static final int INTERVALS_OF_SHARE = 10;

    private static final double LEAST_SHARE_OF_OTHERS = 0.25;
    private static final long SHORTEST_NANOS = 1_000_000;
    private static final int MOST = 200_000;

    // Those that speak to sessions, not those that measure beside them. The kernel has the first 15 letters of a name.
    private static final Pattern MIGRATOR = Pattern.compile("rehearse-(tap-\\d.*|migrat.*)");

    private final List<LocalServer> servers;
    private final Supplier<Map<Path, Integer>> clients;
    private final BooleanSupplier hasOutsiders;
    private final RunClock clock;
    private final long pid = ProcessHandle.current().pid();
    private final Map<Path, String> names = new HashMap<>();
    private final Deque<Usage> usage = new ArrayDeque<>();
    private final Map<Whom, Long> until = new HashMap<>();
    private final List<RunDelay> delays = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "rehearse-run-delay");
    private long endedBefore;
    private long toolsBefore;
    private int intervals;
    private boolean isFull;
    private volatile long beganNanos;
    private volatile long endedNanos;
    private volatile long ownNanos;
    private volatile boolean closed;

    private record Whom(Whose whose, int pid) {}

    /** What was used of the cores, since the machine and since the meter were started. */
    private record Usage(long allNanos, long oursNanos) {}

    private RunDelayMeter(
            List<LocalServer> servers,
            Supplier<Map<Path, Integer>> clients,
            BooleanSupplier hasOutsiders,
            RunClock clock) {
        this.servers = servers;
        this.clients = clients;
        this.hasOutsiders = hasOutsiders;
        this.clock = clock;
    }

    /**
     * @param primary whose sessions are told apart
     * @param standbys whose work is the rehearsal's, too
     * @param clients the server processes that serve the load's clients now, by the folders of the clients' threads in /proc; asked ten times a second
     * @param hasOutsiders whether the migration has come from a process that this one has not begun
     */
    public static RunDelayMeter start(
            Server primary,
            Collection<Server> standbys,
            Supplier<Map<Path, Integer>> clients,
            BooleanSupplier hasOutsiders,
            RunClock clock) {
        List<LocalServer> servers = new ArrayList<>();
        Optional<LocalServer> local = LocalServer.of(primary);
        local.ifPresent(servers::add);
        standbys.forEach(standby -> LocalServer.of(standby).ifPresent(servers::add));
        RunDelayMeter meter = new RunDelayMeter(servers, clients, hasOutsiders, clock);
        if (local.isPresent()) {
            meter.thread.setDaemon(true);
            meter.thread.start();
        }
        return meter;
    }

    private void run() {
        try (ProcessorTimes own = new ProcessorTimes();
                ProcessorTimes ofServers = new ProcessorTimes()) {
            if (Runtime.getRuntime().availableProcessors() < ProcessorTimes.cores()) {
                return;
            }
            long before = Effort.threadNanos();
            beganNanos = System.nanoTime();
            // What each had before does not count.
            measure(own, ofServers, false);
            while (!closed) {
                LockSupport.parkNanos(INTERVAL_NANOS);
                measure(own, ofServers, true);
                ownNanos = Effort.threadNanos() - before;
            }
        } catch (IOException | UncheckedIOException e) {
            // The server, or what the machine says of it, is gone.
        } finally {
            endedNanos = System.nanoTime();
        }
    }

    private void measure(ProcessorTimes own, ProcessorTimes ofServers, boolean counts) throws IOException {
        Set<Path> threads = ProcessorTimes.threads(pid);
        Map<Path, Integer> sessions = new HashMap<>();
        Set<Path> processes = new HashSet<>();
        for (LocalServer server : servers) {
            for (Map.Entry<Long, Integer> process : server.processes().entrySet()) {
                String id = Long.toString(process.getKey());
                Path path = Path.of("/proc", id, "task", id);
                processes.add(path);
                if (server == servers.get(0)) {
                    sessions.put(path, process.getValue());
                }
            }
        }
        Map<Path, ProcessorTimes.Times> since = own.since(threads);
        since.putAll(ofServers.since(processes));
        long besides = endedNanos(ofServers) + toolsNanos();
        if (counts) {
            double others = shareOfOthers(since.values(), besides);
            if (others >= LEAST_SHARE_OF_OTHERS) {
                names.keySet().retainAll(threads);
                keep(new Whom(Whose.MIGRATOR, 0), longest(threads, since), others);
                clients.get()
                        .forEach((path, pid) -> keep(new Whom(Whose.CLIENT, pid), delayNanos(path, since), others));
                sessions.forEach((path, pid) -> keep(new Whom(Whose.SESSION, pid), delayNanos(path, since), others));
            }
        }
    }

    /** What the servers' processes that have ended since the last time had, beside what was counted of it while they went on. */
    private long endedNanos(ProcessorTimes ofServers) throws IOException {
        long ended = 0;
        for (LocalServer server : servers) {
            ended += server.ownAndEndedNanos();
        }
        long since = ended - endedBefore - ofServers.takeEndedNanos();
        endedBefore = ended;
        return Math.max(0, since);
    }

    /** What the programs that Rehearse began, and theirs, had since the last second: the migration's tool above all. */
    private long toolsNanos() throws IOException {
        if (intervals++ % INTERVALS_OF_SHARE != 0) {
            return 0;
        }
        long tools = ProcessorTimes.descendantsNanos(
                pid, servers.stream().map(LocalServer::postmaster).collect(Collectors.toSet()));
        long since = tools - toolsBefore;
        toolsBefore = tools;
        // Less than before where one goes on that another began which has ended.
        return Math.max(0, since);
    }

    /** Of what was used of the cores in the last second. */
    private double shareOfOthers(Collection<ProcessorTimes.Times> ours, long besidesNanos) throws IOException {
        long before = usage.isEmpty() ? 0 : usage.getLast().oursNanos();
        usage.addLast(new Usage(
                ProcessorTimes.busyNanos(),
                before
                        + besidesNanos
                        + ours.stream()
                                .mapToLong(ProcessorTimes.Times::cpuNanos)
                                .sum()));
        if (usage.size() > INTERVALS_OF_SHARE + 1) {
            usage.removeFirst();
        }
        long all = usage.getLast().allNanos() - usage.getFirst().allNanos();
        long own = usage.getLast().oursNanos() - usage.getFirst().oursNanos();
        return all <= 0 ? 0 : Math.max(0, (double) (all - own) / all);
    }

    /** What somebody waits for is one of the threads, and not known which. */
    private long longest(Set<Path> threads, Map<Path, ProcessorTimes.Times> since) {
        return threads.stream()
                .filter(thread -> MIGRATOR.matcher(names.computeIfAbsent(thread, RunDelayMeter::nameOf))
                        .matches())
                .mapToLong(thread -> delayNanos(thread, since))
                .max()
                .orElse(0);
    }

    private static String nameOf(Path thread) {
        try {
            return ProcessorTimes.firstLine(thread.resolve("comm"));
        } catch (IOException ended) {
            return "";
        }
    }

    private static long delayNanos(Path path, Map<Path, ProcessorTimes.Times> since) {
        ProcessorTimes.Times times = since.get(path);
        return times == null ? 0 : times.delayNanos();
    }

    /** Linux adds a delay up when it is over, so that one may have begun before the interval. */
    private synchronized void keep(Whom whom, long delayNanos, double others) {
        isFull |= delayNanos >= SHORTEST_NANOS && delays.size() >= MOST;
        if (delayNanos < SHORTEST_NANOS || isFull) {
            return;
        }
        long now = clock.micros();
        long delay = delayNanos / 1_000;
        long start = Math.max(now - Math.max(INTERVAL_NANOS / 1_000, delay), until.getOrDefault(whom, 0L));
        if (start < now) {
            delays.add(
                    new RunDelay(whom.whose(), whom.pid(), start, now - start, Math.min(delay, now - start), others));
            until.put(whom, now);
        }
    }

    /** What was measured so far. */
    public synchronized List<RunDelay> delays() {
        return hasOutsiders.getAsBoolean() ? List.of() : List.copyOf(delays);
    }

    /** What it took so far; nothing of the server, which it does not ask. */
    public Effort effort() {
        long nanos = (endedNanos == 0 ? System.nanoTime() : endedNanos) - beganNanos;
        return new Effort(beganNanos == 0 ? 0 : (double) ownNanos / Math.max(1, nanos), 0);
    }

    /** What it could not measure, in words. */
    public synchronized List<String> notes() {
        if (hasOutsiders.getAsBoolean() && beganNanos != 0) {
            return List.of(
                    "what sessions and threads lost to other programs that had the cores: the migration came from a process that"
                            + " Rehearse has not begun, as from a container, and what that takes cannot be told from what others do");
        }
        return isFull
                ? List.of("what sessions and threads lost to other programs that had the cores, after the first "
                        + Units.count(delays.size()) + " times")
                : List.of();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
