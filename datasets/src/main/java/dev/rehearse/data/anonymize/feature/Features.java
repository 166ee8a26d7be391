package dev.rehearse.data.anonymize.feature;

import dev.rehearse.data.anonymize.text.Checks;
import dev.rehearse.data.anonymize.text.Escapes;
import dev.rehearse.data.anonymize.text.WrittenDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What identifies in a text, in a form in which it is found again in another letter case, with other separators, or inside of a longer
 * text: words of four letters and more (two ideographs), numbers of six digits and more without what separates them, codes of letters and
 * digits, mail addresses, and short words that follow each other. Each is told as a hash of 64 bits. One thread.
 */
public final class Features {

    public static final int LEAST_DIGITS = 6;

    /** Words have so many and more. */
    public static final int LEAST_LETTERS = Runs.LEAST_LETTERS;

    /** As often something may be packed and is found. */
    private static final int MOST_PACKED = 3;

    private static final int DAY_DIGITS = 8;
    private static final int MOST_RUNS = 8;
    private static final int MOST_DIGITS = 40;
    private static final int MOST_SHORT_WORDS = 3;

    private static final Set<String> MAILS_OF_ROLES = Set.of(
            ("support help helpdesk info contact hello office mail sales service noreply no-reply donotreply do-not-reply admin"
                            + " administrator root postmaster webmaster hostmaster abuse security privacy billing accounts newsletter"
                            + " notifications alerts team press jobs kontakt hilfe")
                    .split(" "));

    /** What may stand between the groups of a number. */
    static final String SEPARATORS = " .-/()\u00A0";

    /** Hears of one feature. */
    public interface Sink {

        /**
         * @param hash of what it is and of its kind; {@link #told} says it in words while this is called
         * @param start where it begins, as far as {@link #isAligned}
         */
        void feature(long hash, int start);
    }

    private final FoldedText folded = new FoldedText();
    /** Those of {@link #folded}. */
    private char[] text = folded.characters();

    private int length;
    private char[] number = new char[64];

    private final Runs runs = new Runs();
    /** Of what is packed in what is packed. */
    private final List<Packed> packed =
            Stream.generate(Packed::new).limit(MOST_PACKED).toList();

    /** What the sink hears of. */
    private char kind;

    private char[] named = text;
    private int namedFrom;
    private int namedTo;
    private int spanEnd;

    private boolean isAligned;
    /** Where that begins and ends which is packed and has the feature; -1 for what stands there as it is. */
    private int packedStart = -1;

    private int packedEnd;

    /** Everything that a text may give away. */
    public void of(String value, Sink sink) {
        whole(value, sink);
        packed(value, sink, true);
    }

    private void whole(String value, Sink sink) {
        fold(value);
        mails(sink, false);
        find(false, sink);
    }

    /** @param all whether of texts everything that they may give away, and digests; else what identifies wherever it stands */
    private void packed(String value, Sink sink, boolean all) {
        boolean wasAligned = isAligned;
        packed(value, sink, all, 0);
        packedStart = -1;
        isAligned = wasAligned;
    }

    private void packed(String value, Sink sink, boolean all, int depth) {
        Packed inside = packed.get(depth);
        inside.set(value);
        while (inside.next()) {
            if (depth == 0) {
                packedStart = inside.start();
                packedEnd = inside.end();
            }
            String unpacked = inside.text();
            if (unpacked == null && all) {
                char[] digits = HexFormat.of().formatHex(inside.bytes()).toCharArray();
                tell('h', digits, 0, digits.length, 0, 0, sink);
            } else if (unpacked != null) {
                String plain = Escapes.plain(unpacked);
                if (all) {
                    whole(plain, sink);
                } else {
                    any(plain, sink);
                }
                if (depth + 1 < MOST_PACKED) {
                    packed(plain, sink, all, depth + 1);
                }
            }
        }
    }

    /** What identifies in the value of a personal column: its numbers whole, of mail addresses not the domain. */
    public void ofPersonal(String value, Sink sink) {
        fold(value);
        mails(sink, true);
        find(true, sink);
        packed(value, sink, false);
    }

    /** What identifies wherever it stands: mail addresses, numbers of accounts and cards, phone numbers with +. */
    public void ofAny(String value, Sink sink) {
        any(value, sink);
        packed(value, sink, false);
    }

