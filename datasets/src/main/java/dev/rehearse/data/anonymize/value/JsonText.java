package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.JsonWalk;

/** Replaces the strings and numbers of a valid JSON text, and keeps everything else byte by byte. Stateless. */
final class JsonText {

    private JsonText() {}

    /** @param inside whether what stands under no key of it has a name of its own all the same, which a column of text is not for it */
    static String map(String json, String column, boolean inside, Leaf leaf) {
        StringBuilder out = new StringBuilder(json.length());
        JsonWalk.walk(json, column, new JsonWalk.Visitor() {

            @Override
            public void key(String key) {
                quote(leaf.key(key), out);
            }

            @Override
            public void text(String name, String text, boolean keyed) {
                quote(ValueShape.text(name, text, inside || keyed, leaf), out);
            }

            @Override
            public void number(String name, String number, boolean keyed) {
                out.append(leaf.value(Kind.NUMERIC, name, number, inside || keyed));
            }

            @Override
            public void other(char c) {
                out.append(c);
            }
        });
        return out.toString();
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
