package dev.rehearse.data.anonymize.text;

import java.util.Arrays;

/** Bytes that are put together. One thread. */
public final class Bytes {

    private byte[] bytes;
    private int size;

    public Bytes(int capacity) {
        bytes = new byte[capacity];
    }

    public int size() {
        return size;
    }

    /** Valid up to {@link #size}, until more is added. */
    public byte[] array() {
        return bytes;
    }

    public void clear() {
        size = 0;
    }

    public void add(char ascii) {
        makeRoom(1);
        bytes[size++] = (byte) ascii;
    }

    public void add(byte[] source, int from, int to) {
        makeRoom(to - from);
        System.arraycopy(source, from, bytes, size, to - from);
        size += to - from;
    }

    private void makeRoom(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
