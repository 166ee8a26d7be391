package dev.rehearse.report;

import dev.rehearse.report.Comparison.Departure;
import dev.rehearse.report.Comparison.NamedReport;
import dev.rehearse.report.Comparison.Role;
import dev.rehearse.report.Comparison.Run;
import dev.rehearse.report.Comparison.Subject;
import dev.rehearse.report.Comparison.Trend;
import dev.rehearse.report.Comparison.Unit;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Operation;
import dev.rehearse.report.RehearsalReport.Outage;
import dev.rehearse.report.RehearsalReport.Percentiles;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every number of runs, run by run, and which runs are beyond those before them: above their median by more than the tolerance, by more than what is too little to tell, and
 * by half as much again as the highest of them is above it.
 */
final class Trends {

    /** How far beyond the median chance may bring a number, in how far it brought the highest of the earlier ones. */
    private static final double BEYOND_HIGHEST = 1.5;

    private static final double MEDIAN_MILLIS = 3;

    private static final List<String> PHASES = List.of("BASELINE", "MIGRATE", "SETTLE", "ROLL_BACK", "REAPPLY");

    /** What the load took by itself tells of the machine alone. */
    private static final String MACHINE = "BASELINE";

    /** What is slow there is felt from the release on. */
    private static final String FROM_NOW_ON = "SETTLE";

    private final List<RehearsalReport> reports;
    private final List<Role> roles;
    private final double tolerance;

    private Trends(List<NamedReport> named, List<Run> runs, double tolerance) {
        this.reports = named.stream().map(NamedReport::report).toList();
        this.roles = runs.stream().map(Run::role).toList();
        this.tolerance = tolerance;
    }

    /** Those of the whole run, in the order in which they are told, then of operations, outages and lock waits. */
    static List<Trend> of(List<NamedReport> named, List<Run> runs, double tolerance) {
        Trends trends = new Trends(named, runs, tolerance);
        List<Trend> all = new ArrayList<>();
        for (Figure figure : Figure.ALL) {
            boolean judged = Double.isFinite(figure.leastChange().applyAsDouble(trends.last()));
            all.add(trends.trend(
                    new Key(Subject.RUN, "", "", "", figure.what(), figure.unit(), judged),
                    figure.value(),
                    figure.leastChange(),
                    null));
        }
        trends.operations(all);
        trends.relations(all, Subject.OUTAGE, report -> report.outages().stream(), Outage::table, Facts::counted);
        trends.relations(
                all,
                Subject.LOCK_WAIT,
                report -> new Facts(report).applicationWaits().stream(),
                LockWait::relation,
                Facts::counted);
        int last = named.size() - 1;
        all.removeIf(trend ->
                !isMeasured(trend.median()) && !isMeasured(trend.values().get(last)));
        return all;
    }

    private RehearsalReport last() {
        return reports.get(reports.size() - 1);
    }

    /** What a trend is of. */
    private record Key(
            Subject subject, String name, String application, String phase, String what, Unit unit, boolean judged) {}

    private record OperationKey(String name, String application) {

        static OperationKey of(Operation operation) {
            return new OperationKey(operation.name(), operation.application());
        }
    }

    private void operations(List<Trend> all) {
        // Those of the last run first, in its order.
        Set<OperationKey> operations = new LinkedHashSet<>();
        Stream.concat(Stream.of(last()), reports.stream())
                .flatMap(report -> report.operations().stream())
                .map(OperationKey::of)
                .forEach(operations::add);
        for (OperationKey operation : operations) {
            for (String phase : PHASES) {
                boolean fromNowOn = phase.equals(FROM_NOW_ON);
                double least = phase.equals(MACHINE) ? Double.POSITIVE_INFINITY : 0;
                ToDoubleFunction<RehearsalReport> median = report -> of(report, operation, phase, Percentiles::p50);
                all.add(trend(
                        key(operation, phase, "p50", fromNowOn),
                        median,
                        report -> Math.max(least, MEDIAN_MILLIS),
                        // A machine that has other work slows the baseline as well; NaN where there is none, as of the
                        // new application.
                        fromNowOn
                                ? report ->
                                        median.applyAsDouble(report) / of(report, operation, MACHINE, Percentiles::p50)
                                : null));
                all.add(trend(
                        key(operation, phase, "p99", false),
                        report -> of(report, operation, phase, Percentiles::p99),
                        report -> Math.max(least, Figure.WAIT_MILLIS),
                        null));
            }
        }
    }

