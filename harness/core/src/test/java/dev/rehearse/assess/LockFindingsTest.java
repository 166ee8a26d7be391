package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.lock;
import static dev.rehearse.assess.RecordedRun.migration;
import static dev.rehearse.assess.RecordedRun.reader;
import static dev.rehearse.assess.RecordedRun.waited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockFindingsTest extends AssessedRun {

    @Test
    void a_wait_that_the_commit_ended_is_behind_the_statement_that_took_the_lock() {
        run.statements.clear();
        run.statements.add(run.statement(
                "DROP INDEX orders_note_idx",
                5 * SECOND,
                5 * SECOND + 1_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 300_000)));
        run.statements.add(run.statement("COMMIT", 5 * SECOND + 300_000, 6 * SECOND));
        LockWait wait = waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 301_000, 600_000);
        run.waits.add(seenAt(1, wait));

        assertThat(finding("LOCK_WAIT").statement()).isZero();
    }

    private static LockWait seenAt(int statement, LockWait wait) {
        return new LockWait(
                wait.waiterPid(),
                wait.waiter(),
                wait.waiterKind(),
                wait.lockType(),
                wait.relation(),
                wait.mode(),
                wait.startMicros(),
                wait.endMicros(),
                wait.ended(),
                wait.chain(),
                statement,
                wait.source(),
                wait.errorMicros());
    }

    @Test
    void a_lock_that_was_free_before_the_statement_began_is_not_to_blame() {
        run.statements.clear();
        run.statements.add(run.statement(
                "DROP INDEX orders_note_idx",
                5 * SECOND,
                5 * SECOND + 1_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement("UPDATE orders SET note = ''", 6 * SECOND, 7 * SECOND));
        LockWait wait = waited("place_order", "orders", "RowExclusiveLock", 6 * SECOND + 1_000, 600_000);
        run.waits.add(seenAt(1, wait));

        assertThat(finding("LOCK_WAIT").statement()).isEqualTo(1);
    }

    @Test
    void a_long_wait_for_a_row_is_laid_to_the_statement_that_locked_rows_and_not_to_a_check_after_it() {
        run.statements.clear();
        run.statements.add(run.statement(
                "UPDATE orders SET total = 0",
                5 * SECOND,
                6 * SECOND,
                lock("orders", LockMode.ROW_EXCLUSIVE, 3 * SECOND)));
        run.statements.add(run.statement(
                "ALTER TABLE orders VALIDATE CONSTRAINT positive",
                6 * SECOND,
                8 * SECOND,
                lock("orders", LockMode.SHARE_UPDATE_EXCLUSIVE, 2 * SECOND)));
        run.waits.add(RecordedRun.waitedForRow("orders", 1, 6 * SECOND, 2 * SECOND));

        assertThat(finding("LOCK_WAIT").statement()).isZero();
        assertThat(finding("LOCK_WAIT").title()).contains("waited up to 2.0 s for a row of orders behind V2.sql:1");
    }

    @Test
    void a_long_wait_behind_the_migration_names_waiter_statement_lock_and_safer_way() {
        run.statements.clear();
        run.statements.add(run.statement(
                "CREATE INDEX orders_note_idx ON orders (note)",
                5 * SECOND,
                8 * SECOND,
                lock("orders", LockMode.SHARE, 3 * SECOND)));
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 10_000, 2_900_000, migration()));
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 6 * SECOND, 1_900_000, migration()));

        Finding finding = finding("LOCK_WAIT");

        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(finding.severity()).isEqualTo(Severity.BREACH);
        assertThat(finding.measured()).isEqualTo("2.9 s");
        assertThat(finding.limit()).isEqualTo("500 ms");
        assertThat(finding.statement()).isZero();
        assertThat(finding.catalogue()).isEqualTo("IDX-01");
        assertThat(finding.saferWay()).contains("CONCURRENTLY");
        assertThat(finding.evidence())
                .anySatisfy(line -> assertThat(line).contains("SHARE on orders", "held for 3.0 s"));
        assertThat(finding.evidence())
                .anySatisfy(line -> assertThat(line).contains("2 operations queued: 2 for the lock (2 x place_order)"));
        assertThat(report().statements().get(0).queued()).isEqualTo(2);
    }

    @Test
    void a_wait_behind_the_rollback_says_so() {
        run.statements.add(run.statement(
                Phase.ROLL_BACK,
                "ALTER TABLE orders DROP COLUMN note",
                9 * SECOND,
                9 * SECOND + 900_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 900_000)));
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 9 * SECOND + 10_000, 800_000, migration()));

        assertThat(finding("LOCK_WAIT").title()).endsWith("behind V2.sql:1 of the rollback");
    }

    @Test
    void the_statement_that_took_the_lock_is_blamed_not_the_one_that_ran_later_in_its_transaction() {
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE jobs ADD COLUMN x int",
                5 * SECOND,
                5 * SECOND + 1_000,
                lock("jobs", LockMode.ACCESS_EXCLUSIVE, 3 * SECOND)));
        run.statements.add(run.statement(
                "CREATE INDEX i ON orders (x)",
                5 * SECOND + 1_000,
                8 * SECOND,
                lock("orders", LockMode.SHARE, 2_999_000)));
        run.waits.add(waited("acquire_jobs", "jobs", "AccessShareLock", 7 * SECOND, 900_000, migration()));

        assertThat(finding("LOCK_WAIT").statement()).isZero();
    }

    @Test
    void the_root_blocker_is_named_when_it_is_not_the_migration() {
        run.waits.add(
                waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND, 2 * SECOND, migration(), reader()));

        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).contains("root blocker: longReader"));
        assertThat(report().lockWaits().get(0).rootBlocker()).isEqualTo("longReader");
    }

    @Test
    void waits_of_the_application_for_itself_are_not_the_migrations_fault() {
        run.waits.add(waited(
                "place_order",
                "orders",
                "RowExclusiveLock",
                6 * SECOND,
                2 * SECOND,
                new Blocking(101, "update_order", SessionKind.APPLICATION, "UPDATE ...", false)));

        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void a_wait_behind_an_older_session_and_the_migration_beside_it_is_the_migrations_fault_too() {
        run.waits.add(waited(
                "place_order",
                "orders",
                "RowExclusiveLock",
                6 * SECOND,
                2 * SECOND,
                new Blocking(
                        101,
                        "update_order",
                        SessionKind.APPLICATION,
                        "UPDATE ...",
                        false,
                        List.of(new LockWait.Beside(
                                4711, "migration", SessionKind.MIGRATION, "CREATE INDEX ...", 2 * SECOND)),
                        3)));

        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(
                        line -> assertThat(line)
                                .isEqualTo(
                                        "root blocker: update_order and besides it migration, 3 others; the application waited for all of them"));
        assertThat(report().lockWaits().get(0).alsoBlockedBy())
                .containsExactly("migration (CREATE INDEX ...)", "3 others");
    }

    @Test
    void of_a_wait_behind_another_session_the_migration_answers_for_the_time_in_which_it_was_in_the_way() {
        run.waits.add(behindAnOperationAndTheMigration(10 * SECOND, 20_000));

        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.waits.add(behindAnOperationAndTheMigration(10 * SECOND, 600_000));
        Finding finding = finding("LOCK_WAIT");
        assertThat(finding.measured()).isEqualTo("600 ms");
        assertThat(finding.title()).startsWith("place_order waited up to 600 ms for ");
        assertThat(finding.evidence())
                .anySatisfy(line -> assertThat(line)
                        .endsWith("the application waited for all of them, for the migration 600 ms of 10.0 s"));
    }

    @Test
    void of_a_wait_behind_another_session_several_migrators_answer_for_the_time_in_which_any_of_them_was_in_the_way() {
        LockWait.Beside first = new LockWait.Beside(4711, "migration", SessionKind.MIGRATION, "ALTER ...", 300_000);
        LockWait.Beside second = new LockWait.Beside(4713, "migration", SessionKind.MIGRATION, "ALTER ...", 300_000);
        run.waits.add(waited(
                "place_order",
                "orders",
                "RowExclusiveLock",
                6 * SECOND,
                SECOND,
                new Blocking(
                        101, "update_order", SessionKind.APPLICATION, "UPDATE ...", false, List.of(first, second), 0)));

        assertThat(finding("LOCK_WAIT").measured()).isEqualTo("600 ms");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    private static LockWait behindAnOperationAndTheMigration(long micros, long migrationMicros) {
        LockWait.Beside migration =
                new LockWait.Beside(4711, "migration", SessionKind.MIGRATION, "CREATE INDEX ...", migrationMicros);
        return waited(
                "place_order",
                "orders",
                "RowExclusiveLock",
                6 * SECOND,
                micros,
                new Blocking(101, "update_order", SessionKind.APPLICATION, "UPDATE ...", false, List.of(migration), 0));
    }

    @Test
    void a_view_that_bears_the_name_of_a_renamed_table_is_not_what_its_waiters_wait_for() {
        run.statements.clear();
        run.sent(
                "V2",
                4711,
                5 * SECOND,
                true,
                "ALTER TABLE orders RENAME TO orders_t",
                RecordedRun.lock("orders", LockMode.ACCESS_EXCLUSIVE, 2 * SECOND));
        run.statements.add(run.statement(
                "ALTER TABLE orders_t ALTER COLUMN id TYPE bigint", 5 * SECOND + 2_000, 6 * SECOND + 900_000));
        run.statements.add(run.statement(
                "CREATE VIEW orders AS SELECT id::integer AS id FROM orders_t",
                6 * SECOND + 910_000,
                6 * SECOND + 920_000,
                new RelationLock(
                        "orders",
                        "view",
                        LockMode.ACCESS_EXCLUSIVE,
                        0,
                        100_000,
                        false,
                        "pg_locks after the statement")));
        run.waits.add(
                RecordedRun.waited("place_order", "orders", "AccessShareLock", 5 * SECOND, 2 * SECOND, migration()));

        Finding finding = finding("LOCK_WAIT");

        assertThat(finding.evidence()).first().asString().endsWith("ALTER TABLE orders RENAME TO orders_t");
        assertThat(finding.evidence())
                .anyMatch(line ->
                        line.startsWith("meanwhile its transaction went on with statement 2 (V2.sql:1) for 1.9 s")
                                && line.endsWith("ALTER COLUMN id TYPE bigint"));
    }

    @ParameterizedTest
    @CsvSource({"orders,A second column of the new type", "items,Commit right after this statement"})
    void the_way_out_of_a_lock_that_a_later_rewrite_keeps_is_the_rewrites_where_it_is_of_that_table(
            String rewritten, String way) {
        run.statements.clear();
        run.sent(
                "V2",
                4711,
                5 * SECOND,
                true,
                "ALTER TABLE orders ALTER id DROP DEFAULT",
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 2 * SECOND));
        StatementFact work = run.statement(
                "ALTER TABLE " + rewritten + " ALTER COLUMN id TYPE bigint", 5 * SECOND + 2_000, 6 * SECOND + 900_000);
        run.statements.add(RecordedRun.rewriting(work, rewritten));
        run.waits.add(
                RecordedRun.waited("place_order", "orders", "AccessShareLock", 5 * SECOND, 2 * SECOND, migration()));

        assertThat(finding("LOCK_WAIT").statement()).isZero();
        assertThat(finding("LOCK_WAIT").saferWay()).startsWith(way);
    }

    @Test
    void a_short_rewrite_whose_transaction_goes_on_elsewhere_is_told_to_commit_before_its_own_way() {
        run.statements.clear();
        run.sent(
                "V2",
                4711,
                5 * SECOND,
                true,
                "ALTER TABLE orders ALTER id TYPE bigint",
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 2 * SECOND));
        run.statements.set(0, RecordedRun.rewriting(run.statements.get(0), "orders"));
        run.statements.add(run.statement("UPDATE items SET n = 0", 5 * SECOND + 2_000, 6 * SECOND + 900_000));
        run.waits.add(
                RecordedRun.waited("place_order", "orders", "AccessShareLock", 5 * SECOND, 2 * SECOND, migration()));

        assertThat(finding("LOCK_WAIT").saferWay())
                .startsWith("Commit right after this statement")
                .contains("A second column of the new type");
    }

    private static LockWait deadlock(LockWait.Blocking other) {
        return new LockWait(
                1,
                "place_order",
                SessionKind.APPLICATION,
                "relation",
                "orders",
                "RowExclusiveLock",
                6 * SECOND,
                7 * SECOND,
                LockWait.Ended.DEADLOCK,
                List.of(other),
                0,
                LockWait.Source.SERVER_MESSAGE,
                1);
    }

    @Test
    void a_deadlock_under_the_migration_is_no_go() {
        run.waits.add(deadlock(migration()));

        assertThat(finding("DEADLOCK").catalogue()).isEqualTo("TX-01");
    }

    @Test
    void a_deadlock_of_two_operations_is_not_the_migrations_fault() {
        run.waits.add(deadlock(new LockWait.Blocking(2, "cancel_order", SessionKind.APPLICATION, null, true)));

        assertThat(report().findings()).extracting(RehearsalReport.Finding::id).doesNotContain("DEADLOCK");
    }

    @Test
    void operations_that_deadlock_with_the_migration_beside_them_are_not_told_as_its_deadlock() {
        run.waits.add(deadlock(behindAnOperationAndTheMigration(SECOND, 20_000).rootBlocker()));

        assertThat(report().findings()).extracting(RehearsalReport.Finding::id).doesNotContain("DEADLOCK");
    }

    @Test
    void migrators_that_wait_for_each_other_are_told_apart_from_the_application() {
        run.waits.add(new LockWait(
                4712,
                "migration",
                SessionKind.MIGRATION,
                "advisory",
                null,
                "ExclusiveLock",
                6 * SECOND,
                7 * SECOND,
                LockWait.Ended.DEADLOCK,
                List.of(),
                0,
                LockWait.Source.SERVER_MESSAGE,
                1));

        assertThat(finding("DEADLOCK").title()).isEqualTo("Migrators waited for each other: 1 deadlock");
        assertThat(finding("DEADLOCK").saferWay()).contains("pg_try_advisory_lock");
        assertThat(finding("DEADLOCK").catalogue()).isEqualTo("TX-05");
    }
}
