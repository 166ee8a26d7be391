package dev.rehearse.data.anonymize.feature;

/** Finds the mail addresses of a text in lower case, and what would be the domains of some. Stateless. */
final class MailAddresses {

    /** Hears of one. */
    interface Found {

        /**
         * @param start where it begins; the place of the @ where nothing stands before that which may be of an address
         * @param at the place of the @
         * @param end where the domain ends
         */
        void mail(int start, int at, int end);
    }

    private MailAddresses() {}

    static void find(char[] text, int length, Found found) {
        int after = 0;
        for (int at = 0; at < length; at++) {
            if (text[at] != '@') {
                continue;
            }
            int end = domainEnd(text, at + 1, length);
            if (end < 0) {
                continue;
            }
            int start = at;
            while (start > after && isOfAddress(Character.codePointBefore(text, start, after))) {
                start -= Character.charCount(Character.codePointBefore(text, start, after));
            }
            found.mail(start, at, end);
            after = end;
            at = end - 1;
        }
    }

    /** Where a domain ends, of two labels or more; -1 where none begins. */
    private static int domainEnd(char[] text, int start, int length) {
        int end = labelEnd(text, start, length);
        int labels = end > start ? 1 : 0;
        while (labels > 0 && end + 1 < length && text[end] == '.' && labelEnd(text, end + 1, length) > end + 1) {
            end = labelEnd(text, end + 1, length);
            labels++;
        }
        return labels < 2 ? -1 : end;
    }

    private static int labelEnd(char[] text, int start, int length) {
        int end = start;
        while (end < length) {
            int c = Character.codePointAt(text, end, length);
            if (c != '-' && !isLetterOrNumber(c)) {
                return end;
            }
            end += Character.charCount(c);
        }
        return end;
    }

    private static boolean isOfAddress(int c) {
        return isLetterOrNumber(c) || (c < 0x80 && "._%+-".indexOf(c) >= 0);
    }

    private static boolean isLetterOrNumber(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        }
        int type = Character.getType(c);
        return Character.isLetter(c)
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }
}
