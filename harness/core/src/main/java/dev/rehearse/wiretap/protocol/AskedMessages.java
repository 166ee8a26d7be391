package dev.rehearse.wiretap.protocol;

import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of the server's messages a session's client has itself asked for, by
 * <a href="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-CLIENT-MIN-MESSAGES">client_min_messages</a>. What the server
 * sends beyond, it sends because of the tap. Guarded by its {@code Conversation}.
 */
public final class AskedMessages {

    private static final String NAME = "client_min_messages";
    private static final Pattern SET =
            Pattern.compile("\\bset\\s+(local\\s+|session\\s+)?client_min_messages\\s*(?:=|\\bto\\b)\\s*'?(\\w+)"
                    + "|\\bset_config\\s*\\(\\s*'client_min_messages'\\s*,\\s*'(\\w+)'\\s*,\\s*(\\w+)");
    private static final Pattern FORGET =
            Pattern.compile("\\s*(?:reset\\s+(?:all|client_min_messages)|discard\\s+all)\\b.*", Pattern.DOTALL);
    /** Longer than any statement that resets settings. */
    private static final int LONGEST_RESET = 200;

    /** The least severe that a client gets; INFO it gets always. */
    private enum Level {
        /** DEBUG and LOG. */
        SERVERS_WORDS,
        NOTICE,
        WARNING,
        ERROR;

        static Level of(String value) {
            if (includesWords(value)) {
                return SERVERS_WORDS;
            }
            return switch (value) {
                case "warning" -> WARNING;
                case "error", "fatal", "panic" -> ERROR;
                default -> NOTICE;
            };
        }
    }

    private final Level atLogin;
    private Level committed;
    private Level now;
    private boolean onlyForTransaction;

    /** @param serversWords whether the client asks for those at DEBUG or LOG as it logs in */
    public AskedMessages(boolean serversWords) {
        this.atLogin = serversWords ? Level.SERVERS_WORDS : Level.NOTICE;
        this.committed = atLogin;
        this.now = atLogin;
    }

    /** Whether it has asked for messages of such a severity, as the server names it. */
    public boolean include(String severity) {
        if (isServersWord(severity)) {
            return now == Level.SERVERS_WORDS;
        }
        return switch (severity) {
            case "NOTICE" -> now.compareTo(Level.NOTICE) <= 0;
            case "WARNING" -> now.compareTo(Level.WARNING) <= 0;
            default -> true;
        };
    }

    /** Whether it is about what the server does: at DEBUG or LOG. */
    public static boolean isServersWord(String severity) {
        return severity.startsWith("DEBUG") || severity.equals("LOG");
    }

    /** A statement begins: what the server says from now on may be what it asks for. */
    public void begins(String sql) {
        boolean maySet = sql.contains(NAME) || sql.contains("CLIENT_MIN_MESSAGES");
        if (maySet) {
            Matcher set = SET.matcher(sql.toLowerCase(Locale.ROOT));
            while (set.find()) {
                boolean function = set.group(3) != null;
                Level level = Level.of(function ? set.group(3) : set.group(2));
                // What the tap has not undone the server heeds itself.
                now = level == Level.SERVERS_WORDS || SilencingStatement.isOne(sql) ? level : Level.NOTICE;
                onlyForTransaction = function
                        ? set.group(4).startsWith("t")
                        : set.group(1) != null && set.group(1).startsWith("local");
            }
        }
        if (sql.length() < LONGEST_RESET && (maySet || startsLikeReset(sql))) {
            if (FORGET.matcher(sql.toLowerCase(Locale.ROOT)).matches()) {
                now = atLogin;
                onlyForTransaction = false;
            }
        }
    }

    private static boolean startsLikeReset(String sql) {
        return sql.regionMatches(true, 0, "reset", 0, 5) || sql.regionMatches(true, 0, "discard", 0, 7);
    }

    /** A statement has ended: settings follow their transaction. */
    public void ended(boolean succeeded, @Nullable String tag, Transaction transaction) {
        if (transaction != Transaction.IDLE) {
            return;
        }
        if (succeeded && !"ROLLBACK".equals(tag) && !onlyForTransaction) {
            committed = now;
        }
        now = committed;
        onlyForTransaction = false;
    }

    /** Whether a value of client_min_messages lets messages below NOTICE through. */
    static boolean includesWords(String level) {
        return level.startsWith("debug") || level.startsWith("log");
    }
}
