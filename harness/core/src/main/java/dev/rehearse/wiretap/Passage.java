package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.MessageFramer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One direction of a connection whose channels do not block. Used by one thread. */
final class Passage {

    private static final int CHUNK = 64 * 1024;
    private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

    private final SocketChannel from;
    private final SocketChannel to;
    private final MessageFramer.@Nullable Handler handler;
    private final @Nullable MessageFramer framer;
    private final boolean hearsLater;
    private final byte[] chunk = new byte[CHUNK];
    private final ByteBuffer arriving = ByteBuffer.wrap(chunk);
    private final Outbox outbox = new Outbox(chunk);
    private boolean ended;
    private boolean refused;
    /** When the other side was last found not to take all. */
    private long waitingNanos;

    /**
     * @param handler null: what passes is not read
     * @param hearsLater whether the handler may see messages that have been passed on already
     */
    Passage(SocketChannel from, SocketChannel to, MessageFramer.@Nullable Handler handler, boolean hearsLater) {
        this.from = from;
        this.to = to;
        this.handler = handler;
        this.hearsLater = hearsLater;
        this.framer = handler == null ? null : new MessageFramer(handler);
    }

    /**
     * Moves what can be moved without waiting, at most one chunk.
     *
     * @throws IOException if the sender says what cannot be or has been cut off, or the other side takes no more ({@link #isRefused})
     */
    void move() throws IOException {
        if (wantsToWrite()) {
            send();
            return;
        }
        if (ended) {
            return;
        }
        int read = read();
        if (read < 0) {
            ended = true;
        } else if (read > 0 && !refused) {
            take(chunk, read);
        }
    }

    /** A connection that is reset has ended, too. */
    private int read() throws IOException {
        arriving.clear();
        try {
            return from.read(arriving);
        } catch (IOException e) {
            if (from.isOpen()) {
                return -1;
            }
            throw e;
        }
    }

    /** Passes on what the sender has said. */
    void take(byte[] bytes, int length) throws IOException {
        if (framer == null || handler == null) {
            outbox.write(bytes, 0, length);
            send();
        } else if (hearsLater && framer.passesWhole(bytes, length)) {
            handler.arrived();
            outbox.write(bytes, 0, length);
            try {
                send();
            } finally {
                // What has arrived is told, whether or not it can be passed on.
                framer.feed(bytes, length, NOWHERE);
                handler.caughtUp();
            }
        } else {
            framer.feed(bytes, length, outbox);
            send();
        }
    }

    private void send() throws IOException {
        if (!outbox.isEmpty()) {
            try {
                outbox.send(to);
            } catch (IOException e) {
                refused = true;
                throw e;
            }
            if (!outbox.isEmpty()) {
                waitingNanos = System.nanoTime();
            }
        }
    }

    /** Whether the other side takes no more; what the sender says from then on is lost. */
    boolean isRefused() {
        return refused;
    }

    /** Whether the sender has ended its side, and all that it said has been passed on, or cannot be. */
    boolean isOver() {
        return ended && !wantsToWrite();
    }

    boolean wantsToRead() {
        return !ended && !wantsToWrite();
    }

    /** Whether the other side has taken nothing for so long. Until it does the sender's end is not seen. */
    boolean isStuckFor(long nanos) {
        return wantsToWrite() && System.nanoTime() - waitingNanos > nanos;
    }

    boolean wantsToWrite() {
        return !refused && !outbox.isEmpty();
    }
}
