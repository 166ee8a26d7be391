package dev.rehearse.data.anonymize.value;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Permutes the characters, bytes or bits of one text under the key, each within its kind. One thread. */
final class CharacterPermutation {

    private static final long SMALL_LETTERS = with(KeyedPermutation.tweak("word"), Alphabet.LETTERS, 0);

    private final KeyedPermutation permutation;

    private int[] digits = new int[64];
    private int[] radices = new int[64];
    private int[] places = new int[64];

    CharacterPermutation(KeyedPermutation permutation) {
        this.permutation = permutation;
    }

    /** The bytes of {@code \x0a1b}. */
    String bytes(String hex) {
        int n = hex.length() / 2 - 1;
        makeRoom(n);
        for (int i = 0; i < n; i++) {
            digits[i] = Integer.parseInt(hex, 2 * i + 2, 2 * i + 4, 16);
            radices[i] = 256;
        }
        permutation.permute(digits, radices, n, KeyedPermutation.tweak("bytes"));
        StringBuilder out = new StringBuilder(hex.length()).append("\\x");
        for (int i = 0; i < n; i++) {
            out.append(Character.forDigit(digits[i] >> 4, 16)).append(Character.forDigit(digits[i] & 15, 16));
        }
        return out.toString();
    }

    /** Zeros and ones as the server writes them. */
    String bits(String bits) {
        int n = bits.length();
        makeRoom(n);
        for (int i = 0; i < n; i++) {
            digits[i] = bits.charAt(i) - '0';
            radices[i] = 2;
        }
        permutation.permute(digits, radices, n, KeyedPermutation.tweak("bits"));
        StringBuilder out = new StringBuilder(n);
        for (int i = 0; i < n; i++) {
            out.append(digits[i]);
        }
        return out.toString();
    }

    private void makeRoom(int n) {
        if (digits.length < n) {
            digits = new int[n + n / 2];
            radices = new int[digits.length];
            places = new int[digits.length];
        }
    }

    /** As {@link #permuted} does it, of small letters of ASCII alone, as most words are. */
    String word(String lower) {
        int n = lower.length();
        makeRoom(n);
        for (int i = 0; i < n; i++) {
            digits[i] = lower.charAt(i) - 'a';
            radices[i] = Alphabet.LETTERS.size();
        }
        permutation.permute(digits, radices, n, SMALL_LETTERS);
        byte[] image = new byte[n];
        for (int i = 0; i < n; i++) {
            image[i] = (byte) ('a' + digits[i]);
        }
        return new String(image, StandardCharsets.ISO_8859_1);
    }

    /** The kind of a sequence with one alphabet that is added from {@code place} on. */
    private static long with(long kind, Alphabet alphabet, int place) {
        return (kind + alphabet.name().hashCode()) * 0x9E3779B97F4A7C15L + place;
    }

    /**
     * Permutes letters and digits, each within its alphabet.
     *
     * @param from the characters before stay
     */
    String permuted(String text, String tweak, boolean hex, int from) {
        int[] characters = codePoints(text);
        makeRoom(characters.length);
        boolean number =
                tweak.equals("digits") || tweak.equals("card") || tweak.equals("checked") || tweak.equals("phone");
        boolean leading = true;
        boolean groupBegins = true;
        long kind = KeyedPermutation.tweak(tweak);
        @Nullable Alphabet last = null;
        Alphabet[] alphabets = new Alphabet[characters.length];
        int n = 0;
        for (int i = 0; i < characters.length; i++) {
            int folded = Alphabet.fold(characters[i]);
            Alphabet alphabet = hex && folded >= 'a' && folded <= 'f' ? Alphabet.HEX_LETTERS : Alphabet.of(folded);
            boolean begins = groupBegins;
            groupBegins = alphabet == null;
            if (alphabet == null || i < from || isVersion(tweak, i)) {
                continue;
            }
            int index = alphabet.indexOf(folded);
            boolean first = (number && leading) || (tweak.equals("colons") && begins);
            if (first && alphabet == Alphabet.DIGITS) {
                if (index == 0) {
                    // A zero in front stays, and nothing else becomes one.
                    continue;
                }
                radices[n] = 9;
                digits[n] = index - 1;
            } else {
                radices[n] = alphabet.size();
                digits[n] = index;
            }
            leading = false;
            alphabets[n] = alphabet;
            places[n] = i;
            if (alphabet != last) {
                last = alphabet;
                kind = with(kind, alphabet, n);
            }
            n++;
        }
        permutation.permute(digits, radices, n, kind);
        for (int i = 0; i < n; i++) {
            boolean nine = alphabets[i] == Alphabet.DIGITS && radices[i] == 9;
            int folded = alphabets[i].codePoints()[digits[i] + (nine ? 1 : 0)];
            boolean upper = Alphabet.fold(characters[places[i]]) != characters[places[i]];
            characters[places[i]] = upper ? Character.toUpperCase(folded) : folded;
        }
        return new String(characters, 0, characters.length);
    }

    /** Without a stream, which costs more than the texts do, short as most are. */
    private static int[] codePoints(String text) {
        int[] characters = new int[text.codePointCount(0, text.length())];
        for (int i = 0, place = 0; i < characters.length; i++) {
            characters[i] = text.codePointAt(place);
            place += Character.charCount(characters[i]);
        }
        return characters;
    }

    /** The digits of a UUID that say how it was made. */
    private static boolean isVersion(String tweak, int place) {
        return tweak.equals("uuid") && (place == 14 || place == 19);
    }
}
