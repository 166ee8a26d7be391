package dev.rehearse.workload;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Workload;
import dev.rehearse.workload.operation.OperationResolver;
import dev.rehearse.workload.operation.PlannedOperation.PlannedApplication;
import dev.rehearse.workload.parameter.KeyPools;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Workload} made ready for one database: operations derived where none were given, keys sampled, and every statement tried
 * once in a transaction that was rolled back. The application that comes with the migration is made ready only when it is first let
 * in: before, its tables and columns may not exist. Immutable; thread-safe.
 */
public final class LoadPlan {

    private final Workload workload;
    private final Catalog catalog;
    private final KeyPools pools;
    private final PlannedApplication before;
    private final Map<Catalog.Table, String> excluded;
    private final List<String> notes;
    private final List<String> history;
    private final long randomSeed;

    private LoadPlan(
            Workload workload,
            Catalog catalog,
            KeyPools pools,
            PlannedApplication before,
            OperationResolver resolver,
            Collection<String> history,
            long randomSeed) {
        this.workload = workload;
        this.catalog = catalog;
        this.pools = pools;
        this.before = before;
        this.excluded = Map.copyOf(resolver.excluded());
        this.notes = List.copyOf(resolver.notes());
        this.history = List.copyOf(history);
        this.randomSeed = randomSeed;
    }

    /**
     * Makes a workload ready. Reads the catalog and up to 100,000 keys a table; changes nothing.
     *
     * @param server the primary, with its data loaded
     * @param role the role of {@link LoadRole}
     * @param history tables and schemas in which a tool keeps its history, of which the application knows nothing
     * @param keeps what the operations that are derived keep, too, though the database does not ask for it yet
     * @throws InvalidRehearsalException if an operation of the application that runs today fails when tried
     * @throws EnvironmentException if the server cannot be reached
     */
    public static LoadPlan resolve(
            Workload workload,
            TestDatabase.Server server,
            String role,
            String password,
            Collection<String> history,
            Collection<KeptConstraint> keeps,
            long randomSeed,
            Progress progress) {
        progress.report("making the workload ready", 0, -1);
        LoadConnections connections = new LoadConnections(server, role, password, workload.sessions());
        try (Connection connection = connections.openToTry(workload.before(), "rehearse-load-plan")) {
            Catalog catalog = Catalog.read(connection).without(history).keeping(keeps);
            KeyPools pools = new KeyPools(randomSeed);
            List<Workload.Operation> given = new ArrayList<>(workload.before().operations());
            if (workload.after() != null) {
                given.addAll(workload.after().operations());
            }
            pools.want(
                    given.stream()
                            .flatMap(o -> o.parameters().values().stream())
                            .toList(),
                    catalog);
            OperationResolver resolver = new OperationResolver(connection, catalog, pools, false, randomSeed);
            PlannedApplication before = resolver.resolve(workload.before());
            return new LoadPlan(workload, catalog, pools, before, resolver, history, randomSeed);
        } catch (SQLException e) {
            throw new EnvironmentException(
                    "Could not make the workload ready on " + server.name() + ": " + e.getMessage() + " ("
                            + e.getSQLState() + "). The server refused or went away; see its log.",
                    e);
        }
    }

    /** What became of the application that comes with the migration when it was made ready on the migrated schema. */
    record After(PlannedApplication application, Map<Catalog.Table, String> excluded, List<String> notes) {}

    /** Makes the application that comes with the migration ready. */
    After resolveAfter(Workload.Application application, Connection connection) throws SQLException {
        OperationResolver resolver = new OperationResolver(
                connection, Catalog.read(connection).without(history), pools, true, randomSeed + 1);
        PlannedApplication planned = resolver.resolve(application);
        return new After(planned, Map.copyOf(resolver.excluded()), List.copyOf(resolver.notes()));
    }

    Workload workload() {
        return workload;
    }

    Catalog catalog() {
        return catalog;
    }

    KeyPools pools() {
        return pools;
    }

    PlannedApplication before() {
        return before;
    }

    Workload.@Nullable Application after() {
        return workload.after();
    }

    Map<Catalog.Table, String> excluded() {
        return excluded;
    }

    long randomSeed() {
        return randomSeed;
    }

    /** What the author of the plan should know: operations left out, tables that are only read. */
    public List<String> notes() {
        return notes;
    }
}
