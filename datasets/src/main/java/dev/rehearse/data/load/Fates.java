package dev.rehearse.data.load;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/**
 * What became of transactions whose connections are lost. The session that is asked was opened before them: while it lives, the server has
 * not crashed, so that nothing is lost of what was committed without waiting for the disk. Safe for use by several threads; nobody else may
 * hold a transaction open in that session.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT">Transaction ID functions</a>
 */
public final class Fates {

    /** A server sees within seconds that a client is gone, when it writes to it or reads from it. */
    private static final long PATIENCE_SECONDS = 60;

    private static final long RETRY_MILLIS = 50;

    private final Connection witness;

    public Fates(Connection witness) {
        this.witness = witness;
    }

    /** The number of a session's transaction. */
    static String current(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT pg_current_xact_id()::text")) {
            r.next();
            return r.getString(1);
        }
    }

    /**
     * Waits until a transaction has ended.
     *
     * @throws SQLException if it does not end, or nobody knows any more
     */
    synchronized boolean isCommitted(String transaction) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String status = status(transaction);
        while (status.equals("in progress") && System.nanoTime() < deadline) {
            Thread.sleep(RETRY_MILLIS);
            status = status(transaction);
        }
        return switch (status) {
            case "committed" -> true;
            case "aborted" -> false;
            default -> throw new SQLException("Transaction " + transaction + " is " + status);
        };
    }

    private String status(String transaction) throws SQLException {
        try (PreparedStatement statement = witness.prepareStatement("SELECT pg_xact_status(?::text::xid8)")) {
            statement.setString(1, transaction);
            try (ResultSet r = statement.executeQuery()) {
                r.next();
                return String.valueOf(r.getString(1));
            }
        }
    }
}
