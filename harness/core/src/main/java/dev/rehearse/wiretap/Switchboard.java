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
 * says something, or it is time to look for clients that a server has left. The busier the connections are, the more of them it finds ready when it wakes, and the less each of them costs. To watch for it
 * instead, without sleeping, gains nothing: a client, a tap and a server that take turns share a core best, and a thread that watches has them
 * spread over several.
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
    private volatile boolean noMore;
    private volatile boolean closed;

    /** @throws IOException if there are no files left for it */
    Switchboard() throws IOException {
        selector = Selector.open();
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
            while (!(noMore && called.isEmpty() && relays.isEmpty())) {
                selector.select(note, LOOK_MILLIS);
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
                ready.clear();
                if (System.nanoTime() - looked > LOOK_NANOS) {
                    looked = System.nanoTime();
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
