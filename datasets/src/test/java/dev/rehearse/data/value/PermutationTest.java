package dev.rehearse.data.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 36, 1_000, 1_024, 65_537, 200_000})
    void every_place_is_taken_exactly_once(long size) {
        Permutation permutation = new Permutation(size, 42);

        long[] places =
                LongStream.range(0, size).map(permutation::apply).sorted().toArray();

        assertThat(places).isEqualTo(LongStream.range(0, size).toArray());
    }

    @Test
    void another_seed_gives_another_order() {
        Permutation a = new Permutation(1_000, 1);
        Permutation b = new Permutation(1_000, 2);

        assertThat(LongStream.range(0, 1_000)
                        .filter(i -> a.apply(i) == b.apply(i))
                        .count())
                .isLessThan(20);
    }

    @Test
    void the_largest_size_stays_inside() {
        Permutation permutation = new Permutation(Keys.UNLIMITED, 7);

        assertThat(LongStream.range(0, 10_000).map(permutation::apply))
                .allMatch(place -> place >= 0 && place < Keys.UNLIMITED);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 64, 65})
    void a_place_outside_is_refused(long index) {
        Permutation permutation = new Permutation(64, 1);

        assertThatThrownBy(() -> permutation.apply(index)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
