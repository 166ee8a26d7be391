package dev.rehearse.data.plan;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.util.Arrays;

/**
 * The values of a column that must differ from another one: where they do not, the value of another row.
 *
 * @param usual the values of the column
 * @param other those that they must differ from
 * @param rows how many rows there are to take a value from
 */
record UnequalValues(Values usual, Values other, long rows) implements Values {

    private static final int MOST_TRIES = 50;

    /** Far enough for the values to be others where neighbours are alike; a bit farther each time, lest the steps go round in a circle. */
    private static final long STRIDE = 7_919;

    @Override
    public void write(long row, CopyBuffer out) {
        CopyBuffer taken = new CopyBuffer(64);
        other.write(row, taken);
        int start = out.length();
        long from = row;
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            out.truncate(start);
            usual.write(from, out);
            if (!Arrays.equals(out.array(), start, out.length(), taken.array(), 0, taken.length())
                    || taken.textFrom(0) == null) {
                return;
            }
            from = (from + STRIDE + attempt) % rows;
        }
    }
}
