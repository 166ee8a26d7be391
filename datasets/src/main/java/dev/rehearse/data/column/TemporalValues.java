package dev.rehearse.data.column;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Timeline;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Dates and timestamps. */
public final class TemporalValues implements Values.Ordered {

    /** The microseconds since 1970 between which all values lie. */
    public static final BigDecimal FIRST = BigDecimal.valueOf(Timeline.micros(1));

    public static final BigDecimal LAST = BigDecimal.valueOf(Timeline.micros(9999));

    private final SqlType type;
    private final LongUnaryOperator micros;

    private TemporalValues(SqlType type, LongUnaryOperator micros) {
        this.type = type;
        this.micros = micros;
    }

    /**
     * Points in time as the column's name suggests: in row order for the first of a table, a little after that for the others.
     *
     * @param first the first column of this sort in the same table, or null when this is it
     * @return null when the restriction leaves none
     */
    static @Nullable TemporalValues plain(
            ColumnName name,
            SqlType type,
            Restriction r,
            TemporalValues.@Nullable Ordered first,
            long rows,
            long seed) {
        long low = r.low() == null ? Long.MIN_VALUE : clamp(r.low());
        long high = r.high() == null ? Long.MAX_VALUE : clamp(r.high());
        if (low > high) {
            return null;
        }
        if (isBirth(name)) {
            return spread(type, low, high, Timeline.micros(1940), Timeline.micros(2006), seed);
        }
        boolean bounded = r.low() != null || r.high() != null;
        if (first == null || bounded) {
            return inRowOrder(type, low, high, rows, seed);
        }
        return follow(type, first, Gap.of(name), seed);
    }

    /**
     * As {@link #plain}, as numbers since 1970; null where the restriction does not leave all of the timeline.
     *
     * @param type of 8 bytes for milliseconds, of 4 for seconds
     */
    static Values.@Nullable Ordered epoch(
            SqlType type, Restriction r, Values.@Nullable Ordered first, long rows, long seed) {
        long unit = epochUnit(type);
        boolean free = (r.low() == null || r.low().longValue() <= Timeline.START / unit)
                && (r.high() == null || r.high().longValue() >= Timeline.END / unit);
        if (!free) {
            return null;
        }
        TemporalValues instants = first == null
                ? inRowOrder(type, Long.MIN_VALUE, Long.MAX_VALUE, rows, seed)
                : follow(type, first, Gap.LATER, seed);
        return new Values.Ordered() {
            @Override
            public long ordinal(long row) {
                return instants.micros.applyAsLong(row) / unit;
            }

            @Override
            public void write(long row, CopyBuffer out) {
                out.putLong(ordinal(row));
            }
        };
    }

    /** The points in time for which the values of a column stand, where they may be numbers; null where these are of no such time. */
    public static Values.@Nullable Ordered instants(Values.Ordered values, SqlType type) {
        long unit = epochUnit(type);
        if (type.kind().isInstant()) {
            return values;
        }
        return values.ordinal(0) < Timeline.START / unit
                ? null
                : new TemporalValues(type, row -> values.ordinal(row) * unit);
    }

    /** The points in time of another column of the row as a type has them, such as their days. */
    public static TemporalValues of(Values.Ordered instants, SqlType type) {
        return new TemporalValues(type, instants::ordinal);
    }

    private static long epochUnit(SqlType type) {
        return type.kind() == SqlType.Kind.INT8 ? 1_000 : 1_000_000;
    }

    /** Whether people's ages decide about the values, and not the order of the rows. */
    public static boolean isBirth(ColumnName name) {
        return name.hasAny("birth", "born", "birthday", "birthdate", "dob");
    }

    /**
     * How long after something else of its row something happens.
     *
     * @param even whether each length of time is as likely, not each doubling
     */
    private record Gap(long leastSeconds, long mostSeconds, boolean even) {

        static final Gap LATER = new Gap(1, 30 * 86_400L, false);
        private static final Gap TRAVELLED = new Gap(1_800, 15 * 3_600, false);
        private static final Gap DUE = new Gap(7 * 86_400L, 60 * 86_400L, true);
        private static final Gap VALID = new Gap(30 * 86_400L, 180 * 86_400L, true);
        private static final Gap ENDED = new Gap(900, 30 * 86_400L, false);

        static Gap of(ColumnName name) {
            if (name.hasAny("due", "deadline")) {
                return DUE;
            }
            if (name.hasAny("expires", "expiry", "expiration", "until", "valid", "removal")) {
                return VALID;
            }
            if (name.hasAny("arrival", "arrives", "arrived", "landing", "landed")) {
                return TRAVELLED;
            }
            return name.hasAny("end", "ends", "ended", "stop", "out", "to") ? ENDED : LATER;
        }

        /** So many microseconds, whole days of dates. */
        long micros(SqlType type, long bits) {
            long unit = Math.max(1_000_000, type.stepMicros());
            long least = Math.max(1, leastSeconds * 1_000_000 / unit);
            long most = mostSeconds * 1_000_000 / unit;
            long units = least
                    + (even ? Mix.below(bits, most - least + 1) : Mix.skewedBelow(bits, Math.max(1, most - least + 1)));
            return units * unit + (unit == 1_000_000 ? Mix.below(Mix.mix(bits), unit) : 0);
        }
    }

