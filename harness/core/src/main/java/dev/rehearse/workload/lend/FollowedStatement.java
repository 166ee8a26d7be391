package dev.rehearse.workload.lend;

import dev.rehearse.workload.statement.SqlTemplate;
import dev.rehearse.workload.statement.TrackedWrite;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A write that Java code prepared, with its rows coming back for the account and not shown to the code, but for a last column where the code
 * asked for columns itself. Batches cannot give rows back: they are sent as the code wrote them. Used by one thread.
 */
final class FollowedStatement implements InvocationHandler {

    private static final Pattern RETURNING = Pattern.compile("(?i)\\bRETURNING\\b");

    private final Connection lent;
    private final Connection real;
    private final Lending.Watch watch;
    private final TrackedWrite write;
    private final String sql;
    private final boolean returns;
    private final PreparedStatement proxy;
    private final Map<Integer, Setter> setters = new TreeMap<>();
    private PreparedStatement statement;
    private boolean inBatches;
    private long updateCount = -1;

    /** A parameter as it was set, to be set again. */
    private record Setter(Method method, Object[] args) {}

    /**
     * @param lent what the code takes for its connection
     * @param sql the statement as the code wrote it
     */
    FollowedStatement(Connection lent, Connection real, Lending.Watch watch, TrackedWrite write, String sql)
            throws SQLException {
        this.lent = lent;
        this.real = real;
        this.watch = watch;
        this.write = write;
        this.sql = sql;
        this.returns = RETURNING.matcher(SqlTemplate.ofJdbc(sql).skeleton()).find();
        // Rows are read here first, and then by the code.
        this.statement =
                real.prepareStatement(write.sql(), ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
        this.proxy = (PreparedStatement) Proxy.newProxyInstance(
                FollowedStatement.class.getClassLoader(), new Class<?>[] {PreparedStatement.class}, this);
    }

    PreparedStatement proxy() {
        return proxy;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args) throws Throwable {
        String name = method.getName();
        switch (name) {
            case "equals", "hashCode", "toString", "unwrap", "isWrapperFor" -> {
                return LentConnection.ofObject(self, statement, method, args);
            }
            case "getConnection" -> {
                return lent;
            }
            case "getWarnings" -> {
                return null;
            }
            case "clearParameters" -> setters.clear();
            case "addBatch" -> sendAsWritten();
            default -> {
                if (name.startsWith("set") && args != null && args.length > 1 && args[0] instanceof Integer index) {
                    setters.put(index, new Setter(method, args));
                }
            }
        }
        return inBatches ? asWritten(method, args) : followed(method, args);
    }

    private void sendAsWritten() throws SQLException {
        if (!inBatches) {
            inBatches = true;
            statement.close();
            statement = real.prepareStatement(sql);
            for (Setter setter : setters.values()) {
                LentConnection.call(statement, setter.method(), setter.args());
            }
        }
    }

    private @Nullable Object asWritten(Method method, Object @Nullable [] args) throws SQLException {
        if (!method.getName().startsWith("execute")) {
            return LentConnection.call(statement, method, args);
        }
        watch.unfollowed(sql);
        return watch.statement(statement, null, () -> LentConnection.call(statement, method, args));
    }

    private @Nullable Object followed(Method method, Object @Nullable [] args) throws SQLException {
        switch (method.getName()) {
            case "executeUpdate" -> {
                return (int) execute();
            }
            case "executeLargeUpdate" -> {
                return execute();
            }
            case "execute" -> {
                updateCount = execute();
                return returns;
            }
            case "executeQuery" -> {
                execute();
                if (!returns) {
                    throw new SQLException("No results were returned by the query.", "02000");
                }
                return statement.getResultSet();
            }
            case "getUpdateCount" -> {
                return returns ? -1 : (int) updateCount;
            }
            case "getLargeUpdateCount" -> {
                return returns ? -1 : updateCount;
            }
            case "getResultSet" -> {
                return returns ? statement.getResultSet() : null;
            }
            case "getMoreResults" -> {
                updateCount = -1;
                return LentConnection.call(statement, method, args);
            }
            default -> {
                return LentConnection.call(statement, method, args);
            }
        }
    }

    /** Runs it and reads the rows that it wrote. */
    private long execute() throws SQLException {
        Object count = watch.statement(statement, write, () -> {
            statement.execute();
            long rows = 0;
            ResultSet written = statement.getResultSet();
            int last = written.getMetaData().getColumnCount();
            while (written.next()) {
                rows++;
                watch.wrote(write, written.getString(last));
            }
            written.beforeFirst();
            return rows;
        });
        return (long) java.util.Objects.requireNonNull(count);
    }
}
