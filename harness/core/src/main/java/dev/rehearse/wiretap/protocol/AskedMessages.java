package dev.rehearse.wiretap.protocol;

import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a session's client has itself asked for the server's messages at DEBUG or LOG, by
 * <a href="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-CLIENT-MIN-MESSAGES">client_min_messages</a>. What the server
 * sends of them without being asked by the client, it sends because of the tap. Guarded by its {@code Conversation}.
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

    private final boolean atLogin;
    private boolean committed;
    private boolean now;
    private boolean onlyForTransaction;

    public AskedMessages(boolean atLogin) {
        this.atLogin = atLogin;
        this.committed = atLogin;
        this.now = atLogin;
    }

    public boolean includeServersWords() {
        return now;
    }

    /** A statement begins: what the server says from now on may be what it asks for. */
    public void begins(String sql) {
        boolean maySet = sql.contains(NAME) || sql.contains("CLIENT_MIN_MESSAGES");
        if (maySet) {
            Matcher set = SET.matcher(sql.toLowerCase(Locale.ROOT));
            while (set.find()) {
                boolean function = set.group(3) != null;
                now = includesWords(function ? set.group(3) : set.group(2));
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
