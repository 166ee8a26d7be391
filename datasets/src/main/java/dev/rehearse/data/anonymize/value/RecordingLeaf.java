package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.feature.Digests;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.rules.ColumnRule;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.Escapes;
import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.text.WorldNames;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Writes each leaf down on its way. One thread. */
public final class RecordingLeaf implements Leaf {

    /** Of numbers of columns that are kept as measures: shorter ones are too many to be told from somebody's. */
    public static final int LEAST_LONG = 9;

    /** In place of bytes that are none. */
    private static final char NO_CHARACTER = 0xFFFD;

    private static final int MOST_KEYS = 10_000;
    /** Of names, of which documents have few. */
    private static final Map<String, String> READABLE_KEYS = new ConcurrentHashMap<>();

    private final Leaf leaf;
    private final Ledger.Writer ledger;
    private final long place;
    private final boolean personal;
    private final boolean byPieces;
    private final boolean longNumbersOnly;
    private final ColumnRule rule;

    RecordingLeaf(Leaf leaf, Ledger.Writer ledger, long place, ColumnRule rule, boolean longNumbersOnly) {
        this.leaf = leaf;
        this.ledger = ledger;
        this.place = place;
        this.personal = rule.personal();
        this.byPieces = isByPieces(rule);
        this.longNumbersOnly = longNumbersOnly;
        this.rule = rule;
    }

    /** Whether what a leaf says about a person may be looked for in texts. */
    public static boolean isTelling(Kind kind, String value) {
        return switch (kind) {
            case INTEGER, NUMERIC -> !Pseudonyms.isLeast(value);
            case TEXT, INET, CIDR, UUID, MAC, BYTEA, RANGE, SYSTEM, UNKNOWN -> true;
            case DATE, TIMESTAMP -> !value.endsWith("infinity");
            default -> false;
        };
    }

    /** As {@link #isTelling(Kind, String)}, but for bytes that are no text and become others: in those are words by chance alone. */
    public static boolean isTelling(ColumnRule rule, Kind kind, String value) {
        boolean isReplaced = kind == Kind.BYTEA && rule.treatment() != Treatment.KEEP && !rule.personal();
        return !isReplaced && isTelling(kind, value);
    }

    /** Tells the digits before the point of a number or of a range's bounds, where they are as many as those of a number by which somebody is reached or known. */
    public static void longNumbers(String value, Consumer<String> found) {
        int start = 0;
        for (int i = 0; i <= value.length(); i++) {
            if (i < value.length() && Character.digit(value.charAt(i), 10) >= 0) {
                continue;
            }
            boolean isFraction = start > 0 && value.charAt(start - 1) == '.';
            if (i - start >= LEAST_LONG && !isFraction) {
                found.accept(value.substring(start, i));
            }
            start = i + 1;
        }
    }

    /** Bytes as the text that they may be, in UTF-8 or in two bytes for each character; a whole number without its zeros; and a day as one number: its month alone identifies nobody. */
    public static String readable(Kind kind, String value) {
        if (kind == Kind.DATE || kind == Kind.TIMESTAMP) {
            int end = value.indexOf(' ');
            return (end < 0 ? value : value.substring(0, end)).replace("-", "");
        }
        if (kind == Kind.NUMERIC) {
            return value.substring(0, Pseudonyms.wholeEnd(value));
        }
        if (kind == Kind.TEXT) {
            return Escapes.plain(value);
        }
        if (kind != Kind.BYTEA || !value.startsWith("\\x")) {
            return value;
        }
        byte[] bytes = new byte[value.length() / 2 - 1];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(value, 2 * i + 2, 2 * i + 4, 16);
        }
        String text = new String(bytes, StandardCharsets.UTF_8).replace("\0", "");
        boolean mayBeDigest = Digests.SIZES.contains(bytes.length) && text.indexOf(NO_CHARACTER) >= 0;
        return mayBeDigest ? value.substring(2) : Escapes.plain(text);
    }

    /** A key without the words that say what stands under it, as a street may be called Main Street. */
    public static String readableKey(String key) {
        if (!PseudonymLeaf.isName(key)) {
            return Escapes.plain(key);
        }
        String known = READABLE_KEYS.get(key);
        if (known == null) {
            known = Meaning.words(key).stream()
                    .filter(word -> Meaning.ofKey(word) == Meaning.UNKNOWN)
                    .collect(Collectors.joining(" "));
            if (READABLE_KEYS.size() < MOST_KEYS) {
                READABLE_KEYS.put(key, known);
            }
        }
        return known;
    }

    /** Whether a rule replaces runs of letters and digits as a whole; others may leave a part of one. */
    public static boolean isByPieces(ColumnRule rule) {
        return rule.treatment() != Treatment.GENERALISE && rule.treatment() != Treatment.NOISE;
    }

    /** Whether a rule leaves of a value what many others have too, even where that is the value itself: the first day of a month or a year. */
    public static boolean isRough(ColumnRule rule, Kind kind) {
        return rule.treatment() == Treatment.GENERALISE
                && (kind == Kind.DATE || kind == Kind.TIMESTAMP)
                && !rule.amount().equals("day");
    }

    /** Whether a value that stays is a country, a language, a currency or a time zone as a whole, where codes or what is nobody's stands: people are called as some of them are. */
    public static boolean isOfWorld(String name, String value, String image, boolean inside, boolean isPersonal) {
        return value.equals(image)
                && (!isPersonal || (inside && Meaning.ofKey(name) == Meaning.CODE))
                && WorldNames.isOne(value);
    }

    public static boolean isPersonal(String name, String value, boolean inside, boolean column) {
        return column || (inside && Meaning.isPersonal(name, value));
    }

    @Override
    public String value(Kind kind, String name, String value, boolean inside) {
        String image = leaf.value(kind, name, value, inside);
        if (longNumbersOnly) {
            longNumbers(value, number -> ledger.kept(place, number));
        } else if (isTelling(rule, kind, value)) {
            boolean isPersonal = isPersonal(name, value, inside, personal);
            if (isRough(rule, kind) || isOfWorld(name, value, image, inside, isPersonal)) {
                ledger.read(readable(kind, value), isPersonal);
            } else {
                ledger.copied(place, readable(kind, value), readable(kind, image), isPersonal, byPieces);
            }
        }
        return image;
    }

    @Override
    public String key(String key) {
        String image = leaf.key(key);
        ledger.copied(place, readableKey(key), readableKey(image), false, byPieces);
        return image;
    }
}
