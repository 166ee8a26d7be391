package dev.rehearse.data;

/**
 * The {@code index}-th of {@code of} parts of a data set, so that several processes or machines fill one database. Each table is cut
 * into as many stretches of rows; all parts together are the whole data set, row for row.
 *
 * @param index from 1
 * @param of how many parts there are
 */
public record Part(int index, int of) {

    /** Everything, as the only part. */
    public static final Part WHOLE = new Part(1, 1);

    /** Refuses a part that there cannot be. */
    public Part {
        if (of < 1 || index < 1 || index > of) {
            throw DatasetException.spec("There is no part " + index + " of " + of
                    + " of a data set. Name the parts 1/" + Math.max(1, of) + " to " + Math.max(1, of) + "/"
                    + Math.max(1, of) + ".");
        }
    }

    /** The first row of this part, from 0, of a table that gets {@code rows}. */
    public long from(long rows) {
        // Not rows * (index - 1) / of, which may overflow.
        return rows / of * (index - 1) + rows % of * (index - 1) / of;
    }

    /** The row after the last one of this part. */
    public long to(long rows) {
        return index == of ? rows : new Part(index + 1, of).from(rows);
    }

    /** {@code 2/8}. */
    @Override
    public String toString() {
        return index + "/" + of;
    }
}
