package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.source.ValueType.Field;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.JsonDocument;
import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.text.PhpDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks the text form of a value down to its leaves and puts it together again from what they became: the elements of arrays, the fields
 * of composite values, the texts in JSON, XML, hstore and tsvector. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX">Composite types</a> and
 *     <a href="https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO">arrays</a> as text
 */
public final class ValueShape {

    private ValueShape() {}

    public static String map(ValueType type, String name, String value, boolean inside, Leaf leaf) {
        return switch (type.kind()) {
            case JSON -> JsonText.map(value, name, true, leaf);
            case XML -> XmlText.map(value, name, leaf);
            case HSTORE -> hstore(value, leaf);
            case LEXEMES -> lexemes(value, name, leaf);
            case ARRAY -> array(Objects.requireNonNull(type.element()), name, value, inside, leaf);
            case COMPOSITE -> composite(type.fields(), name, value, leaf);
            case TEXT -> text(name, value, inside, leaf);
            case BYTEA -> bytes(name, value, inside, leaf);
            case NUMERIC -> leaf.value(Kind.NUMERIC, name, type.name().equals("money") ? plain(value) : value, inside);
            default -> leaf.value(type.kind(), name, value, inside);
        };
    }

    /** A text that is a JSON document, or what PHP has serialized, is read as one, wherever it stands. */
    static String text(String name, String value, boolean inside, Leaf leaf) {
        if (JsonDocument.isOne(value)) {
            return JsonText.map(value, name, inside, leaf);
        }
        return PhpDocument.isOne(value)
                ? PhpText.map(value, name, inside, leaf)
                : leaf.value(Kind.TEXT, name, value, inside);
    }

    /** Bytes that are a text are read as one, which is a person's by its name, as in a document, but no code. */
    private static String bytes(String name, String value, boolean inside, Leaf leaf) {
        String text = TextBytes.text(value);
        return text == null
                ? leaf.value(Kind.BYTEA, name, value, inside)
                : TextBytes.of(text(name, text, inside || Meaning.isPersonal(name, text), leaf));
    }

    /** An amount of money as a number, which the type takes too. */
    private static String plain(String money) {
        return money.replace("$", "").replace(",", "");
    }

    private static String array(ValueType element, String name, String value, boolean inside, Leaf leaf) {
        int open = value.indexOf('{');
        if (open < 0) {
            return value;
        }
        char delimiter = element.name().equals("box") ? ';' : ',';
        StringBuilder out = new StringBuilder(value.length()).append(value, 0, open);
        int i = open;
        while (i < value.length()) {
            char c = value.charAt(i);
            if (c == '{' || c == '}' || c == delimiter) {
                out.append(c);
                i++;
                continue;
            }
            if (c == '"') {
                StringBuilder text = new StringBuilder();
                i = unquote(value, i, text);
                out.append(quoted(map(element, name, text.toString(), inside, leaf)));
                continue;
            }
            int end = i;
            while (end < value.length() && "{}".indexOf(value.charAt(end)) < 0 && value.charAt(end) != delimiter) {
                end++;
            }
            String text = value.substring(i, end);
            out.append(text.equals("NULL") ? text : quoted(map(element, name, text, inside, leaf)));
            i = end;
        }
        return out.toString();
    }

    private static String composite(List<Field> fields, String name, String value, Leaf leaf) {
        List<@Nullable String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean present = false;
        int i = 1;
        while (i < value.length()) {
            char c = value.charAt(i);
            if (c == ',' || (c == ')' && i == value.length() - 1)) {
                parts.add(present ? part.toString() : null);
                part.setLength(0);
                present = false;
                i++;
            } else if (c == '"') {
                present = true;
                i = unquote(value, i, part);
            } else {
                present = true;
                part.append(c == '\\' ? value.charAt(++i) : c);
                i++;
            }
        }
        StringBuilder out = new StringBuilder("(");
        for (int field = 0; field < parts.size(); field++) {
            String text = parts.get(field);
            out.append(field == 0 ? "" : ",");
            if (text != null) {
                Field of = fields.get(field);
                out.append(quoted(map(of.type(), Meaning.within(name, of.name()), text, true, leaf)));
            }
        }
        return out.append(')').toString();
    }

    private static String hstore(String value, Leaf leaf) {
        StringBuilder out = new StringBuilder(value.length());
        String key = "";
        boolean isKey = true;
        int i = 0;
        while (i < value.length()) {
            char c = value.charAt(i);
            if (c == '"') {
                StringBuilder text = new StringBuilder();
                i = unquote(value, i, text);
                if (isKey) {
                    key = text.toString();
                    out.append(quoted(leaf.key(key)));
                } else {
                    out.append(quoted(text(key, text.toString(), true, leaf)));
                }
                isKey = !isKey;
            } else {
                isKey |= c == ',';
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }

    private static String lexemes(String value, String name, Leaf leaf) {
        StringBuilder out = new StringBuilder(value.length());
        int i = 0;
        while (i < value.length()) {
            if (value.charAt(i) != '\'') {
                out.append(value.charAt(i++));
                continue;
            }
            StringBuilder text = new StringBuilder();
            i++;
            while (value.charAt(i) != '\'' || (i + 1 < value.length() && value.charAt(i + 1) == '\'')) {
                i += value.charAt(i) == '\'' || value.charAt(i) == '\\' ? 1 : 0;
                text.append(value.charAt(i++));
            }
            i++;
            String image = leaf.value(Kind.TEXT, name, text.toString(), true);
            out.append('\'')
                    .append(image.replace("\\", "\\\\").replace("'", "''"))
                    .append('\'');
        }
        return out.toString();
    }

    /** Reads the quoted text that begins at {@code start}. @return the place after it */
    private static int unquote(String value, int start, StringBuilder text) {
        int i = start + 1;
        while (i < value.length()) {
            char c = value.charAt(i);
            if (c == '\\') {
                text.append(value.charAt(i + 1));
                i += 2;
            } else if (c == '"' && i + 1 < value.length() && value.charAt(i + 1) == '"') {
                text.append('"');
                i += 2;
            } else if (c == '"') {
                return i + 1;
            } else {
                text.append(c);
                i++;
            }
        }
        return i;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
