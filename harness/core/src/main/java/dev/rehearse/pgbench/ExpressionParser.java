package dev.rehearse.pgbench;

import dev.rehearse.plan.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression by the precedence that pgbench takes from SQL, from loose to tight: OR; AND; NOT; IS; comparisons; bits; sums;
 * products; signs. Comparisons do not chain. For one expression, in one thread.
 */
final class ExpressionParser {

    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int IS = 4;
    private static final int COMPARISON = 5;
    private static final int BITS = 6;
    private static final int SUM = 7;
    private static final int PRODUCT = 8;
    private static final String DEFAULT_SEED = "default_seed";
    private static final Set<String> COMPARISONS = Set.of("<", ">", "=", "<=", ">=", "<>", "!=");
    private static final Set<String> BIT_OPERATORS = Set.of("|", "&", "#", "<<", ">>");

    private final Symbols symbols;
    private final List<Token> tokens;
    private int at;

    private ExpressionParser(String text, Symbols symbols) {
        this.symbols = symbols;
        this.tokens = Token.of(text);
    }

    /** @throws ExpressionException where the text is no expression */
    static Expression parse(String text, Symbols symbols) {
        ExpressionParser parser = new ExpressionParser(text, symbols);
        Expression expression = parser.expression(OR);
        if (parser.token().kind() != Token.Kind.END) {
            throw parser.unexpected("an operator or the end of the line");
        }
        return expression;
    }

    private Token token() {
        return tokens.get(at);
    }

    private boolean takes(String symbol) {
        boolean found = token().is(symbol);
        at += found ? 1 : 0;
        return found;
    }

    private boolean takesWord(String word) {
        boolean found = token().isWord(word);
        at += found ? 1 : 0;
        return found;
    }

    private void expect(String symbol) {
        if (!takes(symbol)) {
            throw unexpected(symbol);
        }
    }

    private void expectWord(String word) {
        if (!takesWord(word)) {
            throw unexpected(word.toUpperCase(java.util.Locale.ROOT));
        }
    }

    private ExpressionException unexpected(String wanted) {
        Token token = token();
        String found = token.kind() == Token.Kind.END
                ? "the line ends"
                : "\"" + token.text() + "\" stands at column " + (token.column() + 1) + " of the expression";
        return new ExpressionException(found + " where " + wanted + " is needed");
    }

    private Expression expression(int loosest) {
        Expression left = prefix();
        int closed = Integer.MAX_VALUE;
        while (true) {
            int level = level(token());
            if (level < loosest) {
                return left;
            }
            if (level == closed) {
                throw unexpected("AND, OR or a parenthesis");
            }
            closed = level == COMPARISON ? level : Integer.MAX_VALUE;
            left = infix(left, level);
        }
    }

    /** How tightly the token binds what is on its left; 0: it does not. */
    private static int level(Token token) {
        return switch (token.kind()) {
            case WORD ->
                token.isWord("or")
                        ? OR
                        : token.isWord("and")
                                ? AND
                                : token.isWord("is") || token.isWord("isnull") || token.isWord("notnull") ? IS : 0;
            case SYMBOL -> symbolLevel(token.text());
            default -> 0;
        };
    }

    private static int symbolLevel(String symbol) {
        if (COMPARISONS.contains(symbol)) {
            return COMPARISON;
        }
        if (BIT_OPERATORS.contains(symbol)) {
            return BITS;
        }
        return switch (symbol) {
            case "+", "-" -> SUM;
            case "*", "/", "%" -> PRODUCT;
            default -> 0;
        };
    }

    private Expression infix(Expression left, int level) {
        Token operator = token();
        at++;
        if (level == IS) {
            return test(left, operator);
        }
        Expression right = expression(level + 1);
        return switch (level) {
            case OR -> Operators.or(left, right);
            case AND -> Operators.and(left, right);
            default -> Operators.binary(operator.text(), left, right);
        };
    }

