package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;

import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import java.util.List;

/** A recorded run as it is judged, for tests of what is found in one. */
abstract class AssessedRun {

    final RecordedRun run = new RecordedRun();

    RehearsalReport report() {
        return Assessment.of(run.build());
    }

    Finding finding(String id) {
        RehearsalReport report = report();
        return report.findings().stream()
                .filter(f -> f.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + id + " in " + report.findings()));
    }

    void failed(String sql, String sqlState, String message) {
        failed(sql, sqlState, message, 5 * SECOND + 4_000);
    }

    void failed(String sql, String sqlState, String message, long endMicros) {
        run.statements.add(new StatementFact(
                run.statements.size(),
                Phase.MIGRATE,
                0,
                1,
                null,
                4711,
                null,
                sql,
                endMicros - 1_000,
                endMicros,
                Outcome.FAILED,
                sqlState,
                message,
                false,
                1,
                -1,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0));
    }
}
