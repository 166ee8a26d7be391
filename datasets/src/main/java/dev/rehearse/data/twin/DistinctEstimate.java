package dev.rehearse.data.twin;

/**
 * What ANALYZE will make of a number of distinct values. It sees a sample and estimates the number after Haas and Stokes; a column with a
 * few common and many rare values is under-estimated, so for the same estimate there must be more rare values.
 *
 * @see <a href="https://www.postgresql.org/docs/current/row-estimation-examples.html">Row estimation examples</a>
 */
final class DistinctEstimate {

    private DistinctEstimate() {}

    /**
     * How many rare values there must be.
     *
     * @param estimate the number of distinct values that ANALYZE shall report
     * @param rows rows that are not NULL
     * @param rareRows rows with rare values
     * @param common how many common values there are
     * @param sample rows that are not NULL in ANALYZE's sample
     */
    static long rareValues(double estimate, long rows, long rareRows, int common, double sample) {
        long low = 1;
        long high = Math.max(1, rareRows);
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (of(middle, rows, rareRows, common, sample) < estimate) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    static double of(long rareValues, long rows, long rareRows, int common, double sample) {
        double share = Math.min(1, sample / rows);
        long least = rareRows / rareValues;
        long more = rareRows % rareValues;
        double seen = (rareValues - more) * seen(least, share) + more * seen(least + 1, share);
        double once = (rareValues - more) * once(least, share) + more * once(least + 1, share);
        double n = share * rows;
        return n * (common + seen) / (n - once + once * share);
    }

    private static double seen(long rowsOfValue, double share) {
        return 1 - Math.pow(1 - share, rowsOfValue);
    }

    private static double once(long rowsOfValue, double share) {
        return rowsOfValue * share * Math.pow(1 - share, rowsOfValue - 1);
    }
}
