package dev.rehearse.data.profile.capture;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts of statements without what they may say of data. pg_stat_statements puts parameters in the place of most literals, but not of all:
 * utility statements keep theirs (passwords among them), and so do comments.
 */
final class QueryText {

    private static final Set<String> KEPT =
            Set.of("select", "insert", "update", "delete", "merge", "with", "values", "table");

    /**
     * What can begin in a statement, the longer first: quoted names, comments, literals of all sorts, parameters, names, numbers. Possessive, since a
     * literal may be longer than the stack of a matcher that could go back is deep.
     */
    private static final Pattern TOKEN = Pattern.compile(
            "(?<name>\"(?:[^\"]++|\"\")*+\"?)"
                    + "|(?<comment>--[^\\n]*|/\\*.*?(?:\\*/|$))"
                    + "|(?<literal>\\b[eE]'(?:[^'\\\\]++|\\\\.|'')*+'?|(?:\\b[bBxXnN]|\\b[uU]&)?'(?:[^']++|'')*+'?"
                    + "|\\$(?<tag>(?:[\\p{L}_][\\p{L}\\d_]*+)?+)\\$.*?(?:\\$\\k<tag>\\$|$))"
                    + "|(?<parameter>\\$\\d+)"
                    + "|(?<word>[\\p{L}_][\\p{L}\\p{N}_$]*)"
                    + "|(?<number>\\d[\\w.]*|\\.\\d[\\w.]*)",
            Pattern.DOTALL);

    /** A literal with its type before it, which a parameter must have behind it. */
    private static final Pattern TYPED = Pattern.compile(
            "\\b(timestamptz|timestamp|date|timetz|time|interval|numeric|inet|cidr|uuid|jsonb|json)\\s+(\\$\\d+)",
            Pattern.CASE_INSENSITIVE);

    /** What stands before a number that is the place of a column and no datum: ORDER BY 1, 2. */
    private static final Pattern BEFORE_PLACE =
            Pattern.compile("\\bby\\s+(?:\\d{1,2}(?:\\s+(?:asc|desc))?\\s*,\\s*)*$", Pattern.CASE_INSENSITIVE);

    private QueryText() {}

    /** The statement, its literals replaced by further parameters; nothing for one that is not about rows. */
    static Optional<String> withoutLiterals(String sql) {
        Matcher parameters = Pattern.compile("\\$(\\d{1,6})").matcher(sql);
        int last = 0;
        while (parameters.find()) {
            last = Math.max(last, Integer.parseInt(parameters.group(1)));
        }
        boolean clear = true;
        StringBuilder text = new StringBuilder();
        Matcher token = TOKEN.matcher(sql);
        while (token.find()) {
            String kept = token.group();
            // Where it ends depends on standard_conforming_strings.
            clear &= token.group("literal") == null || kept.matches("(?s)[eE$].*") || !kept.contains("\\'");
            if (token.group("comment") != null) {
                kept = " ";
            } else if (token.group("literal") != null || (token.group("number") != null && !isPlace(sql, token))) {
                kept = "$" + ++last;
            }
            token.appendReplacement(text, Matcher.quoteReplacement(kept));
        }
        token.appendTail(text);
        String clean = text.toString()
                .lines()
                .map(line -> line.replace('\t', ' ').stripTrailing())
                .filter(line -> !line.isBlank())
                .reduce((a, b) -> a + "\n" + b)
                .orElse("")
                .strip();
        clean = TYPED.matcher(clean).replaceAll("$2::$1");
        String first = clean.replaceFirst("^\\(+", "").split("[^A-Za-z]", 2)[0].toLowerCase(Locale.ROOT);
        // What is left of a comment inside a comment.
        clear &= !clean.contains("*/");
        return clear && KEPT.contains(first) ? Optional.of(clean) : Optional.empty();
    }

    private static boolean isPlace(String sql, Matcher token) {
        String before = sql.substring(Math.max(0, token.start() - 60), token.start());
        return token.group().matches("\\d{1,2}") && BEFORE_PLACE.matcher(before).find();
    }
}
