package dev.rehearse.plan;

import dev.rehearse.InvalidRehearsalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How many operations arrive per second, as time goes by: one rate, steps, or a day's curve. The number of arrivals until any moment is the
 * exact integral, and its inverse says when an arrival is due, so that a schedule of any shape is decided before the run. Immutable.
 */
public record RateCurve(List<Piece> pieces, boolean repeats) {

    private static final int BISECTIONS = 60;
    private static final Duration LAST_STEP = Duration.ofSeconds(10);

    /**
     * A stretch of the curve.
     *
     * @param seconds how long
     * @param from operations per second at its start
     * @param to operations per second at its end
     * @param shape how it gets there
     */
    public record Piece(double seconds, double from, double to, Shape shape) {

        private double arrivals() {
            return seconds * (from + to) / 2;
        }

        private double rateAt(double second) {
            double share = second / seconds;
            return switch (shape) {
                case LINE -> from + (to - from) * share;
                case WAVE -> from + (to - from) * (1 - Math.cos(Math.PI * share)) / 2;
            };
        }

        private double arrivalsBefore(double second) {
            double share = second / seconds;
            return switch (shape) {
                case LINE -> second * (from + (to - from) * share / 2);
                case WAVE -> second * from + (to - from) * seconds * (share - Math.sin(Math.PI * share) / Math.PI) / 2;
            };
        }

        private double secondOf(double arrivals) {
            if (arrivals <= 0) {
                return 0;
            }
            if (shape == Shape.LINE) {
                double root = Math.sqrt(Math.max(0, from * from + 2 * (to - from) * arrivals / seconds));
                return Math.min(seconds, 2 * arrivals / (from + root));
            }
            double low = 0;
            double high = seconds;
            for (int i = 0; i < BISECTIONS; i++) {
                double middle = (low + high) / 2;
                if (arrivalsBefore(middle) < arrivals) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return high;
        }
    }

    /** LINE: straight. WAVE: half a sine wave, from trough to crest or back. */
    public enum Shape {
        LINE,
        WAVE
    }

    /**
     * A rate for a time.
     *
     * @param ratePerSecond 0: a pause
     */
    public record Step(double ratePerSecond, Duration length) {}

    public RateCurve {
        pieces = List.copyOf(pieces);
        double arrivals = 0;
        for (Piece piece : pieces) {
            check(piece.from());
            check(piece.to());
            Span.that(
                    piece.seconds() > 0 && piece.seconds() <= Span.LONGEST.toSeconds(),
                    "A stretch of the rate must take more than 0 s and at most 168 h, but was " + piece.seconds()
                            + " s.");
            arrivals += piece.arrivals();
        }
        Span.that(arrivals > 0, "The rate is 0/s all the time, so that nothing would ever arrive.");
    }

    private static void check(double rate) {
        Span.that(
                rate >= 0 && rate <= Span.FASTEST_RATE,
                "The rate must be from 0/s to 1,000,000/s, but was " + rate(rate) + ".");
    }

    /** The same rate all the time. */
    public static RateCurve constant(double ratePerSecond) {
        Span.that(
                ratePerSecond > 0 && ratePerSecond <= Span.FASTEST_RATE,
                "The rate must be more than 0/s and at most 1,000,000/s, but was " + ratePerSecond + "/s.");
        return new RateCurve(List.of(new Piece(1, ratePerSecond, ratePerSecond, Shape.LINE)), false);
    }

    /** One rate after the other; the last goes on. */
    public static RateCurve steps(List<Step> steps) {
        Span.that(!steps.isEmpty(), "Steps of a rate need at least one.");
        return new RateCurve(
                steps.stream()
                        .map(step -> new Piece(
                                step.length().toNanos() / 1e9, step.ratePerSecond(), step.ratePerSecond(), Shape.LINE))
                        .toList(),
                false);
    }

    /** A day as a sine wave: from {@code low} to {@code high} and back in {@code day}, then again. */
    public static RateCurve wave(double low, double high, Duration day) {
        Span.that(
                low <= high,
                "A day's lowest rate must not be above its highest, but was " + rate(low) + " to " + rate(high) + ".");
        double half = day.toNanos() / 2e9;
        return new RateCurve(
                List.of(new Piece(half, low, high, Shape.WAVE), new Piece(half, high, low, Shape.WAVE)), true);
    }

    /** A day through these rates, at equal distances and with straight lines between, the first at its start and the last at its end; then again. */
    public static RateCurve points(List<Double> ratesPerSecond, Duration day) {
        Span.that(ratesPerSecond.size() >= 2, "A day's curve needs at least two points.");
        double each = day.toNanos() / 1e9 / (ratesPerSecond.size() - 1);
        List<Piece> pieces = new ArrayList<>();
        for (int i = 1; i < ratesPerSecond.size(); i++) {
            pieces.add(new Piece(each, ratesPerSecond.get(i - 1), ratesPerSecond.get(i), Shape.LINE));
        }
        return new RateCurve(pieces, true);
    }

