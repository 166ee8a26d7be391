package dev.rehearse.workload.statement;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A write whose rows the statement itself gives back: {@code to_json} of the whole row is added to its {@code RETURNING} clause. A
 * whole row in one column of a fixed type leaves the statement's result type alone whatever the migration does to the table, so that
 * accounting for rows never makes a cached plan fail that would not have failed in production.
 *
 * @param table the table written, the root where it is partitioned
 * @param sql the statement as it is sent, with the row as its last result column
 * @param sqlByKey the statement with the row's primary key alone, for rows that may be written and not read whole
 * @param original the statement without either
 */
public record TrackedWrite(Verb verb, Catalog.Table table, String sql, String sqlByKey, String original) {

    public enum Verb {
        INSERT,
        UPDATE,
        DELETE
    }

    private static final String NAME = "(?:\"(?:[^\"]++|\"\")++\"|[A-Za-z_\\x{80}-\\x{FFFF}][\\w$\\x{80}-\\x{FFFF}]*)";
    private static final String TARGET = "(" + NAME + "(?:\\s*\\.\\s*" + NAME + ")?)";
    private static final String FLAGS = "(?is)^\\s*";
    private static final Pattern INSERT =
            Pattern.compile(FLAGS + "INSERT\\s+INTO\\s+" + TARGET + "(?:\\s+AS\\s+(" + NAME + "))?");
    private static final Pattern UPSERT = Pattern.compile("(?i)\\bDO\\s+UPDATE\\b");
    private static final Pattern UPDATE = Pattern.compile(FLAGS + "UPDATE\\s+(?:ONLY\\s+)?" + TARGET
            + "(?:\\s*\\*)?(?:\\s+(?:AS\\s+)?(?!SET\\b)(" + NAME + "))?\\s+SET\\b");
    private static final Pattern DELETE = Pattern.compile(FLAGS + "DELETE\\s+FROM\\s+(?:ONLY\\s+)?" + TARGET
            + "(?:\\s*\\*)?(?:\\s+(?:AS\\s+)?(?!WHERE\\b|USING\\b|RETURNING\\b)(" + NAME + "))?"
            + "\\s*(?:$|(?:WHERE|USING|RETURNING)\\b)");
    private static final Pattern RETURNING = Pattern.compile("(?i)\\bRETURNING\\b");
    private static final Pattern SET_LIST =
            Pattern.compile("(?is)\\bSET\\b(.*?)(?:\\bFROM\\b|\\bWHERE\\b|\\bRETURNING\\b|$)");

    /**
     * Reads a statement's head.
     *
     * @return null if it is no plain write of a table whose rows can be found again
     */
    public static @Nullable TrackedWrite of(SqlTemplate statement, Catalog catalog) {
        for (Verb verb : Verb.values()) {
            Matcher head = pattern(verb).matcher(statement.skeleton());
            if (head.find()) {
                Catalog.Table table = catalog.meant(head.group(1).replaceAll("\\s*\\.\\s*", "."));
                if (table == null || !table.isFindable()) {
                    return null;
                }
                String alias = head.group(2);
                String row = alias != null ? alias : head.group(1).replaceFirst("^.*\\.\\s*(?=" + NAME + "$)", "");
                boolean returns = RETURNING.matcher(statement.skeleton()).find();
                String returning = statement.jdbcSql() + (returns ? "\n, " : "\nRETURNING ");
                String key = table.primaryKey().stream()
                        .map(c -> "'" + c.name().replace("'", "''") + "', " + row + "." + c.sqlName())
                        .collect(Collectors.joining(", "));
                return new TrackedWrite(
                        verb,
                        table,
                        returning + "pg_catalog.to_json(" + row + ".*)::text",
                        returning + "pg_catalog.json_build_object(" + key + ")::text",
                        statement.jdbcSql());
            }
        }
        return null;
    }

    private static Pattern pattern(Verb verb) {
        return switch (verb) {
            case INSERT -> INSERT;
            case UPDATE -> UPDATE;
            case DELETE -> DELETE;
        };
    }

    /** The same write, of whose rows nothing but their keys comes back. */
    public TrackedWrite byKey() {
        return new TrackedWrite(verb, table, sqlByKey, sqlByKey, original);
    }

    public boolean isByKey() {
        return sql.equals(sqlByKey);
    }

    /** Whether no row that was there can be another one after it. */
    public boolean onlyAdds() {
        return verb == Verb.INSERT && !UPSERT.matcher(original).find();
    }

    /** Whether the statement names the column anywhere. */
    public boolean mentions(String column) {
        return Pattern.compile("(?<![\\w$])" + Pattern.quote(column) + "(?![\\w$])", Pattern.CASE_INSENSITIVE)
                .matcher(original)
                .find();
    }

    /** Whether it may give a row another primary key, so that the old one is looked for in vain. */
    public boolean changesKey() {
        if (verb != Verb.UPDATE) {
            return false;
        }
        Matcher list = SET_LIST.matcher(original);
        String assigned = list.find() ? list.group(1).toLowerCase(Locale.ROOT) : "";
        return table.primaryKey().stream()
                .anyMatch(c -> Pattern.compile(
                                "(?<![\\w$.])\"?" + Pattern.quote(c.name().toLowerCase(Locale.ROOT))
                                        + "\"?\\s*=|\\([^()=]*(?<![\\w$])"
                                        + Pattern.quote(c.name().toLowerCase(Locale.ROOT))
                                        + "(?![\\w$])[^()=]*\\)\\s*=")
                        .matcher(assigned)
                        .find());
    }
}
