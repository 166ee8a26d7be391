package dev.rehearse.workload.lend;

import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.workload.statement.TrackedWrite;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection as Java code borrows it: every statement and every end of a transaction is watched, and closing it gives it back as a pool
 * would take it, rolled back and with its settings as before. The server's messages about locks are ours and not shown to the code. Used by
 * one thread.
 */
final class LentConnection implements InvocationHandler {

    private final Connection real;
    private final Lending.Watch watch;
    private final boolean tried;
    private final Connection proxy;
    private final List<Statement> statements = new ArrayList<>();
    private boolean givenBack;
    /** While tried: what the code believes. */
    private boolean autoCommit = true;

    private @Nullable Integer isolationBefore;
    private boolean readOnly;

    /** @param tried whether the one transaction that is open stays open, whatever the code does */
    LentConnection(Connection real, Lending.Watch watch, boolean tried) {
        this.real = real;
        this.watch = watch;
        this.tried = tried;
        this.proxy = (Connection)
                Proxy.newProxyInstance(LentConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
    }

    Connection proxy() {
        return proxy;
    }

    boolean isGivenBack() {
        return givenBack;
    }

    void giveBack() throws SQLException {
        if (givenBack) {
            return;
        }
        givenBack = true;
        for (Statement statement : statements) {
            statement.close();
        }
        if (tried || real.isClosed()) {
            return;
        }
        if (!real.getAutoCommit()) {
            watch.end(false, () -> {
                real.rollback();
                return null;
            });
            real.setAutoCommit(true);
        }
        if (readOnly) {
            real.setReadOnly(false);
        }
        if (isolationBefore != null) {
            real.setTransactionIsolation(isolationBefore);
        }
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args) throws Throwable {
        switch (method.getName()) {
            case "close" -> {
                giveBack();
                return null;
            }
            case "isClosed" -> {
                return givenBack || real.isClosed();
            }
            case "equals", "hashCode", "toString", "unwrap", "isWrapperFor" -> {
                return ofObject(self, real, method, args);
            }
            default -> {
                if (givenBack) {
                    throw new SQLException("The connection was closed before.", "08003");
                }
                return tried && isAboutTransactions(method.getName())
                        ? pretended(method.getName(), args)
                        : passedOn(method, args);
            }
        }
    }

    private static boolean isAboutTransactions(String method) {
        return switch (method) {
            case "commit", "setAutoCommit", "getAutoCommit", "setReadOnly", "setTransactionIsolation" -> true;
            default -> false;
        };
    }

    private @Nullable Object pretended(String method, Object @Nullable [] args) {
        if (method.equals("setAutoCommit") && args != null) {
            autoCommit = (boolean) args[0];
        }
        return method.equals("getAutoCommit") ? autoCommit : null;
    }

    private @Nullable Object passedOn(Method method, Object @Nullable [] args) throws Throwable {
        switch (method.getName()) {
            case "getWarnings" -> {
                return null;
            }
            case "commit" -> {
                return watch.end(true, () -> call(real, method, args));
            }
            case "rollback" -> {
                return rolledBack(method, args);
            }
            case "setAutoCommit" -> {
                return real.getAutoCommit()
                        ? call(real, method, args)
                        : watch.end(true, () -> call(real, method, args));
            }
            case "prepareStatement" -> {
                return prepared(method, Objects.requireNonNull(args));
            }
            case "setReadOnly" -> readOnly = true;
            case "setTransactionIsolation" ->
                isolationBefore = isolationBefore == null ? real.getTransactionIsolation() : isolationBefore;
            default -> {}
        }
        Object result = call(real, method, args);
        return result instanceof Statement statement ? watched(statement, sql(args)) : result;
    }

    private @Nullable Object rolledBack(Method method, Object @Nullable [] args) throws SQLException {
        if (args == null) {
            return watch.end(false, () -> call(real, method, args));
        }
        watch.undoneInPart();
        return call(real, method, args);
    }

    private Statement prepared(Method method, Object[] args) throws SQLException {
        String sql = (String) args[0];
        TrackedWrite write = args.length == 1 ? watch.follows(sql) : null;
        if (write == null) {
            return watched((Statement) Objects.requireNonNull(call(real, method, args)), sql);
        }
        FollowedStatement followed = new FollowedStatement(proxy, real, watch, write, sql);
        statements.add(followed.proxy());
        return followed.proxy();
    }

    private static @Nullable String sql(Object @Nullable [] args) {
        return args != null && args.length > 0 && args[0] instanceof String text ? text : null;
    }

    private Statement watched(Statement statement, @Nullable String sql) {
        statements.add(statement);
        Class<?> type = statement instanceof CallableStatement
                ? CallableStatement.class
                : statement instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
        return (Statement) Proxy.newProxyInstance(
                LentConnection.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, args) -> invokeStatement(self, statement, sql, method, args));
    }

    private @Nullable Object invokeStatement(
            Object self, Statement statement, @Nullable String prepared, Method method, Object @Nullable [] args)
            throws Throwable {
        String name = method.getName();
        String sql = sql(args) == null ? prepared : sql(args);
        if (sql != null && (name.startsWith("execute") || name.equals("addBatch"))) {
            watch.unfollowed(sql);
        }
        return switch (name) {
            case "equals", "hashCode", "toString", "unwrap", "isWrapperFor" -> ofObject(self, statement, method, args);
            case "getConnection" -> proxy;
            case "getWarnings" -> null;
            case "close" -> {
                statements.remove(statement);
                yield call(statement, method, args);
            }
            default ->
                name.startsWith("execute")
                        ? watch.statement(statement, null, () -> call(statement, method, args))
                        : call(statement, method, args);
        };
    }

    static @Nullable Object ofObject(Object self, Object real, Method method, Object @Nullable [] args)
            throws SQLException {
        return switch (method.getName()) {
            case "equals" -> args != null && self == args[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> call(real, method, args);
        };
    }

    static @Nullable Object call(Object real, Method method, Object @Nullable [] args) throws SQLException {
        try {
            return method.invoke(real, args);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new SQLException("The driver threw " + cause, Operation.OWN_FAILURE, cause);
        } catch (IllegalAccessException e) {
            throw new SQLException("The driver's method " + method + " cannot be called.", Operation.OWN_FAILURE, e);
        }
    }
}
