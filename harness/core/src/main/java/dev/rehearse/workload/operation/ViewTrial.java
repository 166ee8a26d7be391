package dev.rehearse.workload.operation;

import dev.rehearse.workload.statement.Catalog.View;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tries views, each in a transaction that may not write and ends with it. Used by one thread, with a connection in autocommit. */
final class ViewTrial {

    /** In the planner's units, of which a few thousand take some ten milliseconds. */
    private static final double HIGHEST_COST = 2_000;

    /** So many rows have to be right, so that later ones hardly fail for what is in them. */
    private static final int ROWS_TRIED = 10_000;

    private static final int TIMEOUT_SECONDS = 2;

    /** For all together; what is not tried by then is not taken for cheap. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final int FETCHED = 500;

    private static final Pattern COST = Pattern.compile("cost=[0-9.]+\\.\\.([0-9.]+) ");

    private final Connection connection;
    private long spentNanos;

    ViewTrial(Connection connection) {
        this.connection = connection;
    }

    /** Whether the planner takes a few rows for little work, and the view's rows can be read; a materialized view's always are little. */
    boolean isCheap(View view) {
        if (view.materialized()) {
            return true;
        }
        if (spentNanos > LONGEST.toNanos()) {
            return false;
        }
        long start = System.nanoTime();
        try {
            connection.setAutoCommit(false);
            try {
                return isCheap("SELECT " + view.columns() + " FROM " + view.shortName() + " LIMIT ");
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            return false;
        } finally {
            spentNanos += System.nanoTime() - start;
        }
    }

    private boolean isCheap(String select) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION READ ONLY");
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            // With a cursor, so that the rows are not all here at once.
            statement.setFetchSize(FETCHED);
            return cost(statement, select + 10) <= HIGHEST_COST && canBeRead(statement, select + ROWS_TRIED);
        }
    }

    /** @see <a href="https://www.postgresql.org/docs/current/using-explain.html">Using EXPLAIN</a>: the second number is of all rows */
    private static double cost(Statement statement, String query) throws SQLException {
        try (ResultSet plan = statement.executeQuery("EXPLAIN " + query)) {
            plan.next();
            Matcher cost = COST.matcher(plan.getString(1));
            return cost.find() ? Double.parseDouble(cost.group(1)) : Double.MAX_VALUE;
        }
    }

    private static boolean canBeRead(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                rows.getString(1);
            }
        }
        return true;
    }
}
