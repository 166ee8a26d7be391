package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.text.JsonDocument;
import dev.rehearse.data.anonymize.text.PhpDocument;
import dev.rehearse.data.anonymize.text.Utf8Text;
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
        if (!bytes.startsWith(PREFIX) || bytes.length() < PREFIX.length() + 2 * LEAST) {
            return null;
        }
        // Files and what is packed mostly say so here, before all of them, which may be much, is decoded.
        int end = Math.min(bytes.length(), PREFIX.length() + 2 * BEGINNING);
        if (decoded(bytes, end) == null) {
            return null;
        }
        String text = decoded(bytes, bytes.length());
        // What is neither letter nor digit would stay as it is.
        return text != null && (Utf8Text.isOfWords(text) || JsonDocument.isOne(text) || PhpDocument.isOne(text))
                ? text
                : null;
    }

    private static @Nullable String decoded(String bytes, int end) {
        byte[] found = HexFormat.of().parseHex(bytes, PREFIX.length(), end);
        return Utf8Text.of(found, 0, found.length, end == bytes.length());
    }

    static String of(String text) {
        return PREFIX + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
