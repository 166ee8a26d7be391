package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChanceTest {

    @ParameterizedTest
    @CsvSource({"22003,1", "RH004,1", "42703,0"})
    void of_an_operation_that_never_ran_before_chance_may_explain_what_lies_in_a_value(String error, int explained) {
        Operation failed = new Operation(0, 8 * SECOND, 8 * SECOND, 8 * SECOND + 1_000, Outcome.FAILED, error, 100);

        assertThat(Chance.failures(List.of(failed), List.of(), List.of())).hasSize(explained);
    }

    @ParameterizedTest
    @CsvSource({"0,5,1", "1,5,0.0490", "2,5,0.00098", "6,500,0.384", "14,500,0.00065", "1400,100000,0"})
    void chance_is_the_binomial_distribution_s(long slow, long operations, double probability) {
        assertThat(Chance.atLeast(slow, operations, 0.01)).isCloseTo(probability, within(0.0001));
    }

    @ParameterizedTest
    @CsvSource({
        "5,5,25,0.00397",
        "7,7,48,0.00058",
        "9,9,71,0.00282",
        "20,20,300,0.00307",
        "21,20,315,0.00276",
        "25,22,420,0.0008",
        "100,50,2500,0.5"
    })
    void longer_ones_after_are_judged_by_the_rank_sum_test(int before, int after, long longer, double probability) {
        assertThat(Chance.pairsAtLeast(longer, before, after)).isCloseTo(probability, within(0.0004));
    }
}
