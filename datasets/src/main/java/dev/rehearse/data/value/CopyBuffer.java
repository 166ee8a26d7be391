package dev.rehearse.data.value;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes in COPY's text format, or in its binary one. One thread uses one buffer.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2">COPY, text format</a>
 */
public final class CopyBuffer {

    public static final byte[] NULL = {'\\', 'N'};

    /** Hexadecimal ones come first. */
    private static final byte[] DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;
    private boolean counting = true;

    public CopyBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Whether what is written counts; what is written a second time does not. */
    public void counting(boolean whether) {
        counting = whether;
    }

    public boolean counting() {
        return counting;
    }

    /** Cuts the content back to its first {@code newLength} bytes. */
    public void truncate(int newLength) {
        length = newLength;
    }

    public void put(int asciiByte) {
        ensure(1);
        bytes[length++] = (byte) asciiByte;
    }

    /** Appends bytes that need no escaping, or are escaped already. */
    public void put(byte[] raw) {
        ensure(raw.length);
        System.arraycopy(raw, 0, bytes, length, raw.length);
        length += raw.length;
    }

    /** Appends the first bytes of an array. */
    public void put(byte[] raw, int count) {
        ensure(count);
        System.arraycopy(raw, 0, bytes, length, count);
        length += count;
    }

    void putInt16(int value) {
        ensure(2);
        bytes[length++] = (byte) (value >> 8);
        bytes[length++] = (byte) value;
    }

    void putInt32(int value) {
        ensure(4);
        length += 4;
        setInt32(length - 4, value);
    }

    void putInt64(long value) {
        putInt32((int) (value >> 32));
        putInt32((int) value);
    }

    /** Overwrites four bytes. */
    void setInt32(int at, int value) {
        bytes[at] = (byte) (value >> 24);
        bytes[at + 1] = (byte) (value >> 16);
        bytes[at + 2] = (byte) (value >> 8);
        bytes[at + 3] = (byte) value;
    }

    /** Whether what was written from there on is NULL. */
    public boolean isNullFrom(int start) {
        return length - start == 2 && bytes[start] == '\\' && bytes[start + 1] == 'N';
    }

    public void putNull() {
        put(NULL);
    }

    public void putLong(long value) {
        ensure(20);
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                put("-9223372036854775808".getBytes(StandardCharsets.US_ASCII));
                return;
            }
            bytes[length++] = '-';
            putDigits(-value, digits(-value));
        } else {
            putDigits(value, digits(value));
        }
    }

    /** Appends a number that is not negative with leading zeros. */
    public void putPadded(long value, int width) {
        ensure(Math.max(width, 20));
        putDigits(value, Math.max(width, digits(value)));
    }

    /** Appends the lowest {@code width} hexadecimal digits. */
    public void putHex(long value, int width) {
        ensure(width);
        for (int shift = (width - 1) * 4; shift >= 0; shift -= 4) {
            bytes[length++] = DIGITS[(int) (value >>> shift) & 15];
        }
    }

    /** Appends a number that is not negative in base 36 with leading zeros. */
    public void putBase36(long value, int width) {
        ensure(width);
        long rest = value;
        for (int i = width - 1; i >= 0; i--) {
            bytes[length + i] = DIGITS[(int) (rest % 36)];
            rest /= 36;
        }
        length += width;
    }

    /** Appends text, escaped. */
    public void putText(String text) {
        put(escape(text));
    }

    public static byte[] escape(String text) {
        boolean plain = text.chars().noneMatch(c -> c == '\\' || c == '\n' || c == '\r' || c == '\t');
        String escaped = plain
                ? text
                : text.replace("\\", "\\\\")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t");
        return escaped.getBytes(StandardCharsets.UTF_8);
    }

    /** The text whose escaped form stands from {@code start} to the end, or null for NULL. */
    @org.jspecify.annotations.Nullable
    public String textFrom(int start) {
        String escaped = new String(bytes, start, length - start, StandardCharsets.UTF_8);
        if (escaped.equals("\\N")) {
            return null;
        }
        if (escaped.indexOf('\\') < 0) {
            return escaped;
        }
        StringBuilder text = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            text.append((char) unescaped(escaped.charAt(++i)));
        }
        return text.toString();
    }

    /** What the character after a backslash stands for. */
    static int unescaped(int code) {
        return switch (code) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'v' -> '\013';
            default -> code;
        };
    }

    /** A hash of the bytes from {@code start} to the end. */
    public long hashFrom(int start) {
        long hash = 0xCBF29CE484222325L;
        for (int i = start; i < length; i++) {
            hash = (hash ^ (bytes[i] & 0xFF)) * 0x100000001B3L;
        }
        return Mix.mix(hash);
    }

    private void putDigits(long value, int width) {
        long rest = value;
        for (int i = width - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