    private void any(String value, Sink sink) {
        if (value.indexOf('@') >= 0) {
            fold(value);
            mails(sink, false);
        }
        AccountNumbers.find(value, (kind, found) -> {
            if (kind == AccountNumbers.Kind.IBAN) {
                tell('m', found.toCharArray(), 0, found.length(), 0, found.length(), sink);
            }
            number(found, kind == AccountNumbers.Kind.PHONE, sink);
        });
    }

    /** Whether the places of the last text's features are those in the text. */
    boolean isAligned() {
        return isAligned;
    }

    /** The feature that the sink hears of, with no more of it than its first character. */
    public String told() {
        String whole = new String(named, namedFrom, namedTo - namedFrom);
        String shown = whole.substring(0, whole.offsetByCodePoints(0, 1)) + "...";
        int size = whole.codePointCount(0, whole.length());
        return switch (kind) {
            case 'e' -> "the mail address " + shown;
            case 'h' -> "the digest " + shown + " of " + size + " digits";
            case 'd' -> "the number " + shown + " of " + size + " digits";
            case 'm' -> "the code " + shown + " of " + size + " characters";
            case 'p' -> "the short words " + shown;
            default -> "the word " + shown + " of " + size + " letters";
        };
    }

    /** Where the feature that the sink hears of ends, as far as {@link #isAligned}. */
    int end() {
        return spanEnd;
    }

    /** Whether the feature that the sink hears of is a mail address that many read, such as support@shop.example. */
    public boolean isMailOfRole() {
        String address = kind == 'e' ? new String(named, namedFrom, namedTo - namedFrom) : "";
        return MAILS_OF_ROLES.contains(address.substring(0, Math.max(0, address.indexOf('@'))));
    }

    /** Whether the feature that the sink hears of is made of words, which a schema has too. */
    public boolean isWords() {
        return kind == 'w' || kind == 'p';
    }

    /** Whether the feature that the sink hears of is a code of letters and digits, as names of columns and of algorithms are too. */
    public boolean isMixed() {
        return kind == 'm';
    }

    /** Whether the feature that the sink hears of is a number that reads as a day. */
    public boolean isDay() {
        String digits =
                kind == 'd' && namedTo - namedFrom == DAY_DIGITS ? new String(named, namedFrom, DAY_DIGITS) : "";
        return (digits.startsWith("19") || digits.startsWith("20"))
                && WrittenDate.isIso(digits.substring(0, 4) + "-" + digits.substring(4, 6) + "-" + digits.substring(6));
    }

    /** Of how many bytes the digest is that the sink hears of; 0 for what is none. */
    int digestSize() {
        return kind == 'h' ? (namedTo - namedFrom) / 2 : 0;
    }

    /** Whether the feature that the sink hears of may be a code: no mail address, and no number. */
    boolean isCode() {
        return kind != 'e' && kind != 'd';
    }

    private void fold(String value) {
        folded.set(value);
        isAligned = folded.isAligned();
        text = folded.characters();
        length = folded.length();
    }

    /** @param blank whether the domains are taken out of the text */
    private void mails(Sink sink, boolean blank) {
        MailAddresses.find(text, length, (start, at, end) -> {
            if (start < at) {
                tell('e', text, start, end, start, end, sink);
            }
            if (blank) {
                Arrays.fill(text, at, end, ' ');
            }
        });
    }

    private void find(boolean whole, Sink sink) {
        runs.find(text, length);
        for (int i = 0; i < runs.count(); i++) {
            if (runs.isDigits(i)) {
                boolean inside = whole && i > 0 && joins(i - 1);
                if (!inside) {
                    numbers(i, whole, sink);
                }
            } else if (isScheme(i)) {
                continue;
            } else if (runs.isTelling(i) && !runs.isHex(i)) {
                tell('w', text, runs.start(i), runs.end(i), runs.start(i), runs.end(i), sink);
            } else {
                phrase(i, sink);
            }
            mixed(i, sink);
        }
    }

    /** How an address begins says nothing of what it leads to, and stays. */
    private boolean isScheme(int run) {
        int end = runs.end(run);
        return end + 2 < length && text[end] == ':' && text[end + 1] == '/' && text[end + 2] == '/';
    }

