package dev.rehearse.wiretap;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what two sides say to each other in plain text, on one thread: who speaks next is mostly who did not speak last, so that the thread
 * knows whom to watch for ({@link Patience}).
 */
final class Relay implements AutoCloseable {

    private final SocketChannel server;
    private final Passage up;
    private final Passage down;
    private final Selector selector;
    private final SelectionKey ofClient;
    private final SelectionKey ofServer;
    private final Patience.Span forClient = new Patience.Span();
    private final Patience.Span forServer = new Patience.Span();
    private final Patience.Look look = this::move;
    private final Patience.Sleep sleep = this::sleep;
    private boolean serverIsNext;
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
        Patience.arrives();
        try {
            down.take(serversFirstWords, serversFirstWords.length);
            while (!down.isOver()) {
                Patience.await(serverIsNext ? forServer : forClient, look, sleep);
            }
        } finally {
            Patience.leaves();
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

    private boolean move() throws IOException {
        if (serverIsNext) {
            return moveDown() || moveUp();
        }
        return moveUp() || moveDown();
    }

    private boolean moveDown() throws IOException {
        boolean moved = down.move();
        if (moved) {
            serverIsNext = false;
        }
        return moved;
    }

    private boolean moveUp() throws IOException {
        boolean moved = up.move();
        if (moved) {
            serverIsNext = true;
            if (up.isOver() && !clientHasEnded) {
                // The server finds out as it would without us, and what it still says is of interest.
                server.shutdownOutput();
                clientHasEnded = true;
            }
        }
        return moved;
    }

    private void sleep() throws IOException {
        try {
            ofClient.interestOps(interest(up, down));
            ofServer.interestOps(interest(down, up));
        } catch (CancelledKeyException e) {
            throw new AsynchronousCloseException();
        }
        selector.select(key -> {});
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the tap is closed");
        }
    }

    private static int interest(Passage from, Passage to) {
        return (from.wantsToRead() ? SelectionKey.OP_READ : 0) | (to.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
    }
}
