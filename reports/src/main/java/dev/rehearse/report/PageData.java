package dev.rehearse.report;

import dev.rehearse.report.RehearsalReport.LockWait;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the page is made from: the report, and what is summed up for it here because the page carries only the longest lock waits.
 *
 * @param report the report, its lock waits cut to the longest
 * @param lockWaits how many lock waits there were
 * @param scales per finding, measured value and limit, empty where they cannot be drawn on one scale
 * @param waitsByStatement lock waits of the application per statement
 * @param blocking every lock wait as a tree
 * @param budget the limits that can be drawn, in milliseconds where they are times
 * @param rollback the way back in words
 * @param table that the head has, whose rows the run's numbers depend on; empty where there is none
 * @param durationMillis of the whole run
 * @param sqlStates names of SQLSTATEs
 */
record PageData(
        RehearsalReport report,
        int lockWaits,
        List<List<Double>> scales,
        Map<Integer, Waits> waitsByStatement,
        BlockingTree blocking,
        Map<String, Double> budget,
        String rollback,
        String table,
        double durationMillis,
        Map<String, String> sqlStates) {

    /** More would make the page slow and nobody reads them; {@code report.json} has them all. */
    static final int MOST_LOCK_WAITS = 5_000;

    /** Lock waits of the application behind one statement. */
    record Waits(long count, double worstMillis, double totalMillis) {

        Waits plus(LockWait wait) {
            return new Waits(count + 1, Math.max(worstMillis, wait.millis()), totalMillis + wait.millis());
        }
    }

    static PageData of(RehearsalReport report) {
        Facts facts = new Facts(report);
        Map<Integer, Waits> byStatement = new TreeMap<>();
        for (LockWait wait : facts.applicationWaits()) {
            if (wait.statement() >= 0) {
                byStatement.put(
                        wait.statement(),
                        byStatement
                                .getOrDefault(wait.statement(), new Waits(0, 0, 0))
                                .plus(wait));
            }
        }
        Map<String, Double> budget = new TreeMap<>();
        report.plan()
                .budget()
                .forEach((name, limit) -> Quantity.of(limit).ifPresent(quantity -> budget.put(name, quantity.value())));
        return new PageData(
                withLongest(report),
                report.lockWaits().size(),
                report.findings().stream().map(PageData::scale).toList(),
                byStatement,
                BlockingTree.of(report.lockWaits()),
                budget,
                facts.rollbackInWords(),
                facts.headTable().map(Map.Entry::getKey).orElse(""),
                facts.durationMillis(),
                SqlStates.NAMES);
    }

    private static List<Double> scale(RehearsalReport.Finding finding) {
        return Quantity.comparable(finding.measured(), finding.limit()).orElse(List.of());
    }

    private static RehearsalReport withLongest(RehearsalReport r) {
        if (r.lockWaits().size() <= MOST_LOCK_WAITS) {
            return r;
        }
        // The one that the verdict counts most is told, too.
        Stream<LockWait> worst = r.lockWaits().stream().max(Comparator.comparingDouble(Facts::counted)).stream();
        List<LockWait> longest = Stream.concat(
                        worst,
                        r.lockWaits().stream()
                                .sorted(Comparator.comparingDouble(LockWait::millis)
                                        .reversed()))
                .distinct()
                .limit(MOST_LOCK_WAITS)
                .toList();
        return new RehearsalReport(
                r.schemaVersion(),
                r.plan(),
                r.verdict(),
                r.migrations(),
                r.summary(),
                r.findings(),
                r.statements(),
                r.attempts(),
                r.phases(),
                longest,
                r.queues(),
                r.operations(),
                r.outages(),
                r.replication(),
                r.rollback(),
                r.schemaChanges(),
                r.leftovers(),
                r.invariants(),
                r.server(),
                r.timeline(),
                r.load(),
                r.blockers(),
                r.checklist(),
                r.notMeasured(),
                r.environment());
    }
}
