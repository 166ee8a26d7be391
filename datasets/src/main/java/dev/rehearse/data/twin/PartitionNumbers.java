package dev.rehearse.data.twin;

import dev.rehearse.data.column.NullRows;
import dev.rehearse.data.profile.PartitionStatistics;
import dev.rehearse.data.value.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Which of the table's values each row has, by number, where it is known what each partition has: its own common values, and of the rarer
 * ones a window that is as wide as it has of them. The windows of all partitions cover all values: they lie side by side where the partitions
 * have no values in common, and above each other where all have the same. Immutable.
 */
final class PartitionNumbers implements LongUnaryOperator {

    /** Share of the rows from which on a value that is common in the table must be somewhere, though no partition lists it. */
    private static final double NOTICEABLE = 0.001;

    /** Orders of the windows that are tried: those that follow the partitions, and all. */
    private static final int LEAST_ORDERS = 4;

    private static final int MOST_ORDERS = 24;

    /** Orders of the common values that are tried. */
    private static final int MOST_PLACES = 16;

    /** The promise for the whole table, which goes before those of its partitions. */
    private static final double LARGEST_MISS = 0.1;

    /** A correlation that is so near is near enough, measured on so many rows. */
    private static final double GOOD_MISS = 0.03;

    private static final double SAMPLE = 3_000;

    /** What one partition has, while that is decided. */
    private static final class Leaf {
        private final ProfiledColumn column;

        /** Values that are common in the table, by number, and how many rows have each. */
        private final Map<Long, Long> common = new TreeMap<>();

        /** Rows of each of the values that are common in this partition alone. */
        private final List<Long> own = new ArrayList<>();

        /** Rows of the values that are not common. */
        private long rareRows;

        /** Rows of the least common of the common values. */
        private long least = Long.MAX_VALUE;

        /** How many other values there are. */
        private long others;

        /** The first of the table's rarer values that is of the window. */
        private long first;

        /** Where the window lies hardly matters for it. */
        private @Nullable RowOrder order;

        Leaf(ProfiledColumn column) {
            this.column = column;
            this.rareRows = column.filled();
        }

        void common(long number, long count) {
            common.put(number, count);
            takeOff(count);
        }

        void own(long count) {
            own.add(count);
            takeOff(count);
        }

        private void takeOff(long count) {
            rareRows -= count;
            least = Math.min(least, count);
        }

        long window() {
            return own.size() + others;
        }
    }

    private final ProfiledColumn whole;
    private final Frequencies frequencies;
    private final long[] starts;
    private final LongUnaryOperator[] perLeaf;
    private double miss;

    /** The numbers of the table's common values, in their order. */
    private final long[] common;

