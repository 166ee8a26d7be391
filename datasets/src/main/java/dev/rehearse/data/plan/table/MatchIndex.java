package dev.rehearse.data.plan.table;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a parent that have given values in some of its key columns: for a foreign key that shares columns with another one,
 * as (tenant, order) and (tenant, product) do. Built on first use; 4 bytes for each row of the parent and 12 for each value. Safe for use by several
 * threads.
 */
public final class MatchIndex {

    private final TablePlan parent;
    private final List<Integer> columns;
    private final List<Integer> nullable;
    private final LongSupplier count;
    private final LongUnaryOperator rowOf;
    private volatile @Nullable Groups groups;

    /** The numbers from {@code from[g]} to before {@code from[g + 1]} in {@code numbers}, ascending, have the g-th hash. */
    private record Groups(long[] hashes, int[] from, int[] numbers) {}

    /**
     * @param columns what is looked for
     * @param key columns in which a row must have values to be found
     */
    public MatchIndex(TablePlan parent, List<Integer> columns, List<Integer> key) {
        this(parent, columns, key, parent::parents, row -> row);
    }

    /**
     * @param count how many rows there are to find
     * @param rowOf the row of the parent that is found by a number below {@code count}
     */
    public MatchIndex(
            TablePlan parent, List<Integer> columns, List<Integer> key, LongSupplier count, LongUnaryOperator rowOf) {
        this.parent = parent;
        this.columns = columns;
        this.nullable = key.stream().filter(parent.table()::mayBeNull).toList();
        this.count = count;
        this.rowOf = rowOf;
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

    /** One of the numbers below {@code bound} that have this hash, or {@link ParentChoice#NONE}. */
    public long choose(long hash, long bits, long bound) {
        long below = below(hash, bound);
        return below == 0 ? ParentChoice.NONE : at(hash, Mix.below(bits, below));
    }

    /** As {@link #choose}, but not one of them, which has this hash. */
    public long chooseBut(long taken, long hash, long bits, long bound) {
        long below = below(hash, bound) - 1;
        if (below <= 0) {
            return ParentChoice.NONE;
        }
        long place = Mix.below(bits, below);
        return at(hash, place < below(hash, taken) ? place : place + 1);
    }

    public boolean contains(long hash) {
        return count(hash) > 0;
    }

    /** How many have this hash. */
    public long count(long hash) {
        return below(hash, Integer.MAX_VALUE);
    }

    /** How many numbers below {@code bound} have this hash; of one that has it, its place among them. */
    public long below(long hash, long bound) {
        Groups known = groups();
        int group = Arrays.binarySearch(known.hashes, hash);
        if (group < 0) {
            return 0;
        }
        int at = Arrays.binarySearch(
                known.numbers, known.from[group], known.from[group + 1], (int) Math.min(bound, Integer.MAX_VALUE));
        return (at < 0 ? -at - 1 : at) - known.from[group];
    }

    /** The number in a place, below {@link #count}, among those that have this hash. */
    public long at(long hash, long place) {
        Groups known = groups();
        return known.numbers[known.from[Arrays.binarySearch(known.hashes, hash)] + (int) place];
    }

    private Groups groups() {
        Groups ready = groups;
        if (ready == null) {
            synchronized (this) {
                ready = groups;
                if (ready == null) {
                    ready = build();
                    groups = ready;
                }
            }
        }
        return ready;
    }

    private Groups build() {
        int all = Math.toIntExact(count.getAsLong());
        long[] hashes = new long[all];
        int[] found = new int[all];
        int size = 0;
        for (int number = 0; number < all; number++) {
            long row = rowOf.applyAsLong(number);
            if (parent.hasKey(nullable, row)) {
                hashes[size] = hash(parent, columns, row);
                found[size++] = number;
            }
        }
        long[] different = Arrays.stream(hashes, 0, size).sorted().distinct().toArray();
        int[] from = new int[different.length + 1];
        for (int i = 0; i < size; i++) {
            from[Arrays.binarySearch(different, hashes[i]) + 1]++;
        }
        Arrays.parallelPrefix(from, Integer::sum);
        int[] next = from.clone();
        int[] numbers = new int[size];
        for (int i = 0; i < size; i++) {
            numbers[next[Arrays.binarySearch(different, hashes[i])]++] = found[i];
        }
        return new Groups(different, from, numbers);
    }
}
