package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static dev.rehearse.assess.RecordedRun.lock;
import static dev.rehearse.assess.RecordedRun.migration;
import static dev.rehearse.assess.RecordedRun.waited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.ChecklistLine;
import dev.rehearse.report.RehearsalReport.ChecklistLine.State;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is said that the recording does not show: no GO, no line of the checklist, no number. */
class EvidenceTest extends AssessedRun {

    private static final Budget NO_LIMITS =
            new Budget(null, null, null, null, null, null, null, null, Budget.RollbackRule.TESTED_IF_PRESENT);

    private void assertInconclusiveBecauseOf(String id) {
        assertThat(report().findings()).extracting(Finding::id).containsExactly(id);
        assertThat(report().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    private ChecklistLine line(String item) {
        return report().checklist().stream()
                .filter(line -> line.item().equals(item))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_run_that_never_came_to_the_migration_is_inconclusive() {
        run.notReached = Set.of(Phase.MIGRATE, Phase.SETTLE, Phase.ROLL_BACK);
        run.statements.clear();
        run.attempts.clear();

        assertInconclusiveBecauseOf("NOTHING_MIGRATED");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT pg_try_advisory_lock(4711)              | true
            SET client_min_messages TO 'warning'           | true
            /* app */ SELECT "m"."version" FROM m          | true
            CREATE TABLE IF NOT EXISTS m (version text)    | true
            SELECT fill()                                  | false
            SELECT app.fill()                              | false
            SELECT "app"."fill" (1)                        | false
            SELECT pg_catalog.setval('s', 1)               | false
            SELECT pg_catalog.set_config('a.b', '', false) | true
            SELECT pg_sleep(1)                             | false
            UPDATE orders SET total = 0                    | false
            DO $$ BEGIN PERFORM fill(); END $$             | false
            SELECT * FROM fill()                           | false
            SELECT count(fill(id)) FROM orders             | false
            SELECT 1, "fill all"(), app . fill (2)         | false
            SELECT pg_create_physical_replication_slot('s') | false
            COMMIT PREPARED 'x'                            | false
            BEGIN; UPDATE orders SET total = 0; COMMIT     | false
            SET lock_timeout = 1; DELETE FROM orders       | false
            SET a.b = 1;SET TIME ZONE 0; -- all            | true
            SELECT i.relname, array_agg(a.attname), pg_get_indexdef(i.oid) FROM i WHERE a.attnum = ANY (i.indkey) | true
            SELECT format_type(t, -1)::varchar(9) FROM (SELECT x FROM y WHERE z IN (1)) AS s | true
            """)
    void a_migration_that_only_reads_proves_nothing(String sql, boolean nothing) {
        run.statements.clear();
        run.changes = List.of();
        run.statements.add(run.statement("BEGIN", 5_000_000, 5_001_000));
        run.statements.add(run.statement(sql, 5_001_000, 5_002_000));

        assertThat(report().findings())
                .extracting(Finding::title)
                .filteredOn("The migration changed nothing"::equals)
                .hasSize(nothing ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INSERT INTO "public"."flyway_schema_history" (version) VALUES ('2') | flyway_schema_history | true
            INSERT INTO orders SELECT FROM flyway_schema_history                | orders                | false
            UPDATE flyway_schema_history_of_ours SET version = '2'              | flyway_schema_history | false
            """)
    void a_tool_that_only_keeps_its_history_has_migrated_nothing(String sql, String table, boolean nothing) {
        run.tool = new ToolFacts("Flyway", List.of("app.flyway_schema_history"), null, null, List.of(), "1");
        run.statements.clear();
        run.statements.add(
                run.statement(sql, 5_001_000, 5_002_000, RecordedRun.lock(table, LockMode.ROW_EXCLUSIVE, 1)));

        assertThat(report().findings())
                .extracting(Finding::title)
                .filteredOn("The migration changed nothing"::equals)
                .hasSize(nothing ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE orders SET done = true                                        | false
            -- done by hand until now%nUPDATE orders SET note = ''               | false
            INSERT INTO done (version) VALUES (2); UPDATE orders SET note = ''   | false
            TRUNCATE done, orders                                                | false
            UPDATE done.orders SET note = ''                                     | false
            TRUNCATE "app"."done"                                                | true
            BEGIN; insert into app . done (version) values (2); COMMIT           | true
            update "done" set version = 2 where version = 1                      | true
            DELETE FROM ONLY done                                                | true
            CREATE TABLE done (version bigint)                                   | true
            CREATE INDEX "done_s_idx" ON "app"."done" ("success")                | true
            """)
    void whose_locks_nobody_saw_is_of_the_history_where_that_is_what_it_writes(String sql, boolean nothing) {
        run.tool = new ToolFacts("golang-migrate", List.of("done"), null, null, List.of(), "1");
        run.statements.clear();
        run.statements.add(run.statement(sql.replace("%n", "\n"), 5_001_000, 5_002_000));

        assertThat(report().findings())
                .extracting(Finding::title)
                .filteredOn("The migration changed nothing"::equals)
                .hasSize(nothing ? 1 : 0);
    }

    @Test
    void what_only_a_function_may_have_done_is_said_loudly() {
        run.statements.clear();
        run.statements.add(run.statement("BEGIN", 5_000_000, 5_001_000));
        run.statements.add(run.statement("SELECT fill()", 5_001_000, 5_002_000));
        assertThat(report().findings()).extracting(Finding::id).containsExactly("NOTHING_MIGRATED");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.statements.set(
                1,
                run.statement(
                        "SELECT fill()", 5_001_000, 5_002_000, RecordedRun.lock("orders", LockMode.ROW_EXCLUSIVE, 1)));
        assertThat(report().findings()).isEmpty();
    }

    @Test
    void a_migration_whose_end_nobody_saw_is_inconclusive() {
        run.attempts.remove(0);

        assertInconclusiveBecauseOf("END_NOT_SEEN");
    }

    @Test
    void a_way_back_whose_schema_was_not_compared_is_inconclusive() {
        run.compared = false;

        assertInconclusiveBecauseOf("ROLLBACK_NOT_SEEN");
        assertThat(line("rollback written and tested").state()).isEqualTo(State.NOT_MEASURED);
        assertThat(report().summary()).anyMatch(line -> line.contains("the schema was not compared"));
    }

    @Test
    void a_standby_that_nobody_saw_since_the_migration_began_makes_the_run_inconclusive() {
        run.standbys = 1;
        primarySampled(6 * SECOND);
        run.replication.add(new Recording.ReplicationSample(2 * SECOND, "standby 1", 60 * SECOND, 1, 0, 0));
        assertInconclusiveBecauseOf("STANDBY_NOT_SEEN");

        run.replication.add(new Recording.ReplicationSample(6 * SECOND, "standby 1", 1_000, 1, 0, 0));
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
        assertThat(report().replication().get(0).maxLagMillis()).isEqualTo(1);
    }

    @Test
    void a_lag_longer_than_allowed_may_come_and_go_between_samples_of_a_standby_or_of_the_primary() {
        run.standbys = 1;
        run.budget = replayLag(Duration.ofSeconds(2));
        for (long second = 5; second <= 10; second++) {
            primarySampled(second * SECOND);
            run.replication.add(new Recording.ReplicationSample(second * SECOND, "standby 1", 1_000, 1, 0, 0));
        }
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.replication.subList(2, 4).clear();
        assertInconclusiveBecauseOf("STANDBY_NOT_SEEN");
        assertThat(report().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.measured()).isEqualTo("no sample for 3.0 s"));

        run.budget = replayLag(Duration.ofSeconds(3));
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.server.subList(2, 6).clear();
        assertInconclusiveBecauseOf("STANDBY_NOT_SEEN");
    }

    @Test
    void a_limit_may_be_shorter_than_the_time_between_the_primary_s_counters() {
        run.standbys = 1;
        run.budget = replayLag(Duration.ofMillis(200));
        for (long micros = 5 * SECOND; micros <= 10 * SECOND; micros += 100_000) {
            run.replication.add(new Recording.ReplicationSample(micros, "standby 1", 1_000, 1, 0, 0));
            if (micros % 300_000 == 0) {
                primarySampled(micros);
            }
        }
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    private static Budget replayLag(Duration limit) {
        Budget all = Budget.DEFAULT;
        return new Budget(
                all.longestLockWait(),
                all.longestOutage(),
                all.responseP99(),
                all.responseP99TimesBaseline(),
                all.slowdown(),
                all.errorShare(),
                limit,
                all.duration(),
                all.rollback());
    }

    private void primarySampled(long micros) {
        run.server.add(new Recording.ServerSample(micros, 0, 0, 0, 0, 0, 0, 0, 1));
    }

    @Test
    void a_load_that_only_reads_says_nothing_about_a_lock_that_stops_only_writers() {
        run.writes = false;
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.statements.set(
                0,
                run.statement(
                                "CREATE INDEX orders_note_idx ON orders (note)",
                                5 * SECOND,
                                5 * SECOND + 2_000,
                                lock("orders", LockMode.SHARE, 2_000))
                        .withIndex(0));
        assertInconclusiveBecauseOf("LOAD_MISSED_THE_TABLES");
        assertThat(report().notMeasured()).anyMatch(line -> line.startsWith("what waiting for orders costs"));
    }

    @Test
    void an_error_that_the_baseline_did_not_have_is_not_excused_by_those_that_it_had() {
        run.baselineFailsWith = "40001";
        run.failingShare = 0.04;
        run.failingWith = "40001";
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
        assertThat(line("error rate").state()).isEqualTo(State.DONE);

        run.failingWith = "42703";
        assertThat(report().findings()).extracting(Finding::id).containsOnly("ERRORS");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(line("error rate").state()).isEqualTo(State.FAILED);
    }

    @Test
    void an_outage_counts_although_no_statement_ran_in_it() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.budget = new Budget(
                null, Duration.ofSeconds(1), null, null, null, null, null, null, Budget.RollbackRule.TESTED_IF_PRESENT);

        Finding outage = report().findings().get(0);

        assertThat(outage.id()).isEqualTo("OUTAGE");
        assertThat(outage.statement()).isEqualTo(-1);
        assertThat(outage.saferWay()).isNotBlank();
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void an_outage_and_an_error_are_blamed_on_the_statement_that_locked_the_table_not_on_the_one_that_ran() {
        run.statements.set(
                0,
                run.statement(
                                "ALTER TABLE orders DROP COLUMN note",
                                5 * SECOND,
                                5 * SECOND + 1_000,
                                lock("orders", LockMode.ACCESS_EXCLUSIVE, 3 * SECOND))
                        .withIndex(0));
        run.statements.add(run.statement(
                "CREATE INDEX items_x ON items (x)",
                5 * SECOND + 1_000,
                8 * SECOND,
                lock("items", LockMode.SHARE, 3 * SECOND)));
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.failingShare = 0.1;

        assertThat(report().findings())
                .filteredOn(finding -> Set.of("OUTAGE", "ERRORS").contains(finding.id()))
                .hasSize(2)
                .allSatisfy(finding -> assertThat(finding.statement()).isZero());
    }

    @Test
    void an_outage_of_a_table_that_is_gone_is_blamed_on_what_dropped_it_not_on_what_ran_longest_later() {
        run.statements.clear();
        run.sent(
                "V1",
                4711,
                5 * SECOND - 9_000,
                false,
                "DROP TABLE orders",
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 1_000));
        run.statements.add(run.statement(
                "UPDATE items SET x = 1",
                5 * SECOND + 10_000,
                8 * SECOND,
                lock("items", LockMode.ROW_EXCLUSIVE, SECOND)));
        run.failingShare = 1;
        run.failingWith = "42P01";

        assertThat(report().findings())
                .filteredOn(finding -> Set.of("OUTAGE", "ERRORS").contains(finding.id()))
                .hasSize(2)
                .allSatisfy(finding -> assertThat(finding.statement()).isZero());
    }

    @Test
    void an_outage_in_which_operations_are_refused_is_not_laid_to_a_lock_at_its_beginning() {
        run.statements.clear();
        run.statements.add(run.statement(
                "LOCK TABLE orders",
                5 * SECOND - 9_000,
                5 * SECOND + 1_000,
                lock("orders", LockMode.ACCESS_EXCLUSIVE, 10_000)));
        run.sent("V1", 4711, 5 * SECOND - 8_000, true, "ALTER TABLE orders RENAME COLUMN note TO remark");
        run.sent("V1", 4711, 5 * SECOND + 1_000, false, "COMMIT");
        run.failingShare = 1;

        assertThat(report().findings())
                .filteredOn(finding -> finding.id().equals("OUTAGE"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.statement()).isEqualTo(1));
    }

    @Test
    void an_outage_of_connections_is_laid_to_what_keeps_them_away() {
        run.statements.clear();
        run.sent("V1", 4711, 5 * SECOND - 9_000, false, "ALTER DATABASE shop CONNECTION LIMIT 0");
        run.statements.add(run.statement("SELECT pg_sleep(3)", 5 * SECOND, 8 * SECOND));
        run.failingShare = 1;
        run.failingWith = "53300";

        assertThat(report().findings())
                .filteredOn(finding -> Set.of("OUTAGE", "ERRORS").contains(finding.id()))
                .hasSize(2)
                .allSatisfy(finding -> {
                    assertThat(finding.statement()).isZero();
                    assertThat(finding.saferWay()).startsWith("Let the application in");
                });
    }

    @Test
    void a_deadlock_of_operations_with_each_other_is_not_the_migrations() {
        LockWait deadlock = waited(
                "place_order",
                "orders",
                "RowExclusiveLock",
                6 * SECOND,
                10_000,
                new Blocking(101, "update_order", SessionKind.APPLICATION, "UPDATE ...", true));
        run.waits.add(ended(deadlock, deadlock.chain(), LockWait.Ended.DEADLOCK));
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        run.waits.add(ended(deadlock, List.of(migration()), LockWait.Ended.DEADLOCK));
        assertThat(report().findings()).extracting(Finding::id).containsExactly("DEADLOCK");
        assertThat(report().findings().get(0).measured()).isEqualTo("1 deadlock");
    }

    private static LockWait ended(LockWait wait, List<Blocking> chain, LockWait.Ended ended) {
        return new LockWait(
                wait.waiterPid(),
                wait.waiter(),
                wait.waiterKind(),
                wait.lockType(),
                wait.relation(),
                wait.mode(),
                wait.startMicros(),
                wait.endMicros(),
                ended,
                chain,
                wait.statement(),
                wait.source(),
                wait.errorMicros());
    }

    @Test
    void a_percentile_of_few_operations_is_named_as_not_measured() {
        run.every = 100_000;
        assertThat(report().notMeasured())
                .contains("a 99th percentile of response time in MIGRATE: it had 30 operations, and the slowest stands"
                        + " for it");

        run.budget = NO_LIMITS;
        assertThat(report().notMeasured()).noneMatch(line -> line.contains("percentile"));
    }

    @Test
    void an_operation_that_waited_twice_is_one_in_the_queue_beside_those_without_a_client() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.withoutClientFrom = 6 * SECOND + 80_000;
        run.statements.set(
                0,
                run.statement(
                                "ALTER TABLE orders ALTER total TYPE bigint",
                                6 * SECOND,
                                8 * SECOND,
                                lock("orders", LockMode.ACCESS_EXCLUSIVE, 2 * SECOND))
                        .withIndex(0));
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 6 * SECOND + 100, 900_000, migration()));
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 7 * SECOND, 999_000, migration()));

        Finding wait = report().findings().get(0);

        assertThat(wait.id()).isEqualTo("LOCK_WAIT");
        assertThat(report().statements().get(0).queued()).isEqualTo(1 + 191);
        assertThat(wait.evidence())
                .anySatisfy(line -> assertThat(line)
                        .contains("192 operations queued: 1 for the lock", "the others for a free client"));
    }

    @Test
    void an_operation_named_like_the_migration_is_not_taken_for_it() {
        run.waits.add(waited(
                "place_order",
                "orders",
                "RowExclusiveLock",
                5 * SECOND,
                2 * SECOND,
                migration(),
                new Blocking(4712, "migration_report", SessionKind.APPLICATION, "SELECT ...", false)));

        assertThat(report().findings().get(0).evidence())
                .anyMatch(line -> line.contains("root blocker: migration_report"));
    }

    @Test
    void an_invariant_whose_query_only_ever_failed_did_not_hold() {
        run.invariants.add(new Recording.InvariantFact(
                "money", "select sum(totl) from orders", null, "error 42703", "error 42703", "error 42703"));

        assertThat(report().findings()).extracting(Finding::id).containsExactly("INVARIANT");
    }

    @Test
    void a_limit_that_is_not_judged_is_not_in_the_plan() {
        run.budget = NO_LIMITS;

        assertThat(report().plan().budget()).containsOnlyKeys("rollback");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void the_comments_that_a_tool_sends_with_a_statement_do_not_hide_what_it_is() {
        String sql = "-- the index for the search\n/* V7 */ CREATE INDEX orders_note_idx ON orders (note)";
        run.statements.set(
                0,
                run.statement(sql, 5 * SECOND, 7 * SECOND, lock("orders", LockMode.SHARE, 2 * SECOND))
                        .withIndex(0));

        Finding danger = report().findings().get(0);

        assertThat(report().summary().get(0))
                .isEqualTo("GO: within every limit. What no limit judges: " + danger.title() + ".");
        assertThat(danger.catalogue()).isEqualTo("IDX-01");
        assertThat(danger.evidence().get(0)).contains(": CREATE INDEX orders_note_idx");
    }

    @Test
    void a_long_lock_to_which_no_operation_came_in_time_is_inconclusive() {
        run.statements.set(
                0,
                run.statement(
                                "CREATE INDEX orders_note_idx ON orders (note)",
                                5 * SECOND,
                                7 * SECOND,
                                lock("orders", LockMode.SHARE, 2 * SECOND))
                        .withIndex(0));
        assertThat(report().findings()).extracting(Finding::id).containsExactly("BLOCKING_LOCK");
        assertThat(report().verdict()).isEqualTo(Verdict.GO);

        // Due at 4 s and 8 s; any that is due from 5 s to 6.5 s would have waited for longer than 500 ms.
        run.every = 4 * SECOND;
        assertInconclusiveBecauseOf("LOCK_UNTRIED");

        run.holds = List.of(new Recording.Hold(run.backendPid + 1, 5 * SECOND + 100_000, 1_600_000));
        assertInconclusiveBecauseOf("LOCK_UNTRIED");
        run.holds = List.of(new Recording.Hold(run.backendPid, 5 * SECOND + 100_000, 1_600_000));
        assertThat(report().findings())
                .as("the tap kept it for all but 400 ms")
                .extracting(Finding::id)
                .doesNotContain("LOCK_UNTRIED", "BLOCKING_LOCK");
        run.holds = List.of();

        run.writes = false;
        assertThat(report().findings())
                .as("no operation of the load is stopped by SHARE")
                .extracting(Finding::id)
                .doesNotContain("LOCK_UNTRIED");
    }

    @Test
    void operations_that_ran_too_rarely_on_the_new_schema_are_not_measured() {
        run.failingShare = 0;
        assertThat(report().notMeasured())
                .noneMatch(line -> line.contains("new schema") && line.contains("place_order"));

        // Due at 0, 2, 4, 6 and 8 s.
        run.every = 2 * SECOND;
        assertThat(report().notMeasured())
                .contains(
                        "whether the new schema slows place_order down: so few succeeded before the migration or after it that chance could do it");

        // Due at 0, 3, 6 and 9 s, when the rollback has begun.
        run.every = 3 * SECOND;
        assertThat(report().notMeasured()).anyMatch(line -> line.startsWith("whether place_order"));
    }

    @Test
    void a_rollback_that_failed_is_not_done_although_the_schema_is_as_before() {
        run.attempts.set(1, RecordedRun.attempt(Phase.ROLL_BACK, Outcome.FAILED, "42P01"));

        assertThat(line("rollback written and tested").state()).isEqualTo(State.FAILED);
    }

    @Test
    void a_value_lost_in_the_rollback_fails_the_line_about_checksums_and_one_without_a_rollback_leaves_it_open() {
        run.account.add(new Recording.TableAccount("orders", 100, 0, 3, Map.of("total", 3L), 50, 0, 0, 1_000_000));
        assertThat(line("row counts and checksums").state()).isEqualTo(State.FAILED);
        assertThat(line("row counts and checksums").evidence()).contains("3 values lost or changed");

        run.verifiedAfter = Phase.MIGRATE;
        assertThat(line("row counts and checksums").state()).isEqualTo(State.NOT_MEASURED);
    }

    @Test
    void a_failed_migration_proves_neither_its_duration_nor_the_application_on_the_new_schema() {
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, "42P01"));

        for (String item : List.of(
                "duration benchmarked",
                "lock impact known",
                "application compatible with both schemas",
                "schema as expected")) {
            assertThat(line(item).state()).as(item).isEqualTo(State.NOT_MEASURED);
        }
    }

    @Test
    void a_derived_workload_is_not_the_application() {
        assertThat(line("application compatible with both schemas").state()).isEqualTo(State.DONE);

        run.application = "derived";
        assertThat(line("application compatible with both schemas").state()).isEqualTo(State.NOT_MEASURED);
    }

    @Test
    void an_observer_that_fell_behind_leaves_the_locks_unknown() {
        run.longestGapMicros = 5 * SECOND;

        assertThat(line("lock impact known").state()).isEqualTo(State.NOT_MEASURED);
        assertThat(line("lock waits and active statements").state()).isEqualTo(State.NOT_MEASURED);
    }

    @Test
    void what_the_samplers_took_of_the_machine_is_said() {
        assertThat(line("lock waits and active statements").evidence())
                .endsWith(
                        "; the samplers took 1.20 % of a core, the server's answers to them at most 3.40 %; the tap's reading of the migration's locks is not counted");
    }

    @Test
    void every_finding_has_measured_limit_evidence_effect_and_safer_way() {
        run.blockedFrom = 6 * SECOND;
        run.blockedTo = 8 * SECOND;
        run.failingShare = 0.1;
        run.standbys = 2;
        run.hasRollback = false;
        run.longestGapMicros = 5 * SECOND;
        run.lateP99Micros = SECOND;
        run.aborted = new Recording.Aborted(Phase.VERIFY, "the server is gone", true);
        run.attempts.set(0, RecordedRun.attempt(Phase.MIGRATE, Outcome.FAILED, null));
        run.attempts.set(1, RecordedRun.attempt(Phase.ROLL_BACK, Outcome.FAILED, null));
        run.attempts.add(RecordedRun.attempt(Phase.REAPPLY, Outcome.FAILED, null));
        run.blockers.add(new Recording.BlockerFact("longReader", "orders", 1, 0, 1, true, null));
        run.replication.add(new Recording.ReplicationSample(7 * SECOND, "standby 1", 20 * SECOND, 1, 0, 2));
        run.afterRollback.add(new Recording.SchemaDifference("index orders_idx", "CREATE INDEX ...", null));
        run.afterRollback.add(new Recording.SchemaDifference("role auditor", null, "nologin"));
        run.changes.add(new Recording.SchemaDifference("column orders.note", null, "text"));
        run.account.add(
                new Recording.TableAccount("orders", 100, 1, 7, Map.of("note", 7L, "total", 2L), 50, 0, 0, 1_000_000));
        run.invariants.add(new Recording.InvariantFact("money", "select 1", null, "1", "2", null));
        for (Recording.Leftover.Kind kind : Recording.Leftover.Kind.values()) {
            run.leftovers.add(new Recording.Leftover(kind, "orders_idx", Phase.MIGRATE, "on orders"));
        }
        run.statements.add(run.statement(
                "CREATE INDEX i ON items (x)", 6 * SECOND, 8 * SECOND, lock("items", LockMode.SHARE, 2 * SECOND)));
        run.waits.add(waited("place_order", "orders", "RowExclusiveLock", 6 * SECOND, 1_900_000, migration()));
        run.waits.add(ended(run.waits.get(0), List.of(migration()), LockWait.Ended.DEADLOCK));

        List<Finding> findings = report().findings();

        assertThat(findings).hasSizeGreaterThan(20).allSatisfy(finding -> {
            assertThat(finding.title()).isNotBlank();
            assertThat(finding.measured()).isNotBlank();
            assertThat(finding.limit()).isNotBlank();
            assertThat(finding.evidence()).isNotEmpty().doesNotContain("");
            assertThat(finding.effect()).isNotBlank();
            assertThat(finding.saferWay()).isNotBlank();
        });
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void percentiles_are_those_of_the_response_times() {
        run.blockedFrom = 5 * SECOND;
        run.blockedTo = 5 * SECOND + 50_000;

        RehearsalReport.Operation migrating = report().operations().stream()
                .filter(operation -> operation.phase().equals("MIGRATE"))
                .findFirst()
                .orElseThrow();

        // Of 300 operations 5 waited, for 51, 41, 31, 21 and 11 ms; the others took 1 ms.
        assertThat(migrating.count()).isEqualTo(300);
        assertThat(migrating.responseMillis().p50()).isCloseTo(1, within(0.01));
        assertThat(migrating.responseMillis().p90()).isCloseTo(1, within(0.01));
        assertThat(migrating.responseMillis().p99()).isCloseTo(21, within(0.1));
        assertThat(migrating.responseMillis().p999()).isCloseTo(51, within(0.1));
        assertThat(migrating.responseMillis().max()).isCloseTo(51, within(0.1));
    }
}
