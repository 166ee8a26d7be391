package dev.rehearse.data.plan.table;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.Partition;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.condition.TypeOrder;
import dev.rehearse.data.twin.ProfileUse;
import dev.rehearse.data.twin.ProfiledColumn;
import dev.rehearse.data.twin.ProfiledParts;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Shares;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which partition each row lies in: the rows are cut into as many stretches as there are partitions, in the order of their bounds, as long
 * as a profile says, or equally long, as far as unique keys leave room in each.
 */
public final class PartitionRows {

    private final TablePlan plan;
    private final List<PartitionBounds.Leaf> leaves;
    private final BiFunction<Column, Restriction, Keys> distinct;

    /** How many rows of the whole, which is the last, lie before each partition. */
    private final long[] before;

    /** @param leaves empty where any value finds its partition */
    private PartitionRows(
            TablePlan plan,
            List<PartitionBounds.Leaf> leaves,
            BiFunction<Column, Restriction, Keys> distinct,
            Map<String, Long> rows) {
        this.plan = plan;
        this.leaves = leaves;
        this.distinct = distinct;
        this.before = new long[leaves.size() + 1];
        long[] asked = leaves.stream()
                .mapToLong(leaf -> rows.getOrDefault(leaf.partition().name(), 0L))
                .toArray();
        if (Arrays.stream(asked).sum() == 0) {
            Arrays.fill(asked, 1);
        }
        long[] most = new long[leaves.size()];
        Arrays.setAll(most, this::room);
        long[] shared = Shares.of(plan.rows(), asked, most);
        for (int i = 0; i < shared.length; i++) {
            before[i + 1] = before[i] + shared[i];
        }
    }

    /** How many rows the unique keys over one column leave room for in a partition. */
    private long room(int leaf) {
        long room = Keys.UNLIMITED;
        for (UniqueKey key : plan.table().keys()) {
            int number = key.columns().get(0);
            Restriction own = leaves.get(leaf).restrictions().get(number);
            if (key.columns().size() == 1 && own != null) {
                long sharers = leaves.stream()
                        .filter(other -> own.equals(other.restrictions().get(number)))
                        .count();
                Keys keys = distinct.apply(plan.table().column(number), own);
                room = Math.min(room, keys.capacity() / sharers);
            }
        }
        return room;
    }

    /**
     * Reads the bounds. Where they are not understood, a check asks for values within them.
     *
     * @param checks receives that check
     * @param restrictionOf what the values of a column must keep to otherwise
     * @param distinct the different values of a column under a restriction
     * @param profile the rows that each partition has, where that is known
     * @param texts some that a column would hold without partitions
     */
    public static PartitionRows of(
            TablePlan plan,
            CheckSolver checks,
            Function<Column, Restriction> restrictionOf,
            BiFunction<Column, Restriction, Keys> distinct,
            ProfileUse profile,
            Function<Column, List<String>> texts) {
        return new PartitionRows(
                plan,
                leaves(plan, checks, restrictionOf, profile, texts),
                distinct,
                profile.partitionRows(plan.table()));
    }

