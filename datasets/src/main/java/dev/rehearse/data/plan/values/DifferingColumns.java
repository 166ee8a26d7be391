package dev.rehearse.data.plan.values;

import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Difference;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Columns of which the checks ask that they differ within a row, as far as foreign keys have not seen to that. */
public record DifferingColumns(TablePlan plan, CheckSolver checks, ColumnFreedom freedom) {

    /**
     * Two unique columns of equal values must differ: one of them is a row ahead.
     *
     * @param numbered columns that are numbered by the rows as they come; loses those that no longer are
     */
    public void turnApart(KeyNumbering numbering, Set<Integer> numbered) {
        for (Difference difference : differences()) {
            if (numbered.contains(difference.one()) && numbered.contains(difference.other())) {
                boolean second = plan.table().column(difference.other()).sequence() == null;
                int turned = second ? difference.other() : difference.one();
                numbering.number(turned, row -> (row + 1) % plan.rows());
                numbered.remove(turned);
            }
        }
    }

    /** Those that are free take the value of another row where they would not differ. */
    public void avoidEqual() {
        List<Difference> differences = differences();
        List<Integer> kept = new ArrayList<>();
        List<Integer> free = new ArrayList<>();
        differences.stream()
                .flatMap(difference -> Stream.of(difference.one(), difference.other()))
                .distinct()
                .forEach(number -> (freedom.mayDiffer(number) ? free : kept).add(number));
        for (int number : free) {
            // Each differs from those before it, whose values are final.
            List<Values> others = kept.stream()
                    .filter(other -> differences.stream().anyMatch(each -> each.isOf(number, other)))
                    .map(this::values)
                    .toList();
            if (!others.isEmpty()) {
                plan.values(plan.table().indexOf(number), new UnequalValues(values(number), others, plan.rows()));
            }
            kept.add(number);
        }
    }

    private List<Difference> differences() {
        return checks.differences().stream()
                .filter(difference -> checks.unsolved().contains(difference.source()))
                .toList();
    }

    private Values values(int number) {
        return plan.values(plan.table().indexOf(number));
    }
}
