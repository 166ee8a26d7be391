package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.report.RehearsalReport.LockWait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockingTreeTest {

    @Test
    void operations_that_queued_behind_a_statement_behind_a_reader_hang_below_both() {
        List<LockWait> waits = List.of(
                wait("migration", "MIGRATION", 3_000, "long reader on orders", 0, "GRANTED"),
                wait("place_order", "APPLICATION", 2_900, "long reader on orders", 0, "GRANTED"),
                wait("place_order", "APPLICATION", 2_000, "long reader on orders", 0, "LOCK_TIMEOUT"),
                wait("list_orders", "APPLICATION", 2_500, "long reader on orders", 0, "GRANTED"));

        BlockingTree tree = BlockingTree.of(waits);

        assertThat(tree.roots()).hasSize(1);
        BlockingTree.Root root = tree.roots().get(0);
        assertThat(root.who()).isEqualTo("long reader on orders");
        assertThat(root.migration()).isFalse();
        BlockingTree.Branch branch = root.branches().get(0);
        assertThat(branch.statement()).isZero();
        assertThat(branch.own()).isNotNull();
        assertThat(branch.own().worstMillis()).isEqualTo(3_000);
        assertThat(branch.waits()).isEqualTo(3);
        assertThat(branch.worstMillis()).isEqualTo(2_900);
        assertThat(branch.totalMillis()).isEqualTo(7_400);
        assertThat(branch.leaves()).extracting(BlockingTree.Leaf::waiter).containsExactly("place_order", "list_orders");
        assertThat(branch.leaves().get(0).ended()).isEqualTo(Map.of("GRANTED", 1L, "LOCK_TIMEOUT", 1L));
    }

    @Test
    void the_migration_is_one_root_whatever_its_statements_are_called() {
        BlockingTree tree = BlockingTree.of(List.of(
                wait("a", "APPLICATION", 10, "migration (CREATE INDEX x)", 0, "GRANTED"),
                wait("a", "APPLICATION", 20, "the migration", 1, "GRANTED")));

        assertThat(tree.roots()).hasSize(1);
        assertThat(tree.roots().get(0).migration()).isTrue();
        assertThat(tree.roots().get(0).branches())
                .extracting(BlockingTree.Branch::statement)
                .containsExactly(1, 0);
    }

    @Test
    void waits_whose_root_was_not_seen_come_last() {
        BlockingTree tree = BlockingTree.of(List.of(
                wait("a", "APPLICATION", 900, null, -1, "GRANTED"),
                wait("a", "APPLICATION", 5, "pg_dump", -1, "GRANTED")));

        assertThat(tree.roots()).extracting(BlockingTree.Root::who).containsExactly("pg_dump", null);
    }

    @Test
    void every_wait_is_counted_although_not_all_are_listed() {
        List<LockWait> waits = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            waits.add(wait("operation " + i % 50, "APPLICATION", 1 + i % 90, "root " + i % 30, i % 40, "GRANTED"));
        }

        BlockingTree tree = BlockingTree.of(waits);

        assertThat(tree.roots().size() + tree.rootsLeftOut()).isEqualTo(30);
        assertThat(tree.rootsLeftOut()).isPositive();
        assertThat(tree.roots()).allSatisfy(root -> assertThat(root.waits()).isBetween(166L, 167L));
    }

    @Test
    void a_wait_for_a_row_is_told_apart_from_one_for_its_table() {
        BlockingTree tree = BlockingTree.of(List.of(
                wait("a", "APPLICATION", 20, "pg_dump", -1, "GRANTED"),
                wait("a", "transactionid", "APPLICATION", 10, "pg_dump", -1, "GRANTED")));

        assertThat(tree.roots().get(0).branches().get(0).leaves())
                .extracting(BlockingTree.Leaf::lock)
                .containsExactly("ROW EXCLUSIVE on orders", "a row of orders");
    }

    @Test
    void no_waits_make_no_tree() {
        assertThat(BlockingTree.of(List.of()).roots()).isEmpty();
    }

    private static LockWait wait(String waiter, String kind, double millis, String root, int statement, String ended) {
        return wait(waiter, "relation", kind, millis, root, statement, ended);
    }

    private static LockWait wait(
            String waiter, String lockType, String kind, double millis, String root, int statement, String ended) {
        return new LockWait(
                waiter,
                kind,
                "orders",
                lockType,
                "ROW EXCLUSIVE",
                1,
                millis,
                millis,
                root,
                List.of(),
                List.of(),
                statement,
                ended,
                "WAITSTART",
                1,
                "MIGRATE");
    }
}
