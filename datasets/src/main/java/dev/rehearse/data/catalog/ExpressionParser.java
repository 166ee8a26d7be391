package dev.rehearse.data.catalog;

import dev.rehearse.data.catalog.Expression.And;
import dev.rehearse.data.catalog.Expression.AnyOf;
import dev.rehearse.data.catalog.Expression.Binary;
import dev.rehearse.data.catalog.Expression.Call;
import dev.rehearse.data.catalog.Expression.ColumnRef;
import dev.rehearse.data.catalog.Expression.Constant;
import dev.rehearse.data.catalog.Expression.IsNull;
import dev.rehearse.data.catalog.Expression.Not;
import dev.rehearse.data.catalog.Expression.Now;
import dev.rehearse.data.catalog.Expression.Or;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads conditions in the form in which pg_get_expr writes them back: fully bracketed, BETWEEN and IN spelled out. What it does not
 * know it refuses, and the caller tries values instead.
 */
public final class ExpressionParser {

    private static final Pattern WHOLE = Pattern.compile("\\d{1,9}");

    /** With what follows it. */
    private static final Pattern ELEMENT =
            Pattern.compile("(?:\"(?<quoted>(?:[^\"\\\\]|\\\\.)*)\"|(?<plain>[^\",{}\\\\]+))[,}]", Pattern.DOTALL);

    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:(?<string>[Ee]?'(?:[^']++|'')*+')|(?<number>\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)"
                    + "|(?<word>\"(?:[^\"]++|\"\")++\"|[A-Za-z_\\x{80}-\\x{10FFFF}][A-Za-z0-9_$\\x{80}-\\x{10FFFF}]*)"
                    + "|(?<symbol>::|[()\\[\\],.]|[-+*/<>=~!@#%^&|`?]+))");
    private static final Set<String> TYPE_WORDS =
            Set.of("varying", "precision", "with", "without", "time", "zone", "day", "second", "year", "month");
    private static final Set<String> COMPARISONS =
            Set.of("=", "<>", "<", "<=", ">", ">=", "~~", "!~~", "~~*", "!~~*", "~", "~*", "!~", "!~*");

    private static final class Unknown extends RuntimeException {
        Unknown(String what) {
            super(what, null, false, false);
        }
    }

    private record Token(String kind, String text) {}

    private final List<Token> tokens = new ArrayList<>();
    private int next;

    private ExpressionParser(String text) {
        Matcher m = TOKEN.matcher(text);
        int end = 0;
        while (end < text.stripTrailing().length()) {
            if (!m.find(end) || m.start() != end) {
                throw new Unknown(text.substring(end));
            }
            end = m.end();
            for (String kind : List.of("string", "number", "word", "symbol")) {
                if (m.group(kind) != null) {
                    tokens.add(new Token(kind, m.group(kind)));
                }
            }
        }
    }

    /** The condition, or nothing when it has a form that is not known here. */
    public static Optional<Expression> parse(String text) {
        try {
            ExpressionParser parser = new ExpressionParser(text);
            Expression expression = parser.or();
            return parser.next == parser.tokens.size() ? Optional.of(expression) : Optional.empty();
        } catch (Unknown e) {
            return Optional.empty();
        }
    }

    private Expression or() {
        List<Expression> parts = new ArrayList<>(List.of(and()));
        while (acceptWord("OR")) {
            parts.add(and());
        }
        return parts.size() == 1 ? parts.get(0) : new Or(parts);
    }

    private Expression and() {
        List<Expression> parts = new ArrayList<>(List.of(not()));
        while (acceptWord("AND")) {
            parts.add(not());
        }
        return parts.size() == 1 ? parts.get(0) : new And(parts);
    }

    private Expression not() {
        return acceptWord("NOT") ? new Not(not()) : comparison();
    }

    private Expression comparison() {
        Expression left = arithmetic();
        if (acceptWord("IS")) {
            boolean negated = acceptWord("NOT");
            Expression test;
            if (acceptWord("NULL")) {
                test = new IsNull(left);
            } else if (acceptWord("TRUE")) {
                test = left;
            } else {
                throw new Unknown("IS");
            }
            return negated ? new Not(test) : test;
        }
        @Nullable String operator = comparisonOperator();
        if (operator != null) {
            if (acceptWord("ANY")) {
                expect("(");
                List<Expression> options = array();
                expect(")");
                return new AnyOf(operator, left, options);
            }
            return new Binary(operator, left, arithmetic());
        }
        return left;
    }

    /** The operator, also where it stands with its schema because the search path does not lead to it; null where there is none. */
    private @Nullable String comparisonOperator() {
        boolean qualified = acceptWord("OPERATOR");
        if (qualified) {
            expect("(");
            next++;
            expect(".");
        }
        if (!peek("symbol") || !COMPARISONS.contains(tokens.get(next).text)) {
            if (qualified) {
                throw new Unknown("OPERATOR");
            }
            return null;
        }
        String operator = tokens.get(next++).text;
        if (qualified) {
            expect(")");
        }
        return operator;
    }

    /** Whole numbers as what they come to, {@code 256 / 8}, where that is the same of any type: casts are not kept. */
    private static Expression computed(String operator, Expression left, Expression right) {
        if (!(left instanceof Constant a
                && right instanceof Constant b
                && WHOLE.matcher(a.text()).matches()
                && WHOLE.matcher(b.text()).matches())) {
            return new Binary(operator, left, right);
        }
        long one = Long.parseLong(a.text());
        long other = Long.parseLong(b.text());
        return switch (operator) {
            case "+" -> new Constant(String.valueOf(one + other));
            case "-" -> new Constant(String.valueOf(one - other));
            case "*" -> new Constant(String.valueOf(one * other));
            case "/" ->
                other == 0 || one % other != 0
                        ? new Binary(operator, left, right)
                        : new Constant(String.valueOf(one / other));
            default -> new Binary(operator, left, right);
        };
    }

    private Expression arithmetic() {
        Expression left = operand();
        while (peek("symbol")
                && !COMPARISONS.contains(tokens.get(next).text)
                && tokens.get(next).text.matches("[-+*/%|]+")) {
            String operator = tokens.get(next++).text;
            left = computed(operator, left, operand());
        }
        return left;
    }

    private Expression operand() {
        Expression operand = primary();
        while (accept("::")) {
            skipType();
        }
        return operand;
    }

    private Expression primary() {
        if (accept("(")) {
            Expression inner = or();
            expect(")");
            return inner;
        }
        if (accept("-")) {
            if (operand() instanceof Constant number) {
                return new Constant("-" + number.text());
            }
            throw new Unknown("-");
        }
        if (next >= tokens.size()) {
            throw new Unknown("end");
        }
        Token token = tokens.get(next++);
        return switch (token.kind) {
            case "number" -> new Constant(token.text);
            case "string" -> string(token.text);
            case "word" -> word(token.text);
            default -> throw new Unknown(token.text);
        };
    }

    private static Expression string(String quoted) {
        if (!quoted.startsWith("'")) {
            String inner = quoted.substring(2, quoted.length() - 1).replace("''", "'");
            return new Constant(inner.replace("\\\\", "\\"));
        }
        return new Constant(quoted.substring(1, quoted.length() - 1).replace("''", "'"));
    }

    private Expression word(String first) {
        String word = first;
        while (accept(".")) {
            if (!peek("word")) {
                throw new Unknown(".");
            }
            word = tokens.get(next++).text;
        }
        if (!word.startsWith("\"")) {
            switch (word.toUpperCase(Locale.ROOT)) {
                case "TRUE":
                    return new Constant("true");
                case "FALSE":
                    return new Constant("false");
                case "CURRENT_DATE", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP":
                    return new Now();
                case "NULL", "CASE", "ARRAY", "ROW", "EXISTS", "SELECT":
                    throw new Unknown(word);
                default:
            }
        }
        String name =
                word.startsWith("\"") ? word.substring(1, word.length() - 1).replace("\"\"", "\"") : word;
        if (!accept("(")) {
            return new ColumnRef(name);
        }
        List<Expression> arguments = new ArrayList<>();
        if (!accept(")")) {
            do {
                arguments.add(or());
            } while (accept(","));
            expect(")");
        }
        return name.equals("now") && arguments.isEmpty() ? new Now() : new Call(name, arguments);
    }

    private List<Expression> array() {
        if (accept("(")) {
            List<Expression> inner = array();
            expect(")");
            while (accept("::")) {
                skipType();
            }
            return inner;
        }
        List<Expression> items = new ArrayList<>();
        if (peek("string") && string(tokens.get(next).text) instanceof Constant literal) {
            next++;
            items.addAll(elements(literal.text()));
        } else if (acceptWord("ARRAY")) {
            expect("[");
            do {
                items.add(or());
            } while (accept(","));
            expect("]");
        } else {
            throw new Unknown("ANY");
        }
        while (accept("::")) {
            skipType();
        }
        return items;
    }

    /** The elements of an array of one dimension that is written as a text. One that is NULL would let every value through. */
    private static List<Expression> elements(String array) {
        List<Expression> elements = new ArrayList<>();
        Matcher element = ELEMENT.matcher(array);
        int end = 1;
        while (element.find() && element.start() == end) {
            String quoted = element.group("quoted");
            String text = quoted == null ? element.group("plain").strip() : quoted.replaceAll("\\\\(.)", "$1");
            if (quoted == null && text.equalsIgnoreCase("NULL")) {
                throw new Unknown("NULL");
            }
            elements.add(new Constant(text));
            end = element.end();
        }
        if (!array.startsWith("{") || elements.isEmpty() || end != array.length()) {
            throw new Unknown(array);
        }
        return elements;
    }

    private void skipType() {
        if (!peek("word")) {
            throw new Unknown("::");
        }
        next++;
        boolean more = true;
        while (more) {
            more = false;
            if (accept(".")) {
                next++;
                more = true;
            } else if (peek("word") && TYPE_WORDS.contains(tokens.get(next).text)) {
                next++;
                more = true;
            } else if (accept("(")) {
                while (!accept(")")) {
                    if (next++ >= tokens.size()) {
                        throw new Unknown("(");
                    }
                }
                more = true;
            } else if (accept("[")) {
                expect("]");
                more = true;
            }
        }
    }

    private boolean peek(String kind) {
        return next < tokens.size() && tokens.get(next).kind.equals(kind);
    }

    private boolean accept(String symbol) {
        if (peek("symbol") && tokens.get(next).text.equals(symbol)) {
            next++;
            return true;
        }
        return false;
    }

    private boolean acceptWord(String word) {
        if (peek("word") && tokens.get(next).text.equalsIgnoreCase(word)) {
            next++;
            return true;
        }
        return false;
    }

    private void expect(String symbol) {
        if (!accept(symbol)) {
            throw new Unknown(symbol);
        }
    }
}
