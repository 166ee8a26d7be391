package dev.rehearse.data.column;

import dev.rehearse.data.catalog.DocumentKey;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.plausible.Words;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** JSON documents: objects in which the schema finds what it reads there. */
final class Documents {

    /** Places of an array that are filled. */
    private static final int LONGEST = 8;

    /** An object, an array, or a value; what is read behind a value makes an object of it. */
    private static final class Node {

        private final Map<String, Node> parts = new LinkedHashMap<>();
        private @Nullable String value;

        boolean isArray() {
            return parts.keySet().stream().allMatch(Node::isPlace);
        }

        private static boolean isPlace(String key) {
            return key.length() == 1 && key.charAt(0) >= '0' && key.charAt(0) < '0' + LONGEST;
        }

        private int last() {
            return parts.keySet().stream().mapToInt(Integer::parseInt).max().orElse(0);
        }

        void write(StringBuilder out) {
            if (parts.isEmpty()) {
                out.append(value);
            } else if (isArray()) {
                for (int place = 0; place <= last(); place++) {
                    out.append(place == 0 ? "[" : ", ");
                    Node part = parts.get(String.valueOf(place));
                    if (part == null) {
                        out.append("null");
                    } else {
                        part.write(out);
                    }
                }
                out.append(']');
            } else {
                String before = "{";
                for (Map.Entry<String, Node> part : parts.entrySet()) {
                    out.append(before).append(quoted(part.getKey())).append(": ");
                    part.getValue().write(out);
                    before = ", ";
                }
                out.append('}');
            }
        }
    }

    private final List<DocumentKey> read;
    private final long seed;

    /** @param read the places of the documents that the schema reads */
    Documents(List<DocumentKey> read, long seed) {
        this.read = read;
        this.seed = seed;
    }

    /** Up to three texts each. */
    static Values lists(Values texts, long seed) {
        return (row, out) -> out.putText(LongStream.range(0, Mix.below(Mix.at(seed, row), 4))
                .mapToObj(i -> quoted(String.valueOf(LiteralValues.text(texts, row * 4 + i))))
                .collect(Collectors.joining(", ", "[", "]")));
    }

    /** Words that say nothing. */
    static Values words(long seed) {
        return (row, out) -> out.put(Words.pick(Words.PLAIN, Mix.at(seed, row)));
    }

    /** @param values makes the values of a place, or has none for it */
    Values plain(Function<DocumentKey, @Nullable Values> values) {
        List<@Nullable Values> parts = new ArrayList<>();
        read.forEach(key -> parts.add(values.apply(key)));
        return (row, out) -> {
            long bits = Mix.at(seed, row);
            Map<String, String> usual = new LinkedHashMap<>();
            usual.put("id", String.valueOf(Mix.below(bits, 1_000_000)));
            usual.put("name", word(bits));
            usual.put("tags", "[" + word(Mix.mix(bits)) + ", " + word(Mix.mix(bits + 1)) + "]");
            usual.put("active", String.valueOf((bits & 1) == 0));
            out.putText(document(usual, parts, row));
        };
    }

    /**
     * Documents that differ in all places that can.
     *
     * @param keys the different values of a place
     */
    Keys distinct(Function<DocumentKey, Keys> keys) {
        List<@Nullable Values> parts = new ArrayList<>();
        for (DocumentKey key : read) {
            Keys different = keys.apply(key);
            parts.add(
                    different.capacity() == 0
                            ? null
                            : (index, out) -> different.at().write(index % different.capacity(), out));
        }
        return new Keys(
                Keys.UNLIMITED,
                (index, out) -> out.putText(document(Map.of("id", String.valueOf(index + 1)), parts, index)));
    }

    private String document(Map<String, String> usual, List<@Nullable Values> parts, long row) {
        if (read.isEmpty()) {
            StringBuilder plain = new StringBuilder();
            usual.forEach((key, value) -> plain.append(plain.isEmpty() ? "{\"" : ", \"")
                    .append(key)
                    .append("\": ")
                    .append(value));
            return plain.append('}').toString();
        }
        Node root = new Node();
        if (read.stream().noneMatch(key -> Node.isPlace(key.path().get(0)))) {
            usual.forEach((key, value) -> root.parts.computeIfAbsent(key, k -> new Node()).value = value);
        }
        for (int i = 0; i < parts.size(); i++) {
            Node at = root;
            for (String key : read.get(i).path()) {
                at = at.parts.computeIfAbsent(key, k -> new Node());
            }
            at.value = value(read.get(i), parts.get(i), row);
        }
        StringBuilder document = new StringBuilder();
        root.write(document);
        return document.toString();
    }

    private String value(DocumentKey key, @Nullable Values values, long row) {
        Kind kind = key.type().kind();
        @Nullable String text = values == null ? null : LiteralValues.text(values, row);
        if (text == null) {
            String last = key.path().get(key.path().size() - 1);
            String word = word(Mix.at(seed, row));
            return kind != Kind.JSON ? word : last.endsWith("s") ? "[" + word + "]" : "{\"name\": " + word + "}";
        }
        return kind == Kind.BOOL ? String.valueOf(text.startsWith("t")) : kind.isNumber() ? text : quoted(text);
    }

    private static String word(long bits) {
        return '"' + new String(Words.pick(Words.PLAIN, bits), StandardCharsets.US_ASCII) + '"';
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
