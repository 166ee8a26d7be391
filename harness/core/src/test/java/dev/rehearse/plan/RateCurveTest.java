package dev.rehearse.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.InvalidRehearsalException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateCurveTest {

    private static final Duration DAY = Duration.ofSeconds(24);

    private static RateCurve curve(String text) {
        return RateCurve.parse(text, DAY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"400", "6000/min", "100:10s,400/s:20s,50", "0:1s,5", "day:50..400", "day:0,400/s,100", "day:7,7"
            })
    void arrivals_are_the_integral_of_the_rate_and_time_its_inverse(String text) {
        RateCurve curve = curve(text);
        double sum = 0;
        int parts = 1_000;
        for (int i = 0; i < 60 * parts; i++) {
            sum += curve.rateAt((i + 0.5) / parts) / parts;
            if (i % 777 == 0) {
                double second = (i + 1.0) / parts;
                assertThat(curve.arrivalsBefore(second))
                        .as(text + " at " + second)
                        .isCloseTo(sum, within(0.3));
            }
        }
        for (double arrivals = 0.5; arrivals < 5_000; arrivals += 61.7) {
            double second = curve.secondOf(arrivals);
            assertThat(curve.arrivalsBefore(second)).as(text).isCloseTo(arrivals, within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6000/min|100/s|100",
                "100:10s,400/s:20s,50|100/s for 10 s, then 400/s for 20 s, then 50/s|400",
                "day:50..400|50/s to 400/s in a day of 24 s|400",
                "day:50,400,10|10/s to 400/s in a day of 24 s|400"
            })
    void it_says_what_it_is(String text, String words, double highest) {
        assertThat(curve(text).words()).isEqualTo(words);
        assertThat(curve(text).highestPerSecond()).isEqualTo(highest);
    }

    @Test
    void a_rate_that_ends_at_nothing_brings_no_more() {
        RateCurve curve = curve("100:10s,0");

        assertThat(curve.secondOf(999)).isCloseTo(9.99, within(1e-9));
        assertThat(curve.secondOf(1_001)).isInfinite();
        assertThat(curve.arrivalsBefore(1e6)).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fast|\"fast\" in the rate \"fast\" is not understood. Say 400,",
                "100,400|\"100\" in the rate \"100,400\" is not understood.",
                "100:soon,400|\"soon\" in the rate",
                "100:0s,400|\"0s\" in the rate",
                "100:1s:2s|\"100:1s:2s\" in the rate",
                "day:50|at least two points",
                "day:50..|\"\" in the rate",
                "day:400..50|must not be above its highest, but was 400/s to 50/s.",
                "0|must be more than 0/s",
                "0:1s,0|0/s all the time",
                "1000001:1s,2|from 0/s to 1,000,000/s, but was 1000001/s."
            })
    void what_it_cannot_be_is_refused(String text, String message) {
        assertThatThrownBy(() -> curve(text))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(message);
    }
}
