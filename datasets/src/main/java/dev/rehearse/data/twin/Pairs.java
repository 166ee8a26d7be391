package dev.rehearse.data.twin;

import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Puts the values of two columns together, each as often as it is left: from one a function of the other to any with any. Immutable. */
final class Pairs {

    /** More blocks than that would make more combinations than are kept. */
    static final long MOST_BLOCKS = 200_000;

    /** So many rows in a row of a value. */
    record Run(int value, long count) {}

    interface Overlap {
        void of(int one, int other, long count);
    }

    private final long[] from;
    private final long[] to;
    private final Map<Integer, Set<Integer>> partners;
    private final long seed;
    private final long all;

    /** @param partners which values some go with already, and go on to go with */
    Pairs(long[] from, long[] to, Map<Integer, Set<Integer>> partners, long seed) {
        this.partners = partners;
        this.from = from;
        this.to = to;
        this.seed = seed;
        long sum = 0;
        for (long count : from) {
            sum += count;
        }
        this.all = sum;
    }

    long mostBlocks() {
        return Math.max(1, Math.min(MOST_BLOCKS, all));
    }

    /** Small values with small ones, or with large ones. */
    Map<Integer, List<Run>> inOrder(boolean falling) {
        List<Run> runs = runs(to);
        if (falling) {
            java.util.Collections.reverse(runs);
        }
        return overlaid(runs(from), runs, 1, 0);
    }

    /**
     * @param function share of the rows whose value of the one column has one value alone of the other
     * @param blocks in how many pieces the others are put together: the more, the more pairs
     */
    Map<Integer, List<Run>> made(double function, long blocks) {
        List<Run> sources = shuffled(runs(from), Mix.seed(seed, "sources"));
        // What goes with several already is the last to be made to go with one.
        sources.sort(Comparator.comparing(
                run -> partners.getOrDefault(run.value, Set.of()).size() > 1));
        long[] capacity = to.clone();
        TreeSet<Integer> roomiest = new TreeSet<>(
                Comparator.comparing((Integer value) -> -capacity[value]).thenComparing(value -> value));
        for (int value = 0; value < capacity.length; value++) {
            if (capacity[value] > 0) {
                roomiest.add(value);
            }
        }
        List<Run> whole = new ArrayList<>();
        List<Run> rest = new ArrayList<>();
        long done = 0;
        for (Run run : sources) {
            boolean isWhole = done + run.count / 2 < function * all;
            (isWhole ? whole : rest).add(run);
            done += isWhole ? run.count : 0;
        }
        Map<Integer, List<Run>> made = new LinkedHashMap<>();
        whole.sort(Comparator.comparing((Run run) -> -run.count).thenComparing(Run::value));
        long[] open = new long[from.length];
        for (Run run : whole) {
            open[run.value] = run.count;
            for (int partner : partners.getOrDefault(run.value, Set.of())) {
                open[run.value] -= take(partner, run, open[run.value], capacity, roomiest, made);
            }
        }
        for (Run run : whole) {
            while (open[run.value] > 0 && !roomiest.isEmpty()) {
                open[run.value] -= take(roomiest.first(), run, open[run.value], capacity, roomiest, made);
            }
        }
        List<Run> others = shuffled(runs(capacity), Mix.seed(seed, "others"));
        overlaid(rest, others, blocks, seed)
                .forEach((value, runs) ->
                        made.computeIfAbsent(value, v -> new ArrayList<>()).addAll(runs));
        return made;
    }

    private static long take(
            int value, Run run, long most, long[] capacity, TreeSet<Integer> roomiest, Map<Integer, List<Run>> made) {
        long taken = Math.min(most, capacity[value]);
        if (taken > 0) {
            roomiest.remove(value);
            capacity[value] -= taken;
            made.computeIfAbsent(run.value, v -> new ArrayList<>()).add(new Run(value, taken));
            if (capacity[value] > 0) {
                roomiest.add(value);
            }
        }
        return taken;
    }

    private static Map<Integer, List<Run>> overlaid(List<Run> ones, List<Run> others, long blocks, long seed) {
        Map<Integer, Map<Integer, Long>> counts = new LinkedHashMap<>();
        overlay(
                ones,
                others,
                blocks,
                seed,
                (one, other, count) ->
                        counts.computeIfAbsent(one, v -> new LinkedHashMap<>()).merge(other, count, Long::sum));
        Map<Integer, List<Run>> runs = new LinkedHashMap<>();
        counts.forEach((value, pairs) -> {
            List<Run> list = new ArrayList<>();
            pairs.forEach((other, count) -> list.add(new Run(other, count)));
            runs.put(value, list);
        });
        return runs;
    }

    /** Lays two rows of runs of the same length side by side, one of them cut into blocks in any order. */
    static void overlay(List<Run> ones, List<Run> others, long blocks, long seed, Overlap overlap) {
        long[] oneEnds = ends(ones);
        long[] otherEnds = ends(others);
        if (ones.isEmpty() || others.isEmpty()) {
            return;
        }
        long length = Math.min(oneEnds[oneEnds.length - 1], otherEnds[otherEnds.length - 1]);
        long count = Math.min(blocks, length);
        Permutation order = new Permutation(Math.max(1, count), seed);
        long at = 0;
        int one = 0;
        for (long block = 0; block < count; block++) {
            long moved = count == 1 ? 0 : order.apply(block);
            long otherAt = start(moved, count, length);
            long end = at + start(moved + 1, count, length) - otherAt;
            int other = index(otherEnds, otherAt);
            while (at < end) {
                while (oneEnds[one] <= at) {
                    one++;
                }
                while (otherEnds[other] <= otherAt) {
                    other++;
                }
                long step = Math.min(end - at, Math.min(oneEnds[one] - at, otherEnds[other] - otherAt));
                overlap.of(ones.get(one).value, others.get(other).value, step);
                at += step;
                otherAt += step;
            }
        }
    }

    private static long start(long block, long blocks, long length) {
        return (long) ((double) block * length / blocks);
    }

    private static int index(long[] ends, long at) {
        int found = java.util.Arrays.binarySearch(ends, at + 1);
        return found >= 0 ? found : -found - 1;
    }

    private static long[] ends(List<Run> runs) {
        long[] ends = new long[runs.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += runs.get(i).count;
            ends[i] = end;
        }
        return ends;
    }

    private static List<Run> runs(long[] counts) {
        List<Run> runs = new ArrayList<>();
        for (int value = 0; value < counts.length; value++) {
            if (counts[value] > 0) {
                runs.add(new Run(value, counts[value]));
            }
        }
        return runs;
    }

    private static List<Run> shuffled(List<Run> runs, long seed) {
        Permutation order = new Permutation(Math.max(1, runs.size()), seed);
        List<Run> shuffled = new ArrayList<>(runs);
        for (int i = 0; i < runs.size(); i++) {
            shuffled.set((int) order.apply(i), runs.get(i));
        }
        return shuffled;
    }
}
