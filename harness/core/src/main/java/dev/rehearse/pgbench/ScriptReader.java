package dev.rehearse.pgbench;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.sql.OpaqueText;
import dev.rehearse.sql.RoutineBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a script into statements and meta commands: a statement ends at a semicolon (but not within the body of a routine) or at a meta command, a meta command at the end of
 * its line unless that ends with a backslash. For one script, in one thread.
 */
final class ScriptReader {

    private final String name;
    private final String text;
    private final Symbols symbols;
    private final MetaCommands commands;
    private int at;
    private int line = 1;
    private final StringBuilder sql = new StringBuilder();
    /** Comments before a statement, which may be meant for an extension of the server's. */
    private final StringBuilder comments = new StringBuilder();

    private int sqlLine;
    private int parentheses;
    private RoutineBody body = new RoutineBody();

    ScriptReader(String name, String text, Symbols symbols) {
        this.name = name;
        this.text = (text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n");
        this.symbols = symbols;
        this.commands = new MetaCommands(symbols);
    }

    Script read() {
        while (at < text.length()) {
            step(text.charAt(at));
        }
        endStatement();
        List<Command> read = commands.finish();
        if (read.isEmpty()) {
            throw new InvalidRehearsalException(
                    "The script " + name + " has no commands. Write at least one statement into it.");
        }
        return new Script(name, read);
    }

    private void step(char c) {
        if (Character.isWhitespace(c) || text.startsWith("--", at) || text.startsWith("/*", at)) {
            blank(c);
        } else if (c == ';' && parentheses == 0 && !body.isOpen()) {
            at++;
            endStatement();
        } else if (c == '\\') {
            backslash();
        } else {
            token(c);
        }
    }

    /** Blanks, and comments to the end of a line, count once a statement has begun. */
    private void blank(char c) {
        int from = at;
        if (Character.isWhitespace(c)) {
            advance();
        } else if (c == '-') {
            at = OpaqueText.endOfLine(text, at);
        } else {
            passOver(OpaqueText.endOfBlockComment(text, at), "a comment", "Close each /* with */");
        }
        if (!sql.isEmpty()) {
            sql.append(text, from, at);
        } else if (c == '/' || !comments.isEmpty() && c != '-') {
            comments.append(text, from, at);
        }
    }

    private void backslash() {
        char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        if (next == ';' || next == ':') {
            begin();
            sql.append(next);
            at += 2;
            return;
        }
        endStatement();
        metaCommand();
    }

    private void begin() {
        if (sql.isEmpty()) {
            sqlLine = line;
            sql.append(comments);
        }
    }

    private void token(char c) {
        begin();
        int from = at;
        if (c == '\'') {
            passOver(OpaqueText.endOfString(text, at), "a quoted text", "Close it with '");
        } else if (c == '"') {
            passOver(OpaqueText.endOfName(text, at), "a quoted text", "Close it with \"");
        } else if (c == '$') {
            dollar();
        } else if (Symbols.startsName(c) && !followsName()) {
            word();
        } else {
            parentheses += c == '(' ? 1 : c == ')' && parentheses > 0 ? -1 : 0;
            at++;
        }
        sql.append(text, from, at);
    }

    /** A name of SQL's, which may have dollar signs in it, or of a variable, which may not. */
    private void word() {
        int from = at;
        boolean isVariable = from > 0 && text.charAt(from - 1) == ':';
        while (at < text.length()
                && (Symbols.continuesName(text.charAt(at)) || text.charAt(at) == '$' && !isVariable)) {
            at++;
        }
        if (parentheses == 0 && !isVariable) {
            body.follow(text.substring(from, at));
        }
    }

    private boolean followsName() {
        return at > 0 && Symbols.continuesName(text.charAt(at - 1));
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
            throw broken(line, at, what + " that begins here does not end. " + advice);
        }
        while (at < partEnd) {
            advance();
        }
    }

    private void endStatement() {
        String statement = sql.toString().strip();
        sql.setLength(0);
        comments.setLength(0);
        parentheses = 0;
        body = new RoutineBody();
        if (!statement.isEmpty()) {
            commands.add(new Command.Sql(where(sqlLine), SqlText.of(statement, symbols), Command.Rows.DROPPED, ""));
        }
    }

    private void metaCommand() {
        int first = line;
        int from = at;
        StringBuilder words = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '\n') {
            if (text.startsWith("\\\n", at)) {
                words.append(' ');
                at++;
                advance();
            } else {
                words.append(text.charAt(at++));
            }
        }
        try {
            commands.add(where(first), words.toString());
        } catch (ExpressionException e) {
            throw broken(first, from, "\\" + words.toString().strip() + "\n  " + problem(e));
        }
    }

    private static String problem(ExpressionException e) {
        @Nullable String message = e.getMessage();
        return message == null ? "it is no command" : message;
    }

    private void advance() {
        if (text.charAt(at++) == '\n') {
            line++;
        }
    }

    private String where(int onLine) {
        return name + ":" + onLine;
    }

    private InvalidRehearsalException broken(int onLine, int from, String what) {
        int column = from - text.lastIndexOf('\n', from - 1);
        return new InvalidRehearsalException(where(onLine) + ":" + column + ": " + what);
    }
}
