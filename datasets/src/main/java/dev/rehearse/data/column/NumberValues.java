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
import java.util.Arrays;
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

    /** What numbers of columns are that end with some words, or have one of them where that is alone and marked by a "~". */
    private record Habit(List<List<String>> names, boolean anywhere, long low, long high, Shape shape) {

        static Habit of(String names, long low, long high, Shape shape) {
            boolean anywhere = names.startsWith("~");
            return new Habit(
                    Arrays.stream(names.substring(anywhere ? 1 : 0).split(", "))
                            .map(name -> List.of(name.split(" ")))
                            .toList(),
                    anywhere,
                    low,
                    high,
                    shape);
        }

        boolean isOf(ColumnName name) {
            return names.stream().anyMatch(words -> anywhere ? name.hasAny(words) : name.endsWith(words));
        }
    }

    /** How often which numbers of a range are. */
    private enum Shape {
        EVEN,
        /** Each doubling of the distance from the lowest number as often as the one before. */
        SKEWED,
        /** Each doubling of the number as often as the one before, as amounts are. */
        MAGNITUDES
    }

    private static final Habit ANY = Habit.of("any", 0, 999_999, Shape.SKEWED);

    /** What has room for little is mostly little. */
    private static final Habit ANY_SMALL = Habit.of("any", 0, 99, Shape.SKEWED);

    private static final Habit FLAG = Habit.of("flag", 0, 1, Shape.SKEWED);

    private static final Habit COUNT = Habit.of(
            "~count, cnt, quantity, qty, stock, seats, items, units, attendees, copies, hits, views, likes",
            1,
            100,
            Shape.SKEWED);

    private static final Habit HTTP_STATUS =
            Habit.of("status code, response code, http status", 200, 504, Shape.SKEWED);

    /** A card or a contract is valid for some years more. */
    private static final Habit EXPIRY_YEAR = Habit.of("~exp, expiry, expiration, expires", 2026, 2031, Shape.EVEN);

    /** The first that fits a name counts. */
    private static final List<Habit> HABITS = List.of(
            HTTP_STATUS,
            Habit.of("~age", 18, 90, Shape.EVEN),
            Habit.of("founded year, birth year, year of birth", 1940, 2006, Shape.EVEN),
            Habit.of("~year", 1990, 2025, Shape.EVEN),
            Habit.of("~month", 1, 12, Shape.EVEN),
            Habit.of("weekday, day of week", 1, 7, Shape.EVEN),
            Habit.of("week", 1, 52, Shape.EVEN),
            Habit.of("minute, second", 0, 59, Shape.EVEN),
            Habit.of("tax rate, vat rate, tax percent, vat percent", 5, 25, Shape.EVEN),
            Habit.of("hourly rate, day rate", 20, 200, Shape.MAGNITUDES),
            Habit.of("exchange rate, fx rate", 1, 150, Shape.MAGNITUDES),
            Habit.of("heart rate, pulse, bpm", 55, 110, Shape.EVEN),
            Habit.of("systolic", 100, 160, Shape.EVEN),
            Habit.of("diastolic", 60, 100, Shape.EVEN),
            Habit.of(
                    "body temperature, temperature, temp, temperature c, temperature celsius, temp c",
                    15,
                    39,
                    Shape.EVEN),
            Habit.of("humidity", 20, 95, Shape.EVEN),
            Habit.of("exit code, exit status, return code", 0, 127, Shape.SKEWED),
            Habit.of(
                    "timeout, timeout s, timeout seconds, retry interval, poll interval, polling interval, refresh interval",
                    5,
                    3_600,
                    Shape.MAGNITUDES),
            Habit.of("ttl, lifetime, lifespan", 60, 86_400, Shape.MAGNITUDES),
            Habit.of("prefix len, prefix length", 8, 32, Shape.EVEN),
            Habit.of("cvss, cvss score, base score", 0, 9, Shape.EVEN),
            Habit.of("tries, times, refills, repeats", 0, 9, Shape.SKEWED),
            Habit.of("rssi, signal dbm", -110, -40, Shape.EVEN),
            Habit.of("battery, battery level", 5, 100, Shape.EVEN),
            Habit.of("font weight", 100, 900, Shape.EVEN),
            Habit.of("coefficient", 0, 4, Shape.SKEWED),
            Habit.of("height cm, body height", 150, 200, Shape.EVEN),
            Habit.of("weight kg, body weight, patient weight", 45, 120, Shape.EVEN),
            Habit.of("~day, hour", 1, 23, Shape.EVEN),
            Habit.of("rating, stars, avg rating, average rating", 1, 4, Shape.EVEN),
            Habit.of("discount amount, total discount, tax amount, vat amount, rebate", 1, 99, Shape.MAGNITUDES),
            Habit.of("discount percent, discount rate, discount pct", 5, 50, Shape.EVEN),
            Habit.of("~percent, pct, percentage, ratio, rate, progress, completion, coverage", 0, 99, Shape.EVEN),
            Habit.of("discount", 1, 30, Shape.EVEN),
            Habit.of("~lat, latitude", -90, 89, Shape.EVEN),
            Habit.of("~lon, lng, longitude", -180, 179, Shape.EVEN),
            Habit.of("elevation, altitude", 0, 3_000, Shape.SKEWED),
            Habit.of("~port", 1024, 65_535, Shape.EVEN),
            Habit.of("population", 500, 5_000_000, Shape.MAGNITUDES),
            Habit.of("mileage, odometer", 500, 250_000, Shape.MAGNITUDES),
            Habit.of("pages, page count", 40, 900, Shape.EVEN),
            Habit.of("floor", 0, 12, Shape.SKEWED),
            Habit.of("~capacity", 10, 2_000, Shape.MAGNITUDES),
            Habit.of("employees, headcount, staff", 1, 5_000, Shape.MAGNITUDES),
            Habit.of(
                    "phone, mobile, telephone, fax, msisdn, phone number, mobile number, fax number, phone no, mobile no",
                    2_000_000_000,
                    9_999_999_999L,
                    Shape.EVEN),
            Habit.of("price cents, amount cents, total cents, cents", 100, 50_000, Shape.MAGNITUDES),
            Habit.of("salary, income, wage", 24_000, 150_000, Shape.MAGNITUDES),
            Habit.of("revenue, turnover, budget", 10_000, 9_999_999, Shape.MAGNITUDES),
            Habit.of("credit limit", 500, 20_000, Shape.MAGNITUDES),
            Habit.of("shipping, shipping cost, shipping fee, delivery fee, fee", 2, 30, Shape.MAGNITUDES),
            Habit.of(
                    "~price, amount, total, cost, balance, fee, value, sum, subtotal, net, gross, fare, paid",
                    2,
                    999,
                    Shape.MAGNITUDES),
            COUNT,
            Habit.of("~number", 1, 100, Shape.SKEWED),
            Habit.of(
                    "~version, rev, revision, retries, attempts, priority, level, rank, status, state, type, kind, mode, enum",
                    1,
                    9,
                    Shape.SKEWED),
            Habit.of(
                    "category, class, role, gender, sex, severity, source, channel, theme, color, colour, tier, plan, stage, step, phase, method, format",
                    1,
                    9,
                    Shape.SKEWED),
            Habit.of("minutes, mins", 5, 240, Shape.MAGNITUDES),
            Habit.of("seconds, secs", 1, 3_600, Shape.MAGNITUDES),
            Habit.of("hours", 1, 40, Shape.SKEWED),
            Habit.of("~days", 1, 90, Shape.SKEWED),
            Habit.of("~duration, millis, milliseconds, ms, bytes, size", 0, 10_000_000, Shape.SKEWED),
            Habit.of("weight", 1, 50, Shape.MAGNITUDES),
            Habit.of("width, height, length, depth", 5, 2_000, Shape.MAGNITUDES),
            Habit.of("score, points", 0, 100, Shape.EVEN));

    private final Range range;
    /** The largest of them. */
    private final long most;

    private final LongUnaryOperator numbers;

    private NumberValues(Range range, long most, LongUnaryOperator numbers) {
        this.range = range;
        this.most = most;
        this.numbers = numbers;
    }

    /** Numbers as the column's name suggests, as far as the bounds allow; null when the bounds leave none. */
    static @Nullable NumberValues plain(
            ColumnName name, SqlType type, Restriction restriction, long population, long seed) {
        Range range = Range.of(type, restriction);
        if (range.size() == 0) {
            return null;
        }
        long unit = BigInteger.TEN.pow(range.scale).longValueExact();
        Habit habit = habit(name, type, population);
        long wantedLow = habit.low * unit;
        long wantedHigh = habit.high > Long.MAX_VALUE / unit / 2 ? Long.MAX_VALUE / 2 : habit.high * unit + (unit - 1);
        long low = Math.max(range.low, wantedLow);
        long high = Math.min(range.high, wantedHigh);
        if (habit.shape == Shape.EVEN && wantedHigh > range.high && isShare(range)) {
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
        return between(range, low, high, habit.shape, seed);
    }

    private static Habit habit(ColumnName name, SqlType type, long population) {
        if (name.isOfId()) {
            return Habit.of("id", 1, Math.max(10, population), Shape.SKEWED);
        }
        if (name.isFlag()) {
            return FLAG;
        }
        if (name.hasAny("year") && EXPIRY_YEAR.isOf(name)) {
            return EXPIRY_YEAR;
        }
        ColumnName counted = name.counted();
        return HABITS.stream()
                .filter(habit -> habit.isOf(counted))
                .findFirst()
                .orElse(!counted.equals(name) ? COUNT : type.kind() == Kind.INT2 ? ANY_SMALL : ANY);
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
