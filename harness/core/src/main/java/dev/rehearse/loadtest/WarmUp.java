package dev.rehearse.loadtest;

import dev.rehearse.pgbench.Script;
import dev.rehearse.pgbench.ScriptState;
import dev.rehearse.pgbench.Symbols;
import dev.rehearse.plan.Protocol;
import java.io.IOException;
import java.util.List;

/**
 * Has Java compile what a run will need, before the first operation is due, so that the run does not measure the compiler: some round trips
 * of a statement that touches no table. Stateless.
 */
final class WarmUp {

    private static final int MOST_ROUND_TRIPS = 3_000;
    private static final long LONGEST_NANOS = 300_000_000;

    private WarmUp() {}

    /**
     * @param number of a statement that the load has not
     */
    static void run(Wire wire, Protocol protocol, int number) {
        Symbols symbols = new Symbols();
        Script script = Script.parse(
                "warm-up", "\\set a random(1, 1000 * 1000)\n\\set b :a + 1\nSELECT (:a)::int + (:b)::int;", symbols);
        Program program = new Program(List.of(new LoadTestPlan.Weighted(script, 1)), protocol, number);
        ScriptState state = new ScriptState(symbols, line -> {});
        Tally unused = new Tally(1, 1);
        long start = System.nanoTime();
        long now = start;
        try {
            for (int i = 0; i < MOST_ROUND_TRIPS && now - start < LONGEST_NANOS; i++) {
                state.reseed(number, i);
                long began = now;
                if (new ScriptRun(wire, program.part(0), state).run() != null) {
                    return;
                }
                now = System.nanoTime();
                unused.succeeded(0, began, began, now, true);
            }
        } catch (IOException e) {
            // The connection is gone; the client will notice, and make it again.
        }
    }
}
