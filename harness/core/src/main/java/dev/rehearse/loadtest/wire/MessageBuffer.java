package dev.rehearse.loadtest.wire;

import dev.rehearse.pgbench.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Messages to the server, collected until they are sent. Grows as needed; makes no garbage for integers. Not thread-safe. */
final class MessageBuffer {

    private byte[] bytes = new byte[4_096];
    private int end;
    private int messageStart;
    /** Bytes that were sent while what comes after them waits. */
    private int sent;

    /** Begins a message of the type. */
    void begin(int type) {
        room(5);
        bytes[end] = (byte) type;
        messageStart = end + 1;
        end += 5;
    }

    /** Ends the message: its length is known now. */
    void end() {
        setInt(messageStart, end - messageStart);
    }

    /** Leaves place for the length of a field. */
    int beginField() {
        room(4);
        end += 4;
        return end;
    }

    void endField(int start) {
        setInt(start - 4, end - start);
    }

    void put(int single) {
        room(1);
        bytes[end++] = (byte) single;
    }

    void put(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, end, more.length);
        end += more.length;
    }

    /** With a zero byte after it. */
    void putText(byte[] text) {
        put(text);
        put(0);
    }

    void putShort(int number) {
        room(2);
        bytes[end++] = (byte) (number >> 8);
        bytes[end++] = (byte) number;
    }

    void putInt(int number) {
        room(4);
        setInt(end, number);
        end += 4;
    }

    void putValue(Value value) {
        if (value instanceof Value.Int integer && integer.number() != Long.MIN_VALUE) {
            putDigits(integer.number());
        } else {
            put(value.text().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void putDigits(long number) {
        room(20);
        long rest = Math.abs(number);
        int digits = 1;
        for (long power = rest; power >= 10; power /= 10) {
            digits++;
        }
        if (number < 0) {
            bytes[end++] = '-';
        }
        for (int i = end + digits - 1; i >= end; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end += digits;
    }

    private void setInt(int at, int number) {
        bytes[at] = (byte) (number >> 24);
        bytes[at + 1] = (byte) (number >> 16);
        bytes[at + 2] = (byte) (number >> 8);
        bytes[at + 3] = (byte) number;
    }

    private void room(int more) {
        if (end + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
        }
    }

    boolean isEmpty() {
        return end == 0;
    }

    /** Bytes that are still to be sent. */
    int size() {
        return end - sent;
    }

    private void clear() {
        end = 0;
        sent = 0;
    }

    /**
     * Sends all, or of a channel that does not wait what that takes. The rest stays, ahead of what is put later.
     *
     * @param shared to copy through
     */
    void sendTo(WritableByteChannel channel, ByteBuffer shared) throws IOException {
        while (sent < end) {
            shared.clear();
            shared.put(bytes, sent, Math.min(shared.capacity(), end - sent)).flip();
            int taken = channel.write(shared);
            if (taken == 0) {
                return;
            }
            sent += taken;
        }
        clear();
    }
}
