package dev.rehearse.load;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.load.PlannedOperation.PlannedApplication;
import dev.rehearse.load.PlannedOperation.PlannedStatement;
import dev.rehearse.plan.Workload.Application;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes operations ready: tries each once in a transaction that is rolled back, and asks the server which tables it locked, and how.
 * Used by one thread.
 */
final class OperationResolver {

    private final Connection connection;
    private final Catalog catalog;
    private final KeyPools pools;
    private final SplittableRandom random;
    private final boolean forgiving;
    private final List<String> notes = new ArrayList<>();
    private final Map<Catalog.Table, String> excluded = new LinkedHashMap<>();

    /**
     * @param forgiving whether an operation that fails when tried is run all the same, its failures being what the rehearsal is to show;
     *     else it is an error of the author's
     */
    OperationResolver(Connection connection, Catalog catalog, KeyPools pools, boolean forgiving, long randomSeed) {
        this.forgiving = forgiving;
        this.connection = connection;
        this.catalog = catalog;
        this.pools = pools;
        this.random = new SplittableRandom(randomSeed);
    }

    /** What the author of the plan should know. */
    List<String> notes() {
        return notes;
    }

    /** Tables whose rows cannot be accounted for, and why. */
    Map<Catalog.Table, String> excluded() {
        return excluded;
    }

    /** What trying an operation told. */
    private record Trial(List<PlannedStatement> statements, Set<String> tables, boolean writes) {}

    /** @throws InvalidRehearsalException if an operation of the author's is wrong, or if nothing is left to run */
    PlannedApplication resolve(Application application) throws SQLException {
        List<PlannedOperation> planned = new ArrayList<>();
        if (application.isDerived()) {
            DerivedWorkload derived = DerivedWorkload.of(catalog);
            notes.addAll(derived.notes());
            pools.want(
                    derived.operations().stream()
                            .flatMap(d -> d.operation().parameters().values().stream())
                            .toList(),
                    catalog);
            for (DerivedWorkload.Derived one : derived.operations()) {
                PlannedOperation operation = derived(one);
                if (operation != null) {
                    planned.add(operation);
                }
            }
        } else {
            for (Operation operation : application.operations()) {
                planned.add(given(application, operation));
            }
        }
        if (planned.isEmpty()) {
            throw new InvalidRehearsalException("The application \"" + application.name()
                    + "\" has no operation that can run: the database has "
                    + catalog.tables().size()
                    + " user tables. Without load a rehearsal proves nothing; give it a schema "
                    + "with tables, or operations of its own.");
        }
        return PlannedApplication.of(application.name(), planned);
    }

