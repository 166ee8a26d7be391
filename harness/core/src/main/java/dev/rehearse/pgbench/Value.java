package dev.rehearse.pgbench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A value of a script's variable or expression. Immutable. */
public sealed interface Value {

    /** SQL's NULL. */
    Value NULL = new Null();

    Value TRUE = new Bool(true);
    Value FALSE = new Bool(false);

    /** As pgbench writes it into a statement. */
    String text();

    /** What kind it is, for messages. */
    String kind();

    static Value of(long number) {
        return new Int(number);
    }

    static Value of(double number) {
        return new Real(number);
    }

    static Value of(boolean truth) {
        return truth ? TRUE : FALSE;
    }

    /** Text that came from outside: the command line, or a column of a row. What it is shows when it is used in an expression. */
    static Value of(String text) {
        return new Text(text);
    }

    /** Whether a condition with this value holds: numbers other than zero do, NULL does not. */
    default boolean holds() {
        Value value = typed();
        return value instanceof Bool bool && bool.truth()
                || value instanceof Int number && number.number() != 0
                || value instanceof Real real && real.number() != 0;
    }

    default boolean isNull() {
        return this instanceof Null;
    }

    /** @throws ExpressionException where it is not a number, or none of 64 bits */
    default long toLong() {
        if (this instanceof Int number) {
            return number.number();
        }
        if (this instanceof Real real) {
            double whole = Math.rint(real.number());
            if (whole >= -0x1p63 && whole < 0x1p63) {
                return (long) whole;
            }
            throw new ExpressionException(text() + " does not fit into an integer of 64 bits");
        }
        throw new ExpressionException("a " + kind() + " stands where an integer is needed");
    }

    /** @throws ExpressionException where it is not a number */
    default double toDouble() {
        if (this instanceof Real real) {
            return real.number();
        }
        if (this instanceof Int number) {
            return number.number();
        }
        throw new ExpressionException("a " + kind() + " stands where a number is needed");
    }

    /** @throws ExpressionException where it is not a boolean */
    default boolean toBoolean() {
        if (this instanceof Bool bool) {
            return bool.truth();
        }
        throw new ExpressionException("a value of the kind " + kind() + " stands where a boolean is needed");
    }

    /**
     * The value as an expression sees it; only text changes.
     *
     * @throws ExpressionException where text is neither null, nor a boolean, nor a number
     */
    default Value typed() {
        return this;
    }

    record Int(long number) implements Value {
        @Override
        public String text() {
            return Long.toString(number);
        }

        @Override
        public String kind() {
            return "int";
        }
    }

    record Real(double number) implements Value {
        @Override
        public String text() {
            return Digits.fifteen(number);
        }

        @Override
        public String kind() {
            return "double";
        }
    }

    record Bool(boolean truth) implements Value {
        @Override
        public String text() {
            return truth ? "true" : "false";
        }

        @Override
        public String kind() {
            return "boolean";
        }
    }

    record Null() implements Value {
        @Override
        public String text() {
            return "NULL";
        }

        @Override
        public String kind() {
            return "null";
        }
    }

    record Text(String text) implements Value {

        private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)(e[-+]?\\d+)?");
        private static final Pattern HEXADECIMAL =
                Pattern.compile("([-+]?0x(?:[0-9a-f]+\\.?[0-9a-f]*|\\.[0-9a-f]+))(p[-+]?\\d+)?");

        @Override
        public String kind() {
            return "text";
        }

        @Override
        public Value typed() {
            String lower = text.toLowerCase(Locale.ROOT);
            if (lower.isEmpty()) {
                throw new ExpressionException("an empty text stands where a value is needed");
            }
            if (lower.equals("null")) {
                return NULL;
            }
            if ("true".startsWith(lower) || "yes".startsWith(lower) || lower.equals("on")) {
                return TRUE;
            }
            if ("false".startsWith(lower) || "no".startsWith(lower) || lower.equals("off") || lower.equals("of")) {
                return FALSE;
            }
            try {
                return lower.matches("\\s*[-+]?[0-9]+")
                        ? new Int(Long.parseLong(lower.strip()))
                        : new Real(real(lower.stripLeading()));
            } catch (NumberFormatException e) {
                throw new ExpressionException("\"" + text + "\" is no number");
            }
        }

        private static double real(String lower) {
            String unsigned = lower.startsWith("-") || lower.startsWith("+") ? lower.substring(1) : lower;
            return switch (unsigned) {
                case "inf", "infinity" -> lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
                case "nan" -> Double.NaN;
                default -> {
                    Matcher hexadecimal = HEXADECIMAL.matcher(lower);
                    if (hexadecimal.matches()) {
                        yield Digits.toDouble(hexadecimal.group(2) == null ? lower + "p0" : lower);
                    }
                    if (!DECIMAL.matcher(lower).matches()) {
                        throw new NumberFormatException(lower);
                    }
                    yield Digits.toDouble(lower);
                }
            };
        }
    }
}
