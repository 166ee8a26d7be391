package dev.rehearse.loadtest;

import dev.rehearse.loadtest.wire.Wire;
import dev.rehearse.pgbench.Script;
import dev.rehearse.pgbench.ScriptState;
import dev.rehearse.pgbench.Symbols;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has Java compile what a run will need, before the first operation is due, so that the run does not measure the compiler: short runs of their own,
 * by the same threads on the same connections, of a statement that touches no table. What they count is thrown away. Thread-safe.
 */
final class WarmUp {

    /** Of every kind that scripts have of commands, expressions and values: one that is met later makes Java compile anew. */
    private static final String SCRIPT = """
            \\set scale 10
            \\set a random(1, 1000 * :scale)
            \\set b :a + 1
            \\set c 0.5 * :a
            \\if :b > 5
            \\set c 7
            \\endif
            SELECT /* rehearse warm-up */ (:a)::int + (:b)::int, (:c)::float8;
            """;

    /** Before it where the run's scripts sleep: clients that otherwise would share threads have one each then, as in the run. */
    private static final String SLEEP = "\\sleep 0 us\n";

    private static final Duration ROUND = Duration.ofMillis(250);
    /** Without a rate threads are busy all the time, so that well compiled code pays; Java compiles so what was called some thousand times. */
    private static final int LEAST_ROUNDS = 3;

    private static final int MOST_ROUNDS = 6;

    /** For a server that does not answer, of which the run will tell. */
    private static final Duration LAST_MOMENTS = Duration.ofSeconds(5);

    private static final int MOST_TALLIES = 64;

    private static final long LOOK_MILLIS = 20;
    private static final long LONGEST_REST_NANOS = 1_000_000_000;
    /** That the process takes this share of a core while the clients rest does not come from compiling. */
    private static final double IDLE = 0.1;

    /** Whether clients share threads, of busy runs that have been warmed up for: what is compiled once stays so. */
    private static final Set<Boolean> DONE = ConcurrentHashMap.newKeySet();

    private WarmUp() {}

    /**
     * @param clients of the run, connected; none of them runs yet
     * @throws InterruptedException where this ends early; connections may be lost then
     */
    static void run(Load load, List<Client> clients) throws InterruptedException {
        if (load.arrivals() != null) {
            // Threads wait most of the time then, and a little code that is compiled quickly will do.
            round(load, clients.subList(0, 1));
            return;
        }
        boolean isShared = LoadThreads.areShared(load, clients);
        if (DONE.contains(isShared)) {
            return;
        }
        for (int i = 1; i <= MOST_ROUNDS; i++) {
            if (!round(load, clients)) {
                return;
            }
            if (!rest() && i >= LEAST_ROUNDS) {
                break;
            }
        }
        DONE.add(isShared);
    }

    /**
     * Leaves the machine to the compiler, which clients that are busy would keep from it.
     *
     * @return whether it had something to do
     */
    private static boolean rest() throws InterruptedException {
        long start = System.nanoTime();
        long now = start;
        boolean isBusy = true;
        int looks = 0;
        while (isBusy && now - start < LONGEST_REST_NANOS) {
            long then = now;
            long cpu = LoadTest.cpuNanos();
            Thread.sleep(LOOK_MILLIS);
            now = System.nanoTime();
            isBusy = LoadTest.cpuNanos() - cpu > IDLE * (now - then);
            looks++;
        }
        return looks > 1;
    }

    /** @return whether the server answered to the end */
    private static boolean round(Load real, List<Client> clients) throws InterruptedException {
        boolean isAlone = LoadThreads.areCrowded(real, clients.size()) && !LoadThreads.areShared(real, clients);
        Load load = load(real, clients.size(), isAlone ? SLEEP + SCRIPT : SCRIPT);
        List<Tally> tallies = new ArrayList<>();
        List<Client> warming = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            if (i < MOST_TALLIES) {
                tallies.add(new Tally(1, 1));
            }
            ScriptState state = new ScriptState(load.plan().work().symbols(), line -> {});
            warming.add(new Client(load, tallies.get(i % MOST_TALLIES), i, state));
            Wire wire = clients.get(i).wire();
            if (wire != null) {
                // As in a run, whose first operations parse what the others only use.
                wire.forgetStatements();
            }
            clients.get(i).lendConnection(warming.get(i));
        }
        LoadThreads.start(load, warming);
        load.start();
        try {
            if (load.awaitEnd(ROUND.plus(LAST_MOMENTS).toNanos())) {
                return tallies.stream().allMatch(tally -> tally.operations > 0);
            }
            abandon(load, warming);
            load.awaitEnd(LAST_MOMENTS.toNanos());
            return false;
        } catch (InterruptedException e) {
            abandon(load, warming);
            throw e;
        } finally {
            for (int i = 0; i < clients.size(); i++) {
                warming.get(i).lendConnection(clients.get(i));
            }
        }
    }

    private static Load load(Load real, int clients, String script) {
        LoadTestPlan.Sessions sessions = real.plan().sessions();
        Symbols symbols = new Symbols();
        LoadTestPlan plan = new LoadTestPlan(
                real.plan().url(),
                new LoadTestPlan.Work(
                        List.of(new LoadTestPlan.Weighted(Script.parse("warm-up", script, symbols), 1)),
                        symbols,
                        Map.of(),
                        false),
                new LoadTestPlan.Pace(null, false, null, ROUND, 0),
                new LoadTestPlan.Sessions(clients, sessions.protocol(), sessions.maxTries(), sessions.readOnly()),
                real.plan().randomSeed(),
                null);
        Program program = new Program(
                plan.work().scripts(), sessions.protocol(), real.program().statements());
        return new Load(real.url(), plan, program, null);
    }

    private static void abandon(Load load, List<Client> clients) {
        load.stop();
        load.abandon();
        clients.forEach(Client::abort);
    }
}
