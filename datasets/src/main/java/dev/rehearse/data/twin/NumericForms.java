package dev.rehearse.data.twin;

import dev.rehearse.data.column.NumberValues;
import dev.rehearse.data.value.Mix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/**
 * Which numbers of type numeric are as wide as a profile says: with a fraction, whole, some of both, or fractions alone. Whole ones are
 * narrower.
 */
final class NumericForms {

    private static final int STEPS = 12;
    private static final int SAMPLES = 1_000;

    private final long[] edges;
    private final boolean known;
    private final NumberValues.Range range;
    private final long unit;
    private final Frequencies frequencies;
    private final int widthBytes;
    private final long seed;

    /**
     * @param edges where the numbers pass, in units of the scale
     * @param known whether these are values themselves, and no powers of two
     * @param unit how many steps of the column make one
     */
    NumericForms(
            long[] edges,
            boolean known,
            NumberValues.Range range,
            long unit,
            Frequencies frequencies,
            ProfiledColumn profiled) {
        this.edges = edges;
        this.known = known;
        this.range = range;
        this.unit = unit;
        this.frequencies = frequencies;
        this.widthBytes = profiled.statistics().widthBytes();
        this.seed = profiled.seed();
    }

    /** The number that each value is, in units of the scale: those of the nearest width, mixed as little as possible. */
    LongUnaryOperator nearest() {
        LongUnaryOperator fine = NumberShape.along(edges, frequencies.distinct(), range.low(), range.high())::number;
        return Stream.of(fine, whole(fine), fractions(fine), mixed(fine))
                .min(Comparator.comparing(this::miss))
                .orElse(fine);
    }

    private LongUnaryOperator whole(LongUnaryOperator otherwise) {
        long[] wholes = Arrays.stream(edges).map(edge -> edge / unit).toArray();
        long low = Math.floorDiv(range.low() + unit - 1, unit);
        long high = Math.floorDiv(range.high(), unit);
        NumberShape.Curve curve = NumberShape.along(wholes, frequencies.distinct(), low, high);
        return high - low < frequencies.distinct() ? otherwise : value -> curve.number(value) * unit;
    }

    /** The profile tells no power of two below 16: they may all be fractions. */
    private LongUnaryOperator fractions(LongUnaryOperator otherwise) {
        boolean possible = !known
                && Arrays.stream(edges).allMatch(edge -> Math.abs(edge) <= 16 * unit)
                && range.low() < unit
                && range.high() > -unit
                && 2 * unit > frequencies.distinct();
        if (!possible) {
            return otherwise;
        }
        long[] parts = Arrays.stream(edges)
                .map(edge -> Math.max(1 - unit, Math.min(unit - 1, edge / 16)))
                .toArray();
        long low = Math.max(range.low(), 1 - unit);
        long high = Math.min(range.high(), unit - 1);
        LongUnaryOperator positive = NumberShape.along(parts, frequencies.distinct(), Math.max(low, 1), high)::number;
        // A single 0, which is narrower, and the mean is cut to the number before.
        boolean hasZero = (int) mean(positive) > widthBytes;
        return hasZero || parts[0] < 0 ? NumberShape.along(parts, frequencies.distinct(), low, high)::number : positive;
    }

    /** So many of those that can be cut to whole ones, without meeting the number before, that the mean width is right. */
    private LongUnaryOperator mixed(LongUnaryOperator fine) {
        double least = 0;
        double most = 1;
        for (int step = 0; step < STEPS; step++) {
            double middle = (least + most) / 2;
            if (mean(mixed(fine, middle)) > widthBytes + 0.5) {
                least = middle;
            } else {
                most = middle;
            }
        }
        return mixed(fine, (least + most) / 2);
    }

    private LongUnaryOperator mixed(LongUnaryOperator fine, double share) {
        return value -> {
            long number = fine.applyAsLong(value);
            long cut = Math.floorDiv(number, unit) * unit;
            boolean free = cut >= range.low() && (value == 0 || cut > fine.applyAsLong(value - 1));
            return free && Mix.within(Mix.at(seed, value), share) ? cut : number;
        };
    }

    /** How far the mean is from being cut to the width by ANALYZE. */
    private double miss(LongUnaryOperator numbers) {
        double mean = mean(numbers);
        return Math.max(0, Math.max(widthBytes - mean, mean - widthBytes - 0.99));
    }

    /** The mean width over the rows. */
    private double mean(LongUnaryOperator numbers) {
        long rows = frequencies.rows();
        int count = (int) Math.min(rows, SAMPLES);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += NumericWidth.bytes(numbers.applyAsLong(frequencies.value(i * rows / count)), range.scale());
        }
        return sum / Math.max(1, count);
    }
}
