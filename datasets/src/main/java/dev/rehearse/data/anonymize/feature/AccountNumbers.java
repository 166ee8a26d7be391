package dev.rehearse.data.anonymize.feature;

import dev.rehearse.data.anonymize.text.Checks;
import dev.rehearse.data.anonymize.text.TextScanner;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Numbers that are somebody's wherever they stand, by their form: of phones with +, of cards and of accounts. Stateless. */
final class AccountNumbers {

    /** Fewer digits than any of them has, one with a country before it too. */
    private static final int LEAST_DIGITS = 6;

    private static final Pattern PHONE = Pattern.compile("\\+\\d+(?:[ .\\-/()]{1,2}\\d+)*");

    enum Kind {
        PHONE,
        CARD,
        /** Told without blanks, in lower case. */
        IBAN
    }

    private AccountNumbers() {}

    static void find(String value, BiConsumer<Kind, String> found) {
        int count = 0;
        boolean hasPlus = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            count += isDigit(c) ? 1 : 0;
            hasPlus |= c == '+';
        }
        if (count < LEAST_DIGITS) {
            return;
        }
        if (hasPlus) {
            PHONE.matcher(value).results().forEach(phone -> found.accept(Kind.PHONE, phone.group()));
        }
        if (count >= TextScanner.LEAST_CARD) {
            cards(value, found);
        }
        for (int i = 0; i + 4 < value.length(); i++) {
            boolean begins = isUpper(value.charAt(i))
                    && isUpper(value.charAt(i + 1))
                    && isDigit(value.charAt(i + 2))
                    && isDigit(value.charAt(i + 3))
                    && (i == 0 || !(isUpper(value.charAt(i - 1)) || isDigit(value.charAt(i - 1))));
            int end = begins ? Checks.ibanEnd(value, i) : 0;
            if (end > 0) {
                found.accept(Kind.IBAN, value.substring(i, end).replace(" ", "").toLowerCase(Locale.ROOT));
            }
        }
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Numbers with Luhn's last digit, whatever stands between their groups. */
    private static void cards(String value, BiConsumer<Kind, String> found) {
        int i = 0;
        while (i < value.length()) {
            int start = i;
            int end = i;
            int count = 0;
            while (i < value.length() && isDigit(value.charAt(i))) {
                count++;
                end = ++i;
                int next = i;
                while (next < value.length() && next < i + 2 && Features.SEPARATORS.indexOf(value.charAt(next)) >= 0) {
                    next++;
                }
                if (next > i && next < value.length() && isDigit(value.charAt(next))) {
                    i = next;
                }
            }
            if (count >= TextScanner.LEAST_CARD && count <= TextScanner.MOST_CARD && Checks.isLuhn(value, start, end)) {
                found.accept(Kind.CARD, value.substring(start, end));
            }
            i = end + 1;
        }
    }
}
