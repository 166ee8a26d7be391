package dev.rehearse.data.twin;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Texts in ascending order that all differ: letters that count, in an alphabet that every collation sorts alike, then a filling up to a
 * length as the profile says.
 */
final class TextShape implements Values {

    private static final String SAFE = "bdfgkmnprstv";
    private static final String VOWELS = "aeiou";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
    private static final String DENSE = "0123456789" + LETTERS;
    private static final String DIGITS = "0123456789";
    private static final byte[] MAIL = "@example.com".getBytes(StandardCharsets.US_ASCII);

    /** What a text of up to so many bytes has before it, and what a longer one has. */
    private static final int SHORT = 126;

    /** ANALYZE lists no value wider than 1 kB as a common one. */
    private static final int MOST_LISTED = 1_000;

    private static final int SAMPLED_RANKS = 2_000;
    private static final int ATTEMPTS = 12;
    /** Bytes that the mean may be away from the middle between two whole numbers. */
    private static final double NEAR = 0.3;

    private final long count;
    private final List<String> alphabets;
    private final int codeLength;
    /** How many codes begin with as many characters, by that number of characters. */
    private final long[] codesPerStart;

    private final List<Integer> lengths;
    private final int least;
    private final int most;
    private final boolean digits;
    private final boolean upper;
    private final boolean blanks;
    private final boolean mail;
    private final long seed;
    /** The first of them, as in the profile, is the empty one. */
    private final boolean hasEmpty;

    /** Lengths of common ones, of which a single one can be too many or too few characters for the mean. */
    private final Map<Long, Integer> known = new HashMap<>();

    private double factor = 1;

    /** @param frequencies how often which of the texts stands */
    TextShape(Statistics s, Frequencies frequencies, int least, int most, long seed) {
        this.count = frequencies.distinct();
        this.least = least;
        this.most = most;
        this.seed = seed;
        digits = share(s, "digit") >= 0.9 && share(s, "lower") == 0 && share(s, "upper") == 0;
        upper = share(s, "upper") >= 0.9 && share(s, "lower") == 0;
        blanks = share(s, "blank") >= 0.5;
        mail = share(s, "at") >= 0.9;
        int mean = s.widthBytes() - (s.widthBytes() > SHORT + 1 ? 4 : 1);
        lengths = s.lengths().isEmpty() ? List.of(Math.max(1, mean)) : s.lengths();
        hasEmpty = least <= 0 && lengths.get(0) == 0;
        int room = Math.min(lengths.get(lengths.size() / 4), Math.max(1, mean));
        alphabets = alphabets(count, Math.max(least, Math.min(most, room)));
        codeLength = codeLength(count, alphabets);
        codesPerStart = new long[codeLength + 1];
        codesPerStart[codeLength] = 1;
        for (int place = codeLength - 1; place >= 0; place--) {
            codesPerStart[place] = codesPerStart[place + 1] * letters(place).length();
        }
        fit(s.widthBytes(), frequencies);
    }

    private static double share(Statistics s, String characters) {
        return s.characters().getOrDefault(characters, 0.0);
    }

    /** The letters of the places in turn; the fewer characters there is room for, the more letters. */
    private List<String> alphabets(long texts, int room) {
        if (digits && codeLength(texts, List.of(DIGITS)) <= most) {
            return List.of(DIGITS);
        }
        return List.of(List.of(SAFE, VOWELS), List.of(LETTERS), List.of(DENSE)).stream()
                .filter(choice -> codeLength(texts, choice) <= room)
                .findFirst()
                .orElse(List.of(DENSE));
    }

    private static int codeLength(long texts, List<String> alphabets) {
        int length = 0;
        for (double capacity = 1; capacity < texts; length++) {
            capacity *= alphabets.get(length % alphabets.size()).length();
        }
        return Math.max(1, length);
    }

    /** How many characters the shortest has, but for an empty one. */
    int leastLength() {
        return codeLength;
    }

    /** Whether there is room for so many different texts. */
    boolean fits() {
        return codeLength <= most;
    }

