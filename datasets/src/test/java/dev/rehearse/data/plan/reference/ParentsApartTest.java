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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        new ParentsApart(child, ForeignKeyUse.of(child, plans, 1), List.of(), solver).keep();
        return solver;
    }
}