    /**
     * Reads {@code 400}, {@code 400/s}, {@code 6000/min}; steps, {@code 100/s:10s,400/s:20s,100/s}, whose last goes on and has 10 s where none are given; a day as a
     * sine wave, {@code day:50/s..400/s}, or through points, {@code day:50/s,400/s,100/s}.
     *
     * @param day how long a day is
     * @throws InvalidRehearsalException where it is none of these; says what is wrong
     */
    public static RateCurve parse(String text, Duration day) {
        if (text.startsWith("day:")) {
            String curve = text.substring("day:".length());
            String[] ends = curve.split("\\.\\.", -1);
            return ends.length == 2
                    ? wave(rate(ends[0], text), rate(ends[1], text), day)
                    : points(
                            List.of(curve.split(",", -1)).stream()
                                    .map(point -> rate(point, text))
                                    .toList(),
                            day);
        }
        String[] steps = text.split(",", -1);
        if (steps.length == 1 && !text.contains(":")) {
            return constant(rate(text, text));
        }
        List<Step> read = new ArrayList<>();
        for (int i = 0; i < steps.length; i++) {
            String[] parts = steps[i].split(":", -1);
            boolean isLast = i == steps.length - 1;
            Duration length = parts.length == 2
                    ? Amounts.duration(parts[1].strip())
                            .filter(d -> !d.isZero())
                            .orElseThrow(() -> notRead(parts[1], text))
                    : LAST_STEP;
            if (parts.length > 2 || parts.length == 1 && !isLast) {
                throw notRead(steps[i], text);
            }
            read.add(new Step(rate(parts[0], text), length));
        }
        return steps(read);
    }

    private static double rate(String part, String text) {
        return Amounts.ratePerSecond(part.strip()).orElseThrow(() -> notRead(part, text));
    }

    private static InvalidRehearsalException notRead(String part, String text) {
        return new InvalidRehearsalException("\"" + part + "\" in the rate \"" + text + "\" is not understood. Say 400,"
                + " 6000/min, steps such as 100/s:10s,400/s:20s, or a day's curve such as day:50..400 or"
                + " day:50,400,100.");
    }

    /** Operations per second at that time. */
    public double rateAt(double second) {
        double rest = withinPieces(second);
        for (Piece piece : pieces) {
            if (rest < piece.seconds()) {
                return piece.rateAt(rest);
            }
            rest -= piece.seconds();
        }
        return last().to();
    }

    /** How many arrive until then: the integral of the rate. */
    public double arrivalsBefore(double second) {
        double rest = withinPieces(second);
        double arrivals = repeats ? Math.floor(second / seconds()) * arrivals() : 0;
        for (Piece piece : pieces) {
            if (rest < piece.seconds()) {
                return arrivals + piece.arrivalsBefore(rest);
            }
            rest -= piece.seconds();
            arrivals += piece.arrivals();
        }
        return arrivals + rest * last().to();
    }

    /** When so many have arrived, the first such moment; infinity where they never will. The inverse of {@link #arrivalsBefore}. */
    public double secondOf(double arrivals) {
        double seconds = 0;
        double rest = arrivals;
        if (repeats) {
            double days = Math.floor(arrivals / arrivals());
            seconds = days * seconds();
            rest -= days * arrivals();
        }
        for (Piece piece : pieces) {
            if (rest <= piece.arrivals()) {
                return seconds + piece.secondOf(rest);
            }
            seconds += piece.seconds();
            rest -= piece.arrivals();
        }
        return rest <= 0 ? seconds : seconds + rest / last().to();
    }

    private double withinPieces(double second) {
        return repeats ? second - Math.floor(second / seconds()) * seconds() : second;
    }

    private double seconds() {
        return pieces.stream().mapToDouble(Piece::seconds).sum();
    }

    private double arrivals() {
        return pieces.stream().mapToDouble(Piece::arrivals).sum();
    }

    private Piece last() {
        return pieces.get(pieces.size() - 1);
    }

    /** How long its steps take together; nothing where it has none. */
    public Optional<Duration> lengthOfSteps() {
        return repeats || isConstant() ? Optional.empty() : Optional.of(Duration.ofNanos((long) (seconds() * 1e9)));
    }

    /** Whether it is one rate all the time. */
    public boolean isConstant() {
        return pieces.size() == 1 && pieces.get(0).from() == pieces.get(0).to();
    }

    /** The highest rate it reaches. */
    public double highestPerSecond() {
        return pieces.stream()
                .mapToDouble(piece -> Math.max(piece.from(), piece.to()))
                .max()
                .orElseThrow();
    }

    /** In words: {@code 100/s for 10 s, then 400/s}. */
    public String words() {
        if (isConstant()) {
            return rate(pieces.get(0).from());
        }
        if (!repeats) {
            return pieces.subList(0, pieces.size() - 1).stream()
                    .map(piece -> rate(piece.from()) + " for " + plain(piece.seconds()) + " s, then ")
                    .collect(Collectors.joining("", "", rate(last().to())));
        }
        double lowest = pieces.stream()
                .mapToDouble(piece -> Math.min(piece.from(), piece.to()))
                .min()
                .orElseThrow();
        return rate(lowest) + " to " + rate(highestPerSecond()) + " in a day of " + plain(seconds()) + " s";
    }

    private static String rate(double rate) {
        return plain(rate) + "/s";
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : String.format(Locale.ROOT, "%.3f", number).replaceAll("0+$", "");
    }
}
