package dev.rehearse.data.anonymize.text;

import dev.rehearse.data.anonymize.text.Segment.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Cuts texts into {@link Segment segments}, by their content alone. Immutable. */
public final class TextScanner {

    /** Digits that stand with single separators between them are one number from this many on. */
    static final int LEAST_GROUPED_DIGITS = 7;

    /** As many digits as the shortest numbers of cards have. */
    public static final int LEAST_CARD = 13;

    public static final int MOST_CARD = 19;
    private static final int LEAST_SPLIT = 3;
    private static final int LEAST_HEX = 8;

    /** What may stand between the groups of a number. */
    private static final String JOINING = " .-/()";

    /** Not inside of a longer run of letters and digits. */
    private static final String BEGIN = "(?<![\\p{L}\\p{N}])";

    private static final String END = "(?![\\p{L}\\p{N}])";

    private static final String TOKENS = BEGIN + "(?<scheme>[A-Za-z][A-Za-z+]{1,9}://)"
            + "|" + BEGIN + "(?<date>\\d{4}-\\d{2}-\\d{2})(?!\\d)"
            + "|" + BEGIN + "(?<written>\\d{1,2}(?<mark>[./])\\d{1,2}\\k<mark>\\d{4})(?![\\p{L}\\p{N}]|[.\\-/]\\d)"
            + "|(?<![\\p{L}\\p{N}:])(?<time>\\d{1,2}:\\d{2}(?::\\d{2})?)(?![\\p{L}\\p{N}:])"
            + "|(?<![\\p{L}\\p{N}.])(?<ipv4>\\d{1,3}(?:\\.\\d{1,3}){3})(?![\\p{L}\\p{N}]|\\.\\d)"
            + "|" + BEGIN + "(?<uuid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})" + END
            + "|(?<![\\p{L}\\p{N}:])(?<colons>(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4})(?![\\p{L}\\p{N}:])"
            + "|" + BEGIN + "(?<iban>[A-Z]{2}\\d{2}(?: ?[A-Z0-9]){11,30})"
            + "|(?<phone>\\+\\d+(?:[ .\\-/()]{1,2}\\d+)*)" + END
            + "|" + BEGIN + "(?<digits>\\d+(?:[ .\\-/()]{1,2}\\d+)*)" + END
            + "|(?<word>[\\p{L}\\p{N}\\p{M}]+)";

    /** What makes a point in time of a day; the fraction of its seconds is a number, and its zone is nobody's. */
    private static final Pattern TIME_OF_DAY = Pattern.compile(
            "[T ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?(?<fraction>\\.\\d+)?(?:Z|[+-](?:0\\d|1[0-5])(?::?[0-5]\\d)?)?(?![\\p{L}\\p{N}:])");

    private final Pattern pattern;
    private final boolean keepsDomains;

    /** @param keptMailDomains domains that stay behind an @, in lower case */
    public TextScanner(Set<String> keptMailDomains) {
        keepsDomains = !keptMailDomains.isEmpty();
        String kept = keptMailDomains.stream().sorted().map(Pattern::quote).collect(Collectors.joining("|"));
        pattern = Pattern.compile(
                keepsDomains
                        ? "(?<domain>(?<=@)(?i:" + kept + ")(?![\\p{L}\\p{N}\\-]|\\.[\\p{L}\\p{N}]))|" + TOKENS
                        : TOKENS);
    }

