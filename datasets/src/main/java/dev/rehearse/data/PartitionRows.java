package dev.rehearse.data;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which partition each row lies in: the rows are cut into as many stretches as there are partitions, in the order of their bounds. */
final class PartitionRows {

    private final TablePlan plan;
    private final List<PartitionBounds.Leaf> leaves;

    /** @param leaves empty where any value finds its partition */
    PartitionRows(TablePlan plan, List<PartitionBounds.Leaf> leaves) {
        this.plan = plan;
        this.leaves = leaves;
    }

    /** Whether the bounds say anything about a column. */
    boolean decide(int column) {
        return leaves.stream().anyMatch(leaf -> leaf.restrictions().containsKey(column));
    }

    /** Values of a column that lie within the bounds of each row's partition. */
    Values values(Column column, Restriction otherwise, Function<Restriction, Values> make) {
        List<Values> perLeaf = leaves.stream()
                .map(leaf -> make.apply(leaf.restrictions().getOrDefault(column.number(), otherwise)))
                .toList();
        return new Values.Ordered() {
            @Override
            public long ordinal(long row) {
                return perLeaf.get(leafOf(row)) instanceof Values.Ordered ordered ? ordered.ordinal(row) : 0;
            }

            @Override
            public void write(long row, CopyBuffer out) {
                perLeaf.get(leafOf(row)).write(row, out);
            }
        };
    }

    /** Values of a column that lie within the bounds of each row's partition, and all differ. */
    Keys keys(Column column, Function<Restriction, Keys> make) {
        // Below the first level two partitions may share a value, so the values within one need not differ from those
        // of
        // another.
        boolean disjoint = true;
        for (int i = 0; i < leaves.size() && disjoint; i++) {
            @Nullable Restriction one = leaves.get(i).restrictions().get(column.number());
            disjoint = one != null;
            for (int j = 0; j < i && disjoint; j++) {
                disjoint = apart(
                        Objects.requireNonNull(one),
                        leaves.get(j).restrictions().get(column.number()));
            }
        }
        if (!disjoint) {
            return new Keys(0, (row, out) -> {});
        }
        List<Keys> perLeaf = leaves.stream()
                .map(leaf ->
                        make.apply(Objects.requireNonNull(leaf.restrictions().get(column.number()))))
                .toList();
        long smallest = perLeaf.stream().mapToLong(Keys::capacity).min().orElse(0);
        long capacity = Math.min(Keys.UNLIMITED / perLeaf.size(), smallest) * perLeaf.size();
        return new Keys(capacity, (row, out) -> {
            int leaf = leafOf(row);
            perLeaf.get(leaf).at().write(row - firstRowOf(leaf), out);
        });
    }

    /** Whether no value satisfies both. */
    private static boolean apart(Restriction one, @Nullable Restriction other) {
        if (other == null) {
            return false;
        }
        if (one.allowed() != null && other.allowed() != null) {
            return Collections.disjoint(one.allowed(), other.allowed());
        }
        return isBelow(one.high(), other.low()) || isBelow(other.high(), one.low());
    }

    private static boolean isBelow(@Nullable BigDecimal high, @Nullable BigDecimal low) {
        return high != null && low != null && high.compareTo(low) < 0;
    }

    private int leafOf(long row) {
        return (int) (row * leaves.size() / Math.max(1, plan.rows()));
    }

    private long firstRowOf(int leaf) {
        return (leaf * plan.rows() + leaves.size() - 1) / leaves.size();
    }
}
