package dev.rehearse.data.profile;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import java.util.List;

/**
 * What the planner knows of a column in one partition. Immutable.
 *
 * @param statistics without values and their shapes
 * @param common the partition's common values: {@code 3} is the fourth of the whole table's {@code commonShares}, {@code ?} is none of them
 */
public record PartitionStatistics(Statistics statistics, List<String> common) {

    /** What stands for a value that is not common in the table. */
    public static final String RARER = "?";

    public PartitionStatistics {
        common = List.copyOf(common);
    }

    /** The place of a common value among the table's, or -1. */
    public int place(int i) {
        return common.get(i).equals(RARER) ? -1 : Integer.parseInt(common.get(i));
    }
}
