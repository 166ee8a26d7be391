package dev.rehearse.data.plan.values;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The values of a column that must differ from others: where they do not, the value of another row.
 *
 * @param usual the values of the column
 * @param others those that they must differ from
 * @param rows how many rows there are to take a value from
 */
record UnequalValues(Values usual, List<Values> others, long rows) implements Values {

    private static final int MOST_TRIES = 50;

    /** Far enough for the values to be others where neighbours are alike; a bit farther each time, lest the steps go round in a circle. */
    private static final long STRIDE = 7_919;

    @Override
    public void write(long row, CopyBuffer out) {
        List<CopyBuffer> taken = new ArrayList<>();
        for (Values other : others) {
            CopyBuffer scratch = new CopyBuffer(64);
            other.write(row, scratch);
            if (scratch.textFrom(0) != null) {
                taken.add(scratch);
            }
        }
        int start = out.length();
        long from = row;
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            out.truncate(start);
            usual.write(from, out);
            if (taken.stream().noneMatch(other -> isAt(start, out, other))) {
                return;
            }
            from = (from + STRIDE + attempt) % rows;
        }
    }

    private static boolean isAt(int start, CopyBuffer out, CopyBuffer other) {
        return Arrays.equals(out.array(), start, out.length(), other.array(), 0, other.length());
    }
}
