package dev.rehearse.data.anonymize.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text in which characters may stand in another writing: as addresses of the web have them ({@code %C3%B6}, {@code %40}), HTML and XML
 * ({@code &ouml;}, {@code &#246;}), JSON and programs ({@code \}{@code u00f6}) and quoted-printable mails ({@code =C3=B6}), also where the
 * mark was escaped once more ({@code &amp;ouml;}), and words may be broken by tags ({@code M<b>ü</b>ller}). It is read as those characters, and written as it was. One thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-2.1">RFC 3986</a>,
 *     <a href="https://html.spec.whatwg.org/multipage/syntax.html#character-references">HTML</a>,
 *     <a href="https://www.rfc-editor.org/rfc/rfc8259#section-7">RFC 8259</a>,
 *     <a href="https://www.rfc-editor.org/rfc/rfc2045#section-6.7">RFC 2045</a>
 */
public final class Escapes {

    /** Without attributes, which may say something, and before a small letter: a capital one may begin a name. Possessive, as there may be any number. */
    private static final Pattern TAGS = Pattern.compile(
            "(?i:</?(?:b|i|u|s|em|strong|mark|small|big|span|font|sub|sup|del|ins|wbr)/?>)++(?=\\p{Ll})");

    private static final int LONGEST_NAME = 8;
    private static final int MOST_DIGITS = 7;
    private static final int MOST_BACKSLASHES = 16;

    private final String text;
    private final StringBuilder plain = new StringBuilder();
    /** Where the writing of each character begins, and the end. */
    private int[] starts = {};

    private int count;
    private boolean isMail;

    /** The character that the last writing stands for. */
    private int found;

    private Escapes(String text) {
        this.text = text;
    }

    /** What is made of a text by what is done with it in plain characters, of which each becomes one. */
    public static String map(String text, UnaryOperator<String> replacing) {
        Escapes escapes = of(text);
        return escapes == null ? replacing.apply(text) : escapes.written(replacing.apply(escapes.plain.toString()));
    }

    /** With characters in place of escapes. */
    public static String plain(String text) {
        Escapes escapes = of(text);
        return escapes == null ? text : escapes.plain.toString();
    }

    /** Null where there are none, as in most texts. */
    private static @Nullable Escapes of(String text) {
        boolean hasMark = text.indexOf('%') >= 0
                || text.indexOf('&') >= 0
                || text.indexOf('=') >= 0
                || text.indexOf('\\') >= 0
                || text.indexOf('<') >= 0;
        if (!hasMark) {
            return null;
        }
        Escapes escapes = new Escapes(text);
        int i = 0;
        while (i < text.length() && escapes.end(i) == 0 && escapes.afterTag(i) == i) {
            i++;
        }
        if (i == text.length()) {
            return null;
        }
        escapes.read();
        return escapes;
    }

    private void read() {
        for (int i = text.indexOf('='); i >= 0; i = text.indexOf('=', i + 1)) {
            isMail |= end(i) > 0;
        }
        starts = new int[text.length() + 1];
        int i = 0;
        while (i < text.length()) {
            starts[count++] = i;
            int from = afterGap(i);
            int end = end(from);
            if (end == 0) {
                found = text.codePointAt(from);
                end = from + Character.charCount(found);
            }
            plain.appendCodePoint(found);
            i = end;
        }
        starts[count] = text.length();
    }

    /** What is broken inside of a word is one all the same: by the end of a line of a quoted-printable mail, or by a tag of HTML that only says how it looks. */
    private int afterGap(int start) {
        int from = start;
        int next = afterBreak(from);
        while (next > from && next < text.length()) {
            from = next;
            next = afterBreak(from);
        }
        return from;
    }

    private int afterBreak(int at) {
        if (isMail && text.charAt(at) == '=') {
            return text.startsWith("\n", at + 1) ? at + 2 : text.startsWith("\r\n", at + 1) ? at + 3 : at;
        }
        return afterTag(at);
    }

    private int afterTag(int at) {
        boolean mayBeOne = text.charAt(at) == '<' && at > 0 && Character.isLetter(text.codePointBefore(at));
        if (!mayBeOne) {
            return at;
        }
        Matcher tag = TAGS.matcher(text).region(at, text.length());
        return tag.lookingAt() ? tag.end() : at;
    }

    /** The end of the escape that begins there, whose character is {@link #found}; 0 for none. */
    private int end(int i) {
        return switch (text.charAt(i)) {
            case '%' -> bytes(i, skip(i + 1, "25"), true);
            case '=' -> bytes(i, i + 1, false);
            case '&' -> entity(skip(i + 1, "amp;"));
            case '\\' -> backslash(i);
            default -> 0;
        };
    }

    /** Where the mark is escaped itself. */
    private int skip(int from, String mark) {
        int i = from;
        while (text.startsWith(mark, i) && i + mark.length() < text.length()) {
            i += mark.length();
        }
        return i;
    }

    /** A character in UTF-8, each byte in two digits behind the mark that stands from {@code start} to {@code digits}. */
    private int bytes(int start, int digits, boolean isPercent) {
        int first = hex(digits, 2);
        int mark = digits - start;
        if (first < 0x80) {
            boolean isOne = first >= ' '
                    && (isPercent ? isOfAddress(first, start, digits + 2) : isOfMail(first, start, digits + 2));
            if (!isOne && mark > 1) {
                return bytes(start, digits - 2, isPercent);
            }
            found = first;
            return isOne ? digits + 2 : 0;
        }
        int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            int at = start + i * (mark + 2);
            int value = text.startsWith(text.substring(start, digits), at) ? hex(at + mark, 2) : -1;
            if (value < 0x80) {
                return 0;
            }
            bytes[i] = (byte) value;
        }
        String read = new String(bytes, StandardCharsets.UTF_8);
        found = read.codePointAt(0);
        return found == 0xFFFD || read.codePointCount(0, read.length()) > 1 ? 0 : start + size * (mark + 2);
    }

    /** A letter or a digit is not escaped alone: 5%50. */
    private boolean isOfAddress(int c, int start, int end) {
        return !Character.isLetterOrDigit(c)
                || (text.startsWith("%", end) && hex(end + 1, 2) >= 0)
                || (start >= 3 && text.charAt(start - 3) == '%' && hex(start - 2, 2) >= 0);
    }

    /** Only its own mark has to be escaped there, and an @ may be. */
    private boolean isOfMail(int c, int start, int end) {
        if (c == '=') {
            return true;
        }
        int label = end;
        while (label < text.length() && (Character.isLetterOrDigit(text.charAt(label)) || text.charAt(label) == '-')) {
            label++;
        }
        boolean isDomain = label > end
                && text.startsWith(".", label)
                && label + 1 < text.length()
                && Character.isLetter(text.charAt(label + 1));
        return c == '@' && isDomain && start > 0 && Character.isLetterOrDigit(text.charAt(start - 1));
    }

    private int entity(int name) {
        if (text.startsWith("#", name)) {
            boolean isHex = text.startsWith("x", name + 1) || text.startsWith("X", name + 1);
            int first = name + (isHex ? 2 : 1);
            int end = first;
            while (end < text.length()
                    && end <= first + MOST_DIGITS
                    && Character.digit(text.charAt(end), isHex ? 16 : 10) >= 0) {
                end++;
            }
            found = end == first || end > first + MOST_DIGITS || !text.startsWith(";", end)
                    ? -1
                    : Integer.parseInt(text, first, end, isHex ? 16 : 10);
            boolean isOne = Character.isValidCodePoint(found)
                    && !(found <= Character.MAX_VALUE && Character.isSurrogate((char) found));
            return isOne ? end + 1 : 0;
        }
        int end = name;
        while (end < text.length() && end <= name + LONGEST_NAME && text.charAt(end) != ';') {
            end++;
        }
        found = text.startsWith(";", end) ? Entities.character(text.substring(name, end)) : -1;
        if (found < 0 && text.startsWith("amp;", name - "amp;".length())) {
            found = '&';
            return name;
        }
        return found < 0 ? 0 : end + 1;
    }

    /** The end of a line or a blank only before what begins a word or is none: a path may go on with another letter. */
    private int backslash(int start) {
        int code = start + 1;
        while (text.startsWith("\\", code) && code <= start + MOST_BACKSLASHES) {
            code++;
        }
        if (!text.startsWith("u", code)) {
            boolean isBlank = code + 1 < text.length()
                    && "nrt".indexOf(text.charAt(code)) >= 0
                    && !Character.isLowerCase(text.charAt(code + 1));
            found = isBlank ? ' ' : -1;
            return isBlank ? code + 1 : 0;
        }
        found = hex(code + 1, 4);
        if (found < 0) {
            return 0;
        }
        int end = code + 5;
        int size = end - start;
        boolean isPair = Character.isHighSurrogate((char) found)
                && text.startsWith(text.substring(start, code + 1), end)
                && hex(end + size - 4, 4) >= 0
                && Character.isLowSurrogate((char) hex(end + size - 4, 4));
        if (isPair) {
            found = Character.toCodePoint((char) found, (char) hex(end + size - 4, 4));
            return end + size;
        }
        return Character.isSurrogate((char) found) ? 0 : end;
    }

    /** Digits as a number; -1 where others stand there. */
    private int hex(int start, int digits) {
        int value = 0;
        for (int i = start; i < start + digits; i++) {
            int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** @param image of as many characters as the plain text, or nothing of it is escaped */
    private String written(String image) {
        if (image.codePointCount(0, image.length()) != count) {
            return image;
        }
        StringBuilder out = new StringBuilder(text.length());
        int place = 0;
        int placeInImage = 0;
        for (int i = 0; i < count; i++) {
            int was = plain.codePointAt(place);
            int is = image.codePointAt(placeInImage);
            int from = afterGap(starts[i]);
            out.append(text, starts[i], from);
            String writing = text.substring(from, starts[i + 1]);
            if (was == is) {
                out.append(writing);
            } else if (writing.length() == Character.charCount(was)) {
                out.appendCodePoint(is);
            } else {
                write(writing, was, is, out);
            }
            place += Character.charCount(was);
            placeInImage += Character.charCount(is);
        }
        return out.toString();
    }

    /** Another character in the writing that one had. */
    private static void write(String writing, int was, int is, StringBuilder out) {
        char mark = writing.charAt(0);
        if (mark == '&') {
            entity(writing, is, out);
        } else if (mark == '\\') {
            String unit = writing.substring(0, writing.length() / Character.charCount(was));
            Character.toString(is).chars().forEach(each -> number(each, 16, unit.length() - 4, unit, out));
        } else {
            String unit = writing.substring(0, writing.length() / utf8(was).length);
            for (byte each : utf8(is)) {
                number(each & 0xFF, 16, unit.length() - 2, unit, out);
            }
        }
    }

    private static byte[] utf8(int c) {
        return Character.toString(c).getBytes(StandardCharsets.UTF_8);
    }

    private static void entity(String writing, int is, StringBuilder out) {
        String body = writing.substring(0, writing.length() - 1);
        int number = body.indexOf('#') + 1;
        if (number > 0) {
            boolean isHex = Character.toLowerCase(body.charAt(number)) == 'x';
            number(is, isHex ? 16 : 10, isHex ? number + 1 : number, body, out);
        } else {
            String name = Entities.name(is);
            // A zero in front tells it from one that was a number before.
            out.append(body, 0, Math.max(0, body.lastIndexOf(';')) + 1).append(name == null ? "#0" + is : name);
        }
        out.append(';');
    }

    /** In as many digits, and in the letter case, as another one has behind its mark. */
    private static void number(int value, int radix, int mark, String other, StringBuilder out) {
        String was = other.substring(mark);
        String is = Integer.toString(value, radix);
        out.append(other, 0, mark)
                .append("0".repeat(Math.max(0, was.length() - is.length())))
                .append(was.equals(was.toLowerCase(Locale.ROOT)) ? is : is.toUpperCase(Locale.ROOT));
    }
}
