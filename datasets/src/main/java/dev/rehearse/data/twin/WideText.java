package dev.rehearse.data.twin;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;

/**
 * Texts that are wider than what statistics are made of (1 kB): those that stay as long as they are, those that are compressed into a
 * given width, and those that are moved out of the row.
 *
 * @see <a href="https://www.postgresql.org/docs/current/storage-toast.html">TOAST</a>
 */
final class WideText implements Values {

    /** What a pointer to a value outside the row takes. */
    static final int POINTER_BYTES = 18;

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** Values up to here stay uncompressed in a row that has little else. */
    private static final int PLAIN_BYTES = 1_900;

    /** Long enough that the row must be made smaller. */
    private static final int COMPRESSED_CHARACTERS = 2_100;

    private static final int CODE = 13;
    private static final int CODE_COMPRESSED = 7;

    private final int random;
    private final int filling;
    private final long seed;

    private WideText(int random, int filling, long seed) {
        this.random = random;
        this.filling = filling;
        this.seed = seed;
    }

    /**
     * @param widthBytes the mean width in the row
     * @param outsideBytes bytes outside the row per value
     */
    static WideText of(int widthBytes, double outsideBytes, long seed) {
        if (widthBytes <= POINTER_BYTES + 2) {
            return new WideText((int) Math.min(1 << 20, Math.max(COMPRESSED_CHARACTERS, outsideBytes)), 0, seed);
        }
        if (widthBytes > 1_024 && widthBytes <= PLAIN_BYTES) {
            return new WideText(widthBytes - 4, 0, seed);
        }
        // A run of one character shrinks to about a hundredth, the zeros before a number to a few bytes; random
        // characters take an
        // eighth more than they are.
        double forRandom = widthBytes - 8 - COMPRESSED_CHARACTERS / 88.0 - CODE_COMPRESSED;
        int randomCharacters = CODE + (int) Math.max(0, Math.min(COMPRESSED_CHARACTERS - CODE, forRandom / 1.125));
        return new WideText(randomCharacters, COMPRESSED_CHARACTERS - randomCharacters, seed);
    }

    /** Whether all values of a column stand outside the row. */
    static boolean isOutside(Statistics s) {
        return s.widthBytes() >= POINTER_BYTES
                && s.widthBytes() <= POINTER_BYTES + 2
                && s.lengths().isEmpty()
                && s.commonShares().isEmpty();
    }

    @Override
    public void write(long value, CopyBuffer out) {
        out.putBase36(value, CODE);
        for (int i = 0; i < filling; i++) {
            out.put('x');
        }
        for (int i = CODE; i < random; i += 8) {
            long bits = Mix.at(seed ^ value, i);
            for (int j = i; j < Math.min(random, i + 8); j++) {
                out.put(ALPHABET.charAt((int) Long.remainderUnsigned(bits, ALPHABET.length())));
                bits = Long.divideUnsigned(bits, ALPHABET.length());
            }
        }
    }
}
