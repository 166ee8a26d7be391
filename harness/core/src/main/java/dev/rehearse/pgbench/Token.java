package dev.rehearse.pgbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A word of an expression.
 *
 * @param text as written; of a variable without its colon
 * @param column where it begins, from 0
 */
record Token(Kind kind, String text, int column) {

    enum Kind {
        INTEGER,
        REAL,
        VARIABLE,
        WORD,
        SYMBOL,
        END
    }

    private static final Set<String> PAIRS = Set.of("<<", ">>", "<=", ">=", "<>", "!=");
    private static final String SINGLES = "+-*/%=<>|&#~(),";

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    /** All of the text's, and an END. */
    static List<Token> of(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            Token token = next(text, at);
            tokens.add(token);
            at += token.text.length() + (token.kind == Kind.VARIABLE ? 1 : 0);
        }
        tokens.add(new Token(Kind.END, "", text.length()));
        return tokens;
    }

    private static Token next(String text, int at) {
        char c = text.charAt(at);
        if (c == ':' && at + 1 < text.length() && Symbols.startsName(text.charAt(at + 1))) {
            return new Token(Kind.VARIABLE, name(text, at + 1), at);
        }
        if (Symbols.startsName(c)) {
            return new Token(Kind.WORD, name(text, at), at);
        }
        if (isDigit(text, at) || c == '.' && isDigit(text, at + 1)) {
            return number(text, at);
        }
        if (at + 1 < text.length() && PAIRS.contains(text.substring(at, at + 2))) {
            return new Token(Kind.SYMBOL, text.substring(at, at + 2), at);
        }
        if (SINGLES.indexOf(c) >= 0) {
            return new Token(Kind.SYMBOL, String.valueOf(c), at);
        }
        throw new ExpressionException("the character " + c + " means nothing in an expression");
    }

    private static Token number(String text, int from) {
        int at = digits(text, from);
        boolean real = false;
        if (at < text.length() && text.charAt(at) == '.') {
            real = true;
            at = digits(text, at + 1);
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            boolean signed = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0;
            int exponent = at + (signed ? 2 : 1);
            if (isDigit(text, exponent)) {
                real = true;
                at = digits(text, exponent);
            }
        }
        return new Token(real ? Kind.REAL : Kind.INTEGER, text.substring(from, at), from);
    }

    private static String name(String text, int from) {
        int at = from;
        while (at < text.length() && Symbols.continuesName(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private static int digits(String text, int from) {
        int at = from;
        while (isDigit(text, at)) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(String text, int at) {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }
}
