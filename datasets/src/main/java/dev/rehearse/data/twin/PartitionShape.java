package dev.rehearse.data.twin;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.profile.PartitionStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A partition, and what it has in a column.
 *
 * @param known null only where it has no rows
 * @param read its place in the order in which the server reads the partitions
 */
record PartitionShape(long rows, @Nullable PartitionStatistics known, int read) {

    /** How many common values are followed, those of all partitions together. */
    private static final int MOST_COMMON = 100_000;

    /** As many as the server's default statistics target are followed in each partition, however many these are. */
    static final int LEAST_COMMON = 100;

    /** Partitions with rows of which something is known, or none where it is not of each of them. */
    static List<PartitionShape> of(long[] sizes, List<@Nullable PartitionStatistics> known, List<Integer> readOrder) {
        boolean all = IntStream.range(0, sizes.length).allMatch(i -> sizes[i] == 0 || known.get(i) != null);
        return all
                ? IntStream.range(0, sizes.length)
                        .mapToObj(i -> new PartitionShape(sizes[i], known.get(i), readOrder.indexOf(i)))
                        .toList()
                : List.of();
    }

    /** The column as it is in the partition. */
    ProfiledColumn of(ProfiledColumn whole, long seed) {
        Statistics all = whole.statistics();
        Statistics own = known == null ? all : known.statistics();
        int followed =
                Math.max(LEAST_COMMON, MOST_COMMON / Math.max(1, whole.shapes().size()));
        return whole.part(
                new Statistics(
                        whole.isNullable() ? own.nullShare() : 0,
                        own.distinct(),
                        own.widthBytes(),
                        own.correlation(),
                        own.commonShares()
                                .subList(
                                        0, Math.min(followed, own.commonShares().size())),
                        List.of(),
                        List.of(),
                        all.lengths(),
                        all.characters(),
                        all.magnitudes(),
                        all.years(),
                        0),
                rows,
                whole.isNullable(),
                -1,
                seed);
    }
}
