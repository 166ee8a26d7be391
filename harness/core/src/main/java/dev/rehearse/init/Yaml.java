package dev.rehearse.init;

import java.util.List;
import java.util.stream.Collectors;

/** Text for a plan, so that YAML reads it as it is. */
final class Yaml {

    private Yaml() {}

    /** In double quotes, whatever it looks like. */
    static String text(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\x%02x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    static String listOrOne(List<String> values) {
        return values.size() == 1 ? text(values.get(0)) : list(values);
    }

    static String list(List<String> values) {
        return values.stream().map(Yaml::text).collect(Collectors.joining(", ", "[", "]"));
    }

    /** On one line of a comment. */
    static String comment(String value) {
        return value.replaceAll("\\p{Cntrl}+", " ");
    }
}
