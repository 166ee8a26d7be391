package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.text.PhpDocument;
import java.nio.charset.StandardCharsets;

/** Replaces the strings and numbers of what PHP has serialized, and writes how long they are. Stateless. */
final class PhpText {

    private PhpText() {}

    /** @param inside as of {@link RewrittenDocument} */
    static String map(String document, String column, boolean inside, Leaf leaf) {
        RewrittenDocument written = new RewrittenDocument(document.length(), PhpText::string, inside, leaf);
        PhpDocument.walk(document, column, written);
        return written.toString();
    }

    private static void string(String text, StringBuilder out) {
        out.append("s:")
                .append(text.getBytes(StandardCharsets.UTF_8).length)
                .append(":\"")
                .append(text)
                .append("\";");
    }
}
