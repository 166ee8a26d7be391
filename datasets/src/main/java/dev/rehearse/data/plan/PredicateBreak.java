package dev.rehearse.data.plan;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.Expression.And;
import dev.rehearse.data.catalog.Expression.Binary;
import dev.rehearse.data.catalog.Expression.ColumnRef;
import dev.rehearse.data.catalog.Expression.Constant;
import dev.rehearse.data.catalog.Expression.IsNull;
import dev.rehearse.data.catalog.Expression.Not;
import dev.rehearse.data.catalog.ExpressionParser;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plausible.Words;
import dev.rehearse.data.value.CopyBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How a row is kept out of a partial unique index: one default address per customer leaves room for many that are not the default.
 *
 * @param column number of the column that decides
 * @param values the escaped values that keep the row out; empty when any does that is not NULL
 */
record PredicateBreak(int column, List<byte[]> values) {

    private static final List<String> STATES = Arrays.stream(Words.STATES)
            .map(word -> new String(word, StandardCharsets.US_ASCII))
            .toList();

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
                    Optional<PredicateBreak> found = breaks(column, part, options.apply(column));
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<PredicateBreak> breaks(Column column, Expression part, List<String> options) {
        ColumnRef ref = new ColumnRef(column.name());
        if (part.equals(ref)) {
            return of(column, List.of("f"));
        }
        if (part.equals(new Not(ref))) {
            return of(column, List.of("t"));
        }
        if (part.equals(new IsNull(ref))) {
            return Optional.of(new PredicateBreak(column.number(), List.of()));
        }
        if (part.equals(new Not(new IsNull(ref))) && !column.notNull()) {
            return Optional.of(new PredicateBreak(column.number(), List.of(CopyBuffer.NULL.clone())));
        }
        if (part instanceof Binary binary && binary.left().equals(ref) && binary.right() instanceof Constant constant) {
            boolean freeText = options.isEmpty() && column.type().kind().isText();
            List<String> others = (freeText ? STATES : options)
                    .stream()
                            .filter(option -> !option.equals(constant.text())
                                    && option.length() <= column.type().maxLength())
                            .toList();
            return switch (binary.operator()) {
                case "<>" -> of(column, List.of(constant.text()));
                case "=" -> others.isEmpty() ? Optional.empty() : of(column, others);
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    private static Optional<PredicateBreak> of(Column column, List<String> texts) {
        return Optional.of(new PredicateBreak(
                column.number(), texts.stream().map(CopyBuffer::escape).toList()));
    }
}
