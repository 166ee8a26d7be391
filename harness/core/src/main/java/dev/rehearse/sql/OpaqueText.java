package dev.rehearse.sql;

/**
 * Where the parts of SQL end inside which nothing else begins: strings, quoted names, dollar quotes and comments, by the rules of
 * <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">Lexical Structure</a>. Assumes
 * {@code standard_conforming_strings}, the default. Each method takes the place where such a part begins and answers the place after its end,
 * or {@link #UNENDED}. Stateless.
 */
public final class OpaqueText {

    /** The answer where the text ends before the part does. */
    public static final int UNENDED = -1;

    private OpaqueText() {}

    /** @param at of the opening quote; an E right before it lets backslashes escape */
    public static int endOfString(String sql, int at) {
        return endOfQuoted(sql, at, isEscapeString(sql, at));
    }

    /** @param at of the opening quote */
    public static int endOfName(String sql, int at) {
        return endOfQuoted(sql, at, false);
    }

    private static int endOfQuoted(String sql, int at, boolean backslashEscapes) {
        char quote = sql.charAt(at);
        int end = at + 1;
        while (end < sql.length()) {
            boolean isQuote = sql.charAt(end) == quote;
            boolean isDoubled = isQuote && end + 1 < sql.length() && sql.charAt(end + 1) == quote;
            if (isQuote && !isDoubled) {
                return end + 1;
            }
            end += isDoubled || backslashEscapes && sql.charAt(end) == '\\' ? 2 : 1;
        }
        return UNENDED;
    }

    private static boolean isEscapeString(String sql, int at) {
        return at > 0
                && (sql.charAt(at - 1) == 'E' || sql.charAt(at - 1) == 'e')
                && (at == 1 || !continuesName(sql.charAt(at - 2)));
    }

    /** The tag, dollar signs included, of the dollar quote that begins here; empty where none does, as with the parameter {@code $1}. */
    public static String dollarTag(String sql, int at) {
        int end = at + 1;
        while (end < sql.length() && sql.charAt(end) != '$') {
            char c = sql.charAt(end);
            boolean fits = end == at + 1 ? startsName(c) : continuesName(c);
            if (!fits) {
                return "";
            }
            end++;
        }
        boolean followsName = at > 0 && continuesName(sql.charAt(at - 1));
        return end < sql.length() && !followsName ? sql.substring(at, end + 1) : "";
    }

    /** @param tag what {@link #dollarTag} says of this place */
    public static int endOfDollarQuote(String sql, int at, String tag) {
        int close = sql.indexOf(tag, at + tag.length());
        return close < 0 ? UNENDED : close + tag.length();
    }

    /** Such comments nest. */
    public static int endOfBlockComment(String sql, int at) {
        int depth = 0;
        for (int end = at; end < sql.length() - 1; end++) {
            boolean opens = sql.startsWith("/*", end);
            boolean closes = sql.startsWith("*/", end);
            depth += opens ? 1 : closes ? -1 : 0;
            end += opens || closes ? 1 : 0;
            if (depth == 0) {
                return end + 1;
            }
        }
        return UNENDED;
    }

    /** The place of the line's end, which belongs to no comment. */
    public static int endOfLine(String sql, int at) {
        int end = at;
        while (end < sql.length() && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    /** Whether an unquoted name, or the tag of a dollar quote, may begin so. */
    public static boolean startsName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
    }

    /** Whether an unquoted name may go on so. */
    public static boolean continuesName(char c) {
        return startsName(c) || c >= '0' && c <= '9' || c == '$';
    }
}