    private static Key key(OperationKey operation, String phase, String what, boolean judged) {
        return new Key(Subject.OPERATION, operation.name(), operation.application(), phase, what, Unit.MILLIS, judged);
    }

    /** NaN where too few ran. */
    private static double of(
            RehearsalReport report, OperationKey operation, String phase, ToDoubleFunction<Percentiles> percentile) {
        return report.operations().stream()
                .filter(one -> one.phase().equals(phase) && one.count() >= Figure.ENOUGH_OPERATIONS)
                .filter(one -> OperationKey.of(one).equals(operation))
                .mapToDouble(one -> percentile.applyAsDouble(one.countedMillis()))
                .findFirst()
                .orElse(Double.NaN);
    }

    private <T> void relations(
            List<Trend> all,
            Subject subject,
            Function<RehearsalReport, Stream<T>> events,
            Function<T, String> relation,
            ToDoubleFunction<T> millis) {
        Set<String> relations = new LinkedHashSet<>();
        reports.stream().flatMap(events).map(relation).forEach(relations::add);
        for (String each : relations) {
            all.add(trend(
                    new Key(subject, each, "", "", "longest", Unit.MILLIS, false),
                    report -> events.apply(report)
                            .filter(event -> relation.apply(event).equals(each))
                            .mapToDouble(millis)
                            .max()
                            .orElse(0),
                    report -> Figure.WAIT_MILLIS,
                    null));
        }
    }

    /** @param besides that must be beyond the earlier ones, too, where there is one on both sides; null for nothing */
    private Trend trend(
            Key key,
            ToDoubleFunction<RehearsalReport> value,
            ToDoubleFunction<RehearsalReport> leastChange,
            @Nullable ToDoubleFunction<RehearsalReport> besides) {
        double[] values = reports.stream().mapToDouble(value).toArray();
        double[] others = besides == null
                ? new double[0]
                : reports.stream().mapToDouble(besides).toArray();
        List<Departure> departures = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            double[] before = before(i, values);
            if (roles.get(i) != Role.LEFT_OUT
                    && isMeasured(values[i])
                    && before.length > 0
                    && isBeyond(before, values[i], leastChange.applyAsDouble(reports.get(i)))
                    && (besides == null || isBeyondOrUnknown(i, others))) {
                double median = median(before);
                boolean stays = values[values.length - 1] - median > (values[i] - median) / 2;
                departures.add(new Departure(i, values[i], median, before[before.length - 1], before.length, stays));
            }
        }
        double[] earlier = before(values.length, values);
        return new Trend(
                key.subject(),
                key.name(),
                key.application(),
                key.phase(),
                key.what(),
                key.unit(),
                DoubleStream.of(values)
                        .map(each -> isMeasured(each) ? each : Double.NaN)
                        .boxed()
                        .toList(),
                earlier.length == 0 ? Double.NaN : median(earlier),
                earlier.length == 0 ? Double.NaN : earlier[0],
                earlier.length == 0 ? Double.NaN : earlier[earlier.length - 1],
                departures,
                key.judged(),
                key.judged() && areLater(departures));
    }

    private boolean areLater(List<Departure> departures) {
        return IntStream.range(0, roles.size())
                .filter(i -> roles.get(i) == Role.LATER)
                .allMatch(i -> departures.stream().anyMatch(departure -> departure.run() == i));
    }

    private boolean isBeyondOrUnknown(int run, double[] values) {
        double[] before = before(run, values);
        return !isMeasured(values[run]) || before.length == 0 || isBeyond(before, values[run], 0);
    }

    private boolean isBeyond(double[] before, double now, double leastChange) {
        double median = median(before);
        double beyond = now - median;
        return beyond > median * tolerance
                && beyond > leastChange
                && beyond > BEYOND_HIGHEST * (before[before.length - 1] - median);
    }

    /** What a run is compared with, sorted: of those before it that prove something, and that are not to be judged with it, what was measured. */
    private double[] before(int run, double[] values) {
        return IntStream.range(0, run)
                .filter(i -> roles.get(i) == Role.EARLIER)
                .mapToDouble(i -> values[i])
                .filter(Trends::isMeasured)
                .sorted()
                .toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static boolean isMeasured(double value) {
        return value >= 0;
    }
}
