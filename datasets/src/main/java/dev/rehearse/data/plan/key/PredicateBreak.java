package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.Expression.And;
import dev.rehearse.data.catalog.Expression.AnyOf;
import dev.rehearse.data.catalog.Expression.Binary;
import dev.rehearse.data.catalog.Expression.ColumnRef;
import dev.rehearse.data.catalog.Expression.Constant;
import dev.rehearse.data.catalog.Expression.IsNull;
import dev.rehearse.data.catalog.Expression.Not;
import dev.rehearse.data.catalog.Expression.Or;
import dev.rehearse.data.catalog.ExpressionParser;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plausible.Words;
import dev.rehearse.data.value.CopyBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How a row is kept out of a partial unique index: one default address per customer leaves room for many that are not the default.
 *
 * @param column number of the column that decides
 * @param values the escaped values that keep the row out; empty when any does that is not NULL
 */
record PredicateBreak(int column, List<byte[]> values) {

    private static final List<String> NUMBERS = List.of("0", "1", "2", "3", "4");

    private static final List<String> STATES = Arrays.stream(Words.STATES)
            .map(word -> new String(word, StandardCharsets.US_ASCII))
            .toList();

    /**
     * All ways to keep a row out of an index, in the order of the columns. The columns of a foreign key that are in a unique key are none:
     * which of its rows refer to a parent that key decides. Nor is one of few values where the index's columns and this one are a key.
     *
     * @param free tells whether a column's value may be chosen at will
     * @param restrictions what the values of a column must keep to
     */
    static List<PredicateBreak> of(
            Table table, UniqueKey key, Predicate<Column> free, Function<Column, Restriction> restrictions) {
        List<Expression> parts = parts(key);
        return table.columns().stream()
                .filter(column -> !parts.isEmpty() && free.test(column))
                .filter(column -> !refersUniquely(table, column.number()))
                .flatMap(column ->
                        parts.stream().flatMap(part -> breaks(column, part, restrictions.apply(column)).stream()))
                .filter(by -> !by.isLastOfKey(table, key, restrictions.apply(table.column(by.column))))
                .toList();
    }

    private static boolean refersUniquely(Table table, int column) {
        return table.foreignKeys().stream()
                        .anyMatch(foreignKey -> foreignKey.columns().contains(column))
                && table.keys().stream().anyMatch(key -> key.columns().contains(column));
    }

    private boolean isLastOfKey(Table table, UniqueKey partial, Restriction r) {
        SqlType type = table.column(column).type();
        boolean few = type.kind() == SqlType.Kind.BOOL || !options(type, r).isEmpty() || !isOfNull();
        return few
                && table.keys().stream()
                        .anyMatch(key -> key.predicate() == null
                                && key.columns().contains(column)
                                && key.columns().stream()
                                        .allMatch(each -> each == column
                                                || partial.columns().contains(each)));
    }

    /** The columns of a partial index that have one value in it. */
    static Set<Integer> constants(Table table, UniqueKey key) {
        List<Expression> parts = parts(key);
        return key.columns().stream()
                .filter(number -> table.indexOf(number) >= 0 && key.elements().isEmpty())
                .filter(number -> {
                    ColumnRef ref = new ColumnRef(table.column(number).name());
                    return parts.stream()
                            .anyMatch(part -> part.equals(ref)
                                    || part.equals(new Not(ref))
                                    || part instanceof Binary binary
                                            && binary.operator().equals("=")
                                            && binary.left().equals(ref)
                                            && binary.right() instanceof Constant);
                })
                .collect(Collectors.toSet());
    }

    /** The columns that are NULL in all rows of a partial index. */
    static IntStream nulls(Table table, UniqueKey key) {
        List<Expression> parts = parts(key);
        return table.columns().stream()
                .filter(column -> parts.contains(new IsNull(new ColumnRef(column.name()))))
                .mapToInt(Column::number);
    }

    /** Whether a condition names one of some columns as never NULL, so that rows are expected that have no value there. */
    static boolean leavesOutNulls(Table table, UniqueKey key, List<Integer> columns) {
        List<Expression> parts = parts(key);
        return columns.stream()
                .anyMatch(column -> parts.contains(
                        new Not(new IsNull(new ColumnRef(table.column(column).name())))));
    }

