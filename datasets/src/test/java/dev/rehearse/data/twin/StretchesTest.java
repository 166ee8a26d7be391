package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StretchesTest {

    private static final long[] SIZES = {7_000, 0, 1_500, 4_000, 2_500};
    private static final int ROWS = 15_000;

    @Test
    void each_row_has_a_position_of_its_own_and_partitions_grow_side_by_side() {
        Stretches stretches = Objects.requireNonNull(Stretches.of(SIZES, ROWS, false));

        assertThat(LongStream.range(0, ROWS).map(stretches::position).sorted())
                .containsExactlyElementsOf(LongStream.range(0, ROWS).boxed().toList());
        assertThat(LongStream.range(0, ROWS).filter(row -> stretches.row(stretches.position(row)) != row))
                .isEmpty();
        assertThat(stretches.position(7_000 + 750)).isCloseTo(ROWS / 2, within(5L));
    }

    @Test
    void the_row_at_a_position_is_found_among_many_partitions_of_any_size() {
        long[] sizes = LongStream.range(0, 200).map(i -> i * i % 23).toArray();
        int rows = (int) LongStream.of(sizes).sum();
        Stretches stretches = Objects.requireNonNull(Stretches.of(sizes, rows, false));

        assertThat(LongStream.range(0, rows).filter(row -> stretches.row(stretches.position(row)) != row))
                .isEmpty();
    }

    @Test
    void a_correlation_that_ordered_partitions_explain_is_that_of_each_of_them() {
        double explained =
                Objects.requireNonNull(Stretches.of(SIZES, ROWS, false)).correlation();

        assertThat(correlations(explained)[0]).isCloseTo(explained, within(0.02));
        assertThat(correlations(explained)[1]).isCloseTo(1, within(0.01));
        assertThat(correlations(0.9)[0]).isCloseTo(0.9, within(0.02));
        assertThat(correlations(0)[1]).isCloseTo(0, within(0.05));
    }

    /** Of all rows, and of those of the first partition. */
    private static double[] correlations(double wanted) {
        Statistics statistics = new Statistics(
                0, -1, 8, wanted, List.of(), List.of(), List.of(), List.of(), new TreeMap<>(), List.of(), List.of(), 0);
        ProfiledColumn column = new ProfiledColumn("v", statistics, ROWS, false, 7, null)
                .in(SIZES, Collections.nCopies(SIZES.length, null), List.of());
        RowOrder order = column.order(column.frequencies(null, -1, Long.MAX_VALUE), true);
        return new double[] {correlation(order, ROWS), correlation(order, (int) SIZES[0])};
    }

    private static double correlation(RowOrder order, int rows) {
        double x = (rows - 1) / 2.0;
        double y = LongStream.range(0, rows).map(order::rank).average().orElseThrow();
        double product = 0;
        double squaresX = 0;
        double squaresY = 0;
        for (int row = 0; row < rows; row++) {
            product += (row - x) * (order.rank(row) - y);
            squaresX += (row - x) * (row - x);
            squaresY += (order.rank(row) - y) * (order.rank(row) - y);
        }
        return product / Math.sqrt(squaresX * squaresY);
    }
}
