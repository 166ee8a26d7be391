package dev.rehearse.workload.operation;

import static java.util.stream.Collectors.joining;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.ServerError;
import dev.rehearse.plan.JavaOperation;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.Workload.Application;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Step;
import dev.rehearse.workload.operation.PlannedOperation.PlannedApplication;
import dev.rehearse.workload.operation.PlannedOperation.PlannedJava;
import dev.rehearse.workload.operation.PlannedOperation.PlannedStatement;
import dev.rehearse.workload.parameter.Draws;
import dev.rehearse.workload.parameter.KeyPools;
import dev.rehearse.workload.statement.Catalog;
import dev.rehearse.workload.statement.SqlTemplate;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes operations ready: tries each once in a transaction that is rolled back, and asks the server which tables it locked, and how.
 * Used by one thread.
 */
public final class OperationResolver {

    private static final int MOST_ATTEMPTS = 3;
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    /** Why nothing can run is mostly the same for each operation. */
    private static final int MOST_REASONS = 3;

    private final Connection connection;
    private final Catalog catalog;
    private final KeyPools pools;
    private final OperationTrial tried;
    private final boolean forgiving;
    private final List<String> notes = new ArrayList<>();
    private final Map<Catalog.Table, String> excluded = new LinkedHashMap<>();

    /**
     * @param forgiving whether an operation that fails when tried is run all the same, its failures being what the rehearsal is to show;
     *     else it is an error of the author's
     */
    public OperationResolver(
            Connection connection, Catalog catalog, KeyPools pools, boolean forgiving, long randomSeed) {
        this.forgiving = forgiving;
        this.connection = connection;
        this.catalog = catalog;
        this.pools = pools;
        this.tried = new OperationTrial(connection, catalog, excluded, randomSeed);
    }

    /** What the author of the plan should know. */
    public List<String> notes() {
        return notes;
    }

    /** Tables whose rows cannot be accounted for, and why. */
    public Map<Catalog.Table, String> excluded() {
        return excluded;
    }

    /** @throws InvalidRehearsalException if an operation of the author's is wrong, or if nothing is left to run */
    public PlannedApplication resolve(Application application) throws SQLException {
        List<PlannedOperation> planned = new ArrayList<>();
        if (application.isDerived()) {
            DerivedWorkload derived = DerivedWorkload.of(catalog, new ViewTrial(connection)::isCheap);
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
                try {
                    planned.add(given(application, operation));
                } catch (InvalidRehearsalException e) {
                    throw e.about(Places.operation(application.name(), operation.name()));
                }
            }
        }
        if (planned.isEmpty()) {
            throw new InvalidRehearsalException("The application \"" + application.name()
                    + "\" has no operation that can run. User tables in the database: "
                    + catalog.tables().size() + ". "
                    + notes.stream().limit(MOST_REASONS).map(note -> note + " ").collect(joining())
                    + "Without load a rehearsal proves nothing; give it a schema with tables that the "
                    + "application's role may use (GRANT), or operations of its own.");
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
                if (connection.isClosed()) {
                    throw e;
                }
                boolean isKeptOut = LOCK_NOT_AVAILABLE.equals(e.getSQLState());
                if (!OperationTrial.isWrongForGood(e) && !isKeptOut && attempt < MOST_ATTEMPTS) {
                    continue;
                }
                if (forgiving) {
                    return untried(operation, e);
                }
                throw new InvalidRehearsalException(
                        "Operation \"" + operation.name() + "\" of \"" + application.name()
                                + "\" failed when tried: "
                                + ServerError.of(e) + " (" + e.getSQLState()
                                + "). It would fail all the time; correct it, or its parameters.",
                        e);
            }
        }
    }

    /** An operation as it is, of which only its text tells what it touches. */
    private PlannedOperation untried(Operation operation, SQLException failure) throws SQLException {
        notes.add("Operation \"" + operation.name() + "\" failed when tried: " + ServerError.of(failure) + " ("
                + failure.getSQLState() + ").");
        Draws draws = Draws.of(operation.name(), operation.parameters(), false, connection, catalog, pools);
        JavaOperation java = operation.java();
        List<PlannedStatement> statements = new ArrayList<>();
        Set<String> tables = new TreeSet<>();
        Set<String> written = new TreeSet<>();
        for (Step step : operation.statements()) {
            SqlTemplate template = SqlTemplate.parse(step.sql());
            boolean reads = template.skeleton().stripLeading().regionMatches(true, 0, "SELECT", 0, 6);
            for (Catalog.Table table : catalog.tables()) {
                if (step.sql().contains(table.label())) {
                    tables.add(table.label());
                    if (!reads) {
                        written.add(table.label());
                        excluded.put(table, operation.name() + " writes it, but failed when tried");
                    }
                }
            }
            statements.add(new PlannedStatement(
                    template.jdbcSql(),
                    OperationTrial.slots(operation, template, draws),
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
                List.copyOf(written),
                java == null ? null : new PlannedJava(java, Map.of()),
                operation.think());
    }

    private PlannedOperation planned(Operation operation, boolean ownKeys, int times, boolean strict)
            throws SQLException {
        Draws draws = Draws.of(operation.name(), operation.parameters(), ownKeys, connection, catalog, pools);
        OperationTrial.Result trial = null;
        connection.setAutoCommit(false);
        try {
            for (int i = 0; i < times; i++) {
                trial = tried.attempt(operation, draws, strict);
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
                List.copyOf(trial.written()),
                trial.java(),
                operation.think());
    }
}