    private static TemporalValues follow(SqlType type, Values.Ordered first, Gap gap, long seed) {
        return new TemporalValues(type, row -> first.ordinal(row) + gap.micros(type, Mix.at(seed, row)));
    }

    /** A little later than {@code from}: mostly minutes to hours, at most {@code longest} microseconds. */
    private static long later(long from, long bits, long longest) {
        long seconds = Mix.skewedBelow(bits, longest / 1_000_000 + 1);
        return from + Math.min(longest, seconds * 1_000_000 + Mix.below(Mix.mix(bits), 1_000_000));
    }

    private static TemporalValues spread(
            SqlType type, long low, long high, long wantedLow, long wantedHigh, long seed) {
        long from = Math.max(low, wantedLow);
        long to = Math.min(high, wantedHigh);
        if (from > to) {
            from = wantedLow > high ? Math.max(low, high - 365 * Timeline.DAY) : low;
            to = wantedLow > high ? high : Math.min(high, low + 365 * Timeline.DAY);
        }
        long start = from;
        long size = Math.max(1, to - from);
        return new TemporalValues(type, row -> start + Mix.below(Mix.at(seed, row), size));
    }

    private static TemporalValues inRowOrder(SqlType type, long low, long high, long rows, long seed) {
        long from = Math.max(low, Timeline.START);
        long to = Math.min(high, Timeline.END);
        if (from >= to) {
            from = low >= Timeline.END ? low : Math.max(low, high - 365 * Timeline.DAY);
            to = low >= Timeline.END ? Math.min(high, low + 365 * Timeline.DAY) : high;
        }
        long start = from;
        long span = Math.max(1, to - from);
        long step = Math.max(1, span / Math.max(1, rows));
        return new TemporalValues(
                type,
                row -> start + Math.min(span - 1, row % Math.max(1, rows) * step + Mix.below(Mix.at(seed, row), step)));
    }

    /** Points in time that all differ, in the order of the index, ending where the timeline ends. */
    static Keys keys(SqlType type, Restriction r, long needed) {
        long unit = type.stepMicros();
        long low = floor(r.low() == null ? Timeline.micros(1900) : clamp(r.low()), unit, true);
        long high = floor(r.high() == null ? Timeline.END - 1 : clamp(r.high()), unit, false);
        long capacity = low > high ? 0 : (high - low) / unit + 1;
        long from = Math.max(low, Math.min(Timeline.START, high - (needed - 1) * unit));
        long step = Math.max(unit, (high - from) / Math.max(1, needed) / unit * unit);
        return new Keys(capacity, new TemporalValues(type, index -> from + index * step));
    }

    /**
     * Points in time that are later than those of another column of the same row.
     *
     * @param least how many microseconds later at least
     * @param most how many at most, or null
     */
    public static TemporalValues after(
            Values.Ordered lesser,
            SqlType type,
            Restriction r,
            boolean strict,
            BigDecimal least,
            @Nullable BigDecimal most,
            long seed) {
        long unit = type.stepMicros();
        long high = r.high() == null ? Long.MAX_VALUE : clamp(r.high());
        long begin = floor(least.longValue(), unit, true);
        long longest = Math.min(
                30 * Timeline.DAY, most == null ? Long.MAX_VALUE : floor(most.longValue() - begin, unit, false));
        return new TemporalValues(type, row -> {
            long from = floor(lesser.ordinal(row), unit, true) + Math.max(begin, strict ? unit : 0);
            long room = Math.min(longest - (strict && begin == 0 ? unit : 0), Math.max(0, high - from));
            return later(from, Mix.at(seed, row), Math.max(0, room));
        });
    }

    /**
     * Ends of periods that begin so many microseconds after each other and do not overlap.
     *
     * @param least how many microseconds they last at least
     * @param most how many at most, or null
     */
    public static TemporalValues until(
            Values.Ordered starts,
            long apartMicros,
            SqlType type,
            BigDecimal least,
            @Nullable BigDecimal most,
            long seed) {
        long unit = type.stepMicros();
        long begin = Math.max(unit, floor(least.longValue(), unit, true));
        long end = Math.min(apartMicros - unit, most == null ? Long.MAX_VALUE : floor(most.longValue(), unit, false));
        long room = Math.max(0, end - begin);
        return new TemporalValues(type, row -> starts.ordinal(row) + begin + Mix.below(Mix.at(seed, row), room + 1));
    }

    public static long clamp(BigDecimal micros) {
        return micros.min(LAST).max(FIRST).longValue();
    }

    private static long floor(long micros, long unit, boolean up) {
        return Math.floorDiv(micros + (up ? unit - 1 : 0), unit) * unit;
    }

    @Override
    public long ordinal(long row) {
        return floor(micros.applyAsLong(row), type.stepMicros(), false);
    }

    @Override
    public void write(long row, CopyBuffer out) {
        write(type, ordinal(row), out);
    }

    public static void write(SqlType type, long micros, CopyBuffer out) {
        if (type.kind() == SqlType.Kind.DATE) {
            Timeline.writeDate(micros, out);
            return;
        }
        Timeline.writeTimestamp(micros, out);
        if (type.kind() == SqlType.Kind.TIMESTAMPTZ) {
            out.put('+');
            out.put('0');
            out.put('0');
        }
    }
}
