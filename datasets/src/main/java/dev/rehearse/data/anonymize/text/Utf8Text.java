package dev.rehearse.data.anonymize.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes that are a text in UTF-8. Stateless. */
public final class Utf8Text {

    private Utf8Text() {}

    /**
     * The text; null where they hold a byte or a character that texts do not.
     *
     * @param isWhole whether no further bytes belong to it, of which the last character may have some
     */
    public static @Nullable String of(byte[] bytes, int from, int to, boolean isWhole) {
        CharBuffer text = CharBuffer.allocate(to - from);
        boolean isError = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, from, to - from), text, isWhole)
                .isError();
        String read = text.flip().toString();
        return !isError && read.codePoints().allMatch(Utf8Text::isOfText) ? read : null;
    }

    /** Whether half of it is letters and digits: short bytes may be a text by chance. */
    public static boolean isOfWords(String text) {
        return 2 * text.codePoints().filter(Character::isLetterOrDigit).count()
                >= text.codePointCount(0, text.length());
    }

    private static boolean isOfText(int c) {
        return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && !Character.isISOControl(c) && c != 0xFFFD);
    }
}
