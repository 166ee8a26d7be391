package dev.rehearse.data.plan.reference;

import static dev.rehearse.data.catalog.Tables.column;
import static dev.rehearse.data.catalog.Tables.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParentsApartTest {

    private static final List<String> NAMES = List.of("a", "b", "c");

    @Test
    void two_keys_are_put_in_order_or_kept_apart() {
        assertThat(leftOf("(a < b)").orderings()).isEmpty();
        assertThat(leftOf("(a <> b)").unsolved()).isEmpty();
    }

    @Test
    void a_third_key_is_not_put_in_order_with_one_that_is_in_order_already() {
        assertThat(leftOf("(a < b)", "(c < a)").orderings()).hasSize(1);
        assertThat(leftOf("(a < b)", "(b < c)").orderings()).hasSize(1);
    }

    @Test
    void a_key_that_another_one_differs_from_is_not_put_in_order() {
        for (String ordering : List.of("(a < c)", "(c < a)")) {
            CheckSolver left = leftOf("(a <> b)", ordering);

            assertThat(left.unsolved()).isEmpty();
            assertThat(left.orderings()).hasSize(1);
        }
    }

    @Test
    void accounts_of_the_same_tenant_differ() {
        List<Column> columns = IntStream.rangeClosed(1, 3)
                .mapToObj(number ->
                        column(number, List.of("tenant", "debit", "credit").get(number - 1), SqlType.Kind.INT4))
                .toList();
        List<ForeignKey> foreignKeys = IntStream.of(2, 3)
                .mapToObj(number ->
                        new ForeignKey(number, "fk" + number, 2, 1, List.of(1, number), List.of(1, 2), false, 0))
                .toList();
        Table child = new Table(
                2,
                "public",
                "transfer",
                false,
                columns,
                List.of(),
                foreignKeys,
                List.of(new CheckConstraint("differ", "(debit <> credit)", List.of(2, 3))),
                List.of(),
                List.of(),
                0);
        Table accounts = new Table(
                1,
                "public",
                "account",
                false,
                columns.subList(0, 2),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0);
        TablePlan parent = new TablePlan(accounts, 30, false);
        parent.values(0, (row, out) -> out.putLong(row / 3));
        parent.values(1, (row, out) -> out.putLong(row));
        parent.planned();
        TablePlan plan = new TablePlan(child, 1_000, false);
        CheckSolver solver = new CheckSolver(child);
        List<ForeignKeyUse> uses =
                ForeignKeyUses.of(child, Map.of(1L, parent, 2L, plan), 1).all();

        new ParentsApart(child, uses, List.of(), solver).keep();
        uses.forEach(use ->
                new ForeignKeyValues(plan, use, 0, null, use.foreignKey().oid()).fill(c -> (r, o) -> {}, Set.of()));

        assertThat(solver.unsolved()).isEmpty();
        for (int row = 0; row < 1_000; row++) {
            long debit = number(plan, 1, row);
            long credit = number(plan, 2, row);
            assertThat(credit).isNotEqualTo(debit);
            assertThat(credit / 3).isEqualTo(debit / 3).isEqualTo(number(plan, 0, row));
        }
    }

    private static long number(TablePlan plan, int column, long row) {
        CopyBuffer scratch = new CopyBuffer(16);
        plan.values(column).write(row, scratch);
        return Long.parseLong(String.valueOf(scratch.textFrom(0)));
    }

    /** Of the checks of a table with three foreign keys to the same parent, what these do not satisfy by themselves. */
    private static CheckSolver leftOf(String... checks) {
        List<Column> columns = IntStream.rangeClosed(1, 3)
                .mapToObj(number -> column(number, NAMES.get(number - 1), SqlType.Kind.INT4))
                .toList();
        List<ForeignKey> foreignKeys = IntStream.rangeClosed(1, 3)
                .mapToObj(number -> new ForeignKey(number, "fk" + number, 2, 1, List.of(number), List.of(1), false, 0))
                .toList();
        List<CheckConstraint> constraints = new ArrayList<>();
        for (String check : checks) {
            List<Integer> read = IntStream.rangeClosed(1, 3)
                    .filter(number -> check.contains(NAMES.get(number - 1)))
                    .boxed()
                    .toList();
            constraints.add(new CheckConstraint("check" + constraints.size(), check, read));
        }
        Table child = new Table(
                2, "public", "child", false, columns, List.of(), foreignKeys, constraints, List.of(), List.of(), 0);
        TablePlan parent = new TablePlan(table(1, "parent", 0), 100, false);
        CheckSolver solver = new CheckSolver(child);
        Map<Long, TablePlan> plans = Map.of(1L, parent, 2L, new TablePlan(child, 100, false));
        new ParentsApart(child, ForeignKeyUses.of(child, plans, 1).all(), List.of(), solver).keep();
        return solver;
    }
}
