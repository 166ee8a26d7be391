package dev.rehearse.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {

    @ParameterizedTest
    @CsvSource({"500ms, 500", "3s, 3000", "1.5s, 1500", "10min, 600000", "1h, 3600000", "0s, 0", "2_000 ms, 2000"})
    void durations_carry_their_unit(String text, long millis) {
        assertThat(Amounts.duration(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"3", "", "s", "-1s", "3 sec", "1m", "3s 2ms", "1e3s", "_1s", "1__0s", "99999999999999999999s"})
    void what_is_no_duration_is_none(String text) {
        assertThat(Amounts.duration(text)).isEmpty();
    }

    @Test
    void a_duration_reads_as_it_was_written() {
        Random random = new Random(11);
        for (int i = 0; i < 1_000; i++) {
            Duration duration = Duration.ofMillis(random.nextInt(10_000_000));
            assertThat(Amounts.duration(Amounts.duration(duration))).contains(duration);
        }
    }

    @Test
    void whole_numbers_may_have_separators() {
        assertThat(Amounts.whole("2_000_000")).contains(2_000_000L);
        assertThat(Amounts.whole("-7")).contains(-7L);
        assertThat(Amounts.whole("1_")).isEmpty();
        assertThat(Amounts.whole("1.5")).isEmpty();
        assertThat(Amounts.whole("9999999999999999999")).isEmpty();
    }

    @Test
    void shares_are_percentages_or_fractions() {
        assertThat(Amounts.share("1%")).contains(0.01);
        assertThat(Amounts.share("0.5 %")).contains(0.005);
        assertThat(Amounts.share("0.25")).contains(0.25);
        assertThat(Amounts.share("-1%")).isEmpty();
    }

    @Test
    void rates_are_per_second_or_minute() {
        assertThat(Amounts.ratePerSecond("400/s")).contains(400.0);
        assertThat(Amounts.ratePerSecond("400")).contains(400.0);
        assertThat(Amounts.ratePerSecond("90 / min")).contains(1.5);
        assertThat(Amounts.ratePerSecond("400/h")).isEmpty();
    }

    @Test
    void multiples_of_the_baseline_say_so() {
        assertThat(Amounts.timesBaseline("3x baseline")).contains(3.0);
        assertThat(Amounts.timesBaseline("1.5x  baseline")).contains(1.5);
        assertThat(Amounts.timesBaseline("3x")).isEmpty();
    }
}
