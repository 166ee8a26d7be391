package dev.rehearse.data.profile.capture;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** One connection to production that reads, and rests between its statements. One thread. */
final class CaptureSession implements AutoCloseable {

    /** How much longer it rests than it worked, so that it is busy a quarter of the time. */
    private static final int REST = 3;

    private static final long LONGEST_REST_NANOS = 2_000_000_000;

    /** SQLSTATE lock_not_available. */
    static final String LOCK_NOT_AVAILABLE = "55P03";

    /** Tells our own statements from the workload. */
    static final String MARK = " /* rehearse-capture */";

    /** Makes a record of one row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private String subject = "the server";

    private CaptureSession(Connection connection) {
        this.connection = connection;
    }

    static CaptureSession begin(Connection connection, Duration statementTimeout) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET application_name = 'rehearse-capture'; SET default_transaction_read_only = on;"
                    + " SET statement_timeout = " + statementTimeout.toMillis() + "; SET lock_timeout = '500ms';"
                    + " SET idle_in_transaction_session_timeout = '30s'; SET search_path = pg_catalog;"
                    + " SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';"
                    + " SET max_parallel_workers_per_gather = 0; SET extra_float_digits = 1");
        }
        // Read committed: no statement keeps the snapshot of the one before, so VACUUM is not held up.
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        return new CaptureSession(connection);
    }

    /** What the questions that follow are about, for messages. */
    void about(String what) {
        subject = what;
    }

    /** What the last question was about. */
    String subject() {
        return subject;
    }

    /** Asks something of the server. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /** Runs one query in a transaction of its own, then rests. */
    <T> List<T> list(String sql, RowReader<T> reader, Object... parameters) throws SQLException, InterruptedException {
        return ask(asked -> {
            List<T> rows = new ArrayList<>();
            try (PreparedStatement statement = asked.prepareStatement(sql + MARK)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        rows.add(reader.read(row));
                    }
                }
            }
            return rows;
        });
    }

    /** Asks in a transaction of its own, then rests. */
    <T> T ask(Question<T> question) throws SQLException, InterruptedException {
        long start = System.nanoTime();
        T answer;
        try {
            answer = question.ask(connection);
        } catch (SQLException e) {
            try {
                connection.rollback();
            } catch (SQLException lost) {
                // What ended the session says why.
                e.addSuppressed(lost);
                throw e;
            }
            // Who only waited for a lock has kept the server from nothing.
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                rest(start);
            }
            throw e;
        }
        connection.commit();
        rest(start);
        return answer;
    }

    private static void rest(long start) throws InterruptedException {
        long rest = Math.min(LONGEST_REST_NANOS, REST * (System.nanoTime() - start));
        Thread.sleep(rest / 1_000_000, (int) (rest % 1_000_000));
    }

    /** The one value of a query that has one row. */
    String text(String sql) throws SQLException, InterruptedException {
        return Objects.requireNonNull(list(sql, row -> row.getString(1)).get(0));
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null
                ? List.of()
                : Arrays.stream((Object[]) array.getArray())
                        .map(String::valueOf)
                        .toList();
    }

    static List<Double> numbers(ResultSet row, String column) throws SQLException {
        return texts(row, column).stream().map(Double::valueOf).toList();
    }

    /** The numbers of an array; none where it has NULL in it, which is what a percentile over nothing is. */
    static List<Integer> integersOrNone(ResultSet row, String column) throws SQLException {
        List<String> texts = texts(row, column);
        return texts.contains("null")
                ? List.of()
                : texts.stream().map(Integer::valueOf).toList();
    }

    @Override
    public void close() throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
            connection.setReadOnly(false);
            connection.setAutoCommit(true);
        }
    }
}
