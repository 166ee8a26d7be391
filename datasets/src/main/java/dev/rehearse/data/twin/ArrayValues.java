package dev.rehearse.data.twin;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.column.NumberValues;
import dev.rehearse.data.column.TemporalValues;
import dev.rehearse.data.column.TextValues;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Timeline;
import dev.rehearse.data.value.Values;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of texts, numbers, UUIDs or points in time in ascending order that all differ, and are as wide as a profile says. One of them is empty where
 * they are narrower in the mean than any with an element.
 *
 * @see <a href="https://www.postgresql.org/docs/current/arrays.html">Arrays</a>
 */
final class ArrayValues implements Values {

    private static final int HEADER_BYTES = 24;
    private static final int EMPTY_BYTES = 13;
    /** What takes no more than that has a header that is three bytes shorter. */
    private static final int SHORT_BYTES = 130;
    /** Wider values are compressed or moved out of the row. */
    private static final int MOST_BYTES = 1_900;
    /** A text of eight characters: four bytes before it. */
    private static final int UNITS_PER_TEXT = 3;

    private static final int LONGEST_TEXT = 40;

    private final SqlType element;
    private final int unitBytes;
    private final int leastUnits;
    private final int units;
    private final double longerShare;
    /** Which of the common ones have a unit more. */
    private final Map<Long, Boolean> common = new HashMap<>();

    private final long empty;
    private final long seed;

    private ArrayValues(ProfiledColumn profiled, Frequencies frequencies, SqlType element) {
        this.element = element;
        unitBytes = unitBytes(element.kind());
        seed = profiled.seed();
        leastUnits = element.kind() == Kind.TEXT ? 1 + (base36Digits(frequencies.distinct()) + 3) / 4 : 1;
        long[] counts = new long[profiled.statistics().commonShares().size()];
        Arrays.setAll(counts, frequencies::countOf);
        // ANALYZE cuts the mean to a whole number.
        double wanted = profiled.statistics().widthBytes() + 0.5;
        double left = frequencies.rows();
        double bytes = wanted * left;
        int emptied = wanted < bytes(leastUnits) ? emptied(counts, bytes, left) : -1;
        empty = frequencies.numberOf(emptied);
        if (emptied >= 0) {
            left -= counts[emptied];
            bytes -= (double) EMPTY_BYTES * counts[emptied];
            counts[emptied] = 0;
        }
        double mean = left > 0 ? bytes / left : 0;
        int most = leastUnits;
        while (bytes(most + 1) <= mean) {
            most++;
        }
        units = most;
        double share = share(mean);
        double due = 0;
        for (int i = 0; i < counts.length; i++) {
            due += share * counts[i];
            boolean isLonger = due > counts[i] / 2.0;
            due -= isLonger ? counts[i] : 0;
            left -= counts[i];
            common.put(frequencies.numberOf(i), isLonger);
        }
        longerShare = left < 1 ? 0 : Math.max(0, Math.min(1, share + due / left));
    }

    /** The values of a column, or null for elements that have no such form here. */
    static @Nullable Values of(ProfiledColumn profiled, SqlType type) {
        SqlType element = type.element();
        if (element == null
                || !hasForm(element)
                || !type.domainChecks().isEmpty()
                || profiled.statistics().widthBytes() > MOST_BYTES) {
            return null;
        }
        Frequencies frequencies = profiled.frequencies(null, -1, Integer.MAX_VALUE);
        return profiled.written(frequencies, new ArrayValues(profiled, frequencies, element));
    }

    /** How many digits so many values in base 36 have. */
    static int base36Digits(long values) {
        int digits = 1;
        for (double capacity = 36; capacity < values; capacity *= 36) {
            digits++;
        }
        return digits;
    }

    private static int unitBytes(Kind kind) {
        return switch (kind) {
            case INT8, TIMESTAMP, TIMESTAMPTZ, FLOAT8 -> 8;
            // A length and a head, and two or three groups of digits.
            case NUMERIC -> 12;
            case UUID -> 16;
            default -> 4;
        };
    }

    private static boolean hasForm(SqlType element) {
        return element.domainChecks().isEmpty()
                && switch (element.kind()) {
                    case INT4, INT8, FLOAT8, UUID, DATE, TIMESTAMP, TIMESTAMPTZ -> true;
                    case NUMERIC -> element.modifier() < 0;
                    case TEXT ->
                        element.maxLength() >= LONGEST_TEXT
                                && !element.sqlName().equals("name");
                    default -> false;
                };
    }

    /** The rarest common value that leaves the others as wide as they must be when it is empty; -1 where there is none. */
    private int emptied(long[] counts, double bytes, double rows) {
        for (int i = counts.length - 1; i >= 0; i--) {
            if (bytes - (double) EMPTY_BYTES * counts[i] >= bytes(leastUnits) * (rows - counts[i])) {
                return i;
            }
        }
        return counts.length == 0 ? -1 : 0;
    }

    private double share(double mean) {
        return Math.max(0, Math.min(1, (mean - bytes(units)) / (bytes(units + 1) - bytes(units))));
    }

    private int bytes(int ofUnits) {
        int bytes = HEADER_BYTES + unitBytes * ofUnits;
        return bytes <= SHORT_BYTES ? bytes - 3 : bytes;
    }

    private boolean isLonger(long value) {
        Boolean known = common.get(value);
        return known == null ? Mix.within(Mix.at(seed, value), longerShare) : known;
    }

    @Override
    public void write(long value, CopyBuffer out) {
        out.put('{');
        if (value != empty) {
            int own = units + (isLonger(value) ? 1 : 0);
            if (element.kind() == Kind.TEXT) {
                writeTexts(value, own, out);
            } else {
                writeElement(value, value, out);
                for (int i = 1; i < own; i++) {
                    out.put(',');
                    writeElement(Mix.below(Mix.at(seed ^ value, i), 1_000), Mix.at(seed ^ value, -i), out);
                }
            }
        }
        out.put('}');
    }

    /** @param bits what else it has where it has more */
    private void writeElement(long number, long bits, CopyBuffer out) {
        switch (element.kind()) {
            case UUID -> TextValues.writeUuid(number << 16 | bits & 0xFFFF, Mix.mix(seed + bits), '4', out);
            case NUMERIC -> NumberValues.writeUnscaled(number * 100 + 100 + Mix.below(bits, 99) + 1, 2, out);
            case DATE, TIMESTAMP, TIMESTAMPTZ -> {
                out.put('"');
                TemporalValues.write(element, Timeline.START + number * Math.max(1_000_000, element.stepMicros()), out);
                out.put('"');
            }
            default -> out.putLong(number);
        }
    }

    /** The first tells the values apart; in quotes, as it could be the word null. */
    private void writeTexts(long value, int own, CopyBuffer out) {
        out.put('"');
        out.putBase36(value, 4 * (leastUnits - 1));
        for (int i = 0; i < 4 * ((own - leastUnits) % UNITS_PER_TEXT); i++) {
            out.put('x');
        }
        out.put('"');
        for (int i = 0; i < (own - leastUnits) / UNITS_PER_TEXT; i++) {
            out.put(',');
            out.putBase36(Mix.at(seed ^ value, i) >>> 1, 8);
        }
    }
}
