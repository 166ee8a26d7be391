package dev.rehearse.data.twin;

/** Rows in families that have a parent each, in which no two rows have the same number. Immutable. */
public interface Families {

    /** How many parents have children. */
    long parents();

    /** The parent of a row, from 0. */
    long parent(long row);

    /** The number of a row within its parent, from 0. */
    long number(long row);

    /** Families of which it is known where they lie when all rows come by their parents. */
    interface InOrder extends Families {

        /** The row that comes n-th. */
        long row(long place);

        /** The first place of the family that a row at some place belongs to. */
        long first(long place);
    }
}
