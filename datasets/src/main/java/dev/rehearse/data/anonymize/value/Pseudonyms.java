package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.SecretKey;
import dev.rehearse.data.anonymize.text.CheckedNumber;
import dev.rehearse.data.anonymize.text.Checks;
import dev.rehearse.data.anonymize.text.Escapes;
import dev.rehearse.data.anonymize.text.Segment;
import dev.rehearse.data.anonymize.text.Segment.Kind;
import dev.rehearse.data.anonymize.text.TextScanner;
import java.nio.charset.StandardCharsets;
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

    private static final long SMALL_LETTERS = with(KeyedPermutation.tweak("word"), Alphabet.LETTERS, 0);

    private static final int CACHED_LOG = 13;
    private static final int LONGEST_CACHED = 24;

    private final KeyedPermutation permutation;
    private final Dates dates;
    private final TextScanner scanner;
    /** Each text has one place, which the next one takes over. */
    private final @Nullable Known[] cache = new Known[1 << CACHED_LOG];

    private final int[] cachedHashes = new int[1 << CACHED_LOG];

    private int[] digits = new int[64];
    private int[] radices = new int[64];
    private int[] places = new int[64];

    private record Known(Kind kind, String text, String image) {}

    public Pseudonyms(SecretKey key, Set<String> keptMailDomains) {
        permutation = new KeyedPermutation(key);
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
        return permuted(hextet, "colons", true, 0);
    }

    String uuid(String uuid) {
        return segment(Kind.UUID, uuid);
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
            return lower.equals(original) ? word(lower) : inCaseOf(original, segment(kind, lower));
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
            case PHONE -> permuted(text, "phone", false, 1 + afterCode(text));
            case UUID -> permuted(text, "uuid", true, 0);
            case HEX -> permuted(text, "hex", true, 0);
            case HEX_COLON -> permuted(text, "colons", true, 0);
            case DIGITS -> permuted(text, "digits", false, 0);
            case WORD -> permuted(text, "word", false, 0);
        };
    }

    /** As {@link #permuted} does it, of small letters of ASCII alone, as most words are. */
    private String word(String lower) {
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

    private static String inCaseOf(String original, String lower) {
        char[] image = lower.toCharArray();
        for (int i = 0; i < image.length; i++) {
            image[i] -= original.charAt(i) < 'a' ? 'a' - 'A' : 0;
        }
        return new String(image);
    }

    /** The kind of a sequence with one alphabet that is added from {@code place} on. */
    private static long with(long kind, Alphabet alphabet, int place) {
        return (kind + alphabet.name().hashCode()) * 0x9E3779B97F4A7C15L + place;
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
        StringBuilder image = new StringBuilder(permuted(text, "iban", false, 4));
        String plain = image.toString().replace(" ", "");
        String check = Checks.ibanCheck(plain);
        return image.replace(2, 4, check).toString();
    }

    private String checked(String text, CheckedNumber as) {
        String body = as.body(text);
        @Nullable String image;
        do {
            body = permuted(body, "checked", false, 0);
            image = as.with(body, text);
        } while (image == null);
        return image;
    }

    private String card(String text) {
        int last = text.length() - 1;
        String image = permuted(text.substring(0, last), "card", false, 0);
        return image + Checks.luhnDigit(image);
    }

    /**
     * Permutes letters and digits, each within its alphabet.
     *
     * @param from the characters before stay
     */
    private String permuted(String text, String tweak, boolean hex, int from) {
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