    public List<Segment> scan(String text) {
        List<Segment> segments = new ArrayList<>();
        @Nullable Matcher matcher = null;
        int from = 0;
        while (from < text.length()) {
            char c = text.charAt(from);
            boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (c < 0x80 && !isLetter && !isDigit(c) && c != '+' && c != ':') {
                // No segment begins with it.
                from++;
                continue;
            }
            int word = isLetter ? plainWordEnd(text, from) : 0;
            if (word > 0) {
                segments.add(new Segment(Kind.WORD, from, word));
                from = word;
                continue;
            }
            int number = isDigit(c) ? plainNumberEnd(text, from) : 0;
            if (number > 0) {
                from = addNumber(text, from, number, segments);
                continue;
            }
            int run = isLetter || isDigit(c) ? plainRunEnd(text, from) : 0;
            if (run > 0) {
                from = addWord(text, from, segments);
                continue;
            }
            int phone = c == '+' ? plainPhoneEnd(text, from) : 0;
            if (phone > 0) {
                segments.add(new Segment(Kind.PHONE, from, phone));
                from = phone;
                continue;
            }
            matcher = matcher == null ? pattern.matcher(text) : matcher;
            if (!matcher.find(from)) {
                break;
            }
            from = add(text, matcher, segments);
        }
        return segments;
    }

    /** The kind of a text that is one segment, or null if it is not. */
    @Nullable
    public Kind kindOf(String text) {
        List<Segment> segments = scan(text);
        return segments.size() == 1
                        && segments.get(0).start() == 0
                        && segments.get(0).end() == text.length()
                ? segments.get(0).kind()
                : null;
    }

    /** The end of a run of ASCII letters that nothing else than a word can begin with, or 0: most words need no regular expression. */
    private int plainWordEnd(String text, int start) {
        int end = start;
        while (end < text.length()
                && ((text.charAt(end) >= 'a' && text.charAt(end) <= 'z')
                        || (text.charAt(end) >= 'A' && text.charAt(end) <= 'Z'))) {
            end++;
        }
        char next = end < text.length() ? text.charAt(end) : ' ';
        boolean isPlain =
                next < 0x80 && !isDigit(next) && next != ':' && next != '+' && (next != '-' || end - start != 8);
        boolean maybeDomain = keepsDomains && start > 0 && text.charAt(start - 1) == '@';
        boolean isInside = start > 0 && isWordCharacter(text.codePointBefore(start));
        return isPlain && !maybeDomain && !isInside ? end : 0;
    }

    /** The end of a run of ASCII letters and digits, both of them, that nothing else than a word can begin with, or 0. */
    private int plainRunEnd(String text, int start) {
        int end = start;
        boolean letters = false;
        boolean digits = false;
        while (end < text.length() && (isAsciiLetter(text.charAt(end)) || isDigit(text.charAt(end)))) {
            letters |= isAsciiLetter(text.charAt(end));
            digits |= isDigit(text.charAt(end));
            end++;
        }
        char next = end < text.length() ? text.charAt(end) : ' ';
        boolean maybeIban = end - start >= 4
                && Character.isUpperCase(text.charAt(start))
                && Character.isUpperCase(text.charAt(start + 1))
                && isDigit(text.charAt(start + 2));
        boolean isPlain = next < 0x80 && next != ':' && next != '+' && (next != '-' || end - start != 8) && !maybeIban;
        boolean maybeDomain = keepsDomains && start > 0 && text.charAt(start - 1) == '@';
        boolean isInside = start > 0 && isWordCharacter(text.codePointBefore(start));
        return letters && digits && isPlain && !maybeDomain && !isInside ? end : 0;
    }

    /** The end of a phone number with + whose groups stand with single separators, or 0. */
    private static int plainPhoneEnd(String text, int start) {
        int end = start + 1;
        int count = 0;
        while (end < text.length() && isDigit(text.charAt(end))) {
            count++;
            end++;
            if (end + 1 < text.length() && JOINING.indexOf(text.charAt(end)) >= 0 && isDigit(text.charAt(end + 1))) {
                end++;
            }
        }
        boolean isLast = end == text.length()
                || (text.charAt(end) < 0x80
                        && !isAsciiLetter(text.charAt(end))
                        && JOINING.indexOf(text.charAt(end)) < 0);
        return isLast && count >= LEAST_GROUPED_DIGITS ? end : 0;
    }

