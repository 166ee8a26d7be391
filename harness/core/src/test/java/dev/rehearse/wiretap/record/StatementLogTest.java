package dev.rehearse.wiretap.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.Relation;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementLogTest {

    private static final int PID = 11;
    private static final Relation ORDERS = new Relation(16_400, "orders", "orders", "table", 1);

    private final StatementLog log = new StatementLog();

    private static TappedStatement statement(
            String sql, long endMicros, @Nullable Outcome outcome, Transaction transaction) {
        return statement(1, sql, endMicros, outcome, transaction);
    }

    private static TappedStatement statement(
            int number, String sql, long endMicros, @Nullable Outcome outcome, Transaction transaction) {
        return new TappedStatement(
                number,
                PID,
                new TappedStatement.Client("u", "d", "a"),
                sql,
                List.of(),
                0,
                -1,
                endMicros,
                outcome,
                transaction,
                "LOCK TABLE",
                -1,
                null,
                null,
                List.of(),
                5,
                false,
                endMicros);
    }

    private static List<HeldLock> heldBy(String transaction) {
        return List.of(new HeldLock(PID, ORDERS.oid(), LockMode.ACCESS_EXCLUSIVE, true, -1, ORDERS, transaction));
    }

    private RecordedStatement begins(String sql) {
        log.begin(Phase.MIGRATE, Map.of(ORDERS.oid(), ORDERS));
        log.sessionStarted(PID, 0);
        return log.started(statement(sql, -1, null, Transaction.UNKNOWN)).orElseThrow();
    }

    private static HeldLock held(LockMode mode) {
        return new HeldLock(PID, ORDERS.oid(), mode, true, -1, ORDERS, "3/7");
    }

    private long heldMicros() {
        return log.facts(9_000_000).get(0).locks().get(0).heldMicros();
    }

    @Test
    void a_lock_that_the_last_transaction_of_a_message_keeps_is_held_until_that_one_ends() {
        String sql = "begin; lock orders; commit; begin; lock orders";
        RecordedStatement message = begins(sql);
        log.sampled(Map.of(PID, 0), heldBy("3/7"), 10_000);
        log.sampled(Map.of(PID, 0), List.of(), 50_000);
        log.ended(statement(sql, 60_000, Outcome.SUCCEEDED, Transaction.OPEN));
        log.holds(message, heldBy("3/8"));
        log.released(PID, 9_000_000);

        assertThat(heldMicros()).isEqualTo(9_000_000 - 55_000);
    }

    @ParameterizedTest
    @CsvSource({"SHARE_UPDATE_EXCLUSIVE, true", "SHARE, true", "ACCESS_EXCLUSIVE, false", "ROW_EXCLUSIVE, false"})
    void who_locks_rows_takes_a_lock_although_its_transaction_had_a_stronger_one_without_rows(
            LockMode before, boolean isNew) {
        List<HeldLock> both = List.of(held(before), held(LockMode.ROW_EXCLUSIVE));
        RecordedStatement first = begins("first");
        log.ended(statement("first", 10_000, Outcome.SUCCEEDED, Transaction.OPEN));
        log.holds(first, List.of(held(before)));
        RecordedStatement update = log.started(statement(2, "update orders", -1, null, Transaction.OPEN))
                .orElseThrow();
        log.ended(statement(2, "update orders", 20_000, Outcome.SUCCEEDED, Transaction.OPEN));
        log.holds(update, both);
        RecordedStatement last =
                log.started(statement(3, "select", -1, null, Transaction.OPEN)).orElseThrow();
        log.ended(statement(3, "select", 30_000, Outcome.SUCCEEDED, Transaction.OPEN));
        log.holds(last, both);

        assertThat(log.facts(40_000).get(1).locks())
                .extracting(RelationLock::mode, RelationLock::forRows)
                .isEqualTo(isNew ? List.of(tuple(LockMode.ROW_EXCLUSIVE, true)) : List.of());
        assertThat(log.facts(40_000).get(2).locks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"80000, 40000", "5000000, 4950000"})
    void a_lock_may_have_been_held_for_as_long_as_no_sample_was_taken(long endMicros, long heldMicros) {
        String sql = "lock orders; commit; lock orders; commit";
        begins(sql);
        log.sampled(Map.of(PID, 0), heldBy("3/7"), 10_000);
        log.sampled(Map.of(PID, 0), List.of(), 50_000);
        log.ended(statement(sql, endMicros, Outcome.SUCCEEDED, Transaction.IDLE));
        log.released(PID, endMicros);

        assertThat(heldMicros()).isEqualTo(heldMicros);
    }

    @Test
    void no_wait_begins_before_its_statement() {
        String sql = "lock orders";
        begins(sql);
        log.sampled(
                Map.of(PID, 0),
                List.of(new HeldLock(PID, ORDERS.oid(), LockMode.ACCESS_EXCLUSIVE, false, 35_000, ORDERS, "3/7")),
                30_000);
        log.sampled(Map.of(PID, 0), heldBy("3/7"), 50_000);
        log.ended(statement(sql, 60_000, Outcome.SUCCEEDED, Transaction.IDLE));
        log.released(PID, 60_000);

        assertThat(log.facts(60_000).get(0).locks().get(0).waitMicros()).isEqualTo(40_000);
    }

    @Test
    void a_start_that_still_stands_from_the_wait_before_is_not_the_next_ones() {
        String sql = "alter table orders";
        begins(sql);
        log.sampled(Map.of(PID, 0), List.of(), 1_000_000);
        for (long waited : List.of(1_000_000L, 21_000L)) {
            log.sampled(
                    Map.of(PID, 0),
                    List.of(new HeldLock(PID, ORDERS.oid(), LockMode.ACCESS_EXCLUSIVE, false, waited, ORDERS, "3/7")),
                    waited == 21_000 ? 1_040_000 : 1_020_000);
        }
        log.sampled(Map.of(PID, 0), heldBy("3/7"), 1_060_000);
        log.ended(statement(sql, 1_100_000, Outcome.SUCCEEDED, Transaction.IDLE));
        log.released(PID, 1_100_000);

        assertThat(log.facts(1_100_000).get(0).locks().get(0).waitMicros()).isEqualTo(31_000);
    }

    @Test
    void a_wait_that_ends_without_the_lock_is_as_long_as_samples_saw_it_where_the_servers_word_was_heard_late() {
        String sql = "lock orders";
        RecordedStatement statement = begins(sql);
        log.sampled(
                Map.of(PID, 0),
                List.of(new HeldLock(PID, ORDERS.oid(), LockMode.ACCESS_EXCLUSIVE, false, 20_000, ORDERS, "3/7")),
                30_000);
        log.noticed(
                statement.statement,
                new ServerNotice(
                        "LOG",
                        "00000",
                        "process 11 still waiting for AccessExclusiveLock on relation 16400 of database 5 after 50.000 ms",
                        null,
                        90_000));
        log.ended(statement(sql, 210_000, Outcome.FAILED, Transaction.IDLE));

        assertThat(log.waits()).extracting(MigrationWait::durationMicros).containsExactly(200_000L);
    }
}
