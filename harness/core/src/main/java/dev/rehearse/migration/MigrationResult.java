package dev.rehearse.migration;

import dev.rehearse.recording.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How one run of a migration tool ended.
 *
 * @param outcome UNKNOWN: the connection was lost, or the deadline came, before the server had answered
 * @param sqlState of the failure, where there is one
 * @param message of the failure, as the tool gave it
 * @param failedAt script and line of the statement that failed ("V7__widen.sql:9"), where known
 */
public record MigrationResult(
        Outcome outcome,
        @Nullable String sqlState,
        @Nullable String message,
        @Nullable String failedAt) {

    static final MigrationResult SUCCEEDED = new MigrationResult(Outcome.SUCCEEDED, null, null, null);

    public boolean succeeded() {
        return outcome == Outcome.SUCCEEDED;
    }

    /** Whether a retry policy runs it again: it gave up waiting for a lock, or was the victim of a deadlock. */
    public boolean isWorthARetry() {
        return "55P03".equals(sqlState) || "40P01".equals(sqlState);
    }
}