    private @Nullable PlannedOperation derived(DerivedWorkload.Derived derived) throws SQLException {
        Operation operation = derived.operation();
        try {
            // Twice, so that a key that is not new each time shows.
            return planned(operation, derived.ownKeys(), 2, true);
        } catch (SQLException e) {
            if (connection.isClosed()) {
                throw e;
            }
            notes.add("Left out " + operation.name() + ", derived from the catalog, because it failed when tried: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + " (" + e.getSQLState() + ").");
            return null;
        }
    }

    private PlannedOperation given(Application application, Operation operation) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return planned(operation, false, 1, false);
            } catch (SQLException e) {
                String state = e.getSQLState() == null ? "" : e.getSQLState();
                if (connection.isClosed()) {
                    throw e;
                }
                // Values drawn at random may not fit each other; names and types are wrong for good.
                if (forgiving) {
                    return untried(operation, e);
                }
                boolean author = state.startsWith("42") || state.startsWith("0A");
                if (author || attempt == 3) {
                    throw new InvalidRehearsalException(
                            "Operation \"" + operation.name() + "\" of \"" + application.name()
                                    + "\" failed when tried: "
                                    + e.getMessage() + " (" + state
                                    + "). It would fail all the time; correct it, or its parameters.",
                            e);
                }
            }
        }
    }

    /** An operation as it is, of which only its text tells what it touches. */
    private PlannedOperation untried(Operation operation, SQLException failure) throws SQLException {
        notes.add("Operation \"" + operation.name() + "\" failed when tried: " + failure.getMessage() + " ("
                + failure.getSQLState() + ").");
        Draws draws = Draws.of(operation.name(), operation.parameters(), false, connection, catalog, pools);
        List<PlannedStatement> statements = new ArrayList<>();
        Set<String> tables = new TreeSet<>();
        boolean writes = false;
        for (Step step : operation.statements()) {
            SqlTemplate template = SqlTemplate.parse(step.sql());
            boolean reads = template.skeleton().stripLeading().regionMatches(true, 0, "SELECT", 0, 6);
            writes |= !reads;
            for (Catalog.Table table : catalog.tables()) {
                if (step.sql().contains(table.label())) {
                    tables.add(table.label());
                    if (!reads) {
                        excluded.put(table, operation.name() + " writes it, but failed when tried");
                    }
                }
            }
            statements.add(new PlannedStatement(
                    template.jdbcSql(),
                    slots(operation, template, draws),
                    step.expectedRows().orElse(-1),
                    null));
        }
        return new PlannedOperation(
                operation.name(),
                operation.weight(),
                operation.transaction(),
                operation.prepared(),
                draws,
                List.copyOf(statements),
                List.copyOf(tables),
                writes);
    }

    private PlannedOperation planned(Operation operation, boolean ownKeys, int times, boolean strict)
            throws SQLException {
        Draws draws = Draws.of(operation.name(), operation.parameters(), ownKeys, connection, catalog, pools);
        Trial trial = null;
        connection.setAutoCommit(false);
        try {
            for (int i = 0; i < times; i++) {
                trial = tried(operation, draws, strict);
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return new PlannedOperation(
                operation.name(),
                operation.weight(),
                operation.transaction(),
                operation.prepared(),
                draws,
                java.util.Objects.requireNonNull(trial).statements(),
                List.copyOf(trial.tables()),
                trial.writes());
    }

    private Trial tried(Operation operation, Draws draws, boolean strict) throws SQLException {
        @Nullable String[] values = draws.draw(random);
        List<PlannedStatement> statements = new ArrayList<>();
        Set<Long> tracked = new HashSet<>();
        for (Step step : operation.statements()) {
            SqlTemplate template = SqlTemplate.parse(step.sql());
            List<Integer> slots = slots(operation, template, draws);
            int expected = step.expectedRows().orElse(-1);
            TrackedWrite write = TrackedWrite.of(template, catalog);
            if (write != null && !works(write, slots, values)) {
                write = null;
            }
            if (write == null) {
                int rows = run(template.jdbcSql(), slots, values);
                if (strict && expected >= 0 && rows != expected) {
                    throw new SQLException("it gave " + rows + " rows instead of " + expected, "RH001");
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
        boolean writes = touched(operation, tracked, tables);
        return new Trial(List.copyOf(statements), tables, writes);
    }

    private static List<Integer> slots(Operation operation, SqlTemplate template, Draws draws) {
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

    /** Runs a tracked write; where the server does not take it so, the transaction is as before. */
    private boolean works(TrackedWrite write, List<Integer> slots, @Nullable String[] values) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            List<String> rows = rowsOf(write, slots, values);
            if (!rows.isEmpty() && write.verb() != TrackedWrite.Verb.DELETE && !isStored(write, rows.get(0))) {
                excluded.put(write.table(), "a trigger changes its rows after they were written");
            }
            return true;
        } catch (SQLException e) {
            if (connection.isClosed()) {
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

    static void bind(PreparedStatement statement, List<Integer> slots, @Nullable String[] values) throws SQLException {
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

    /** Reads the tables that this transaction has locked, and leaves out of the account those written behind the statements' backs. */
    private boolean touched(Operation operation, Set<Long> tracked, Set<String> tables) throws SQLException {
        boolean writes = false;
        Set<Long> written = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LOCKED)) {
            while (rows.next()) {
                tables.add(rows.getString(3));
                if (rows.getBoolean(4)) {
                    writes = true;
                    written.add(rows.getLong(1));
                }
            }
        }
        written.removeAll(tracked);
        for (Long oid : written) {
            Catalog.Table table = catalog.byOid().get(oid);
            if (table != null && !isCascade(table, tracked)) {
                excluded.put(
                        table,
                        operation.name()
                                + " writes it in a way that cannot be followed (a trigger, a function, WITH, MERGE, or no "
                                + "primary key)");
            }
        }
        return writes;
    }

    private static boolean isCascade(Catalog.Table table, Set<Long> written) {
        return table.foreignKeys().stream()
                .anyMatch(key -> (key.cascades() || key.setsColumns()) && written.contains(key.referencedOid()));
    }
}
