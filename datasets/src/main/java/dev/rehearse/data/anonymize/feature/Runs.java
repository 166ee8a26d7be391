package dev.rehearse.data.anonymize.feature;

import java.util.Arrays;

/** The runs of letters and of digits that a text is made of. One thread; used again for the next text. */
final class Runs {

    static final int LEAST_LETTERS = 4;
    private static final int LEAST_IDEOGRAPHS = 2;

    private static final int OTHER = 0;
    private static final int LETTER = 1;
    private static final int DIGIT = 2;
    private static final int IDEOGRAPH = 3;

    private char[] text = {};
    private int length;
    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private boolean[] digits = new boolean[32];
    private boolean[] telling = new boolean[32];
    private int count;

    /** @param lower in lower case; read until the next one */
    void find(char[] lower, int size) {
        text = lower;
        length = size;
        count = 0;
        int i = 0;
        while (i < length) {
            int c = codePoint(text, i, length);
            int found = kindOf(c);
            int start = i;
            int letters = 0;
            while (i < length && kindOf(c) == found) {
                letters++;
                i += Character.charCount(c);
                c = i < length ? codePoint(text, i, length) : 0;
            }
            if (found != OTHER) {
                add(start, i, found, letters);
            }
        }
    }

    private void add(int start, int end, int kind, int letters) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            digits = Arrays.copyOf(digits, count * 2);
            telling = Arrays.copyOf(telling, count * 2);
        }
        starts[count] = start;
        ends[count] = end;
        digits[count] = kind == DIGIT;
        telling[count] = letters >= LEAST_LETTERS || (letters >= LEAST_IDEOGRAPHS && kind == IDEOGRAPH);
        count++;
    }

    private static int codePoint(char[] text, int place, int length) {
        char c = text[place];
        return c < 0x80 ? c : Character.codePointAt(text, place, length);
    }

    /** A letter, a digit, an ideograph, behind which other letters begin a new word; or nothing of these, 0. */
    static int kindOf(int c) {
        if (c < 0x80) {
            return c >= 'a' && c <= 'z' ? LETTER : c >= '0' && c <= '9' ? DIGIT : OTHER;
        }
        if (Character.isIdeographic(c)) {
            return IDEOGRAPH;
        }
        int type = Character.getType(c);
        return Character.isLetter(c) || type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK
                ? LETTER
                : OTHER;
    }

    int count() {
        return count;
    }

    int start(int run) {
        return starts[run];
    }

    int end(int run) {
        return ends[run];
    }

    boolean isDigits(int run) {
        return digits[run];
    }

    /** Whether it is a word that is long enough to tell who somebody is. */
    boolean isTelling(int run) {
        return telling[run];
    }

    /** Letters that are a part of a hexadecimal number, such as a group of a UUID, are no word. */
    boolean isHex(int run) {
        for (int i = starts[run]; i < ends[run]; i++) {
            if (text[i] < 'a' || text[i] > 'f') {
                return false;
            }
        }
        return isHexBeside(starts[run] - 1, -1) || isHexBeside(ends[run], 1);
    }

    private boolean isHexBeside(int place, int step) {
        int beside = place >= 0 && place < length && text[place] == '-' ? place + step : place;
        return beside >= 0
                && beside < length
                && (isDigit(text[beside]) || (beside != place && isHexGroup(beside, step)));
    }

    /** Whether there are hexadecimal digits, some of them decimal, up to the next gap. */
    private boolean isHexGroup(int place, int step) {
        boolean hasDigit = false;
        int i = place;
        while (i >= 0 && i < length && ((text[i] >= 'a' && text[i] <= 'f') || isDigit(text[i]))) {
            hasDigit |= isDigit(text[i]);
            i += step;
        }
        return hasDigit && (i < 0 || i == length || kindOf(text[i]) == 0);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