    private static List<PartitionBounds.Leaf> leaves(
            TablePlan plan,
            CheckSolver checks,
            Function<Column, Restriction> restrictionOf,
            ProfileUse profile,
            Function<Column, List<String>> texts) {
        Table table = plan.table();
        if (!table.partitioned()) {
            return List.of();
        }
        if (table.partitions().isEmpty()) {
            plan.limitRows(
                    0, "being partitioned without a partition, which the schema's own script would have to make,");
            return List.of();
        }
        Map<Integer, Restriction> restrictions = new HashMap<>();
        table.columns().forEach(column -> restrictions.put(column.number(), restrictionOf.apply(column)));
        Optional<List<PartitionBounds.Leaf>> bounds =
                PartitionBounds.read(table, plan.rows(), restrictions, profile, texts);
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

    /** How many rows each partition has, in the order of the rows; none for a table without partitions. */
    public long[] sizes() {
        return IntStream.range(0, leaves.size())
                .mapToLong(leaf -> firstRowOf(leaf + 1) - firstRowOf(leaf))
                .toArray();
    }

    /** The names of the partitions, in the order of the rows. */
    public List<String> names() {
        return leaves.stream().map(leaf -> leaf.partition().name()).toList();
    }

    /** The places of the partitions in the order in which the server reads them: the shallower before the deeper, then as they were created. */
    public List<Integer> readOrder() {
        Comparator<Integer> order = Comparator.comparing(leaf -> path(leaf).length);
        return IntStream.range(0, leaves.size())
                .boxed()
                .sorted(order.thenComparing((one, other) -> Arrays.compareUnsigned(path(one), path(other))))
                .toList();
    }

    private long[] path(int leaf) {
        return leaves.get(leaf).partition().bounds().stream()
                .mapToLong(Partition.Bound::partition)
                .toArray();
    }

    /** Whether the bounds say anything about a column. */
    public boolean decide(int column) {
        return leaves.stream().anyMatch(leaf -> leaf.restrictions().containsKey(column));
    }

    /** Values of a column that lie within the bounds of each row's partition. */
    public Values values(Column column, Restriction otherwise, Function<Restriction, Values> make) {
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

    /**
     * Values of a column that lie within the bounds of each row's partition, in the shape of a profile.
     *
     * @param make the values of a part of the column's rows under a restriction, or null
     * @return null where a part has none
     */
    @Nullable
    public Values profiled(
            Column column,
            Restriction otherwise,
            ProfiledColumn profiled,
            BiFunction<ProfiledColumn, Restriction, @Nullable Values> make) {
        // Below the first level several partitions may have the same bounds for a column: they are one part.
        List<Restriction> bounds = new ArrayList<>();
        int[] partOf = new int[leaves.size()];
        long[] offsets = new long[leaves.size()];
        List<Long> rows = new ArrayList<>();
        for (int i = 0; i < partOf.length; i++) {
            Restriction own = leaves.get(i).restrictions().getOrDefault(column.number(), otherwise);
            if (!bounds.contains(own)) {
                bounds.add(own);
                rows.add(0L);
            }
            partOf[i] = bounds.indexOf(own);
            offsets[i] = rows.get(partOf[i]);
            rows.set(partOf[i], offsets[i] + firstRowOf(i + 1) - firstRowOf(i));
        }
        List<ProfiledParts.Part> parts = new ArrayList<>();
        for (int i = 0; i < bounds.size(); i++) {
            Restriction own = bounds.get(i);
            int part = i;
            long values = distinct.apply(column, own).capacity();
            List<Integer> partitions = IntStream.range(0, partOf.length)
                    .filter(leaf -> partOf[leaf] == part)
                    .boxed()
                    .toList();
            parts.add(new ProfiledParts.Part(rows.get(i), values, value -> holds(column, own, value), partitions));
        }
        List<Integer> inOrder = IntStream.range(0, parts.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> least(column, bounds.get(i)))
                        .thenComparing(i -> Collections.min(
                                Objects.requireNonNullElse(bounds.get(i).allowed(), List.of("")))))
                .toList();
        List<ProfiledColumn> columns = profiled.parts(parts, inOrder);
        List<Values> perPart = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Values values = rows.get(i) == 0 ? (row, out) -> out.putNull() : make.apply(columns.get(i), bounds.get(i));
            if (values == null) {
                return null;
            }
            perPart.add(values);
        }
        return (row, out) -> {
            int leaf = leafOf(row);
            perPart.get(partOf[leaf]).write(offsets[leaf] + row - firstRowOf(leaf), out);
        };
    }

    private static BigDecimal least(Column column, Restriction r) {
        Stream<@Nullable BigDecimal> ordinals = r.allowed() == null
                ? Stream.of(r.low())
                : r.allowed().stream()
                        .map(value -> TypeOrder.ordinal(column.type(), "=", new Expression.Constant(value)));
        return ordinals.filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .min(Comparator.naturalOrder())
                .orElse(BigDecimal.ZERO);
    }

    private static boolean holds(Column column, Restriction r, String value) {
        if (r.allowed() != null) {
            return r.allowed().contains(value);
        }
        BigDecimal ordinal = TypeOrder.ordinal(column.type(), "=", new Expression.Constant(value));
        return ordinal != null
                && (r.low() == null || r.low().compareTo(ordinal) <= 0)
                && (r.high() == null || r.high().compareTo(ordinal) >= 0);
    }

    /** Values of a column that lie within the bounds of each row's partition, and all differ. */
    public Keys keys(Column column) {
        // Below the first level two partitions may have the same bounds for a column; these take turns.
        List<Restriction> bounds = new ArrayList<>();
        for (PartitionBounds.Leaf leaf : leaves) {
            @Nullable Restriction one = leaf.restrictions().get(column.number());
            if (one == null || bounds.stream().anyMatch(other -> !other.equals(one) && !one.isApartFrom(other))) {
                return new Keys(0, (row, out) -> {});
            }
            bounds.add(one);
        }
        List<Keys> perLeaf =
                bounds.stream().map(own -> distinct.apply(column, own)).toList();
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

    /** The first row of the partition that a row lies in; 0 where that is not known. */
    long startOf(long row) {
        return leaves.isEmpty() ? 0 : firstRowOf(leafOf(row));
    }

    /** The first row after the partition that a row lies in; that after all rows where that is not known. */
    long endOf(long row) {
        return leaves.isEmpty() ? plan.rows() : firstRowOf(leafOf(row) + 1);
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
