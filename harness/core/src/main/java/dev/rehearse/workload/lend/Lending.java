package dev.rehearse.workload.lend;

import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.workload.statement.TrackedWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Lends one connection to Java code, as often as it likes but one at a time. Used by one thread. */
public final class Lending {

    /** The code asked for a connection that there is not. */
    static final String SECOND_CONNECTION = "RH003";

    /** Why nothing is claimed about a table that Java code writes in other ways than when it was tried. */
    public static final String UNFOLLOWED =
            "Java code writes it in a way that cannot be followed (in batches, with generated keys, or otherwise than when tried)";

    private static final System.Logger LOGGER = System.getLogger(Lending.class.getName());

    /** A report has SQLSTATEs; what an exception of other kinds says is only known here. */
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private static final DataSource DATA_SOURCE = new LoadDataSource(null);

    private final Connection real;
    private final Watch watch;
    private final boolean tried;
    private @Nullable LentConnection lent;

    /** A call of the driver. */
    @FunctionalInterface
    public interface Call {
        @Nullable
        Object run() throws SQLException;
    }

    /** Is there when something is sent to the server. The defaults watch nothing and follow no write. */
    public interface Watch {

        /**
         * Runs a statement.
         *
         * @param write what it writes, where that is followed
         */
        default @Nullable Object statement(Statement statement, @Nullable TrackedWrite write, Call call)
                throws SQLException {
            return call.run();
        }

        /** Ends a transaction, for good or with a rollback. */
        default @Nullable Object end(boolean commits, Call call) throws SQLException {
            return call.run();
        }

        /** The write to prepare in place of a statement, so that its rows come back; null: as it is. */
        default @Nullable TrackedWrite follows(String sql) {
            return null;
        }

        /** A write that is followed gave this row back. */
        default void wrote(TrackedWrite write, String json) throws SQLException {}

        /** A statement runs that is not followed. */
        default void unfollowed(String sql) {}

        /** A part of the transaction was undone. */
        default void undoneInPart() {}
    }

    static final Watch UNWATCHED = new Watch() {};

    /** Code that works with the rehearsal's database. */
    @FunctionalInterface
    public interface Code<T> {
        T run(DataSource database) throws Exception;
    }

    private Lending(Connection real, Watch watch, boolean tried) {
        this.real = real;
        this.watch = watch;
        this.tried = tried;
    }

    public static Lending of(Connection real, Watch watch) {
        return new Lending(real, watch, false);
    }

    /** Lends a connection whose one transaction stays open whatever the code does, so that what it locked can be seen. */
    public static Lending tried(Connection real, Watch watch) {
        return new Lending(real, watch, true);
    }

    /**
     * Runs the code; whatever it borrowed and did not give back is taken back.
     *
     * @throws SQLException the database's failure that the code's has for a cause, or one of state {@value Operation#OWN_FAILURE}
     */
    public <T> T run(Code<T> code) throws SQLException {
        LoadDataSource.LENDING.set(this);
        SQLException failure;
        try {
            T result = code.run(DATA_SOURCE);
            takeBack();
            return result;
        } catch (Exception | AssertionError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            failure = ofDatabase(e);
        } finally {
            LoadDataSource.LENDING.remove();
        }
        try {
            takeBack();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        throw failure;
    }

    private static SQLException ofDatabase(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException failure && failure.getSQLState() != null) {
                return failure;
            }
        }
        if (TOLD.add(thrown.getClass().getName())) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "Code of the application failed, not for the database's sake. Told once of "
                            + thrown.getClass().getName() + ".",
                    thrown);
        }
        return new SQLException("it threw " + thrown, Operation.OWN_FAILURE, thrown);
    }

    Connection lend() throws SQLException {
        if (lent != null && !lent.isGivenBack()) {
            throw new SQLException(
                    "An operation has one connection at a time, as the client that it runs for, but this one asked for a second"
                            + " before it closed the first. Let it use one connection, or close the first.",
                    SECOND_CONNECTION);
        }
        lent = new LentConnection(real, watch, tried);
        return lent.proxy();
    }

    private void takeBack() throws SQLException {
        LentConnection out = lent;
        lent = null;
        if (out != null) {
            out.giveBack();
        }
    }
}
