package dev.rehearse.report;

import dev.rehearse.report.Comparison.Unit;
import dev.rehearse.report.RehearsalReport.Operation;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A number of a whole run that is compared.
 *
 * @param what its name
 * @param value NaN or negative where it was not measured
 * @param leastChange what of a run is too little to tell, in the number's unit; infinite where no change of it is worse
 */
record Figure(
        String what,
        Unit unit,
        ToDoubleFunction<RehearsalReport> value,
        ToDoubleFunction<RehearsalReport> leastChange) {

    /** Of fewer operations the percentiles say nothing. */
    static final int ENOUGH_OPERATIONS = 10;

    static final double WAIT_MILLIS = 50;

    private static final double DURATION_MILLIS = 100;
    private static final double BYTES = 1_000_000;

    static final List<Figure> ALL = List.of(
            millis("migration", DURATION_MILLIS, report -> {
                Facts facts = new Facts(report);
                return facts.own("MIGRATE", facts.attemptsMillis("MIGRATE"));
            }),
            millis(
                    "longest lock wait",
                    WAIT_MILLIS,
                    report -> new Facts(report)
                            .applicationWaits().stream()
                                    .mapToDouble(Facts::counted)
                                    .max()
                                    .orElse(0)),
            millis(
                    "longest outage",
                    WAIT_MILLIS,
                    report -> report.outages().stream()
                            .mapToDouble(Facts::counted)
                            .max()
                            .orElse(0)),
            millis("response p99, load alone", Double.POSITIVE_INFINITY, report -> responseP99(report, "BASELINE")),
            millis("response p99, migrating", WAIT_MILLIS, report -> responseP99(report, "MIGRATE")),
            new Figure("failed operations", Unit.PERCENT, Figure::failedShare, Figure::failedByChance),
            millis(
                    "replay lag",
                    WAIT_MILLIS,
                    report -> report.replication().stream()
                            .mapToDouble(standby -> standby.maxLagMillis())
                            .max()
                            .orElse(Double.NaN)),
            millis(
                    "rollback",
                    DURATION_MILLIS,
                    report -> report.rollback().ran()
                            ? new Facts(report)
                                    .own("ROLL_BACK", report.rollback().durationMillis())
                            : Double.NaN),
            new Figure("rows lost", Unit.COUNT, report -> report.rollback().rowsLost(), report -> 0),
            new Figure("values lost", Unit.COUNT, report -> report.rollback().valuesLost(), report -> 0),
            bytes("WAL", report -> report.server().walBytes()),
            bytes("disk while migrating", report -> new Facts(report).diskNeededBytes()));

    private static Figure millis(String what, double leastChange, ToDoubleFunction<RehearsalReport> value) {
        return new Figure(what, Unit.MILLIS, value, report -> leastChange);
    }

    private static Figure bytes(String what, ToDoubleFunction<RehearsalReport> value) {
        return new Figure(what, Unit.BYTES, value, report -> BYTES);
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
}
