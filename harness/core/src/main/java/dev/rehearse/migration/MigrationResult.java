package dev.rehearse.migration;

import dev.rehearse.EnvironmentException;
import dev.rehearse.recording.Outcome;
import dev.rehearse.tool.ToolResult;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one run of a migration tool ended.
 *
 * @param outcome UNKNOWN: the connection was lost before the server had answered
 * @param sqlState of the failure, where there is one
 * @param message of the failure, as the tool gave it
 * @param failedAt script and line of the statement that failed ("V7__widen.sql:9"), where known
 * @param output the last of what the tool printed; empty where it is no program
 * @param lacksProgram whether a program was missing, as {@link ToolResult#lacksProgram} has it
 * @param undone whether it is known that nothing of it is in the database
 */
public record MigrationResult(
        Outcome outcome,
        @Nullable String sqlState,
        @Nullable String message,
        @Nullable String failedAt,
        String output,
        boolean lacksProgram,
        boolean undone) {

    static final MigrationResult SUCCEEDED = new MigrationResult(Outcome.SUCCEEDED, null, null, null);

    private static final Set<String> WORTH_A_RETRY = Set.of("55P03", "40P01");

    MigrationResult(Outcome outcome, @Nullable String sqlState, @Nullable String message, @Nullable String failedAt) {
        this(outcome, sqlState, message, failedAt, "", false, false);
    }

    /** A program that ended well. */
    static MigrationResult succeeded(ToolResult ended) {
        return new MigrationResult(Outcome.SUCCEEDED, null, null, null, ended.output(), false, false);
    }

    /** A program that failed, or that ended well and had not done its work. */
    static MigrationResult failed(ToolResult ended, String message) {
        return new MigrationResult(Outcome.FAILED, null, message, null, ended.output(), ended.lacksProgram(), false);
    }

    /** The same with another outcome and other words. */
    MigrationResult saying(Outcome other, @Nullable String state, String words, @Nullable String at) {
        return new MigrationResult(other, state, words, at, output, lacksProgram, undone);
    }

    /** A failure of which nothing is in the database. */
    MigrationResult withNothingLeft() {
        return new MigrationResult(outcome, sqlState, message, failedAt, output, lacksProgram, true);
    }

    /** @param untried what could not be done without the program, as a clause */
    public EnvironmentException asMissing(String untried) {
        return new EnvironmentException(untried + ": " + message + "."
                + " Install what is missing on this machine, or make it executable, and see that it is on the PATH of rehearse."
                + (output.isEmpty() ? "" : " It printed:\n" + output));
    }

    /** A failure that an exception of the driver tells of. */
    static MigrationResult of(SQLException failure, @Nullable String failedAt) {
        String state = failure.getSQLState();
        // Class 08: the connection is gone, and with it the answer.
        Outcome outcome = state != null && state.startsWith("08") ? Outcome.UNKNOWN : Outcome.FAILED;
        return new MigrationResult(outcome, state, failure.getMessage(), failedAt);
    }

    public boolean succeeded() {
        return outcome == Outcome.SUCCEEDED;
    }

    /** Whether a retry policy runs it again: it gave up waiting for a lock (55P03), or was the victim of a deadlock (40P01). */
    public boolean isWorthARetry() {
        String state = sqlState;
        return state != null && WORTH_A_RETRY.contains(state);
    }
}
