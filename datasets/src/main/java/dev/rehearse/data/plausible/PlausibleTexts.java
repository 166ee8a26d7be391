package dev.rehearse.data.plausible;

import dev.rehearse.data.Locales;
import dev.rehearse.data.plausible.LocalePool.Form;
import dev.rehearse.data.plausible.LocalePool.Name;
import dev.rehearse.data.plausible.LocalePool.Place;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names, mail addresses, phone numbers, addresses, firms, products and account numbers in several locales. Each is a pure function of
 * random bits: what is made of the same bits is about the same person at the same place. Mail addresses are of domains that nobody can
 * have. Safe for several threads.
 */
public final class PlausibleTexts {

    private static final byte[][] DOMAINS = {
        LocalePool.utf8("@example.com"), LocalePool.utf8("@example.org"), LocalePool.utf8("@example.net")
    };
    private static final int LONGEST_LATIN = 20;
    /** What a unique mail address or number has, at most, besides the digits that make it unique. */
    static final int MOST_BESIDE_DIGITS = 2 * LONGEST_LATIN + 2 + 12;

    private static final int ASCII = 0x7F;
    private static final int LANGUAGE_ALONE = 2;
    private static final int SMALLEST_COUNTRY_NAME = 4;

    /** Words of the shortest article, and how often they are doubled in the longest: the mean is a hundred, and one in seven is of more than 256. */
    private static final int SHORTEST_ARTICLE = 4;

    private static final int DOUBLINGS_OF_ARTICLE = 7;

    /** Characters of a column that is too narrow for any. */
    private static final int ROOM_OF_ARTICLE = 1_000;

    private final List<String> locales;
    private final int largest;
    private volatile LocalePool @Nullable [] read;

    private PlausibleTexts(List<String> locales, int largest) {
        this.locales = locales;
        this.largest = largest;
    }

    /**
     * Texts of these locales, as {@link Locales#of} knows them.
     *
     * @param largest the largest character that can be stored, such as 0x7F for ASCII; English is always possible
     */
    public static PlausibleTexts of(List<String> locales, int largest) {
        return new PlausibleTexts(Locales.of(locales), largest);
    }

    /** Read when the first text is made, so that data without any does not wait for them. */
    private LocalePool[] pools() {
        LocalePool[] known = read;
        if (known == null) {
            known = locales.stream()
                    .map(tag -> LocalePool.of(tag, largest))
                    .filter(LocalePool::isUsable)
                    .toArray(LocalePool[]::new);
            if (known.length == 0) {
                known = new LocalePool[] {LocalePool.of("en-US", ASCII)};
            }
            read = known;
        }
        return known;
    }

    /** The text that 64 random bits stand for; the same on every machine. */
    public String text(TextKind kind, long bits) {
        CopyBuffer out = new CopyBuffer(64);
        write(kind, bits, Mix.mix(bits), Integer.MAX_VALUE, out);
        return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
    }

