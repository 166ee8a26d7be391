package dev.rehearse.data.anonymize.value;

import java.nio.ByteBuffer;

/**
 * SipHash-2-4: a keyed function of 64-bit words that nobody without the key can tell from a random one, some ten times as fast as an HMAC.
 * Immutable.
 *
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">SipHash: a fast short-input PRF</a>
 */
final class SipHash {

    private final long k0;
    private final long k1;

    /** @param key 16 bytes */
    SipHash(byte[] key) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        k0 = bytes.getLong();
        k1 = bytes.getLong();
    }

    /** The value of the first {@code count} words. */
    long of(long[] words, int count) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        for (int i = 0; i <= count + 1; i++) {
            // The last word has the length, as the paper has it; then four rounds end it.
            long word = i < count ? words[i] : i == count ? (long) count << 59 : 0xff;
            boolean ends = i > count;
            if (ends) {
                v2 ^= word;
            } else {
                v3 ^= word;
            }
            for (int round = ends ? 4 : 2; round > 0; round--) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            if (!ends) {
                v0 ^= word;
            }
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** The value of a text. */
    long of(String text) {
        long[] words = new long[text.length() / 4 + 1];
        for (int i = 0; i < text.length(); i++) {
            words[i >> 2] |= (long) text.charAt(i) << 16 * (i & 3);
        }
        words[text.length() / 4] |= (long) (text.length() & 3) << 60;
        return of(words, words.length);
    }
}