    /** @param whole a column that knows the shapes of its partitions */
    PartitionNumbers(ProfiledColumn whole, Frequencies frequencies) {
        this.whole = whole;
        this.frequencies = frequencies;
        this.common = LongStream.iterate(0, i -> frequencies.numberOf((int) i) >= 0, i -> i + 1)
                .map(i -> frequencies.numberOf((int) i))
                .sorted()
                .toArray();
        List<PartitionShape> shapes = whole.shapes();
        this.starts = new long[shapes.size() + 1];
        List<Leaf> leaves = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            starts[i + 1] = starts[i] + shapes.get(i).rows();
            leaves.add(leaf(shapes.get(i), Mix.seed(whole.seed(), "partition " + i)));
        }
        spreadLacking(leaves);
        this.perLeaf = placed(leaves);
    }

    /**
     * The frequencies of a column whose common values have their places in its order where that makes all rows about as much in order as the
     * profile says, though each partition has its own values.
     *
     * @param common how many common values there are
     * @param attempts the frequencies with other places in each attempt, from 0
     */
    static Frequencies nearest(ProfiledColumn whole, int common, IntFunction<Frequencies> attempts) {
        Frequencies nearest = attempts.apply(0);
        if (whole.shapes().isEmpty()
                || whole.statistics().correlation() == null
                || common < 2
                || common > PartitionShape.LEAST_COMMON
                || nearest.distinct() == nearest.rows()) {
            return nearest;
        }
        double least = new PartitionNumbers(whole, nearest).miss;
        for (int attempt = 1; attempt < MOST_PLACES && least > GOOD_MISS; attempt++) {
            Frequencies other = attempts.apply(attempt);
            double miss = new PartitionNumbers(whole, other).miss;
            if (miss < least) {
                least = miss;
                nearest = other;
            }
        }
        return nearest;
    }

    @Override
    public long applyAsLong(long row) {
        int found = Arrays.binarySearch(starts, row);
        int leaf = found >= 0 ? found : -found - 2;
        while (starts[leaf + 1] <= row) {
            leaf++;
        }
        return perLeaf[leaf].applyAsLong(row - starts[leaf]);
    }

    private long rarerValues() {
        return frequencies.distinct() - common.length;
    }

    /** The number of one of the table's rarer values. */
    private long rarer(long place) {
        return without(common, place);
    }

    private Leaf leaf(PartitionShape shape, long seed) {
        Leaf leaf = new Leaf(shape.of(whole, seed));
        PartitionStatistics known = shape.known();
        Frequencies usual = leaf.column.frequencies(null, -1, frequencies.distinct());
        long unlisted = usual.distinct();
        for (int i = 0; known != null && usual.numberOf(i) >= 0; i++, unlisted--) {
            long number = frequencies.numberOf(known.place(i));
            long count = usual.countOf(i);
            if (number >= 0) {
                leaf.common(number, count);
            } else if (leaf.own.size() < rarerValues()) {
                leaf.own(count);
            }
        }
        leaf.others = Math.min(unlisted, rarerValues() - leaf.own.size());
        return leaf;
    }

    /** Rows of the table's common values that no partition lists go to those that have values that are not common in them. */
    private void spreadLacking(List<Leaf> leaves) {
        for (int value = 0; frequencies.numberOf(value) >= 0; value++) {
            long number = frequencies.numberOf(value);
            long listed = leaves.stream()
                    .mapToLong(leaf -> leaf.common.getOrDefault(number, 0L))
                    .sum();
            double lacking = frequencies.countOf(value) - listed;
            if (lacking < NOTICEABLE * whole.rows()) {
                continue;
            }
            List<Leaf> others = leaves.stream()
                    .filter(leaf -> !leaf.common.containsKey(number) && leaf.others > 0)
                    .toList();
            long room = others.stream().mapToLong(leaf -> leaf.rareRows).sum();
            for (Leaf leaf : others) {
                // What is as common as those that are listed would be listed, too.
                long most = leaf.least < Long.MAX_VALUE ? leaf.least : 2 * leaf.rareRows / leaf.others;
                long count = Math.min(most, Math.round(lacking * leaf.rareRows / Math.max(1, room)));
                if (count > 0 && count < leaf.rareRows) {
                    leaf.common(number, count);
                    leaf.others = Math.max(1, leaf.others - 1);
                }
            }
        }
    }

    /**
     * Lets the windows follow each other in the order of the bounds, in that in which the server reads the partitions, in one of these the
     * other way around, or in any other: as the correlation of the whole column has it.
     */
    private LongUnaryOperator[] placed(List<Leaf> leaves) {
        Double correlation = whole.statistics().correlation();
        List<Integer> bounds = IntStream.range(0, leaves.size()).boxed().toList();
        LongUnaryOperator[] nearest = new LongUnaryOperator[0];
        double least = Double.MAX_VALUE;
        // Without rarer values there are no windows.
        int orders = rarerValues() == 0 ? 1 : MOST_ORDERS;
        for (int attempt = 0; attempt < orders && least > GOOD_MISS; attempt++) {
            List<Integer> order = new ArrayList<>(attempt % 2 == 0 ? bounds : readOrder());
            if (attempt >= LEAST_ORDERS) {
                long seed = Mix.at(whole.seed(), attempt);
                order.sort(Comparator.comparingLong(i -> Mix.at(seed, i)));
            } else if (attempt >= LEAST_ORDERS / 2) {
                Collections.reverse(order);
            }
            placeWindows(leaves, order, rarerValues());
            LongUnaryOperator[] made = leaves.stream().map(this::numbers).toArray(LongUnaryOperator[]::new);
            double missed = correlation == null ? 0 : Math.abs(correlation - correlation(made));
            if (missed < least) {
                least = missed;
                nearest = made;
            }
        }
        miss = least;
        return nearest;
    }

    /** Whether all rows together are about as much in order as the profile says. */
    boolean isNear() {
        return miss <= LARGEST_MISS;
    }

    private List<Integer> readOrder() {
        List<PartitionShape> shapes = whole.shapes();
        return IntStream.range(0, shapes.size())
                .boxed()
                .sorted(Comparator.comparing(i -> shapes.get(i).read()))
                .toList();
    }

    /** As ANALYZE has it of some of the rows. */
    private double correlation(LongUnaryOperator[] made) {
        double share = Math.min(1, SAMPLE / Math.max(1.0, whole.rows()));
        List<Long> sample = new ArrayList<>();
        for (int leaf : readOrder()) {
            long rows = starts[leaf + 1] - starts[leaf];
            long read = (long) Math.ceil(rows * share);
            for (long i = 0; i < read; i++) {
                sample.add(made[leaf].applyAsLong(i * rows / read));
            }
        }
        sample.removeIf(number -> number < 0);
        List<Integer> order = IntStream.range(0, sample.size())
                .boxed()
                .sorted(Comparator.comparing(sample::get))
                .toList();
        double product = 0;
        for (int rank = 0; rank < order.size(); rank++) {
            product += (rank + 0.5) * (order.get(rank) + 0.5);
        }
        return order.size() < 2 ? 0 : 12 * (product / Math.pow(order.size(), 3) - 0.25);
    }

    private static void placeWindows(List<Leaf> leaves, List<Integer> order, long values) {
        double all = leaves.stream().mapToLong(Leaf::window).sum();
        double last = leaves.get(order.get(order.size() - 1)).window();
        // The step from one window to the next is as wide as the window, or narrower, so that the last one ends with
        // the last value.
        double step = all <= values || all == last ? 1 : (values - last) / (all - last);
        double before = 0;
        for (int i : order) {
            Leaf leaf = leaves.get(i);
            leaf.first = Math.min(values - leaf.window(), (long) (before * step));
            before += leaf.window();
        }
    }

    private LongUnaryOperator numbers(Leaf leaf) {
        long rows = leaf.column.filled();
        long first = leaf.first;
        int own = leaf.own.size();
        // Where each of the values that are common here alone stands in the window.
        long[] places = new long[own];
        Arrays.setAll(places, i -> (long) ((i + 0.5) * leaf.window() / own));
        Map<Long, Long> counts = new TreeMap<>(leaf.common);
        for (int i = 0; i < own; i++) {
            counts.put(rarer(first + places[i]), leaf.own.get(i));
        }
        if (counts.isEmpty() && leaf.others == 0) {
            counts.put(0L, rows);
        } else if (leaf.others == 0) {
            counts.merge(
                    Collections.max(counts.entrySet(), Map.Entry.comparingByValue())
                            .getKey(),
                    leaf.rareRows,
                    Long::sum);
        }
        long[] numbers = counts.keySet().stream().mapToLong(number -> number).toArray();
        // The same in the partition's own numbers, of which the others have those between.
        long[] locals = new long[numbers.length];
        for (int i = 0; i < locals.length; i++) {
            long below = Math.max(0, Math.min(leaf.window(), rarerBelow(numbers[i]) - first));
            int found = Arrays.binarySearch(places, below);
            locals[i] = i + below - (found >= 0 ? found : -found - 1);
        }
        Frequencies local = new Frequencies(
                rows, counts.values().stream().mapToLong(count -> count).toArray(), locals, leaf.others);
        if (rows == 0) {
            return row -> -1;
        }
        RowOrder order = leaf.order == null ? leaf.column.order(local, true) : leaf.order;
        leaf.order = order;
        NullRows nullRows = leaf.column.nullRows();
        return row -> {
            long index = nullRows.index(row);
            if (index < 0) {
                return -1;
            }
            long value = local.value(order.rank(index));
            int found = Arrays.binarySearch(locals, value);
            return found >= 0 ? numbers[found] : rarer(first + without(places, value + found + 1));
        };
    }

    /** How many of the table's rarer values have a lower number. */
    private long rarerBelow(long number) {
        int found = Arrays.binarySearch(common, number);
        return number - (found >= 0 ? found : -found - 1);
    }

    /** The n-th place, from 0, of those that are not among some, which rise. */
    private static long without(long[] some, long n) {
        int low = 0;
        int high = some.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (some[middle] - middle > n) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return n + low;
    }
}
