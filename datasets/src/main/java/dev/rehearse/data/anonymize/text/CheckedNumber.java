package dev.rehearse.data.anonymize.text;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of people, firms and articles whose last characters follow from the others, as countries make them. One number may be right for
 * several. Immutable.
 */
public enum CheckedNumber {
    /** Spain's of citizens. */
    NIF("\\d{8}[A-Z]", "........#") {
        @Override
        String check(String plain) {
            return letter(plain.substring(0, 8));
        }
    },
    /** Spain's of foreigners. */
    NIE("[XYZ]\\d{7}[A-Z]", "=.......#") {
        @Override
        String check(String plain) {
            return letter((char) (plain.charAt(0) - 'X' + '0') + plain.substring(1, 8));
        }
    },
    /** Italy's tax code, whose year and month of birth stay. */
    CODICE_FISCALE("[A-Z]{6}\\d{2}[A-EHLMPRST](?:[04][1-9]|[1256]\\d|[37][01])[A-Z]\\d{3}[A-Z]", "......===......#") {
        @Override
        String check(String plain) {
            int sum = 0;
            for (int i = 0; i < 15; i++) {
                int value = Character.digit(plain.charAt(i), 36);
                int place = value > 9 ? value - 10 : value;
                sum += i % 2 == 1 ? place : ODD[place];
            }
            return String.valueOf((char) ('A' + sum % 26));
        }
    },
    /** Germany's of the insured in health insurance. */
    KVNR("[A-Z]\\d{9}", ".........#") {
        @Override
        String check(String plain) {
            return digit(sumOfDigits(withPlace(plain, 0).substring(0, 10), 1, 2, 1, 2, 1, 2, 1, 2, 1, 2));
        }
    },
    /** Germany's of pensions, whose month and year of birth stay. */
    RVNR("\\d{2}(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d{2}[A-Z]\\d{3}", "....====...#") {
        @Override
        String check(String plain) {
            return digit(sumOfDigits(withPlace(plain, 8).substring(0, 12), 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1));
        }
    },
    /** France's of people, whose sex, year and month of birth stay. */
    NIR("[12]\\d{2}(?:0[1-9]|1[0-2])\\d{10}", "=====........##") {
        @Override
        String check(String plain) {
            return twoDigits(97 - Long.parseLong(plain.substring(0, 13)) % 97);
        }
    },
    /** Germany's tax number, of whose first ten digits two or three are alike. */
    STEUER_ID("[1-9]\\d{10}", "..........#") {
        @Override
        String check(String plain) {
            return mod1110(plain);
        }

        @Override
        boolean fits(String plain) {
            long several = plain.chars().limit(10).distinct().count();
            return (several == 9 || several == 8) && super.fits(plain);
        }
    },
    /** By ISO 7064. */
    MOD_11_10("[1-9]\\d{10}", "..........#") {
        @Override
        String check(String plain) {
            return mod1110(plain);
        }
    },
    /** Poland's of people, whose year and month of birth stay. */
    PESEL("\\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\\d|3[01])\\d{5}", "====......#") {
        @Override
        String check(String plain) {
            return digit(10 - sum(plain, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) % 10);
        }
    },
    /** Norway's of people, whose month and year of birth stay. */
    FODSELSNUMMER("(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d{7}", "..====...##") {
        @Override
        @Nullable
        String check(String plain) {
            String first = ofEleven(11 - sum(plain, 3, 7, 6, 1, 8, 9, 4, 5, 2) % 11);
            if (first == null) {
                return null;
            }
            String second = ofEleven(11 - sum(plain.substring(0, 9) + first, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11);
            return second == null ? null : first + second;
        }
    },
    /** Belgium's of people born before 2000, whose year and month of birth stay. */
    RIJKSREGISTER("\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])\\d{5}", "====.....##") {
        @Override
        String check(String plain) {
            return twoDigits(97 - Long.parseLong(plain.substring(0, 9)) % 97);
        }
    },
    /** Belgium's of people born since. */
    RIJKSREGISTER_2000("\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])\\d{5}", "====.....##") {
        @Override
        String check(String plain) {
            return twoDigits(97 - Long.parseLong("2" + plain.substring(0, 9)) % 97);
        }
    },
    /** Brazil's of people. */
    CPF("\\d{11}", ".........##") {
        @Override
        String check(String plain) {
            String first = zeroFromTen(11 - sum(plain, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11);
            return first + zeroFromTen(11 - sum(plain.substring(0, 9) + first, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11);
        }
    },
    /** Turkey's of people. */
    TCKN("[1-9]\\d{10}", ".........##") {
        @Override
        String check(String plain) {
            int odd = sum(plain, 1, 0, 1, 0, 1, 0, 1, 0, 1);
            int even = sum(plain, 0, 1, 0, 1, 0, 1, 0, 1);
            int first = Math.floorMod(odd * 7 - even, 10);
            return first + digit(odd + even + first);
        }
    },
    /** Brazil's of firms. */
    CNPJ("\\d{14}", "............##") {
        @Override
        String check(String plain) {
            String first = zeroFromTen(11 - sum(plain, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11);
            return first
                    + zeroFromTen(11 - sum(plain.substring(0, 12) + first, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11);
        }
    },
    /** Of articles and books, and Switzerland's of people. */
    EAN("\\d{13}", "............#") {
        @Override
        String check(String plain) {
            return digit(10 - sum(plain, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3) % 10);
        }
    },
    /** Sweden's of people, whose year and month of birth stay. */
    PERSONNUMMER("\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])\\d{4}", "====.....#") {
        @Override
        String check(String plain) {
            return String.valueOf(Checks.luhnDigit(plain.substring(0, 9)));
        }
    },
    /** The United Kingdom's of patients. */
    NHS("\\d{10}", ".........#") {
        @Override
        @Nullable
        String check(String plain) {
            return ofEleven(11 - sum(plain, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11);
        }
    },
    /** Poland's tax number. */
    NIP("\\d{10}", ".........#") {
        @Override
        @Nullable
        String check(String plain) {
            return ofEleven(sum(plain, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11);
        }
    },
    /** The Netherlands' of people. */
    BSN("\\d{9}", "........#") {
        @Override
        @Nullable
        String check(String plain) {
            return ofEleven(sum(plain, 9, 8, 7, 6, 5, 4, 3, 2) % 11);
        }
    },
    /** Portugal's tax number. */
    PORTUGUESE_NIF("\\d{9}", "........#") {
        @Override
        String check(String plain) {
            return zeroFromTen(11 - sum(plain, 9, 8, 7, 6, 5, 4, 3, 2) % 11);
        }
    },
    /** Canada's of people, and France's of firms. */
    LUHN_OF_NINE("\\d{9}", "........#") {
        @Override
        String check(String plain) {
            return String.valueOf(Checks.luhnDigit(plain.substring(0, 8)));
        }
    };

    public static final int LEAST = 9;
    private static final int MOST = 16;

    private static final int[] ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    private static final String LETTERS_OF_SPAIN = "TRWAGMYFPDXBNJZSQVHLCKE";

    private final Pattern form;
    private final String places;

    /**
     * @param form in upper case, without separators
     * @param places {@code .} what a pseudonym replaces, {@code =} what it keeps, {@code #} what follows from these
     */
    CheckedNumber(String form, String places) {
        this.form = Pattern.compile(form);
        this.places = places;
    }

    /** What a number's last characters have to be, whatever stands in their place; null where no number begins so. */
    abstract @Nullable String check(String plain);

    boolean fits(String plain) {
        return form.matcher(plain).matches()
                && plain.substring(places.indexOf('#')).equals(check(plain));
    }

    /** All that a text is, whatever separates its characters and in whatever letter case. */
    public static Set<CheckedNumber> of(String text) {
        Set<CheckedNumber> all = EnumSet.noneOf(CheckedNumber.class);
        String plain = plain(text);
        if (plain.length() >= LEAST && plain.length() <= MOST) {
            for (CheckedNumber each : values()) {
                if (each.places.length() == plain.length() && each.fits(plain)) {
                    all.add(each);
                }
            }
        }
        return all;
    }

    /** Letters and digits of ASCII, in upper case. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                plain.append(c >= 'a' ? (char) (c - 'a' + 'A') : c);
            }
        }
        return plain.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    /** What of a number a pseudonym replaces. */
    public String body(String text) {
        String plain = plain(text);
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < plain.length(); i++) {
            if (places.charAt(i) == '.') {
                body.append(plain.charAt(i));
            }
        }
        return body.toString();
    }

    /** A number with another body, its separators and letter case as they were; null where none has this body. */
    public @Nullable String with(String body, String text) {
        StringBuilder plain = new StringBuilder(plain(text));
        for (int i = 0, next = 0; i < plain.length(); i++) {
            if (places.charAt(i) == '.') {
                plain.setCharAt(i, body.charAt(next++));
            }
        }
        String check = check(plain.toString());
        if (check == null) {
            return null;
        }
        plain.replace(places.indexOf('#'), plain.length(), check);
        StringBuilder image = new StringBuilder(text);
        for (int i = 0, next = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                char other = plain.charAt(next++);
                image.setCharAt(i, c >= 'a' && other >= 'A' ? (char) (other - 'A' + 'a') : other);
            }
        }
        return image.toString();
    }

    private static int sum(String plain, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += (plain.charAt(i) - '0') * weights[i];
        }
        return sum;
    }

    private static int sumOfDigits(String plain, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            int product = (plain.charAt(i) - '0') * weights[i];
            sum += product / 10 + product % 10;
        }
        return sum;
    }

    private static String mod1110(String plain) {
        int product = 10;
        for (int i = 0; i < 10; i++) {
            int sum = (plain.charAt(i) - '0' + product) % 10;
            product = 2 * (sum == 0 ? 10 : sum) % 11;
        }
        return digit(11 - product);
    }

    private static String letter(String number) {
        return String.valueOf(LETTERS_OF_SPAIN.charAt(Integer.parseInt(number) % 23));
    }

    /** With a letter as its place in the alphabet, in two digits. */
    private static String withPlace(String plain, int letter) {
        return plain.substring(0, letter) + twoDigits(plain.charAt(letter) - 'A' + 1) + plain.substring(letter + 1);
    }

    private static String twoDigits(long number) {
        return (number < 10 ? "0" : "") + number;
    }

    private static String digit(int number) {
        return Integer.toString(number % 10);
    }

    /** From 0 to 11, of which ten is no digit. */
    private static @Nullable String ofEleven(int number) {
        return number == 10 ? null : Integer.toString(number % 11);
    }

    private static String zeroFromTen(int number) {
        return number >= 10 ? "0" : Integer.toString(number);
    }
}
