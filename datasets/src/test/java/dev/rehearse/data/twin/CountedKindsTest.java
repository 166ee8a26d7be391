package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CountedKindsTest {

    private static final int ROWS = 12_000;

    /** Of forty tenants, the largest with some forty times as many rows as the smallest. */
    private static final List<Double> TENANTS =
            IntStream.range(0, 40).mapToObj(i -> (40 - i) / 820.0).toList();

    private static final List<Double> KINDS = List.of(0.5, 0.25, 0.15, 0.08, 0.02);

    @Test
    void no_two_rows_of_a_family_are_of_one_kind_and_number_and_all_are_as_common_as_the_profile_says() {
        ProfiledColumn tenant = column("tenant", 40, TENANTS);
        // The largest tenant has some 585 rows, and of these one half of one kind.
        CountedKinds counted =
                CountedKinds.of(tenant, 1_000, column("kind", 5, KINDS), 5, column("no", 290, List.of()), 1 << 20);

        assertThat(counted).isNotNull();
        assertThat(LongStream.range(0, ROWS)
                        .mapToObj(row ->
                                Arrays.asList(counted.families().parent(row), counted.kind(row), counted.number(row)))
                        .collect(Collectors.toSet()))
                .hasSize(ROWS);
        assertThat(falling(counted.families()::parent))
                .hasSize(40)
                .satisfies(counts -> assertThat(counts.get(0)).isBetween(580L, 590L));
        List<Long> kinds = falling(counted::kind);
        assertThat(kinds).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(kinds.get(i) / (double) ROWS).isCloseTo(KINDS.get(i), within(0.01));
        }
        // As often as there are tenants with so many rows of a kind.
        assertThat(falling(counted::number))
                .satisfies(counts -> assertThat(counts.size()).isBetween(285, 300))
                .satisfies(counts -> assertThat(counts.get(0)).isBetween(190L, 200L));
        assertThat(counts(counted::number).keySet()).contains(0L, 1L, 284L);
    }

    @Test
    void numbers_that_do_not_count_families_of_one_size_and_columns_with_nulls_are_left_alone() {
        ProfiledColumn tenant = column("tenant", 40, TENANTS);
        ProfiledColumn kind = column("kind", 5, KINDS);

        assertThat(CountedKinds.of(tenant, 1_000, kind, 5, column("year", 12, List.of()), 1 << 20))
                .isNull();
        assertThat(CountedKinds.of(tenant, 1_000, kind, 5, column("id", -0.9, List.of()), 1 << 20))
                .isNull();
        assertThat(CountedKinds.of(tenant, 1_000, kind, 5, column("no", 290, List.of()), 300))
                .isNull();
        assertThat(CountedKinds.of(
                        column("tenant", 40, List.of()), 1_000, kind, 5, column("no", 150, List.of()), 1 << 20))
                .isNull();
    }

    private static ProfiledColumn column(String name, double distinct, List<Double> shares) {
        Statistics statistics = new Statistics(
                0, distinct, 4, 0.2, shares, List.of(), List.of(), List.of(), new TreeMap<>(), List.of(), List.of(), 0);
        return new ProfiledColumn(name, statistics, ROWS, false, name.hashCode(), null);
    }

    private static Map<Long, Long> counts(LongFunction<Long> values) {
        return LongStream.range(0, ROWS).mapToObj(values).collect(Collectors.groupingBy(v -> v, Collectors.counting()));
    }

    private static List<Long> falling(LongFunction<Long> values) {
        return counts(values).values().stream()
                .sorted(Collections.reverseOrder())
                .toList();
    }
}
