package dev.rehearse.workload.lend;

import dev.rehearse.plan.JavaInvariant;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The rehearsal's database as Java code of the application sees it: on a thread of the load it gives that client's connection, one at a
 * time; on every other thread it is the data source it was made around. Closing the connection gives it back. Thread-safe.
 */
public final class LoadDataSource implements DataSource {

    static final ThreadLocal<@Nullable Lending> LENDING = new ThreadLocal<>();

    private final @Nullable DataSource elsewhere;

    /** @param elsewhere where threads that do not belong to the load get their connections from; null: nowhere */
    public LoadDataSource(@Nullable DataSource elsewhere) {
        this.elsewhere = elsewhere;
    }

    /**
     * Asks Java code for a value over a connection of ours.
     *
     * @throws SQLException if it failed: with SQLSTATE {@code RH004} where its failure has nothing to do with the database
     */
    public static String value(JavaInvariant invariant, Connection connection) throws SQLException {
        return Lending.of(connection, Lending.UNWATCHED).run(database -> String.valueOf(invariant.value(database)));
    }

    @Override
    public Connection getConnection() throws SQLException {
        Lending lending = LENDING.get();
        return lending != null ? lending.lend() : elsewhere().getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        Lending lending = LENDING.get();
        return lending != null ? lending.lend() : elsewhere().getConnection(user, password);
    }

    private DataSource elsewhere() throws SQLException {
        if (elsewhere == null) {
            throw new SQLException(
                    "The thread \"" + Thread.currentThread().getName()
                            + "\" is none of the load's, so it has no connection to the rehearsal's database. An operation does"
                            + " its work on the thread that calls it.",
                    Lending.SECOND_CONNECTION);
        }
        return elsewhere;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return elsewhere == null ? null : elsewhere.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        if (elsewhere != null) {
            elsewhere.setLogWriter(out);
        }
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        if (elsewhere != null) {
            elsewhere.setLoginTimeout(seconds);
        }
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return elsewhere == null ? 0 : elsewhere.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("It has no logger of its own.");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : elsewhere().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || elsewhere != null && elsewhere.isWrapperFor(type);
    }
}
