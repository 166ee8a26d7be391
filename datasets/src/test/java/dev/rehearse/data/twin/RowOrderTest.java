package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.data.column.NullRows;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowOrderTest {

    @Test
    void every_rank_is_given_once() {
        for (double sortedness : new double[] {-1, -0.7, -0.01, 0, 0.3, 0.999, 1}) {
            for (int rows : new int[] {1, 2, 7, 1000, 1013}) {
                RowOrder order = new RowOrder(rows, sortedness, 5);
                BitSet ranks = new BitSet();
                LongStream.range(0, rows).map(order::rank).forEach(rank -> ranks.set((int) rank));
                assertThat(LongStream.range(0, rows).map(row -> order.row(order.rank(row))))
                        .as(rows + " rows, " + sortedness)
                        .containsExactlyElementsOf(
                                LongStream.range(0, rows).boxed().toList());
                assertThat(ranks.cardinality())
                        .as(rows + " rows, " + sortedness)
                        .isEqualTo(rows);
                assertThat(ranks.length()).isEqualTo(rows);
            }
        }
    }

    @Test
    void as_many_rows_are_null_as_asked_and_the_others_are_numbered() {
        for (int nulls : new int[] {0, 1, 333, 999, 1000}) {
            NullRows rows = new NullRows(1000, nulls, 3);
            long[] indexes = LongStream.range(0, 1000)
                    .map(rows::index)
                    .filter(i -> i >= 0)
                    .sorted()
                    .toArray();
            assertThat(indexes).isEqualTo(LongStream.range(0, 1000 - nulls).toArray());
        }
    }

    @Test
    void a_correlation_is_had_for_few_and_for_many_values() {
        Frequencies few = new Frequencies(10_000, new long[] {6_000, 3_000, 1_000}, new long[] {1, 0, 2}, 0);
        Frequencies many = new Frequencies(10_000, new long[] {2_000}, new long[] {3_000}, 8_000);
        for (Frequencies frequencies : new Frequencies[] {few, many}) {
            for (double wanted : new double[] {-0.2, 0.5, 0.8, 0.95}) {
                double sortedness = Sortedness.forCorrelation(wanted, frequencies);
                RowOrder order = new RowOrder(frequencies.rows(), sortedness, 11);

                assertThat(Sortedness.correlation(order, frequencies)).isCloseTo(wanted, within(0.03));
            }
        }
    }

    @Test
    void common_values_have_their_counts_and_every_other_value_stands_somewhere() {
        Frequencies frequencies = new Frequencies(1_000, new long[] {300, 200}, new long[] {40, 0}, 99);
        long[] counts = new long[101];
        LongStream.range(0, 1_000).forEach(rank -> counts[(int) frequencies.value(rank)]++);

        assertThat(counts[40]).isEqualTo(300);
        assertThat(counts[0]).isEqualTo(200);
        assertThat(LongStream.of(counts).min().orElseThrow()).isGreaterThanOrEqualTo(5);
        assertThat(frequencies.common(0)).isEqualTo(1);
        assertThat(frequencies.common(999)).isEqualTo(-1);
    }

    @Test
    void children_are_numbered_within_their_parents() {
        Frequencies numbers = new Frequencies(1_700, new long[] {900, 500, 300}, new long[] {0, 1, 2}, 0);
        Families families = NumberedFamilies.of(numbers, 1_000, n -> new RowOrder(n, -0.4, 3), 3);
        long[] counts = new long[3];
        java.util.Set<List<Long>> keys = new java.util.HashSet<>();
        for (long row = 0; row < 1_700; row++) {
            counts[(int) families.number(row)]++;
            keys.add(List.of(families.parent(row), families.number(row)));
        }

        assertThat(counts).containsExactly(900, 500, 300);
        assertThat(keys).hasSize(1_700);
        assertThat(families.parents()).isEqualTo(900);
        assertThat(NumberedFamilies.of(numbers, 899, n -> new RowOrder(n, 1, 3), 3)
                        .parents())
                .isEqualTo(899);
        assertThat(NumberedFamilies.of(numbers, 800, n -> new RowOrder(n, 1, 3), 3))
                .isNull();
    }

    /** Places are remembered for every 64th parent, so the last one of 64 has none after it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 65, 128, 896})
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void every_row_has_its_parent_however_many_parents_there_are(long parents) {
        Families families = NumberedFamilies.of(
                new Frequencies(2 * parents, new long[] {parents, parents}, new long[] {0, 1}, 0),
                parents,
                n -> new RowOrder(n, 1, 3),
                3);

        assertThat(LongStream.range(0, 2 * parents).map(families::parent))
                .containsExactlyElementsOf(LongStream.range(0, 2 * parents)
                        .mapToObj(row -> row / 2)
                        .toList());
    }

    @Test
    void the_estimate_of_distinct_values_is_turned_round() {
        long rare = DistinctEstimate.rareValues(40_000, 1_000_000, 700_000, 50, 30_000);

        assertThat(DistinctEstimate.of(rare, 1_000_000, 700_000, 50, 30_000)).isCloseTo(40_000, within(40.0));
        assertThat(rare).isGreaterThan(40_000);
        assertThat(DistinctEstimate.rareValues(500, 20_000, 20_000, 0, 20_000)).isEqualTo(500);
    }

    @Test
    void families_as_large_as_their_parents_are_common_have_each_number_once_and_so_have_those_that_inherit_them() {
        Frequencies sizes = new Frequencies(1_000, new long[] {400, 100}, new long[] {3, 0}, 20);
        Families.InOrder families = new SizedFamilies(sizes, new RowOrder(1_000, 0.3, 7), (place, parent) -> place);
        Frequencies references = new Frequencies(2_500, new long[0], new long[0], 1_000);
        Families.InOrder inherited = new InheritedFamilies(references, new RowOrder(2_500, 0.1, 9), 1_000, families);

        Map<Long, Set<Long>> numbers = new HashMap<>();
        for (long row = 0; row < 1_000; row++) {
            numbers.computeIfAbsent(families.parent(row), each -> new HashSet<>())
                    .add(families.number(row));
            long place = row;
            assertThat(families.parent(families.row(families.first(place))))
                    .isEqualTo(families.parent(families.row(place)));
            assertThat(families.number(families.row(families.first(place)))).isZero();
        }
        assertThat(numbers).hasSize(22);
        assertThat(numbers.get(3L)).hasSize(400);
        assertThat(numbers.get(0L)).hasSize(100);
        assertThat(numbers.values().stream().mapToInt(Set::size).sum()).isEqualTo(1_000);

        Map<Long, Set<Long>> inheriting = new HashMap<>();
        for (long row = 0; row < 2_500; row++) {
            long grandparent = families.parent(families.row(inherited.parent(row)));
            inheriting.computeIfAbsent(grandparent, each -> new HashSet<>()).add(inherited.number(row));
        }
        assertThat(inheriting).hasSize(22);
        assertThat(inheriting.values().stream().mapToInt(Set::size).sum()).isEqualTo(2_500);
        inheriting.values().forEach(each -> assertThat(each).contains(0L, each.size() - 1L));
    }
}
