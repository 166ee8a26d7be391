package dev.rehearse.data.anonymize.value;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A text in which characters that are not ASCII may stand as addresses of the web have them, {@code %C3%B6}: read as those characters, and
 * written as it was. Immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-2.1">RFC 3986</a>
 */
final class PercentEscapes {

    private static final int LENGTH = 3;

    private final StringBuilder plain = new StringBuilder();
    /** Of the characters of the plain text, those that were escaped. */
    private final BitSet escaped = new BitSet();

    private boolean lower;
    private int count;

    PercentEscapes(String text) {
        int i = 0;
        while (i < text.length()) {
            int end = i;
            while (isHigh(text, end)) {
                end += LENGTH;
            }
            String found = end == i ? "" : decoded(text.substring(i, end));
            if (found.isEmpty()) {
                int c = text.codePointAt(i);
                plain.appendCodePoint(c);
                count++;
                i += Character.charCount(c);
            } else {
                int more = found.codePointCount(0, found.length());
                plain.append(found);
                escaped.set(count, count + more);
                count += more;
                lower |= !text.substring(i, end).equals(text.substring(i, end).toUpperCase(Locale.ROOT));
                i = end;
            }
        }
    }

    /** Whether a text may have some. */
    static boolean mayBeIn(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (isHigh(text, i)) {
                return true;
            }
        }
        return false;
    }

    /** With characters in place of escapes. */
    static String plain(String text) {
        return mayBeIn(text) ? new PercentEscapes(text).plain() : text;
    }

    String plain() {
        return plain.toString();
    }

    /** With escapes where they were. @param image of as many characters as the plain text, or all that are not ASCII are escaped */
    String escaped(String image) {
        boolean isAligned = image.codePointCount(0, image.length()) == count;
        StringBuilder out = new StringBuilder();
        int place = 0;
        for (int i = 0; i < image.length(); place++) {
            int c = image.codePointAt(i);
            if (isAligned ? escaped.get(place) : c >= 0x80) {
                for (byte each : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    HexFormat hex = lower ? HexFormat.of() : HexFormat.of().withUpperCase();
                    out.append('%').append(hex.toHexDigits(each));
                }
            } else {
                out.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    /** Whether an escape of a byte above 7F begins there. */
    private static boolean isHigh(String text, int place) {
        return place + 2 < text.length()
                && text.charAt(place) == '%'
                && Character.digit(text.charAt(place + 1), 16) >= 8
                && Character.digit(text.charAt(place + 2), 16) >= 0;
    }

    /** Empty where they are not in UTF-8. */
    private static String decoded(String escapes) {
        byte[] bytes = HexFormat.of().parseHex(escapes.replace("%", ""));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}
