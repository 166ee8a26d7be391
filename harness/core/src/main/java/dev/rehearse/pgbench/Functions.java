package dev.rehearse.pgbench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The functions that an expression may call. Where an argument is NULL so is the result. Stateless. */
final class Functions {

    private static final double LEAST_GAUSSIAN = 2;
    private static final double LEAST_ZIPFIAN = 1.001;
    private static final double MOST_ZIPFIAN = 1_000;

    private static final Map<String, Function> ALL = new TreeMap<>();

    static {
        add("abs", 1, 1, (state, v) -> abs(v[0]));
        add("double", 1, 1, (state, v) -> Value.of(v[0].toDouble()));
        add("exp", 1, 1, of(Math::exp));
        add("greatest", 1, Integer.MAX_VALUE, (state, v) -> extreme(v, 1));
        add("hash", 1, 2, (state, v) -> Value.of(Hashes.murmur2(v[0].toLong(), v[1].toLong())));
        add("hash_fnv1a", 1, 2, (state, v) -> Value.of(Hashes.fnv1a(v[0].toLong(), v[1].toLong())));
        add("hash_murmur2", 1, 2, (state, v) -> Value.of(Hashes.murmur2(v[0].toLong(), v[1].toLong())));
        add("int", 1, 1, (state, v) -> Value.of(v[0].toLong()));
        add("least", 1, Integer.MAX_VALUE, (state, v) -> extreme(v, -1));
        add("ln", 1, 1, of(Math::log));
        add("mod", 2, 2, (state, v) -> Operators.remainder(v[0], v[1]));
        add("permute", 2, 3, (state, v) -> permute(v));
        add("pi", 0, 0, (state, v) -> Value.of(Math.PI));
        add("pow", 2, 2, (state, v) -> Value.of(Math.pow(v[0].toDouble(), v[1].toDouble())));
        add("power", 2, 2, (state, v) -> Value.of(Math.pow(v[0].toDouble(), v[1].toDouble())));
        add("random", 2, 2, (state, v) -> random(state, v, Functions::uniform));
        add("random_exponential", 3, 3, (state, v) -> random(state, v, Functions::exponential));
        add("random_gaussian", 3, 3, (state, v) -> random(state, v, Functions::gaussian));
        add("random_zipfian", 3, 3, (state, v) -> random(state, v, Functions::zipfian));
        add("sqrt", 1, 1, of(Math::sqrt));
        ALL.put("debug", new Function(1, 1, Functions::debug));
    }

    /** How a call with these arguments is evaluated, and how many there may be. */
    private record Function(int least, int most, Maker maker) {}

    private interface Maker {
        Expression call(List<Expression> arguments);
    }

    private interface Body {
        Value apply(ScriptState state, Value[] arguments);
    }

    private interface Draw {
        long draw(PgRandom random, long low, long high, double parameter);
    }

    private Functions() {}

    private static void add(String name, int least, int most, Body body) {
        ALL.put(name, new Function(least, most, arguments -> strict(arguments, body)));
    }

    /** The names, for suggestions. */
    static Iterable<String> names() {
        return ALL.keySet();
    }

    static boolean exists(String name) {
        return ALL.containsKey(name.toLowerCase(Locale.ROOT));
    }

    /**
     * A call of the function; hashes and permutations without a start of their own take the variable {@code default_seed}.
     *
     * @throws ExpressionException where there are too many arguments or too few
     */
    static Expression call(String name, List<Expression> arguments, Expression defaultSeed) {
        String lower = name.toLowerCase(Locale.ROOT);
        Function function = ALL.get(lower);
        if (function == null) {
            throw new ExpressionException("no function is called \"" + name + "\"");
        }
        int count = arguments.size();
        if (count < function.least || count > function.most) {
            throw new ExpressionException("the function " + lower + " takes " + number(function) + ", not " + count);
        }
        boolean open = function.most == function.least + 1 && count == function.least;
        return function.maker.call(open ? with(arguments, defaultSeed) : arguments);
    }

