package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.observe.LockObservation.Gap;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.StatementFact;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LockObservationTest {

    @Test
    void a_statement_that_began_and_ended_unseen_makes_the_gap_around_it_count() {
        LockObservation seen = new LockObservation(
                List.of(),
                List.of(),
                5_000,
                1_000,
                12_000,
                List.of(new Gap(1_000_000, 4_000_000), new Gap(9_000_000, 9_500_000)),
                Map.of(),
                List.of());

        assertThat(seen.longestGapMicros(List.of(statement(5_000_000, 6_000_000))))
                .isEqualTo(12_000);
        assertThat(seen.longestGapMicros(List.of(statement(2_000_000, 2_100_000))))
                .isEqualTo(3_000_000);
        assertThat(seen.longestGapMicros(List.of(statement(9_400_000, 9_900_000))))
                .isEqualTo(500_000);
    }

    private static StatementFact statement(long start, long end) {
        return new StatementFact(
                0,
                Phase.MIGRATE,
                0,
                1,
                1,
                null,
                "SELECT 1",
                start,
                end,
                Outcome.SUCCEEDED,
                null,
                null,
                false,
                1,
                -1,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                -1);
    }
}
