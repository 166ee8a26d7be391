package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.MessageFramer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** One direction of a connection whose sockets block, as those that encrypt do. Used by one thread. */
final class Pump {

    private static final int CHUNK = 64 * 1024;

    private final InputStream from;
    private final OutputStream to;
    private final @Nullable MessageFramer framer;
    private final Runnable whenSilent;
    /** When it began to pass on what it has; 0: it has nothing. */
    private volatile long passingNanos;

    /**
     * @param handler null: what passes is not read
     * @param whenSilent called where a read has timed out, before it is tried again
     */
    Pump(InputStream from, OutputStream to, MessageFramer.@Nullable Handler handler, Runnable whenSilent) {
        this.from = from;
        this.to = to;
        this.whenSilent = whenSilent;
        this.framer = handler == null ? null : new MessageFramer(handler);
    }

    /**
     * Passes on until the sender has ended its side or is gone.
     *
     * @return false where the other side takes no more
     * @throws IOException if the sender says what cannot be
     */
    boolean run() throws IOException {
        byte[] chunk = new byte[CHUNK];
        ByteArrayOutputStream passed = new ByteArrayOutputStream(CHUNK);
        int read;
        while ((read = read(chunk)) >= 0) {
            if (framer == null) {
                passed.write(chunk, 0, read);
            } else {
                framer.feed(chunk, read, passed);
            }
            passingNanos = System.nanoTime();
            try {
                passed.writeTo(to);
                to.flush();
            } catch (IOException e) {
                return false;
            }
            passingNanos = 0;
            passed.reset();
        }
        return true;
    }

    /** Whether the other side has not taken what was said so long ago; for any thread. */
    boolean isStuckFor(long nanos) {
        long since = passingNanos;
        return since != 0 && System.nanoTime() - since > nanos;
    }

    /** A connection that is reset has ended, too. */
    private int read(byte[] chunk) {
        while (true) {
            try {
                return from.read(chunk);
            } catch (SocketTimeoutException e) {
                whenSilent.run();
            } catch (IOException e) {
                return -1;
            }
        }
    }
}
