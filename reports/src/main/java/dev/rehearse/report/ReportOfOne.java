package dev.rehearse.report;

import dev.rehearse.report.RehearsalReport.Attempt;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.RehearsalReport.Plan;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.RehearsalReport.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the report of several migrations says of one. Stateless. */
public final class ReportOfOne {

    private ReportOfOne() {}

    /**
     * The report with the verdict of one of its migrations, and of findings, statements, attempts and lock waits those that are about it;
     * findings that make the run prove too little are about each. All else is the whole run's: the load, the server, the way back with
     * what it lost, and the numbers of the statements.
     *
     * @param migration one of the report's
     * @param name takes the place of the plan's
     */
    public static RehearsalReport of(RehearsalReport all, Migration migration, String name) {
        List<Statement> statements = all.statements().stream()
                .filter(s -> migration.id().equals(s.migration()))
                .toList();
        Set<Integer> own = statements.stream().map(Statement::index).collect(Collectors.toSet());
        List<Attempt> attempts = all.attempts().stream()
                .filter(a -> a.migration() == null || a.migration().equals(migration.id()))
                .toList();
        List<LockWait> waits = all.lockWaits().stream()
                .filter(w -> own.contains(w.statement()))
                .toList();
        Plan plan = all.plan();
        return new RehearsalReport(
                all.schemaVersion(),
                new Plan(name, plan.folder(), plan.tool(), plan.files(), plan.rows(), plan.randomSeed(), plan.budget()),
                migration.verdict(),
                List.of(migration),
                List.of(name + ": " + new Facts(all).migrationInWords(migration)),
                findings(all, migration),
                statements,
                attempts,
                all.phases(),
                waits,
                all.queues(),
                all.operations(),
                all.outages(),
                all.replication(),
                all.rollback(),
                all.schemaChanges(),
                all.leftovers(),
                all.invariants(),
                all.server(),
                all.timeline(),
                all.load(),
                all.blockers(),
                all.checklist(),
                all.notMeasured(),
                all.environment());
    }

    static List<Finding> findings(RehearsalReport all, Migration migration) {
        return all.findings().stream()
                .filter(f -> f.severity() == Severity.VOID || isAbout(all, f, migration))
                .toList();
    }

    /** Where there is but one, everything is about it. */
    private static boolean isAbout(RehearsalReport all, Finding finding, Migration migration) {
        if (all.migrations().size() == 1) {
            return true;
        }
        if (finding.statement() >= 0) {
            return all.statements().stream()
                    .anyMatch(s ->
                            s.index() == finding.statement() && migration.id().equals(s.migration()));
        }
        // One attempt that ran them all has failed at this one.
        boolean failedHere = finding.id().equals("MIGRATION_FAILED")
                && Set.of("FAILED", "UNKNOWN").contains(migration.outcome());
        return failedHere || migration.findings().contains(finding.id());
    }
}
