package dev.rehearse.assess.statement;

import dev.rehearse.assess.words.Words;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement, or several in one message, that only reads, by its text alone. What is in doubt is none: a function of the user's may write,
 * wherever it is called. Where the schema is as it was, what was to be made if it does not exist was there. Stateless.
 */
public final class Reading {

    private static final Pattern PLAIN = Pattern.compile(
            "(?:show|set|reset|begin|start|savepoint|release|deallocate|discard|listen|(?:commit|end|rollback)(?!\\s+prepared))\\b"
                    + "|create\\s+(?:table|schema|extension|index|unique\\s+index)\\s+if\\s+not\\s+exists\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern SELECT = Pattern.compile("select\\b", Pattern.CASE_INSENSITIVE);

    /** What stands before a parenthesis, with its schema. */
    private static final Pattern CALLED = Pattern.compile(
            "(?<![\\w\"])(?:(\"?\\w+\"?)\\s*\\.\\s*)?(\"?\\w+\"?)\\s*\\(", Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern SCHEMA = Pattern.compile("pg_catalog|information_schema");

    /** Words of SQL, types with a length, and functions that tools call to look at a database. */
    private static final Pattern HARMLESS =
            Pattern.compile("all|and|any|array|as|by|case|cast|else|except|exists|filter|from|having|in|intersect"
                    + "|join|lateral|not|on|or|over|row|select|some|then|union|using|values|when|where"
                    + "|bit|char|decimal|numeric|time|timestamp|timestamptz|varchar|varying"
                    + "|array_(?:agg|length|lower|position|to_string|upper)|avg|bool_and|bool_or|coalesce|col_description|concat|count|current_\\w+"
                    + "|format|format_type|generate_(?:series|subscripts)|greatest|has_\\w+_privilege|hashtext|jsonb?_(?:agg|build_object|object_agg)|least"
                    + "|length|lower|max|md5|min|now|nullif|obj_description|quote_(?:ident|literal)|regexp_replace|replace|row_number|set_config|split_part"
                    + "|string_agg|substr|substring|sum|to_(?:char|json|jsonb|regclass|regtype)|trim|unnest|upper|version"
                    + "|_?pg_(?:advisory|backend|char|encoding|expandarray|get|has|is|my|options|postmaster|truetyp|try_advisory|typeof)\\w*"
                    + "|pg_\\w+_(?:is_visible|size)|pg_size_pretty");

    private Reading() {}

    public static boolean isOne(String sql) {
        // Within a literal a semicolon makes parts that do not look like readings.
        return isOneBut(sql, part -> false);
    }

    /** The same, if the functions of the user's that it calls only read. */
    public static boolean isOneButForFunctions(String sql) {
        return isOneBut(sql, part -> SELECT.matcher(part).lookingAt());
    }

    /** The same, but for the parts that are something else. */
    public static boolean isOneBut(String sql, Predicate<String> other) {
        return Arrays.stream(sql.split(";"))
                .map(part -> Words.withoutLeadingComments(part).strip())
                .allMatch(part -> part.isEmpty()
                        || PLAIN.matcher(part).lookingAt()
                        || SELECT.matcher(part).lookingAt() && callsHarmless(part)
                        || other.test(part));
    }

    private static boolean callsHarmless(String select) {
        Matcher called = CALLED.matcher(select.toLowerCase(Locale.ROOT));
        while (called.find()) {
            String schema = called.group(1);
            if (schema != null && !SCHEMA.matcher(schema).matches()
                    || !HARMLESS.matcher(called.group(2)).matches()) {
                return false;
            }
        }
        return true;
    }
}
