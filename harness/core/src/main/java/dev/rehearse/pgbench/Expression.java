package dev.rehearse.pgbench;

/** An expression that was read; it can be evaluated any number of times, by any thread. */
@FunctionalInterface
public interface Expression {

    /** @throws ExpressionException where it has no value */
    Value evaluate(ScriptState state);
}
