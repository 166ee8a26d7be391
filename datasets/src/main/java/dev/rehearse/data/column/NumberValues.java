package dev.rehearse.data.column;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.column.NumberHabit.Shape;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Integers and decimals between two bounds, as unscaled longs. */
public final class NumberValues implements Values.Ordered {

    /** The bounds of a column's numbers: unscaled, inclusive. */
    public record Range(long low, long high, int scale) {

        public static Range of(SqlType type, Restriction restriction) {
            int scale = scaleOf(type);
            long limit = limit(type);
            long low = type.kind() == Kind.INT4 && type.sqlName().equals("oid") ? 0 : -limit;
            long high = limit;
            if (restriction.low() != null) {
                low = Math.max(low, unscaled(restriction.low(), scale, RoundingMode.CEILING));
            }
            if (restriction.high() != null) {
                high = Math.min(high, unscaled(restriction.high(), scale, RoundingMode.FLOOR));
            }
            return new Range(low, high, scale);
        }

        /** How many numbers, up to the most that a key can count. */
        public long size() {
            return low > high ? 0 : high - low < 0 || high - low >= Keys.UNLIMITED ? Keys.UNLIMITED : high - low + 1;
        }

        private static long limit(SqlType type) {
            return switch (type.kind()) {
                case INT2 -> Short.MAX_VALUE;
                case INT4 -> Integer.MAX_VALUE;
                case INT8 -> Long.MAX_VALUE;
                // What the type holds without losing a digit.
                case FLOAT4 -> 9_999_999;
                case FLOAT8 -> 999_999_999_999_999L;
                case MONEY -> 9_000_000_000_000_000L;
                default -> {
                    int digits = type.precision() - Math.max(0, type.scale()) + scaleOf(type);
                    yield BigInteger.TEN.pow(Math.min(18, Math.max(1, digits))).longValueExact() - 1;
                }
            };
        }

        /** Digits after the point that are used; more would leave a long too few before it. */
        private static int scaleOf(SqlType type) {
            return Math.min(Math.max(0, type.scale()), 9);
        }

        private static long unscaled(BigDecimal value, int scale, RoundingMode rounding) {
            BigInteger unscaled = value.setScale(scale, rounding).unscaledValue();
            return unscaled.bitLength() < 64 ? unscaled.longValue() : unscaled.signum() * Long.MAX_VALUE;
        }
    }

    private final Range range;
    /** The largest of them. */
    private final long most;

    private final LongUnaryOperator numbers;

    private NumberValues(Range range, long most, LongUnaryOperator numbers) {
        this.range = range;
        this.most = most;
        this.numbers = numbers;
    }

    /** Numbers as the names of the column and its table suggest, as far as the bounds allow; null when the bounds leave none. */
    static @Nullable NumberValues plain(
            ColumnName name, SqlType type, ColumnName table, Restriction restriction, long population, long seed) {
        Range range = Range.of(type, restriction);
        if (range.size() == 0) {
            return null;
        }
        long unit = BigInteger.TEN.pow(range.scale).longValueExact();
        NumberHabit habit = NumberHabit.of(name, type, table, population);
        long wantedLow = habit.low() * unit;
        long wantedHigh =
                habit.high() > Long.MAX_VALUE / unit / 2 ? Long.MAX_VALUE / 2 : habit.high() * unit + (unit - 1);
        long low = Math.max(range.low, wantedLow);
        long high = Math.min(range.high, wantedHigh);
        if (habit.shape() == Shape.EVEN && wantedHigh > range.high && isShare(range)) {
            low = Math.max(range.low, 0);
            high = Math.min(range.high, unit - 1);
        }
        if (low > high) {
            boolean above = wantedHigh < range.low;
            low = above ? range.low : Math.max(range.low, range.high - 1_000 * unit);
            high = above
                    ? (range.high - range.low > 1_000 * unit || range.high - range.low < 0
                            ? range.low + 1_000 * unit
                            : range.high)
                    : range.high;
        }
        return between(range, low, high, habit.shape(), seed);
    }

    private static NumberValues between(Range range, long low, long high, Shape shape, long seed) {
        long size = Math.min(Keys.UNLIMITED - 1, high - low + 1);
        return new NumberValues(
                range,
                high,
                switch (shape) {
                    case EVEN -> row -> low + Mix.below(Mix.at(seed, row), size);
                    case SKEWED -> row -> low + Mix.skewedBelow(Mix.at(seed, row), size);
                    case MAGNITUDES -> {
                        int doublings = low < 1 ? 1 : 64 - Long.numberOfLeadingZeros(Math.max(1, high / low));
                        yield row -> {
                            long bits = Mix.at(seed, row);
                            int doubling = (int) Mix.below(bits, doublings);
                            long from = low < 1 ? low : low << doubling;
                            long to = doubling == doublings - 1 ? high : (low << (doubling + 1)) - 1;
                            return from + Mix.below(Mix.mix(bits), Math.min(Keys.UNLIMITED - 1, to - from + 1));
                        };
                    }
                });
    }

    /** Whether the type has one digit before the point at most, so that what is a percentage by its name is a share. */
    private static boolean isShare(Range range) {
        return range.scale > 0
                && range.high < BigInteger.TEN.pow(range.scale + 1).longValueExact();
    }

