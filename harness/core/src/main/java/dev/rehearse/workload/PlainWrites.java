package dev.rehearse.workload;

import dev.rehearse.workload.ledger.WriteLedger;
import dev.rehearse.workload.operation.PlannedOperation.PlannedStatement;
import dev.rehearse.workload.statement.TrackedWrite;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Writes that ask for less of their rows, for those that may have failed only since these are to come back: a virtual column whose expression
 * fails, rows that may be written and not read, a rule that does something else instead. First their keys are asked for alone, and where that fails, too, nothing is, as the application
 * itself sends them. Such a write counts as failed where it fails so as well, or works when it is tried
 * again: then its failure came of what the server drew for it, such as the next number. Used by one thread.
 */
final class PlainWrites {

    /** A rule does something else instead, and gives no row back. */
    private static final String NOT_SUPPORTED = "0A000";

    private final WriteLedger ledger;
    private final Map<PlannedStatement, PlannedStatement> asLess = new IdentityHashMap<>();
    private final Set<Failing> inVain = new HashSet<>();

    /**
     * A way in which a write fails.
     *
     * @param where within which function, as the server says
     */
    private record Failing(
            PlannedStatement statement,
            @Nullable String sqlState,
            @Nullable String where) {

        static Failing of(PlannedStatement statement, SQLException failure) {
            ServerErrorMessage message = failure instanceof PSQLException said ? said.getServerErrorMessage() : null;
            return new Failing(statement, failure.getSQLState(), message == null ? null : message.getWhere());
        }
    }

    /** @param ledger told whose rows nobody follows then */
    PlainWrites(WriteLedger ledger) {
        this.ledger = ledger;
    }

    /**
     * What is sent in the place of a write that failed.
     *
     * @param failure with what it did
     */
    record Instead(PlannedStatement statement, SQLException failure, PlannedStatement sent) {}

    /** Asks the server. */
    @FunctionalInterface
    interface Question {
        boolean ask() throws SQLException;
    }

    /**
     * What to send in the place of a write that failed.
     *
     * @param before of what it was sent in the place; null: it was the first
     * @param failsAgain whether the first fails when it is tried again
     * @return null: nothing, it counts as failed
     */
    @Nullable
    Instead instead(@Nullable Instead before, PlannedStatement failing, SQLException failure, Question failsAgain)
            throws SQLException {
        TrackedWrite write = failing.write();
        if (before != null) {
            if (write == null && Objects.equals(before.failure().getSQLState(), failure.getSQLState())) {
                inVain.add(Failing.of(before.statement(), before.failure()));
            }
            return write != null && isOfReading(write, failure)
                    ? new Instead(before.statement(), before.failure(), less(failing, write))
                    : null;
        }
        return write != null
                        && isOfReading(write, failure)
                        && !inVain.contains(Failing.of(failing, failure))
                        && failsAgain.ask()
                ? new Instead(failing, failure, less(failing, write))
                : null;
    }

    private static boolean isOfReading(TrackedWrite write, SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("22")
                || state.startsWith("P0")
                || state.equals("42501")
                || state.equals(NOT_SUPPORTED)
                // The key may have another name by now, which the application need not say.
                || write.isByKey() && state.startsWith("42");
    }

    private PlannedStatement less(PlannedStatement statement, TrackedWrite write) {
        return asLess.computeIfAbsent(
                statement,
                any -> write.isByKey()
                        ? new PlannedStatement(write.original(), statement.slots(), statement.expectedRows(), null)
                        : new PlannedStatement(
                                write.sqlByKey(), statement.slots(), statement.expectedRows(), write.byKey()));
    }

    void helped(Instead instead) {
        SQLException failure = instead.failure();
        TrackedWrite write = Objects.requireNonNull(instead.statement().write());
        if (NOT_SUPPORTED.equals(failure.getSQLState())) {
            ledger.givesNoKey(write.table());
        } else if (!"42501".equals(failure.getSQLState())) {
            ledger.unreadable(write.table(), failure);
        }
        String reason = "could be written and not read ("
                + failure.getSQLState() + ": "
                + String.valueOf(failure.getMessage()).lines().findFirst().orElse("") + ")";
        if (instead.sent().write() != null) {
            ledger.unfollowed(write.table(), "of some only that they are there, as they " + reason);
        } else if (write.onlyAdds()) {
            ledger.unfollowed(write.table(), "some " + reason);
        } else {
            ledger.exclude(write.table(), "some " + reason);
        }
    }
}
