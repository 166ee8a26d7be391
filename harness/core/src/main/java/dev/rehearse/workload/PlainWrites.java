package dev.rehearse.workload;

import dev.rehearse.workload.ledger.WriteLedger;
import dev.rehearse.workload.operation.PlannedOperation;
import dev.rehearse.workload.operation.PlannedOperation.PlannedStatement;
import dev.rehearse.workload.statement.TrackedWrite;
import java.sql.SQLException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes as the application itself sends them, for those that may have failed only since their rows are to come back: a virtual column whose
 * expression fails, rows that may be written and not read. Such a write counts as failed where it fails so as well, or works when it is tried
 * again: then its failure came of what the server drew for it, such as the next number. Used by one thread.
 */
final class PlainWrites {

    private final WriteLedger ledger;
    private final Map<PlannedStatement, PlannedStatement> plain = new IdentityHashMap<>();

    /** @param ledger told whose rows nobody follows then */
    PlainWrites(WriteLedger ledger) {
        this.ledger = ledger;
    }

    static boolean mayHelp(PlannedStatement statement, SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return statement.write() != null && (state.startsWith("22") || state.startsWith("P0") || state.equals("42501"));
    }

    /** The statements of an operation, these of them as the application itself sends them. */
    List<PlannedStatement> of(PlannedOperation operation, Set<PlannedStatement> these) {
        return these.isEmpty()
                ? operation.statements()
                : operation.statements().stream()
                        .map(statement -> these.contains(statement) ? of(statement) : statement)
                        .toList();
    }

    PlannedStatement of(PlannedStatement statement) {
        TrackedWrite write = statement.write();
        return write == null
                ? statement
                : plain.computeIfAbsent(
                        statement,
                        any -> new PlannedStatement(
                                write.original(), statement.slots(), statement.expectedRows(), null));
    }

    void helped(PlannedStatement statement, SQLException failure) {
        TrackedWrite write = statement.write();
        if (write != null) {
            if (!String.valueOf(failure.getSQLState()).startsWith("42")) {
                ledger.unreadable(write.table(), failure);
            }
            String reason = "some could be written and not read ("
                    + failure.getSQLState() + ": "
                    + String.valueOf(failure.getMessage()).lines().findFirst().orElse("") + ")";
            if (write.onlyAdds()) {
                ledger.unfollowed(write.table(), reason);
            } else {
                ledger.exclude(write.table(), reason);
            }
        }
    }
}
