package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class GrowthTest {

    private static final double[] ROWS = {100_000, 200_000, 400_000, 800_000};
    private static final double MANY = 8_000_000;

    private static Growth of(DoubleUnaryOperator truth) {
        return Growth.of(ROWS, Arrays.stream(ROWS).map(truth).toArray(), 5);
    }

    @Test
    void what_reads_every_row_grows_with_the_rows_beside_what_it_takes_anyway() {
        Growth growth = of(rows -> 70 + rows / 500);

        assertThat(growth.inWords()).startsWith("n");
        assertThat(growth.atLeast(MANY)).isCloseTo(0.9 * 16_070, within(1.0));
        assertThat(growth.atMost(MANY)).isBetween(16_070.0, 1.5 * 16_070);
    }

    @Test
    void a_square_is_no_line() {
        Growth growth = of(rows -> rows * rows / 1e8);

        assertThat(growth.inWords()).isEqualTo("n²");
        assertThat(growth.atLeast(MANY)).isCloseTo(0.9 * 640_000, within(1.0));
    }

    @Test
    void what_only_notes_something_takes_as_long_at_any_size() {
        Growth growth = of(rows -> 12);

        assertThat(growth.atLeast(MANY)).isCloseTo(12, within(1.3));
        assertThat(growth.atMost(MANY)).isBetween(12.0, 20.0);
    }

    @Test
    void a_number_that_falls_is_not_predicted_below_nothing() {
        Growth growth = of(rows -> 1e7 / rows);

        assertThat(growth.atLeast(MANY)).isNotNegative();
    }

    @Test
    void the_truth_is_hardly_ever_outside_of_the_bounds_whatever_noise_is_in_the_runs() {
        Random random = new Random(7);
        int outside = 0;
        for (int i = 0; i < 1_000; i++) {
            double noise = 0.3 * random.nextDouble();
            double perRow = Math.pow(10, -4 + 3 * random.nextDouble());

            Growth growth = of(rows -> 20 + perRow * rows * (1 + noise * (2 * random.nextDouble() - 1)));

            double truth = 20 + perRow * MANY;
            outside += growth.atLeast(MANY) > truth || growth.atMost(MANY) < truth ? 1 : 0;
        }
        assertThat(outside).isLessThan(50);
    }
}
