package dev.rehearse.workload.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.workload.wait.LockMessages.Event;
import dev.rehearse.workload.wait.LockMessages.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Texts as the servers write them. */
class LockMessagesTest {

    private static Message parsed(String text) {
        return LockMessages.parse(text, null).orElseThrow();
    }

    @Test
    void a_wait_for_a_relation_names_it() {
        assertThat(
                        parsed(
                                "process 8851 still waiting for AccessShareLock on relation 16423 of database 16384 after 10.168 ms"))
                .isEqualTo(new Message(Event.STILL_WAITING, 8851, "AccessShareLock", "relation", 16423, null, 10_168));
        assertThat(parsed(
                        "process 8851 acquired AccessShareLock on relation 16423 of database 16384 after 1303.581 ms"))
                .isEqualTo(new Message(Event.ACQUIRED, 8851, "AccessShareLock", "relation", 16423, null, 1_303_581));
    }

    @Test
    void a_wait_for_a_row_names_the_tuple_first_and_then_its_transaction() {
        assertThat(
                        parsed(
                                "process 1 acquired ExclusiveLock on tuple (0,1) of relation 16385 of database 13695 after 201.194 ms"))
                .isEqualTo(new Message(Event.ACQUIRED, 1, "ExclusiveLock", "tuple", 16385, null, 201_194));
        assertThat(parsed("process 1 still waiting for ShareLock on transaction 735 after 10.071 ms"))
                .isEqualTo(new Message(Event.STILL_WAITING, 1, "ShareLock", "transactionid", 0, null, 10_071));
    }

    @Test
    void for_whose_row_it_waits_the_context_says_and_for_which_indexs_key() {
        assertThat(rowOf("while updating tuple (0,5) in relation \"orders\"")).isEqualTo("orders");
        assertThat(rowOf("while locking tuple (0,1) in relation \"customers\"\nSQL statement \"SELECT 1 FROM ONLY\""))
                .isEqualTo("customers");
        assertThat(rowOf("while rechecking updated tuple (0,1) in relation \"orders\""))
                .isEqualTo("orders");
        assertThat(rowOf("while locking updated version (0,1) of tuple in relation \"Order \"lines\"\""))
                .isEqualTo("Order \"lines\"");
        assertThat(rowOf("while inserting index tuple (0,1) in relation \"orders_pkey\""))
                .isEqualTo("orders_pkey");
        assertThat(rowOf("PL/pgSQL function f() line 3 at SQL statement")).isNull();
    }

    private static @Nullable String rowOf(String where) {
        return LockMessages.parse("process 1 acquired ShareLock on transaction 735 after 10.071 ms", where)
                .orElseThrow()
                .rowOf();
    }

    @Test
    void every_other_kind_of_lock_is_called_what_pg_locks_calls_it() {
        assertThat(parsed("process 1 acquired ShareLock on virtual transaction 3/12 after 185.299 ms")
                        .lockType())
                .isEqualTo("virtualxid");
        assertThat(parsed("process 1 acquired ExclusiveLock on advisory lock [13695,0,7,1] after 205.053 ms")
                        .lockType())
                .isEqualTo("advisory");
        assertThat(parsed("process 1 acquired ExclusiveLock on extension of relation 9 of database 5 after 12.000 ms"))
                .isEqualTo(new Message(Event.ACQUIRED, 1, "ExclusiveLock", "extend", 9, null, 12_000));
        assertThat(parsed(
                                "process 1 acquired AccessExclusiveLock on object 3 of class 1255 of database 5 after 12.000 ms")
                        .lockType())
                .isEqualTo("object");
    }

    @Test
    void a_deadlock_ends_a_wait_and_a_queue_put_in_another_order_does_not() {
        assertThat(parsed("process 1 detected deadlock while waiting for ShareLock on transaction 744 after 10.073 ms")
                        .event())
                .isEqualTo(Event.DEADLOCK);
        assertThat(parsed(
                                "process 1 avoided deadlock for ShareLock on relation 1 of database 5 by rearranging queue order"
                                        + " after 10.000 ms")
                        .event())
                .isEqualTo(Event.REORDERED);
    }

    @Test
    void the_victim_of_a_deadlock_is_told_who_else_was_in_it() {
        assertThat(LockMessages.circle("Process 1 waits for ShareLock on transaction 744; blocked by process 2.\n"
                        + "Process 2 waits for ExclusiveLock on tuple (0,1) of relation 9 of database 5; blocked by process 3.\n"
                        + "Process 3 waits for ShareLock on transaction 743; blocked by process 1."))
                .containsExactly(2, 3);
        assertThat(LockMessages.circle("Key (id)=(1) already exists.")).isEmpty();
    }

    @Test
    void anything_else_is_not_a_wait() {
        assertThat(LockMessages.parse("duration: 12.000 ms", null)).isEmpty();
        assertThat(LockMessages.parse("process 1 still waiting for ShareLock on transaction 735", null))
                .isEmpty();
        assertThat(LockMessages.parse("temporary file: path \"x\", size 1", null))
                .isEmpty();
    }
}