    private static List<Expression> with(List<Expression> arguments, Expression last) {
        return java.util.stream.Stream.concat(arguments.stream(), java.util.stream.Stream.of(last))
                .toList();
    }

    private static String number(Function function) {
        if (function.most == Integer.MAX_VALUE) {
            return "at least one argument";
        }
        String range = function.least == function.most ? "" + function.least : function.least + " or " + function.most;
        return range + (function.most == 1 ? " argument" : " arguments");
    }

    private static Expression strict(List<Expression> arguments, Body body) {
        Expression[] each = arguments.toArray(new Expression[0]);
        return state -> {
            Value[] values = new Value[each.length];
            boolean complete = true;
            for (int i = 0; i < each.length; i++) {
                values[i] = each[i].evaluate(state);
                complete &= !values[i].isNull();
            }
            return complete ? body.apply(state, values) : Value.NULL;
        };
    }

    private static Expression debug(List<Expression> arguments) {
        return state -> {
            Value value = arguments.get(0).evaluate(state);
            state.debug(value);
            return value;
        };
    }

    private static Body of(DoubleUnaryOperator function) {
        return (state, v) -> Value.of(function.applyAsDouble(v[0].toDouble()));
    }

    private static Value abs(Value value) {
        return value instanceof Value.Int number
                ? Value.of(Math.abs(number.number()))
                : Value.of(Math.abs(value.toDouble()));
    }

    private static Value extreme(Value[] values, int sign) {
        boolean anyReal = false;
        for (Value value : values) {
            anyReal |= value instanceof Value.Real;
        }
        @Nullable Value best = null;
        for (Value value : values) {
            Value candidate = anyReal ? Value.of(value.toDouble()) : Value.of(value.toLong());
            if (best == null || sign * compare(candidate, best, anyReal) > 0) {
                best = candidate;
            }
        }
        return best == null ? Value.NULL : best;
    }

    private static int compare(Value a, Value b, boolean real) {
        return real ? Double.compare(a.toDouble(), b.toDouble()) : Long.compare(a.toLong(), b.toLong());
    }

    private static Value permute(Value[] v) {
        long size = v[1].toLong();
        if (size <= 0) {
            throw new ExpressionException("the size of permute is " + size + "; it must be positive");
        }
        return Value.of(Hashes.permute(v[0].toLong(), size, v[2].toLong()));
    }

    private static Value random(ScriptState state, Value[] v, Draw draw) {
        long low = v[0].toLong();
        long high = v[1].toLong();
        if (low > high) {
            throw new ExpressionException("random from " + low + " to " + high + " is an empty range");
        }
        if (high - low < 0 || high - low == Long.MAX_VALUE) {
            throw new ExpressionException("random from " + low + " to " + high + " is too wide a range");
        }
        return Value.of(draw.draw(state.random(), low, high, v.length > 2 ? v[2].toDouble() : 0));
    }

    private static long uniform(PgRandom random, long low, long high, double unused) {
        return random.uniform(low, high);
    }

    private static long exponential(PgRandom random, long low, long high, double parameter) {
        if (!(parameter > 0)) {
            throw new ExpressionException(
                    "the parameter of random_exponential is " + parameter + "; it must be positive");
        }
        return random.exponential(low, high, parameter);
    }

    private static long gaussian(PgRandom random, long low, long high, double parameter) {
        if (!(parameter >= LEAST_GAUSSIAN)) {
            throw new ExpressionException(
                    "the parameter of random_gaussian is " + parameter + "; the least is " + LEAST_GAUSSIAN);
        }
        return random.gaussian(low, high, parameter);
    }

    private static long zipfian(PgRandom random, long low, long high, double parameter) {
        if (!(parameter >= LEAST_ZIPFIAN && parameter <= MOST_ZIPFIAN)) {
            throw new ExpressionException("the parameter of random_zipfian is " + parameter + "; it must be from "
                    + LEAST_ZIPFIAN + " to " + (int) MOST_ZIPFIAN);
        }
        return random.zipfian(low, high, parameter);
    }
}
