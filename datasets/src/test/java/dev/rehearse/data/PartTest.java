package dev.rehearse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 1_000_003, Long.MAX_VALUE - 1})
    void parts_follow_each_other_without_gap_and_differ_by_a_row_at_most(long rows) {
        for (int of : new int[] {1, 2, 3, 8, 1_000}) {
            long next = 0;
            for (int index = 1; index <= of; index++) {
                Part part = new Part(index, of);
                assertThat(part.from(rows)).isEqualTo(next);
                assertThat(part.to(rows) - part.from(rows)).isBetween(rows / of, rows / of + 1);
                next = part.to(rows);
            }
            assertThat(next).isEqualTo(rows);
        }
    }

    @Test
    void a_part_that_there_cannot_be_is_refused() {
        assertThatThrownBy(() -> new Part(9, 8))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no part 9 of 8")
                .hasMessageContaining("1/8 to 8/8");
        assertThatThrownBy(() -> new Part(0, 1)).isInstanceOf(DatasetException.class);
    }
}