    /** Whether it is the column's being NULL alone that decides. */
    boolean isOfNull() {
        return values.stream().allMatch(value -> Arrays.equals(value, CopyBuffer.NULL));
    }

    /** What keeps a row out of two indexes at once by the same column, if anything does. */
    Optional<PredicateBreak> and(PredicateBreak other) {
        if (values.isEmpty() || other.values.isEmpty()) {
            List<byte[]> either = (values.isEmpty() ? other.values : values)
                    .stream()
                            .filter(value -> !Arrays.equals(value, CopyBuffer.NULL))
                            .toList();
            boolean any = values.isEmpty() && other.values.isEmpty();
            return any || !either.isEmpty() ? Optional.of(new PredicateBreak(column, either)) : Optional.empty();
        }
        List<byte[]> both = values.stream()
                .filter(value -> other.values.stream().anyMatch(each -> Arrays.equals(each, value)))
                .toList();
        return both.isEmpty() ? Optional.empty() : Optional.of(new PredicateBreak(column, both));
    }

    private static List<Expression> parts(UniqueKey key) {
        return (key.predicate() == null ? Optional.<Expression>empty() : ExpressionParser.parse(key.predicate()))
                .map(predicate -> predicate instanceof And and ? and.parts() : List.of(predicate))
                .orElse(List.of());
    }

    private static Optional<PredicateBreak> breaks(Column column, Expression part, Restriction r) {
        ColumnRef ref = new ColumnRef(column.name());
        if (part.equals(new IsNull(ref))) {
            return Optional.of(new PredicateBreak(column.number(), List.of()));
        }
        if (part.equals(new Not(new IsNull(ref))) && !column.notNull()) {
            return Optional.of(new PredicateBreak(column.number(), List.of(CopyBuffer.NULL.clone())));
        }
        if (part instanceof Binary binary
                && binary.operator().equals("<>")
                && binary.left().equals(ref)
                && binary.right() instanceof Constant constant) {
            return of(column, List.of(constant.text()));
        }
        Set<String> inside = values(part, ref);
        List<String> others = usual(column.type(), r).stream()
                .filter(option -> !inside.contains(option) && r.admits(column.type(), option))
                .toList();
        return inside.isEmpty() || others.isEmpty() ? Optional.empty() : of(column, others);
    }

    /** The only values with which a condition holds, where it lists these; empty where it is of another form. */
    private static Set<String> values(Expression part, ColumnRef ref) {
        if (part.equals(ref)) {
            return Set.of("true");
        }
        if (part.equals(new Not(ref))) {
            return Set.of("false");
        }
        List<Expression> options = List.of();
        if (part instanceof Binary binary
                && binary.operator().equals("=")
                && binary.left().equals(ref)) {
            options = List.of(binary.right());
        } else if (part instanceof AnyOf any
                && any.operator().equals("=")
                && any.left().equals(ref)) {
            options = any.options();
        } else if (part instanceof Or or) {
            List<Set<String>> each =
                    or.parts().stream().map(one -> values(one, ref)).toList();
            return each.contains(Set.<String>of())
                    ? Set.of()
                    : each.stream().flatMap(Set::stream).collect(Collectors.toSet());
        }
        return options.stream().allMatch(Constant.class::isInstance)
                ? options.stream().map(option -> ((Constant) option).text()).collect(Collectors.toSet())
                : Set.of();
    }

    /** Values that a column may have: those of a list, or some that look well. */
    private static List<String> usual(SqlType type, Restriction r) {
        List<String> options = options(type, r);
        if (!options.isEmpty()) {
            return options;
        }
        if (type.kind() == SqlType.Kind.BOOL) {
            return List.of("true", "false");
        }
        return type.kind().isText() ? STATES : type.kind().isInteger() ? NUMBERS : List.of();
    }

    /** The only values that a column may have, where there is such a list. */
    private static List<String> options(SqlType type, Restriction r) {
        return Objects.requireNonNullElse(r.allowed(), type.labels());
    }

    private static Optional<PredicateBreak> of(Column column, List<String> texts) {
        return Optional.of(new PredicateBreak(
                column.number(), texts.stream().map(CopyBuffer::escape).toList()));
    }
}
