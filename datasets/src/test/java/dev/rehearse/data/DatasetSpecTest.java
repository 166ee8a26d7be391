package dev.rehearse.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DatasetSpecTest {

    @Test
    void impossible_numbers_are_refused_with_their_values() {
        assertThatThrownBy(() -> DatasetSpec.of(-1, 7)).hasMessageContaining("must not be negative, but was -1");
        assertThatThrownBy(() -> new DatasetSpec(1, Map.of("t", -2L), 7, 0))
                .hasMessageContaining("table \"t\" must not be negative, but was -2");
        assertThatThrownBy(() -> new DatasetSpec(1, Map.of(), 7, 1.5))
                .hasMessageContaining("between 0 and 1, but was 1.5");
        assertThatThrownBy(() -> new DatasetSpec(1, Map.of(), 7, Double.NaN)).isInstanceOf(DatasetException.class);
    }
}
