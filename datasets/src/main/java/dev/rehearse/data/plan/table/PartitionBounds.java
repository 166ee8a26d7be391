package dev.rehearse.data.plan.table;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Expression.Constant;
import dev.rehearse.data.catalog.Partition;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.condition.TypeOrder;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.twin.ProfileUse;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which values of the partition key lie in which partition, for the simple bounds: range and list over one column each, hash, default.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-createtable.html">CREATE TABLE, PARTITION OF</a>
 */
final class PartitionBounds {

    private static final Pattern RANGE = Pattern.compile("FOR VALUES FROM \\((.*)\\) TO \\((.*)\\)", Pattern.DOTALL);
    private static final Pattern LIST = Pattern.compile("FOR VALUES IN \\((.*)\\)", Pattern.DOTALL);

    /** A partition, its part of the restrictions by column, and its place among the others. */
    record Leaf(Partition partition, Map<Integer, Restriction> restrictions, BigDecimal order) {}

    private PartitionBounds() {}

    /**
     * The partitions whose bounds restrict a column, in the order of their bounds, or with a profile of their making; empty when any value finds its partition, as with
     * hash partitions; nothing when a bound has a form that is not known here. A default partition is among them where rows are asked
     * for in it, and values are known that no other one takes.
     *
     * @param wanted rows of the table
     * @param profile the rows that each partition has, where that is known
     * @param texts some that a column would hold without partitions
     */
    static Optional<List<Leaf>> read(
            Table table,
            long wanted,
            Map<Integer, Restriction> restrictions,
            ProfileUse profile,
            Function<Column, List<String>> texts) {
        Map<String, Long> rows = profile.partitionRows(table);
        // What the others may have no room for.
        long more = Math.max(
                0, wanted - rows.values().stream().mapToLong(Long::longValue).sum());
        // Below the first level nobody knows what else tells its rows apart.
        boolean defaultsToo = profile.rows(table) == null
                && rows.isEmpty()
                && table.partitions().stream()
                        .allMatch(partition -> partition.bounds().size() == 1);
        List<Leaf> leaves = new ArrayList<>();
        for (Partition partition : table.partitions()) {
            Map<Integer, Restriction> own = new HashMap<>();
            BigDecimal order = BigDecimal.ZERO;
            boolean isDefault = false;
            for (Partition.Bound bound : partition.bounds()) {
                if (bound.text().equals("DEFAULT")) {
                    isDefault = true;
                } else if (bound.strategy() != 'h') {
                    if (bound.columns().size() != 1
                            || table.indexOf(bound.columns().get(0)) < 0) {
                        return Optional.empty();
                    }
                    Column column = table.column(bound.columns().get(0));
                    Restriction before = own.getOrDefault(
                            column.number(), restrictions.getOrDefault(column.number(), Restriction.of(column)));
                    @Nullable Restriction narrowed = narrow(column, bound, before);
                    if (narrowed == null) {
                        return Optional.empty();
                    }
                    own.put(column.number(), narrowed);
                    if (bound == partition.bounds().get(0) && narrowed.low() != null) {
                        order = narrowed.low();
                    }
                }
            }
            // Without a profile as many as the others.
            long asked = rows.getOrDefault(
                    partition.name(), defaultsToo ? wanted / table.partitions().size() : 0);
            if (isDefault && asked > 0) {
                own.putAll(ofDefault(table, partition, asked + (defaultsToo ? 0 : more), restrictions, profile, texts));
                isDefault = partition.bounds().size() > 1 || own.isEmpty();
                order = own.values().stream()
                        .map(Restriction::low)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(order);
            }
            if (!isDefault && !own.isEmpty()) {
                leaves.add(new Leaf(partition, own, order));
            }
        }
        // ANALYZE reads partitions in the order of their making, so a twin's rows follow that.
        leaves.sort(
                rows.isEmpty()
                        ? Comparator.comparing(Leaf::order)
                        : Comparator.comparing(leaf -> leaf.partition().oid()));
        return Optional.of(leaves);
    }

    /** What the key of a default partition on the only level, and no foreign key, must keep to; nothing where that is not known. */
    private static Map<Integer, Restriction> ofDefault(
            Table table,
            Partition partition,
            long rows,
            Map<Integer, Restriction> restrictions,
            ProfileUse profile,
            Function<Column, List<String>> texts) {
        Partition.Bound bound = partition.bounds().get(0);
        int key = bound.columns().get(0);
        if (partition.bounds().size() > 1
                || bound.columns().size() > 1
                || table.indexOf(key) < 0
                || table.foreignKeys().stream().anyMatch(fk -> fk.columns().contains(key))) {
            return Map.of();
        }
        Column column = table.column(key);
        Restriction otherwise = restrictions.getOrDefault(key, Restriction.of(column));
        List<Restriction> others = new ArrayList<>();
        for (Partition other : table.partitions()) {
            if (other != partition) {
                Restriction narrowed = narrow(column, other.bounds().get(0), Restriction.of(column));
                if (narrowed == null) {
                    return Map.of();
                }
                others.add(narrowed);
            }
        }
        Statistics statistics = profile.statistics(table, column);
        Long all = profile.rows(table);
        double distinct = statistics == null || all == null ? 0 : statistics.distinctOf(all);
        List<String> likely = distinct == 0 && column.type().kind().isText() ? texts.apply(column) : List.of();
        Restriction own = DefaultPartition.of(column, bound.strategy(), others, otherwise, rows, distinct, likely);
        return own == null ? Map.of() : Map.of(key, own);
    }

    private static @Nullable Restriction narrow(Column column, Partition.Bound bound, Restriction before) {
        Matcher list = LIST.matcher(bound.text());
        if (bound.strategy() == 'l' && list.matches()) {
            List<String> values = new ArrayList<>();
            for (String item : split(list.group(1))) {
                if (!item.equals("NULL")) {
                    values.add(unquote(item));
                }
            }
            return before.oneOf(values).withoutNull();
        }
        Matcher range = RANGE.matcher(bound.text());
        if (bound.strategy() != 'r' || !range.matches()) {
            return null;
        }
        Restriction narrowed = before.withoutNull();
        if (!range.group(1).equals("MINVALUE")) {
            @Nullable BigDecimal low = TypeOrder.ordinal(column.type(), ">=", new Constant(unquote(range.group(1))));
            if (low == null) {
                return null;
            }
            narrowed = narrowed.atLeast(low);
        }
        if (!range.group(2).equals("MAXVALUE")) {
            @Nullable BigDecimal high = TypeOrder.ordinal(column.type(), "<", new Constant(unquote(range.group(2))));
            if (high == null) {
                return null;
            }
            narrowed = narrowed.atMost(high.subtract(TypeOrder.step(column.type())));
        }
        return narrowed;
    }

    private static List<String> split(String items) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < items.length(); i++) {
            char c = items.charAt(i);
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                parts.add(items.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(items.substring(start).strip());
        return parts;
    }

    private static String unquote(String item) {
        return item.startsWith("'") ? item.substring(1, item.length() - 1).replace("''", "'") : item;
    }
}
