package dev.rehearse.data.anonymize.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The text format of COPY. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2">Text Format</a>
 */
public final class CopyText {

    /** What stands for bytes that are none, and may stand for itself. */
    private static final char NO_CHARACTER = 0xFFFD;

    private CopyText() {}

    /** The end of the field that begins at {@code start}: a tab, or the line's end. */
    public static int fieldEnd(byte[] row, int start) {
        int end = start;
        while (end < row.length && row[end] != '\t' && row[end] != '\n') {
            end++;
        }
        return end;
    }

    /**
     * A field, or null for NULL.
     *
     * @throws CharacterCodingException if its bytes are no text in UTF-8
     */
    public static @Nullable String decoded(byte[] row, int start, int end) throws CharacterCodingException {
        boolean escaped = false;
        for (int i = start; i < end; i++) {
            escaped |= row[i] == '\\';
        }
        String text = new String(row, start, end - start, StandardCharsets.UTF_8);
        if (text.indexOf(NO_CHARACTER) >= 0) {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(row, start, end - start));
        }
        if (!escaped) {
            return text;
        }
        if (text.equals("\\N")) {
            return null;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char code = text.charAt(++i);
            int place = "bfnrtv".indexOf(code);
            out.append(place < 0 ? code : "\b\f\n\r\t\013".charAt(place));
        }
        return out.toString();
    }

    public static void encode(String text, Bytes out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int done = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\\' && (bytes[i] > '\r' || bytes[i] < '\t')) {
                continue;
            }
            char code = switch (bytes[i]) {
                case '\\' -> '\\';
                case '\n' -> 'n';
                case '\r' -> 'r';
                case '\t' -> 't';
                default -> 0;
            };
            if (code != 0) {
                out.add(bytes, done, i);
                out.add('\\');
                out.add(code);
                done = i + 1;
            }
        }
        out.add(bytes, done, bytes.length);
    }
}
