package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SampledNumbersTest {

    @Test
    void births_are_far_back_and_far_apart_and_what_happens_to_rows_is_not() {
        List<String> births = List.of("19500304", "19680209", "19790801", "19841231", "20010515");
        List<String> orders = List.of("20240304", "20240209", "20230801", "20241231", "20250515");

        assertThat(SampledNumbers.areDays(births)).isTrue();
        assertThat(SampledNumbers.areDays(orders)).isTrue();
        assertThat(SampledNumbers.areDays(List.of("19500304", "19680209", "19791301", "19841231", "20010515")))
                .isFalse();
        assertThat(SampledNumbers.areOfLives(births)).isTrue();
        assertThat(SampledNumbers.areOfLives(orders)).isFalse();
        assertThat(SampledNumbers.areOfLives(List.of(
                        "1950-03-04 00:00:00+00",
                        "[1968-02-09,)",
                        "1979-08-01",
                        "[1984-12-31,2020-01-01)",
                        "2001-05-15")))
                .isTrue();
        assertThat(SampledNumbers.areOfLives(List.of("1950-03-04", "1990-01-01")))
                .isFalse();
    }

    @Test
    void days_since_1970_as_far_back_as_births_are_told_from_measures_by_those_before_it_or_by_a_name() {
        List<String> births = List.of("-10957", "-5021", "3104", "7731", "12784");
        List<String> later = List.of("104", "3021", "3104", "7731", "12784");

        assertThat(SampledNumbers.areLivesSince1970(births, false)).isTrue();
        assertThat(SampledNumbers.areLivesSince1970(later, false)).isFalse();
        assertThat(SampledNumbers.areLivesSince1970(later, true)).isTrue();
        assertThat(SampledNumbers.areLivesSince1970(List.of("-7", "12", "30", "-1", "4"), true))
                .isFalse();
        assertThat(SampledNumbers.areLivesSince1970(List.of("-10957", "-5021", "3104", "7731", "99999"), true))
                .isFalse();
        assertThat(SampledNumbers.areLivesSince1970(List.of("-5021", "7731", "-5021", "7731", "7731", "7731"), true))
                .isFalse();

        assertThat(SampledNumbers.areDaysSince1970(later)).isTrue();
        assertThat(SampledNumbers.areDaysSince1970(List.of("1956", "1984", "2001")))
                .isFalse();
        assertThat(SampledNumbers.areDaysSince1970(List.of("-1", "1984", "9999", "2001", "1956")))
                .isFalse();
        assertThat(SampledNumbers.areDaysSince1970(List.of("12", "31", "4", "-1")))
                .isFalse();
        assertThat(SampledNumbers.areDaysSince1970(List.of("19560304"))).isFalse();
        assertThat(SampledNumbers.areDaysSince1970(List.of())).isFalse();
    }

    @Test
    void points_in_time_of_these_years_are_told_from_other_long_numbers() {
        assertThat(SampledNumbers.arePointsInTime(
                        List.of(
                                "1704067200000",
                                "1704067201000",
                                "0",
                                "-1",
                                "1735689600000",
                                "1719792000000",
                                "1710000000000"),
                        false))
                .isTrue();
        assertThat(SampledNumbers.arePointsInTime(
                        List.of("1704067200", "1704067201", "1735689600", "1719792000", "1710000000"), true))
                .isTrue();
        assertThat(SampledNumbers.arePointsInTime(
                        List.of("1704067200", "1704067201", "1735689600", "1719792000", "1710000000"), false))
                .isFalse();
        assertThat(SampledNumbers.arePointsInTime(
                        List.of("4915112345678", "4917212345678", "4922112345678", "4930123456789", "4915198765432"),
                        true))
                .isFalse();
        assertThat(SampledNumbers.arePointsInTime(
                        List.of("1704067200", "1704067201000", "1735689600", "1719792000", "1710000000"), true))
                .isFalse();
    }

    @Test
    void numbers_of_citizens_and_times_ahead_are_no_points_in_time_unless_the_name_says_so() {
        String thai = "1101700230708";
        assertThat(SampledNumbers.arePointsInTime(List.of(thai, thai, thai, thai, thai), false))
                .isFalse();
        String year2030 = "1893456000000";
        List<String> ahead = List.of(year2030, "1893456001000", "1893456002000", "1893456003000", "1893456004000");
        assertThat(SampledNumbers.arePointsInTime(ahead, false)).isFalse();
        assertThat(SampledNumbers.arePointsInTime(ahead, true)).isTrue();
    }

    @Test
    void degrees_are_exact_and_neither_shares_nor_prices() {
        assertThat(SampledNumbers.areDegrees(List.of("50.937531", "48.13743", "-0.127758", "52.520008", "9.993682")))
                .isTrue();
        assertThat(SampledNumbers.areDegrees(List.of("50.94", "48.14", "1.13", "52.52", "9.99")))
                .isFalse();
        assertThat(SampledNumbers.areLarge(List.of("0.937531", "0.13743", "0.127758", "0.520008", "0.993682")))
                .isFalse();
        assertThat(SampledNumbers.areDegrees(
                        List.of("1050.937531", "948.13743", "200.127758", "352.520008", "190.993682")))
                .isFalse();
    }

    @Test
    void numbers_around_zero_are_measures_for_nobody_lives_in_the_sea() {
        List<String> changes = List.of("-1.938531", "3.13743", "7.127758", "-2.520008", "0.993682");
        List<String> drifts = List.of("-0.000531", "0.00743", "0.027758", "-0.020008", "0.003682");
        List<String> london = List.of("51.50853", "51.52112", "51.49871", "51.46921", "51.55123");
        assertThat(SampledNumbers.areAtSea(drifts, changes)).isTrue();
        assertThat(SampledNumbers.areAtSea(london, drifts)).isFalse();
        assertThat(SampledNumbers.areAtSea(
                        List.of("51.508530", "51.521120", "-1.000000", "-1.000000"),
                        List.of("-0.127580", "0.091340", "-1.000000", "-1.000000")))
                .isFalse();
    }
}
