package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.SecretKey;
import dev.rehearse.data.anonymize.text.CheckedNumber;
import dev.rehearse.data.anonymize.text.Checks;
import dev.rehearse.data.anonymize.text.Escapes;
import dev.rehearse.data.anonymize.text.Segment;
import dev.rehearse.data.anonymize.text.Segment.Kind;
import dev.rehearse.data.anonymize.text.TextScanner;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Pseudonyms of texts: each {@link Segment} becomes another of the same kind, length and classes of characters, in the same letter case
 * and with the same separators; equal ones become equal ones, different ones different ones. A segment whose image would be of another
 * kind is permuted again until it is not, which keeps the function one to one. One thread; all that are made of one key agree.
 */
public final class Pseudonyms {

    /** Of the integer types: there is no other number of so many digits that each of them holds. */
    private static final Set<String> LEAST = Set.of("-32768", "-2147483648", "-9223372036854775808");

    private static final int CACHED_LOG = 13;
    private static final int LONGEST_CACHED = 24;

    private final KeyedPermutation permutation;
    private final CharacterPermutation characters;
    private final Dates dates;
    private final TextScanner scanner;
    /** Each text has one place, which the next one takes over. */
    private final @Nullable Known[] cache = new Known[1 << CACHED_LOG];

    private final int[] cachedHashes = new int[1 << CACHED_LOG];

    private record Known(Kind kind, String text, String image) {}

    public Pseudonyms(SecretKey key, Set<String> keptMailDomains) {
        permutation = new KeyedPermutation(key);
        characters = new CharacterPermutation(permutation);
        dates = new Dates(permutation);
        scanner = new TextScanner(keptMailDomains);
    }

    /** Every segment replaced. */
    String text(String text) {
        return Escapes.map(text, plain -> segments(plain, null));
    }

    /**
     * The segments of a text without escapes replaced that are to be; the others kept.
     *
     * @param isReplaced null for all
     */
    String segments(String text, @Nullable Predicate<String> isReplaced) {
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        for (Segment segment : scanner.scan(text)) {
            out.append(text, done, segment.start());
            String original = segment.of(text);
            out.append(
                    segment.kind() != Kind.KEPT && (isReplaced == null || isReplaced.test(original))
                            ? segment(segment.kind(), original)
                            : original);
            done = segment.end();
        }
        return out.append(text, done, text.length()).toString();
    }

    /** A number as SQL writes it: sign, point, exponent and number of digits stay. */
    String number(String number) {
        int exponent = number.toLowerCase(Locale.ROOT).indexOf('e');
        if (exponent > 0) {
            return number(number.substring(0, exponent)) + number.substring(exponent);
        }
        if (!isPlainNumber(number) || isLeast(number)) {
            return number;
        }
        String sign = number.startsWith("-") ? "-" : "";
        String plain = number.substring(sign.length());
        return sign + segment(plain.indexOf('.') < 0 ? TextScanner.kindOfNumber(plain) : Kind.DIGITS, plain);
    }

    /** Whether it is the least of an integer type, which has no pseudonym and is nobody's number. */
    static boolean isLeast(String number) {
        return number.startsWith("-") && LEAST.contains(number);
    }

    /** Whether it is digits, with a sign and a point at most. */
    static boolean isPlainNumber(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        int point = text.indexOf('.');
        for (int i = start; i < text.length(); i++) {
            if (i != point && (text.charAt(i) < '0' || text.charAt(i) > '9')) {
                return false;
            }
        }
        return start < text.length() && point != start && point != text.length() - 1;
    }

    /** Where the zeros behind the point of a number begin that is a whole one, or its end: it is the same one without them. */
    static int wholeEnd(String number) {
        int point = number.indexOf('.');
        for (int i = point + 1; i < number.length(); i++) {
            if (point < 0 || number.charAt(i) != '0') {
                return number.length();
            }
        }
        return point < 0 || !isPlainNumber(number) ? number.length() : point;
    }

    private static boolean isWhole(String number) {
        return wholeEnd(number) < number.length();
    }

    /** See {@link Dates#date}. */
    String date(String date) {
        return dates.date(date);
    }

    /** See {@link Dates#number}. */
    @Nullable
    String birth(String name, String number) {
        return dates.number(name, number);
    }

    /** One part of an IPv4 network. */
    String octet(String octet, int place) {
        int least = octet.length() == 1 ? 0 : octet.length() == 2 ? 10 : 100;
        int[] table = permutation.shuffle(octet.length() == 1 ? 10 : octet.length() == 2 ? 90 : 156, "octet " + place);
        return Integer.toString(least + table[Integer.parseInt(octet) - least]);
    }

    /** One part of an IPv6 network. */
    String hextet(String hextet) {
        return characters.permuted(hextet, "colons", true, 0);
    }

    /** See {@link CharacterPermutation#bytes}. */
    String bytes(String hex) {
        return characters.bytes(hex);
    }

    /** See {@link CharacterPermutation#bits}. */
    String bits(String bits) {
        return characters.bits(bits);
    }

    String uuid(String uuid) {
        return segment(Kind.UUID, uuid);
    }

    /** A number from 0 to 1, which the key and the text decide. */
    double share(String text) {
        return permutation.below(1 << 30, "share;" + text) / (double) (1 << 30);
    }

    int below(int bound, String text) {
        return permutation.below(bound, text);
    }

    private String segment(Kind kind, String original) {
        if (original.length() > LONGEST_CACHED) {
            return replaced(kind, original);
        }
        int hash = original.hashCode();
        int place = hash * 0x9E3779B1 >>> 32 - CACHED_LOG;
        Known known = cachedHashes[place] == hash ? cache[place] : null;
        if (known == null || known.kind != kind || !known.text.equals(original)) {
            known = new Known(kind, original, replaced(kind, original));
            cache[place] = known;
            cachedHashes[place] = hash;
        }
        return known.image;
    }

