package dev.rehearse.wiretap.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement that does nothing but set {@code client_min_messages} above what the tap needs to hear, alone or with other settings, as Rails, Sequelize and the dumps of
 * pg_dump do. On its way it is made one of the same length that lets the server go on at DEBUG, so that the tap still hears of rewrites, scans
 * and index builds; that the client gets no more than it asked for is {@link AskedMessages}' to see. Stateless.
 */
public final class SilencingStatement {

    /** Longer than any such statement. */
    private static final int LONGEST = 200;

    /** With the name of a prepared statement. */
    private static final int LONGEST_BODY = 300;

    /** At the beginning of a statement, which what {@link #ONLY_SETS} takes has nowhere else. */
    private static final Pattern SETS = Pattern.compile(
            "(?:^|;)\\s*set\\s+(?:session\\s+|local\\s+)?client_min_messages\\s*(?:=|\\bto\\b)\\s*(('?)(notice|warning|error|fatal|panic)\\2)"
                    + "(?=\\s*(?:;|/\\*|$))",
            Pattern.CASE_INSENSITIVE);

    /**
     * Other settings beside it, as Sequelize sends them, and a comment for whoever reads the server's log. None with a semicolon, a
     * backslash or a dollar sign in what is quoted, nor another comment: there a setting may be a part of a value.
     */
    private static final Pattern ONLY_SETS = Pattern.compile(
            "(?:\\s*set\\s(?:[^;'\"/$\\\\-]|-(?!-)|'[^';\\\\]*'|\"[^\"';]*\")*(?:;|$|(?=/\\*)))+\\s*(?:/\\*[^*;]*\\*/\\s*;?\\s*)?",
            Pattern.CASE_INSENSITIVE);

    private SilencingStatement() {}

    /** Whether a statement is one. */
    public static boolean isOne(String sql) {
        return sql.length() <= LONGEST
                && SETS.matcher(sql).find()
                && ONLY_SETS.matcher(sql).matches();
    }

    /** Whether a client's message may be one, by its type and length alone. */
    public static boolean mayBe(byte type, int bodyLength) {
        return (type == 'Q' || type == 'P') && bodyLength <= LONGEST_BODY;
    }

    /**
     * Changes it, where it is one.
     *
     * @param body the whole body of a Query or a Parse; its position and its length stay
     */
    public static void undo(byte type, ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        // A character for each byte.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int from = type == 'P' ? text.indexOf('\0') + 1 : 0;
        int to = text.indexOf('\0', from);
        String sql = to < 0 ? "" : text.substring(from, to);
        if (!isOne(sql)) {
            return;
        }
        for (Matcher sets = SETS.matcher(sql); sets.find(); ) {
            // The shorter one is another name of debug2.
            String level = sets.group(2) + (sets.group(3).length() >= 6 ? "debug1" : "debug") + sets.group(2);
            int length = sets.end(1) - sets.start(1);
            body.put(
                    body.position() + from + sets.start(1),
                    (level + " ".repeat(length - level.length())).getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
