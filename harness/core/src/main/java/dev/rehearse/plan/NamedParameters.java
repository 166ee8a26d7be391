package dev.rehearse.plan;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds {@code :name} in a statement, outside quotes, dollar quotes, comments and casts. */
final class NamedParameters {

    /**
     * What may hold a colon that means nothing comes first, so that it is skipped as a whole. See
     * <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">Lexical Structure</a>.
     */
    private static final Pattern TOKEN = Pattern.compile(
            "(?<![\\w$])[eE]'(?:[^'\\\\]++|\\\\.|'')*+'"
                    + "|'(?:[^']++|'')*+'"
                    + "|\"(?:[^\"]++|\"\")*+\""
                    + "|--[^\\n]*"
                    + "|/\\*.*?\\*/"
                    + "|(?<![\\w$])(\\$(?:[A-Za-z_]\\w*)?\\$).*?\\1"
                    + "|::"
                    + "|:(?<name>[A-Za-z_]\\w*)",
            Pattern.DOTALL);

    private NamedParameters() {}

    static Set<String> in(String sql) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = TOKEN.matcher(sql);
        while (matcher.find()) {
            String name = matcher.group("name");
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }
}
