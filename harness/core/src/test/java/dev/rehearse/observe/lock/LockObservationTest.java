package dev.rehearse.observe.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.observe.lock.LockObservation.Gap;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LockObservationTest {

    private static final LockObservation SEEN = new LockObservation(
            List.of(),
            List.of(),
            5_000,
            1_000,
            12_000,
            List.of(new Gap(1_000_000, 4_000_000), new Gap(9_000_000, 9_500_000)),
            Map.of(),
            Map.of(),
            List.of());

    @Test
    void a_run_keeps_every_long_gap_and_a_watch_the_length_of_the_longest_only() {
        for (boolean keeps : List.of(true, false)) {
            Continuity continuity = new Continuity(keeps);
            continuity.until(0, true);
            continuity.until(300_000, true);
            continuity.until(310_000, true);

            assertThat(continuity.longGaps()).isEqualTo(keeps ? List.of(new Gap(0, 300_000)) : List.of());
            assertThat(continuity.longestGapMicros()).isEqualTo(300_000);
        }
    }

    @Test
    void a_statement_that_began_and_ended_unseen_makes_the_gap_until_its_end_count() {
        assertThat(SEEN.longestGapMicros(List.of(statement(5_000_000, 6_000_000))))
                .isEqualTo(12_000);
        assertThat(SEEN.longestGapMicros(List.of(statement(2_000_000, 2_100_000))))
                .isEqualTo(1_100_000);
        assertThat(SEEN.longestGapMicros(List.of(statement(9_400_000, 9_900_000))))
                .isEqualTo(500_000);
        assertThat(SEEN.longestGapMicros(List.of(statement(2_000_000, 2_100_000), statement(3_900_000, 3_950_000))))
                .isEqualTo(2_950_000);
    }

    @Test
    void the_locks_that_outlive_their_statement_count_as_the_statement_does() {
        RelationLock lock = new RelationLock("orders", "table", LockMode.ACCESS_EXCLUSIVE, 0, 2_000_000, true, null);

        assertThat(SEEN.longestGapMicros(List.of(statement(500_000, 600_000, lock))))
                .isEqualTo(1_500_000);
    }

    @Test
    void a_table_is_known_by_its_bare_name_or_that_of_its_index_where_that_is_one_ones_only() {
        LockObservation seen = new LockObservation(
                List.of(),
                List.of(),
                5_000,
                1_000,
                12_000,
                List.of(),
                Map.of(
                        1L,
                        "orders",
                        2L,
                        "shop.items",
                        3L,
                        "items",
                        4L,
                        "shop.\"Late \"\"Table\"\"\"",
                        5L,
                        "shop.seats",
                        6L,
                        "shop.seats_pkey"),
                Map.of("shop.seats_pkey", "shop.seats"),
                List.of());

        assertThat(seen.tableNamed("orders")).isEqualTo("orders");
        assertThat(seen.tableNamed("seats")).isEqualTo("shop.seats");
        assertThat(seen.tableNamed("seats_pkey")).isEqualTo("shop.seats");
        assertThat(seen.tableNamed("Late \"Table\"")).isEqualTo("shop.\"Late \"\"Table\"\"\"");
        assertThat(seen.tableNamed("items")).isNull();
        assertThat(seen.tableNamed("gone")).isNull();
    }

    @Test
    void what_follows_the_death_of_the_server_is_no_gap() {
        assertThat(SEEN.longestGapMicros(List.of(statement(500_000, 1_004_000))))
                .isEqualTo(12_000);
    }

    private static StatementFact statement(long start, long end, RelationLock... locks) {
        return new StatementFact(
                0,
                Phase.MIGRATE,
                0,
                1,
                null,
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
                List.of(locks),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                -1);
    }
}
