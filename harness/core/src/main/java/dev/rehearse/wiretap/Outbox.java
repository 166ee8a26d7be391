package dev.rehearse.wiretap;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/**
 * Bytes on their way to one side. What is written from the lender's own array is not copied, as long as it is of one piece; the lender leaves the
 * array alone until {@link #isEmpty()}. Used by one thread.
 */
final class Outbox extends OutputStream {

    private static final int KEPT = 1 << 16;

    private final byte[] lent;
    private final ByteBuffer ofLent;
    private byte[] own = {};
    private int ownLength;
    private ByteBuffer waiting;

    /**
     * @param lent the array of which pieces are not copied
     */
    Outbox(byte[] lent) {
        this.lent = lent;
        this.ofLent = ByteBuffer.wrap(lent).limit(0);
        this.waiting = ofLent;
    }

    boolean isEmpty() {
        return !waiting.hasRemaining();
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        if (length == 0) {
            return;
        }
        if (bytes == lent && isEmpty()) {
            ofLent.limit(from + length).position(from);
            waiting = ofLent;
        } else if (bytes == lent && waiting == ofLent && ofLent.limit() == from) {
            ofLent.limit(from + length);
        } else {
            if (isEmpty()) {
                ownLength = 0;
            } else if (waiting == ofLent) {
                ownLength = 0;
                append(lent, ofLent.position(), ofLent.remaining());
            }
            append(bytes, from, length);
        }
    }

    private void append(byte[] bytes, int from, int length) {
        int sent = waiting == ofLent || isEmpty() ? 0 : waiting.position();
        if (own.length - ownLength < length) {
            own = Arrays.copyOf(own, Math.max(ownLength + length, own.length * 2));
        }
        System.arraycopy(bytes, from, own, ownLength, length);
        ownLength += length;
        waiting = ByteBuffer.wrap(own, sent, ownLength - sent);
    }

    /** Sends what the other side takes now. */
    void send(WritableByteChannel to) throws IOException {
        to.write(waiting);
        if (isEmpty() && own.length > KEPT) {
            own = new byte[0];
        }
    }
}
