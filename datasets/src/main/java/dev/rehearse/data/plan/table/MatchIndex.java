package dev.rehearse.data.plan.table;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a parent that have given values in some of its key columns: for a foreign key that shares columns with another one,
 * as (tenant, order) and (tenant, product) do. Built on first use; 8 bytes for each row of the parent.
 */
public final class MatchIndex {

    private final TablePlan parent;
    private final List<Integer> columns;
    private final List<Integer> nullable;
    /** The upper bits of a row's hash, then the row's number, in ascending order. */
    private volatile long @Nullable [] entries;

    /**
     * @param columns what is looked for
     * @param key columns in which a row must have values to be found
     */
    public MatchIndex(TablePlan parent, List<Integer> columns, List<Integer> key) {
        this.parent = parent;
        this.columns = columns;
        this.nullable = key.stream()
                .filter(number -> !parent.table().column(number).notNull())
                .toList();
    }

    /** The hash of the values that a row of {@code plan} has in {@code columns}. */
    public static long hash(TablePlan plan, List<Integer> columns, long parentRow) {
        CopyBuffer scratch = new CopyBuffer(64);
        for (int column : columns) {
            plan.writeKey(column, parentRow, scratch);
            scratch.put('\t');
        }
        return scratch.hashFrom(0);
    }

    /** One of the rows below {@code bound} that have this hash, or {@link ParentChoice#NONE}. */
    public long choose(long hash, long bits, long bound) {
        long[] index = entries();
        int from = firstAtLeast(index, entry(hash, 0));
        int count = firstAtLeast(index, entry(hash, bound)) - from;
        int start = count == 0 ? 0 : (int) Mix.below(bits, count);
        // The entries hold fewer bits than the hash, so a neighbour may have come along.
        for (int i = 0; i < count; i++) {
            long row = index[from + (start + i) % count] & rowMask();
            if (hash(parent, columns, row) == hash) {
                return row;
            }
        }
        return ParentChoice.NONE;
    }

    public boolean contains(long hash) {
        return choose(hash, 0, parent.parents()) != ParentChoice.NONE;
    }

    private static int firstAtLeast(long[] index, long entry) {
        int at = Arrays.binarySearch(index, entry);
        return at < 0 ? -at - 1 : at;
    }

    private long rowMask() {
        return (Long.highestOneBit(parent.parents()) << 1) - 1;
    }

    private long entry(long hash, long row) {
        return ((hash >>> 1) & ~rowMask()) | row;
    }

    private long[] entries() {
        long[] ready = entries;
        if (ready == null) {
            synchronized (this) {
                ready = entries;
                if (ready == null) {
                    ready = build();
                    entries = ready;
                }
            }
        }
        return ready;
    }

    private long[] build() {
        long[] index = new long[Math.toIntExact(parent.parents())];
        int count = 0;
        for (int row = 0; row < index.length; row++) {
            if (parent.hasKey(nullable, row)) {
                index[count++] = entry(hash(parent, columns, row), row);
            }
        }
        long[] found = count < index.length ? Arrays.copyOf(index, count) : index;
        Arrays.sort(found);
        return found;
    }
}