    /** Whether two neighbouring runs are one number with something between. */
    private boolean joins(int one) {
        if (!runs.isDigits(one) || !runs.isDigits(one + 1) || runs.start(one + 1) - runs.end(one) > 2) {
            return false;
        }
        for (int i = runs.end(one); i < runs.start(one + 1); i++) {
            if (SEPARATORS.indexOf(text[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    private void numbers(int first, boolean whole, Sink sink) {
        int start = runs.start(first);
        boolean international = start > 0 && text[start - 1] == '+';
        int count = append(first, 0);
        int last = first;
        while (true) {
            boolean more = last + 1 < runs.count()
                    && joins(last)
                    && (whole || (last + 1 < first + MOST_RUNS && count < MOST_DIGITS));
            if (!whole || !more) {
                number(count, international, start, runs.end(last), sink);
            }
            if (!more) {
                return;
            }
            count = append(++last, count);
        }
    }

    private int append(int run, int count) {
        int size = runs.end(run) - runs.start(run);
        if (number.length < count + size) {
            number = Arrays.copyOf(number, (count + size) * 2);
        }
        System.arraycopy(text, runs.start(run), number, count, size);
        return count + size;
    }

    /** The digits of a text. */
    private void number(String found, boolean international, Sink sink) {
        if (number.length < found.length()) {
            number = new char[found.length() * 2];
        }
        int count = 0;
        for (int i = 0; i < found.length(); i++) {
            if (found.charAt(i) >= '0' && found.charAt(i) <= '9') {
                number[count++] = found.charAt(i);
            }
        }
        number(count, international, 0, 0, sink);
    }

    private void number(int count, boolean international, int start, int end, Sink sink) {
        digit(0, count, start, end, sink);
        if (international && count > 3) {
            digit(Checks.countryCodeDigits(new String(number, 0, count)), count, start, end, sink);
        }
    }

    private void digit(int from, int to, int start, int end, Sink sink) {
        int first = from;
        while (first < to && number[first] == '0') {
            first++;
        }
        if (to - first >= LEAST_DIGITS) {
            tell('d', number, first, to, start, end, sink);
        }
    }

    /** Short words that follow each other: Li Wu. */
    private void phrase(int first, Sink sink) {
        int count = append(first, 0);
        for (int i = first + 1; i < runs.count() && i < first + MOST_SHORT_WORDS; i++) {
            int gap = runs.start(i) - runs.end(i - 1);
            if (runs.isDigits(i) || runs.isTelling(i) || gap > 2 || gap == 0) {
                return;
            }
            if (number.length <= count) {
                number = Arrays.copyOf(number, count * 2 + 2);
            }
            number[count] = ' ';
            count = append(i, count + 1);
            if (count > Runs.LEAST_LETTERS) {
                tell('p', number, 0, count, runs.start(first), runs.end(i), sink);
            }
        }
    }

    /** Letters and digits without a gap: the number of a passport, a plate. */
    private void mixed(int first, Sink sink) {
        if (first > 0 && runs.end(first - 1) == runs.start(first)) {
            return;
        }
        boolean hasDigits = runs.isDigits(first);
        int i = first + 1;
        while (i < runs.count() && runs.start(i) == runs.end(i - 1)) {
            hasDigits |= runs.isDigits(i++);
        }
        int end = runs.end(i - 1);
        if (hasDigits && i > first + 1 && end - runs.start(first) >= LEAST_DIGITS) {
            tell('m', text, runs.start(first), end, runs.start(first), end, sink);
        }
    }

    private void tell(char what, char[] characters, int from, int to, int start, int end, Sink sink) {
        kind = what;
        named = characters;
        namedFrom = from;
        namedTo = to;
        spanEnd = packedStart < 0 ? folded.place(end) : packedEnd;
        sink.feature(hash(what, characters, from, to), packedStart < 0 ? folded.place(start) : packedStart);
    }

    private static long hash(char what, char[] characters, int from, int to) {
        long hash = what * 0x9E3779B97F4A7C15L;
        for (int i = from; i < to; i++) {
            hash = (hash ^ characters[i]) * 0x100000001B3L;
        }
        return mix(hash);
    }

    /** The feature that a digest is, wherever it stands and in whatever digits. */
    public static long ofDigest(byte[] digest) {
        char[] digits = HexFormat.of().formatHex(digest).toCharArray();
        return hash('h', digits, 0, digits.length);
    }

    /** Spreads every bit over all of them. */
    static long mix(long bits) {
        long z = bits;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
