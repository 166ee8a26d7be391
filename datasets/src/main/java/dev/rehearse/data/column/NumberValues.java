package dev.rehearse.data.column;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
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

    private record Habit(List<String> words, long low, long high, boolean skewed) {}

    /** A card or a contract is valid for some years more. */
    private static final Habit EXPIRY_YEAR =
            new Habit(List.of("exp", "expiry", "expiration", "expires"), 2026, 2031, false);

    private static final Habit HTTP_STATUS = new Habit(List.of(), 200, 504, true);

    private static final List<Habit> HABITS = List.of(
            new Habit(List.of("age"), 18, 90, false),
            new Habit(List.of("year"), 1990, 2025, false),
            new Habit(List.of("month"), 1, 12, false),
            new Habit(List.of("day", "hour"), 1, 23, false),
            new Habit(List.of("percent", "pct", "percentage", "ratio", "rate", "discount"), 0, 100, false),
            new Habit(List.of("lat", "latitude"), -90, 90, false),
            new Habit(List.of("lon", "lng", "longitude"), -180, 180, false),
            new Habit(List.of("port"), 1024, 65_535, false),
            new Habit(List.of("count", "quantity", "qty", "stock", "seats"), 1, 100, true),
            new Habit(List.of("phone", "mobile", "telephone", "fax", "msisdn"), 2_000_000_000, 9_999_999_999L, false),
            new Habit(List.of("number"), 1, 100, true),
            new Habit(
                    List.of(
                            "version",
                            "rev",
                            "revision",
                            "retries",
                            "attempts",
                            "priority",
                            "level",
                            "rank",
                            "status",
                            "state",
                            "type",
                            "kind",
                            "mode",
                            "enum"),
                    1,
                    9,
                    true),
            new Habit(List.of("duration", "millis", "milliseconds", "ms", "bytes", "size"), 0, 10_000_000, true),
            new Habit(
                    List.of("price", "amount", "total", "cost", "balance", "salary", "fee", "value", "sum"),
                    1,
                    9_999,
                    true));

    private final Range range;
    private final long low;
    private final long size;
    private final boolean skewed;
    private final long seed;

    private NumberValues(Range range, long low, long high, boolean skewed, long seed) {
        this.range = range;
        this.low = low;
        this.size = Math.min(Keys.UNLIMITED - 1, high - low + 1);
        this.skewed = skewed;
        this.seed = seed;
    }

    /** Numbers as the column's name suggests, as far as the bounds allow; null when the bounds leave none. */
    static @Nullable NumberValues plain(
            ColumnName name, SqlType type, Restriction restriction, long population, long seed) {
        Range range = Range.of(type, restriction);
        if (range.size() == 0) {
            return null;
        }
        long unit = BigInteger.TEN.pow(range.scale).longValueExact();
        Habit habit = name.endsWith("id")
                ? new Habit(List.of(), 1, Math.max(10, population), true)
                : name.isFlag()
                        ? new Habit(List.of(), 0, 1, true)
                        : name.endsWith("status", "code") || name.endsWith("response", "code")
                                ? HTTP_STATUS
                                : name.hasAny("year") && name.hasAny(EXPIRY_YEAR.words)
                                        ? EXPIRY_YEAR
                                        : HABITS.stream()
                                                .filter(h -> name.hasAny(h.words))
                                                .findFirst()
                                                .orElse(new Habit(List.of(), 0, 999_999, true));
        long wantedLow = habit.low * unit;
        long wantedHigh = habit.high > Long.MAX_VALUE / unit / 2 ? Long.MAX_VALUE / 2 : habit.high * unit + (unit - 1);
        long low = Math.max(range.low, wantedLow);
        long high = Math.min(range.high, wantedHigh);
        if (low > high) {
            boolean above = wantedHigh < range.low;
            low = above ? range.low : Math.max(range.low, range.high - 1_000 * unit);
            high = above
                    ? (range.high - range.low > 1_000 * unit || range.high - range.low < 0
                            ? range.low + 1_000 * unit
                            : range.high)
                    : range.high;
        }
        return new NumberValues(range, low, high, habit.skewed, seed);
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

    /** Numbers that are larger than those of another column of the same row. */
    public static Values.Ordered after(Values.Ordered lesser, int lesserScale, Range range, boolean strict, long seed) {
        return new Values.Ordered() {
            @Override
            public long ordinal(long row) {
                BigDecimal base = BigDecimal.valueOf(lesser.ordinal(row), lesserScale);
                long from =
                        Math.max(range.low, Range.unscaled(base, range.scale, RoundingMode.CEILING) + (strict ? 1 : 0));
                long room = Math.min(1_000, Math.max(0, range.high - from));
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
        long bits = Mix.at(seed, row);
        return low + (skewed ? Mix.skewedBelow(bits, size) : Mix.below(bits, size));
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