    /** These where they are larger than those of another column, else as much more than those as the largest of them allows. */
    public NumberValues above(NumberValues other) {
        return new NumberValues(range, most, row -> {
            long least = range.scale == other.range.scale
                    ? other.ordinal(row)
                    : Range.unscaled(other.number(row), range.scale, RoundingMode.CEILING);
            long own = ordinal(row);
            if (own > least) {
                return own;
            }
            return least < most
                    ? least + 1 + Math.floorMod(own, most - least)
                    : Math.min(range.high, least + Math.abs(own));
        });
    }

    /**
     * What others come to, as far as the bounds allow.
     *
     * @param factors one or two
     * @param rated whether the last of them is a rate, in percent unless it has room for shares alone
     */
    public NumberValues summing(
            List<NumberValues> factors, boolean rated, List<NumberValues> added, List<NumberValues> subtracted) {
        int shift = rated && !isShare(factors.get(factors.size() - 1).range) ? 2 : 0;
        return new NumberValues(range, range.high, row -> {
            BigDecimal sum = BigDecimal.ONE.movePointLeft(shift);
            for (NumberValues factor : factors) {
                sum = sum.multiply(factor.number(row));
            }
            for (NumberValues more : added) {
                sum = sum.add(more.number(row));
            }
            for (NumberValues less : subtracted) {
                sum = sum.subtract(less.number(row));
            }
            return Math.max(
                    Math.max(0, range.low),
                    Math.min(range.high, Range.unscaled(sum, range.scale, RoundingMode.HALF_UP)));
        });
    }

    /**
     * A part of another number; these where they have no room for an amount, but for a percentage or a share.
     *
     * @param percentages of it, one of which each row has
     */
    public NumberValues partOf(NumberValues whole, List<Integer> percentages, long seed) {
        BigDecimal most = BigDecimal.valueOf(range.high, range.scale);
        if (most.compareTo(BigDecimal.valueOf(100)) <= 0
                && most.compareTo(BigDecimal.valueOf(whole.range.high, whole.range.scale)) < 0) {
            return this;
        }
        return new NumberValues(range, range.high, row -> {
            int percentage = percentages.get((int) Mix.below(Mix.at(seed, row), percentages.size()));
            BigDecimal part = whole.number(row).multiply(BigDecimal.valueOf(percentage, 2));
            return Math.max(range.low, Math.min(range.high, Range.unscaled(part, range.scale, RoundingMode.HALF_UP)));
        });
    }

    private BigDecimal number(long row) {
        return BigDecimal.valueOf(ordinal(row), range.scale);
    }

    /** All numbers between the bounds, the smallest that is not negative first where that suffices. */
    static Keys keys(SqlType type, Restriction restriction, long first) {
        Range range = Range.of(type, restriction);
        long start = Math.max(range.low, Math.min(Math.max(first, range.low), range.high));
        long capacity = range.size() == 0 ? 0 : new Range(start, range.high, range.scale).size();
        return new Keys(capacity, new Values.Ordered() {
            @Override
            public long ordinal(long index) {
                return start + index;
            }

            @Override
            public void write(long index, CopyBuffer out) {
                writeUnscaled(start + index, range.scale, out);
            }
        });
    }

    /**
     * Numbers that are larger than those of another column of the same row.
     *
     * @param least how much larger at least
     * @param most how much at most, or null
     */
    public static Values.Ordered after(
            Values.Ordered lesser,
            int lesserScale,
            Range range,
            boolean strict,
            BigDecimal least,
            @Nullable BigDecimal most,
            long seed) {
        long apart = strict && least.signum() == 0 ? 1 : 0;
        long longest = most == null
                ? Long.MAX_VALUE
                : Range.unscaled(most.subtract(least), range.scale, RoundingMode.FLOOR) - apart;
        return new Values.Ordered() {
            @Override
            public long ordinal(long row) {
                BigDecimal base =
                        BigDecimal.valueOf(lesser.ordinal(row), lesserScale).add(least);
                long from = Math.max(range.low, Range.unscaled(base, range.scale, RoundingMode.CEILING) + apart);
                // As amounts are, up to as much again; what is larger counts things or seconds, which are near.
                long usual = from > 1_000 && from < 100_000_000 ? from : 1_000;
                long room = Math.min(Math.min(usual, longest), Math.max(0, range.high - from));
                return from + Mix.below(Mix.at(seed, row), room + 1);
            }

            @Override
            public void write(long row, CopyBuffer out) {
                writeUnscaled(ordinal(row), range.scale, out);
            }
        };
    }

    @Override
    public long ordinal(long row) {
        return numbers.applyAsLong(row);
    }

    @Override
    public void write(long row, CopyBuffer out) {
        writeUnscaled(ordinal(row), range.scale, out);
    }

    public static void writeUnscaled(long unscaled, int scale, CopyBuffer out) {
        if (scale == 0) {
            out.putLong(unscaled);
            return;
        }
        long unit = 1;
        for (int i = 0; i < scale; i++) {
            unit *= 10;
        }
        if (unscaled < 0) {
            out.put('-');
        }
        out.putLong(Math.abs(unscaled / unit));
        out.put('.');
        out.putPadded(Math.abs(unscaled % unit), scale);
    }
}
