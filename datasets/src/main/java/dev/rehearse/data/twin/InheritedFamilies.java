package dev.rehearse.data.twin;

/**
 * Rows that refer to the members of other families, and are numbered within the family that they come into by that: the tickets of a
 * tenant's accounts. Their parents here are those members, in order.
 *
 * @param references how often each of them is referred to
 * @param order which rank of the members each row has
 * @param members how many there are
 * @param families theirs
 */
record InheritedFamilies(Frequencies references, RowOrder order, long members, Families.InOrder families)
        implements Families.InOrder {

    @Override
    public long parents() {
        return members;
    }

    @Override
    public long parent(long row) {
        return member(order.rank(row));
    }

    @Override
    public long number(long row) {
        long rank = order.rank(row);
        return rank - first(rank);
    }

    @Override
    public long row(long place) {
        return order.row(place);
    }

    @Override
    public long first(long place) {
        long member = families.first(member(place));
        long low = 0;
        long high = place;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (member(middle) < member) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private long member(long rank) {
        return references.value(rank) * members / references.distinct();
    }
}
