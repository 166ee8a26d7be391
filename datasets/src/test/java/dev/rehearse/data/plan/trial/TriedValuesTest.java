package dev.rehearse.data.plan.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TriedValuesTest {

    @Test
    void a_quarter_of_what_the_rows_draw_from_is_null_however_many_values_passed() {
        List<byte[][]> passed = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            passed.add(new byte[][] {i % 2 == 0 ? null : new byte[] {'a'}});
        }

        List<byte[][]> few = TriedValues.fewNulls(passed);

        assertThat(few).hasSize(1_000);
        assertThat(few.stream().filter(cells -> cells[0] == null)).hasSize(250);
    }
}
