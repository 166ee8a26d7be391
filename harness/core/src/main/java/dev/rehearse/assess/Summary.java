package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import dev.rehearse.report.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The few lines that matter. */
record Summary(Facts facts, Verdict verdict, List<Finding> findings) {

    List<String> lines() {
        Recording recording = facts.recording();
        List<String> lines = new ArrayList<>();
        lines.add(conclusion());
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        if (migrate != null) {
            lines.add("The migration took " + Words.time(migrate.endMicros() - migrate.startMicros()) + " over "
                    + statements(facts.statements(Phase.MIGRATE)) + ".");
            lines.add(waits());
            lines.add(errors());
        }
        lines.add(rollback(recording));
        return lines;
    }

    /** Those of the migration, and those that are the tool's own where that shows. */
    private static String statements(List<StatementFact> all) {
        long own = all.stream().filter(s -> s.source() != null).count();
        return own == 0 || own == all.size()
                ? Units.count(all.size(), "statement")
                : Units.count(own, "statement") + ", beside " + Units.count(all.size() - own) + " of the tool's own";
    }

    private String conclusion() {
        return switch (verdict) {
            case GO -> "GO: within every limit." + dangers();
            case NO_GO -> "NO_GO: " + titles(Severity.BREACH);
            case INCONCLUSIVE -> "INCONCLUSIVE: " + titles(Severity.VOID);
        };
    }

    private String dangers() {
        return findings.stream().noneMatch(f -> f.severity() == Severity.DANGER)
                ? ""
                : " What no limit judges: " + titles(Severity.DANGER);
    }

    private String titles(Severity severity) {
        List<String> titles = findings.stream()
                .filter(f -> f.severity() == severity)
                .map(Finding::title)
                .toList();
        String said = titles.get(0) + (titles.size() > 1 ? ", and " + (titles.size() - 1) + " more" : "");
        return said.endsWith(".") ? said : said + ".";
    }

    private String waits() {
        List<LockWait> waits = facts.applicationWaits();
        if (waits.isEmpty()) {
            return "No operation of the application waited for a lock of the migration.";
        }
        LockWait worst = waits.get(0);
        return Units.count(facts.queuedBehind(waits).forLock(), "operation") + " waited for locks, at worst "
                + worst.waiter() + " for " + Words.time(Facts.behindMigrationMicros(worst)) + ".";
    }

    private String errors() {
        OperationStatistics baseline = facts.statistics(Phase.BASELINE);
        OperationStatistics migrating = facts.statistics(Phase.MIGRATE);
        if (migrating.count() == 0) {
            return "No operation was due while it ran.";
        }
        OperationStatistics all = OperationStatistics.of(facts.operationsDueIn(Phase.MIGRATE));
        long cachedPlans = all.errorCount() - migrating.errorCount();
        return Units.count(all.errorCount()) + " of " + Units.count(all.count(), "operation")
                + " failed while it ran"
                + (cachedPlans == 0
                        ? ""
                        : ", " + (cachedPlans == all.errorCount() ? "all" : Units.count(cachedPlans))
                                + " of them as statements prepared before the table changed")
                + "; response time p99 " + Words.time(migrating.responseP99Micros())
                + (baseline.count() == 0
                        ? "."
                        : " against " + Words.time(baseline.responseP99Micros()) + " in the baseline.");
    }

    private static String rollback(Recording recording) {
        if (recording.span(Phase.ROLL_BACK) == null) {
            if (!recording.plan().hasRollback()) {
                return "There is no rollback.";
            }
            return recording.aborted() == null ? "There was nothing to roll back." : "The rollback was not reached.";
        }
        boolean worked = MigrationFindings.lastAttempts(recording, Phase.ROLL_BACK).stream()
                .allMatch(a -> a.outcome() == Outcome.SUCCEEDED);
        long rows = recording.account().tables().stream()
                .mapToLong(t -> t.rowsLost() + t.sampledRowsLost())
                .sum();
        long values = recording.account().tables().stream()
                .mapToLong(t -> t.valuesLost() + t.sampledValuesLost())
                .sum();
        return "The rollback "
                + (worked ? "took " + Words.time(MigrationFindings.tookMicros(recording, Phase.ROLL_BACK)) : "failed")
                + ", "
                + schema(recording) + ", "
                + (recording.account().verifiedAfter() == null
                        ? "the rows were not looked up again."
                        : (rows == 0 ? "no row" : Units.count(rows, "row")) + " and "
                                + (values == 0 ? "no value" : Units.count(values, "value")) + " lost.");
    }

    private static String schema(Recording recording) {
        List<Recording.SchemaDifference> differences = recording.schema().notRestored();
        if (differences == null) {
            return "the schema was not compared";
        }
        return differences.isEmpty() ? "the schema was restored" : "the schema was not restored";
    }
}
