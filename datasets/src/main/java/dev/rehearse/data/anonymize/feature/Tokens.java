package dev.rehearse.data.anonymize.feature;

/**
 * Runs of letters and digits, numbers with their separators, in two texts of the same length, of which one may have been made of the other
 * by replacing some. Letter case makes no difference. Stateless.
 */
final class Tokens {

    private static final String SEPARATORS = " .-/()";

    private Tokens() {}

    /** Whether there is a run that is in both. */
    static boolean anyIsKept(String one, String other) {
        int i = 0;
        while (i < one.length()) {
            boolean isKept = true;
            int start = i;
            while (i < one.length() && isInside(one, i)) {
                isKept &= isSame(one.charAt(i), other.charAt(i));
                i++;
            }
            if (i > start && isKept) {
                return true;
            }
            i++;
        }
        return false;
    }

    /** Whether all runs that have a part between two places are in both. */
    static boolean areKept(String one, String other, int start, int end) {
        int from = start;
        while (from > 0 && isInside(one, from - 1)) {
            from--;
        }
        int to = end;
        while (to < one.length() && isInside(one, to)) {
            to++;
        }
        for (int i = from; i < to; i++) {
            if (!isSame(one.charAt(i), other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(char one, char other) {
        if (one == other) {
            return true;
        }
        // Of two ASCII characters that differ in this bit alone both are letters, or one is a control character, which
        // no replacement makes.
        return one < 0x80 && other < 0x80
                ? (one ^ other) == 0x20
                : Character.toLowerCase(one) == Character.toLowerCase(other);
    }

    /** Whether a character belongs to a run: a letter, a mark, a digit, or what joins two of a number. */
    private static boolean isInside(String text, int place) {
        char c = text.charAt(place);
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || isDigit(c)
                    || (place > 0
                            && place + 1 < text.length()
                            && joins(text.charAt(place - 1), c, text.charAt(place + 1)));
        }
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || Character.isSurrogate(c)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    /** The groups of a number, of a UUID, of an address of a machine. */
    private static boolean joins(char before, char separator, char after) {
        boolean isBetweenDigits = isDigit(before) && isDigit(after) && SEPARATORS.indexOf(separator) >= 0;
        boolean isBetweenHex = (separator == '-' || separator == ':')
                && Character.digit(before, 16) >= 0
                && Character.digit(after, 16) >= 0;
        return isBetweenDigits || isBetweenHex;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
