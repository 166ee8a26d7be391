package dev.rehearse.report;

import static java.util.stream.Collectors.joining;

import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * How a number grows with the rows: every way of growing that agrees with what was measured at several sizes, since a few runs seldom tell
 * only one.
 *
 * @param ways the one that agrees best first
 */
record Growth(List<Way> ways) {

    /** A way that is further off than the best one by more than this factor does not agree. */
    private static final double AS_GOOD = 2;

    /** So far off (as a share of the number) every way may be: times that are measured differ by as much. */
    private static final double NOISE = 0.05;

    /** More than that agree with numbers that tell nothing. */
    private static final int MOST_WAYS = 2;

    /** Of an ALTER TABLE that only notes something, of one that reads or writes every row, of sorts and of nested loops. */
    private enum Kind {
        NOT("1", rows -> 0),
        LINEARLY("n", rows -> rows),
        SORTING("n log n", rows -> rows * Math.log(rows)),
        SQUARE("n²", rows -> rows * rows);

        final String words;
        final DoubleUnaryOperator of;

        Kind(String words, DoubleUnaryOperator of) {
            this.words = words;
            this.of = of;
        }
    }

    /**
     * {@code base + factor * kind(rows)}, neither of them negative.
     *
     * @param off by how much it differs from what was measured at worst, as a share
     */
    private record Way(Kind kind, double base, double factor, double off) {

        double at(double rows) {
            return base + factor * kind.of.applyAsDouble(rows);
        }

        /** Few runs hide half of their noise: the line goes where they are. */
        double mayBeOff() {
            return 2 * Math.max(NOISE, off);
        }
    }

    /**
     * @param rows at least two different sizes
     * @param measured not negative, of each of them
     * @param trifle what is too little to tell, in the number's unit
     */
    static Growth of(double[] rows, double[] measured, double trifle) {
        List<Way> ways = List.of(Kind.values()).stream()
                .map(kind -> fit(kind, rows, measured, trifle))
                .sorted(Comparator.comparingDouble(Way::off))
                .toList();
        double allowed = Math.max(NOISE, AS_GOOD * ways.get(0).off());
        return new Growth(ways.stream().filter(way -> way.off() <= allowed).toList());
    }

    /** Least squares of the differences as shares of the numbers, so that the small sizes count as much as the large ones. */
    private static Way fit(Kind kind, double[] rows, double[] measured, double trifle) {
        double ones = 0;
        double mixed = 0;
        double squares = 0;
        double onesMeasured = 0;
        double mixedMeasured = 0;
        for (int i = 0; i < rows.length; i++) {
            double share = measured[i] + trifle;
            double x = kind.of.applyAsDouble(rows[i]) / share;
            double y = measured[i] / share;
            ones += 1 / (share * share);
            mixed += x / share;
            squares += x * x;
            onesMeasured += y / share;
            mixedMeasured += x * y;
        }
        double determinant = ones * squares - mixed * mixed;
        double factor = determinant > 0 ? (ones * mixedMeasured - mixed * onesMeasured) / determinant : 0;
        double base = (onesMeasured - factor * mixed) / ones;
        if (base < 0) {
            base = 0;
            factor = mixedMeasured / squares;
        } else if (factor < 0) {
            factor = 0;
            base = onesMeasured / ones;
        }
        Way exact = new Way(kind, base, factor, 0);
        double off = IntStream.range(0, rows.length)
                .mapToDouble(i -> Math.abs(exact.at(rows[i]) - measured[i]) / (measured[i] + trifle))
                .max()
                .orElse(0);
        return new Way(kind, base, factor, off);
    }

    /** What the number is at so many rows at least. */
    double atLeast(double rows) {
        return ways.stream()
                .mapToDouble(way -> way.at(rows) * (1 - Math.min(1, way.mayBeOff())))
                .min()
                .orElse(0);
    }

    /** What the number is at so many rows at most. */
    double atMost(double rows) {
        return ways.stream()
                .mapToDouble(way -> way.at(rows) * (1 + way.mayBeOff()))
                .max()
                .orElse(0);
    }

    /** "n or n log n". */
    String inWords() {
        return ways.size() > MOST_WAYS
                ? "unclear"
                : ways.stream().map(way -> way.kind().words).collect(joining(" or "));
    }
}
