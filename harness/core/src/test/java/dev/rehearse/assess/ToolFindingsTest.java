package dev.rehearse.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tool adds, told from the statements that it sent; and each migration's own verdict. */
class ToolFindingsTest {

    private static final long SECOND = RecordedRun.SECOND;

    private final RecordedRun run = new RecordedRun();

    @BeforeEach
    void a_tool_runs_two_migrations() {
        run.statements.clear();
        run.migrations = List.of("1_a", "2_b");
        run.tool = tool(null);
    }

    private static ToolFacts tool(@Nullable String lock) {
        return new ToolFacts(
                "Tool", List.of("tool_history", "tool_lock"), lock, "Switch its lock off.", List.of(), "0_before");
    }

    private RehearsalReport report() {
        return Assessment.of(run.build());
    }

    private Optional<Finding> finding(String id) {
        return report().findings().stream().filter(f -> f.id().equals(id)).findFirst();
    }

    private void migrated(String id, long start, boolean oneTransaction) {
        run.sent(id, 1, start, true, "BEGIN");
        run.sent(id, 1, start + 1_000, oneTransaction, "ALTER TABLE orders ADD COLUMN x int");
        run.sent(id, 1, start + 2_000, oneTransaction, "INSERT INTO public.tool_history (name) VALUES ($1)");
        if (oneTransaction) {
            run.sent(id, 1, start + 3_000, false, "COMMIT");
        }
    }

    @Test
    void a_tool_s_own_tables_are_none_of_the_tables_that_hold_the_rows() {
        run.rows = Map.of("tool_history", 36L, "tool_lock", 1L, "orders", 0L);

        assertThat(report().plan().rows()).containsExactly(Map.entry("orders", 0L));
    }

    @Test
    void a_history_written_in_the_migrations_own_transaction_is_nothing_to_tell() {
        migrated("1_a", 5 * SECOND, true);
        migrated("2_b", 6 * SECOND, true);

        assertThat(finding("HISTORY_APART")).isEmpty();
        assertThat(finding("ONE_TRANSACTION")).isEmpty();
    }

    @Test
    void a_history_written_in_another_transaction_is_told_with_the_migrations_names() {
        migrated("1_a", 5 * SECOND, true);
        migrated("2_b", 6 * SECOND, false);

        assertThat(finding("HISTORY_APART")).hasValueSatisfying(f -> {
            assertThat(f.severity()).isEqualTo(Severity.NOTE);
            assertThat(f.evidence()).containsExactly("2_b");
        });
    }

    @Test
    void several_rows_of_history_in_one_transaction_are_one_transaction_around_all() {
        run.sent(Phase.REAPPLY, 0, null, 1, 11 * SECOND, true, "begin");
        for (int i = 0; i < 2; i++) {
            run.sent(Phase.REAPPLY, 0, null, 1, 11 * SECOND + i, true, "alter table orders add column x" + i + " int");
            run.sent(Phase.REAPPLY, 0, null, 1, 11 * SECOND + i, true, "insert into \"tool_history\" values ($1)");
        }
        run.sent(Phase.REAPPLY, 0, null, 1, 11 * SECOND + 9, false, "commit");

        assertThat(finding("ONE_TRANSACTION")).hasValueSatisfying(f -> {
            assertThat(f.severity()).isEqualTo(Severity.DANGER);
            assertThat(f.title()).isEqualTo("Tool runs 2 migrations in one transaction");
        });
    }

    @ParameterizedTest
    @CsvSource({"1_a,stock,false", "2_b,stock,true", "2_b,orders,true"})
    void a_history_written_after_each_statement_is_one_transaction_around_several_only_where_they_are_of_several(
            String second, String table, boolean told) {
        List<String> sent = List.of("TRUNCATE orders", "TRUNCATE " + table);
        run.sent("1_a", 1, 5 * SECOND, true, "BEGIN");
        run.sent("1_a", 1, 5 * SECOND + 1, true, sent.get(0));
        run.sent("1_a", 1, 5 * SECOND + 2, true, "INSERT INTO tool_history (name) VALUES ($1)");
        if (told) {
            run.sent("1_a", 1, 5 * SECOND + 3, false, "COMMIT");
            run.sent(second, 1, 5 * SECOND + 4, true, "BEGIN");
        }
        run.sent(second, 1, 5 * SECOND + 5, true, sent.get(1));
        run.sent(second, 1, 5 * SECOND + 6, true, "INSERT INTO tool_history (name) VALUES ($1)");
        run.sent(second, 1, 5 * SECOND + 7, false, "COMMIT");
        assertThat(finding("ONE_TRANSACTION")).as("one by one").isEmpty();

        run.sent(Phase.REAPPLY, 0, null, 2, 11 * SECOND, true, "BEGIN");
        for (String sql : sent) {
            run.sent(Phase.REAPPLY, 0, null, 2, 11 * SECOND + 1, true, sql);
            run.sent(Phase.REAPPLY, 0, null, 2, 11 * SECOND + 2, true, "INSERT INTO tool_history VALUES ($1)");
        }
        run.sent(Phase.REAPPLY, 0, null, 2, 11 * SECOND + 9, false, "COMMIT");

        assertThat(finding("ONE_TRANSACTION").isPresent()).isEqualTo(told);
    }

