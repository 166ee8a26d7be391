package dev.rehearse.data.catalog;

import java.util.List;

/**
 * A partition that holds rows.
 *
 * @param oid its number in the catalog
 * @param name its name, with its schema before it where that is not the table's
 * @param bounds one per level, the root's first
 * @param constraint the condition that its rows satisfy, or TRUE
 */
public record Partition(long oid, String name, List<Bound> bounds, String constraint) {

    /** Whether it is that partition or lies below it. */
    public boolean isWithin(long partition) {
        return bounds.stream().anyMatch(bound -> bound.partition() == partition);
    }

    /**
     * The bound of one level.
     *
     * @param partition the partition of that level, by its number in the catalog
     * @param strategy {@code r} range, {@code l} list, {@code h} hash
     * @param columns numbers of the key columns; 0 stands for an expression
     * @param text the bound as the server writes it back: FOR VALUES ..., or DEFAULT
     */
    public record Bound(long partition, char strategy, List<Integer> columns, String text) {}
}
