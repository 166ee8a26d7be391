package dev.rehearse.data.anonymize.text;

import java.util.HashMap;
import java.util.Map;

/** Numbers with check digits, and how much of a phone number is its country's code. Stateless. */
public final class Checks {

    /**
     * Lengths of IBANs by country.
     *
     * @see <a href="https://www.swift.com/standards/data-standards/iban-international-bank-account-number">the registry</a>
     */
    private static final Map<String, Integer> IBAN_LENGTHS =
            lengths("AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28"
                    + " CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23"
                    + " IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28"
                    + " PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
                    + " BI27 DJ27 FK18 HN28 LY25 MN20 NI28 OM23 RU33 SD18 SO23 YE30");

    private static final String TWO_DIGIT_CODES =
            " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92"
                    + " 93 94 95 98 ";

    private Checks() {}

    private static Map<String, Integer> lengths(String list) {
        Map<String, Integer> lengths = new HashMap<>();
        for (String each : list.split(" ")) {
            lengths.put(each.substring(0, 2), Integer.parseInt(each.substring(2)));
        }
        return lengths;
    }

    /** The end of the valid IBAN that begins here, in one piece or with single blanks; 0 if there is none. */
    public static int ibanEnd(String text, int start) {
        Integer length = start + 2 <= text.length() ? IBAN_LENGTHS.get(text.substring(start, start + 2)) : null;
        if (length == null) {
            return 0;
        }
        StringBuilder plain = new StringBuilder();
        int end = start;
        while (end < text.length() && plain.length() < length) {
            char c = text.charAt(end);
            if (c != ' ') {
                plain.append(c);
            } else if (text.charAt(end - 1) == ' ') {
                return 0;
            }
            end++;
        }
        boolean ends = end == text.length() || !Character.isLetterOrDigit(text.charAt(end));
        return plain.length() == length && ends && remainder97(plain.toString()) == 1 ? end : 0;
    }

    /** The two check digits of an IBAN without blanks, whatever stands in their place. */
    public static String ibanCheck(String plain) {
        int check = 98 - remainder97(plain.substring(0, 2) + "00" + plain.substring(4));
        return check < 10 ? "0" + check : Integer.toString(check);
    }

    private static int remainder97(String plain) {
        String moved = plain.substring(4) + plain.substring(0, 4);
        int remainder = 0;
        for (int i = 0; i < moved.length(); i++) {
            int value = Character.digit(moved.charAt(i), 36);
            if (value < 0) {
                return 0;
            }
            remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
        }
        return remainder;
    }

    /** Whether the digits, whatever stands between them, end with the right one. */
    public static boolean isLuhn(String text, int start, int end) {
        return luhnSum(text.substring(start, end), false) % 10 == 0;
    }

    /** The digit that makes the digits before it right. */
    public static char luhnDigit(String before) {
        return (char) ('0' + (10 - luhnSum(before, true) % 10) % 10);
    }

    private static int luhnSum(String text, boolean doubleLast) {
        int sum = 0;
        boolean twice = doubleLast;
        for (int i = text.length() - 1; i >= 0; i--) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                continue;
            }
            int value = twice ? digit * 2 : digit;
            sum += value > 9 ? value - 9 : value;
            twice = !twice;
        }
        return sum;
    }

    /** How many of the digits after a + are the country's code. */
    public static int countryCodeDigits(String digits) {
        if (digits.startsWith("1") || digits.startsWith("7")) {
            return 1;
        }
        return digits.length() >= 2 && TWO_DIGIT_CODES.contains(" " + digits.substring(0, 2) + " ") ? 2 : 3;
    }
}
