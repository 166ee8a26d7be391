package dev.rehearse.loadtest.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Messages from the server, one after the other in one buffer. Not thread-safe. */
final class ReplyReader {

    /** No type of a message. */
    static final int NOTHING = 0;

    private static final int LONGEST_MESSAGE = 1 << 30;
    private static final int SMALL = 4_096;

    private final ReadableByteChannel source;
    private ByteBuffer shared;
    private byte[] bytes = new byte[8_192];
    private int at;
    private int limit;
    private int bodyStart;
    private int bodyEnd;
    /** Of a row that nobody wants, what has not come yet. */
    private long unwanted;

    /** @param shared what comes passes through it; others of the same thread may use it in between */
    ReplyReader(ReadableByteChannel source, ByteBuffer shared) {
        this.source = source;
        this.shared = shared;
    }

    /** What comes passes through another buffer from now on. */
    void passThrough(ByteBuffer buffer) {
        shared = buffer;
    }

    /**
     * Reads the next message, and waits for it where the source does.
     *
     * @param keepsRows false: rows may be passed over, however large they are
     * @return its type; {@link #NOTHING} where the source does not wait and the message has not come as a whole
     * @throws IOException where the connection is gone, or what came is no message
     */
    int next(boolean keepsRows) throws IOException {
        at = bodyEnd;
        while (true) {
            passUnwanted();
            int needed = 5;
            if (limit - at >= 5) {
                int type = bytes[at];
                int length = intAt(at + 1);
                check(length);
                if (limit - at > length) {
                    bodyStart = at + 5;
                    bodyEnd = at + 1 + length;
                    return type;
                }
                needed = length + 1;
                if (length > SMALL && (type == 'd' || type == 'D' && !keepsRows)) {
                    unwanted = needed;
                    continue;
                }
            }
            makeRoom(needed);
            bodyEnd = at;
            if (!takesMore()) {
                return NOTHING;
            }
        }
    }

    private void passUnwanted() {
        int passed = (int) Math.min(unwanted, limit - at);
        at += passed;
        unwanted -= passed;
    }

    private boolean takesMore() throws IOException {
        shared.clear().limit(Math.min(shared.capacity(), bytes.length - limit));
        int read = source.read(shared);
        if (read < 0) {
            throw new EOFException("The server closed the connection");
        }
        shared.flip();
        shared.get(bytes, limit, read);
        limit += read;
        return read > 0;
    }

    private static void check(int length) throws IOException {
        if (length < 4 || length > LONGEST_MESSAGE) {
            throw new IOException("The server sent a message of " + length + " bytes, which is none of the protocol");
        }
    }

    /** So that as many bytes fit behind one another. */
    private void makeRoom(int count) {
        if (at == limit) {
            at = 0;
            limit = 0;
            bodyEnd = 0;
        }
        if (at + count > bytes.length) {
            byte[] target = count > bytes.length ? new byte[Math.max(count, bytes.length * 2)] : bytes;
            System.arraycopy(bytes, at, target, 0, limit - at);
            bytes = target;
            limit -= at;
            at = 0;
        }
    }

    /** The first byte of the body. */
    int firstByte() {
        return bytes[bodyStart];
    }

    /** Of an ErrorResponse: the field of this type, or an empty text. */
    String field(int type) {
        int position = bodyStart;
        while (position < bodyEnd && bytes[position] != 0) {
            int end = zeroAfter(position + 1);
            if (bytes[position] == type) {
                return text(position + 1, end);
            }
            position = end + 1;
        }
        return "";
    }

    /** Of a RowDescription: the names of the columns. */
    String[] columnNames() {
        String[] names = new String[shortAt(bodyStart)];
        int position = bodyStart + 2;
        for (int i = 0; i < names.length; i++) {
            int end = zeroAfter(position);
            names[i] = text(position, end);
            position = end + 19;
        }
        return names;
    }

    /** Of a DataRow: the values. */
    @Nullable
    String[] values() {
        @Nullable String[] values = new @Nullable String[shortAt(bodyStart)];
        int position = bodyStart + 2;
        for (int i = 0; i < values.length; i++) {
            int length = intAt(position);
            position += 4;
            if (length >= 0) {
                values[i] = text(position, position + length);
                position += length;
            }
        }
        return values;
    }

    private int zeroAfter(int from) {
        int position = from;
        while (position < bodyEnd && bytes[position] != 0) {
            position++;
        }
        return position;
    }

    private String text(int from, int to) {
        return new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.UTF_8);
    }

    private int shortAt(int position) {
        return (bytes[position] & 0xFF) << 8 | bytes[position + 1] & 0xFF;
    }

    private int intAt(int position) {
        return shortAt(position) << 16 | shortAt(position + 2);
    }
}
