package dev.rehearse.workload.operation;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.JavaOperation;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Step;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.workload.ledger.RowImage;
import dev.rehearse.workload.lend.Lending;
import dev.rehearse.workload.operation.PlannedOperation.PlannedJava;
import dev.rehearse.workload.operation.PlannedOperation.PlannedStatement;
import dev.rehearse.workload.parameter.Draws;
import dev.rehearse.workload.statement.Catalog;
import dev.rehearse.workload.statement.SqlTemplate;
import dev.rehearse.workload.statement.TrackedWrite;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tries an operation in the transaction that is open, and asks the server which tables that locked, and how: the locks tell what a
 * statement touches on every version, whatever hides in views, functions and triggers. Used by one thread.
 */
public final class OperationTrial {

    private final Connection connection;
    private final Catalog catalog;
    private final Map<Catalog.Table, String> excluded;
    private final SplittableRandom random;

    /** What trying an operation told. */
    record Result(
            List<PlannedStatement> statements,
            Set<String> tables,
            Set<String> written,
            @Nullable PlannedJava java) {}

    /** @param excluded gathers tables whose rows cannot be accounted for, and why */
    OperationTrial(Connection connection, Catalog catalog, Map<Catalog.Table, String> excluded, long randomSeed) {
        this.connection = connection;
        this.catalog = catalog;
        this.excluded = excluded;
        this.random = new SplittableRandom(randomSeed);
    }

    /**
     * @param strict whether another number of rows than expected is a failure
     * @throws SQLException if it fails
     */
    Result attempt(Operation operation, Draws draws, boolean strict) throws SQLException {
        @Nullable String[] values = draws.draw(random);
        List<PlannedStatement> statements = new ArrayList<>();
        Set<Long> tracked = new HashSet<>();
        JavaOperation code = operation.java();
        PlannedJava java =
                code == null ? null : new PlannedJava(code, followed(operation, code, draws, values, tracked));
        for (Step step : operation.statements()) {
            SqlTemplate template = SqlTemplate.parse(step.sql());
            List<Integer> slots = slots(operation, template, draws);
            int expected = step.expectedRows().orElse(-1);
            TrackedWrite write = TrackedWrite.of(template, catalog);
            if (write != null && !works(write, slots, values)) {
                TrackedWrite byKey = write.byKey();
                write = works(byKey, slots, values) ? byKey : null;
            }
            if (write == null) {
                int rows = run(template.jdbcSql(), slots, values);
                if (strict && expected >= 0 && rows != expected) {
                    throw new SQLException(
                            "it gave " + rows + " rows instead of " + expected, OperationLog.Operation.WRONG_ROWS);
                }
            } else {
                tracked.add(write.table().oid());
                if (write.changesKey()) {
                    excluded.put(write.table(), operation.name() + " changes primary keys");
                }
            }
            String sql = write == null ? template.jdbcSql() : write.sql();
            statements.add(new PlannedStatement(sql, slots, expected, write));
        }
        try (Statement statement = connection.createStatement()) {
            // Deferred triggers belong to what the operation does.
            statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
        }
        Set<String> tables = new TreeSet<>();
        Set<String> written = touched(operation, tracked, tables);
        return new Result(List.copyOf(statements), tables, written, java);
    }

