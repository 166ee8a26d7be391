package dev.rehearse.wiretap;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what two sides say to each other in plain text, on one thread that sleeps until either says something. To watch for it instead, without
 * sleeping, gains nothing: a client, a tap and a server that take turns share a core best, and a thread that watches has them spread over several.
 */
final class Relay implements AutoCloseable {

    private final SocketChannel server;
    private final Passage up;
    private final Passage down;
    private final Selector selector;
    private final SelectionKey ofClient;
    private final SelectionKey ofServer;
    private final Consumer<SelectionKey> ready = this::note;
    private boolean clientIsReady;
    private boolean serverIsReady;
    private boolean clientHasEnded;

    /**
     * From now on the channels do not block.
     *
     * @param talk null: what passes is not read
     * @param hearsLater whether it may hear what has been passed on already
     */
    Relay(SocketChannel client, SocketChannel server, @Nullable Conversation talk, boolean hearsLater)
            throws IOException {
        this.server = server;
        this.up = new Passage(client, server, talk == null ? null : talk.fromClient(), hearsLater);
        this.down = new Passage(server, client, talk == null ? null : talk.fromServer(), hearsLater);
        client.configureBlocking(false);
        server.configureBlocking(false);
        this.selector = Selector.open();
        try {
            this.ofClient = client.register(selector, 0);
            this.ofServer = server.register(selector, 0);
        } catch (IOException e) {
            Wiretap.quietly(selector);
            throw e;
        }
    }

    /**
     * Passes on until the server's side has ended.
     *
     * @param serversFirstWords what the server has said already
     * @throws IOException if a side is gone, is cut off, or says what cannot be
     */
    void run(byte[] serversFirstWords) throws IOException {
        down.take(serversFirstWords, serversFirstWords.length);
        while (!down.isOver()) {
            sleep();
            move();
        }
    }

    /** Lets {@link #run} notice that a channel has been closed; for other threads. */
    void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    /** The server's words first: they may be its last, and to send it anything more would fail before they are read. */
    private void move() throws IOException {
        if (down.wantsToWrite() ? clientIsReady : serverIsReady) {
            down.move();
        }
        if (up.wantsToWrite() ? serverIsReady : clientIsReady) {
            up.move();
            if (up.isOver() && !clientHasEnded) {
                // The server finds out as it would without us, and what it still says is of interest.
                server.shutdownOutput();
                clientHasEnded = true;
            }
        }
    }

    /** Until something can be moved, or a channel has been closed. */
    private void sleep() throws IOException {
        try {
            watch(ofClient, interest(up, down));
            watch(ofServer, interest(down, up));
        } catch (CancelledKeyException e) {
            throw new AsynchronousCloseException();
        }
        clientIsReady = false;
        serverIsReady = false;
        selector.select(ready);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the tap is closed");
        }
    }

    private void note(SelectionKey key) {
        clientIsReady |= key == ofClient;
        serverIsReady |= key == ofServer;
    }

    private static void watch(SelectionKey key, int interest) {
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    private static int interest(Passage from, Passage to) {
        return (from.wantsToRead() ? SelectionKey.OP_READ : 0) | (to.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
    }
}
