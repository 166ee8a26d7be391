package dev.rehearse.wiretap;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes on what two sides say to each other in plain text. Used by the thread of its {@link Switchboard}. */
final class Relay {

    /** How long a client has, from the server's end, to find out by reading, and to close its own. */
    static final long HEARING_TAKES_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final SocketChannel client;
    private final SocketChannel server;
    private final @Nullable Conversation talk;
    private final Passage up;
    private final Passage down;
    private final SelectionKey ofClient;
    private final SelectionKey ofServer;
    private final byte[] serversFirstWords;
    private final Consumer<@Nullable Throwable> whenOver;
    private boolean clientIsReady;
    private boolean serverIsReady;
    private boolean clientHasEnded;
    private boolean serverHasEnded;
    /** When that was. */
    private long serverEndNanos;

    private boolean begun;
    private volatile boolean over;

    /**
     * From now on the channels do not block.
     *
     * @param talk null: what passes is not read
     * @param hearsLater whether it may hear what has been passed on already
     * @param serversFirstWords what the server has said already
     * @param whenOver called when it has ended, with the reason unless it is that both sides have ended theirs, or the client does not hear that the server
     *     has: that one is cut off, or says what cannot be
     */
    Relay(
            Selector selector,
            SocketChannel client,
            SocketChannel server,
            @Nullable Conversation talk,
            boolean hearsLater,
            byte[] serversFirstWords,
            Consumer<@Nullable Throwable> whenOver)
            throws IOException {
        this.client = client;
        this.server = server;
        this.talk = talk;
        this.up = new Passage(client, server, talk == null ? null : talk.fromClient(), hearsLater);
        this.down = new Passage(server, client, talk == null ? null : talk.fromServer(), hearsLater);
        this.serversFirstWords = serversFirstWords;
        this.whenOver = whenOver;
        client.configureBlocking(false);
        server.configureBlocking(false);
        this.ofClient = client.register(selector, 0, this);
        this.ofServer = server.register(selector, 0, this);
    }

    /**
     * Notes that one of its sides has something to say or takes something.
     *
     * @return whether that is news, since it last moved
     */
    boolean isReady(SelectionKey key) {
        boolean isNews = !clientIsReady && !serverIsReady;
        clientIsReady |= key == ofClient;
        serverIsReady |= key == ofServer;
        return isNews;
    }

    /**
     * Moves what can be moved without waiting.
     *
     * @return whether it goes on
     */
    boolean move() {
        if (over) {
            return false;
        }
        try {
            passOn();
            clientIsReady = false;
            serverIsReady = false;
            watch(ofClient, interest(up, down));
            watch(ofServer, interest(down, up));
            if (!down.isOver() || !up.isOver() && !isForsaken()) {
                return true;
            }
            end(null);
        } catch (CancelledKeyException e) {
            end(new AsynchronousCloseException());
        } catch (IOException | RuntimeException | Error e) {
            // What there is too little memory for is this connection, and not the others of the thread.
            end(e);
        }
        return false;
    }

    /** Ends it because nobody moves it any more. */
    void drop() {
        end(new AsynchronousCloseException());
    }

    private void end(@Nullable Throwable why) {
        over = true;
        whenOver.accept(why);
    }

    private void passOn() throws IOException {
        if (!begun) {
            begun = true;
            down.take(serversFirstWords, serversFirstWords.length);
        }
        if (down.wantsToWrite() ? clientIsReady : serverIsReady) {
            down.move();
            if (down.isOver() && !serverHasEnded) {
                // A client that finds out by an end of the whole connection, while it says something, may lose what it
                // has not read.
                serverHasEnded = true;
                serverEndNanos = System.nanoTime();
                if (talk != null) {
                    talk.serverEnded();
                }
                client.shutdownOutput();
            }
        }
        if (up.wantsToWrite() ? serverIsReady : clientIsReady) {
            moveUp();
        }
    }

    /**
     * Ends it where it is forsaken, or where the client does not read and the server is gone: that shows on this machine alone.
     *
     * @return whether it is over
     */
    boolean endsForsaken() {
        if (!over
                && (isForsaken()
                        || down.isStuckFor(HEARING_TAKES_AT_MOST_NANOS)
                                && LocalSocket.isAbandoned(
                                        server.socket().getPort(),
                                        server.socket().getLocalPort()))) {
            end(null);
        }
        return over;
    }

    /**
     * Whether the server has ended and the client, which has been passed all that it said, has not for long. One that only writes, as one that copies much does, would
     * not find out before it has written all; one that is silent may never, as a connection that rests in a pool.
     */
    private boolean isForsaken() {
        return serverHasEnded && System.nanoTime() - serverEndNanos > HEARING_TAKES_AT_MOST_NANOS;
    }

    private void moveUp() throws IOException {
        try {
            up.move();
        } catch (IOException e) {
            if (!up.isRefused()) {
                throw e;
            }
            // A server that takes no more may have said why: that is on its way to the client.
        }
        if (up.isOver() && !clientHasEnded) {
            // The server finds out as it would without us, and what it still says is of interest.
            if (talk != null) {
                talk.clientLeft();
            }
            server.shutdownOutput();
            clientHasEnded = true;
        }
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
