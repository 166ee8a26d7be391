package dev.rehearse.data.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ParentChoiceTest {

    @Test
    void nobody_is_chosen_before_being_there_and_few_have_many_rows_still() {
        ParentChoice choice = ParentChoice.skewed(() -> 100, row -> Math.max(1, row / 100), 0, 7);

        long[] rows = new long[100];
        LongStream.range(0, 10_000).forEach(row -> {
            assertThat(choice.parent(row)).isBetween(0L, Math.max(0, row / 100 - 1));
            rows[(int) choice.parent(row)]++;
        });

        assertThat(LongStream.of(rows).max().orElseThrow()).isGreaterThan(500);
    }

    @Test
    void each_of_more_parents_than_rows_is_chosen_once_at_most_and_stands_before_the_row() {
        List<Long> chosen = chosen(ParentChoice.distinct(() -> 250, () -> 100, 1), 100);

        assertThat(chosen).doesNotHaveDuplicates().allMatch(parent -> parent >= 0 && parent < 250);
        assertThat(chosen.subList(1, 100)).isSorted();
        for (int row = 1; row < 100; row++) {
            assertThat(chosen.get(row) * 100).isLessThan(row * 250L);
        }
    }

    @Test
    void of_fewer_parents_than_rows_each_has_one_row_and_those_are_spread_over_all() {
        List<Long> chosen = chosen(ParentChoice.distinct(() -> 10, () -> 105, 1), 105);

        assertThat(chosen.stream().filter(parent -> parent != ParentChoice.NONE))
                .hasSize(10)
                .doesNotHaveDuplicates();
        assertThat(chosen.subList(90, 105)).anyMatch(parent -> parent != ParentChoice.NONE);
    }

    private static List<Long> chosen(ParentChoice choice, long rows) {
        return LongStream.range(0, rows).map(choice::parent).boxed().toList();
    }
}
