package dev.rehearse.data.profile;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes YAML line by line: block mappings and lists, one-line lists of scalars, texts of several lines as they are. */
final class YamlWriter {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.$-]*(?: [A-Za-z0-9_.$()-]+)*");

    /** Words that other readers of YAML take for something else than text. */
    private static final Pattern TELLING = Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n");

    private static final int LONGEST_KEY = 1_000;

    private final StringBuilder out = new StringBuilder();
    private int depth;
    private boolean item;

    /** The next key begins an item of a list. */
    YamlWriter item() {
        item = true;
        return this;
    }

    YamlWriter open(String key) {
        line(key, "");
        depth++;
        return this;
    }

    YamlWriter close() {
        depth--;
        return this;
    }

    void comment(String text) {
        out.append("# ").append(text).append('\n');
    }

    void text(String key, String value) {
        boolean block = value.indexOf('\n') >= 0
                && value.lines().noneMatch(l -> l.isBlank() || l.endsWith(" "))
                && !value.startsWith(" ")
                && !value.endsWith("\n")
                && value.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7F));
        if (!block) {
            line(key, " " + scalar(value));
            return;
        }
        line(key, " |-");
        value.lines().forEach(l -> out.append("  ".repeat(depth + 1)).append(l).append('\n'));
    }

    void number(String key, double value) {
        line(key, " " + number(value));
    }

    void number(String key, long value) {
        line(key, " " + value);
    }

    void flag(String key) {
        line(key, " true");
    }

    void numbers(String key, Collection<? extends Number> values) {
        if (!values.isEmpty()) {
            line(
                    key,
                    values.stream()
                            .map(value -> value instanceof Double d ? number(d) : value.toString())
                            .collect(Collectors.joining(", ", " [", "]")));
        }
    }

    void texts(String key, List<String> values) {
        if (!values.isEmpty()) {
            line(key, values.stream().map(YamlWriter::quoted).collect(Collectors.joining(", ", " [", "]")));
        }
    }

    private void line(String key, String value) {
        String name = scalar(key);
        out.append(item ? "  ".repeat(depth - 1) + "- " : "  ".repeat(depth))
                // YAML has no longer keys without a mark.
                .append(name.length() <= LONGEST_KEY ? name : "? " + name + "\n" + "  ".repeat(depth))
                .append(':')
                .append(value)
                .append('\n');
        item = false;
    }

    private static String number(double value) {
        return new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString();
    }

    private static String scalar(String text) {
        return PLAIN.matcher(text).matches() && !TELLING.matcher(text).matches() ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            boolean shown = c >= ' ' && c != 0x7F && (c < 0x80 || Character.isLetterOrDigit(c));
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (shown) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append("\\U%08X".formatted(c));
            }
        });
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
