package dev.rehearse.serverlog;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which statements are replayed. Where nothing may be written these are reads and what transactions are made of; the sessions are read-only
 * besides, so that a read that turns out to write fails, and what would lift that is left out or turned round. Stateless.
 */
final class Replayable {

    private static final Set<String> READING = Set.of(
            "SELECT",
            "WITH",
            "VALUES",
            "TABLE",
            "SHOW",
            "EXPLAIN",
            "DECLARE",
            "FETCH",
            "MOVE",
            "CLOSE",
            "PREPARE",
            "EXECUTE",
            "DEALLOCATE");
    private static final Set<String> BLOCKS =
            Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE");
    private static final Set<String> SETTINGS = Set.of("SET", "RESET", "DISCARD");
    private static final Pattern FIRST_WORD = Pattern.compile(
            "(?:\\s++|\\(|--[^\\n]*+(?:\\n|$)|/\\*(?:[^*]++|\\*(?!/))*+\\*/)*+([A-Za-z]+)", Pattern.DOTALL);
    private static final Pattern COPY_DATA = Pattern.compile(
            "\\bCOPY\\b.*\\b(FROM\\s+STDIN|TO\\s+STDOUT)\\b", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern READ_WRITE = Pattern.compile("\\bREAD\\s+WRITE\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern LIFTING =
            Pattern.compile("\\bWRITE\\b|\\b(RESET|DISCARD)\\s+ALL\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern MODE = Pattern.compile("transaction_read_only", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAMED_TRANSACTION =
            Pattern.compile("\\bPREPARED\\b|\\bTRANSACTION\\s*'", Pattern.CASE_INSENSITIVE);

    private Replayable() {}

    /** In capitals; empty where it begins with none. */
    static String firstWord(String sql) {
        Matcher first = FIRST_WORD.matcher(sql);
        return first.lookingAt() ? first.group(1).toUpperCase(Locale.ROOT) : "";
    }

    /**
     * The statement, in the form in which it is replayed; null where it is not, which is among the findings then. Of a COPY that failed the
     * failure alone is left, which undoes what its transaction wrote.
     */
    static @Nullable LoggedStatement of(LoggedStatement statement, boolean writes, Findings findings) {
        String sql = statement.sql();
        if (COPY_DATA.matcher(sql).find()) {
            if (writes && statement.failure() != null) {
                return statement.saying("");
            }
            findings.leaveOut("COPY, whose data is not in the log", statement.place(), "");
            return null;
        }
        if (writes) {
            return statement;
        }
        String word = firstWord(sql);
        boolean isBlock = BLOCKS.contains(word);
        if (!isBlock && !READING.contains(word) && !SETTINGS.contains(word)) {
            findings.leaveOut("statements that may write", statement.place(), word);
            return null;
        }
        if (NAMED_TRANSACTION.matcher(sql).find() && (isBlock || word.equals("PREPARE"))) {
            findings.leaveOut("prepared transactions", statement.place(), "");
            return null;
        }
        boolean isControl = isBlock || SETTINGS.contains(word);
        String readOnly = isControl ? READ_WRITE.matcher(sql).replaceAll("READ ONLY") : sql;
        if (isControl && LIFTING.matcher(readOnly).find() || MODE.matcher(sql).find()) {
            findings.leaveOut("what would let a session write", statement.place(), "");
            return null;
        }
        return statement.saying(readOnly);
    }
}
