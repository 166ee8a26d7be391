package dev.rehearse.sql;

import dev.rehearse.InvalidRehearsalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a script at its semicolons, by the rules of
 * <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">Lexical Structure</a> and with psql's exceptions: a semicolon within
 * parentheses (CREATE RULE) or within BEGIN ATOMIC ... END ends nothing. Assumes {@code standard_conforming_strings}, the default.
 */
final class SqlScanner {

    private static final int WORDS_KEPT = 400;

    private final String name;
    private final String text;
    private final List<Scanned> statements = new ArrayList<>();
    private int at;
    private int line = 1;

    private int start = -1;
    private int startLine;
    private int end;
    private int parentheses;
    private RoutineBody body = new RoutineBody();
    private List<String> words = new ArrayList<>();

    /** A statement with its unquoted words, in upper case. */
    record Scanned(SqlStatement statement, List<String> words) {

        String word(int index) {
            return index < words.size() ? words.get(index) : "";
        }
    }

    SqlScanner(String name, String text) {
        this.name = name;
        this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    List<Scanned> scan() {
        while (at < text.length()) {
            step(text.charAt(at));
        }
        finish();
        return statements;
    }

    private void step(char c) {
        if (Character.isWhitespace(c)) {
            advance();
        } else if (c == '-' && next() == '-') {
            at = OpaqueText.endOfLine(text, at);
        } else if (c == '/' && next() == '*') {
            passOver(OpaqueText.endOfBlockComment(text, at), "a comment", "Comments nest: close each /* with */");
        } else if (c == ';' && parentheses == 0 && !body.isOpen()) {
            at++;
            finish();
        } else if (c == '\\' && !(start >= 0 && parentheses > 0)) {
            metaCommand();
        } else {
            token(c);
        }
    }

    private void token(char c) {
        if (start < 0) {
            start = at;
            startLine = line;
        }
        if (c == '\'') {
            string();
        } else if (c == '"') {
            passOver(OpaqueText.endOfName(text, at), "a quoted name", "Close it with \"");
        } else if (c == '$') {
            dollar();
        } else if (OpaqueText.startsName(c)) {
            word();
        } else if (c == '{' && (next() == '{' || next() == '%')) {
            throw template();
        } else {
            if (c == '(' || c == '[') {
                parentheses++;
            } else if (c == ')' || c == ']') {
                parentheses = Math.max(0, parentheses - 1);
            } else if (c == 0) {
                throw broken(line, "a zero byte", "The file is not text in UTF-8; save it as such");
            }
            at++;
        }
        end = at;
    }

    private void word() {
        int from = at;
        while (at < text.length() && OpaqueText.continuesName(text.charAt(at))) {
            at++;
        }
        String word = text.substring(from, at).toUpperCase(Locale.ROOT);
        boolean prefix = at < text.length() && text.charAt(at) == '\'' && (word.equals("E") || word.equals("N"));
        if (prefix) {
            string();
            return;
        }
        if (words.size() < WORDS_KEPT) {
            words.add(word);
        }
        if (parentheses == 0) {
            body.follow(word);
        }
    }

    private void string() {
        passOver(OpaqueText.endOfString(text, at), "a string", "Close it with '");
    }

    private void dollar() {
        String tag = OpaqueText.dollarTag(text, at);
        if (tag.isEmpty()) {
            at++;
        } else {
            passOver(OpaqueText.endOfDollarQuote(text, at, tag), "a dollar-quoted text", "Close it with " + tag);
        }
    }

    private void passOver(int partEnd, String what, String advice) {
        if (partEnd == OpaqueText.UNENDED) {
            throw broken(line, what + " that begins here and does not end", advice);
        }
        while (at < partEnd) {
            advance();
        }
    }

    /** pg_dump writes \restrict and \\unrestrict, which mean nothing outside psql; all others would be lost. */
    private void metaCommand() {
        int from = at;
        at = OpaqueText.endOfLine(text, at);
        String command = text.substring(from, at).strip();
        if (start < 0 && (command.startsWith("\\restrict") || command.startsWith("\\unrestrict"))) {
            return;
        }
        throw broken(
                line,
                "the psql command " + command,
                "Only psql knows such commands; Rehearse sends SQL to the server itself. Write it as SQL, or put"
                        + " what it includes into the list of scripts");
    }

    private InvalidRehearsalException template() {
        int close = text.indexOf(next() == '{' ? "}}" : "%}", at);
        String part = text.substring(at, close < 0 ? text.length() : close + 2);
        return broken(
                line,
                part.lines().findFirst().orElse(part) + ", which only a template has",
                "SQL is what the project's own program makes of it: let that program migrate, by migration: { command: ... }, or"
                        + " name scripts that it has made");
    }

    private void finish() {
        if (start >= 0) {
            String sql = text.substring(start, end);
            int first = startLine;
            List<String> said = List.copyOf(words);
            String copyData = takesData(said) ? takeCopyData(first) : null;
            statements.add(new Scanned(new SqlStatement(sql, first, copyData), said));
        }
        start = -1;
        parentheses = 0;
        body = new RoutineBody();
        words = new ArrayList<>();
    }

    private static boolean takesData(List<String> words) {
        int from = words.indexOf("FROM");
        return !words.isEmpty()
                && words.get(0).equals("COPY")
                && from > 0
                && from + 1 < words.size()
                && words.get(from + 1).equals("STDIN");
    }

    private String takeCopyData(int copyLine) {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
        advanceIfPossible();
        int from = at;
        while (at < text.length()) {
            int lineEnd = text.indexOf('\n', at);
            int stop = lineEnd < 0 ? text.length() : lineEnd;
            if (text.substring(at, stop).stripTrailing().equals("\\.")) {
                String data = text.substring(from, at);
                at = stop;
                return data;
            }
            at = stop;
            advanceIfPossible();
        }
        throw broken(copyLine, "COPY ... FROM stdin whose data does not end", "End it with a line that is \\.");
    }

    private void advanceIfPossible() {
        if (at < text.length()) {
            advance();
        }
    }

    private void advance() {
        char c = text.charAt(at++);
        if (c == '\n' || c == '\r' && (at >= text.length() || text.charAt(at) != '\n')) {
            line++;
        }
    }

    private char next() {
        return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    private InvalidRehearsalException broken(int where, String what, String advice) {
        return new InvalidRehearsalException(name + ":" + where + ": " + what + ". " + advice + ".");
    }
}
