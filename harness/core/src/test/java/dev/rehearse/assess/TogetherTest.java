package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.lock;
import static dev.rehearse.assess.RecordedRun.migration;
import static dev.rehearse.assess.RecordedRun.waited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Phase;
import dev.rehearse.report.RehearsalReport.Finding;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transaction over many tables is told of once, and two transactions are told of twice. */
class TogetherTest extends AssessedRun {

    private static final long COMMITTED = 7 * SECOND;

    @BeforeEach
    void noStatements() {
        run.statements.clear();
    }

    private List<Finding> findings(String id) {
        return report().findings().stream()
                .filter(finding -> finding.id().equals(id))
                .toList();
    }

    /** One of a transaction that is over at {@link #COMMITTED}. */
    private void alters(@Nullable String migration, String table, String sql) {
        long start = 5 * SECOND + run.statements.size() * 10_000L;
        run.sent(migration, 4711, start, true, sql, lock(table, LockMode.ACCESS_EXCLUSIVE, COMMITTED - start));
    }

    private void altersAll(int tables) {
        IntStream.range(0, tables).forEach(i -> alters(null, "t" + i, "ALTER TABLE t" + i + " ADD COLUMN note text"));
    }

    private void commits() {
        run.sent(null, 4711, COMMITTED, false, "COMMIT");
    }

    @Test
    void locks_that_nobody_waited_for_are_one_danger_for_a_transaction_that_names_the_tables_the_longest_held_first() {
        altersAll(60);
        commits();

        assertThat(findings("BLOCKING_LOCK")).singleElement().satisfies(danger -> {
            assertThat(danger.title())
                    .isEqualTo("ACCESS EXCLUSIVE on t0 for 2.0 s, though nothing in this load waited that long for it;"
                            + " likewise t1, t2, t3, t4 and 55 others in the same transaction");
            assertThat(danger.statement()).isZero();
            assertThat(danger.evidence().get(1))
                    .startsWith(
                            "in the same transaction, longest first: t1 2.0 s (statement 2), t2 2.0 s (statement 3)")
                    .endsWith("t59 1.4 s (statement 60)");
        });
    }

    @Test
    void all_tables_that_one_statement_locks_are_named() {
        run.statements.add(run.statement(
                "TRUNCATE items, lines",
                5 * SECOND,
                7 * SECOND,
                lock("items", LockMode.ACCESS_EXCLUSIVE, 1_990_000),
                lock("lines", LockMode.ACCESS_EXCLUSIVE, 1_980_000)));

        assertThat(findings("BLOCKING_LOCK"))
                .singleElement()
                .satisfies(danger -> assertThat(danger.title()).endsWith("; likewise lines in the same transaction"));
    }

    @Test
    void what_the_rollback_locks_is_told_as_well_though_the_load_waited_for_the_table_during_the_migration() {
        alters(null, "orders", "ALTER TABLE orders ADD COLUMN note text");
        commits();
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 100_000, SECOND, migration()));
        run.statements.add(run.statement(
                Phase.ROLL_BACK,
                "ALTER TABLE orders DROP COLUMN note",
                9 * SECOND,
                9 * SECOND + 900_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 900_000)));

        assertThat(findings("BLOCKING_LOCK"))
                .singleElement()
                .satisfies(danger -> assertThat(danger.title())
                        .isEqualTo(
                                "ACCESS EXCLUSIVE on orders for 900 ms in the rollback, though nothing in this load waited that"
                                        + " long for it"));
    }

    @Test
    void what_needs_another_way_or_was_committed_before_or_is_another_migrations_is_told_by_itself() {
        alters("V1", "t0", "ALTER TABLE t0 ADD COLUMN note text");
        run.statements.set(0, RecordedRun.rewriting(run.statements.get(0), "t0"));
        alters("V1", "t1", "ALTER TABLE t1 ADD COLUMN note text");
        alters("V2", "t2", "ALTER TABLE t2 ADD COLUMN note text");
        commits();
        long start = 5 * SECOND;
        run.sent(
                "V2",
                4712,
                start,
                true,
                "ALTER TABLE t3 ADD COLUMN note text",
                lock("t3", LockMode.ACCESS_EXCLUSIVE, SECOND));
        run.sent("V2", 4712, COMMITTED, false, "COMMIT");

        assertThat(findings("BLOCKING_LOCK")).extracting(Finding::statement).containsExactly(0, 1, 2, 4);
    }

    @Test
    void waits_behind_a_transaction_that_need_the_same_are_one_finding_with_the_worst_first() {
        altersAll(3);
        commits();
        run.waits.add(waited("read_t1", "t1", "AccessShareLock", 5 * SECOND + 100_000, SECOND, migration()));
        run.waits.add(waited("read_t2", "t2", "AccessShareLock", 5 * SECOND + 100_000, 3 * SECOND / 2, migration()));

        assertThat(findings("LOCK_WAIT")).singleElement().satisfies(breach -> {
            assertThat(breach.title())
                    .startsWith("read_t2 waited up to 1.5 s for ACCESS SHARE on t2 behind statement 3")
                    .endsWith("; likewise t1 in the same transaction");
            assertThat(breach.measured()).isEqualTo("1.5 s");
            assertThat(breach.evidence()).contains("in the same transaction, longest first: t1 1.0 s (statement 2)");
        });
        assertThat(findings("BLOCKING_LOCK"))
                .singleElement()
                .satisfies(danger -> assertThat(danger.title()).startsWith("ACCESS EXCLUSIVE on t0 for 2.0 s"));
        assertThat(report().lockWaits()).hasSize(2);
    }
}
