package dev.rehearse.load;

import dev.rehearse.HarnessException;
import dev.rehearse.Progress;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Workload;
import java.util.List;

/**
 * A {@link Workload} made ready for one database: operations derived where none were given, keys sampled, and every statement tried
 * once in a transaction that was rolled back. Immutable; thread-safe.
 */
public final class LoadPlan {

    private LoadPlan() {}

    /**
     * Makes a workload ready. Reads the catalog and up to 100,000 keys a column; changes nothing.
     *
     * @param server the primary, with its data loaded
     * @param role the role of {@link LoadRole}
     * @throws dev.rehearse.InvalidRehearsalException if an operation of the application that runs today fails when tried
     * @throws dev.rehearse.EnvironmentException if the server cannot be reached
     */
    public static LoadPlan resolve(
            Workload workload,
            TestDatabase.Server server,
            String role,
            String password,
            long randomSeed,
            Progress progress) {
        throw new HarnessException("Resolving a workload is not built yet.");
    }

    /** What the author of the plan should know: operations left out, tables not touched, writes not accounted for. */
    public List<String> notes() {
        return List.of();
    }
}
