package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.text.JsonDocument;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Bytes, as the server writes them, that are a text in UTF-8. Stateless. */
final class TextBytes {

    private static final String PREFIX = "\\x";

    /** Fewer may be a text by chance. */
    private static final int LEAST = 4;

    private static final int BEGINNING = 512;

    private TextBytes() {}

    /** The text; null where they hold a byte or a character that texts do not. */
    static @Nullable String text(String bytes) {
        if (!bytes.startsWith(PREFIX) || bytes.length() < PREFIX.length() + 2 * LEAST || !beginsAsText(bytes)) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(HexFormat.of().parseHex(bytes, PREFIX.length(), bytes.length())))
                    .toString();
            return text.codePoints().allMatch(TextBytes::isOfText) && (isOfWords(text) || JsonDocument.isOne(text))
                    ? text
                    : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Whether half of it is letters and digits: the rest would stay as it is, and short bytes may be all of that by chance. */
    private static boolean isOfWords(String text) {
        return 2 * text.codePoints().filter(Character::isLetterOrDigit).count()
                >= text.codePointCount(0, text.length());
    }

    static String of(String text) {
        return PREFIX + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Files and what is packed mostly say so here, before all of them, which may be much, is decoded. */
    private static boolean beginsAsText(String bytes) {
        int end = Math.min(bytes.length(), PREFIX.length() + 2 * BEGINNING);
        ByteBuffer beginning = ByteBuffer.wrap(HexFormat.of().parseHex(bytes, PREFIX.length(), end));
        CharBuffer text = CharBuffer.allocate(BEGINNING);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(beginning, text, false);
        return !result.isError() && text.flip().codePoints().allMatch(TextBytes::isOfText);
    }

    private static boolean isOfText(int c) {
        return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && !Character.isISOControl(c) && c != 0xFFFD);
    }
}
