package dev.rehearse.data.anonymize.value;

import java.lang.Character.UnicodeBlock;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Characters that may stand for each other: decimal digits of one script, or letters of one Unicode block and category that take as many
 * bytes. Letters that have both cases stand in it in lower case. Immutable.
 */
record Alphabet(String name, int[] codePoints) {

    static final Alphabet DIGITS = range("0", '0', '9');
    static final Alphabet LETTERS = range("a", 'a', 'z');
    static final Alphabet HEX_LETTERS = range("h", 'a', 'f');

    private static final Alphabet NONE = new Alphabet("", new int[0]);

    /** By character. Threads may find the same one twice, which does no harm. */
    private static final @Nullable Alphabet[] KNOWN = new Alphabet[1 << 16];

    private static final Map<String, Alphabet> OTHERS = new ConcurrentHashMap<>();

    int size() {
        return codePoints.length;
    }

    int indexOf(int folded) {
        return this == LETTERS ? folded - 'a' : this == DIGITS ? folded - '0' : Arrays.binarySearch(codePoints, folded);
    }

    /** The alphabet of a folded character, or null for what is kept: marks, punctuation, symbols, blanks. */
    static @Nullable Alphabet of(int folded) {
        if (folded < 0x80) {
            return folded >= '0' && folded <= '9' ? DIGITS : folded >= 'a' && folded <= 'z' ? LETTERS : null;
        }
        if (folded >= KNOWN.length) {
            return find(folded);
        }
        Alphabet known = KNOWN[folded];
        if (known == null) {
            Alphabet found = find(folded);
            known = found == null ? NONE : found;
            KNOWN[folded] = known;
        }
        return known == NONE ? null : known;
    }

    private static @Nullable Alphabet find(int folded) {
        if (Character.getType(folded) == Character.DECIMAL_DIGIT_NUMBER) {
            int zero = folded - Character.digit(folded, 10);
            return OTHERS.computeIfAbsent("0" + zero, name -> range(name, zero, zero + 9));
        }
        if (!Character.isLetter(folded)) {
            return null;
        }
        UnicodeBlock block = UnicodeBlock.of(folded);
        return block == null ? null : OTHERS.computeIfAbsent(kind(folded), name -> letters(name, folded, block));
    }

    /** In lower case, where the character has exactly one partner in the other case that takes as many bytes. */
    static int fold(int c) {
        if (c < 0x80) {
            return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
        }
        int lower = Character.toLowerCase(c);
        return lower != c && hasBothCases(lower) && Character.toUpperCase(lower) == c ? lower : c;
    }

    private static boolean hasBothCases(int lower) {
        int upper = Character.toUpperCase(lower);
        return upper != lower
                && Character.toLowerCase(upper) == lower
                && UnicodeBlock.of(upper) == UnicodeBlock.of(lower)
                && bytes(upper) == bytes(lower);
    }

    private static String kind(int c) {
        return UnicodeBlock.of(c) + "/" + Character.getType(c) + "/" + bytes(c) + "/" + hasBothCases(c);
    }

    private static int bytes(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    private static Alphabet letters(String name, int member, UnicodeBlock block) {
        int first = member;
        while (first > 0 && block.equals(UnicodeBlock.of(first - 1))) {
            first--;
        }
        int last = member;
        while (last < Character.MAX_CODE_POINT && block.equals(UnicodeBlock.of(last + 1))) {
            last++;
        }
        int[] found = java.util.stream.IntStream.rangeClosed(first, last)
                .filter(c -> Character.isLetter(c) && fold(c) == c && kind(c).equals(name))
                .toArray();
        return new Alphabet(name, found);
    }

    private static Alphabet range(String name, int first, int last) {
        return new Alphabet(
                name, java.util.stream.IntStream.rangeClosed(first, last).toArray());
    }
}
