package dev.rehearse.workload.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseSampleTest {

    @ParameterizedTest
    @CsvSource({"0,2000", "1,2000", "300,2000", "1000,600", "20000,30"})
    void the_rows_of_all_tables_together_have_a_limit(int tables, int rowsOfEach) {
        assertThat(BaseSample.share(tables)).isEqualTo(rowsOfEach);
    }
}
