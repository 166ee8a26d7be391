package dev.rehearse.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A measured value or a limit, read back from its words ("4.2 s", "3 x baseline = 12 ms", "2.5 %"), so that two can be compared in a
 * picture. A picture only: verdicts never rest on it.
 *
 * @param dimension what kind of quantity: time, share, bytes, count
 * @param value in milliseconds, percent, bytes, or things
 */
record Quantity(String dimension, double value) {

    private record Unit(String dimension, double factor) {}

    private static final Map<String, Unit> UNITS = Map.ofEntries(
            Map.entry("µs", new Unit("time", 0.001)),
            Map.entry("us", new Unit("time", 0.001)),
            Map.entry("ms", new Unit("time", 1)),
            Map.entry("s", new Unit("time", 1_000)),
            Map.entry("min", new Unit("time", 60_000)),
            Map.entry("h", new Unit("time", 3_600_000)),
            Map.entry("%", new Unit("share", 1)),
            Map.entry("B", new Unit("bytes", 1)),
            Map.entry("kB", new Unit("bytes", 1e3)),
            Map.entry("MB", new Unit("bytes", 1e6)),
            Map.entry("GB", new Unit("bytes", 1e9)),
            Map.entry("TB", new Unit("bytes", 1e12)));

    private static final Pattern PART =
            Pattern.compile("(\\d[\\d,]*(?:\\.\\d+)?)\\s*(µs|us|ms|min|kB|MB|GB|TB|s|h|B|%)(?![\\w])");

    /** The quantity that the words name, the one after "=" if there is one. */
    static Optional<Quantity> of(String words) {
        String relevant = words.substring(words.lastIndexOf('=') + 1);
        Matcher part = PART.matcher(relevant);
        String dimension = "";
        double value = 0;
        int end = 0;
        while (part.find()) {
            Unit unit = UNITS.getOrDefault(part.group(2), new Unit("", 0));
            boolean first = dimension.isEmpty();
            if (!first
                    && !(dimension.equals("time")
                            && relevant.substring(end, part.start()).isBlank())) {
                break;
            }
            dimension = unit.dimension();
            value += Double.parseDouble(part.group(1).replace(",", "")) * unit.factor();
            end = part.end();
        }
        return dimension.isEmpty() ? Optional.empty() : Optional.of(new Quantity(dimension, value));
    }

    /** Both values, where they can be drawn on one scale. */
    static Optional<List<Double>> comparable(String measured, String limit) {
        Optional<Quantity> a = of(measured);
        Optional<Quantity> b = of(limit);
        return a.isPresent()
                        && b.isPresent()
                        && a.get().dimension().equals(b.get().dimension())
                ? Optional.of(List.of(a.get().value(), b.get().value()))
                : Optional.empty();
    }
}
