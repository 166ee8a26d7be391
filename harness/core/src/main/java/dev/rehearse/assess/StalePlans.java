package dev.rehearse.assess;

import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Recording;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Failures of prepared statements whose plan was for another schema. The derived workload reads through such, {@code SELECT *} too, to show that they
 * fail; whether the user's application does so is not known, so that it is a danger, not a failure of the application. A plan fails once on a
 * connection and is made anew: what fails there again with the same SQLSTATE, with no statement of the migration between, is something else that the
 * server does not do, such as ON CONFLICT on a table that has a rule now.
 */
final class StalePlans {

    private final Set<Integer> unsupported = new HashSet<>();

    StalePlans(Recording recording) {
        OperationLog log = recording.operations();
        Map<List<Integer>, Operation> failed = new HashMap<>();
        for (int i = 0; i < log.size(); i++) {
            Operation operation = log.get(i);
            List<Integer> where = List.of(operation.kind(), operation.pid());
            if (!Facts.CACHED_PLAN.equals(operation.sqlState())) {
                failed.remove(where);
                continue;
            }
            Operation before = failed.put(where, operation);
            if (before != null && !isMigratedBetween(recording, before, operation)) {
                unsupported.add(operation.kind());
            }
        }
    }

    private static boolean isMigratedBetween(Recording recording, Operation first, Operation again) {
        return recording.statements().stream()
                .anyMatch(statement ->
                        statement.endMicros() >= first.startMicros() && statement.startMicros() <= again.endMicros());
    }

    /** Whether 0A000 of operations of a kind is one. */
    boolean areOf(int kind) {
        return !unsupported.contains(kind);
    }
}
