import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;

/** Small statements by pgjdbc, for {@code tap-against-direct}: prints how many a second, and the median of their times in microseconds (0: not known). */
final class SmallStatements {

    private SmallStatements() {}

    /** Arguments: port, "select" (each waits for its answer) or "batch" (inserts, pipelined), and how many. */
    public static void main(String[] arguments) throws SQLException {
        int count = Integer.parseInt(arguments[2]);
        String url = "jdbc:postgresql://127.0.0.1:" + arguments[0] + "/postgres?user=postgres";
        try (Connection connection = DriverManager.getConnection(url)) {
            boolean batch = arguments[1].equals("batch");
            // The driver's own code must be warm, and the same in both.
            run(connection, batch, count, new long[count]);
            long[] nanos = new long[count];
            long start = System.nanoTime();
            run(connection, batch, count, nanos);
            double seconds = (System.nanoTime() - start) / 1e9;
            Arrays.sort(nanos);
            System.out.printf(Locale.ROOT, "%.1f %.1f%n", count / seconds, nanos[count / 2] / 1e3);
        }
    }

    private static void run(Connection connection, boolean batch, int count, long[] nanos) throws SQLException {
        connection.setAutoCommit(!batch);
        try (PreparedStatement statement =
                connection.prepareStatement(batch ? "insert into small values (?)" : "select 1 where ? >= 0")) {
            for (int i = 0; i < count; i++) {
                statement.setInt(1, i);
                if (batch) {
                    statement.addBatch();
                } else {
                    long start = System.nanoTime();
                    statement.executeQuery().close();
                    nanos[i] = System.nanoTime() - start;
                }
            }
            if (batch) {
                statement.executeBatch();
                connection.commit();
            }
        }
    }
}
