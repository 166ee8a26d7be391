package dev.rehearse.data.anonymize;

import java.util.Arrays;

/** Bytes that are put together. One thread. */
final class Bytes {

    private byte[] bytes;
    private int size;

    Bytes(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    /** Valid up to {@link #size}, until more is added. */
    byte[] array() {
        return bytes;
    }

    void clear() {
        size = 0;
    }

    void add(char ascii) {
        makeRoom(1);
        bytes[size++] = (byte) ascii;
    }

    void add(byte[] source, int from, int to) {
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