    @Test
    void a_tool_without_a_lock_is_told_and_one_with_a_lock_is_shown_with_its_statement() {
        migrated("1_a", 5 * SECOND, true);
        assertThat(finding("NO_TOOL_LOCK")).isPresent();

        run.tool = tool("pg_advisory_lock(1); a second instance waits");
        run.sent(null, 1, 5 * SECOND, false, "SELECT pg_advisory_lock(1)");
        assertThat(finding("NO_TOOL_LOCK")).isEmpty();
        assertThat(finding("TOOL_LOCK"))
                .hasValueSatisfying(f -> assertThat(f.evidence()).containsExactly("SELECT pg_advisory_lock(1)"));
    }

    @Test
    void the_same_change_by_two_instances_is_a_danger_though_both_succeed() {
        run.migrators = 2;
        run.sent(Phase.MIGRATE, 0, "1_a", 1, 5 * SECOND, false, "update orders set total = total * 100");
        assertThat(finding("RAN_TWICE")).isEmpty();

        run.sent(Phase.MIGRATE, 1, "1_a", 2, 6 * SECOND, false, "update orders set total = total * 100");

        assertThat(finding("RAN_TWICE"))
                .hasValueSatisfying(f -> assertThat(f.statement()).isEqualTo(1));
    }

    @Test
    void a_tool_that_waits_for_a_session_of_its_own_is_a_no_go_with_the_way_out() {
        run.sent(null, 1, 5 * SECOND, true, "select pg_try_advisory_xact_lock(1)");
        run.sent("1_a", 2, 5 * SECOND, false, "create index concurrently i on orders (id)");
        run.waits.add(waits(2, new Blocking(1, "migration", SessionKind.MIGRATION, "select 1", false)));

        assertThat(finding("TOOL_BLOCKS_ITSELF")).hasValueSatisfying(f -> {
            assertThat(f.severity()).isEqualTo(Severity.BREACH);
            assertThat(f.saferWay()).isEqualTo("Switch its lock off.");
            assertThat(f.statement()).isEqualTo(1);
        });
    }

    @Test
    void an_instance_that_waits_for_another_ones_lock_does_not_block_itself() {
        run.migrators = 2;
        run.sent(Phase.MIGRATE, 0, null, 1, 5 * SECOND, true, "select pg_advisory_lock(1)");
        run.sent(Phase.MIGRATE, 1, null, 2, 5 * SECOND, false, "select pg_advisory_lock(1)");
        run.waits.add(waits(2, new Blocking(1, "migration", SessionKind.MIGRATION, "select 1", false)));

        assertThat(finding("TOOL_BLOCKS_ITSELF")).isEmpty();
    }

    private static LockWait waits(int pid, Blocking root) {
        return new LockWait(
                pid,
                "migration",
                SessionKind.MIGRATION,
                "virtualxid",
                null,
                "ShareLock",
                5 * SECOND,
                8 * SECOND,
                LockWait.Ended.CANCELLED,
                List.of(root),
                1,
                LockWait.Source.WAITSTART,
                1);
    }