    private Expression test(Expression left, Token operator) {
        if (operator.isWord("isnull")) {
            return Operators.is(left, Value.NULL);
        }
        if (operator.isWord("notnull")) {
            return Operators.not(Operators.is(left, Value.NULL));
        }
        boolean negated = takesWord("not");
        Value expected = constantWord();
        if (expected == null) {
            throw unexpected("NULL, TRUE or FALSE");
        }
        Expression test = Operators.is(left, expected);
        return negated ? Operators.not(test) : test;
    }

    private @Nullable Value constantWord() {
        if (takesWord("null")) {
            return Value.NULL;
        }
        if (takesWord("true")) {
            return Value.TRUE;
        }
        return takesWord("false") ? Value.FALSE : null;
    }

    private Expression prefix() {
        if (takesWord("not")) {
            return Operators.not(expression(NOT + 1));
        }
        if (takes("~")) {
            Expression operand = expression(BITS + 1);
            return Operators.binary("#", state -> Value.of(-1L), operand);
        }
        if (takes("+")) {
            return prefix();
        }
        if (takes("-")) {
            return minus();
        }
        return primary();
    }

    private Expression minus() {
        if (token().kind() == Token.Kind.INTEGER && token().text().equals("9223372036854775808")) {
            at++;
            return constant(Value.of(Long.MIN_VALUE));
        }
        Expression operand = prefix();
        return Operators.binary("-", constant(Value.of(0L)), operand);
    }

    private static Expression constant(Value value) {
        return state -> value;
    }

    private Expression primary() {
        Token token = token();
        switch (token.kind()) {
            case INTEGER -> {
                at++;
                return constant(integer(token.text()));
            }
            case REAL -> {
                at++;
                return constant(real(token.text()));
            }
            case VARIABLE -> {
                at++;
                return variable(token.text());
            }
            case WORD -> {
                return word(token);
            }
            default -> {
                if (!takes("(")) {
                    throw unexpected("a value");
                }
                Expression inner = expression(OR);
                expect(")");
                return inner;
            }
        }
    }

    private static Value integer(String digits) {
        try {
            return Value.of(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            throw new ExpressionException(digits + " does not fit into an integer of 64 bits");
        }
    }

    private static Value real(String digits) {
        try {
            return Value.of(Digits.toDouble(digits));
        } catch (NumberFormatException e) {
            throw new ExpressionException(digits + " does not fit into a double");
        }
    }

    private Expression variable(String name) {
        int number = symbols.index(name);
        return state -> {
            Value value = state.get(number);
            if (value == null) {
                throw new ExpressionException(
                        "the variable :" + name + " has no value; give it one with \\set, or with -D " + name + "=...");
            }
            return value.typed();
        };
    }

    private Expression word(Token token) {
        Value constant = constantWord();
        if (constant != null) {
            return constant(constant);
        }
        if (takesWord("case")) {
            return choice();
        }
        if (!tokens.get(at + 1).is("(")) {
            throw new ExpressionException("\"" + token.text()
                    + "\" is neither a function nor a constant. Variables begin with a colon: :" + token.text());
        }
        if (!Functions.exists(token.text())) {
            Set<String> names = new TreeSet<>();
            Functions.names().forEach(names::add);
            throw new ExpressionException("no function is called \"" + token.text() + "\"."
                    + Suggestions.nearest(token.text(), names) + " There are " + String.join(", ", names) + ".");
        }
        at += 2;
        return Functions.call(token.text(), arguments(), variable(DEFAULT_SEED));
    }

    private List<Expression> arguments() {
        List<Expression> arguments = new ArrayList<>();
        if (takes(")")) {
            return arguments;
        }
        do {
            arguments.add(expression(OR));
        } while (takes(","));
        expect(")");
        return arguments;
    }

    private record When(Expression condition, Expression result) {}

    private Expression choice() {
        List<When> whens = new ArrayList<>();
        expectWord("when");
        do {
            Expression condition = expression(OR);
            expectWord("then");
            whens.add(new When(condition, expression(OR)));
        } while (takesWord("when"));
        Expression otherwise = takesWord("else") ? expression(OR) : constant(Value.NULL);
        expectWord("end");
        return state -> {
            for (When when : whens) {
                if (when.condition.evaluate(state).holds()) {
                    return when.result.evaluate(state);
                }
            }
            return otherwise.evaluate(state);
        };
    }
}
