package dev.rehearse.data.plan.values;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnequalValuesTest {

    @ParameterizedTest
    @ValueSource(longs = {2, 100, 7_919, 15_838, 1_000_000})
    void one_row_that_has_what_it_must_not_have_takes_that_of_another_however_many_there_are(long rows) {
        Values usual = (row, out) -> out.putLong(row == 0 ? 7 : 8);
        Values other = (row, out) -> out.putLong(7);
        CopyBuffer out = new CopyBuffer(16);

        new UnequalValues(usual, List.of(other), rows).write(0, out);

        assertThat(out.textFrom(0)).isEqualTo("8");
    }
}
