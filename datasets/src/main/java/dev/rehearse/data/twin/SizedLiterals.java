package dev.rehearse.data.twin;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the numbered values of a {@link ProfiledColumn} look like where their width depends on what they are: addresses, bits, ranges. */
final class SizedLiterals {

    /** Of an address of version 4, and how much wider one of version 6 is. */
    private static final int INET_BYTES = 7;

    private static final int INET6_MORE_BYTES = 12;
    private static final int INET_BITS = 24;

    /** A length, and how many bits there are. */
    private static final int BITS_BEFORE_BYTES = 5;

    /** A length, the type, and what bounds there are. */
    private static final int RANGE_BYTES = 6;

    /** Of a multirange; wider ones are as wide as these. */
    private static final int MOST_RANGES = 20;

    private final ProfiledColumn profiled;
    private final double bytes;
    private final long seed;

    SizedLiterals(ProfiledColumn profiled) {
        this.profiled = profiled;
        // ANALYZE cuts the mean to a whole number.
        this.bytes = profiled.statistics().widthBytes() + 0.5;
        this.seed = profiled.seed();
    }

    /**
     * @param usual different values of the type
     * @return null for a type that has no such form here
     */
    @Nullable
    Values values(SqlType type, Keys usual) {
        return switch (type.kind()) {
            case INET -> addresses();
            case VARBIT -> bits(type.modifier() < 0 ? Integer.MAX_VALUE : type.modifier());
            case RANGE -> ranges(type, usual);
            case MULTIRANGE -> multiranges(type, usual);
            default -> null;
        };
    }

    /** Those of version 4 come first, as they do in order. */
    private @Nullable Values addresses() {
        Frequencies frequencies = profiled.frequencies(null, -1, 1L << INET_BITS);
        double wider = Math.max(0, Math.min(1, (bytes - INET_BYTES) / INET6_MORE_BYTES));
        if (wider < 1.0 / INET6_MORE_BYTES) {
            return null;
        }
        long first = frequencies.value((long) ((1 - wider) * (frequencies.rows() - 1)));
        long step = (1L << INET_BITS) / frequencies.distinct();
        return profiled.written(frequencies, (value, out) -> {
            long number = value * step;
            out.putText(
                    value < first
                            ? "10." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255)
                            : String.format(Locale.ROOT, "2001:db8::%x:%x", number >> 16, number & 0xFFFF));
        });
    }

    /** So many bits that tell the values apart in their order, then others. */
    private @Nullable Values bits(int most) {
        int wanted = ((int) bytes - BITS_BEFORE_BYTES) * 8;
        int length = profiled.statistics().widthBytes() > 127 ? wanted - 3 * 8 : wanted;
        int written = Math.min(length, most);
        Frequencies frequencies = profiled.frequencies(null, -1, Long.MAX_VALUE);
        int code = 64 - Long.numberOfLeadingZeros(frequencies.distinct() - 1);
        return code > written
                ? null
                : profiled.written(frequencies, (value, out) -> {
                    for (int i = code - 1; i >= 0; i--) {
                        out.put('0' + (int) (value >> i & 1));
                    }
                    for (int i = code; i < written; i++) {
                        out.put('0' + (int) (Mix.at(seed ^ value, i) & 1));
                    }
                });
    }

    /** Some have no upper bound, which makes them narrower. */
    private @Nullable Values ranges(SqlType type, Keys usual) {
        SqlType of = type.element();
        int bound = of == null ? 0 : boundBytes(of.kind());
        double endless = bound == 0 ? 0 : (RANGE_BYTES + 2 * bound - bytes) / bound;
        if (endless <= 0 || endless > 1 || usual.capacity() < profiled.filled()) {
            return null;
        }
        Frequencies frequencies = profiled.frequencies(null, -1, usual.capacity());
        return profiled.written(frequencies, (value, out) -> {
            int start = out.length();
            usual.at().write(value, out);
            int comma = comma(out, start);
            if (comma > 0 && Mix.within(Mix.at(seed, value), endless)) {
                out.truncate(comma + 1);
                out.put(')');
            }
        });
    }

    /** As many ranges in each as make them so wide, or one more in some. */
    private @Nullable Values multiranges(SqlType type, Keys usual) {
        SqlType of = type.element();
        int bound = of == null ? 0 : boundBytes(of.kind());
        if (bound == 0) {
            return null;
        }
        int fewest = 1;
        while (fewest < MOST_RANGES && multirangeBytes(fewest + 1, bound) <= bytes) {
            fewest++;
        }
        double more = Math.min(
                1,
                (bytes - multirangeBytes(fewest, bound))
                        / (multirangeBytes(fewest + 1, bound) - multirangeBytes(fewest, bound)));
        int most = fewest + 1;
        if (more < 0 || usual.capacity() < Math.max(profiled.filled(), most + 1)) {
            return null;
        }
        // Where there is room, no two values overlap; else neighbours have ranges in common, of which no two have all.
        long step = Math.max(1, Math.min(most, usual.capacity() / Math.max(1, profiled.filled())));
        int ranges = fewest;
        Frequencies frequencies = profiled.frequencies(null, -1, usual.capacity() / step);
        return profiled.written(frequencies, (value, out) -> {
            int count = Mix.within(Mix.at(seed, value), more) ? most : ranges;
            for (int i = 0; i < count; i++) {
                int start = out.length();
                usual.at().write((value * step + i) % usual.capacity(), out);
                // All are written into the braces of the first.
                if (i > 0) {
                    out.array()[start] = ' ';
                    out.array()[start - 1] = ',';
                }
            }
        });
    }

    /** Without the header's three bytes that a short value saves: type, count, where each but the first begins, flags, bounds. */
    private static int multirangeBytes(int ranges, int bound) {
        int before = 8 + 4 + 4 * (ranges - 1) + ranges;
        return (before + bound - 1) / bound * bound + 2 * bound * ranges - 3;
    }

    private static int comma(CopyBuffer out, int start) {
        for (int i = start; i < out.length(); i++) {
            if (out.array()[i] == ',') {
                return i;
            }
        }
        return -1;
    }

    private static int boundBytes(Kind kind) {
        return switch (kind) {
            case INT4, DATE -> 4;
            case INT8, TIMESTAMP, TIMESTAMPTZ -> 8;
            default -> 0;
        };
    }
}
