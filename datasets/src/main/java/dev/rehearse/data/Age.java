package dev.rehearse.data;

/**
 * What years of use leave in a table of 1,000 rows or more. Each is a level that is reached once the data is loaded; autovacuum, where it is
 * on, works against it as it does in production.
 *
 * @param deadRows dead row versions among all row versions, 0 to 0.5
 * @param bloat free space among the pages of the table, 0 to 0.8; its indexes get their share by the same updates
 * @param staleStatistics share of the rows, the newest, that came after the last ANALYZE, 0 to 1
 */
public record Age(double deadRows, double bloat, double staleStatistics) {

    /** As a database is right after a load. */
    public static final Age NONE = new Age(0, 0, 0);

    /** No more of all row versions can be dead. */
    public static final double MOST_DEAD_ROWS = 0.5;

    /** No more of a table can be free space. */
    public static final double MOST_BLOAT = 0.8;

    /** Checks every share; a {@link DatasetException} names the one that is impossible. */
    public Age {
        check("dead rows", deadRows, MOST_DEAD_ROWS);
        check("bloat", bloat, MOST_BLOAT);
        check("rows behind stale statistics", staleStatistics, 1);
    }

    private static void check(String what, double share, double most) {
        if (!(share >= 0 && share <= most)) {
            throw DatasetException.spec(
                    "The share of " + what + " must be between 0 and " + most + ", but was " + share + ".");
        }
    }
}
