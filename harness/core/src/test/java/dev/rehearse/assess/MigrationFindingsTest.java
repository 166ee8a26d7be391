package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording;
import dev.rehearse.report.Verdict;
import org.junit.jupiter.api.Test;

class MigrationFindingsTest extends AssessedRun {

    @Test
    void a_broken_invariant_is_no_go() {
        run.invariants.add(
                new Recording.InvariantFact("money", "select sum(total) from orders", null, "100", "99", "100"));

        assertThat(finding("INVARIANT").measured()).contains("99");
    }

    @Test
    void replay_lag_is_judged_from_the_start_of_the_migration() {
        run.replication.add(new Recording.ReplicationSample(2 * SECOND, "standby 1", 60 * SECOND, 1, SECOND, 0));
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.replication.add(new Recording.ReplicationSample(7 * SECOND, "standby 1", 20 * SECOND, 1, 3 * SECOND, 2));
        assertThat(finding("REPLAY_LAG").measured()).isEqualTo("20.0 s");
        assertThat(report().replication()).singleElement().satisfies(standby -> {
            assertThat(standby.maxLagMillis()).isEqualTo(20_000);
            assertThat(standby.maxReceiveLagMillis()).isEqualTo(3_000);
            assertThat(standby.conflicts()).isEqualTo(2);
        });
    }
}
