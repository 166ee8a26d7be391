package dev.rehearse.data.anonymize.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the string literals of SQL, those inside of bodies of functions too. Stateless. */
public final class SqlLiterals {

    /**
     * Whatever an apostrophe may stand in: a comment, a quoted name, a literal, a body between two equal tags. Possessive, since a literal may be
     * longer than the stack of a matcher that could go back is deep.
     */
    private static final Pattern TOKEN = Pattern.compile(
            "(?<comment>--[^\\n]*+|/\\*.*?\\*/)|\"[^\"]*+\""
                    // A key of a document is a name.
                    + "|->>?\\s*+'(?:[^']++|'')*+'"
                    + "|(?<![\\w$])[eE]'(?<escaped>(?:[^'\\\\]++|''|\\\\.)*+)'|'(?<plain>(?:[^']++|'')*+)'"
                    + "|(?<![\\w$])\\$(?<tag>(?:[\\p{L}_][\\p{L}\\d_]*+)?+)\\$(?<body>.*?)\\$\\k<tag>\\$",
            Pattern.DOTALL);

    private SqlLiterals() {}

    /** What stands between their apostrophes, as it is written there. */
    public static List<String> of(String sql) {
        List<String> literals = new ArrayList<>();
        collect(sql, false, literals, new ArrayList<>());
        return literals;
    }

    /** What stands neither in literals nor in comments: key words and names, those in bodies of functions too. */
    public static String names(String sql) {
        StringBuilder names = new StringBuilder();
        Matcher token = TOKEN.matcher(sql);
        int done = 0;
        while (token.find()) {
            names.append(sql, done, token.start()).append(' ');
            if (token.group("body") != null) {
                names.append(names(token.group("body"))).append(' ');
            } else if (token.group().startsWith("\"")) {
                names.append(token.group()).append(' ');
            }
            done = token.end();
        }
        return names.append(sql, done, sql.length()).toString();
    }

    /** The comments in bodies of functions. */
    public static List<String> commentsInBodies(String sql) {
        List<String> comments = new ArrayList<>();
        Matcher token = TOKEN.matcher(sql);
        while (token.find()) {
            if (token.group("body") != null) {
                collect(token.group("body"), true, new ArrayList<>(), comments);
            }
        }
        return comments;
    }

    /** @param inBody whether it is the body of a function, in which a line between dollars is a text and not a body itself */
    private static void collect(String sql, boolean inBody, List<String> literals, List<String> comments) {
        Matcher token = TOKEN.matcher(sql);
        while (token.find()) {
            String plain = token.group("plain");
            String escaped = token.group("escaped");
            String body = token.group("body");
            if (plain != null) {
                literals.add(plain);
            } else if (escaped != null) {
                literals.add(escaped);
            } else if (body != null) {
                if (inBody && body.indexOf('\n') < 0) {
                    literals.add(body);
                }
                collect(body, true, literals, comments);
            } else if (token.group("comment") != null) {
                comments.add(token.group("comment"));
            }
        }
    }
}