    /**
     * Appends a text.
     *
     * @param subject bits that say whom and which place it is about
     * @param own bits that are this value's alone
     * @param room characters that the column has, where another form of the same is shorter
     */
    void write(TextKind kind, long subject, long own, int room, CopyBuffer out) {
        LocalePool pool = pool(subject);
        switch (kind) {
            case FIRST_NAME -> out.put(first(pool, subject).written());
            case LAST_NAME -> out.put(last(pool, subject).written());
            case FULL_NAME -> {
                Name first = first(pool, subject);
                Name last = last(pool, subject);
                out.put((pool.familyFirst ? last : first).written());
                out.put(pool.betweenNames);
                out.put((pool.familyFirst ? first : last).written());
            }
            case USERNAME -> {
                account(pool, subject, out);
                out.putLong(Mix.below(own, 1_000));
            }
            case EMAIL -> {
                account(pool, subject, out);
                out.putLong(Mix.below(Mix.mix(subject + 7), 10_000));
                out.put(pick(DOMAINS, Mix.mix(subject + 8)));
            }
            case PHONE -> pick(pool.phones, own).put(Mix.below(Mix.mix(own), 10_000), true, out);
            case COMPANY -> out.put(pick(pool.companies, own));
            case PRODUCT -> out.put(pick(pool.products, own));
            case JOB_TITLE -> out.put(pick(pool.jobs, own));
            case STREET_ADDRESS ->
                pick(pool.addresses, Mix.mix(subject + 5)).put(Mix.mix(subject + 6) >>> 1, false, out);
            case CITY -> out.put(place(pool, subject).city());
            case STATE -> {
                Place place = place(pool, subject);
                out.put(place.state().length == 0 ? place.city() : place.state());
            }
            case POSTCODE -> place(pool, subject).postcode().put(Mix.below(Mix.mix(subject + 6), 100), true, out);
            case COUNTRY ->
                out.put(room < SMALLEST_COUNTRY_NAME ? room == 3 ? pool.iso3 : pool.country : pool.countryName);
            case COUNTRY_CODE -> out.put(room == 3 ? pool.iso3 : pool.country);
            case CURRENCY -> out.put(pool.currency);
            case LANGUAGE -> {
                int start = out.length();
                out.put(pool.tag);
                out.truncate(room < pool.tag.length ? start + LANGUAGE_ALONE : out.length());
            }
            case IBAN -> iban(withAccount(subject), own >>> 1, out);
            case BIC -> out.put(pool.bics.length == 0 ? pool.country : pick(pool.bics, own));
            case PROSE -> words(pool, 4 + Mix.below(Mix.mix(own), 9), own, room, out);
            case ARTICLE ->
                words(
                        pool,
                        room < ROOM_OF_ARTICLE ? 4 + Mix.below(Mix.mix(own), 9) : articleWords(own),
                        own,
                        room,
                        out);
        }
    }

    /** Texts of a kind that all differ; capacity 0 where a kind has no form of its own for that. */
    Keys distinct(TextKind kind, int digits, Permutation places, long subjectSeed, long seed) {
        return switch (kind) {
            case EMAIL ->
                new Keys(Keys.UNLIMITED, (index, out) -> {
                    long subject = Mix.at(subjectSeed, index);
                    account(pool(subject), subject, out);
                    out.putPadded(places.apply(index), decimals(digits));
                    out.put(pick(DOMAINS, Mix.mix(subject + 8)));
                });
            case USERNAME ->
                new Keys(Keys.UNLIMITED, (index, out) -> {
                    long subject = Mix.at(subjectSeed, index);
                    account(pool(subject), subject, out);
                    out.putPadded(places.apply(index), decimals(digits));
                });
            case PHONE -> phones(seed);
            case IBAN -> ibans(subjectSeed, seed);
            default -> new Keys(0, (index, out) -> {});
        };
    }

    /** Digits of the largest number that has so many in base 36. */
    static int decimals(int digits) {
        return String.valueOf((long) Math.pow(36, digits) - 1).length();
    }

    private Keys phones(long seed) {
        Form[] forms = java.util.Arrays.stream(pools())
                .flatMap(pool -> java.util.Arrays.stream(pool.phones))
                .collect(java.util.stream.Collectors.toMap(
                        form -> new String(form.text(), 0, form.digits()[0], StandardCharsets.US_ASCII)
                                .replaceAll("\\D", ""),
                        form -> form,
                        (one, other) -> one,
                        java.util.LinkedHashMap::new))
                .values()
                .toArray(Form[]::new);
        long capacity = forms.length * 10_000L;
        Permutation order = new Permutation(capacity, seed);
        return new Keys(capacity, (index, out) -> {
            long place = order.apply(index);
            forms[(int) (place / 10_000)].put(place % 10_000, true, out);
        });
    }