    /** The end of a run of digits that stands alone, or 0: nor do most numbers need one. */
    private static int plainNumberEnd(String text, int start) {
        int end = start;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        int next = end;
        while (next < text.length() && next < end + 2 && JOINING.indexOf(text.charAt(next)) >= 0) {
            next++;
        }
        boolean joins = next > end && next < text.length() && isDigit(text.charAt(next));
        boolean isLast = end == text.length()
                || (text.charAt(end) < 0x80 && !isAsciiLetter(text.charAt(end)) && text.charAt(end) != ':');
        boolean isInside = start > 0 && isWordCharacter(text.codePointBefore(start));
        return isLast && !joins && !isInside ? end : 0;
    }

    private static boolean isAsciiLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** @return where to look on */
    private int add(String text, Matcher m, List<Segment> segments) {
        int start = m.start();
        int end = m.end();
        if (m.start("scheme") >= 0 || (keepsDomains && m.start("domain") >= 0)) {
            segments.add(new Segment(Kind.KEPT, start, end));
        } else if (m.start("date") >= 0) {
            return WrittenDate.isIso(m.group())
                    ? addDate(text, start, end, segments)
                    : addNumber(text, start, end, segments);
        } else if (m.start("written") >= 0) {
            if (WrittenDate.isOne(m.group())) {
                segments.add(new Segment(Kind.WRITTEN_DATE, start, end));
            } else {
                return addNumber(text, start, end, segments);
            }
        } else if (m.start("time") >= 0) {
            segments.add(new Segment(Kind.TIME, start, end));
        } else if (m.start("ipv4") >= 0) {
            boolean address = true;
            for (String octet : m.group().split("\\.")) {
                address &= Integer.parseInt(octet) <= 255 && (octet.length() == 1 || octet.charAt(0) != '0');
            }
            if (address) {
                segments.add(new Segment(Kind.IPV4, start, end));
            } else {
                return addNumber(text, start, end, segments);
            }
        } else if (m.start("uuid") >= 0) {
            segments.add(new Segment(Kind.UUID, start, end));
        } else if (m.start("colons") >= 0) {
            return addColons(text, start, end, segments);
        } else if (m.start("iban") >= 0) {
            int length = Checks.ibanEnd(text, start);
            if (length > 0) {
                segments.add(new Segment(Kind.IBAN, start, length));
                return length;
            }
            return addWord(text, start, segments);
        } else if (m.start("phone") >= 0) {
            if (digits(text, start, end) >= LEAST_GROUPED_DIGITS) {
                segments.add(new Segment(Kind.PHONE, start, end));
            } else {
                return addNumber(text, start + 1, end, segments);
            }
        } else if (m.start("digits") >= 0) {
            return addNumber(text, start, end, segments);
        } else {
            return addWord(text, start, segments);
        }
        return end;
    }

    /** With its time of day, if there is one. */
    private static int addDate(String text, int start, int end, List<Segment> segments) {
        Matcher time = TIME_OF_DAY.matcher(text).region(end, text.length());
        time.useTransparentBounds(true);
        if (!time.lookingAt()) {
            segments.add(new Segment(Kind.DATE, start, end));
            return end;
        }
        int fraction = time.start("fraction");
        int seconds = end + (text.startsWith(":", end + 6) ? 9 : 6);
        segments.add(new Segment(Kind.DATE, start, seconds));
        if (fraction >= 0) {
            segments.add(new Segment(Kind.DIGITS, fraction + 1, time.end("fraction")));
        }
        return time.end();
    }

    /** A long number whole, with its separators; of short ones each by itself. */
    private static int addNumber(String text, int start, int matchedEnd, List<Segment> segments) {
        int count = digits(text, start, matchedEnd);
        int end = matchedEnd;
        if (count < LEAST_GROUPED_DIGITS) {
            end = start;
            while (end < matchedEnd && isDigit(text.charAt(end))) {
                end++;
            }
        }
        segments.add(new Segment(kindOfNumber(text, start, end), start, end));
        return end;
    }

