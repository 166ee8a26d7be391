package dev.rehearse.data.catalog;

import java.util.List;

/** A condition as far as the maker understands it. Casts are dropped. */
public sealed interface Expression {

    record ColumnRef(String name) implements Expression {}

    /** A literal, as the text between its quotes or its digits. */
    record Constant(String text) implements Expression {}

    /** The moment at which the server evaluates the condition. */
    record Now() implements Expression {}

    record Call(String function, List<Expression> arguments) implements Expression {}

    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** {@code left operator ANY (ARRAY[...])}. */
    record AnyOf(String operator, Expression left, List<Expression> options) implements Expression {}

    record And(List<Expression> parts) implements Expression {}

    record Or(List<Expression> parts) implements Expression {}

    record Not(Expression part) implements Expression {}

    record IsNull(Expression part) implements Expression {}
}
