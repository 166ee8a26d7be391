package dev.rehearse.sql;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What other databases have in their definitions of tables and PostgreSQL does not: of a project that serves several by the same scripts, which
 * its program writes anew for PostgreSQL as it runs them. Stateless.
 */
public final class OtherSql {

    private static final String TYPES =
            "(?:tiny|medium|long)?blob|(?:tiny|medium|long)text|(?:tiny|medium)int|datetime2?|n?clob|nvarchar2?|varchar2|number|uniqueidentifier";

    private static final String COUNTS_UP = "auto_?increment";

    private static final Pattern OF_TABLE = Pattern.compile(
            "(?is)(create\\s+((global|local)\\s+)?(temp(orary)?\\s+|unlogged\\s+)?|alter\\s+)table\\b.*");

    /** A quote that is doubled ends one text and begins the next. */
    private static final Pattern ASIDE = Pattern.compile("(?s)--[^\\n]*|/\\*.*?\\*/|'[^']*'|\"[^\"]*\"");

    /** A column's type, where a name comes before it and the end or a constraint of the column after it; or a word that only they have. */
    private static final Pattern WORD = Pattern.compile("(?i)(?<![.\\w])[a-z_]\\w*\\s+(?<type>" + TYPES
            + ")(\\s*\\([^)]*\\))?\\s*(?=,|\\)|$|(not|null|unique|default|primary|check|references|" + COUNTS_UP
            + ")\\b)|\\b" + COUNTS_UP + "\\b|`\\w[^`]*`");

    /** What comes before a name that is no column's type. */
    private static final Pattern NO_COLUMN = Pattern.compile(
            "(?i)(column|to|exists|key|drop|and|or|not|as|table|references|like|of|partition|schema|constraint|index|trigger|inherit|on|select)\\s.*");

    private static final Pattern REFUSED = Pattern.compile(
            "(?i)type \"(?<type>" + TYPES + ")\" does not exist|at or near \"(?<word>" + COUNTS_UP + "|`)");

    private OtherSql() {}

    /** The first such word of a statement, as it stands there; empty where it has none, or defines no table. */
    public static Optional<String> wordOf(String statement) {
        if (!OF_TABLE.matcher(statement.strip()).matches()) {
            return Optional.empty();
        }
        // A name in quotes is that of any column.
        String bare = ASIDE.matcher(statement).replaceAll(aside -> aside.group().startsWith("\"") ? "x" : " ");
        Matcher word = WORD.matcher(bare);
        for (boolean found = word.find(); found; found = word.find(word.end("type"))) {
            if (word.group("type") == null) {
                return Optional.of(word.group());
            }
            if (!NO_COLUMN.matcher(word.group()).lookingAt()) {
                return Optional.of(word.group("type"));
            }
        }
        return Optional.empty();
    }

    /** A sentence on such a word that a server's message, or what a tool printed of it, refuses; empty where it is about something else. */
    public static Optional<String> adviceOn(String message) {
        Matcher refused = REFUSED.matcher(message);
        return refused.find()
                ? Optional.of(advice(Objects.requireNonNullElse(refused.group("type"), refused.group("word"))))
                : Optional.empty();
    }

    /** A sentence on such a word. */
    public static String advice(String word) {
        return word
                + " is a word of other databases, not of PostgreSQL: where the project's program writes its scripts anew for PostgreSQL as it runs"
                + " them, let that program migrate, by commands (migration: { command: ... }).";
    }
}