    private static Kind kindOfNumber(String text, int start, int end) {
        int count = end - start < CheckedNumber.LEAST ? 0 : digits(text, start, end);
        // A fraction is none.
        boolean mayBeChecked = count >= CheckedNumber.LEAST
                && (end - start != count + 1 || text.indexOf('.', start) < 0 || text.indexOf('.', start) >= end);
        if (mayBeChecked && !CheckedNumber.of(text.substring(start, end)).isEmpty()) {
            return Kind.CHECKED;
        }
        return count >= LEAST_CARD && count <= MOST_CARD && Checks.isLuhn(text, start, end) ? Kind.CARD : Kind.DIGITS;
    }

    /** Of digits alone. */
    public static Kind kindOfNumber(String digits) {
        return kindOfNumber(digits, 0, digits.length());
    }

    private static int addColons(String text, int start, int end, List<Segment> segments) {
        String found = text.substring(start, end);
        int groups = found.split(":", -1).length;
        boolean mac = found.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
        boolean address = found.contains("::")
                ? found.indexOf("::") == found.lastIndexOf("::") && !found.contains(":::") && found.length() > 2
                : groups == 8 && !found.startsWith(":") && !found.endsWith(":");
        if (mac || address) {
            segments.add(new Segment(Kind.HEX_COLON, start, end));
            return end;
        }
        // Something else with colons: each part by itself.
        int word = start;
        while (word < end && text.charAt(word) == ':') {
            word++;
        }
        return word == end ? end : addWord(text, word, segments);
    }

    /** A run of letters and digits. It falls into its letters and its digits where every piece is long enough to hide something. */
    private static int addWord(String text, int start, List<Segment> segments) {
        int end = start;
        boolean letters = false;
        boolean digits = false;
        boolean hex = true;
        boolean upper = false;
        boolean lower = false;
        while (end < text.length()) {
            int c = text.codePointAt(end);
            if (!isWordCharacter(c)) {
                break;
            }
            boolean digit = c >= '0' && c <= '9';
            digits |= digit;
            letters |= !digit;
            upper |= c >= 'A' && c <= 'F';
            lower |= c >= 'a' && c <= 'f';
            hex &= digit || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
            end += Character.charCount(c);
        }
        if (!digits || !letters) {
            if (digits) {
                return addNumber(text, start, end, segments);
            }
            segments.add(new Segment(Kind.WORD, start, end));
            return end;
        }
        if (end - start >= CheckedNumber.LEAST
                && !CheckedNumber.of(text.substring(start, end)).isEmpty()) {
            segments.add(new Segment(Kind.CHECKED, start, end));
            return end;
        }
        if (hex && upper != lower && end - start >= LEAST_HEX) {
            segments.add(new Segment(Kind.HEX, start, end));
            return end;
        }
        List<Segment> pieces = new ArrayList<>();
        int piece = start;
        for (int i = start; i <= end; i++) {
            if (i == end || (i > piece && isDigit(text.charAt(i)) != isDigit(text.charAt(piece)))) {
                pieces.add(new Segment(isDigit(text.charAt(piece)) ? Kind.DIGITS : Kind.WORD, piece, i));
                piece = i;
            }
        }
        if (pieces.stream().allMatch(p -> p.end() - p.start() >= LEAST_SPLIT)) {
            for (Segment p : pieces) {
                if (p.kind() == Kind.DIGITS) {
                    addNumber(text, p.start(), p.end(), segments);
                } else {
                    segments.add(p);
                }
            }
        } else {
            segments.add(new Segment(Kind.WORD, start, end));
        }
        return end;
    }

    private static boolean isWordCharacter(int c) {
        int type = Character.getType(c);
        return Character.isLetter(c)
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int digits(String text, int start, int end) {
        int count = 0;
        for (int i = start; i < end; i++) {
            count += isDigit(text.charAt(i)) ? 1 : 0;
        }
        return count;
    }
}
