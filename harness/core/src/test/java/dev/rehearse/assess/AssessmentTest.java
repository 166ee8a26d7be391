package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.lock;
import static dev.rehearse.assess.RecordedRun.migration;
import static dev.rehearse.assess.RecordedRun.reader;
import static dev.rehearse.assess.RecordedRun.waited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.plan.Budget;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.RunDelay;
import dev.rehearse.recording.Recording.RunDelay.Whose;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.ChecklistLine;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssessmentTest {

    private final RecordedRun run = new RecordedRun();

    private RehearsalReport report() {
        return Assessment.of(run.build());
    }

    private Finding finding(String id) {
        RehearsalReport report = report();
        return report.findings().stream()
                .filter(f -> f.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + id + " in " + report.findings()));
    }

    @Test
    void a_migration_that_nobody_felt_is_go_without_a_finding() {
        RehearsalReport report = report();

        assertThat(report.verdict()).isEqualTo(Verdict.GO);
        assertThat(report.findings()).isEmpty();
        assertThat(report.outages()).isEmpty();
        assertThat(report.operations())
                .extracting(o -> o.phase())
                .contains("BASELINE", "MIGRATE", "SETTLE", "ROLL_BACK");
    }

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
    void rows_that_are_gone_are_the_fault_of_the_statement_that_wrote_to_the_table() {
        run.statements.clear();
        run.statements.add(run.statement(
                "DELETE FROM orders", 5 * SECOND, 5 * SECOND + 1_000, lock("orders", LockMode.ROW_EXCLUSIVE, 2_000)));
        run.statements.add(run.statement("COMMIT", 5 * SECOND + 1_000, 5 * SECOND + 2_000));
        run.failingShare = 0.1;
        run.failingWith = "RH001";

        Finding finding = finding("ERRORS");

        assertThat(finding.statement()).isZero();
        assertThat(finding.title())
                .endsWith("failed with RH001 (a checked read gave another number of rows) while the migration ran");
        assertThat(finding.saferWay()).contains("no longer reads them");
    }

    @Test
    void rows_that_are_gone_are_not_the_fault_of_what_only_changed_the_table_itself() {
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD a int",
                5 * SECOND - 3_000,
                5 * SECOND - 2_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement(
                "-- old ones\nDELETE FROM orders",
                5 * SECOND - 2_000,
                5 * SECOND - 1_000,
                lock("orders", LockMode.ROW_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD b int",
                5 * SECOND - 1_000,
                5 * SECOND,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.failingShare = 0.1;
        run.failingWith = "RH001";
        assertThat(finding("ERRORS").statement()).isEqualTo(1);

        run.statements.add(run.statement(
                "ALTER TABLE orders DETACH PARTITION orders_2025",
                5 * SECOND - 1_000,
                5 * SECOND,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        assertThat(finding("ERRORS").statement()).isEqualTo(3);

        run.failingWith = "42703";
        run.statements.remove(3);
        assertThat(finding("ERRORS").statement()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE orders ENABLE ROW LEVEL SECURITY                    | 1
            CREATE POLICY own ON orders USING (owner = current_user)        | 1
            ALTER TABLE orders RENAME TO orders_old                         | 1
            ALTER TABLE orders ALTER code TYPE text USING lower(code)       | 1
            ALTER TABLE orders NO INHERIT all_orders                        | 1
            CREATE OR REPLACE VIEW orders AS SELECT * FROM o WHERE NOT gone | 1
            WITH old AS (SELECT 1) DELETE FROM orders USING old             | 1
            /* all */ TRUNCATE orders                                       | 1
            DO $$ BEGIN DELETE FROM orders; END $$                          | 1
            ALTER TABLE orders ADD UNIQUE USING INDEX orders_code           | 0
            ALTER TABLE orders RENAME type TO kind                          | 0
            CREATE INDEX ON orders USING gin (tags)                         | 0
            DROP INDEX orders_code                                          | 0
            """)
    void rows_that_are_gone_may_be_there_and_not_be_found(String sql, int statement) {
        run.statements.clear();
        run.statements.add(run.statement(
                "DELETE FROM orders WHERE id < 0",
                5 * SECOND - 2_000,
                5 * SECOND - 1_000,
                lock("orders", LockMode.ROW_EXCLUSIVE, 1_000)));
        run.statements.add(
                run.statement(sql, 5 * SECOND - 1_000, 5 * SECOND, lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.failingShare = 0.1;
        run.failingWith = "RH001";

        assertThat(finding("ERRORS").statement()).isEqualTo(statement);
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
    void an_outage_has_the_length_for_which_nothing_succeeded() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;

        RehearsalReport report = report();

        assertThat(report.outages()).hasSize(1);
        assertThat(report.outages().get(0).table()).isEqualTo("orders");
        assertThat(report.outages().get(0).millis()).isCloseTo(2_000, within(11.0));
        assertThat(report.outages().get(0).startMillis()).isCloseTo(6_000, within(11.0));
    }

    @ParameterizedTest
    @CsvSource({"22003,1", "RH004,1", "42703,0"})
    void of_an_operation_that_never_ran_before_chance_may_explain_what_lies_in_a_value(String error, int explained) {
        Operation failed = new Operation(0, 8 * SECOND, 8 * SECOND, 8 * SECOND + 1_000, Outcome.FAILED, error, 100);

        assertThat(Chance.failures(List.of(failed), List.of(), List.of())).hasSize(explained);
    }

    @Test
    void an_operation_that_never_works_on_the_new_schema_is_a_breach_whatever_share_of_errors_is_allowed() {
        run.budget = new Budget(null, null, null, null, null, 1.0, null, null, Budget.RollbackRule.TESTED_IF_PRESENT);
        run.failingShare = 0.1;
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        // Due at 8 s, on the new schema, alone.
        run.every = 2 * SECOND;
        run.failingShare = 0.5;
        assertThat(finding("ERRORS").title())
                .isEqualTo("place_order never worked on the new schema, but failed with 42703 (undefined column)");
        assertThat(finding("ERRORS").measured()).isEqualTo("0 of 1 operation succeeded");

        run.failingWith = "57014";
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("ERRORS");

        run.every = SECOND / 100;
        run.failingShare = 1;
        assertThat(finding("ERRORS").measured()).isEqualTo("0 of 100 operations succeeded");
        run.failingWith = Operation.NO_CONNECTION;
        assertThat(report().findings())
                .as("none of them came to the new schema")
                .extracting(Finding::id)
                .doesNotContain("ERRORS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", Operation.OWN_FAILURE})
    void what_half_of_the_new_applications_operations_fail_with_is_no_chance(String error) {
        run.newApplication = "shop 1.5";
        run.newFailsWith = error;

        assertThat(finding("ERRORS").title()).startsWith("50 of 200 operations failed with " + error);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void one_operation_that_fails_on_a_table_that_is_rarely_asked_is_an_error_and_no_outage_until_the_next() {
        run.every = SECOND;
        run.failingShare = 0.5;

        assertThat(finding("ERRORS").title()).startsWith("1 of 1 operation failed");
        assertThat(finding("ERRORS").evidence())
                .as("of each phase, told once")
                .anySatisfy(
                        line -> assertThat(line)
                                .isEqualTo(
                                        "for the same: 1 of 3 operations failed with 42703 (undefined column) while the migration ran"));
        assertThat(report().outages()).isEmpty();
    }

    @Test
    void an_outage_is_the_fault_of_a_block_that_locks_again_and_again_for_as_long_as_it_runs() {
        run.statements.clear();
        run.statements.add(run.statement(
                "DO $$ ... COMMIT ... $$", 5 * SECOND, 9 * SECOND, lock("orders", LockMode.ACCESS_EXCLUSIVE, 300_000)));
        run.statements.add(run.statement(
                "LOCK orders", 6 * SECOND, 6 * SECOND + 1_000, lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;

        assertThat(finding("OUTAGE").statement()).isEqualTo(0);
    }

    @Test
    void an_outage_in_which_operations_are_refused_is_not_mended_by_a_shorter_lock() {
        run.failingShare = 1;
        run.failingWith = "42P01";

        assertThat(finding("OUTAGE").saferWay()).startsWith("Expand and contract");

        run.failingShare = 0;
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        assertThat(finding("OUTAGE").saferWay()).doesNotContain("Expand and contract");
    }

    @Test
    void a_machine_that_stood_still_breaks_no_limit_but_nothing_was_measured_meanwhile() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.pauses = List.of(new Recording.Pause(6 * SECOND, 2 * SECOND));
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("OUTAGE", "RESPONSE_TIME");
        assertThat(finding("MACHINE_STALLED").evidence().get(0)).contains("longestOutage", "responseP99 in MIGRATE");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.pauses = List.of(new Recording.Pause(6 * SECOND, SECOND / 2));
        assertThat(finding("OUTAGE").severity()).isEqualTo(Severity.BREACH);
        assertThat(finding("RESPONSE_TIME").evidence())
                .last()
                .asString()
                .startsWith("felt: ")
                .contains("max 2.0 s");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void a_lock_that_only_the_tap_kept_for_too_long_breaks_no_limit_but_was_not_measured() {
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 10_000, 640_000, migration()));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.holds = List.of(new Recording.Hold(migration().pid() + 1, 5 * SECOND + 200_000, 158_000));
        // That was another session of the migration's, for which nobody waited.
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.holds = List.of(new Recording.Hold(migration().pid(), 5 * SECOND + 200_000, 158_000));
        Finding stalled = finding("MACHINE_STALLED");
        assertThat(stalled.title()).isEqualTo("Rehearse itself kept the migration waiting");
        assertThat(stalled.evidence())
                .contains(
                        "not to be told apart from the migration: longestLockWait",
                        "the migration's transactions were kept open for 158 ms of it, while Rehearse read their locks");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        // Others that took less of the time are not to blame.
        run.runDelays = List.of(new RunDelay(Whose.CLIENT, 100, 5 * SECOND + 200_000, 100_000, 2_000, 0.3));
        assertThat(finding("MACHINE_STALLED").title()).isEqualTo("Rehearse itself kept the migration waiting");
        run.runDelays = List.of();

        // Both at once are no more than one.
        run.holds = List.of(new Recording.Hold(migration().pid(), 5 * SECOND + 200_000, 100_000));
        run.pauses = List.of(new Recording.Pause(5 * SECOND + 220_000, 100_000));
        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).endsWith("for 120 ms of that"));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void a_lock_that_was_kept_for_too_long_only_as_other_programs_had_the_cores_breaks_no_limit_but_was_not_measured() {
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 10_000, 640_000, migration()));

        run.runDelays = List.of(new RunDelay(Whose.SESSION, 4711, 5 * SECOND + 100_000, 300_000, 200_000, 0.75));
        Finding starved = finding("MACHINE_STALLED");
        assertThat(starved.title()).isEqualTo("Other programs had this machine's CPU while it measured");
        assertThat(starved.evidence())
                .containsExactly(
                        "not to be told apart from the migration: longestLockWait",
                        "other programs had up to 75 % of what was used of the cores since then; the migration lost"
                                + " 150 ms to them while operations waited for its locks, the load up to 0 ms");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        // What others lost took nothing from this wait.
        run.runDelays = List.of(
                new RunDelay(Whose.SESSION, 4711, 5 * SECOND + 100_000, 300_000, 100_000, 0.75),
                new RunDelay(Whose.SESSION, 4799, 5 * SECOND + 100_000, 300_000, 300_000, 0.75));
        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).endsWith("for 75 ms of that"));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void what_a_session_lost_while_the_machine_stood_still_or_another_for_which_nobody_waited_does_not_count() {
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND + 10_000, 640_000, migration()));
        RunDelay lost = new RunDelay(Whose.SESSION, 4711, 5 * SECOND + 100_000, 120_000, 120_000, 0.75);
        run.runDelays = List.of(lost);
        run.pauses = List.of(new Recording.Pause(lost.startMicros(), lost.micros()));
        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).endsWith("for 120 ms of that"));

        run.backendPid = 4713;
        run.statements.add(run.statement("SELECT 1", 5 * SECOND + 10_000, 5 * SECOND + 640_000));
        run.runDelays = List.of(
                lost, new RunDelay(Whose.SESSION, run.backendPid, 5 * SECOND + 300_000, 300_000, 300_000, 0.75));
        assertThat(finding("LOCK_WAIT").evidence())
                .anySatisfy(line -> assertThat(line).endsWith("for 120 ms of that"));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void other_programs_may_have_the_cores_while_the_migration_keeps_nobody_waiting() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.runDelays = List.of(new RunDelay(Whose.SESSION, 4711, 6 * SECOND, 2 * SECOND, 2 * SECOND, 0.9));
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.runDelays = List.of(new RunDelay(Whose.CLIENT, 100, 6 * SECOND, 2 * SECOND, 2 * SECOND, 0.9));
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("OUTAGE", "RESPONSE_TIME");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    private double countedP99(String phase) {
        return report().operations().stream()
                .filter(operation -> operation.phase().equals(phase))
                .mapToDouble(operation -> operation.countedMillis().p99())
                .max()
                .orElseThrow();
    }

    private double lostIn(String phase) {
        return report().phases().stream()
                .filter(span -> span.phase().equals(phase))
                .mapToDouble(RehearsalReport.PhaseSpan::lostMillis)
                .sum();
    }

    @Test
    void the_report_says_what_of_a_time_the_machine_took() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        assertThat(lostIn("MIGRATE")).isZero();
        assertThat(countedP99("MIGRATE")).isGreaterThan(1_900);
        assertThat(report().outages())
                .allSatisfy(o -> assertThat(o.countedMillis()).isEqualTo(o.millis()));

        run.runDelays = List.of(
                new RunDelay(Whose.SESSION, 4711, 6 * SECOND, SECOND, SECOND / 2, 1),
                new RunDelay(Whose.CLIENT, 100, 6 * SECOND, 2 * SECOND, 2 * SECOND, 1));
        assertThat(lostIn("MIGRATE"))
                .as("what the load lost is not the migration's")
                .isEqualTo(500);
        assertThat(lostIn("BASELINE")).isZero();
        assertThat(countedP99("MIGRATE")).isLessThan(100);
        assertThat(report().outages())
                .isNotEmpty()
                .allSatisfy(o -> assertThat(o.countedMillis()).isLessThan(o.millis() / 2));
    }

    @Test
    void operations_are_not_excused_by_what_another_client_lost_to_other_programs() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.runDelays = List.of(new RunDelay(Whose.CLIENT, 101, 6 * SECOND, 2 * SECOND, 2 * SECOND, 0.9));

        assertThat(report().findings()).extracting(Finding::id).contains("OUTAGE", "RESPONSE_TIME");
    }

    @Test
    void what_the_tap_held_comes_off_operations_that_waited_for_it() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.holds = List.of(new Recording.Hold(migration().pid(), 6 * SECOND, 2 * SECOND));
        assertThat(report().findings()).extracting(Finding::id).contains("OUTAGE", "RESPONSE_TIME");

        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 6 * SECOND, 2 * SECOND, migration()));
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void a_machine_may_stand_still_while_the_migration_runs_again_too() {
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 11 * SECOND, 600_000, migration()));
        run.pauses = List.of(new Recording.Pause(11 * SECOND + 100_000, 300_000));

        assertThat(finding("MACHINE_STALLED").evidence())
                .contains("since the migration began: 1 time, the longest for 300 ms at 11.1 s");
    }

    @Test
    void errors_beyond_the_baseline_break_the_budget_and_say_what_the_sqlstate_means() {
        run.failingShare = 0.1;

        Finding finding = finding("ERRORS");

        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(finding.evidence()).anySatisfy(line -> assertThat(line).contains("42703 (undefined column)"));
        assertThat(finding.saferWay()).contains("Expand and contract");
    }

    @Test
    void cached_plans_that_fail_are_a_danger_in_the_derived_workload_and_an_error_in_the_users_own() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        assertThat(report().findings()).extracting(Finding::id).containsOnly("ERRORS");

        run.application = "derived";
        run.changes.add(new SchemaDifference("column orders.total", "integer not null", "bigint not null"));
        assertThat(report().findings())
                .filteredOn(finding -> finding.id().equals("CACHED_PLAN"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.DANGER))
                .satisfies(finding ->
                        assertThat(finding.effect()).contains("a column whose type or collation has changed"));
        assertThat(report().summary())
                .anyMatch(line -> line.contains(", all of them as statements prepared before the table changed"));
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void cached_plans_of_a_table_whose_name_is_quoted_are_as_great_a_danger() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";
        run.loadTable = "shop.\"Order\"";
        run.changes.add(new SchemaDifference("column shop.\"Order\".\"Total\"", "integer", "bigint"));

        assertThat(finding("CACHED_PLAN").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_column_of_another_collation_is_as_great_a_danger_to_cached_plans_as_one_of_another_type() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";
        run.changes.add(new SchemaDifference("column orders.note", "text not null", "text collate \"C\" not null"));

        assertThat(finding("CACHED_PLAN").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_type_that_was_made_anew_under_its_name_is_as_great_a_danger_to_cached_plans() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";
        run.statements.add(run.statement(
                "ALTER TABLE orders ALTER m TYPE mood USING m::text::mood", 5 * SECOND + 3_000, 5 * SECOND + 4_000));

        assertThat(finding("CACHED_PLAN").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_new_column_is_no_danger_for_applications_that_name_theirs() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";
        run.changes.add(new SchemaDifference("column orders.note", null, "text"));
        run.changes.add(new SchemaDifference("column carts.total", "integer not null", "bigint not null"));

        assertThat(report().findings()).extracting(Finding::id).containsExactly("CACHED_PLAN");
        assertThat(report().findings().get(0).severity()).isEqualTo(Severity.NOTE);
        assertThat(report().findings().get(0).effect()).contains("one that names its columns does not notice");
    }

    @Test
    void response_time_is_judged_against_the_limit() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 6 * SECOND + 400_000;
        run.budget = responseLimit(Duration.ofMillis(300), null);

        assertThat(finding("RESPONSE_TIME").limit()).isEqualTo("300 ms");
    }

    @Test
    void response_time_that_the_baseline_has_as_well_is_not_blamed_on_the_migration() {
        run.jitterMicros = 400_000;
        run.budget = responseLimit(Duration.ofMillis(300), null);
        assertThat(finding("BASELINE_AS_SLOW").evidence())
                .containsExactly(
                        "5.00 % of the operations in MIGRATE took longer",
                        "5.00 % did in a stretch of the baseline that is as long");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 6 * SECOND + 800_000;
        assertThat(finding("RESPONSE_TIME").severity()).isEqualTo(Severity.BREACH);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void one_slow_operation_of_a_few_may_be_chance_and_more_are_not() {
        run.every = 100_000;
        run.budget = responseLimit(Duration.ofMillis(300), null);
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 6 * SECOND + 800_000;
        assertThat(finding("RESPONSE_TIME").measured()).isEqualTo("801 ms");

        run.every = SECOND;
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("RESPONSE_TIME");
        assertThat(finding("TOO_FEW_TO_TELL").evidence().get(0)).startsWith("1 of 3 operations took longer");
        assertThat(finding("TOO_FEW_TO_TELL").severity()).isEqualTo(Severity.NOTE);
    }

    @Test
    void a_multiple_of_a_short_response_time_counts_from_twenty_milliseconds() {
        run.budget = responseLimit(null, 3.0);
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 6 * SECOND + 15_000;
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("RESPONSE_TIME");

        run.blockedTo = 6 * SECOND + 500_000;
        assertThat(finding("RESPONSE_TIME").limit()).isEqualTo("3 x baseline, at least 20 ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", "RH004"})
    void an_error_that_lies_in_the_values_may_be_chance_until_there_are_many(String error) {
        run.failingWith = error;
        run.failingShare = 0.01;
        assertThat(finding("FEW_ERRORS").severity()).isEqualTo(Severity.NOTE);
        assertThat(finding("FEW_ERRORS").evidence()).containsExactly("before the migration: 0 of 500 operations");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.statements.add(run.statement(
                "UPDATE orders SET total = total * 100",
                5 * SECOND + 3_000,
                6 * SECOND,
                RecordedRun.lock("orders", LockMode.ROW_EXCLUSIVE, 900_000)));
        assertThat(finding("FEW_ERRORS").severity()).isEqualTo(Severity.VOID);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.failingShare = 0.2;
        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.BREACH);
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("FEW_ERRORS");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
            column orders.note         | -       | text                                         | FEW_ERRORS
            column order of orders     | id      | id note                                      | FEW_ERRORS
            index orders_note          | -       | CREATE INDEX orders_note ON orders (note)    | FEW_ERRORS
            index orders_half          | -       | CREATE INDEX ON orders ((total / share))     | ERRORS
            index orders_open          | -       | CREATE INDEX orders_open ON public.orders USING btree ("note", total DESC) INCLUDE (id) WHERE ((closed IS NULL) AND ((kind)::text = 'a-b'::text) AND (total > 1.5)) | FEW_ERRORS
            index orders_soon          | -       | CREATE INDEX orders_soon ON public.orders USING btree (note) WITH (fillfactor='70') WHERE ((total / share) > 1) | ERRORS
            index orders_year          | -       | CREATE INDEX orders_year ON public.orders USING btree (note) WHERE ((note)::integer > 2000) | ERRORS
            index orders_code          | -       | CREATE INDEX orders_code ON public.orders USING btree (note) WHERE checked(note) | ERRORS
            column orders.half         | -       | integer generated always stored as (total/2) | ERRORS
            column orders.total        | bigint  | integer                                      | ERRORS
            trigger orders.check_total | -       | CREATE TRIGGER check_total                   | ERRORS
            """)
    void an_error_that_lies_in_a_value_is_no_chance_where_the_new_schema_may_refuse_it(
            String object, @Nullable String before, String after, String expected) {
        run.failingShare = 0.01;
        run.changes.add(new SchemaDifference(object, before, after));

        for (String error : List.of("22003", "RH004")) {
            run.failingWith = error;
            assertThat(report().findings()).extracting(Finding::id).contains(expected);
        }
    }

    @Test
    void a_migration_of_a_table_with_next_to_no_rows_says_little_of_one_with_many() {
        run.rows = Map.of("orders", 20_000L, "items", 1_000_000L);
        assertThat(report().notMeasured()).noneMatch(line -> line.contains("more rows"));

        run.rows = Map.of("orders", 19_999L, "items", 1_000_000L);
        assertThat(report().notMeasured())
                .contains("what more rows of orders (19,999 here) do: where production has more, say how many under"
                        + " data: { rows: ... } in the plan");

        run.broughtRows = true;
        assertThat(report().notMeasured()).noneMatch(line -> line.contains("more rows"));
    }

    @Test
    void a_server_that_does_not_wait_for_its_disk_tells_nothing_of_one() {
        assertThat(report().notMeasured()).noneMatch(line -> line.contains("fsync"));

        run.settings = Map.of("fsync", "off");
        assertThat(report().notMeasured()).anyMatch(line -> line.contains("fsync is off"));
    }

    @Test
    void of_a_server_that_somebody_else_runs_neither_standbys_nor_settings_are_the_plan_s() {
        run.settingsGiven = false;
        assertThat(report().notMeasured())
                .contains("replication: no standby in this rehearsal", "production's own settings: none given");

        run.provider = "external";
        assertThat(report().notMeasured())
                .contains(
                        "replication: standbys of a server that you name are not watched",
                        "production's own settings: this server's own were in use");
        assertThat(report().checklist())
                .filteredOn(line -> line.item().startsWith("replication lag"))
                .extracting(ChecklistLine::evidence)
                .containsOnly("standbys of a server that you name are not watched");
    }

    @Test
    void an_error_that_the_baseline_has_is_a_breach_where_it_is_more_frequent_than_chance_explains() {
        run.baselineFailsWith = "40P01";
        run.failingWith = "40P01";
        run.failingShare = 0.06;
        assertThat(finding("FEW_ERRORS").limit()).isEqualTo("none beyond the baseline");

        run.failingShare = 0.2;
        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.BREACH);

        run.baselineFailsWith = null;
        run.failingShare = 0.01;
        assertThat(finding("ERRORS").title()).contains("40P01");
    }

    @Test
    void an_operation_that_stays_slow_on_the_new_schema_is_a_breach_but_not_where_the_others_are_as_slow() {
        run.slowerMicros = 2_000;
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.slowerMicros = 20_000;
        assertThat(finding("SLOWDOWN").title())
                .startsWith("place_order takes 21 ms on the new schema instead of 1.0 ms");
        assertThat(finding("SLOWDOWN").measured()).isEqualTo("21 x baseline");
        assertThat(finding("SLOWDOWN").statement()).isEqualTo(0);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.allAreSlower = true;
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
        run.allAreSlower = false;

        run.loadTable = "customers";
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("SLOWDOWN");
    }

    @Test
    void a_slow_operation_is_laid_to_what_dropped_its_index_and_not_to_what_locked_its_table_first() {
        run.slowerMicros = 20_000;
        run.statements.add(run.statement("DROP INDEX orders_state", 5 * SECOND + 3_000, 5 * SECOND + 4_000));
        run.statements.add(
                run.statement("CREATE INDEX orders_state ON orders (note)", 5 * SECOND + 5_000, 5 * SECOND + 6_000));
        run.changes.add(new SchemaDifference(
                "index orders_state",
                "CREATE INDEX orders_state ON public.orders USING btree (state)",
                "CREATE INDEX orders_state ON public.orders USING btree (note)"));

        assertThat(finding("SLOWDOWN").statement()).isEqualTo(1);
    }

    @Test
    void a_cached_plan_is_laid_to_what_gives_the_table_other_columns_and_not_to_what_locked_it_first() {
        run.statements.set(
                0,
                run.statement(
                                "ALTER TABLE orders DISABLE TRIGGER touch",
                                5 * SECOND - 5_000,
                                5 * SECOND - 4_000,
                                lock("orders", LockMode.ACCESS_EXCLUSIVE, 5_000))
                        .withIndex(0));
        run.statements.add(run.statement(
                "ALTER TABLE orders ALTER COLUMN total TYPE bigint", 5 * SECOND - 4_000, 5 * SECOND - 3_000));
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0)", 5 * SECOND - 3_000, 5 * SECOND - 2_000));
        run.failingShare = 1;
        run.failingWith = "0A000";

        assertThat(report().findings())
                .filteredOn(finding -> Set.of("ERRORS", "CACHED_PLAN").contains(finding.id()))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.statement()).isEqualTo(1));
    }

    @Test
    void an_error_is_laid_to_what_was_committed_and_not_to_what_failed_or_was_rolled_back() {
        run.statements.clear();
        run.sent("V1", 4711, 5 * SECOND - 9_000, false, "ALTER TABLE orders DROP COLUMN note");
        run.sent("V2", 4711, 5 * SECOND - 8_000, true, "BEGIN");
        run.sent("V2", 4711, 5 * SECOND - 7_000, true, "ALTER TABLE orders DROP COLUMN total");
        run.sent("V2", 4711, 5 * SECOND - 6_000, false, "ROLLBACK");
        failed("ALTER TABLE orders DROP COLUMN id", "2BP01", "cannot drop column id", 5 * SECOND - 4_000);
        run.failingShare = 1;

        assertThat(finding("ERRORS").statement()).isZero();
    }

    @Test
    void on_conflict_that_fails_is_laid_to_what_lets_its_constraint_be_deferred() {
        run.statements.set(
                0,
                run.statement(
                                "ALTER TABLE orders ADD COLUMN note text",
                                5 * SECOND - 5_000,
                                5 * SECOND - 4_000,
                                lock("orders", LockMode.ACCESS_EXCLUSIVE, 5_000))
                        .withIndex(0));
        run.statements.add(run.statement(
                "ALTER TABLE orders DROP CONSTRAINT c, ADD CONSTRAINT c UNIQUE (total) DEFERRABLE",
                5 * SECOND - 4_000,
                5 * SECOND - 3_000));
        run.failingShare = 1;
        run.failingWith = "55000";

        assertThat(finding("ERRORS").statement()).isEqualTo(1);
        assertThat(finding("ERRORS").saferWay()).contains("leave it NOT DEFERRABLE");
    }

    @Test
    void of_errors_of_several_kinds_the_statement_is_named_that_the_most_frequent_one_is_of() {
        run.failingShare = 0.2;
        run.failingWith = "23514";
        run.othersFailWith = "42703";
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD CHECK (total > 0)",
                5 * SECOND - 2_000,
                5 * SECOND - 1_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement(
                "ALTER TABLE customers DROP COLUMN note",
                5 * SECOND - 1_000,
                5 * SECOND,
                lock("customers", LockMode.ACCESS_EXCLUSIVE, 1_000)));

        assertThat(report().findings())
                .filteredOn(finding -> finding.title().contains("42703 (undefined column) and others"))
                .isNotEmpty()
                .allSatisfy(finding -> {
                    assertThat(finding.statement()).isEqualTo(1);
                    assertThat(finding.evidence())
                            .as("and of each the statement that it is of")
                            .anySatisfy(
                                    line -> assertThat(line)
                                            .endsWith(
                                                    "42703 (undefined column), for V2.sql:1: ALTER TABLE customers DROP COLUMN note"))
                            .anySatisfy(
                                    line -> assertThat(line)
                                            .endsWith(
                                                    "23514 (check violation), for V2.sql:1: ALTER TABLE orders ADD CHECK (total > 0)"));
                    assertThat(finding.saferWay())
                            .contains("keeps: [{ table: orders, constraint: 'CHECK (total > 0)' }]");
                });
    }

    @Test
    void rows_are_missed_for_what_changed_them_though_its_transaction_had_the_lock_already() {
        run.failingShare = 1;
        run.failingWith = "RH001";
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE orders DROP COLUMN note",
                5 * SECOND - 9_000,
                5 * SECOND - 8_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 5_000)));
        run.sent("V1", 4711, 5 * SECOND - 7_000, true, "DELETE FROM orders WHERE total = 0");
        run.sent("V1", 4711, 5 * SECOND - 6_000, true, "SELECT count(*) FROM orders");
        run.sent("V1", 4711, 5 * SECOND - 4_000, false, "COMMIT");

        assertThat(finding("ERRORS").statement()).isEqualTo(1);
    }

    @Test
    void of_long_definitions_the_part_is_told_that_differs() {
        String columns = "SELECT " + "orders.a_long_name_of_a_column, ".repeat(6);
        run.afterRollback.add(new Recording.SchemaDifference(
                "view v", columns + "orders.note FROM orders", columns + "upper(orders.note) FROM orders"));

        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly("view v was ... orders.a_long_name_of_a_column, orders.note FROM orders, is"
                        + " ... orders.a_long_name_of_a_column, upper(orders.note) FROM orders");
    }

    @Test
    void rights_are_lost_with_what_took_the_tables_place_and_not_with_what_locked_it_first() {
        run.failingShare = 1;
        run.failingWith = "42501";
        run.statements.clear();
        run.statements.add(run.statement(
                "LOCK TABLE orders",
                5 * SECOND - 9_000,
                5 * SECOND - 8_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 5_000)));
        run.sent("V1", 4711, 5 * SECOND - 7_000, true, "DROP TABLE orders");
        run.sent("V1", 4711, 5 * SECOND - 6_000, true, "ALTER TABLE orders_new RENAME TO orders");
        run.sent("V1", 4711, 5 * SECOND - 5_000, true, "CREATE INDEX ON orders (customer_id)");
        run.sent("V1", 4711, 5 * SECOND - 4_000, false, "COMMIT");

        assertThat(finding("ERRORS").statement()).isEqualTo(2);
    }

    @Test
    void what_else_fails_in_another_phase_is_in_the_evidence_of_what_is_told_once_for_all() {
        run.failingShare = 1;
        run.newApplication = "shop 1.5";
        run.newFailsWith = "22003";

        assertThat(finding("ERRORS").title()).endsWith("while the migration ran");
        assertThat(finding("ERRORS").evidence())
                .anySatisfy(line -> assertThat(line).startsWith("for the same: 150 of 200 operations failed"))
                .contains("50 x place_order of shop 1.5: 22003 (number out of range)");
    }

    @Test
    void of_rows_that_go_with_those_of_another_table_the_statement_is_named_that_may_be_the_cause() {
        run.loadTable = "parents";
        run.failingShare = 0.2;
        run.failingWith = "55000";
        run.statements.clear();
        run.sent("V1", 4711, 5 * SECOND - 9_000, true, "ALTER TABLE lines DROP CONSTRAINT lines_pkey");
        run.sent("V1", 4711, 5 * SECOND - 6_000, true, "CREATE UNIQUE INDEX lines_u ON lines (order_id, no)");
        run.sent("V1", 4711, 5 * SECOND - 4_000, false, "COMMIT");

        assertThat(finding("ERRORS").statement()).isZero();
    }

    @Test
    void an_error_of_which_no_statement_is_known_has_none_in_its_line() {
        run.failingShare = 0.2;
        run.failingWith = "23514";
        run.othersFailWith = "57014";
        run.statements.clear();
        run.statements.add(run.statement(
                "ALTER TABLE orders ADD CHECK (total > 0)",
                5 * SECOND - 2_000,
                5 * SECOND - 1_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.statements.add(run.statement("CREATE TABLE notes (id int)", 5 * SECOND - 1_000, 5 * SECOND));

        assertThat(finding("ERRORS").evidence())
                .noneSatisfy(line -> assertThat(line).contains("CREATE TABLE notes"));
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,false"})
    void a_new_constraint_that_copies_of_made_up_rows_break_says_how_the_plan_has_it(boolean brought, boolean told) {
        run.statements.set(
                0,
                run.statement(
                                "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (shop) REFERENCES shops NOT VALID",
                                5 * SECOND - 2_000,
                                5 * SECOND - 1_000,
                                lock("orders", LockMode.SHARE_ROW_EXCLUSIVE, 1_000))
                        .withIndex(0));
        run.failingShare = 0.5;
        run.failingWith = "23503";
        run.broughtRows = brought;

        assertThat(finding("ERRORS").saferWay()).startsWith("Let the application write what is referred to first");
        assertThat(finding("ERRORS")
                        .saferWay()
                        .contains("keeps: [{ table: orders, constraint: 'FOREIGN KEY (shop) REFERENCES shops' }]"))
                .isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({Workload.Application.DERIVED + ",true", "shop 1.4,false"})
    void a_derived_load_that_inserts_copies_says_how_the_plan_has_that_the_application_does_not(
            String application, boolean told) {
        run.application = application;
        run.statements.set(
                0,
                run.statement(
                                "CREATE UNIQUE INDEX CONCURRENTLY orders_code ON orders (code)",
                                5 * SECOND - 2_000,
                                5 * SECOND - 1_000,
                                lock("orders", LockMode.SHARE_UPDATE_EXCLUSIVE, 1_000))
                        .withIndex(0));
        run.failingShare = 0.5;
        run.failingWith = "23505";

        assertThat(finding("ERRORS").saferWay().contains("keeps: [{ table: orders, constraint: 'unique (code)' }]"))
                .isEqualTo(told);
    }

    @Test
    void errors_of_two_kinds_have_a_way_for_each() {
        run.failingShare = 1;
        run.othersFailWith = "23505";

        assertThat(report().findings())
                .filteredOn(finding -> finding.title().contains(" and others"))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.saferWay())
                        .contains("Expand and contract", "Give the old application's writes a default"));
    }

    @Test
    void of_long_definitions_the_part_is_shown_that_the_rollback_did_not_restore() {
        String view = "SELECT " + "id, ".repeat(40) + "total FROM orders; owner shop; privileges shop=arwdDxtm/shop";
        run.afterRollback.add(new Recording.SchemaDifference("view o", view + ", reports=r/shop", view));
        run.afterRollback.add(new Recording.SchemaDifference("column orders.a", "integer default 1", "integer"));

        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly(
                        "view o was ... privileges shop=arwdDxtm/shop, reports=r/shop, is ... privileges shop=arwdDxtm/shop",
                        "column orders.a was integer default 1, is integer");
    }

    @Test
    void a_sequence_that_the_rollback_leaves_behind_its_numbers_is_no_go_and_says_how_it_goes_on() {
        run.afterRollback.add(
                Recording.SchemaDifference.ofPosition("orders_id_seq", "100", "0, though orders.id goes up to 100"));

        assertThat(finding("SCHEMA_NOT_RESTORED").title())
                .isEqualTo("The rollback does not restore the position of sequence orders_id_seq");
        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly(
                        "the position of sequence orders_id_seq was 100, is 0, though orders.id goes up to 100");
        assertThat(finding("SCHEMA_NOT_RESTORED").saferWay()).contains("setval(");
    }

    @Test
    void a_way_back_that_the_server_ended_for_a_deadlock_says_the_way_out() {
        run.attempts.set(1, RecordedRun.attempt(Phase.ROLL_BACK, Outcome.FAILED, "40P01"));

        assertThat(finding("ROLLBACK_FAILED").saferWay())
                .startsWith("One table per transaction, in the order in which");

        run.attempts.set(1, RecordedRun.attempt(Phase.ROLL_BACK, Outcome.FAILED, "42703"));
        assertThat(finding("ROLLBACK_FAILED").saferWay()).isEqualTo("Mend the down script and rehearse again.");
    }

    private static Budget responseLimit(@Nullable Duration p99, @Nullable Double timesBaseline) {
        return new Budget(
                null, null, p99, timesBaseline, null, null, null, null, Budget.RollbackRule.TESTED_IF_PRESENT);
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

    @Test
    void that_most_of_a_few_operations_are_slower_on_the_new_schema_may_be_chance() {
        run.every = 100_000;
        run.slowerMicros = 20_000;
        run.slowerOfTen = 6;
        assertThat(report().findings()).extracting(Finding::id).doesNotContain("SLOWDOWN");

        run.slowerOfTen = 8;
        assertThat(finding("SLOWDOWN").title()).startsWith("place_order takes 21 ms");
    }

    @Test
    void a_failed_migration_is_no_go() {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "55P03"));

        assertThat(finding("MIGRATION_FAILED").title()).contains("55P03");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            55P03 | try again ("retries" in the plan)
            55P04 | ADD VALUE in a migration of its own
            25P04 | a longer transaction_timeout
            25001 | outside of one
            57014 | statement_timeout
            """)
    void what_the_server_refuses_whatever_rows_there_are_has_its_way_out(String sqlState, String way) {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, sqlState));

        assertThat(finding("MIGRATION_FAILED").saferWay()).contains(way);
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

    @Test
    void what_is_there_already_in_a_database_that_was_named_may_be_an_earlier_run_s() {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "42P07"));
        assertThat(finding("MIGRATION_FAILED").saferWay()).startsWith("Read the error");

        run.provider = "external";
        assertThat(finding("MIGRATION_FAILED").saferWay()).startsWith("Perhaps an earlier run has left it");
    }

    @ParameterizedTest
    @CsvSource({"23503,false,true", "23505,false,true", "23503,true,false"})
    void a_key_that_made_up_rows_do_not_keep_says_what_that_means(String sqlState, boolean brought, boolean told) {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, sqlState));
        run.broughtRows = brought;

        Finding finding = finding("MIGRATION_FAILED");

        assertThat(finding.effect().contains("were made by Rehearse")).isEqualTo(told);
        assertThat(finding.saferWay().contains("keeps: [{ table: orders")).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE FROM customers", "COMMIT", "-- one more\nINSERT INTO orders VALUES (1)"})
    void rows_that_the_migration_wrote_are_not_made_up(String sql) {
        failed(sql, "23503", "violates foreign key constraint");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23503"));

        assertThat(finding("MIGRATION_FAILED").effect()).doesNotContain("were made by Rehearse");
    }

    @ParameterizedTest
    @CsvSource({"23502,false,true", "23514,false,true", "23502,true,false", "42701,false,false"})
    void a_constraint_that_made_up_rows_do_not_fulfil_says_what_that_means(
            String sqlState, boolean brought, boolean told) {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, sqlState));
        run.broughtRows = brought;

        Finding finding = finding("MIGRATION_FAILED");

        assertThat(finding.effect().contains("were made by Rehearse")).isEqualTo(told);
        assertThat(finding.saferWay().contains("an earlier \"from\"")).isEqualTo(told);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @ParameterizedTest
    @CsvSource({
        "SELECT 1,true",
        "CREATE TRIGGER t BEFORE INSERT OR UPDATE ON orders EXECUTE FUNCTION f(),true",
        "SELECT pg_advisory_lock(7),true",
        "UPDATE orders SET code = number,false",
        "CALL backfill(),false",
        "SELECT fill.codes(),false",
        "UPDATE items SET code = number,true"
    })
    void a_column_that_the_migration_added_and_did_not_fill_is_no_matter_of_made_up_rows(
            String between, boolean unfilled) {
        run.statements.set(
                0,
                run.statement("ALTER TABLE orders ADD code text", 5 * SECOND, 5 * SECOND + 1_000)
                        .withIndex(0));
        run.statements.add(run.statement(between, 5 * SECOND + 1_000, 5 * SECOND + 2_000));
        failed(
                "ALTER TABLE orders ALTER code SET NOT NULL",
                "23502",
                "column \"code\" of relation \"orders\" contains null values");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23502"));

        Finding finding = finding("MIGRATION_FAILED");

        assertThat(finding.effect().contains("The migration added the column itself"))
                .isEqualTo(unfilled);
        assertThat(finding.effect().contains("were made by Rehearse")).isEqualTo(!unfilled);
        assertThat(finding.saferWay().startsWith("Fill it in batches before this statement"))
                .isEqualTo(unfilled);
    }

    @Test
    void what_validates_a_constraint_that_made_up_rows_do_not_keep_says_how_the_plan_has_it() {
        run.statements.add(run.statement(
                "ALTER TABLE audit ADD CONSTRAINT by_order FOREIGN KEY (order_id) REFERENCES orders NOT VALID",
                5 * SECOND,
                5 * SECOND + 1_000));
        failed("ALTER TABLE audit VALIDATE CONSTRAINT by_order;", "23503", "violates foreign key constraint");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23503"));

        assertThat(finding("MIGRATION_FAILED").saferWay())
                .contains("keeps: [{ table: audit, constraint: 'FOREIGN KEY (order_id) REFERENCES orders' }]");
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,false"})
    void a_value_that_does_not_fit_may_be_one_that_was_made_up(boolean brought, boolean told) {
        failed("ALTER TABLE orders ADD gross int GENERATED ALWAYS AS (2 * total) STORED", "22003", "out of range");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "22003"));
        run.broughtRows = brought;

        assertThat(finding("MIGRATION_FAILED").saferWay().contains("edgeCases: 0"))
                .isEqualTo(told);
        assertThat(finding("MIGRATION_FAILED").effect().contains("Rehearse made"))
                .isEqualTo(told);
    }

    @Test
    void what_the_server_does_not_support_is_no_cached_plan_of_the_migrations() {
        failed("ALTER TABLE orders ALTER id TYPE bigint", "0A000", "cannot alter type of a column used by a view");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "0A000"));

        assertThat(finding("MIGRATION_FAILED").title()).contains("0A000 (feature not supported)");
        assertThat(finding("MIGRATION_FAILED").saferWay()).contains("a view", "make it anew");
    }

    private void failed(String sql, String sqlState, String message) {
        failed(sql, sqlState, message, 5 * SECOND + 4_000);
    }

    private void failed(String sql, String sqlState, String message, long endMicros) {
        run.statements.add(new StatementFact(
                run.statements.size(),
                Phase.MIGRATE,
                0,
                1,
                null,
                4711,
                null,
                sql,
                endMicros - 1_000,
                endMicros,
                Outcome.FAILED,
                sqlState,
                message,
                false,
                1,
                -1,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE sp_lock ADD COLUMN EXPIRED_AFTER timestamp NOT NULL    | true
            ALTER TABLE sp_lock ADD "expired_after" timestamp NOT NULL         | true
            ALTER TABLE sp_lock ALTER COLUMN expired_after SET NOT NULL        | false
            DO $$BEGIN ALTER TABLE sp_lock ADD expired_after date; UPDATE sp_lock SET expired_after = at; ALTER TABLE sp_lock ALTER expired_after SET NOT NULL; END$$ | false
            """)
    void a_new_column_that_must_not_be_null_has_nothing_for_the_rows_that_are_there(String sql, boolean isNew) {
        failed(sql, "23502", "column \"expired_after\" of relation \"sp_lock\" contains null values");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23502"));

        Finding finding = finding("MIGRATION_FAILED");

        assertThat(finding.effect().contains("works on an empty table alone")).isEqualTo(isNew);
        assertThat(finding.effect().contains("were made by Rehearse")).isEqualTo(!isNew);
        assertThat(finding.saferWay().contains("rows: { sp_lock: 0 }")).isEqualTo(isNew);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE IF EXISTS app.sp_lock ADD expired_after date NOT NULL | rows: { app.sp_lock: 0 }
            ALTER TABLE ONLY "App"."sp_lock" ADD expired_after date NOT NULL  | rows: { App.sp_lock: 0 }
            ALTER TABLE "the shop".sp_lock ADD expired_after date NOT NULL    | rows: { 'the shop.sp_lock': 0 }
            """)
    void an_empty_table_is_named_with_its_schema(String sql, String advised) {
        failed(sql, "23502", "column \"expired_after\" of relation \"sp_lock\" contains null values");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "23502"));

        assertThat(finding("MIGRATION_FAILED").saferWay()).contains(advised);
    }

    @Test
    void a_full_disk_decides_nothing() {
        failed("CREATE INDEX ON orders (total)", "53100", "could not extend file: No space left on device");
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "53100"));

        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(finding("DISK_FULL").severity()).isEqualTo(Severity.VOID);
        assertThat(finding("DISK_FULL").evidence())
                .singleElement()
                .asString()
                .endsWith("CREATE INDEX ON orders (total)");
        assertThat(finding("MIGRATION_FAILED").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void what_operations_felt_before_the_disk_was_full_decides() {
        run.waits.add(
                RecordedRun.waited("place_order", "orders", "RowExclusiveLock", 5 * SECOND, 2 * SECOND, migration()));
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "53100"));
        String reason = "could not extend file: No space left on device";

        failed("CREATE INDEX ON orders (total)", "53100", reason, 5 * SECOND + 10_000);
        assertThat(finding("LOCK_WAIT").severity())
                .as("most of the wait came after")
                .isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.statements.remove(1);
        failed("CREATE INDEX ON orders (total)", "53100", reason, 5 * SECOND + 900_000);
        run.attempts.clear();
        assertThat(finding("LOCK_WAIT").severity()).as("too long by then").isEqualTo(Severity.BREACH);
        assertThat(finding("DISK_FULL").severity()).isEqualTo(Severity.VOID);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void a_wait_that_began_before_the_disk_was_full_may_go_on_with_statements_after_it() {
        failed("CREATE INDEX ON orders (total)", "53100", "No space left on device", 5 * SECOND + 900_000);
        run.statements.add(run.statement("UPDATE orders SET note = ''", 6 * SECOND, 8 * SECOND));
        run.waits.add(RecordedRun.waitedForRow(2, 5 * SECOND, 3 * SECOND));

        assertThat(finding("LOCK_WAIT").statement()).isEqualTo(2);
        assertThat(finding("LOCK_WAIT").severity()).isEqualTo(Severity.BREACH);
    }

    @Test
    void errors_before_the_disk_was_full_decide() {
        run.failingShare = 0.1;
        failed("CREATE INDEX ON orders (total)", "53100", "No space left on device", 7 * SECOND);

        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.BREACH);
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.failingWith = "53100";
        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void only_the_last_attempt_decides() {
        run.attempts.add(
                0,
                new Recording.Attempt(
                        Phase.MIGRATE,
                        0,
                        0,
                        null,
                        5 * SECOND,
                        5 * SECOND + 500_000,
                        Outcome.FAILED,
                        "55P03",
                        "timeout",
                        ""));

        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            REFRESH MATERIALIZED VIEW CONCURRENTLY totals              | false
            SET lock_timeout = '1s'; VACUUM (FULL) orders; ANALYZE orders | false
            REINDEX TABLE CONCURRENTLY orders                          | false
            CLUSTER orders USING orders_day                            | false
            SELECT count(*) FROM orders                                | false
            UPDATE orders SET note = ''; REFRESH MATERIALIZED VIEW totals | true
            TRUNCATE orders                                            | true
            """)
    void what_is_only_written_anew_needs_no_rollback(String sql, boolean isMissing) {
        run.hasRollback = false;
        run.changes.clear();
        run.changes.add(new Recording.SchemaDifference(
                "index orders_day",
                "CREATE INDEX ...; attached to days",
                "CREATE INDEX ...; clustered on; attached to days"));
        run.statements.clear();
        run.statements.add(run.statement(sql, 5 * SECOND, 5 * SECOND + 1_000));

        assertThat(report().findings().stream().anyMatch(found -> found.id().equals("ROLLBACK_MISSING")))
                .isEqualTo(isMissing);

        run.changes.add(new Recording.SchemaDifference(
                "index orders_idx", "CREATE INDEX ... (day)", "CREATE INDEX ... (id); clustered on"));
        assertThat(finding("ROLLBACK_MISSING").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_missing_rollback_breaks_the_budget_only_where_one_is_required() {
        run.hasRollback = false;
        assertThat(finding("ROLLBACK_MISSING").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.budget = new Budget(null, null, null, null, null, null, null, null, Budget.RollbackRule.REQUIRED);
        assertThat(finding("ROLLBACK_MISSING").severity()).isEqualTo(Severity.BREACH);
    }

    @Test
    void a_schema_that_is_not_restored_is_no_go_and_names_the_object() {
        run.afterRollback.add(new Recording.SchemaDifference("index orders_idx", "CREATE INDEX ...", null));

        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly("index orders_idx is gone: CREATE INDEX ...");
        assertThat(report().rollback().schemaRestored()).isFalse();
    }

    @Test
    void a_role_that_the_rollback_leaves_is_a_danger_of_its_own() {
        run.afterRollback.add(new Recording.SchemaDifference("role auditor", null, "nologin"));
        run.afterRollback.add(
                new Recording.SchemaDifference("setting work_mem of role auditor in the database", null, "8MB"));

        assertThat(finding("LEFT_ON_SERVER").evidence())
                .containsExactly(
                        "role auditor is new: nologin", "setting work_mem of role auditor in the database is new: 8MB");
        assertThat(report().rollback().schemaRestored()).isTrue();
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.afterRollback.add(new Recording.SchemaDifference("setting work_mem of role app", null, "8MB"));
        run.afterRollback.add(new Recording.SchemaDifference("role app", "login", null));
        assertThat(finding("SCHEMA_NOT_RESTORED").evidence())
                .containsExactly("setting work_mem of role app is new: 8MB", "role app is gone: login");
    }

    @Test
    void values_in_columns_that_the_migration_added_may_go_with_the_rollback_but_no_others() {
        run.changes.add(new Recording.SchemaDifference("column orders.note", null, "text"));
        run.account.add(new Recording.TableAccount("orders", 100, 0, 7, Map.of("note", 7L), 50, 0, 0, 1_000_000));
        assertThat(finding("NEW_VALUES_LOST").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.account.set(
                0,
                new Recording.TableAccount("orders", 100, 0, 10, Map.of("note", 7L, "total", 3L), 50, 0, 0, 1_000_000));
        assertThat(finding("VALUES_LOST").evidence()).containsExactly("orders.total: 3");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.verifiedAfter = Phase.MIGRATE;
        assertThat(finding("VALUES_LOST").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_column_that_the_migration_added_is_known_by_a_name_that_needs_quotes() {
        run.changes.add(new Recording.SchemaDifference("column \"Orders\".\"Note\"", null, "text"));
        run.account.add(new Recording.TableAccount("\"Orders\"", 100, 0, 7, Map.of("Note", 7L), 50, 0, 0, 1_000_000));
        assertThat(finding("NEW_VALUES_LOST").evidence()).containsExactly("\"Orders\".Note: 7");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void rows_in_tables_that_the_migration_made_may_go_with_the_rollback_but_no_others() {
        run.changes.add(new Recording.SchemaDifference("table refunds", null, "owner shop"));
        run.account.add(new Recording.TableAccount("refunds", 40, 40, 0, Map.of(), 0, 0, 0, 0));
        assertThat(finding("NEW_VALUES_LOST").title())
                .isEqualTo("The rollback drops what the application wrote: 40 rows in new tables");
        assertThat(finding("NEW_VALUES_LOST").evidence()).containsExactly("refunds: 40");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.account.add(new Recording.TableAccount("orders", 100, 3, 0, Map.of(), 50, 0, 0, 1_000_000));
        assertThat(finding("ROWS_LOST").title()).isEqualTo("3 rows lost");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);

        run.account.remove(1);
        run.verifiedAfter = Phase.MIGRATE;
        assertThat(finding("ROWS_LOST").title())
                .as("without a rollback nothing explains it")
                .isEqualTo("40 rows lost");
    }

    @Test
    void a_run_that_proves_nothing_is_inconclusive() {
        run.loadTable = "customers";
        assertThat(finding("LOAD_MISSED_THE_TABLES").severity()).isEqualTo(Severity.VOID);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void a_migration_of_empty_tables_that_a_database_brought_proves_nothing() {
        run.rows = Map.of("orders", 0L, "customers", 5L);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.broughtRows = true;
        assertThat(finding("TABLES_EMPTY").evidence()).containsExactly("Empty: orders");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.rows = Map.of("orders", 1L);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void a_blocker_that_died_early_a_late_generator_and_a_blind_observer_make_the_run_inconclusive() {
        run.blockers.add(new Recording.BlockerFact("longReader", "orders", 1, 0, 1, true, "terminated"));
        run.lateP99Micros = 900_000;
        run.longestGapMicros = 5 * SECOND;

        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report().findings())
                .extracting(Finding::id)
                .contains("BLOCKER_DIED", "GENERATOR_LATE", "OBSERVER_BEHIND");
    }

    @Test
    void a_new_application_that_never_ran_makes_the_run_inconclusive() {
        run.newApplication = "shop 1.5";
        assertThat(finding("NEW_APPLICATION_ABSENT").severity()).isEqualTo(Severity.VOID);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report().checklist())
                .filteredOn(line -> line.item().contains("compatible"))
                .singleElement()
                .satisfies(line -> assertThat(line.evidence()).contains("the new one never ran"));

        run.application = "shop 1.5";
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void a_server_that_gave_up_is_told_with_its_own_reason() {
        run.aborted = new Recording.Aborted(
                Phase.LOAD,
                "The server ended. Its last words: 14:17:18 UTC [3] LOG:  starting\n"
                        + "14:17:21 UTC [4] PANIC:  could not write to file \"pg_wal/xlogtemp.4\": No space left on device\n"
                        + "14:17:22 UTC [3] LOG:  shut down",
                true);

        assertThat(finding("DATABASE_DIED").title())
                .isEqualTo(
                        "The database died in LOAD: could not write to file \"pg_wal/xlogtemp.4\": No space left on device");
    }

    @Test
    void a_database_that_died_makes_the_run_inconclusive_and_a_breach_seen_before_still_counts() {
        run.aborted = new Recording.Aborted(Phase.SETTLE, "the server is gone", true);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);

        run.failingShare = 0.5;
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
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
    void an_invalid_index_is_no_go_and_a_constraint_left_not_valid_is_a_danger() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.INVALID_INDEX, "orders_idx", Phase.MIGRATE, "on orders"));
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.NOT_VALID_CONSTRAINT, "orders_check", Phase.MIGRATE, "on orders"));

        assertThat(finding("INVALID_INDEX").severity()).isEqualTo(Severity.BREACH);
        assertThat(finding("INVALID_INDEX").evidence())
                .containsExactly("on orders", "found after MIGRATE", "gone after ROLL_BACK");
        assertThat(finding("NOT_VALID_CONSTRAINT").severity()).isEqualTo(Severity.DANGER);

        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.INVALID_INDEX, "orders_idx", Phase.ROLL_BACK, "on orders"));
        assertThat(finding("INVALID_INDEX").evidence())
                .containsExactly("on orders", "found after MIGRATE", "found after ROLL_BACK");

        run.leftovers.remove(run.leftovers.size() - 1);
        run.compared = false;
        assertThat(finding("INVALID_INDEX").evidence()).containsExactly("on orders", "found after MIGRATE");
    }

    @Test
    void leftovers_of_a_kind_that_need_the_same_are_told_once_and_what_the_rollback_leaves_by_itself() {
        for (String relation : List.of("table a", "sequence a_id_seq", "table b")) {
            run.leftovers.add(new Recording.Leftover(
                    Recording.Leftover.Kind.MISSING_PRIVILEGE, relation, Phase.MIGRATE, "app may do nothing with it"));
        }
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.MISSING_PRIVILEGE, "table b", Phase.ROLL_BACK, "app may do nothing with it"));

        assertThat(report().findings())
                .filteredOn(found -> found.id().equals("MISSING_PRIVILEGE"))
                .extracting(Finding::title)
                .containsExactly(
                        "The application has no right to the new table a; likewise sequence a_id_seq",
                        "The application has no right to the new table b");
        assertThat(finding("MISSING_PRIVILEGE").evidence())
                .containsExactly(
                        "table a: app may do nothing with it",
                        "sequence a_id_seq: app may do nothing with it",
                        "found after MIGRATE");
    }

    @Test
    void of_several_migrators_that_are_in_each_others_way_one_gets_through_again_as_the_first_time() {
        run.attempts.add(ofSecond(Phase.MIGRATE));
        run.attempts.add(RecordedRun.attempt(Phase.REAPPLY, Outcome.SUCCEEDED, null));
        run.attempts.add(ofSecond(Phase.REAPPLY));

        assertThat(report().findings()).extracting(Finding::id).doesNotContain("REAPPLY_FAILED");
        assertThat(report().rollback().reapplied()).isTrue();

        run.attempts.set(run.attempts.size() - 2, RecordedRun.attempt(Phase.REAPPLY, Outcome.FAILED, "42701"));
        assertThat(finding("REAPPLY_FAILED").severity()).isEqualTo(Severity.BREACH);
        assertThat(report().rollback().reapplied()).isFalse();
    }

    @Test
    void what_differs_after_migrating_again_is_told_only_where_that_came_to_its_end() {
        run.reapplyDiffers.add(new Recording.SchemaDifference("index orders_note", null, "CREATE INDEX ..."));
        run.attempts.add(RecordedRun.attempt(Phase.REAPPLY, Outcome.SUCCEEDED, null));
        assertThat(finding("REAPPLY_DIFFERS").severity()).isEqualTo(Severity.DANGER);

        run.attempts.set(run.attempts.size() - 1, RecordedRun.attempt(Phase.REAPPLY, Outcome.FAILED, "42701"));
        assertThat(report().findings())
                .extracting(Finding::id)
                .contains("REAPPLY_FAILED")
                .doesNotContain("REAPPLY_DIFFERS");
    }

    private static Recording.Attempt ofSecond(Phase phase) {
        Recording.Attempt first = RecordedRun.attempt(phase, Outcome.FAILED, "42701");
        return new Recording.Attempt(
                phase,
                1,
                1,
                null,
                first.startMicros(),
                first.endMicros(),
                first.outcome(),
                first.sqlState(),
                first.message(),
                first.output());
    }

    @Test
    void rows_that_came_back_without_a_key_prove_nothing() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.ROWS_UNFOLLOWED, "orders", Phase.MIGRATE, "an INSERT gave back no key"));

        assertThat(finding("ROWS_UNFOLLOWED").title()).contains("orders");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void policies_that_did_not_hold_the_load_prove_nothing_and_functions_that_nobody_called_are_a_danger() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.FUNCTIONS_UNTRIED, "function total(integer)", Phase.MIGRATE, "not called"));
        assertThat(finding("FUNCTIONS_UNTRIED").severity()).isEqualTo(Severity.DANGER);
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.POLICIES_UNTRIED, "orders", Phase.MIGRATE, "the load had the owner's rights"));
        assertThat(finding("POLICIES_UNTRIED").saferWay()).contains("roles: { application:");
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void errors_within_a_function_are_laid_to_the_statement_that_defined_it() {
        run.statements.clear();
        for (String sql : List.of(
                "BEGIN",
                "-- audit\nCREATE OR REPLACE FUNCTION audit() RETURNS trigger",
                "COMMENT ON FUNCTION audit() IS 'by whom'",
                "COMMIT")) {
            run.statements.add(run.statement(sql, 5 * SECOND - 1_000, 5 * SECOND));
        }
        run.failingShare = 0.1;

        assertThat(finding("ERRORS").statement()).isEqualTo(1);
        assertThat(finding("ERRORS").saferWay()).contains("when it is called");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            23505 | ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY      | setval(
            23505 | ALTER TABLE orders ADD UNIQUE (code)                              | add the constraint when only
            22003 | ALTER TABLE orders ADD gross int GENERATED ALWAYS AS (2 * total)  | edgeCases: 0
            55000 | ALTER TABLE orders DROP CONSTRAINT orders_pkey                    | REPLICA IDENTITY
            42883 | ALTER TABLE orders ALTER total TYPE text                          | Expand and contract
            """)
    void what_operations_fail_with_says_the_way_out(String sqlState, String sql, String way) {
        run.statements.add(
                run.statement(sql, 5 * SECOND - 1_000, 5 * SECOND, lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000)));
        run.failingShare = 0.1;
        run.failingWith = sqlState;

        assertThat(finding("ERRORS").saferWay()).contains(way);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 142, 0, 2000, NO_GO", // a copy that misses what is written meanwhile
        "20, 142, 1, 2000, GO", // rows that the migration deletes
        "1, 142, 0, 2000, GO", // rows that are rare among the older ones
        "142, 142, 0, 0, GO" // a table that was empty
    })
    void rows_that_are_lost_only_where_the_application_wrote_them_were_left_behind(
            long lost, long written, long olderLost, long older, Verdict verdict) {
        run.hasRollback = false;
        run.verifiedAfter = Phase.MIGRATE;
        run.account.add(
                new Recording.TableAccount("orders", written, lost, 0, Map.of(), older, olderLost, 0, 1_000_000));

        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(finding("ROWS_LOST").saferWay().contains("before the copy begins"))
                .isEqualTo(verdict == Verdict.NO_GO);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 0, 0, NO_GO, gone after the migration", // a copy that misses what is written meanwhile
        "20, 100, 0, GO, back after the rollback", // rows that the migration moves elsewhere
        "20, 100, 5, NO_GO, 5 rows lost" // and that the rollback does not bring back
    })
    void rows_that_are_gone_between_the_migration_and_its_rollback_are_told(
            long lost, long olderLost, long lostAtLast, Verdict verdict, String title) {
        run.beforeRollback.add(
                new Recording.TableAccount("orders", 142, lost, 0, Map.of(), 2000, olderLost, 0, 1_000_000));
        run.account.add(new Recording.TableAccount("orders", 142, lostAtLast, 0, Map.of(), 2000, 0, 0, 1_000_000));

        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(finding("ROWS_LOST").title()).contains(title);
        assertThat(report().checklist())
                .filteredOn(line -> line.item().equals("row counts and checksums"))
                .extracting(line -> line.state() == ChecklistLine.State.FAILED)
                .containsExactly(verdict == Verdict.NO_GO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT app.fast()      | NO_GO
            SELECT outer_one(1)    | NO_GO
            CALL "fast" ()         | NO_GO
            CALL "Old one"()       | NO_GO
            SELECT triggers()      | GO
            SELECT faster()        | GO
            DROP FUNCTION fast()   | GO
            GRANT EXECUTE ON FUNCTION app . "fast" () TO shop | GO
            CREATE TRIGGER t AFTER INSERT ON orders EXECUTE FUNCTION app.fast() | GO
            """)
    void a_function_that_switches_foreign_keys_off_does_so_where_it_is_called(String call, Verdict verdict) {
        run.codeBefore.add(
                "CREATE OR REPLACE PROCEDURE public.\"Old one\"()\n LANGUAGE sql\nAS $procedure$SET session_replication_role = replica$procedure$\n");
        run.codeBefore.add(
                "CREATE OR REPLACE FUNCTION public.triggers()\n RETURNS bigint\n LANGUAGE sql\nAS $function$SELECT count(*) FROM pg_trigger$function$\n");
        for (String sql : List.of(
                "CREATE OR REPLACE FUNCTION app.fast() RETURNS void LANGUAGE sql AS 'SET session_replication_role = replica'",
                "CREATE FUNCTION outer_one(i int) RETURNS void LANGUAGE plpgsql AS $$BEGIN PERFORM fast(); END$$",
                call)) {
            run.statements.add(run.statement(sql, 5 * SECOND, 5 * SECOND + 1_000));
        }

        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(report().findings().stream()
                        .filter(found -> found.id().equals("CHECKS_OFF"))
                        .map(found -> found.evidence().size())
                        .toList())
                .isEqualTo(verdict == Verdict.NO_GO ? List.of(1) : List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -- faster\\nSET LOCAL session_replication_role TO 'replica'                 | NO_GO
            set session_replication_role = replica                                    | NO_GO
            SELECT set_config('session_replication_role', 'replica', true)            | NO_GO
            ALTER TABLE orders DISABLE TRIGGER ALL                                    | NO_GO
            UPDATE orders SET note = '--'; SET session_replication_role = replica     | NO_GO
            ALTER TABLE orders DISABLE TRIGGER audit                                  | GO
            ALTER TABLE orders DISABLE TRIGGER "RI_ConstraintTrigger_c_16412"         | NO_GO
            DO $$BEGIN EXECUTE (SELECT format('ALTER TABLE orders DISABLE TRIGGER %I', t.tgname) FROM pg_trigger t WHERE t.tgisinternal); END$$ | NO_GO
            DO $$BEGIN EXECUTE (SELECT format('ALTER TABLE orders DISABLE TRIGGER %I', tgname) FROM pg_trigger WHERE tgconstraint <> 0); END$$  | NO_GO
            DO $$BEGIN EXECUTE (SELECT format('ALTER TABLE orders DISABLE TRIGGER %I', t.tgname) FROM pg_trigger t WHERE NOT t.tgisinternal); END$$ | GO
            UPDATE pg_trigger SET tgenabled = 'D'                                     | NO_GO
            SET session_replication_role = origin                                     | GO
            -- DISABLE TRIGGER ALL would be faster\\nUPDATE orders SET note = ''       | GO
            UPDATE orders SET note = '' /* not by\\n DISABLE TRIGGER ALL */; -- disable trigger all | GO
            CREATE FUNCTION fast() RETURNS void AS 'SET session_replication_role = replica' | GO
            UPDATE orders SET note = ''; /* faster */ SET session_replication_role = replica | NO_GO
            """)
    void foreign_keys_that_are_switched_off_are_no_go(String sql, Verdict verdict) {
        run.statements.add(run.statement(sql.replace("\\n", "\n"), 5 * SECOND, 5 * SECOND + 1_000));

        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(report().findings().stream().anyMatch(found -> found.id().equals("CHECKS_OFF")))
                .isEqualTo(verdict == Verdict.NO_GO);
    }

    @Test
    void foreign_keys_that_are_still_off_after_the_migration_are_no_go_however_that_came() {
        String key = "FOREIGN KEY (customer) REFERENCES public.customer(id)";
        run.changes.add(
                new Recording.SchemaDifference("constraint orders.fk", key, key + "; enforced by triggers in state D"));
        run.changes.add(new Recording.SchemaDifference(
                "constraint item.fk",
                key + "; enforced by triggers in state R",
                key + "; enforced by triggers in state D"));

        Finding found = finding("CHECKS_OFF");
        assertThat(found.severity()).isEqualTo(Severity.BREACH);
        assertThat(found.evidence()).containsExactly("constraint orders.fk is not checked after the migration either");
    }

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

    @Test
    void every_line_of_the_checklist_has_evidence() {
        List<ChecklistLine> checklist = report().checklist();

        assertThat(checklist).hasSize(17);
        assertThat(checklist).allSatisfy(line -> assertThat(line.evidence()).isNotBlank());
        assertThat(checklist).extracting(ChecklistLine::when).containsOnly("before", "during", "after");
    }

    @Test
    void the_timeline_counts_every_operation_once() {
        RehearsalReport.Timeline timeline = report().timeline();

        assertThat(timeline.due().stream().mapToLong(Long::longValue).sum()).isEqualTo(1_000);
        assertThat(timeline.succeeded().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1_000);
        assertThat(timeline.failed().stream().mapToLong(Long::longValue).sum()).isZero();
    }
}
