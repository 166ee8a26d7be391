package dev.rehearse.plan;

import java.util.regex.Pattern;

/**
 * A script, read once when the plan was.
 *
 * @param name as the plan names it, for messages ("V7__widen.sql")
 * @param text its SQL
 * @param transaction whether its statements run in one transaction; otherwise each commits by itself
 */
public record SqlFile(String name, String text, boolean transaction) {

    private static final Pattern NO_TRANSACTION =
            Pattern.compile("(?im)^[ \\t]*--[ \\t]*rehearse:[ \\t]*no-transaction[ \\t]*$");

    public SqlFile {
        Span.that(!text.isBlank(), "The script \"" + name + "\" is empty.");
    }

    /**
     * A script that chooses its own transaction: one for all its statements, unless it has a line
     * {@code -- rehearse: no-transaction}, as a script with {@code CREATE INDEX CONCURRENTLY} must.
     */
    public static SqlFile of(String name, String text) {
        return new SqlFile(name, text, !NO_TRANSACTION.matcher(text).find());
    }
}