    private void fit(int widthBytes, Frequencies frequencies) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double mean = mean(frequencies);
            if (lengths.get(0).equals(lengths.get(lengths.size() - 1)) && (int) mean == widthBytes) {
                return;
            }
            // ANALYZE cuts the mean to a whole number.
            factor *= Math.max(0.2, Math.min(5, (widthBytes + 0.5) / Math.max(1, mean)));
        }
        double due = (widthBytes + 0.5 - mean(frequencies)) * frequencies.rows();
        for (int i = 0; frequencies.numberOf(i) >= 0; i++) {
            long value = frequencies.numberOf(i);
            int length = length(value);
            boolean isDue = Math.abs(due) > NEAR * frequencies.rows();
            int fitting = isDue ? inside(value, length + (int) Math.round(due / frequencies.countOf(i))) : length;
            known.put(value, length == 0 ? 0 : Math.max(least, Math.min(MOST_LISTED, fitting)));
            due -= (double) (known.get(value) - length) * frequencies.countOf(i);
        }
    }

    /** The mean width over the rows. */
    private double mean(Frequencies frequencies) {
        long rows = frequencies.rows();
        int samples = (int) Math.min(rows, SAMPLED_RANKS);
        double sum = 0;
        for (int i = 0; i < samples; i++) {
            int length = length(frequencies.value(i * rows / samples));
            sum += length + (length <= SHORT ? 1 : 4);
        }
        return sum / Math.max(1, samples);
    }

    private int length(long value) {
        if (hasEmpty && value == 0) {
            return 0;
        }
        Integer decided = known.get(value);
        if (decided != null) {
            return decided;
        }
        long bits = Mix.at(seed, value);
        int tenths = lengths.size() - 1;
        double wanted = lengths.get(0);
        if (tenths > 0) {
            int piece = (int) Mix.below(bits, tenths);
            double way = (Mix.mix(bits) >>> 11) / (double) (1L << 53);
            wanted = lengths.get(piece) + way * (lengths.get(piece + 1) - lengths.get(piece));
        }
        double length = wanted * factor;
        int whole = (int) length;
        int rounded = whole + (Mix.within(Mix.mix(bits + 1), length - whole) ? 1 : 0);
        return inside(value, rounded);
    }

    /** The length that is nearest among those that the text can have. */
    private int inside(long value, int length) {
        int allowed = Math.max(least, Math.min(most, length));
        return allowed >= codeLength ? allowed : Math.max(allowed, shortest(value));
    }

    /** Texts that stand at even distances among all codes, so that what a code ends with can be left out where there is room. */
    private long code(long value) {
        long codes = codesPerStart[0];
        return codes > Long.MAX_VALUE / Math.max(1, count) ? value : value * codes / count;
    }

    /** With how many characters a code still comes after the one before. */
    private int shortest(long value) {
        long code = code(value);
        long before = value == 0 ? -1 : code(value - 1);
        int length = 1;
        while (code - code % codesPerStart[length] <= before) {
            length++;
        }
        return length;
    }

    private String letters(int place) {
        return alphabets.get(place % alphabets.size());
    }

    @Override
    public void write(long value, CopyBuffer out) {
        int length = length(value);
        if (length == 0) {
            return;
        }
        byte[] code = new byte[Math.min(length, codeLength)];
        long rest = code(value);
        for (int place = 0; place < code.length; place++) {
            code[place] = (byte) letters(place).charAt((int) (rest / codesPerStart[place + 1]));
            rest %= codesPerStart[place + 1];
        }
        int start = out.length();
        out.put(code);
        boolean withMail = mail && length >= codeLength + MAIL.length;
        int filling = length - code.length - (withMail ? MAIL.length : 0);
        for (int i = 0; i < filling; i++) {
            long bits = Mix.at(seed ^ value, i);
            boolean blank = blanks && i % 7 == 3 && i + 1 < filling;
            out.put(blank ? ' ' : letter(i, bits));
        }
        if (withMail) {
            out.put(MAIL);
        }
        if (upper) {
            for (int i = start; i < out.length(); i++) {
                out.array()[i] = (byte) Character.toUpperCase(out.array()[i]);
            }
        }
    }

    private char letter(int place, long bits) {
        String alphabet = digits ? DIGITS : place % 2 == 0 ? SAFE : VOWELS;
        return alphabet.charAt((int) Mix.below(bits, alphabet.length()));
    }
}
