package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.profile.PartitionStatistics;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartitionNumbersTest {

    @Test
    void each_partition_has_its_own_values_and_together_they_have_those_of_the_table() {
        long[] sizes = {500, 9_500, 0, 10_000};
        ProfiledColumn column = new ProfiledColumn(
                        "v", statistics(0.1, 1_000, null, List.of(0.3, 0.15)), 20_000, true, 7, null)
                .in(
                        sizes,
                        Arrays.asList(
                                new PartitionStatistics(statistics(0, 1, 1.0, List.of(1.0)), List.of("?")),
                                new PartitionStatistics(statistics(0, 10, 0.0, List.of(0.3, 0.2)), List.of("1", "?")),
                                null,
                                new PartitionStatistics(statistics(0.2, 950, 1.0, List.of(0.6)), List.of("0"))),
                        List.of(3, 2, 1, 0));
        Frequencies frequencies = column.frequencies(null, -1, Long.MAX_VALUE);
        LongUnaryOperator numbers = column.numbers(frequencies, true);

        long[] first = LongStream.range(0, 500).map(numbers).toArray();
        long[] second = LongStream.range(500, 10_000).map(numbers).toArray();
        long[] last = LongStream.range(10_000, 20_000).map(numbers).toArray();
        assertThat(first).doesNotContain(-1).containsOnly(first[0]);
        assertThat(Arrays.stream(second).distinct()).hasSize(10).doesNotContain(-1L);
        assertThat(share(second, frequencies.numberOf(1))).isCloseTo(0.3, within(0.001));
        assertThat(share(last, -1)).isCloseTo(0.2, within(0.001));
        assertThat(share(last, frequencies.numberOf(0))).isCloseTo(0.6, within(0.001));
        long[] filled = Arrays.stream(last).filter(number -> number >= 0).toArray();
        // NULLs mix the rows of a block.
        assertThat(IntStream.range(500, filled.length)).allMatch(i -> filled[i - 500] <= filled[i]);
        assertThat(Arrays.stream(last).distinct().count()).isCloseTo(950, within(95L));
        assertThat(LongStream.range(0, 20_000).map(numbers).distinct().count()).isCloseTo(1_000, within(100L));
    }

    @Test
    void values_that_all_partitions_have_in_common_are_not_more_than_one_of_them_has() {
        long[] sizes = {6_000, 6_000};
        PartitionStatistics same = new PartitionStatistics(statistics(0, 50, 0.0, List.of()), List.of());
        ProfiledColumn column = new ProfiledColumn("v", statistics(0, 50, 0.0, List.of()), 12_000, false, 7, null)
                .in(sizes, List.of(same, same), List.of(0, 1));

        LongUnaryOperator numbers = column.numbers(column.frequencies(null, -1, Long.MAX_VALUE), true);

        assertThat(LongStream.range(0, 12_000).map(numbers).distinct()).hasSize(50);
        assertThat(LongStream.range(6_000, 12_000).map(numbers).distinct()).hasSize(50);
    }

    @Test
    void common_values_have_the_places_where_all_rows_are_as_much_in_order_as_the_profile_says() {
        long[] sizes = {4_000, 6_000, 5_000, 10_000};
        PartitionStatistics early = new PartitionStatistics(
                statistics(0, 4, 0.32, List.of(0.5, 0.3, 0.1, 0.1)), List.of("2", "0", "1", "3"));
        PartitionStatistics late =
                new PartitionStatistics(statistics(0, 3, 0.39, List.of(0.5, 0.3, 0.2)), List.of("0", "1", "3"));
        for (long seed = 1; seed <= 20; seed++) {
            ProfiledColumn column = new ProfiledColumn(
                            "v", statistics(0, 4, 0.62, List.of(0.42, 0.22, 0.2, 0.16)), 25_000, false, seed, null)
                    .in(sizes, List.of(early, early, late, late), List.of(0, 1, 2, 3));
            Frequencies frequencies = column.frequencies(null, -1, Long.MAX_VALUE);
            LongUnaryOperator numbers = column.numbers(frequencies, true);

            long[] first = LongStream.range(0, 4_000).map(numbers).toArray();
            long[] last = LongStream.range(15_000, 25_000).map(numbers).toArray();
            assertThat(share(first, frequencies.numberOf(2))).isCloseTo(0.5, within(0.01));
            assertThat(share(last, frequencies.numberOf(2))).isZero();
        }
    }

    @Test
    void as_many_common_values_as_the_largest_statistics_target_allows_are_placed_in_many_partitions() {
        int partitions = 200;
        int target = 10_000;
        long rows = 100_000L;
        List<Double> shares = Collections.nCopies(target, 0.5 / target);
        List<String> places = IntStream.range(0, target)
                .mapToObj(place -> place % 2 == 0 ? "?" : String.valueOf(place))
                .toList();
        PartitionStatistics each = new PartitionStatistics(statistics(0, 20_000, 0.1, shares), places);
        ProfiledColumn column = new ProfiledColumn(
                        "v", statistics(0, 400_000, null, shares), rows * partitions, false, 7, null)
                .in(
                        LongStream.generate(() -> rows).limit(partitions).toArray(),
                        Collections.nCopies(partitions, each),
                        IntStream.range(0, partitions).boxed().toList());

        LongUnaryOperator numbers = column.numbers(column.frequencies(null, -1, Long.MAX_VALUE), true);

        assertThat(LongStream.range(0, rows).map(numbers).distinct().count()).isCloseTo(20_000L, within(2_000L));
    }

    private static double share(long[] numbers, long number) {
        return Arrays.stream(numbers).filter(one -> one == number).count() / (double) numbers.length;
    }

    private static Statistics statistics(
            double nullShare, double distinct, @Nullable Double correlation, List<Double> shares) {
        return new Statistics(
                nullShare,
                distinct,
                8,
                correlation,
                shares,
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                List.of(),
                List.of(),
                0);
    }
}
