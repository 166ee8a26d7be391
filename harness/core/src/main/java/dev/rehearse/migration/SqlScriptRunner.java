package dev.rehearse.migration;

import dev.rehearse.plan.SqlFile;
import dev.rehearse.recording.Outcome;
import dev.rehearse.sql.SqlScripts;
import dev.rehearse.sql.SqlStatement;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/**
 * Runs scripts as psql would: one statement after the other, stopping at the first that fails. A script with
 * {@link SqlFile#transaction()} runs in one transaction; in all others each statement commits by itself, unless the script says BEGIN. One
 * that says BEGIN and does not end what it began has failed.
 */
public final class SqlScriptRunner {

    /** First words of a statement that changes nothing in the database, or only ends a transaction in which nothing was done. */
    private static final Pattern OF_SESSION =
            Pattern.compile("(set|reset|show|discard|rollback|abort)\\b", Pattern.CASE_INSENSITIVE);

    /** By AND CHAIN the next transaction begins at once. */
    private static final Pattern COMMIT = Pattern.compile("(commit|end)\\b", Pattern.CASE_INSENSITIVE);

    private final Connection connection;
    private final SourceListener sources;

    private SqlScriptRunner(Connection connection, SourceListener sources) {
        this.connection = connection;
        this.sources = sources;
    }

    /**
     * Runs the scripts in order over one connection in auto-commit mode (best with {@code preferQueryMode=simple}). What a failed script
     * had done before is undone where a transaction was open, and stays where not.
     *
     * @throws dev.rehearse.InvalidRehearsalException where a script cannot be cut into statements; nothing has run then
     */
    public static MigrationResult run(Connection connection, List<SqlFile> scripts, SourceListener sources) {
        List<List<SqlStatement>> statements = scripts.stream()
                .map(script -> SqlScripts.split(script.name(), script.text()))
                .toList();
        SqlScriptRunner runner = new SqlScriptRunner(connection, sources);
        for (int i = 0; i < scripts.size(); i++) {
            MigrationResult result = runner.run(scripts.get(i), statements.get(i));
            if (!result.succeeded()) {
                return result;
            }
        }
        return MigrationResult.SUCCEEDED;
    }

    private MigrationResult run(SqlFile script, List<SqlStatement> statements) {
        String at = script.name();
        boolean within = false;
        boolean lasting = false;
        try {
            if (script.transaction()) {
                execute("BEGIN", at);
            }
            for (SqlStatement statement : statements) {
                at = script.name() + ":" + statement.line();
                within = isWithinTransaction();
                execute(statement, at);
                lasting |= begins(COMMIT, statement) || !isWithinTransaction() && !begins(OF_SESSION, statement);
            }
            if (script.transaction()) {
                at = script.name();
                within = true;
                execute("COMMIT", at);
            }
            if (isWithinTransaction()) {
                rollBack(script.name());
                MigrationResult unended = new MigrationResult(
                        Outcome.FAILED,
                        null,
                        "The script ends within a transaction that it began, and all since its BEGIN is undone. Write the COMMIT.",
                        script.name());
                return lasting ? unended : unended.withNothingLeft();
            }
            return MigrationResult.SUCCEEDED;
        } catch (SQLException e) {
            MigrationResult failure = MigrationResult.of(e, at);
            if (failure.outcome() != Outcome.FAILED) {
                return failure;
            }
            rollBack(script.name());
            // Outside of a transaction a statement may leave something although it fails, as CREATE INDEX CONCURRENTLY
            // does.
            return within && !lasting ? failure.withNothingLeft() : failure;
        }
    }

    private static boolean begins(Pattern words, SqlStatement statement) {
        return words.matcher(statement.text()).lookingAt();
    }

    /** Also after a script without a transaction of its own: it may have said BEGIN. */
    private void rollBack(String script) {
        try {
            if (isWithinTransaction()) {
                execute("ROLLBACK", script);
            }
        } catch (SQLException e) {
            // The failure that is reported is the first one; a connection that cannot roll back is closed, which does.
        }
    }

    private boolean isWithinTransaction() throws SQLException {
        return connection.unwrap(org.postgresql.core.BaseConnection.class).getTransactionState()
                != org.postgresql.core.TransactionState.IDLE;
    }

    private void execute(SqlStatement statement, String at) throws SQLException {
        String copyData = statement.copyData();
        if (copyData == null) {
            execute(statement.text(), at);
            return;
        }
        announce(at);
        try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement.text(), new StringReader(copyData));
        } catch (IOException e) {
            throw new SQLException("The data of COPY could not be sent: " + e.getMessage(), "08006", e);
        }
    }

    private void execute(String sql, String at) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            announce(at);
            statement.execute(sql);
        }
    }

    private void announce(String at) throws SQLException {
        sources.next(connection.unwrap(PGConnection.class).getBackendPID(), at);
    }
}
