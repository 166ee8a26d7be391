package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.MessageFramer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** One direction of a connection whose sockets block, as those that encrypt do. Used by one thread. */
final class Pump {

    private static final int CHUNK = 64 * 1024;

    private final InputStream from;
    private final OutputStream to;
    private final @Nullable MessageFramer framer;

    /** @param handler null: what passes is not read */
    Pump(InputStream from, OutputStream to, MessageFramer.@Nullable Handler handler) {
        this.from = from;
        this.to = to;
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
            try {
                passed.writeTo(to);
                to.flush();
            } catch (IOException e) {
                return false;
            }
            passed.reset();
        }
        return true;
    }

    /** A connection that is reset has ended, too. */
    private int read(byte[] chunk) {
        try {
            return from.read(chunk);
        } catch (IOException e) {
            return -1;
        }
    }
}
