package dev.rehearse.data.twin;

import dev.rehearse.data.profile.TableProfile.ExtendedStatistics;
import dev.rehearse.data.twin.JointCells.Cell;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Looks at combinations of values as ANALYZE does: at some rows only. Immutable. */
final class CellSample {

    private static final int DEFAULT_TARGET = 100;
    private static final int ROWS_PER_TARGET = 300;

    private final int size;
    private final long rows;
    private final long seed;

    private CellSample(int size, long rows, long seed) {
        this.size = size;
        this.rows = rows;
        this.seed = seed;
    }

    /** The sample that ANALYZE takes of so many rows for some statistics. */
    static CellSample of(ExtendedStatistics statistics, long rows, long seed) {
        int target = Math.max(DEFAULT_TARGET, statistics.commonShares().size());
        return new CellSample((int) Math.min(rows, (long) ROWS_PER_TARGET * target), rows, seed);
    }

    /** The estimate of the number of different combinations after Haas and Stokes, as the server makes it. */
    double distinct(List<Cell> cells, List<Cell> others, List<Integer> places) {
        Map<Long, Integer> seen = new HashMap<>();
        read(cells, others, cell -> seen.merge(key(cell, places), 1, Integer::sum));
        double once = seen.values().stream().filter(n -> n == 1).count();
        double estimate = (double) size * seen.size() / (size - once + once * size / rows);
        return Math.min(rows, Math.max(seen.size(), estimate));
    }

    /** The share of the rows whose value in one column goes with one value alone of the other. */
    double dependency(List<Cell> cells, List<Cell> others, int from, int to) {
        Map<Integer, long[]> groups = new HashMap<>();
        read(cells, others, cell -> {
            long[] group = groups.computeIfAbsent(cell.numbers()[from], value -> new long[] {cell.numbers()[to], 0, 0});
            group[1]++;
            group[2] |= group[0] != cell.numbers()[to] ? 1 : 0;
        });
        return (double) groups.values().stream()
                        .filter(group -> group[2] == 0)
                        .mapToLong(group -> group[1])
                        .sum()
                / size;
    }

    private void read(List<Cell> cells, List<Cell> others, Consumer<Cell> consumer) {
        List<Cell> all = new ArrayList<>(cells);
        all.addAll(others);
        long[] ends = new long[all.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += all.get(i).count();
            ends[i] = end;
        }
        Permutation order = new Permutation(Math.max(1, end), seed);
        for (int i = 0; i < Math.min(size, end); i++) {
            int found = Arrays.binarySearch(ends, order.apply(i) + 1);
            consumer.accept(all.get(found >= 0 ? found : -found - 1));
        }
    }

    private static long key(Cell cell, List<Integer> places) {
        long key = 0;
        for (int place : places) {
            key = Mix.mix(key + cell.numbers()[place] + 1);
        }
        return key;
    }
}
