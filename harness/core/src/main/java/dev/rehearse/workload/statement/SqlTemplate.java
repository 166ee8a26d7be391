package dev.rehearse.workload.statement;

import dev.rehearse.sql.OpaqueText;
import java.util.ArrayList;
import java.util.List;

/**
 * One SQL statement with {@code :name} parameters, taken apart: knows quotes, dollar quotes, comments and {@code ::} casts.
 *
 * @param jdbcSql the statement as pgjdbc takes it: {@code ?} for each parameter, {@code ??} for a question mark
 * @param parameters names in the order of their question marks
 * @param skeleton {@code jdbcSql} with everything inside quotes, comments and parentheses blanked out, same length: what the top level says
 */
public record SqlTemplate(String jdbcSql, List<String> parameters, String skeleton) {

    public SqlTemplate {
        parameters = List.copyOf(parameters);
    }

    public static SqlTemplate parse(String sql) {
        return new Scanner(sql, false).scan();
    }

    /** A statement that is written for JDBC already: its question marks are parameters without names. */
    public static SqlTemplate ofJdbc(String sql) {
        return new Scanner(sql, true).scan();
    }

    private static final class Scanner {
        private final String sql;
        private final boolean isJdbc;
        private final StringBuilder jdbc = new StringBuilder();
        private final StringBuilder skeleton = new StringBuilder();
        private final List<String> names = new ArrayList<>();
        private int at;
        private int depth;

        Scanner(String sql, boolean isJdbc) {
            this.isJdbc = isJdbc;
            String trimmed = sql.strip();
            while (trimmed.endsWith(";")) {
                trimmed = trimmed.substring(0, trimmed.length() - 1).strip();
            }
            this.sql = trimmed;
        }

        SqlTemplate scan() {
            while (at < sql.length()) {
                char c = sql.charAt(at);
                if (c == '\'') {
                    opaque(OpaqueText.endOfString(sql, at));
                } else if (c == '"') {
                    quotedIdentifier();
                } else if (sql.startsWith("--", at)) {
                    opaque(OpaqueText.endOfLine(sql, at));
                } else if (sql.startsWith("/*", at)) {
                    opaque(OpaqueText.endOfBlockComment(sql, at));
                } else if (c == '$' && !OpaqueText.dollarTag(sql, at).isEmpty()) {
                    opaque(OpaqueText.endOfDollarQuote(sql, at, OpaqueText.dollarTag(sql, at)));
                } else if (c == ':' && !isJdbc) {
                    colon();
                } else {
                    plain(c);
                }
            }
            return new SqlTemplate(jdbc.toString(), names, skeleton.toString());
        }

        private void plain(char c) {
            if (c == ')') {
                depth--;
            }
            boolean visible = depth == 0 && c != '?';
            if (c == '(') {
                depth++;
            }
            String text = c == '?' && !isJdbc ? "??" : String.valueOf(c);
            jdbc.append(text);
            skeleton.append(visible ? text : " ".repeat(text.length()));
            at++;
        }

        private void colon() {
            if (sql.startsWith("::", at) || sql.startsWith(":=", at)) {
                for (int end = at + 2; at < end; ) {
                    plain(sql.charAt(at));
                }
                return;
            }
            int end = at + 1;
            while (end < sql.length() && isNamePart(sql.charAt(end), end > at + 1)) {
                end++;
            }
            if (end == at + 1) {
                plain(':');
                return;
            }
            names.add(sql.substring(at + 1, end));
            jdbc.append('?');
            skeleton.append(' ');
            at = end;
        }

        private static boolean isNamePart(char c, boolean digitsToo) {
            return c == '_' || Character.isLetter(c) || digitsToo && Character.isDigit(c);
        }

        /** pgjdbc knows quotes and comments itself, so nothing in them is doubled. */
        private void opaque(int partEnd) {
            int end = partEnd == OpaqueText.UNENDED ? sql.length() : partEnd;
            jdbc.append(sql, at, end);
            skeleton.append(" ".repeat(end - at));
            at = end;
        }

        private void quotedIdentifier() {
            int from = at;
            opaque(OpaqueText.endOfName(sql, at));
            if (depth == 0) {
                skeleton.replace(skeleton.length() - (at - from), skeleton.length(), sql.substring(from, at));
            }
        }
    }
}
