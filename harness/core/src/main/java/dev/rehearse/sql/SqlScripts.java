package dev.rehearse.sql;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.sql.SqlScanner.Scanned;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What can be said about a script without a server. Stateless. */
public final class SqlScripts {

    /** At the top of a script: each of its statements commits by itself. */
    public static final String NO_TRANSACTION = "-- rehearse: no-transaction";

    /** Ours, and those of sqlx, goose, sql-migrate, dbmate and postgres-migrations. */
    private static final Pattern NO_TRANSACTION_LINE = Pattern.compile(
            "(?i)\\uFEFF?\\s*--\\s*(?:(?:rehearse:\\s*)?no-transaction|postgres-migrations\\s+disable-transaction|\\+goose\\s+no\\s+transaction"
                    + "|\\+migrate\\s+(?:up|down)\\s+notransaction|migrate:(?:up|down)\\s.*\\btransaction:false\\b.*)\\s*");

    private static final Set<String> TRANSACTION_CONTROL =
            Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT");

    private SqlScripts() {}

    /**
     * Cuts a script into its statements, as psql would: strings, quoted names, dollar quotes, nested comments and the bodies of
     * {@code BEGIN ATOMIC} are kept whole. The data of {@code COPY ... FROM stdin} goes with its statement. A byte order mark is skipped.
     *
     * @param name what messages call the script
     * @throws InvalidRehearsalException with {@code name:line} where a quote or a comment does not end, or where a psql command or a template's part stands
     */
    public static List<SqlStatement> split(String name, String text) {
        return new SqlScanner(name, text)
                .scan().stream().map(Scanned::statement).toList();
    }

    /**
     * Whether a script's statements are to run in one transaction. They are not if its first comment lines include
     * {@value #NO_TRANSACTION} or what sqlx, goose, sql-migrate or dbmate say instead, if it opens or ends transactions itself, or if it has a statement that PostgreSQL refuses within a
     * transaction block (CONCURRENTLY on an index or a detached partition, VACUUM, CREATE DATABASE and the like). The rule rests on the words
     * of each statement, not on a guess by name: a function or a DO block that hides such a statement is not looked into.
     *
     * @throws InvalidRehearsalException as {@link #split}
     */
    public static boolean transactionOf(String name, String text) {
        List<Scanned> statements = new SqlScanner(name, text).scan();
        int comments = statements.isEmpty() ? 0 : statements.get(0).statement().line() - 1;
        boolean declined = text.lines().limit(comments).anyMatch(SqlScripts::declinesTransaction);
        return !declined && statements.stream().noneMatch(s -> controlsTransaction(s) || refusesTransaction(s));
    }

    private static boolean declinesTransaction(String line) {
        return NO_TRANSACTION_LINE.matcher(line).matches();
    }

    private static boolean controlsTransaction(Scanned statement) {
        boolean toSavepoint = statement.word(0).equals("ROLLBACK")
                && (statement.word(1).equals("TO") || statement.word(2).equals("TO"));
        boolean prepares =
                statement.word(0).equals("PREPARE") && statement.word(1).equals("TRANSACTION");
        return prepares || TRANSACTION_CONTROL.contains(statement.word(0)) && !toSavepoint;
    }

    private static boolean refusesTransaction(Scanned statement) {
        List<String> words = statement.words();
        String second = statement.word(1);
        return switch (statement.word(0)) {
            case "VACUUM" -> true;
            case "CREATE" ->
                second.equals("DATABASE")
                        || second.equals("TABLESPACE")
                        || second.equals("SUBSCRIPTION")
                        || indexConcurrently(words);
            case "DROP" ->
                second.equals("DATABASE")
                        || second.equals("TABLESPACE")
                        || second.equals("SUBSCRIPTION")
                        || indexConcurrently(words);
            case "ALTER" ->
                second.equals("SYSTEM")
                        || second.equals("DATABASE") && words.contains("TABLESPACE")
                        || second.equals("TABLE") && words.contains("DETACH") && words.contains("CONCURRENTLY");
            case "REINDEX" ->
                words.contains("CONCURRENTLY")
                        || words.contains("SCHEMA")
                        || words.contains("DATABASE")
                        || words.contains("SYSTEM");
            case "CLUSTER" ->
                !statement.statement().text().contains("\"")
                        && words.stream().allMatch(w -> w.equals("CLUSTER") || w.equals("VERBOSE"));
            case "DISCARD" -> second.equals("ALL");
            default -> false;
        };
    }

    private static boolean indexConcurrently(List<String> words) {
        return words.subList(0, Math.min(4, words.size())).contains("INDEX") && words.contains("CONCURRENTLY");
    }
}
