package dev.rehearse.wiretap.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Cuts one direction of a connection into messages (type byte, length, body; see
 * <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message Formats</a>) while passing its bytes on. A message
 * is never kept whole unless the handler asks for it, so memory is bounded whatever its length. Used by one thread.
 */
public final class MessageFramer {

    private static final int HEADER = 5;

    private final Handler handler;
    private final byte[] header = new byte[HEADER];
    private int headerLength;
    /** Where the header stands in the chunk at hand; -1 where it is not whole in it. */
    private int headerAt;

    private boolean headerPassed;
    private int bodyLength;
    private int bodySeen;
    private Interest interest = Interest.NONE;
    private byte[] head = new byte[256];
    private int headLength;

    public MessageFramer(Handler handler) {
        this.handler = handler;
    }

    /** What a handler wants of a message: its first bytes, and whether it is held back until the handler has seen it. */
    public record Interest(int bytes, boolean held) {
        public static final Interest NONE = new Interest(0, false);

        public static Interest first(int bytes) {
            return new Interest(bytes, false);
        }
    }

    /** Decides about messages. */
    public interface Handler {

        /**
         * @throws ProtocolViolationException if no such message can exist
         */
        Interest interest(byte type, int bodyLength) throws ProtocolViolationException;

        /**
         * Called when the last byte of a message has arrived, and before that byte is passed on.
         *
         * @param head the first bytes of the body, as many as {@link #interest} asked for
         * @return whether to pass it on; heeded for held messages only
         */
        boolean message(byte type, ByteBuffer head, int bodyLength) throws IOException;

        /** Whether messages of this type may be held. */
        default boolean mayHold(byte type) {
            return true;
        }

        /** What is taken in until {@link #caughtUp()} has arrived now, and is passed on before it is taken in. */
        public default void arrived() {}

        public default void caughtUp() {}

        /** What is taken in until the next call has arrived together. */
        public default void chunkArrived() {}
    }

    /** Whether these bytes are whole messages of which none may be held: they can be passed on before they are taken in. */
    public boolean passesWhole(byte[] chunk, int length) {
        long at = 0;
        if (headerLength == 0) {
            ByteBuffer bytes = ByteBuffer.wrap(chunk);
            while (at + HEADER <= length && !handler.mayHold(chunk[(int) at])) {
                int declared = bytes.getInt((int) at + 1);
                if (declared < 4) {
                    return false;
                }
                at += 1L + declared;
            }
        }
        return at == length;
    }

    /** Takes the next bytes in and passes on to {@code out} what may be; the caller flushes. */
    public void feed(byte[] chunk, int length, OutputStream out) throws IOException {
        handler.chunkArrived();
        int at = 0;
        while (at < length) {
            if (headerLength < HEADER) {
                header[headerLength++] = chunk[at++];
                if (headerLength < HEADER) {
                    continue;
                }
                headerAt = at - HEADER;
                begin();
            }
            int piece = Math.min(length - at, bodyLength - bodySeen);
            keep(chunk, at, piece);
            bodySeen += piece;
            if (bodySeen == bodyLength) {
                finish(chunk, at, piece, out);
            } else if (!interest.held()) {
                pass(chunk, at, piece, out);
            }
            at += piece;
        }
        headerAt = -1;
    }

    /** Whether a message has begun and not ended. */
    public boolean isWithinMessage() {
        return headerLength > 0;
    }

    private void begin() throws ProtocolViolationException {
        int declared = ByteBuffer.wrap(header, 1, 4).getInt();
        if (declared < 4) {
            throw new ProtocolViolationException(header[0], declared);
        }
        bodyLength = declared - 4;
        bodySeen = 0;
        headLength = 0;
        headerPassed = false;
        interest = handler.interest(header[0], bodyLength);
    }

    private void keep(byte[] chunk, int at, int piece) {
        int wanted = Math.min(piece, interest.bytes() - headLength);
        if (wanted <= 0) {
            return;
        }
        if (headLength + wanted > head.length) {
            int needed = Math.max(headLength + wanted, Math.min(interest.bytes(), head.length * 2));
            head = java.util.Arrays.copyOf(head, needed);
        }
        System.arraycopy(chunk, at, head, headLength, wanted);
        headLength += wanted;
    }

    private void finish(byte[] chunk, int at, int piece, OutputStream out) throws IOException {
        boolean passOn = handler.message(header[0], ByteBuffer.wrap(head, 0, headLength), bodyLength);
        if (!interest.held()) {
            pass(chunk, at, piece, out);
        } else if (passOn) {
            out.write(header, 0, HEADER);
            out.write(head, 0, headLength);
        }
        headerLength = 0;
        if (head.length > 1 << 16) {
            head = new byte[256];
        }
    }

    private void pass(byte[] chunk, int at, int piece, OutputStream out) throws IOException {
        if (headerPassed) {
            out.write(chunk, at, piece);
        } else if (headerAt >= 0) {
            out.write(chunk, headerAt, at + piece - headerAt);
        } else {
            out.write(header, 0, HEADER);
            out.write(chunk, at, piece);
        }
        headerPassed = true;
    }

    /** What arrived cannot be a message; the connection is beyond repair. */
    public static final class ProtocolViolationException extends IOException {

        public ProtocolViolationException(byte type, int declaredLength) {
            super("message of type 0x" + Integer.toHexString(type & 0xFF) + " with length " + declaredLength);
        }
    }
}
