package dev.rehearse.data.load;

import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The threads of a filling, with one connection each. */
public final class Streams {

    /** One step of work; called again and again, by all threads. */
    @FunctionalInterface
    public interface Work {

        /**
         * @param connection work that closes it gets another one
         * @return false when there is nothing left for this thread
         */
        boolean next(Connection connection) throws SQLException, InterruptedException;
    }

    /** One thread's connection, made anew when it is closed. */
    private static final class Stream implements Crew.Bench {

        private final ConnectionSource connections;
        private final Work work;
        private volatile Connection connection;

        Stream(ConnectionSource connections, Work work) throws SQLException {
            this.connections = connections;
            this.work = work;
            this.connection = Sql.open(connections);
        }

        @Override
        public boolean next() throws SQLException, InterruptedException {
            if (connection.isClosed()) {
                connection = Sql.open(connections);
            }
            return work.next(connection);
        }

        @Override
        public List<Connection> connections() {
            return List.of(connection);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private Streams() {}

    /** @param what as in "loading the rows" */
    public static void run(ConnectionSource connections, int size, String what, Work work) {
        Crew.Terms terms = new Crew.Terms(
                "rehearse-data-",
                e -> Failures.explain(what, e),
                e -> DatasetException.machine(
                        "Interrupted while " + what + ". The database is not whole: make it anew.", e),
                e -> DatasetException.bug("Failed " + what + ": " + e, e));
        Crew.run(size, terms, () -> new Stream(connections, work));
    }
}
