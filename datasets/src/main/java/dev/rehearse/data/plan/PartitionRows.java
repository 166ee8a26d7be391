package dev.rehearse.data.plan;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Partition;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.twin.ProfileUse;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which partition each row lies in: the rows are cut into as many stretches as there are partitions, in the order of their bounds, as long
 * as a profile says, or equally long.
 */
final class PartitionRows {

    private final TablePlan plan;
    private final List<PartitionBounds.Leaf> leaves;

    /** What part of the whole, which is the last, lies before each partition. */
    private final long[] before;

    /** @param leaves empty where any value finds its partition */
    private PartitionRows(TablePlan plan, List<PartitionBounds.Leaf> leaves, Map<String, Long> rows) {
        this.plan = plan;
        this.leaves = leaves;
        this.before = new long[leaves.size() + 1];
        long known = leaves.stream()
                .mapToLong(leaf -> rows.getOrDefault(leaf.partition().name(), 0L))
                .sum();
        for (int i = 0; i < leaves.size(); i++) {
            String name = leaves.get(i).partition().name();
            before[i + 1] = before[i] + (known == 0 ? 1 : rows.getOrDefault(name, 0L));
        }
    }

    /**
     * Reads the bounds. Where they are not understood, a check asks for values within them.
     *
     * @param checks receives that check
     * @param restrictionOf what the values of a column must keep to otherwise
     * @param profile the rows that each partition has, where that is known
     */
    static PartitionRows of(
            TablePlan plan, CheckSolver checks, Function<Column, Restriction> restrictionOf, ProfileUse profile) {
        return new PartitionRows(
                plan, leaves(plan, checks, restrictionOf, profile), profile.partitionRows(plan.table()));
    }

    private static List<PartitionBounds.Leaf> leaves(
            TablePlan plan, CheckSolver checks, Function<Column, Restriction> restrictionOf, ProfileUse profile) {
        Table table = plan.table();
        if (!table.partitioned()) {
            return List.of();
        }
        if (table.partitions().isEmpty()) {
            plan.limitRows(0, "having no partition");
            return List.of();
        }
        Map<Integer, Restriction> restrictions = new HashMap<>();
        table.columns().forEach(column -> restrictions.put(column.number(), restrictionOf.apply(column)));
        Optional<List<PartitionBounds.Leaf>> bounds = PartitionBounds.read(table, restrictions, profile);
        if (bounds.isEmpty()) {
            String any = String.join(
                    ") OR (",
                    table.partitions().stream().map(Partition::constraint).toList());
            // Which columns an expression reads the bounds of the partitions tell.
            List<Integer> columns = table.columns().stream()
                    .filter(column -> table.partitions().stream()
                                    .flatMap(partition -> partition.bounds().stream())
                                    .anyMatch(bound -> bound.columns().contains(column.number()))
                            || Sql.mentions(any, column.name()))
                    .map(Column::number)
                    .toList();
            checks.unsolved().add(new CheckConstraint("the bounds of its partitions", "(" + any + ")", columns));
        }
        List<PartitionBounds.Leaf> leaves = bounds.orElse(List.of());
        if (!leaves.isEmpty()) {
            noteMissing(plan, leaves, profile.partitionRows(table));
        }
        return leaves;
    }

    private static void noteMissing(TablePlan plan, List<PartitionBounds.Leaf> leaves, Map<String, Long> rows) {
        for (Partition partition : plan.table().partitions()) {
            long asked = rows.getOrDefault(partition.name(), 0L);
            if (asked > 0 && leaves.stream().noneMatch(leaf -> leaf.partition() == partition)) {
                plan.refuse(
                        null,
                        "Partition " + partition.name() + " of table "
                                + plan.table().label() + " is not as in the profile: it has none of its " + asked
                                + " rows, because it takes what the others do not, and no such values are known.");
            }
        }
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
        // Below the first level two partitions may have the same bounds for a column; these take turns.
        List<Restriction> bounds = new ArrayList<>();
        for (PartitionBounds.Leaf leaf : leaves) {
            @Nullable Restriction one = leaf.restrictions().get(column.number());
            if (one == null || bounds.stream().anyMatch(other -> !other.equals(one) && !apart(one, other))) {
                return new Keys(0, (row, out) -> {});
            }
            bounds.add(one);
        }
        List<Keys> perLeaf = bounds.stream().map(make).toList();
        long[] sharers = new long[bounds.size()];
        long[] turns = new long[bounds.size()];
        long capacity = Keys.UNLIMITED;
        for (int i = 0; i < sharers.length; i++) {
            Restriction own = bounds.get(i);
            sharers[i] = bounds.stream().filter(own::equals).count();
            turns[i] = bounds.subList(0, i).stream().filter(own::equals).count();
            long room = perLeaf.get(i).capacity() / sharers[i];
            long part = before[i + 1] - before[i];
            if (part > 0 && room < Keys.UNLIMITED / whole()) {
                capacity = Math.min(capacity, room * whole() / part);
            }
        }
        if (capacity < plan.rows() && Arrays.stream(sharers).anyMatch(n -> n > 1)) {
            // Together with another column of the bounds, which partition a row lies in would be decided twice.
            return new Keys(0, (row, out) -> {});
        }
        return new Keys(capacity, (row, out) -> {
            int leaf = leafOf(row);
            perLeaf.get(leaf).at().write((row - firstRowOf(leaf)) * sharers[leaf] + turns[leaf], out);
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

    /**
     * Whether it is known which rows lie in a partition: not behind a hash or bounds that are not understood, nor where a foreign key
     * decides what the bounds are over.
     */
    boolean knows(long partition) {
        Table table = plan.table();
        return !leaves.isEmpty()
                && table.partitions().stream()
                        .filter(each -> each.isWithin(partition))
                        .allMatch(each -> {
                            for (Partition.Bound bound : each.bounds()) {
                                boolean foreign = table.foreignKeys().stream()
                                        .anyMatch(fk -> !Collections.disjoint(fk.columns(), bound.columns()));
                                if (bound.strategy() == 'h' || foreign) {
                                    return false;
                                }
                                if (bound.partition() == partition) {
                                    break;
                                }
                            }
                            return true;
                        });
    }

    /** Whether a row lies in a partition, which must be known. */
    boolean contains(long partition, long row) {
        return leaves.get(leafOf(row)).partition().isWithin(partition);
    }

    private int leafOf(long row) {
        long place = row * whole() / Math.max(1, plan.rows());
        int found = Arrays.binarySearch(before, place);
        int leaf = Math.min(leaves.size() - 1, found >= 0 ? found : -found - 2);
        // A partition without rows begins where the next one does.
        while (leaf < leaves.size() - 1 && before[leaf + 1] <= place) {
            leaf++;
        }
        return leaf;
    }

    private long firstRowOf(int leaf) {
        return (before[leaf] * plan.rows() + whole() - 1) / whole();
    }

    private long whole() {
        return before[before.length - 1];
    }
}
