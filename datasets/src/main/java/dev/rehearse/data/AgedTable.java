package dev.rehearse.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far a table was aged.
 *
 * @param table the table, as {@code schema.name}
 * @param bloat the share of its pages that no living row has: free space, and the dead versions that lie in it, 0 to 1
 * @param deadRows how many of its row versions were left dead
 * @param staleStatistics the share of its rows, the newest, that came after the last ANALYZE, 0 to 1
 */
public record AgedTable(String table, double bloat, long deadRows, double staleStatistics) {

    /** What was reached of what was asked. */
    public String sentence(Age asked) {
        List<String> reached = new ArrayList<>();
        if (asked.bloat() > 0) {
            reached.add(String.format(
                    Locale.ROOT,
                    "%.0f %% of its pages are free space%s",
                    bloat * 100,
                    asked.deadRows() > 0 ? " and dead rows" : ""));
        }
        if (asked.deadRows() > 0) {
            reached.add(String.format(Locale.ROOT, "%,d of its row versions are dead", deadRows));
        }
        if (asked.staleStatistics() > 0) {
            reached.add(String.format(
                    Locale.ROOT, "its statistics are from before its newest %.0f %%", staleStatistics * 100));
        }
        return "Table " + table + " is aged: " + String.join(", ", reached) + ".";
    }
}