    /** The last ten digits of the account are the number; they all differ, whatever stands before them. */
    private Keys ibans(long subjectSeed, long seed) {
        long capacity = 10_000_000_000L;
        Permutation order = new Permutation(capacity, seed);
        return new Keys(capacity, (index, out) -> {
            long subject = Mix.at(subjectSeed, index);
            iban(withAccount(subject), Mix.below(Mix.mix(subject), 100_000_000) * capacity + order.apply(index), out);
        });
    }

    /** The pool of a row, or where its country has no IBAN, the next one that has. */
    private LocalePool withAccount(long subject) {
        LocalePool[] pools = pools();
        int start = (int) Mix.below(Mix.mix(subject + 1), pools.length);
        for (int i = 0; i < pools.length; i++) {
            LocalePool candidate = pools[(start + i) % pools.length];
            if (candidate.account.digits().length >= 10) {
                return candidate;
            }
        }
        return LocalePool.of("de-DE", ASCII);
    }

    /** Digits of the account from a number, and the check digits that belong to them. */
    private static void iban(LocalePool pool, long number, CopyBuffer out) {
        int start = out.length();
        pool.account.put(number, true, out);
        byte[] bytes = out.array();
        int end = out.length();
        int rest = 0;
        for (int i = start + 4; i < end; i++) {
            rest = remainder(rest, bytes[i]);
        }
        rest = remainder(remainder(rest, bytes[start]), bytes[start + 1]);
        int check = 98 - rest * 100 % 97;
        bytes[start + 2] = (byte) ('0' + check / 10);
        bytes[start + 3] = (byte) ('0' + check % 10);
    }

    private static int remainder(int rest, int character) {
        return character <= '9' ? (rest * 10 + character - '0') % 97 : (rest * 100 + character - 'A' + 10) % 97;
    }

    /** A name as it is in mail addresses: in Latin letters, else the language and a number. */
    private static void account(LocalePool pool, long subject, CopyBuffer out) {
        Name first = first(pool, subject);
        Name last = last(pool, subject);
        if (first.latin().length == 0 || last.latin().length == 0) {
            out.put(pool.tag[0]);
            out.put(pool.tag[1]);
            out.putBase36(Mix.below(Mix.mix(subject + 9), 36 * 36 * 36), 3);
        } else {
            latin(first.latin(), out);
            out.put('.');
            latin(last.latin(), out);
        }
    }

    private static void latin(byte[] name, CopyBuffer out) {
        int start = out.length();
        out.put(name);
        out.truncate(Math.min(out.length(), start + LONGEST_LATIN));
    }

    /** From a line to pages, each doubling of the length as often as the one before. */
    private static long articleWords(long own) {
        long bits = Mix.mix(own);
        long least = (long) SHORTEST_ARTICLE << Mix.below(bits, DOUBLINGS_OF_ARTICLE);
        return least + Mix.below(Mix.mix(bits), least);
    }

    /** So many words, or as many as fill the room. */
    private static void words(LocalePool pool, long count, long own, int room, CopyBuffer out) {
        int start = out.length();
        for (int i = 0; i < count && out.length() - start < room; i++) {
            if (i > 0) {
                out.put(' ');
            }
            out.put(pick(pool.words, Mix.at(own, i)));
        }
    }

    private LocalePool pool(long subject) {
        LocalePool[] pools = pools();
        return pools[(int) Mix.below(Mix.mix(subject + 1), pools.length)];
    }

    private static Name first(LocalePool pool, long subject) {
        return pick(pool.first, Mix.mix(subject + 2));
    }

    private static Name last(LocalePool pool, long subject) {
        return pick(pool.last, Mix.mix(subject + 3));
    }

    private static Place place(LocalePool pool, long subject) {
        return pick(pool.places, Mix.mix(subject + 4));
    }

    private static <T> T pick(T[] values, long bits) {
        return values[(int) Mix.below(bits, values.length)];
    }
}
