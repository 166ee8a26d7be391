package dev.rehearse.pgbench;

import java.util.Map;
import java.util.function.BiFunction;

/** The operators of expressions: integers of 64 bits that must not overflow, doubles where one side is a double. Stateless. */
final class Operators {

    private static final Map<String, BiFunction<Value, Value, Value>> STRICT = Map.ofEntries(
            Map.entry("+", Operators::add),
            Map.entry("-", Operators::subtract),
            Map.entry("*", Operators::multiply),
            Map.entry("/", Operators::divide),
            Map.entry("%", Operators::remainder),
            Map.entry("<", (a, b) -> Value.of(less(a, b))),
            Map.entry(">", (a, b) -> Value.of(less(b, a))),
            Map.entry("<=", (a, b) -> Value.of(lessOrEqual(a, b))),
            Map.entry(">=", (a, b) -> Value.of(lessOrEqual(b, a))),
            Map.entry("=", (a, b) -> Value.of(equal(a, b))),
            Map.entry("<>", (a, b) -> Value.of(!equal(a, b))),
            Map.entry("!=", (a, b) -> Value.of(!equal(a, b))),
            Map.entry("&", (a, b) -> Value.of(a.toLong() & b.toLong())),
            Map.entry("|", (a, b) -> Value.of(a.toLong() | b.toLong())),
            Map.entry("#", (a, b) -> Value.of(a.toLong() ^ b.toLong())),
            Map.entry("<<", (a, b) -> Value.of(a.toLong() << b.toLong())),
            Map.entry(">>", (a, b) -> Value.of(a.toLong() >> b.toLong())));

    private Operators() {}

    static Expression binary(String operator, Expression left, Expression right) {
        BiFunction<Value, Value, Value> function = STRICT.get(operator);
        if (function == null) {
            throw new ExpressionException("no operator is written " + operator);
        }
        return state -> {
            Value a = left.evaluate(state);
            Value b = right.evaluate(state);
            return a.isNull() || b.isNull() ? Value.NULL : function.apply(a, b);
        };
    }

    /** The right side counts only where the left does not decide. */
    static Expression and(Expression left, Expression right) {
        return state -> {
            Value a = left.evaluate(state);
            if (a.isNull() || !a.toBoolean()) {
                return a;
            }
            Value b = right.evaluate(state);
            return b.isNull() ? b : Value.of(b.toBoolean());
        };
    }

    static Expression or(Expression left, Expression right) {
        return state -> {
            Value a = left.evaluate(state);
            if (a.isNull() || a.toBoolean()) {
                return a;
            }
            Value b = right.evaluate(state);
            return b.isNull() ? b : Value.of(b.toBoolean());
        };
    }

    static Expression not(Expression operand) {
        return state -> {
            Value value = operand.evaluate(state);
            return value.isNull() ? value : Value.of(!value.toBoolean());
        };
    }

    /** Equal in kind and value; never NULL. */
    static Expression is(Expression operand, Value expected) {
        return state -> Value.of(operand.evaluate(state).equals(expected));
    }

    private static boolean isReal(Value a, Value b) {
        return a instanceof Value.Real || b instanceof Value.Real;
    }

    private static Value add(Value a, Value b) {
        if (isReal(a, b)) {
            return Value.of(a.toDouble() + b.toDouble());
        }
        long x = a.toLong();
        long y = b.toLong();
        long sum = x + y;
        if (((x ^ sum) & (y ^ sum)) < 0) {
            throw tooLarge(x, "+", y);
        }
        return Value.of(sum);
    }

    private static Value subtract(Value a, Value b) {
        if (isReal(a, b)) {
            return Value.of(a.toDouble() - b.toDouble());
        }
        long x = a.toLong();
        long y = b.toLong();
        long difference = x - y;
        if (((x ^ y) & (x ^ difference)) < 0) {
            throw tooLarge(x, "-", y);
        }
        return Value.of(difference);
    }

    private static Value multiply(Value a, Value b) {
        if (isReal(a, b)) {
            return Value.of(a.toDouble() * b.toDouble());
        }
        long x = a.toLong();
        long y = b.toLong();
        long product = x * y;
        if (Math.multiplyHigh(x, y) != product >> 63) {
            throw tooLarge(x, "*", y);
        }
        return Value.of(product);
    }

    private static Value divide(Value a, Value b) {
        if (isReal(a, b)) {
            return Value.of(a.toDouble() / b.toDouble());
        }
        long x = a.toLong();
        long y = divisor(b);
        if (x == Long.MIN_VALUE && y == -1) {
            throw tooLarge(x, "/", y);
        }
        return Value.of(x / y);
    }

    /** Of integers always: doubles are rounded. */
    static Value remainder(Value a, Value b) {
        return Value.of(a.toLong() % divisor(b));
    }

    private static long divisor(Value value) {
        long divisor = value.toLong();
        if (divisor == 0) {
            throw new ExpressionException("division by zero");
        }
        return divisor;
    }

    private static ExpressionException tooLarge(long x, String operator, long y) {
        return new ExpressionException(x + " " + operator + " " + y + " does not fit into an integer of 64 bits");
    }

    private static boolean less(Value a, Value b) {
        return isReal(a, b) ? a.toDouble() < b.toDouble() : a.toLong() < b.toLong();
    }

    private static boolean lessOrEqual(Value a, Value b) {
        return isReal(a, b) ? a.toDouble() <= b.toDouble() : a.toLong() <= b.toLong();
    }

    private static boolean equal(Value a, Value b) {
        return isReal(a, b) ? a.toDouble() == b.toDouble() : a.toLong() == b.toLong();
    }
}
