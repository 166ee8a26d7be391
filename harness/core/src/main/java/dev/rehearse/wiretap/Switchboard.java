package dev.rehearse.wiretap;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Moves what the two sides of any number of connections say to each other in plain text, on the one thread that runs it, which sleeps until somebody
 * says something, or it is time to look for clients that a server has left. The busier the connections are, the more of them it finds ready when it
 * wakes, and the less each of them costs. Where statements come clearly quicker for it, it watches for a moment before it sleeps
 * ({@link Wakefulness}).
 */
final class Switchboard implements AutoCloseable {

    /** How often it looks for clients from which nothing comes any more. */
    private static final long LOOK_MILLIS = 1_000;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);

    private final Selector selector;
    private final Queue<Relay> called = new ConcurrentLinkedQueue<>();
    private final Set<Relay> relays = new HashSet<>();
    private final List<Relay> ready = new ArrayList<>();
    private final Consumer<SelectionKey> note = this::note;
    private final Wakefulness wakefulness;
    private volatile boolean noMore;
    private volatile boolean closed;

    /**
     * @param mayWatch whether it may take a core for being quicker, as it must not where another load is measured
     * @throws IOException if there are no files left for it
     */
    Switchboard(boolean mayWatch) throws IOException {
        selector = Selector.open();
        wakefulness = new Wakefulness(mayWatch, System.nanoTime());
    }

    Selector selector() {
        return selector;
    }

    /** Takes a relay on, or notices that the channels of one have been closed; for any thread. */
    void call(Relay relay) {
        called.add(relay);
        selector.wakeup();
        if (closed) {
            dropAll(called);
        }
    }

    /** Lets {@link #run} end with the last relay; for any thread. */
    void takeNoMore() {
        noMore = true;
        selector.wakeup();
    }

    /**
     * Moves what there is to move until it is to take no more relays and the last has ended.
     *
     * @throws IOException if the thread is interrupted, or the system does not let it sleep; the relays have ended all the same, and it can be run again for
     *     others
     */
    void run() throws IOException {
        long looked = System.nanoTime();
        try {
            while (!isOver()) {
                await();
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("the tap is closed");
                }
                for (Relay relay = called.poll(); relay != null; relay = called.poll()) {
                    relays.add(relay);
                    ready.add(relay);
                }
                for (Relay relay : ready) {
                    if (!relay.move()) {
                        relays.remove(relay);
                    }
                }
                long now = System.nanoTime();
                if (!ready.isEmpty()) {
                    ready.clear();
                    wakefulness.turned(now);
                }
                if (now - looked > LOOK_NANOS) {
                    looked = now;
                    relays.removeIf(Relay::endsForsaken);
                }
            }
            // A closed connection is closed for its other side only when the selector has let go of it.
            selector.selectNow();
        } finally {
            ready.clear();
            relays.forEach(Relay::drop);
            relays.clear();
        }
    }

    /** Until somebody says something, or calls; not for longer than it may pass without a look. */
    private void await() throws IOException {
        if (wakefulness.watches()) {
            long since = System.nanoTime();
            while (hasNothingToDo() && System.nanoTime() - since < Wakefulness.WATCHES_NANOS) {
                selector.selectNow(note);
            }
        }
        // A call during the watch wakes nobody any more.
        if (hasNothingToDo()) {
            selector.select(note, LOOK_MILLIS);
        }
    }

    private boolean hasNothingToDo() {
        return ready.isEmpty() && called.isEmpty() && !isOver();
    }

    private boolean isOver() {
        return noMore && called.isEmpty() && relays.isEmpty();
    }

    /** Drops what is called from now on; call it when nobody runs it any more. */
    @Override
    public void close() throws IOException {
        closed = true;
        dropAll(called);
        selector.close();
    }

    private void note(SelectionKey key) {
        Relay relay = (Relay) key.attachment();
        if (relay.isReady(key)) {
            ready.add(relay);
        }
    }

    private static void dropAll(Queue<Relay> relays) {
        for (Relay relay = relays.poll(); relay != null; relay = relays.poll()) {
            relay.drop();
        }
    }
}
