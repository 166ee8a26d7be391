package dev.rehearse.data.catalog;

import java.util.List;

/** A condition as far as the maker understands it. Casts are dropped. */
public sealed interface Expression {

    public record ColumnRef(String name) implements Expression {}

    /** A literal, as the text between its quotes or its digits. */
    public record Constant(String text) implements Expression {}

    /** The moment at which the server evaluates the condition. */
    public record Now() implements Expression {}

    public record Call(String function, List<Expression> arguments) implements Expression {}

    public record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** {@code left operator ANY (ARRAY[...])}. */
    public record AnyOf(String operator, Expression left, List<Expression> options) implements Expression {}

    public record And(List<Expression> parts) implements Expression {}

    public record Or(List<Expression> parts) implements Expression {}

    public record Not(Expression part) implements Expression {}

    public record IsNull(Expression part) implements Expression {}
}
