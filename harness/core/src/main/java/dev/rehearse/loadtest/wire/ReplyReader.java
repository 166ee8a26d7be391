package dev.rehearse.loadtest.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Messages from the server, one after the other in one buffer. Not thread-safe. */
final class ReplyReader {

    private static final int LONGEST_MESSAGE = 1 << 30;
    private static final int SMALL = 4_096;

    private final InputStream in;
    private byte[] bytes = new byte[8_192];
    private int at;
    private int limit;
    private int bodyStart;
    private int bodyEnd;
    private @Nullable ReadableByteChannel channel;
    private ByteBuffer shared = ByteBuffer.allocate(0);
    /** Of a row that nobody wants, what has not come yet. */
    private long unwanted;

    ReplyReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads the next message.
     *
     * @param keepsRows false: rows are passed over, however large they are
     * @return its type
     * @throws IOException where the connection is gone, or what came is no message
     */
    int next(boolean keepsRows) throws IOException {
        at = bodyEnd;
        need(5);
        int type = bytes[at];
        int length = intAt(at + 1);
        check(length);
        if (type == 'd' || type == 'D' && !keepsRows) {
            skip(length + 1);
            bodyStart = at;
            bodyEnd = at;
            return type;
        }
        need(length + 1);
        bodyStart = at + 5;
        bodyEnd = at + 1 + length;
        return type;
    }

    /**
     * From now on nothing waits: {@link #next} comes after {@link #isReady} has said so.
     *
     * @param buffer for what comes, which others of the same thread may use meanwhile
     */
    void readFrom(@Nullable ReadableByteChannel source, ByteBuffer buffer) {
        channel = source;
        shared = buffer;
    }

    /** Whether the next message has come as a whole. */
    boolean isReady(boolean keepsRows) throws IOException {
        at = bodyEnd;
        while (true) {
            int passed = (int) Math.min(unwanted, limit - at);
            at += passed;
            unwanted -= passed;
            bodyEnd = at;
            int needed = 5;
            if (unwanted == 0 && limit - at >= 5) {
                int length = intAt(at + 1);
                check(length);
                if (limit - at > length) {
                    return true;
                }
                needed = length + 1;
                if (length > SMALL && (bytes[at] == 'd' || bytes[at] == 'D' && !keepsRows)) {
                    unwanted = needed;
                    continue;
                }
            }
            makeRoom(needed);
            bodyEnd = at;
            if (!takesMore()) {
                return false;
            }
        }
    }

    private boolean takesMore() throws IOException {
        shared.clear().limit(Math.min(shared.capacity(), bytes.length - limit));
        int read = java.util.Objects.requireNonNull(channel).read(shared);
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

    private void need(int count) throws IOException {
        if (limit - at >= count) {
            return;
        }
        makeRoom(count);
        while (limit - at < count) {
            fill();
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

    private void fill() throws IOException {
        int read = in.read(bytes, limit, bytes.length - limit);
        if (read < 0) {
            throw new EOFException("The server closed the connection");
        }
        limit += read;
    }

    private void skip(long count) throws IOException {
        long left = count - (limit - at);
        if (left <= 0) {
            at += (int) count;
            return;
        }
        at = 0;
        limit = 0;
        while (left > 0) {
            int read = in.read(bytes, 0, (int) Math.min(bytes.length, left));
            if (read < 0) {
                throw new EOFException("The server closed the connection");
            }
            left -= read;
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
