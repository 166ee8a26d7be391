package dev.rehearse.report;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Operation;
import dev.rehearse.report.RehearsalReport.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * A run beside earlier ones of the same plan: what got worse. A number is worse where it is above their median by more than the tolerance, by more than what is too
 * little to tell, and by half as much again as the highest of them is above it. Times are without what the machine took from them, where the runs' reports say: other programs have
 * the cores of a night now and then. What the load took by itself before the migration tells of the machine alone. Earlier runs that are INCONCLUSIVE prove nothing, and
 * are left out.
 *
 * @param plan the later run's plan
 * @param earlier how many runs it is compared with
 * @param later how many later runs there are: worse is what is worse in each of them; what the lines say of now is the last one's
 * @param leftOut how many earlier runs are INCONCLUSIVE
 * @param lines what is compared, the verdict first
 * @param notComparable in what the runs differ that their numbers depend on, or why the later one proves too little; what got worse proves nothing then
 */
public record Comparison(
        String plan, int earlier, int later, int leftOut, List<Line> lines, List<String> notComparable) {

    /** By which a number may be above the median of the earlier ones, as a share of it, unless somebody says otherwise. */
    public static final double TOLERANCE = 0.5;

    /**
     * @param what "longest lock wait"
     * @param before of the earlier runs, in words
     * @param now of the later one, in words
     */
    public record Line(String what, String before, String now, boolean worse) {

        Line in(boolean allAreWorse) {
            return new Line(what, before, now, allAreWorse);
        }
    }

    /**
     * @param what its name
     * @param value NaN or negative where it was not measured
     * @param leastChange what of the later run is too little to tell, in the number's unit; infinite where no change of it is worse
     * @param words with its unit
     */
    private record Figure(
            String what,
            ToDoubleFunction<RehearsalReport> value,
            ToDoubleFunction<RehearsalReport> leastChange,
            DoubleFunction<String> words) {}

    /** Fewer earlier runs do not show how far runs of one plan lie apart by chance. */
    private static final int ENOUGH = 5;

    /** Of fewer operations the percentiles say nothing. */
    private static final int ENOUGH_OPERATIONS = 10;

    /** How far beyond the median chance may bring a number, in how far it brought the highest of the earlier ones. */
    private static final double BEYOND_HIGHEST = 1.5;

    private static final int MOST_SLOWER = 3;

    private static final double MEDIAN_MILLIS = 3;
    private static final double WAIT_MILLIS = 50;
    private static final double DURATION_MILLIS = 100;
    private static final double BYTES = 1_000_000;

    private static final List<Figure> FIGURES = List.of(
            millis("migration", DURATION_MILLIS, report -> {
                Facts facts = new Facts(report);
                return facts.own("MIGRATE", facts.attemptsMillis("MIGRATE"));
            }),
            millis("longest lock wait", WAIT_MILLIS, Comparison::longestLockWait),
            millis("longest outage", WAIT_MILLIS, Comparison::longestOutage),
            millis("response p99, load alone", Double.POSITIVE_INFINITY, report -> responseP99(report, "BASELINE")),
            millis("response p99, migrating", WAIT_MILLIS, report -> responseP99(report, "MIGRATE")),
            new Figure(
                    "failed operations",
                    Comparison::failedShare,
                    Comparison::failedByChance,
                    share -> format("%.1f %%", share)),
            millis("replay lag", WAIT_MILLIS, Comparison::replayLag),
            millis(
                    "rollback",
                    DURATION_MILLIS,
                    report -> report.rollback().ran()
                            ? new Facts(report)
                                    .own("ROLL_BACK", report.rollback().durationMillis())
                            : Double.NaN),
            new Figure(
                    "rows lost", report -> report.rollback().rowsLost(), report -> 0, rows -> Units.count((long) rows)),
            new Figure(
                    "values lost",
                    report -> report.rollback().valuesLost(),
                    report -> 0,
                    values -> Units.count((long) values)),
            bytes("WAL", report -> report.server().walBytes()),
            bytes("disk while migrating", report -> new Facts(report).diskNeededBytes()));

    /**
     * Compares several runs with the ones before them, so that chance must have done the same to each of them.
     *
     * @param later at least one
     */
    public static Comparison ofEach(List<RehearsalReport> before, List<RehearsalReport> later, double tolerance) {
        List<Comparison> each =
                later.stream().map(one -> of(before, one, tolerance)).toList();
        Comparison last = each.get(each.size() - 1);
        List<Line> lines = last.lines.stream()
                .map(line -> line.in(each.stream().allMatch(one -> one.isWorse(line.what))))
                .toList();
        List<String> notComparable = each.stream()
                .flatMap(one -> one.notComparable.stream())
                .distinct()
                .toList();
        return new Comparison(last.plan, last.earlier, each.size(), last.leftOut, lines, notComparable);
    }

    /**
     * Compares the last run with the others.
     *
     * @param before none is too little to compare with
     * @param tolerance by which a number may be above the median of the earlier ones, as a share of it
     */
    public static Comparison of(List<RehearsalReport> before, RehearsalReport later, double tolerance) {
        List<RehearsalReport> earlier = before.stream()
                .filter(report -> report.verdict() != Verdict.INCONCLUSIVE)
                .toList();
        int leftOut = before.size() - earlier.size();
        List<String> notComparable = notComparable(earlier, later);
        if (earlier.isEmpty()) {
            return new Comparison(later.plan().name(), 0, 1, leftOut, List.of(), notComparable);
        }
        List<Line> lines = new ArrayList<>();
        lines.add(verdict(earlier, later));
        lines.add(newFindings(earlier, later));
        lines.add(slower(earlier, later, tolerance));
        for (Figure figure : FIGURES) {
            double now = figure.value().applyAsDouble(later);
            double leastChange = figure.leastChange().applyAsDouble(later);
            double[] then = earlier.stream()
                    .mapToDouble(figure.value())
                    .filter(Comparison::isMeasured)
                    .sorted()
                    .toArray();
            if (isMeasured(now) || then.length > 0) {
                lines.add(line(figure, then, now, tolerance, leastChange));
            }
        }
        return new Comparison(later.plan().name(), earlier.size(), 1, leftOut, lines, notComparable);
    }

    private boolean isWorse(String what) {
        return lines.stream().anyMatch(line -> line.worse && line.what.equals(what));
    }

    /** Whether anything got worse. */
    public boolean isWorse() {
        return lines.stream().anyMatch(Line::worse);
    }

    private static Line verdict(List<RehearsalReport> earlier, RehearsalReport later) {
        String before = earlier.stream()
                .map(report -> report.verdict().name())
                .distinct()
                .collect(joining(", "));
        // A NO_GO of long ago that was mended is news again.
        boolean worse = later.verdict() == Verdict.NO_GO
                && earlier.get(earlier.size() - 1).verdict() != Verdict.NO_GO;
        return new Line("verdict", before, later.verdict().name(), worse);
    }

    private static Line newFindings(List<RehearsalReport> earlier, RehearsalReport later) {
        Set<String> added = bad(later);
        earlier.forEach(report -> added.removeAll(bad(report)));
        return new Line("new findings", "", added.isEmpty() ? "none" : String.join(", ", added), !added.isEmpty());
    }

    /** Ids of what breaks a limit or is a danger. */
    private static Set<String> bad(RehearsalReport report) {
        return report.findings().stream()
                .filter(finding -> finding.severity() == Severity.BREACH || finding.severity() == Severity.DANGER)
                .map(Finding::id)
                .collect(toCollection(TreeSet::new));
    }

    /**
     * Operations that take longer on the new schema, which is felt from the release on: by their median response time, and by that against the run's own
     * baseline where there is one on both sides, since a machine that has other work slows both.
     */
    private static Line slower(List<RehearsalReport> earlier, RehearsalReport later, double tolerance) {
        List<String> slower = new ArrayList<>();
        for (Operation operation : later.operations()) {
            double now = median(later, operation, "SETTLE");
            double[] before = medians(earlier, report -> median(report, operation, "SETTLE"));
            double times = timesBaseline(later, operation);
            double[] timesBefore = medians(earlier, report -> timesBaseline(report, operation));
            if (operation.phase().equals("SETTLE")
                    && isMeasured(now)
                    && before.length > 0
                    && isWorse(before, now, tolerance, MEDIAN_MILLIS)
                    && (!isMeasured(times) || timesBefore.length == 0 || isWorse(timesBefore, times, tolerance, 0))) {
                slower.add(PlainText.oneLine(operation.name(), 40) + ": " + Units.millis(median(before)) + ", now "
                        + Units.millis(now));
            }
        }
        String some = slower.stream().limit(MOST_SLOWER).collect(joining("; "));
        String more = slower.size() > MOST_SLOWER ? " and " + (slower.size() - MOST_SLOWER) + " more" : "";
        return new Line("slower on the new schema", "", slower.isEmpty() ? "none" : some + more, !slower.isEmpty());
    }

    /** Those that were measured, sorted. */
    private static double[] medians(List<RehearsalReport> reports, ToDoubleFunction<RehearsalReport> median) {
        return reports.stream()
                .mapToDouble(median)
                .filter(Comparison::isMeasured)
                .sorted()
                .toArray();
    }

    /** On the new schema against the baseline; NaN where too few ran, or none, as of the new application. */
    private static double timesBaseline(RehearsalReport report, Operation operation) {
        return median(report, operation, "SETTLE") / median(report, operation, "BASELINE");
    }

    /** NaN where too few ran. */
    private static double median(RehearsalReport report, Operation operation, String phase) {
        return report.operations().stream()
                .filter(one -> one.phase().equals(phase) && one.count() >= ENOUGH_OPERATIONS)
                .filter(one ->
                        one.name().equals(operation.name()) && one.application().equals(operation.application()))
                .mapToDouble(one -> one.countedMillis().p50())
                .findFirst()
                .orElse(Double.NaN);
    }

    private static boolean isWorse(double[] before, double now, double tolerance, double leastChange) {
        double median = median(before);
        double beyond = now - median;
        return beyond > median * tolerance
                && beyond > leastChange
                && beyond > BEYOND_HIGHEST * (before[before.length - 1] - median);
    }

    private static Line line(Figure figure, double[] before, double now, double tolerance, double leastChange) {
        if (before.length == 0 || !isMeasured(now)) {
            return new Line(figure.what(), inWords(figure, before), inWords(figure, now), false);
        }
        double median = median(before);
        double highest = before[before.length - 1];
        boolean worse = isWorse(before, now, tolerance, leastChange);
        String range = before.length == 1 || highest == before[0]
                ? ""
                : " (" + inWords(figure, before[0]) + " to " + inWords(figure, highest) + ")";
        return new Line(figure.what(), inWords(figure, median) + range, inWords(figure, now), worse);
    }

    private static String inWords(Figure figure, double... values) {
        return values.length == 0 || !isMeasured(values[0])
                ? "not measured"
                : figure.words().apply(median(values));
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static boolean isMeasured(double value) {
        return value >= 0;
    }

    private static Figure millis(String what, double leastChange, ToDoubleFunction<RehearsalReport> value) {
        return new Figure(what, value, report -> leastChange, Units::millis);
    }

    private static Figure bytes(String what, ToDoubleFunction<RehearsalReport> value) {
        return new Figure(what, value, report -> BYTES, bytes -> Units.bytes((long) bytes));
    }

    private static double longestLockWait(RehearsalReport report) {
        return new Facts(report)
                .applicationWaits().stream().mapToDouble(Facts::counted).max().orElse(0);
    }

    private static double longestOutage(RehearsalReport report) {
        return report.outages().stream().mapToDouble(Facts::counted).max().orElse(0);
    }

    /** Of the operation that has the highest. */
    private static double responseP99(RehearsalReport report, String phase) {
        return report.operations().stream()
                .filter(operation -> operation.phase().equals(phase) && operation.count() >= ENOUGH_OPERATIONS)
                .mapToDouble(operation -> operation.countedMillis().p99())
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
    }

    private static double failedShare(RehearsalReport report) {
        long due = due(report);
        return due == 0 ? Double.NaN : 100.0 * failed(report) / due;
    }

    /** Three times the standard deviation of as many failures that come by chance. */
    private static double failedByChance(RehearsalReport report) {
        return 100 * 3 * Math.sqrt(failed(report)) / Math.max(1, due(report));
    }

    private static long due(RehearsalReport report) {
        return report.operations().stream().mapToLong(Operation::count).sum();
    }

    private static long failed(RehearsalReport report) {
        return report.operations().stream()
                .flatMap(operation -> operation.errorsBySqlState().values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    private static double replayLag(RehearsalReport report) {
        return report.replication().stream()
                .flatMapToDouble(standby -> DoubleStream.of(standby.maxLagMillis()))
                .max()
                .orElse(Double.NaN);
    }

    private static List<String> notComparable(List<RehearsalReport> earlier, RehearsalReport later) {
        List<String> reasons = new ArrayList<>();
        if (earlier.isEmpty()) {
            reasons.add("there is no earlier run to compare with");
        }
        reasons.addAll(Comparability.differences(earlier, later));
        Comparability.differs(
                reasons, "rows", earlier, later, report -> report.plan().rows());
        if (later.verdict() == Verdict.INCONCLUSIVE) {
            reasons.add("the later run is INCONCLUSIVE: its report says why");
        }
        return reasons;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** For a terminal, ending with a newline. */
    public String render() {
        StringBuilder text = new StringBuilder(outcome() + "  " + PlainText.oneLine(plan, 80) + ", against "
                + Units.count(earlier, "earlier run")
                + (later == 1 ? "" : ", in each of the " + later + " newest")
                + (leftOut == 0 ? "" : ", " + Units.count(leftOut) + " INCONCLUSIVE left out") + "\n");
        if (!lines.isEmpty()) {
            text.append('\n').append(table());
        }
        if (!notComparable.isEmpty()) {
            text.append("\nNot comparable:\n");
            notComparable.forEach(reason -> text.append("  ").append(reason).append('\n'));
        } else if (isWorse() && earlier < ENOUGH) {
            text.append(
                            "\nChance may have done that: so few earlier runs do not show how far they lie apart by themselves. Run it again, or compare with ")
                    .append(ENOUGH)
                    .append(" or more.\n");
        }
        return text.toString();
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "before", "now"));
        lines.forEach(line -> rows.add(List.of(line.what(), line.before(), line.now(), line.worse() ? "worse" : "")));
        return TextTable.of(rows);
    }

    private String outcome() {
        if (!notComparable.isEmpty()) {
            return "INCONCLUSIVE";
        }
        return isWorse() ? "WORSE" : "NO WORSE";
    }
}
