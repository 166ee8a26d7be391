package dev.rehearse.plan;

import dev.rehearse.sql.SqlScripts;

/**
 * A script, read once when the plan was.
 *
 * @param name as the plan names it, for messages ("V7__widen.sql")
 * @param text its SQL
 * @param transaction whether its statements run in one transaction; otherwise each commits by itself
 */
public record SqlFile(String name, String text, boolean transaction) {

    public SqlFile {
        Span.that(!text.isBlank(), "The script \"" + name + "\" is empty.");
    }

    /**
     * A script that chooses its own transaction: one for all its statements, unless {@link SqlScripts#transactionOf} finds that it
     * declines it or has a statement that cannot run in one.
     */
    public static SqlFile of(String name, String text) {
        return new SqlFile(name, text, SqlScripts.transactionOf(name, text));
    }
}
