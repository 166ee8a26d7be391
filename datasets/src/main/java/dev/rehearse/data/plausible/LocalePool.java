package dev.rehearse.data.plausible;

import dev.rehearse.data.pools.Pools;
import dev.rehearse.data.value.CopyBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What people, places and firms are called in one locale: lists that were drawn from Datafaker when this module was built, so that a run
 * reads a small file and has the same values everywhere. Immutable; the bytes need no escaping for COPY.
 */
final class LocalePool {

    private static final Map<String, LocalePool> KNOWN = new ConcurrentHashMap<>();

    /** A name as it is written, and in small Latin letters; these are none where its script has no simple way there. */
    record Name(byte[] written, byte[] latin) {}

    /** A city, one of its postcodes, and its state or nothing. */
    record Place(byte[] city, Form postcode, byte[] state) {}

    /** A text with places where digits may be replaced by others. */
    record Form(byte[] text, int[] digits) {

        /** With the last digits free. */
        static Form endingFreely(String text, int free) {
            int[] all = digits(text, 0);
            return new Form(utf8(text), Arrays.copyOfRange(all, Math.max(0, all.length - free), all.length));
        }

        /** With all digits of the longest number free. */
        static Form ofNumber(String text) {
            byte[] bytes = utf8(text);
            int[] best = {};
            for (int i = 0; i < bytes.length; i++) {
                int end = i;
                while (end < bytes.length && Character.isDigit(bytes[end])) {
                    end++;
                }
                if (end - i >= Math.max(1, best.length)) {
                    best = new int[end - i];
                    for (int j = 0; j < best.length; j++) {
                        best[j] = i + j;
                    }
                }
                i = Math.max(i, end - 1);
            }
            return new Form(bytes, best);
        }

        /** Places of digits in the UTF-8 form, from the {@code from}-th byte on. */
        static int[] digits(String text, int from) {
            byte[] bytes = utf8(text);
            int[] found = new int[bytes.length];
            int n = 0;
            for (int i = from; i < bytes.length; i++) {
                if (bytes[i] >= '0' && bytes[i] <= '9') {
                    found[n++] = i;
                }
            }
            return Arrays.copyOf(found, n);
        }

        /** Appends it with this number in its free places, the last digits last. */
        void put(long number, boolean leadingZero, CopyBuffer out) {
            int start = out.length();
            out.put(text);
            long rest = number;
            for (int i = digits.length - 1; i >= 0; i--) {
                int base = i == 0 && !leadingZero ? 9 : 10;
                out.array()[start + digits[i]] = (byte) ('0' + (10 - base) + rest % base);
                rest /= base;
            }
        }
    }

    final Name[] first;
    final Name[] last;
    final byte[] betweenNames;
    final boolean familyFirst;
    final Place[] places;
    final Form[] addresses;
    final Form[] phones;
    final byte[][] companies;
    final byte[][] products;
    final byte[][] jobs;
    final byte[][] words;
    final byte[][] bics;
    final Form account;
    final byte[] country;
    final byte[] iso3;
    final byte[] countryName;
    final byte[] currency;
    final byte[] tag;

    private LocalePool(String file, Predicate<String> usable) {
        Map<String, List<String[]>> read = new HashMap<>();
        for (String line : Pools.lines(file)) {
            String[] fields = line.split("\t", -1);
            if (usable.test(fields[1])) {
                read.computeIfAbsent(fields[0], kind -> new ArrayList<>()).add(fields);
            }
        }
        first = names(read, "first");
        last = names(read, "last");
        String[] order = all(read, "fullName").get(0);
        familyFirst = order[1].equals("last");
        betweenNames = utf8(order[2]);
        places = all(read, "place").stream()
                .map(line -> new Place(
                        utf8(line[1]),
                        Form.endingFreely(line[2], endsWithNumber(line[2]) ? 2 : 0),
                        utf8(usable.test(line[3]) ? line[3] : "")))
                .toArray(Place[]::new);
        addresses = all(read, "address").stream()
                .map(line -> Form.ofNumber(line[1]))
                .toArray(Form[]::new);
        phones = all(read, "phone").stream()
                .map(line -> Form.endingFreely(line[1], 4))
                .toArray(Form[]::new);
        companies = texts(read, "company");
        products = texts(read, "product");
        jobs = texts(read, "job");
        words = texts(read, "word");
        bics = texts(read, "bic");
        byte[] iban = one(read, "iban");
        account = new Form(iban, Form.digits(new String(iban, StandardCharsets.US_ASCII), Math.min(4, iban.length)));
        country = one(read, "country");
        iso3 = one(read, "iso3");
        countryName = one(read, "countryName");
        currency = one(read, "currency");
        tag = one(read, "tag");
    }

    /**
     * @param tag one of {@link dev.rehearse.data.Locales#known}
     * @param largest what has a larger character is left out
     */
    static LocalePool of(String tag, int largest) {
        return KNOWN.computeIfAbsent(
                tag + " " + largest,
                t -> new LocalePool(
                        tag,
                        text -> largest == Character.MAX_CODE_POINT
                                || text.codePoints().allMatch(c -> c <= largest)));
    }

    /** Whether a row can be made of it. */
    boolean isUsable() {
        return first.length > 0
                && last.length > 0
                && places.length > 0
                && addresses.length > 0
                && companies.length > 0
                && products.length > 0
                && jobs.length > 0
                && words.length > 0;
    }

    private static boolean endsWithNumber(String postcode) {
        int length = postcode.length();
        return length > 1
                && Character.isDigit(postcode.charAt(length - 1))
                && Character.isDigit(postcode.charAt(length - 2));
    }

    private static List<String[]> all(Map<String, List<String[]>> lines, String kind) {
        return lines.getOrDefault(kind, List.of());
    }

    private static Name[] names(Map<String, List<String[]>> lines, String kind) {
        return all(lines, kind).stream()
                .map(line -> new Name(utf8(line[1]), utf8(line.length > 2 ? line[2] : "")))
                .toArray(Name[]::new);
    }

    private static byte[][] texts(Map<String, List<String[]>> lines, String kind) {
        return all(lines, kind).stream().map(line -> utf8(line[1])).toArray(byte[][]::new);
    }

    private static byte[] one(Map<String, List<String[]>> lines, String kind) {
        byte[][] texts = texts(lines, kind);
        return texts.length == 0 ? new byte[0] : texts[0];
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