    private String replaced(Kind kind, String original) {
        if (kind == Kind.WORD && isSureOf(kind, original)) {
            String lower = original.toLowerCase(Locale.ROOT);
            return lower.equals(original) ? characters.word(lower) : inCaseOf(original, segment(kind, lower));
        }
        boolean isNumber = kind == Kind.DIGITS || kind == Kind.CARD || kind == Kind.CHECKED;
        if (isNumber && isWhole(original)) {
            String whole = original.substring(0, wholeEnd(original));
            return replaced(TextScanner.kindOfNumber(whole), whole) + original.substring(whole.length());
        }
        boolean isSure = isSureOf(kind, original);
        // A fraction of few digits is no number in a text; what is none becomes none, or there would be no way back.
        boolean isOne = kind != Kind.DIGITS || original.indexOf('.') < 0 || scanner.kindOf(original) == kind;
        Set<CheckedNumber> checked = kind == Kind.CHECKED ? CheckedNumber.of(original) : Set.of();
        String image = once(kind, original, checked);
        while ((!isSure && (scanner.kindOf(image) == kind) != isOne)
                || (kind == Kind.CHECKED && !CheckedNumber.of(image).equals(checked))
                || (isNumber && (isTooLarge(image) != isTooLarge(original) || isWhole(image)))) {
            image = once(kind, image, checked);
        }
        return image;
    }

    /** Whether it is more than the largest number of the integer type that holds the others of so many digits: it fits where the original did. */
    private static boolean isTooLarge(String number) {
        String digits = digits(number);
        return switch (digits.length()) {
            case 5 -> digits.compareTo("32767") > 0;
            case 10 -> digits.compareTo("2147483647") > 0;
            case 19 -> digits.compareTo("9223372036854775807") > 0;
            default -> false;
        };
    }

    /** Without what separates them, so that a number is the same one with separators and without. */
    private static String digits(String number) {
        StringBuilder digits = new StringBuilder(number.length());
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c >= '0' && c <= '9') {
                digits.append(c);
            }
        }
        return digits.length() == number.length() ? number : digits.toString();
    }

    /** Whether every image is of the same kind, which most are: letters alone stay a word, few digits a number, a day a day. */
    private static boolean isSureOf(Kind kind, String text) {
        if (kind == Kind.UUID || kind == Kind.DATE || kind == Kind.WRITTEN_DATE || kind == Kind.TIME) {
            return true;
        }
        boolean isShort = kind == Kind.DIGITS && text.length() < CheckedNumber.LEAST;
        if (kind != Kind.WORD && !isShort) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean fits = isShort ? c >= '0' && c <= '9' : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /** @param checked what the number is, all of which its pseudonym is again */
    private String once(Kind kind, String text, Set<CheckedNumber> checked) {
        return switch (kind) {
            case KEPT -> text;
            case DATE -> date(text);
            case WRITTEN_DATE -> dates.written(text);
            case TIME -> dates.time(text);
            case IPV4 -> ipv4(text);
            case IBAN -> iban(text);
            case CHECKED -> checked(text, checked.iterator().next());
            case CARD -> card(text);
            case PHONE -> characters.permuted(text, "phone", false, 1 + afterCode(text));
            case UUID -> characters.permuted(text, "uuid", true, 0);
            case HEX -> characters.permuted(text, "hex", true, 0);
            case HEX_COLON -> characters.permuted(text, "colons", true, 0);
            case DIGITS -> characters.permuted(text, "digits", false, 0);
            case WORD -> characters.permuted(text, "word", false, 0);
        };
    }

    private static String inCaseOf(String original, String lower) {
        char[] image = lower.toCharArray();
        for (int i = 0; i < image.length; i++) {
            image[i] -= original.charAt(i) < 'a' ? 'a' - 'A' : 0;
        }
        return new String(image);
    }

    /** How many characters behind the + belong to the country's code. */
    private static int afterCode(String phone) {
        int digits = Checks.countryCodeDigits(phone.replaceAll("\\D", ""));
        int end = 1;
        for (int i = 1; i < phone.length() && digits > 0; i++) {
            digits -= Character.isDigit(phone.charAt(i)) ? 1 : 0;
            end = i;
        }
        return end;
    }

    /** Octet by octet, each under those before it, so that addresses of one network stay in one; each keeps its number of digits. */
    private String ipv4(String address) {
        StringBuilder out = new StringBuilder();
        StringBuilder before = new StringBuilder("ip");
        for (String octet : address.split("\\.")) {
            int least = octet.length() == 1 ? 0 : octet.length() == 2 ? 10 : 100;
            int size = octet.length() == 1 ? 10 : octet.length() == 2 ? 90 : 156;
            int[] table = permutation.shuffle(size, before.toString());
            out.append(out.isEmpty() ? "" : ".").append(least + table[Integer.parseInt(octet) - least]);
            before.append('.').append(octet);
        }
        return out.toString();
    }

    private String iban(String text) {
        StringBuilder image = new StringBuilder(characters.permuted(text, "iban", false, 4));
        String plain = image.toString().replace(" ", "");
        String check = Checks.ibanCheck(plain);
        return image.replace(2, 4, check).toString();
    }

    private String checked(String text, CheckedNumber as) {
        String body = as.body(text);
        @Nullable String image;
        do {
            body = characters.permuted(body, "checked", false, 0);
            image = as.with(body, text);
        } while (image == null);
        return image;
    }

    private String card(String text) {
        int last = text.length() - 1;
        String image = characters.permuted(text.substring(0, last), "card", false, 0);
        return image + Checks.luhnDigit(image);
    }
}
