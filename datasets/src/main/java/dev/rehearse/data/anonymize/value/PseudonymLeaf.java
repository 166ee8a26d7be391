package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.Escapes;
import dev.rehearse.data.anonymize.text.Meaning;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Replaces values by pseudonyms of their form. One thread. */
final class PseudonymLeaf implements Leaf {

    /** What a key may have beside letters and digits. */
    private static final String IN_KEYS = ".:$-";

    /** In microseconds. */
    private static final int LONGEST_TIME = 17;

    private static final int LONGEST_KEY = 64;
    private static final Pattern CODE = Pattern.compile("[A-Za-z_.-]{1,24}(?:/[A-Za-z_-]{1,24}){0,2}");
    private static final Pattern WORD = Pattern.compile("[\\p{L}_]{1,24}");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?");
    private static final Pattern MAIL =
            Pattern.compile("[\\p{L}\\p{N}._%+\\-]+@[\\p{L}\\p{N}\\-]+(?:\\.[\\p{L}\\p{N}\\-]+)+");

    private final Pseudonyms pseudonyms;
    private final @Nullable Predicate<String> identifies;
    private final @Nullable Set<String> keptKeys;
    private final Set<String> notCodes;
    private final boolean hasPrefixes;

    /**
     * @param identifies what is replaced in free text, or null for everything
     * @param keptKeys those that stay, or null for all that a program may know
     * @param notCodes those under which all is replaced, though they are called as codes are
     * @param hasPrefixes whether what stands before the colon of a key is declared, as in XML
     */
    PseudonymLeaf(
            Pseudonyms pseudonyms,
            @Nullable Predicate<String> identifies,
            @Nullable Set<String> keptKeys,
            Set<String> notCodes,
            boolean hasPrefixes) {
        this.pseudonyms = pseudonyms;
        this.identifies = identifies;
        this.keptKeys = keptKeys;
        this.notCodes = notCodes;
        this.hasPrefixes = hasPrefixes;
    }

    @Override
    public String value(Kind kind, String name, String value, boolean inside) {
        String birth = mayBeTime(value) && Meaning.ofKey(name) == Meaning.BIRTH && !name.endsWith("id")
                ? pseudonyms.birth(name, value)
                : null;
        if (birth != null) {
            return birth;
        }
        return switch (kind) {
            case TEXT -> text(name, value, inside);
            case INTEGER, NUMERIC -> number(name, value, inside);
            case UUID -> pseudonyms.uuid(value);
            case INET, MAC -> address(value);
            case CIDR -> network(value);
            case DATE, TIMESTAMP -> pseudonyms.date(value);
            case BYTEA -> bytes(value);
            case BITS -> pseudonyms.bits(value);
            case GEOMETRIC ->
                NUMBER.matcher(value).replaceAll(found -> Matcher.quoteReplacement(pseudonyms.number(found.group())));
            default -> value;
        };
    }

    /** Whether it is a whole number that is short enough for any point in time. */
    private static boolean mayBeTime(String value) {
        int start = value.startsWith("-") ? 1 : 0;
        int end = value.length();
        while (end > start && value.charAt(end - 1) >= '0' && value.charAt(end - 1) <= '9') {
            end--;
        }
        return end == start && value.length() > start && value.length() <= LONGEST_TIME;
    }

    @Override
    public String key(String key) {
        Set<String> kept = keptKeys;
        if (kept == null) {
            return isName(key) ? key : pseudonyms.text(key);
        }
        if (!hasPrefixes) {
            return kept.contains(key) ? key : pseudonyms.text(key);
        }
        String local = key.substring(key.lastIndexOf(':') + 1);
        String prefix = key.substring(0, key.length() - local.length());
        if (kept.contains(local) || key.equals("xmlns") || prefix.equals("xmlns:") || prefix.equals("xml:")) {
            return key;
        }
        return isName(prefix) ? prefix + pseudonyms.text(local) : pseudonyms.text(key);
    }

    /** Whether a program may know the key, as its form says, or in other letters than those of ASCII what it means: {@code prénom}. */
    static boolean isName(String key) {
        int digits = 0;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean isDigit = c >= '0' && c <= '9';
            boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            if (!isLetter && (i == 0 || !(isDigit || IN_KEYS.indexOf(c) >= 0))) {
                return c >= 0x80 && WORD.matcher(key).matches() && Meaning.ofKey(key) != Meaning.UNKNOWN;
            }
            digits += isDigit ? 1 : 0;
        }
        return !key.isEmpty() && key.length() <= LONGEST_KEY && digits < Features.LEAST_DIGITS;
    }

    /** What is no text becomes none, so that texts have these pseudonyms for themselves. */
    private String bytes(String value) {
        String image = value;
        do {
            image = image.startsWith("\\x") ? pseudonyms.bytes(image) : image;
        } while (TextBytes.text(image) != null);
        return image;
    }

    private String text(String name, String value, boolean inside) {
        boolean isCode = inside && Meaning.ofKey(name) == Meaning.CODE && !notCodes.contains(name);
        if (isCode && CODE.matcher(value).matches()) {
            return value;
        }
        Predicate<String> isReplaced = identifies;
        return isReplaced == null || (inside && Meaning.isPersonal(name, value))
                ? pseudonyms.text(value)
                : Escapes.map(value, plain -> freeText(plain, isReplaced));
    }

    /** Of a mail address every part goes, also those that alone would identify nobody. */
    private String freeText(String text, Predicate<String> isReplaced) {
        StringBuilder out = new StringBuilder();
        Matcher mail = MAIL.matcher(text);
        int done = 0;
        while (mail.find()) {
            out.append(pseudonyms.segments(text.substring(done, mail.start()), isReplaced))
                    .append(pseudonyms.segments(mail.group(), null));
            done = mail.end();
        }
        return out.append(pseudonyms.segments(text.substring(done), isReplaced)).toString();
    }

    private String number(String name, String value, boolean inside) {
        if (!inside) {
            return pseudonyms.number(value);
        }
        int exponent = Math.max(value.indexOf('e'), value.indexOf('E'));
        String plain = exponent < 0 ? value : value.substring(0, exponent);
        long digits = plain.chars().filter(Character::isDigit).count();
        // What the leak check looks for, so that no number of the document can be taken for somebody's by chance.
        boolean isTelling = Pseudonyms.isPlainNumber(plain) && digits >= Features.LEAST_DIGITS;
        if (!isTelling && !Meaning.ofKey(name).isPersonal()) {
            return value;
        }
        return pseudonyms.number(value);
    }

    /** The mask stays. */
    private String address(String value) {
        int slash = value.indexOf('/');
        String address = slash < 0 ? value : value.substring(0, slash);
        int mapped = address.contains(".") ? address.lastIndexOf(':') + 1 : 0;
        return address.substring(0, mapped)
                + pseudonyms.text(address.substring(mapped))
                + value.substring(address.length());
    }

    /** Only what the mask covers whole, so that what lies behind it stays zero. */
    private String network(String value) {
        int slash = value.indexOf('/');
        int bits = Integer.parseInt(value.substring(slash + 1));
        boolean isOld = value.contains(".") && !value.contains(":");
        String[] parts = value.substring(0, slash).split(isOld ? "\\." : ":", -1);
        int covered = bits / (isOld ? 8 : 16);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            boolean isHidden = i < covered && !parts[i].isEmpty();
            out.append(i == 0 ? "" : isOld ? "." : ":")
                    .append(!isHidden ? parts[i] : isOld ? pseudonyms.octet(parts[i], i) : pseudonyms.hextet(parts[i]));
        }
        return out.append(value.substring(slash)).toString();
    }
}
