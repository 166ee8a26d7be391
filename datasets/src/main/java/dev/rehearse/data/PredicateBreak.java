package dev.rehearse.data;

import dev.rehearse.data.Expression.And;
import dev.rehearse.data.Expression.Binary;
import dev.rehearse.data.Expression.ColumnRef;
import dev.rehearse.data.Expression.Constant;
import dev.rehearse.data.Expression.IsNull;
import dev.rehearse.data.Expression.Not;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a row is kept out of a partial unique index: one default address per customer leaves room for many that are not the default.
 *
 * @param column number of the column that decides
 * @param value the escaped value that keeps the row out; null for any value that is not NULL
 */
record PredicateBreak(int column, byte @Nullable [] value) {

    /**
     * @param free tells whether a column's value may be chosen at will
     * @param options the only values that a column may have, where there is such a list
     */
    static Optional<PredicateBreak> of(
            Table table, UniqueKey key, Predicate<Column> free, Function<Column, List<String>> options) {
        if (key.predicate() == null) {
            return Optional.empty();
        }
        Optional<Expression> predicate = ExpressionParser.parse(key.predicate());
        if (predicate.isEmpty()) {
            return Optional.empty();
        }
        List<Expression> parts = predicate.get() instanceof And and ? and.parts() : List.of(predicate.get());
        for (Column column : table.columns()) {
            for (Expression part : parts) {
                if (free.test(column) && !key.columns().contains(column.number())) {
                    List<PredicateBreak> breaks = breaks(column, part, options.apply(column));
                    if (!breaks.isEmpty()) {
                        return Optional.of(breaks.get(0));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<PredicateBreak> breaks(Column column, Expression part, List<String> options) {
        List<PredicateBreak> breaks = new ArrayList<>();
        ColumnRef ref = new ColumnRef(column.name());
        int number = column.number();
        if (part.equals(ref)) {
            breaks.add(new PredicateBreak(number, CopyBuffer.escape("f")));
        } else if (part.equals(new Not(ref))) {
            breaks.add(new PredicateBreak(number, CopyBuffer.escape("t")));
        } else if (part.equals(new IsNull(ref))) {
            breaks.add(new PredicateBreak(number, null));
        } else if (part.equals(new Not(new IsNull(ref))) && !column.notNull()) {
            breaks.add(new PredicateBreak(number, CopyBuffer.NULL.clone()));
        } else if (part instanceof Binary binary
                && binary.left().equals(ref)
                && binary.right() instanceof Constant constant) {
            if (binary.operator().equals("<>")) {
                breaks.add(new PredicateBreak(number, CopyBuffer.escape(constant.text())));
            } else if (binary.operator().equals("=")) {
                options.stream()
                        .filter(label -> !label.equals(constant.text()))
                        .findFirst()
                        .ifPresent(label -> breaks.add(new PredicateBreak(number, CopyBuffer.escape(label))));
            }
        }
        return breaks;
    }
}
