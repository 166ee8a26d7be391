package dev.rehearse.data.anonymize.text;

/**
 * A piece of a text that gets a pseudonym as a whole. What lies between segments is kept.
 *
 * @param start of its first character
 * @param end after its last character
 */
public record Segment(Kind kind, int start, int end) {

    /** What a piece looks like, and so what its pseudonym must look like. */
    public enum Kind {
        /** Stays as it is: {@code https://}, a mail domain that a rule keeps. */
        KEPT,
        /** An ISO date: another day of the same year, at the same time of day if it has one. */
        DATE,
        /** Day, month and year, or month, day and year, as people write them: another day of the same year. */
        WRITTEN_DATE,
        /** Hours, minutes and perhaps seconds: another time of day. */
        TIME,
        IPV4,
        /** An IPv6 or a MAC address. */
        HEX_COLON,
        UUID,
        /** With valid check digits, which the pseudonym has too. */
        IBAN,
        /** A {@link CheckedNumber}. */
        CHECKED,
        /** A number of 13 to 19 digits whose last one is right by Luhn's formula. */
        CARD,
        /** A number with + and its country's code, which stays. */
        PHONE,
        /** Digits, with single separators between them where they are seven or more. */
        DIGITS,
        /** Eight or more hexadecimal digits, some of them letters. */
        HEX,
        /** Letters and digits. */
        WORD
    }

    public String of(String text) {
        return text.substring(start, end);
    }
}
