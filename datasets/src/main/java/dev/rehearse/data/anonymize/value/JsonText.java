package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.text.JsonWalk;

/** Replaces the strings and numbers of a valid JSON text, and keeps everything else byte by byte. Stateless. */
final class JsonText {

    private JsonText() {}

    /** @param inside as of {@link RewrittenDocument} */
    static String map(String json, String column, boolean inside, Leaf leaf) {
        RewrittenDocument written = new RewrittenDocument(json.length(), JsonText::quote, inside, leaf);
        JsonWalk.walk(json, column, written);
        return written.toString();
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                int place = "\b\f\n\r\t".indexOf(c);
                out.append(place < 0 ? "\\u%04x".formatted((int) c) : "\\" + "bfnrt".charAt(place));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
