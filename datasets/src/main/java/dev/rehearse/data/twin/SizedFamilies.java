package dev.rehearse.data.twin;

import java.util.function.LongBinaryOperator;

/**
 * Families as large as the parents are common, as the rows of tenants are: a row's place among those of its parent tells it from them.
 *
 * @param sizes how often each parent stands
 * @param order which rank of the parents each row has
 * @param numbers the number for a place in a family and for its parent; those of one family differ
 */
record SizedFamilies(Frequencies sizes, RowOrder order, LongBinaryOperator numbers) implements Families.InOrder {

    @Override
    public long parents() {
        return sizes.distinct();
    }

    @Override
    public long parent(long row) {
        return sizes.value(order.rank(row));
    }

    @Override
    public long number(long row) {
        long rank = order.rank(row);
        return numbers.applyAsLong(sizes.place(rank), sizes.value(rank));
    }

    @Override
    public long row(long place) {
        return order.row(place);
    }

    @Override
    public long first(long place) {
        return place - sizes.place(place);
    }
}
