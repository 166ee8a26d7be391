package dev.rehearse.data.twin;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Numbers in ascending order that all differ and grow as the magnitudes of a profile say, or pass near known bounds. */
final class NumberShape {

    private NumberShape() {}

    /**
     * @param magnitudes bits at equal steps of the way, as a profile has them
     * @param unit how many steps of the column make one
     */
    static long[] edges(List<Integer> magnitudes, long unit) {
        long[] edges = new long[magnitudes.size()];
        for (int i = 0; i < edges.length; ) {
            int bits = magnitudes.get(i);
            int last = i;
            while (last + 1 < edges.length && magnitudes.get(last + 1) == bits) {
                last++;
            }
            // 4 bits stand for all that have fewer.
            double most = Math.pow(2, Math.abs(bits)) - 1;
            double least = Math.abs(bits) <= 4 ? 0 : Math.pow(2, Math.abs(bits) - 1);
            double from = bits < 0 ? -most : least;
            double to = bits < 0 ? -least : most;
            for (int j = i; j <= last; j++) {
                double way = last == i ? 0.5 : (double) (j - i) / (last - i);
                edges[j] = (long) Math.max(-4e18, Math.min(4e18, (from + (to - from) * way) * unit));
            }
            i = last + 1;
        }
        return edges;
    }

    static long[] edges(List<BigDecimal> bounds, int scale) {
        return bounds.stream()
                .mapToLong(bound -> bound.setScale(scale, RoundingMode.HALF_EVEN)
                        .unscaledValue()
                        .longValue())
                .sorted()
                .toArray();
    }

    /**
     * {@code count} numbers along the edges, moved apart where they have not room, away from zero, and inside low and high where there is
     * room for all.
     */
    static Curve along(long[] edges, long count, long low, long high) {
        int pieces = edges.length - 1;
        long[] starts = IntStream.rangeClosed(0, pieces)
                .mapToLong(i -> (long) Math.ceil((double) count * i / pieces))
                .toArray();
        long[] at = edges.clone();
        int zero = (int)
                Arrays.stream(edges).limit(pieces).filter(edge -> edge < 0).count();
        at[zero] = Math.max(low, Math.min(high, at[zero]));
        for (int i = zero - 1; i >= 0; i--) {
            at[i] = Math.min(at[i], at[i + 1] - (starts[i + 1] - starts[i]));
        }
        // Where the curve ends is where the number after the last one would stand.
        long end = Math.min(high, Long.MAX_VALUE - 1) + 1;
        at[0] = Math.max(low, at[0]);
        for (int i = 1; i <= pieces; i++) {
            at[i] = Math.max(at[i], at[i - 1] + (starts[i] - starts[i - 1]));
        }
        if (at[pieces] > end) {
            at[pieces] = end;
            for (int i = pieces - 1; i >= 0; i--) {
                at[i] = Math.min(at[i], at[i + 1] - (starts[i + 1] - starts[i]));
            }
        }
        return new Curve(starts, at);
    }

    /** A rising curve: which number each of the values is. */
    record Curve(long[] starts, long[] at) {

        long number(long value) {
            int piece = 0;
            while (piece < starts.length - 2 && value >= starts[piece + 1]) {
                piece++;
            }
            long values = starts[piece + 1] - starts[piece];
            long step = values == 0 ? 0 : (at[piece + 1] - at[piece]) / values;
            return at[piece] + (value - starts[piece]) * step;
        }
    }
}
