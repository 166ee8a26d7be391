package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "4.2 s, time, 4200",
        "850 ms, time, 850",
        "2 min 3 s, time, 123000",
        "1 h 5 min, time, 3900000",
        "'3 x baseline = 12 ms', time, 12",
        "2.5 %, share, 2.5",
        "'0.1 % beyond the baseline', share, 0.1",
        "1.2 GB, bytes, 1200000000",
        "'1,234 ms', time, 1234",
        "'0.4 s of 3.0 s', time, 400"
    })
    void words_are_read_back_as_numbers(String words, String dimension, double value) {
        assertThat(Quantity.of(words)).contains(new Quantity(dimension, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none", "57014", "before 5, after 6", "3 deadlocks", "succeeds"})
    void words_without_a_unit_are_no_quantity(String words) {
        assertThat(Quantity.of(words)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3.0 s, 2.5 %", "3.0 s, none", "none, 3.0 s", "5 MB, 3 s"})
    void unlike_quantities_are_not_compared(String measured, String limit) {
        assertThat(Quantity.comparable(measured, limit)).isEmpty();
    }
}
