package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairingTest {

    private static final int ROWS = 15_000;

    @ParameterizedTest
    @CsvSource({
        // a task's watchers, a product's stock in four places, an account's roles
        "-0.7, 0, 9000, 0",
        "-0.25, 1, 4, 0",
        "-0.9, 0.2, 5, 0",
        "4000, 1, -0.3, 0.2",
        "2000, 0, 3000, 0.9"
    })
    void no_two_rows_are_alike_and_each_column_has_its_values(
            double distinct, double correlation, double otherDistinct, double otherCorrelation) {
        ProfiledColumn first = column("first", distinct, correlation, List.of());
        ProfiledColumn second = column("second", otherDistinct, otherCorrelation, List.of());

        Pairing pairing = pairing(first, second);

        assertThat(pairs(pairing)).isEqualTo(ROWS);
        assertThat(counts(pairing.first()))
                .hasSize((int) first.frequencies(null, -1, 1 << 20).distinct());
        assertThat(counts(pairing.second()))
                .hasSize((int) second.frequencies(null, -1, 1 << 20).distinct());
    }

    @Test
    void common_values_are_as_common_as_the_profile_says() {
        ProfiledColumn role = column("role", 5, 0, List.of(0.44, 0.22, 0.15, 0.11, 0.08));
        Pairing pairing = pairing(column("account", -0.9, 0, List.of()), role);

        assertThat(pairs(pairing)).isEqualTo(ROWS);
        assertThat(counts(pairing.second()).values()).containsExactlyInAnyOrder(6_600L, 3_300L, 2_250L, 1_650L, 1_200L);
    }

    @Test
    void a_value_in_nearly_each_family_of_the_other_column_is_there_once() {
        ProfiledColumn label = column("label", 400, 0, List.of(0.3));

        Pairing pairing = pairing(column("task", 5_000, 0, List.of()), label);

        assertThat(pairs(pairing)).isEqualTo(ROWS);
        assertThat(counts(pairing.first())).hasSize(5_000);
        assertThat(Collections.max(counts(pairing.second()).values())).isBetween(4_000L, 5_000L);
    }

    @Test
    void too_few_values_are_no_pairs() {
        assertThat(Pairing.of(column("a", 10, 0, List.of()), 10, column("b", 10, 0, List.of()), 10))
                .isNull();
    }

    private static ProfiledColumn column(String name, double distinct, double correlation, List<Double> shares) {
        Statistics statistics = new Statistics(
                0,
                distinct,
                4,
                correlation,
                shares,
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                List.of(),
                List.of(),
                0);
        return new ProfiledColumn(name, statistics, ROWS, false, name.hashCode(), null);
    }

    private static Pairing pairing(ProfiledColumn first, ProfiledColumn second) {
        Pairing pairing = Pairing.of(first, 1 << 20, second, 1 << 20);
        assertThat(pairing).isNotNull();
        return pairing;
    }

    private static long pairs(Pairing pairing) {
        return LongStream.range(0, ROWS)
                .mapToObj(row -> List.of(
                        pairing.first().applyAsLong(row), pairing.second().applyAsLong(row)))
                .distinct()
                .count();
    }

    private static Map<Long, Long> counts(LongUnaryOperator numbers) {
        return LongStream.range(0, ROWS)
                .mapToObj(numbers::applyAsLong)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