    @Test
    void what_only_one_migrations_statement_leaves_unproven_voids_no_other() {
        migrated("1_a", 5 * SECOND, true);
        run.sent(
                "2_b",
                1,
                5 * SECOND + 10_000,
                false,
                "CREATE INDEX orders_note ON orders (note)",
                RecordedRun.lock("orders", LockMode.SHARE, 2 * SECOND));
        // Due at 4 s and 8 s.
        run.every = 4 * SECOND;

        assertThat(report().findings())
                .filteredOn(found -> found.severity() == Severity.VOID)
                .extracting(Finding::id)
                .containsExactly("LOCK_UNTRIED");
        assertThat(report().migrations())
                .extracting(Migration::verdict)
                .containsExactly(Verdict.GO, Verdict.INCONCLUSIVE);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            23502, ALTER TABLE "orders" ALTER COLUMN x DROP DEFAULT, 1_a
            42703, ALTER TABLE orders RENAME COLUMN x TO y, 1_a
            22001, ALTER TABLE orders ALTER COLUMN x TYPE varchar(9), 1_a
            22003, ALTER TABLE orders ADD COLUMN y int GENERATED ALWAYS AS (2 * x) VIRTUAL, 1_a
            23502, ALTER TABLE orders ALTER COLUMN x SET NOT NULL, 1_a
            23502, ALTER TABLE orders ADD COLUMN x int NOT NULL DEFAULT 0, 2_b
            23502, ALTER TABLE orders ADD COLUMN x int DEFAULT 0 NOT NULL, 2_b
            23502, ALTER TABLE orders ALTER COLUMN x DROP NOT NULL, 2_b
            23502, ALTER TABLE orders ADD CHECK (x IS NOT NULL), 2_b
            23505, ALTER TABLE orders ALTER COLUMN x RESTART WITH 1, 1_a
            42703, ALTER TABLE orders DROP x, 1_a
            42703, `ALTER TABLE orders DROP CONSTRAINT c, DROP COLUMN x`, 1_a
            42703, ALTER TABLE orders DROP CONSTRAINT c, 2_b
            42703, ALTER TABLE orders ALTER COLUMN x DROP DEFAULT, 2_b
            42703, ALTER TABLE orders ALTER COLUMN x DROP NOT NULL, 2_b
            42703, ALTER TABLE orders RENAME CONSTRAINT c TO d, 2_b
            42P01, ALTER TABLE orders RENAME TO old_orders, 1_a
            42P01, ALTER TABLE orders RENAME COLUMN x TO y, 2_b
            42P01, ALTER TABLE orders DROP COLUMN x, 2_b
            """)
    void an_error_is_told_of_the_migration_that_can_have_caused_it_not_of_a_later_one_on_the_same_table(
            String sqlState, String sql, String migration) {
        // Before the first operation that fails; its transaction has the lock already.
        run.sent(
                "1_a",
                1,
                5 * SECOND - 30_000,
                true,
                "ALTER TABLE orders ADD COLUMN x text",
                RecordedRun.lock("orders", LockMode.ACCESS_EXCLUSIVE, 15_000));
        run.sent("1_a", 1, 5 * SECOND - 20_000, false, sql);
        run.sent(
                "2_b",
                1,
                5 * SECOND - 10_000,
                false,
                "ALTER TABLE orders ADD COLUMN z int",
                RecordedRun.lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000));
        run.failingShare = 1;
        run.failingWith = sqlState;

        int statement = finding("ERRORS").orElseThrow().statement();

        assertThat(run.statements.get(statement).migration()).isEqualTo(migration);
    }

    @Test
    void each_migration_has_the_verdict_of_its_own_findings() {
        migrated("1_a", 5 * SECOND, true);
        run.attempts.clear();
        run.attempts.add(attempt(Phase.MIGRATE, "1_a", 5 * SECOND, Outcome.SUCCEEDED));
        run.attempts.add(attempt(Phase.MIGRATE, "2_b", 6 * SECOND, Outcome.FAILED));
        run.attempts.add(attempt(Phase.ROLL_BACK, "1_a", 9 * SECOND, Outcome.SUCCEEDED));
        run.migrations = List.of("1_a", "2_b", "3_c");

        RehearsalReport report = report();

        assertThat(report.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(report.migrations())
                .extracting(Migration::verdict)
                .containsExactly(Verdict.GO, Verdict.NO_GO, Verdict.INCONCLUSIVE);
        assertThat(report.migrations())
                .extracting(Migration::outcome)
                .containsExactly("SUCCEEDED", "FAILED", "NOT_RUN");
        assertThat(report.migrations()).extracting(Migration::rolledBack).containsExactly(true, false, false);
        assertThat(report.migrations().get(1).findings()).contains("MIGRATION_FAILED");
        assertThat(report.migrations().get(0).startMillis()).isEqualTo(5_000);
        assertThat(report.migrations().get(2).startMillis()).isEqualTo(-1);
        assertThat(report.findings())
                .filteredOn(f -> f.id().equals("MIGRATION_FAILED"))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.title()).startsWith("2_b failed with 42701");
                    assertThat(f.evidence())
                            .contains("the tool printed: Error: it is there")
                            .noneMatch(line -> line.contains("client.js") || line.contains("node:internal"));
                });
    }

    @ParameterizedTest
    @CsvSource({"tool_history,false", "tool_books.runs,false", "\"Tool_History\",false", "orders,true"})
    void a_lock_on_the_tools_own_tables_is_no_danger_to_the_application(String table, boolean told) {
        run.tool = new ToolFacts("Tool", List.of("tool_history", "tool_books"), null, null, List.of(), null);
        run.statements.add(run.statement(
                "TRUNCATE " + table,
                5 * SECOND,
                5 * SECOND + 2_000,
                RecordedRun.lock(table, LockMode.ACCESS_EXCLUSIVE, 2 * SECOND)));

        assertThat(finding("BLOCKING_LOCK").isPresent()).isEqualTo(told);
        assertThat(finding("LOAD_MISSED_THE_TABLES")).isEmpty();
        assertThat(report().statements()).hasSize(1);
    }

    @Test
    void what_keeps_the_tool_from_going_on_is_a_no_go_with_the_way_out() {
        run.leftovers.add(new Recording.Leftover(
                Recording.Leftover.Kind.TOOL_STUCK, "its table says that it is locked", Phase.MIGRATE, "tool unlock"));

        assertThat(finding("TOOL_STUCK")).hasValueSatisfying(f -> {
            assertThat(f.severity()).isEqualTo(Severity.BREACH);
            assertThat(f.saferWay()).isEqualTo("The way out: tool unlock");
        });
    }

    @Test
    void a_migration_that_had_no_room_on_the_disk_has_no_verdict() {
        run.attempts.clear();
        run.attempts.add(new Attempt(
                Phase.MIGRATE, 0, 1, "1_a", 5 * SECOND, 6 * SECOND, Outcome.FAILED, "53100", "No space left", ""));

        assertThat(report().migrations())
                .extracting(Migration::verdict)
                .containsExactly(Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE);
    }

    private static Attempt attempt(Phase phase, String migration, long start, Outcome outcome) {
        boolean failed = outcome != Outcome.SUCCEEDED;
        return new Recording.Attempt(
                phase,
                0,
                1,
                migration,
                start,
                start + 500_000,
                outcome,
                failed ? "42701" : null,
                failed ? "it is there" : null,
                failed
                        ? "Applying ...\nError: it is there\n    at Client.query (/srv/pg/client.js:12:42)\n    at node:internal/streams:5:1\n"
                        : "Applied");
    }

    @Test
    void one_attempt_that_ran_several_scripts_failed_in_the_last_that_it_came_to() {
        run.tool = null;
        migrated("1_a", 5 * SECOND, true);
        run.sent("2_b", 1, 6 * SECOND, false, "alter table orders add column total int");
        run.attempts.clear();
        run.attempts.add(RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "42701"));
        run.migrations = List.of("1_a", "2_b", "3_c");

        assertThat(report().migrations())
                .extracting(Migration::outcome)
                .containsExactly("SUCCEEDED", "FAILED", "NOT_RUN");
    }

    @Test
    void each_migration_answers_for_the_errors_that_it_brought() {
        drops("1_a", "orders", 5 * SECOND);
        drops("2_b", "customers", 6 * SECOND);
        drops("3_c", "refunds", 7 * SECOND);
        run.migrations = List.of("1_a", "2_b", "3_c");
        run.failingShare = 0.5;
        run.othersFailWith = "42P01";

        assertThat(report().migrations())
                .extracting(Migration::verdict)
                .containsExactly(Verdict.NO_GO, Verdict.NO_GO, Verdict.GO);
        assertThat(report().findings())
                .extracting(Finding::title)
                .contains(
                        "150 of 600 operations failed with 42703 (undefined column) while the migration ran",
                        "100 of 200 operations failed with 42P01 (undefined table) while the old and the new application ran on the new schema");
    }

    private void drops(String migration, String table, long start) {
        run.sent(
                migration,
                1,
                start,
                false,
                "ALTER TABLE " + table + " DROP COLUMN note",
                RecordedRun.lock(table, LockMode.ACCESS_EXCLUSIVE, 1_000));
    }
}
