package dev.rehearse.data.twin;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.column.NumberValues;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.value.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/**
 * Which numbers of type numeric are as wide as a profile says: with a fraction, whole, some of both, or fractions alone. Whole ones are
 * narrower.
 */
final class NumericForms {

    private static final int STEPS = 12;
    private static final int SAMPLES = 1_000;
    private static final int MOST_SMALL = 16;
    /** Bytes by which a mean of some rows may differ from that of all. */
    private static final double MARGIN = 0.03;

    private final long[] edges;
    private final boolean known;
    private final NumberValues.Range range;
    private final long unit;
    private final Frequencies frequencies;
    private final SqlType type;
    private final Restriction restriction;
    private final int widthBytes;
    private final long seed;

    /** Numbers, how often each of them stands, and what is written after their digits. */
    record Form(Frequencies frequencies, LongUnaryOperator numbers, NumericTail tail) {}

    /**
     * @param edges where the numbers pass, in units of the scale
     * @param known whether these are values themselves, and no powers of two
     * @param range the numbers of one scale that keep to the restriction
     */
    NumericForms(
            long[] edges,
            boolean known,
            NumberValues.Range range,
            Frequencies frequencies,
            SqlType type,
            Restriction restriction,
            ProfiledColumn profiled) {
        this.edges = edges;
        this.known = known;
        this.range = range;
        this.unit = ProfiledValues.unit(range);
        this.frequencies = frequencies;
        this.type = type;
        this.restriction = restriction;
        this.widthBytes = profiled.statistics().widthBytes();
        this.seed = profiled.seed();
    }

    /** The numbers, in units of the scale, of the nearest width; mixed as little as possible, and longer than a long only where they must be. */
    Form nearest() {
        LongUnaryOperator fine = NumberShape.along(edges, frequencies.distinct(), range.low(), range.high())::number;
        List<Form> forms = new ArrayList<>();
        Stream.of(fine, whole(fine), fractions(fine, MOST_SMALL), mixed(form(fine)))
                .forEach(numbers -> forms.add(form(numbers)));
        for (int divisor = MOST_SMALL - 2; divisor > 1; divisor -= 2) {
            forms.add(form(fractions(fine, divisor)));
        }
        zeroed(fine).ifPresent(zeroed -> {
            forms.add(zeroed);
            forms.add(new Form(zeroed.frequencies, mixed(zeroed), NumericTail.NONE));
        });
        forms.add(tailed(fine));
        return forms.stream().min(Comparator.comparing(this::miss)).orElseThrow();
    }

    /** With digits after them, which take no number out of its bounds. */
    private Form tailed(LongUnaryOperator fine) {
        boolean whole = range.scale() == 0;
        long low = range.low() + (whole ? 0 : 1);
        long high = range.high() - (whole ? 0 : 1);
        boolean open = restriction.high() == null
                && (restriction.low() == null || restriction.low().signum() >= 0);
        NumericTail tail = low > high || (whole && !open)
                ? NumericTail.NONE
                : NumericTail.of(type, range.scale(), widthBytes + 0.5 - mean(form(fine)), seed);
        return tail.equals(NumericTail.NONE)
                ? form(fine)
                : new Form(frequencies, value -> Math.max(low, Math.min(high, fine.applyAsLong(value))), tail);
    }

    private Form form(LongUnaryOperator numbers) {
        return new Form(frequencies, numbers, NumericTail.NONE);
    }

    /** The most common number is 0, which is the narrowest. */
    private Optional<Form> zeroed(LongUnaryOperator fine) {
        long negative = 0;
        for (long above = frequencies.distinct(); negative < above; ) {
            long middle = (negative + above) >>> 1;
            if (fine.applyAsLong(middle) < 0) {
                negative = middle + 1;
            } else {
                above = middle;
            }
        }
        long zero = negative;
        if (known || range.low() > 0 || frequencies.numberOf(0) < 0 || zero == frequencies.distinct()) {
            return Optional.empty();
        }
        return Optional.of(new Form(
                frequencies.withMostCommonAt(zero),
                value -> value == zero ? 0 : fine.applyAsLong(value),
                NumericTail.NONE));
    }

    private LongUnaryOperator whole(LongUnaryOperator otherwise) {
        long[] wholes = Arrays.stream(edges).map(edge -> edge / unit).toArray();
        long low = Math.floorDiv(range.low() + unit - 1, unit);
        long high = Math.floorDiv(range.high(), unit);
        NumberShape.Curve curve = NumberShape.along(wholes, frequencies.distinct(), low, high);
        return high - low < frequencies.distinct() ? otherwise : value -> curve.number(value) * unit;
    }

    /** The profile tells no power of two below 16: they may all be fractions, or end where the divisor says. */
    private LongUnaryOperator fractions(LongUnaryOperator otherwise, int divisor) {
        long end = MOST_SMALL * unit / divisor - 1;
        boolean possible = !known
                && unit > 1
                && Arrays.stream(edges).allMatch(edge -> Math.abs(edge) <= MOST_SMALL * unit)
                && range.low() <= end
                && range.high() >= -end
                && 2 * end > frequencies.distinct();
        if (!possible) {
            return otherwise;
        }
        long[] parts = Arrays.stream(edges)
                .map(edge -> Math.max(-end, Math.min(end, edge / divisor)))
                .toArray();
        long low = Math.max(range.low(), -end);
        long high = Math.min(range.high(), end);
        LongUnaryOperator positive = NumberShape.along(parts, frequencies.distinct(), Math.max(low, 1), high)::number;
        // A single 0, which is narrower, and the mean is cut to the number before.
        boolean hasZero = (int) mean(form(positive)) > widthBytes;
        return hasZero || parts[0] < 0 ? NumberShape.along(parts, frequencies.distinct(), low, high)::number : positive;
    }

    /** So many of those that can be cut to whole ones, without meeting the number before, that the mean width is right. */
    private LongUnaryOperator mixed(Form fine) {
        double least = 0;
        double most = 1;
        for (int step = 0; step < STEPS; step++) {
            double middle = (least + most) / 2;
            if (mean(new Form(fine.frequencies, mixed(fine.numbers, middle), fine.tail)) > widthBytes + 0.5) {
                least = middle;
            } else {
                most = middle;
            }
        }
        return mixed(fine.numbers, (least + most) / 2);
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
    double miss(Form form) {
        double mean = mean(form);
        return Math.max(0, Math.max(widthBytes + MARGIN - mean, mean - widthBytes - 1 + MARGIN));
    }

    /** The mean width over the rows. */
    private double mean(Form form) {
        long rows = form.frequencies.rows();
        int count = (int) Math.min(rows, SAMPLES);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            long value = form.frequencies.value(i * rows / count);
            sum += NumericWidth.bytes(form.numbers.applyAsLong(value), range.scale()) + form.tail.bytes(value);
        }
        return sum / Math.max(1, count);
    }
}
