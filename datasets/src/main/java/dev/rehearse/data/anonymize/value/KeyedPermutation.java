package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.SecretKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Permutes sequences of digits of given radices under a key: a Feistel network of SipHash whose halves are added digit by digit, so
 * that it needs no arithmetic on the whole domain and any length will do. A sequence of one digit goes through a shuffled table.
 * One thread.
 */
final class KeyedPermutation {

    /** On each side of the step, so twice as many in all. */
    private static final int ROUNDS = 4;

    /** Sixteen bits of a hash make one digit, and hold one. */
    private static final int DIGITS_PER_WORD = 4;

    private static final int MOST_SHUFFLES = 4096;
    private static final int BEGUN_LOG = 9;

    private final SipHash hash;
    private final Map<Long, int[]> shuffles = new HashMap<>();
    private long[] words = new long[16];
    /** Each has one place, which the next one takes over. */
    private final long[][] begun = new long[1 << BEGUN_LOG][0];

    private final long[] begunTweaks = new long[1 << BEGUN_LOG];
    private final long[] begunSizes = new long[1 << BEGUN_LOG];

    KeyedPermutation(SecretKey key) {
        this.hash = new SipHash(key.derived("permutation"));
    }

    /**
     * Permutes in place. No sequence of more than one possible value becomes itself: the permutation is a step to the next number, seen
     * through a keyed one.
     *
     * @param digits each from 0 to its radix, exclusive
     * @param n how many there are
     * @param tweak what kind of sequence it is: other kinds, other permutations
     */
    void permute(int[] digits, int[] radices, int n, long tweak) {
        if (n == 0) {
            return;
        }
        if (n == 1) {
            digits[0] = shuffle(radices[0], tweak)[digits[0]];
            return;
        }
        if (words.length < n / DIGITS_PER_WORD + 4) {
            words = new long[n];
        }
        for (int round = 0; round < ROUNDS; round++) {
            round(digits, radices, n, tweak, round, 1);
        }
        for (int i = 0; i < n; i++) {
            digits[i] = (digits[i] + 1) % radices[i];
            if (digits[i] != 0) {
                break;
            }
        }
        for (int round = ROUNDS - 1; round >= 0; round--) {
            round(digits, radices, n, tweak, round, -1);
        }
    }

    /** Reads one half and changes the other. */
    private void round(int[] digits, int[] radices, int n, long tweak, int round, int sign) {
        int half = n / 2;
        boolean left = round % 2 == 0;
        int from = left ? half : 0;
        int to = left ? n : half;
        int start = left ? 0 : half;
        int end = left ? half : n;
        int used = 0;
        for (int i = from; i < to; i += DIGITS_PER_WORD) {
            long packed = 0;
            for (int k = 0; k < DIGITS_PER_WORD && i + k < to; k++) {
                packed |= (long) digits[i + k] << 16 * k;
            }
            words[used++] = packed;
        }
        long seed = hash.of(begun(tweak, (long) n << 8 | round), 2, words, used);
        long block = seed;
        for (int i = start; i < end; i++) {
            int place = (i - start) % DIGITS_PER_WORD;
            if (place == 0 && i > start) {
                words[0] = seed;
                words[1] = tweak;
                words[2] = i - start;
                block = hash.of(words, 3);
            }
            int added = (int) ((block >>> 16 * place & 0xFFFF) * radices[i] >>> 16);
            int sum = digits[i] + sign * added;
            digits[i] = sum < 0 ? sum + radices[i] : sum >= radices[i] ? sum - radices[i] : sum;
        }
    }

    /** The hash after the two words with which all sequences of a kind and length begin, which are few. */
    private long[] begun(long tweak, long size) {
        int place = (int) ((tweak + size) * 0x9E3779B97F4A7C15L >>> 64 - BEGUN_LOG);
        long[] known = begun[place];
        if (known.length == 0 || begunTweaks[place] != tweak || begunSizes[place] != size) {
            known = hash.after(tweak, size);
            begun[place] = known;
            begunTweaks[place] = tweak;
            begunSizes[place] = size;
        }
        return known;
    }

    /** A number from 0 to {@code bound}, exclusive, that the key and the text decide. */
    int below(int bound, String text) {
        return (int) Long.remainderUnsigned(hash.of("below;" + text), bound);
    }

    /** What a kind of sequence is called in {@link #permute}. */
    static long tweak(String name) {
        long tweak = 0;
        for (int i = 0; i < name.length(); i++) {
            tweak = tweak * 0x100000001B3L + name.charAt(i);
        }
        return tweak;
    }

    int[] shuffle(int size, String tweak) {
        return shuffle(size, hash.of(tweak));
    }

    /** A permutation of 0 to {@code size}, exclusive, that is one cycle, so that nothing becomes itself. */
    private int[] shuffle(int size, long tweak) {
        words[0] = tweak;
        words[1] = ~size;
        long name = hash.of(words, 2);
        int[] known = shuffles.get(name);
        if (known != null) {
            return known;
        }
        int[] table = new int[size];
        for (int i = 0; i < size; i++) {
            table[i] = i;
        }
        words[0] = name;
        for (int i = size - 1; i > 0; i--) {
            words[1] = i;
            int j = (int) Long.remainderUnsigned(hash.of(words, 2), i);
            int swapped = table[i];
            table[i] = table[j];
            table[j] = swapped;
        }
        if (shuffles.size() > MOST_SHUFFLES) {
            shuffles.clear();
        }
        shuffles.put(name, table);
        return table;
    }
}
