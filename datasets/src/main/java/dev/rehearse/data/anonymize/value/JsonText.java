package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.source.ValueType.Kind;
import java.util.ArrayDeque;
import java.util.Deque;

/** Walks the strings and numbers of a valid JSON text, however deep, and keeps everything else byte by byte. Stateless. */
final class JsonText {

    private JsonText() {}

    /** @param inside whether what stands under no key of it has a name of its own all the same, which a column of text is not for it */
    static String map(String json, String column, boolean inside, Leaf leaf) {
        StringBuilder out = new StringBuilder(json.length());
        Deque<String> names = new ArrayDeque<>();
        String name = column;
        int objects = 0;
        int i = 0;
        while (i < json.length()) {
            char c = json.charAt(i);
            if (c == '"') {
                StringBuilder text = new StringBuilder();
                i = unquote(json, i + 1, text);
                if (isKey(json, i)) {
                    name = text.toString();
                    quote(leaf.key(name), out);
                } else {
                    quote(ValueShape.text(name, text.toString(), inside || objects > 0, leaf), out);
                }
            } else if (c == '-' || (c >= '0' && c <= '9')) {
                int end = i + 1;
                while (end < json.length() && "0123456789.eE+-".indexOf(json.charAt(end)) >= 0) {
                    end++;
                }
                out.append(leaf.value(Kind.NUMERIC, name, json.substring(i, end), inside || objects > 0));
                i = end;
            } else {
                if (c == '{' || c == '[') {
                    names.push(name);
                } else if ((c == '}' || c == ']') && !names.isEmpty()) {
                    name = names.pop();
                }
                objects += c == '{' ? 1 : c == '}' ? -1 : 0;
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }

    /** Only a key has a colon behind it. */
    private static boolean isKey(String json, int after) {
        int i = after;
        while (i < json.length() && " \t\r\n".indexOf(json.charAt(i)) >= 0) {
            i++;
        }
        return i < json.length() && json.charAt(i) == ':';
    }

    private static int unquote(String json, int start, StringBuilder text) {
        int i = start;
        while (i < json.length() && json.charAt(i) != '"') {
            char c = json.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char code = json.charAt(i++);
            if (code == 'u') {
                text.append((char) Integer.parseInt(json.substring(i, i + 4), 16));
                i += 4;
            } else {
                int place = "bfnrt".indexOf(code);
                text.append(place < 0 ? code : "\b\f\n\r\t".charAt(place));
            }
        }
        return i + 1;
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
