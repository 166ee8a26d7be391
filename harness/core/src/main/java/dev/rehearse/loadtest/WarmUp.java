package dev.rehearse.loadtest;

import dev.rehearse.pgbench.Script;
import dev.rehearse.pgbench.ScriptState;
import dev.rehearse.pgbench.Symbols;
import dev.rehearse.plan.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Has Java compile what a run will need, before the first operation is due, so that the run does not measure the compiler: some round trips
 * of a statement that touches no table. Thread-safe.
 */
final class WarmUp {

    private static final int MOST_ROUND_TRIPS = 3_000;
    private static final long LONGEST_NANOS = 300_000_000;
    /** Without a rate threads are busy all the time, so that well compiled code pays. It takes longer to come. */
    private static final int MOST_ROUND_TRIPS_BUSY = 30_000;

    private static final long LONGEST_NANOS_BUSY = 1_000_000_000;
    private static final long LONGEST_SELECT_MILLIS = 50;

    /** What is compiled once stays so. */
    private static final AtomicBoolean SHARED_DONE = new AtomicBoolean();

    private static final AtomicBoolean BUSY_DONE = new AtomicBoolean();

    private WarmUp() {}

    /**
     * @param number of a statement that the load has not
     */
    static void run(Wire wire, Protocol protocol, int number) {
        run(wire, protocol, number, MOST_ROUND_TRIPS, LONGEST_NANOS);
    }

    /** As {@link #run(Wire, Protocol, int)}, for clients that never pause. */
    static void runBusy(Wire wire, Protocol protocol, int number) {
        if (!BUSY_DONE.getAndSet(true)) {
            run(wire, protocol, number, MOST_ROUND_TRIPS_BUSY, LONGEST_NANOS_BUSY);
        }
    }

    private static void run(Wire wire, Protocol protocol, int number, int roundTrips, long nanos) {
        try {
            run(wire, protocol, number, roundTrips, nanos, null);
        } catch (IOException e) {
            // The connection is gone; the client will notice, and make it again.
        }
    }

    /** As {@link #run(Wire, Protocol, int)}, the way that a {@link ClientLoop} goes. */
    static void runShared(Wire wire, Protocol protocol, int number) {
        SocketChannel channel = wire.channel();
        if (channel == null || SHARED_DONE.getAndSet(true)) {
            return;
        }
        try {
            wire.unblock(true, ByteBuffer.allocateDirect(ClientLoop.BUFFER_BYTES));
            try (Selector selector = Selector.open()) {
                channel.register(selector, SelectionKey.OP_READ);
                run(wire, protocol, number, MOST_ROUND_TRIPS_BUSY, LONGEST_NANOS_BUSY, selector);
            }
            wire.unblock(false, ByteBuffer.allocate(0));
        } catch (IOException e) {
            // The connection is gone; the client will notice, and make it again.
        }
    }

    /** @param selector to wait with on a connection that does not wait by itself */
    private static void run(
            Wire wire, Protocol protocol, int number, int roundTrips, long nanos, @Nullable Selector selector)
            throws IOException {
        Symbols symbols = new Symbols();
        Script script = Script.parse(
                "warm-up", "\\set a random(1, 1000 * 1000)\n\\set b :a + 1\nSELECT (:a)::int + (:b)::int;", symbols);
        Program program = new Program(List.of(new LoadTestPlan.Weighted(script, 1)), protocol, number);
        ScriptState state = new ScriptState(symbols, line -> {});
        Tally unused = new Tally(1, 1);
        long start = System.nanoTime();
        long now = start;
        for (int i = 0;
                i < roundTrips && now - start < nanos && !Thread.currentThread().isInterrupted();
                i++) {
            state.reseed(number, i);
            long began = now;
            ScriptRun run = new ScriptRun(wire, program.part(0), state);
            while (!run.advances()) {
                Objects.requireNonNull(selector).select(key -> {}, LONGEST_SELECT_MILLIS);
            }
            if (run.failure() != null) {
                return;
            }
            now = System.nanoTime();
            unused.succeeded(0, began, began, now, true);
        }
    }
}