    /**
     * Runs Java code once, with its writes followed; where the server does not take one of them so, with none.
     *
     * @param tracked gets the tables whose rows came back
     */
    private Map<String, TrackedWrite> followed(
            Operation operation, JavaOperation code, Draws draws, @Nullable String[] values, Set<Long> tracked)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        SplittableRandom first = random.split();
        SplittableRandom again = random.split();
        JavaTrial trial = new JavaTrial(operation.name(), catalog, excluded, this::isStored);
        try {
            run(trial, code, draws.named(values), first);
            tracked.addAll(trial.tables());
            return trial.writes();
        } catch (SQLException e) {
            if (connection.isClosed() || !isWrongForGood(e) || trial.writes().isEmpty()) {
                throw e;
            }
            connection.rollback(before);
            run(trial.following(false), code, draws.named(values), again);
            return Map.of();
        }
    }

    private void run(
            Lending.Watch watch, JavaOperation code, Map<String, @Nullable String> values, SplittableRandom arrival)
            throws SQLException {
        Lending.tried(connection, watch).run(database -> {
            code.run(database, values, arrival);
            return Boolean.TRUE;
        });
    }

    /** Whether trying again is in vain: names, types and features are wrong for good; values and what else runs may be others. */
    static boolean isWrongForGood(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("42") || state.startsWith("0A");
    }

    /** Runs a tracked write; where the server does not take it so, the transaction is as before. */
    private boolean works(TrackedWrite write, List<Integer> slots, @Nullable String[] values) throws SQLException {
        Savepoint before = connection.setSavepoint();
        boolean written = false;
        try {
            List<String> rows = rowsOf(write, slots, values);
            written = true;
            if (!rows.isEmpty()
                    && write.verb() != TrackedWrite.Verb.DELETE
                    && !write.isByKey()
                    && !isStored(write, rows.get(0))) {
                excluded.put(write.table(), "a trigger changes its rows after they were written");
            }
            return true;
        } catch (SQLException e) {
            if (connection.isClosed() || !written && !isWrongForGood(e)) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }

    private List<String> rowsOf(TrackedWrite write, List<Integer> slots, @Nullable String[] values)
            throws SQLException {
        List<String> json = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(write.sql())) {
            bind(statement, slots, values);
            try (ResultSet rows = statement.executeQuery()) {
                int last = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    json.add(rows.getString(last));
                }
            }
        }
        return json;
    }

    /** Whether the row can be read again, by its key, as the statement gave it back. */
    private boolean isStored(TrackedWrite write, String json) throws SQLException {
        List<Catalog.Column> key = write.table().primaryKey();
        Map<String, @Nullable String> texts = RowImage.texts(json);
        String where = String.join(
                " AND ",
                key.stream()
                        .map(c -> "t." + c.sqlName() + " = ?::text::" + c.type())
                        .toList());
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT to_json(t.*)::text FROM " + write.table().sqlName() + " t WHERE " + where)) {
            for (int i = 0; i < key.size(); i++) {
                statement.setString(i + 1, texts.get(key.get(i).name()));
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && RowImage.texts(rows.getString(1)).equals(texts);
            }
        }
    }

    private int run(String sql, List<Integer> slots, @Nullable String[] values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, slots, values);
            return rowsOfExecution(statement);
        }
    }

    private static int rowsOfExecution(PreparedStatement statement) throws SQLException {
        if (!statement.execute()) {
            return statement.getUpdateCount();
        }
        int count = 0;
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    public static void bind(PreparedStatement statement, List<Integer> slots, @Nullable String[] values)
            throws SQLException {
        for (int i = 0; i < slots.size(); i++) {
            statement.setString(i + 1, values[slots.get(i)]);
        }
    }

    private static final String LOCKED = """
            SELECT root.oid, c.relkind,
              CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
              bool_or(l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_class root
                ON root.oid = CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(c.oid) ELSE c.oid END
            WHERE l.locktype = 'relation' AND l.pid = pg_catalog.pg_backend_pid()
              AND c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            GROUP BY 1, 2, 3
            """;

    /** Reads the tables that this transaction has locked, tells those that it wrote, and leaves out of the account those written behind the statements' backs. */
    private Set<String> touched(Operation operation, Set<Long> tracked, Set<String> tables) throws SQLException {
        Set<String> names = new TreeSet<>();
        Set<Long> written = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LOCKED)) {
            while (rows.next()) {
                tables.add(rows.getString(3));
                if (rows.getBoolean(4)) {
                    names.add(rows.getString(3));
                    written.add(rows.getLong(1));
                }
            }
        }
        written.removeAll(tracked);
        for (Long oid : written) {
            Catalog.Table table = catalog.byOid().get(oid);
            if (table != null && !isCascade(table, tracked)) {
                excluded.putIfAbsent(
                        table,
                        operation.name()
                                + " writes it in a way that cannot be followed (a trigger, a function, WITH, MERGE, or no "
                                + "primary key)");
            }
        }
        return names;
    }

    private static boolean isCascade(Catalog.Table table, Set<Long> written) {
        return table.foreignKeys().stream()
                .anyMatch(key -> (key.cascades() || key.setsColumns()) && written.contains(key.referencedOid()));
    }

    static List<Integer> slots(Operation operation, SqlTemplate template, Draws draws) {
        List<Integer> slots = new ArrayList<>();
        for (String name : template.parameters()) {
            int slot = draws.slot(name);
            if (slot < 0) {
                throw new InvalidRehearsalException("Operation \"" + operation.name() + "\" uses :" + name
                        + ", but has no such parameter. Its parameters are " + draws.names() + ".");
            }
            slots.add(slot);
        }
        return slots;
    }
}
