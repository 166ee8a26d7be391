package dev.rehearse.observe.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Beside;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.LockWait.Source;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LockWaitsTest {

    private static final int CLIENT = 100;
    private static final int MIGRATION = 200;
    private static final int READER = 300;
    private static final long ORDERS = 16_384;
    private static final Blocking ALTER =
            new Blocking(MIGRATION, "migration", SessionKind.MIGRATION, "ALTER TABLE orders ...", true);
    private static final Blocking LONG_READER =
            new Blocking(READER, "longReader", SessionKind.BLOCKER, "SELECT ...", false);

    private final List<SampledWait> sampled = new ArrayList<>();
    private final List<ReportedWait> reported = new ArrayList<>();
    private final List<StatementFact> statements = new ArrayList<>();
    private final OperationLog operations = new OperationLog();

    private MergedWaits merge() {
        return LockWaits.merge(
                new LockObservation(
                        sampled,
                        List.of(),
                        5_000,
                        1_000,
                        6_000,
                        List.of(),
                        Map.of(ORDERS, "orders", 16_400L, "items"),
                        Map.of(),
                        List.of()),
                reported,
                statements,
                operations);
    }

    private LockWait mergeToOne() {
        MergedWaits merged = merge();
        assertThat(merged.waits()).hasSize(1);
        return merged.waits().get(0);
    }

    private static SampledWait sampled(int pid, String lockType, long oid, long start, long end, Blocking... chain) {
        return new SampledWait(
                pid,
                "SELECT",
                pid == MIGRATION ? SessionKind.MIGRATION : SessionKind.APPLICATION,
                lockType,
                oid,
                oid == ORDERS ? "orders" : oid == 0 ? null : "items",
                pid == MIGRATION ? "AccessExclusiveLock" : "AccessShareLock",
                start,
                end,
                Ended.GRANTED,
                true,
                List.of(chain),
                2_600,
                "",
                null,
                Map.of());
    }

    private static ReportedWait reported(int pid, String lockType, long oid, long start, long end, Ended ended) {
        return new ReportedWait(
                pid,
                pid == MIGRATION ? "migration" : "list_orders",
                pid == MIGRATION ? SessionKind.MIGRATION : SessionKind.APPLICATION,
                lockType,
                oid,
                null,
                pid == MIGRATION ? "AccessExclusiveLock" : "AccessShareLock",
                end,
                end - start,
                ended,
                List.of());
    }

    private StatementFact statement(long start, long end, Outcome outcome, String sqlState, RelationLock... locks) {
        return statement("ALTER TABLE orders " + statements.size(), start, end, outcome, sqlState, locks);
    }

    private StatementFact statement(
            String sql, long start, long end, Outcome outcome, String sqlState, RelationLock... locks) {
        StatementFact statement = new StatementFact(
                statements.size(),
                Phase.MIGRATE,
                0,
                1,
                null,
                MIGRATION,
                null,
                sql,
                start,
                end,
                outcome,
                sqlState,
                null,
                true,
                1,
                -1,
                List.of(locks),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                -1);
        statements.add(statement);
        return statement;
    }

    private static RelationLock lock(String relation, LockMode mode, long waitMicros, long heldMicros) {
        return new RelationLock(relation, "table", mode, waitMicros, heldMicros, true, null);
    }

    @Test
    void one_wait_from_two_sources_has_the_servers_length_and_the_samplers_chain() {
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_302_000, ALTER, LONG_READER));
        reported.add(reported(CLIENT, "relation", ORDERS, 1_000_100, 1_300_100, Ended.GRANTED));

        LockWait wait = mergeToOne();

        assertThat(wait.micros()).isEqualTo(300_000);
        assertThat(wait.errorMicros()).isEqualTo(1);
        assertThat(wait.source()).isEqualTo(Source.SERVER_MESSAGE);
        assertThat(wait.waiter()).isEqualTo("list_orders");
        assertThat(wait.relation()).isEqualTo("orders");
        assertThat(wait.chain()).containsExactly(ALTER, LONG_READER);
        assertThat(wait.rootBlocker()).isEqualTo(LONG_READER);
        assertThat(merge().disagreements()).isEmpty();
    }

    @Test
    void a_wait_that_is_told_at_the_end_of_a_long_statement_counts_once_and_was_when_the_sampler_saw_it() {
        int list = operations.addKind(new OperationKind("list_orders", "app", List.of("orders"), List.of()));
        operations.add(new Operation(list, 0, 990_000, 2_500_000, Outcome.SUCCEEDED, null, CLIENT));
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_202_000, ALTER));
        reported.add(reported(CLIENT, "relation", ORDERS, 2_200_000, 2_400_000, Ended.GRANTED));

        LockWait wait = mergeToOne();

        assertThat(wait.source()).isEqualTo(Source.SERVER_MESSAGE);
        assertThat(wait.startMicros()).isEqualTo(1_000_000);
        assertThat(wait.micros()).isEqualTo(200_000);
        assertThat(wait.chain()).containsExactly(ALTER);
    }

    @Test
    void waits_of_two_operations_or_of_other_lengths_stay_two() {
        int list = operations.addKind(new OperationKind("list_orders", "app", List.of("orders"), List.of()));
        operations.add(new Operation(list, 0, 990_000, 1_300_000, Outcome.SUCCEEDED, null, CLIENT));
        operations.add(new Operation(list, 0, 1_400_000, 2_500_000, Outcome.SUCCEEDED, null, CLIENT));
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_202_000, ALTER));
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_500_000, 1_540_000, ALTER));
        reported.add(reported(CLIENT, "relation", ORDERS, 2_200_000, 2_400_000, Ended.GRANTED));

        assertThat(merge().waits()).hasSize(3);
    }

    @Test
    void the_row_that_was_waited_for_gets_its_table_from_the_sampler() {
        sampled.add(sampled(CLIENT, "transactionid", ORDERS, 1_000_000, 1_302_000, LONG_READER));
        reported.add(reported(CLIENT, "transactionid", 0, 1_000_100, 1_300_100, Ended.GRANTED));

        assertThat(mergeToOne().relation()).isEqualTo("orders");
    }

    @Test
    void lengths_that_differ_by_more_than_the_sampler_may_be_off_are_told() {
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_320_000, LONG_READER));
        reported.add(reported(CLIENT, "relation", ORDERS, 1_000_000, 1_300_000, Ended.GRANTED));

        MergedWaits merged = merge();

        assertThat(merged.waits()).hasSize(1);
        assertThat(merged.disagreements())
                .containsExactly(
                        "list_orders (process 100) waited 300.0 ms for AccessShareLock on orders in the server's words,"
                                + " 320.0 ms by sampling.");
    }

    @Test
    void what_only_the_sampler_saw_is_kept_with_its_error() {
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_302_000, LONG_READER));

        LockWait wait = mergeToOne();

        assertThat(wait.source()).isEqualTo(Source.WAITSTART);
        assertThat(wait.errorMicros()).isEqualTo(2_600);
        assertThat(wait.ended()).isEqualTo(Ended.GRANTED);
    }

    @Test
    void a_session_that_only_the_sampler_saw_is_named_by_the_operation_it_ran() {
        int place = operations.addKind(new OperationKind("place_order", "app", List.of("orders"), List.of("orders")));
        int list = operations.addKind(new OperationKind("list_orders", "app", List.of("orders"), List.of()));
        operations.add(new Operation(list, 0, 800_000, 999_000, Outcome.SUCCEEDED, null, CLIENT));
        operations.add(new Operation(place, 0, 999_100, 1_010_000, Outcome.SUCCEEDED, null, CLIENT));
        operations.add(new Operation(list, 0, 1_010_100, 1_020_000, Outcome.SUCCEEDED, null, CLIENT));
        operations.add(new Operation(list, 0, 900_000, 1_300_000, Outcome.SUCCEEDED, null, CLIENT + 1));
        Blocking other = new Blocking(CLIENT + 1, "UPDATE orders ...", SessionKind.APPLICATION, "UPDATE", false);
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_008_000, other));

        assertThat(mergeToOne().waiter()).isEqualTo("place_order");
        assertThat(mergeToOne().rootBlocker().who()).isEqualTo("list_orders");
    }

    @Test
    void what_only_the_server_told_names_the_statement_that_held_the_lock() {
        statement(900_000, 910_000, Outcome.SUCCEEDED, null, lock("items", LockMode.ACCESS_EXCLUSIVE, 0, 500_000));
        StatementFact culprit = statement(
                1_000_000, 1_004_000, Outcome.SUCCEEDED, null, lock("orders", LockMode.ACCESS_EXCLUSIVE, 0, 4_000));
        reported.add(reported(CLIENT, "relation", ORDERS, 1_001_000, 1_004_100, Ended.GRANTED));

        LockWait wait = mergeToOne();

        assertThat(wait.statement()).isEqualTo(1);
        assertThat(wait.chain())
                .containsExactly(new Blocking(MIGRATION, "migration", SessionKind.MIGRATION, culprit.sql(), false));
    }

    @Test
    void
            what_waits_behind_a_transaction_that_the_migration_left_prepared_waits_behind_the_statement_that_prepared_it() {
        statement(500_000, 600_000, Outcome.SUCCEEDED, null, lock("orders", LockMode.ACCESS_EXCLUSIVE, 0, 200_000));
        prepare("'it''s half'", 700_000, Outcome.SUCCEEDED);
        prepare("'other'", 710_000, Outcome.FAILED);
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_302_000, prepared("'it's half' by owner")));
        sampled.add(sampled(CLIENT, "relation", ORDERS, 2_000_000, 2_302_000, prepared("'other' by owner")));

        List<LockWait> waits = merge().waits();

        assertThat(waits).extracting(LockWait::statement).containsExactly(1, -1);
        assertThat(waits.get(0).rootBlocker())
                .isEqualTo(new Blocking(
                        LockWait.PREPARED_TRANSACTION,
                        "prepared transaction 'it's half' by owner",
                        SessionKind.MIGRATION,
                        statements.get(1).sql(),
                        false));
        assertThat(waits.get(1).rootBlocker().kind()).isEqualTo(SessionKind.OTHER);
    }

    private void prepare(String gid, long start, Outcome outcome) {
        statement("BEGIN; ALTER TABLE a ADD b int; prepare  transaction " + gid, start, start + 5_000, outcome, null);
    }

    private static Blocking prepared(String names) {
        return new Blocking(
                LockWait.PREPARED_TRANSACTION, "prepared transaction " + names, SessionKind.OTHER, null, false);
    }

    @Test
    void of_a_deadlock_that_nobody_saw_the_victim_was_told_who_was_in_it() {
        int place = operations.addKind(new OperationKind("place_order", "app", List.of("orders"), List.of("orders")));
        operations.add(new Operation(place, 0, 990_000, 1_300_000, Outcome.SUCCEEDED, null, CLIENT + 1));
        statement(500_000, 5_000_000, Outcome.SUCCEEDED, null, lock("items", LockMode.ROW_EXCLUSIVE, 0, 4_500_000));
        reported.add(deadlock(1_000_000, CLIENT + 1));
        reported.add(deadlock(2_000_000, CLIENT + 1, MIGRATION));

        List<LockWait> waits = merge().waits();

        assertThat(waits.get(0).chain())
                .containsExactly(new Blocking(CLIENT + 1, "place_order", SessionKind.APPLICATION, null, true));
        assertThat(waits.get(1).chain())
                .extracting(Blocking::kind)
                .containsExactly(SessionKind.OTHER, SessionKind.MIGRATION);
        assertThat(waits.get(1).statement()).isZero();
    }

    @Test
    void a_short_wait_for_a_row_is_due_to_no_statement_that_locks_none() {
        reported.add(reported(CLIENT, "transactionid", 0, 1_000_000, 1_050_000, Ended.GRANTED));
        statement(
                500_000,
                5_000_000,
                Outcome.SUCCEEDED,
                null,
                lock("orders", LockMode.SHARE_UPDATE_EXCLUSIVE, 0, 4_500_000),
                new RelationLock("orders_idx", "index", LockMode.ROW_EXCLUSIVE, 0, 4_500_000, false, null));

        assertThat(mergeToOne().statement()).isEqualTo(-1);
    }

    @Test
    void a_short_wait_for_a_row_may_be_due_to_one_that_wrote_before_it_took_the_table_for_itself() {
        reported.add(reported(CLIENT, "transactionid", 0, 1_000_000, 1_050_000, Ended.GRANTED));
        statement(
                500_000,
                5_000_000,
                Outcome.SUCCEEDED,
                null,
                new RelationLock("orders", "table", LockMode.ACCESS_EXCLUSIVE, true, 0, 4_500_000, true, null));

        assertThat(mergeToOne().statement()).isZero();
    }

    @Test
    void a_short_wait_for_a_row_of_a_known_table_is_not_behind_a_build_of_an_index_there() {
        reported.add(rowOf("orders"));
        statement(
                500_000,
                5_000_000,
                Outcome.SUCCEEDED,
                null,
                lock("orders", LockMode.SHARE_UPDATE_EXCLUSIVE, 0, 4_500_000));

        assertThat(mergeToOne().chain()).isEmpty();
        assertThat(mergeToOne().statement()).isEqualTo(-1);
    }

    @Test
    void a_short_wait_for_a_row_may_be_due_to_one_that_wrote_or_whose_locks_are_unknown() {
        reported.add(reported(CLIENT, "transactionid", 0, 1_000_000, 1_050_000, Ended.GRANTED));
        statement(100_000, 200_000, Outcome.SUCCEEDED, null, lock("items", LockMode.ROW_EXCLUSIVE, 0, 2_000_000));
        statement(500_000, 5_000_000, Outcome.SUCCEEDED, null, lock("orders", LockMode.ACCESS_SHARE, 0, 4_500_000));
        assertThat(mergeToOne().statement()).isEqualTo(1);

        reported.set(0, rowOf("orders"));
        assertThat(mergeToOne().statement()).isEqualTo(-1);
        reported.set(0, rowOf("items"));
        assertThat(mergeToOne().statement()).isZero();

        statements.clear();
        statement(500_000, 5_000_000, Outcome.SUCCEEDED, null);
        assertThat(mergeToOne().statement()).isZero();
    }

    @Test
    void who_was_in_a_deadlock_is_what_the_server_says_and_not_a_chain_seen_before_it_closed() {
        statement(500_000, 5_000_000, Outcome.SUCCEEDED, null, lock("items", LockMode.ROW_EXCLUSIVE, 0, 4_500_000));
        sampled.add(shared(1_000_000, LONG_READER));
        sampled.add(shared(2_000_000, ALTER, LONG_READER));
        sampled.add(shared(3_000_000, ALTER));
        reported.add(deadlock(1_000_000, CLIENT + 1, MIGRATION));
        reported.add(deadlock(2_000_000, MIGRATION, READER));
        reported.add(deadlock(3_000_000, MIGRATION, CLIENT + 1));

        MergedWaits merged = merge();

        assertThat(merged.waits()).hasSize(3);
        assertThat(merged.waits().get(0).chain()).extracting(Blocking::pid).containsExactly(CLIENT + 1, MIGRATION);
        assertThat(merged.waits().get(0).chain()).allMatch(Blocking::waiting);
        assertThat(merged.waits().get(1).chain())
                .extracting(Blocking::query)
                .containsExactly(ALTER.query(), LONG_READER.query());
        assertThat(merged.waits().get(2).chain()).extracting(Blocking::pid).containsExactly(MIGRATION, CLIENT + 1);
        assertThat(merged.disagreements())
                .containsExactly("place_order (process 100) was the victim of a deadlock with processes 101, 200 in the"
                        + " server's words; sampling saw it behind longReader (process 300).");
    }

    private static SampledWait shared(long start, Blocking... chain) {
        return new SampledWait(
                CLIENT,
                "UPDATE",
                SessionKind.APPLICATION,
                "transactionid",
                0,
                null,
                "ShareLock",
                start,
                start + 10_000,
                Ended.GAVE_UP,
                true,
                List.of(chain),
                2_600,
                "",
                null,
                Map.of());
    }

    @Test
    void a_short_wait_for_a_row_is_not_due_to_what_fills_a_table_of_the_migrations_own() {
        reported.add(reported(CLIENT, "transactionid", 0, 1_000_000, 1_050_000, Ended.GRANTED));
        statement(
                500_000,
                5_000_000,
                Outcome.SUCCEEDED,
                null,
                new RelationLock("copies", "table", LockMode.ROW_EXCLUSIVE, 0, 4_500_000, false, null));

        assertThat(mergeToOne().statement()).isEqualTo(-1);
    }

    private static ReportedWait rowOf(String relation) {
        return new ReportedWait(
                CLIENT,
                "place_order",
                SessionKind.APPLICATION,
                "tuple",
                ORDERS,
                relation,
                "ExclusiveLock",
                1_050_000,
                50_000,
                Ended.GRANTED,
                List.of());
    }

    private static ReportedWait deadlock(long start, Integer... circle) {
        return new ReportedWait(
                CLIENT,
                "place_order",
                SessionKind.APPLICATION,
                "transactionid",
                0,
                null,
                "ShareLock",
                start + 10_073,
                10_073,
                Ended.DEADLOCK,
                List.of(circle));
    }

    @Test
    void two_waits_of_one_session_for_one_lock_stay_two() {
        for (long start : new long[] {1_000_000, 1_202_500}) {
            sampled.add(sampled(CLIENT, "relation", ORDERS, start, start + 202_000, LONG_READER));
            reported.add(reported(CLIENT, "relation", ORDERS, start + 100, start + 200_100, Ended.GRANTED));
        }

        assertThat(merge().waits()).hasSize(2);
        assertThat(merge().waits()).allMatch(w -> w.source() == Source.SERVER_MESSAGE);
    }

    @Test
    void waits_of_one_statement_for_several_locks_stay_several() {
        sampled.add(sampled(MIGRATION, "relation", ORDERS, 1_000_000, 1_200_000, LONG_READER));
        sampled.add(sampled(MIGRATION, "relation", 16_400, 1_200_500, 1_400_000, LONG_READER));
        reported.add(reported(MIGRATION, "relation", ORDERS, 1_000_000, 1_199_000, Ended.GRANTED));
        reported.add(reported(MIGRATION, "relation", 16_400, 1_200_600, 1_399_000, Ended.GRANTED));
        statement(990_000, 1_410_000, Outcome.SUCCEEDED, null);

        assertThat(merge().waits()).extracting(LockWait::relation).containsExactly("orders", "items");
        assertThat(merge().waits()).extracting(LockWait::statement).containsExactly(0, 0);
    }

    @Test
    void waits_of_many_sessions_for_one_lock_stay_many() {
        for (int pid = CLIENT; pid < CLIENT + 50; pid++) {
            sampled.add(sampled(pid, "relation", ORDERS, 1_000_000, 1_200_000, ALTER, LONG_READER));
            reported.add(reported(pid, "relation", ORDERS, 1_000_000, 1_199_000, Ended.GRANTED));
        }

        assertThat(merge().waits()).hasSize(50);
    }

    @Test
    void a_wait_that_is_reported_while_it_lasts_and_at_its_end_counts_once() {
        reported.add(reported(CLIENT, "relation", ORDERS, 1_000_000, 1_010_000, Ended.STILL_WAITING));
        reported.add(reported(CLIENT, "relation", ORDERS, 1_000_000, 1_300_000, Ended.GRANTED));

        LockWait wait = mergeToOne();

        assertThat(wait.micros()).isEqualTo(300_000);
        assertThat(wait.ended()).isEqualTo(Ended.GRANTED);
    }

    @Test
    void what_had_not_ended_when_the_sampling_did_is_still_waiting() {
        SampledWait open = sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_302_000, LONG_READER);
        sampled.add(new SampledWait(
                open.pid(),
                open.who(),
                open.kind(),
                open.lockType(),
                open.relationOid(),
                open.relation(),
                open.mode(),
                open.startMicros(),
                open.endMicros(),
                Ended.STILL_WAITING,
                true,
                open.chain(),
                0,
                "",
                null,
                Map.of()));

        assertThat(mergeToOne().ended()).isEqualTo(Ended.STILL_WAITING);
    }

    @Test
    void a_migration_that_gave_up_did_so_as_its_statement_failed() {
        sampled.add(sampled(MIGRATION, "relation", ORDERS, 1_000_000, 1_501_000, LONG_READER));
        statement(999_000, 1_502_000, Outcome.FAILED, "55P03");

        assertThat(mergeToOne().ended()).isEqualTo(Ended.LOCK_TIMEOUT);

        reported.add(reported(MIGRATION, "relation", ORDERS, 1_000_000, 1_501_500, Ended.CANCELLED));

        assertThat(mergeToOne().ended()).isEqualTo(Ended.LOCK_TIMEOUT);
        assertThat(mergeToOne().statement()).isZero();
    }

    @Test
    void the_statement_that_took_the_lock_is_named_and_not_the_one_that_ran_when_others_waited() {
        statement(1_000_000, 1_010_000, Outcome.SUCCEEDED, null, lock("orders", LockMode.ACCESS_EXCLUSIVE, 0, 990_000));
        statement(1_010_000, 1_990_000, Outcome.SUCCEEDED, null, lock("items", LockMode.ROW_EXCLUSIVE, 0, 980_000));
        Blocking backfill = new Blocking(MIGRATION, "migration", SessionKind.MIGRATION, "UPDATE items ...", false);
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_500_000, 1_991_000, backfill));

        assertThat(mergeToOne().statement()).isZero();
    }

    @Test
    void a_weak_lock_taken_earlier_is_not_blamed_for_what_only_a_stronger_one_blocks() {
        statement(1_000_000, 1_010_000, Outcome.SUCCEEDED, null, lock("orders", LockMode.ACCESS_SHARE, 0, 990_000));
        statement(1_010_000, 1_990_000, Outcome.SUCCEEDED, null, lock("orders", LockMode.ACCESS_EXCLUSIVE, 0, 980_000));
        Blocking holder = new Blocking(MIGRATION, "migration", SessionKind.MIGRATION, "ALTER ...", false);
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_500_000, 1_991_000, holder));

        assertThat(mergeToOne().statement()).isEqualTo(1);
    }

    @Test
    void a_wait_that_has_nothing_to_do_with_the_migration_only_tells_what_ran_at_the_time() {
        statement(1_000_000, 1_200_000, Outcome.SUCCEEDED, null, lock("items", LockMode.ACCESS_EXCLUSIVE, 0, 200_000));
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_100_000, 1_150_000, LONG_READER));
        sampled.add(sampled(CLIENT, "relation", ORDERS, 5_100_000, 5_150_000, LONG_READER));

        assertThat(merge().waits()).extracting(LockWait::statement).containsExactly(0, -1);
    }

    @Test
    void who_stood_beside_the_root_did_so_for_the_like_part_of_the_length_that_the_server_tells() {
        Beside holder = new Beside(MIGRATION, "migration", SessionKind.MIGRATION, "ALTER ...", 200_000);
        sampled.add(sampled(CLIENT, "relation", ORDERS, 1_000_000, 1_400_000, LONG_READER.with(List.of(holder), 2)));
        reported.add(reported(CLIENT, "relation", ORDERS, 1_000_000, 1_600_000, Ended.GRANTED));

        LockWait wait = mergeToOne();
        assertThat(wait.alsoBlockedBy()).containsExactly(holder.lasting(300_000));
        assertThat(wait.alsoBlockedBy(Beside::who)).containsExactly("migration", "2 others");
    }
}
