package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "0.04, 0.0 ms",
        "0.9, 0.9 ms",
        "9.94, 9.9 ms",
        "9.96, 10 ms",
        "850, 850 ms",
        "999.4, 999 ms",
        "999.6, 1.0 s",
        "4200, 4.2 s",
        "59940, 59.9 s",
        "59960, 1 min",
        "123000, 2 min 3 s",
        "3599600, 1 h",
        "5460000, 1 h 31 min",
        "-1, not measured",
        "NaN, not measured"
    })
    void lengths_of_time_have_two_or_three_digits(double millis, String words) {
        assertThat(Units.millis(millis)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "999600, 1.0 MB",
        "1234567890, 1.2 GB",
        "218103808, 218 MB",
        "-1, not measured"
    })
    void amounts_of_data_are_in_powers_of_a_thousand(long bytes, String words) {
        assertThat(Units.bytes(bytes)).isEqualTo(words);
    }

    @Test
    void counts_have_separators_and_a_plural() {
        assertThat(Units.count(1_568, "operation")).isEqualTo("1,568 operations");
        assertThat(Units.count(1, "operation")).isEqualTo("1 operation");
        assertThat(Units.rate(400)).isEqualTo("400");
        assertThat(Units.rate(0.5)).isEqualTo("0.5");
    }
}
