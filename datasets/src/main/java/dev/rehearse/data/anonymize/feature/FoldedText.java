package dev.rehearse.data.anonymize.feature;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * A text in the form in which it is compared: in lower case, composed, letters of alphabets without their accents and letters of the width of
 * ideographs as others, without what is not seen, so that Müller, MULLER and Ｍüller are one. One thread; used again for the next text.
 */
final class FoldedText {

    /** Letters that no accents are taken from, but that lists without accents write so. */
    private static final Map<Character, String> WRITTEN = Map.of(
            'ß', "ss", 'æ', "ae", 'œ', "oe", 'þ', "th", 'ø', "o", 'ł', "l", 'đ', "d", 'ħ', "h", 'ı', "i", 'ς', "σ");

    /** What becomes of each character; 0 for one that has not been asked for, {@link #OTHERWISE} for one that becomes none or several. */
    private static final char[] FOLDED = new char[Character.MAX_VALUE + 1];

    private static final char OTHERWISE = 0xFFFF;

    private char[] characters = new char[256];
    private int length;
    private boolean aligned;
    /** Where each character and the end stood in the text, where some became none or two. */
    private int[] places = new int[0];

    private boolean moved;

    void set(String value) {
        length = value.length();
        makeRoom();
        value.getChars(0, length, characters, 0);
        aligned = true;
        moved = false;
        for (int i = 0; i < length; i++) {
            char c = characters[i];
            if (c >= 0x80) {
                setOther(value);
                return;
            }
            if (c >= 'A' && c <= 'Z') {
                characters[i] = (char) (c + ('a' - 'A'));
            }
        }
    }

    /** One that is not all ASCII. */
    private void setOther(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        boolean composed = Normalizer.isNormalized(lower, Normalizer.Form.NFC);
        String normal = composed ? lower : Normalizer.normalize(lower, Normalizer.Form.NFC);
        aligned = composed && lower.length() == value.length();
        length = 0;
        for (int i = 0; i < normal.length(); i++) {
            char c = normal.charAt(i);
            char folded = c < 0x80 ? c : folded(c);
            if (folded != OTHERWISE) {
                append(folded, i);
            } else {
                move(i);
                String written = WRITTEN.getOrDefault(c, "");
                for (int j = 0; j < written.length(); j++) {
                    append(written.charAt(j), i);
                }
            }
        }
        if (moved) {
            places = room(places, length + 1);
            places[length] = normal.length();
        }
    }

    /** From here on characters stand elsewhere. */
    private void move(int place) {
        if (!moved) {
            moved = true;
            places = room(places, place + 1);
            for (int i = 0; i < place; i++) {
                places[i] = i;
            }
        }
    }

    private void append(char c, int place) {
        length++;
        makeRoom();
        characters[length - 1] = c;
        if (moved) {
            places = room(places, length);
            places[length - 1] = place;
        }
    }

    private void makeRoom() {
        if (characters.length < length) {
            characters = Arrays.copyOf(characters, length + length / 2);
        }
    }

    private static int[] room(int[] places, int least) {
        return places.length < least ? Arrays.copyOf(places, least + least / 2) : places;
    }

    /** Several threads may write the same answer. */
    private static char folded(char c) {
        char known = FOLDED[c];
        if (known == 0) {
            known = fold(c);
            FOLDED[c] = known;
        }
        return known;
    }

    private static char fold(char c) {
        String written = WRITTEN.get(c);
        if (written != null) {
            return written.length() == 1 ? written.charAt(0) : OTHERWISE;
        }
        boolean isAccent = c >= 0x300 && c < 0x370;
        if (isAccent || Character.getType(c) == Character.FORMAT) {
            return OTHERWISE;
        }
        if (Character.isSurrogate(c)) {
            return c;
        }
        String apart = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKD);
        char base = Character.toLowerCase(apart.charAt(0));
        boolean hasOnlyMarks =
                apart.chars().skip(1).allMatch(mark -> Character.getType(mark) == Character.NON_SPACING_MARK);
        return hasOnlyMarks && (isOfAlphabet(base) || (base < 0x80 && Character.isLetterOrDigit(base))) ? base : c;
    }

    /** Of one whose accents lists leave out. In others marks are letters of their own. */
    private static boolean isOfAlphabet(char c) {
        UnicodeScript script = UnicodeScript.of(c);
        return script == UnicodeScript.LATIN || script == UnicodeScript.GREEK || script == UnicodeScript.CYRILLIC;
    }

    /** As many as {@link #length()} says, and room behind them. They may be written to until the next text. */
    char[] characters() {
        return characters;
    }

    int length() {
        return length;
    }

    /** Where in the text a character stood, or its end, as far as {@link #isAligned}. */
    int place(int at) {
        return moved ? places[Math.min(at, length)] : at;
    }

    /** Whether it is known of each character where it stood in the text. */
    boolean isAligned() {
        return aligned;
    }
}
