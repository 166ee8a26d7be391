package dev.rehearse.data.anonymize;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;

/**
 * Permutes sequences of digits of given radices under a key: a Feistel network of HMAC-SHA-256 whose halves are added digit by digit, so
 * that it needs no arithmetic on the whole domain and any length will do. A sequence of one digit goes through a shuffled table.
 * One thread.
 */
final class KeyedPermutation {

    /** On each side of the step, so twice as many in all. */
    private static final int ROUNDS = 4;
    /** Two bytes of the MAC make one digit. */
    private static final int DIGITS_PER_BLOCK = 16;

    private final Mac mac;
    private final Map<String, int[]> shuffles = new HashMap<>();

    KeyedPermutation(SecretKey key) {
        this.mac = key.mac();
    }

    /**
     * Permutes in place. No sequence of more than one possible value becomes itself: the permutation is a step to the next number, seen
     * through a keyed one.
     *
     * @param digits each from 0 to its radix, exclusive
     * @param tweak what kind of sequence it is: other kinds, other permutations
     */
    void permute(int[] digits, int[] radices, String tweak) {
        if (digits.length == 0) {
            return;
        }
        if (digits.length == 1) {
            digits[0] = shuffle(radices[0], tweak)[digits[0]];
            return;
        }
        byte[] kind = kind(radices, tweak);
        for (int round = 0; round < ROUNDS; round++) {
            round(digits, radices, kind, round, 1);
        }
        for (int i = 0; i < digits.length; i++) {
            digits[i] = (digits[i] + 1) % radices[i];
            if (digits[i] != 0) {
                break;
            }
        }
        for (int round = ROUNDS - 1; round >= 0; round--) {
            round(digits, radices, kind, round, -1);
        }
    }

    /** Reads one half and changes the other. */
    private void round(int[] digits, int[] radices, byte[] kind, int round, int sign) {
        int n = digits.length;
        int half = n / 2;
        boolean left = round % 2 == 0;
        int from = left ? half : 0;
        int to = left ? n : half;
        int start = left ? 0 : half;
        int end = left ? half : n;
        mac.update(kind);
        mac.update((byte) round);
        for (int i = from; i < to; i++) {
            mac.update((byte) (digits[i] >>> 8));
            mac.update((byte) digits[i]);
        }
        byte[] seed = mac.doFinal();
        byte[] block = seed;
        for (int i = start; i < end; i++) {
            int place = (i - start) % DIGITS_PER_BLOCK;
            if (place == 0 && i > start) {
                mac.update(seed);
                mac.update((byte) ((i - start) >>> 20));
                mac.update((byte) ((i - start) >>> 12));
                mac.update((byte) ((i - start) >>> 4));
                block = mac.doFinal();
            }
            int added = (block[2 * place] & 0xFF) << 8 | (block[2 * place + 1] & 0xFF);
            digits[i] = Math.floorMod(digits[i] + sign * (added % radices[i]), radices[i]);
        }
    }

    private static byte[] kind(int[] radices, String tweak) {
        StringBuilder kind = new StringBuilder(tweak).append('/').append(radices.length);
        for (int i = 0, run = 0; i < radices.length; i++) {
            run++;
            if (i + 1 == radices.length || radices[i + 1] != radices[i]) {
                kind.append(',').append(radices[i]).append('*').append(run);
                run = 0;
            }
        }
        return kind.append(';').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A number from 0 to {@code bound}, exclusive, that the key and the text decide. */
    int below(int bound, String text) {
        byte[] hash = mac.doFinal(("below;" + text).getBytes(StandardCharsets.UTF_8));
        long bits = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            bits = bits << 8 | (hash[i] & 0xFF);
        }
        return (int) Long.remainderUnsigned(bits, bound);
    }

    /** A permutation of 0 to {@code size}, exclusive, that is one cycle, so that nothing becomes itself. */
    int[] shuffle(int size, String tweak) {
        String name = tweak + "/" + size;
        int[] known = shuffles.get(name);
        if (known != null) {
            return known;
        }
        int[] table = new int[size];
        for (int i = 0; i < size; i++) {
            table[i] = i;
        }
        for (int i = size - 1; i > 0; i--) {
            int j = below(i, "shuffle;" + name + ";" + i);
            int swapped = table[i];
            table[i] = table[j];
            table[j] = swapped;
        }
        if (shuffles.size() > 4096) {
            shuffles.clear();
        }
        shuffles.put(name, table);
        return table;
    }
}
