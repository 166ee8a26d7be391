package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.RehearsalException;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.Part;
import dev.rehearse.data.fill.Dataset;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.plan.Places;
import java.util.Map;

/** Fills a database that its owner named and marked as disposable, without a rehearsal. */
public final class DataFilling {

    /** What the sessions of a part are called, so that the other parts know them. */
    private static final String PART_SESSION = "rehearse-data";

    private DataFilling() {}

    /**
     * Fills the tables of a database, or one part of them. Blocks until that is done; an interrupt ends it with an exception, after
     * which the database is not whole.
     *
     * @param jdbcUrl a PostgreSQL database by the rules of {@link DatabaseProviders#external(String, String, String)}; the user owns the tables
     * @param part which part; the sessions of other parts do not count as foreign ones
     * @throws InvalidRehearsalException if the database may not be touched, or cannot be filled as asked
     * @throws EnvironmentException if the server does not answer or lacks something
     */
    public static FilledDataset fill(String jdbcUrl, DatasetSpec spec, Part part, Progress progress) {
        DatabaseProvider provider = DatabaseProviders.external(jdbcUrl, part.of() == 1 ? null : PART_SESSION, null);
        DatabaseRequest asItIs = new DatabaseRequest(DatabaseRequest.NEWEST, 0, Map.of(), null, null);
        try (TestDatabase database = provider.start(asItIs, progress)) {
            return Dataset.fill(() -> database.primary().connect(PART_SESSION), spec, part, progress::report);
        } catch (DatasetException e) {
            throw explained(e);
        }
    }

    /** By who must act. */
    static RehearsalException explained(DatasetException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.actor()) {
            case PLAN_AUTHOR -> {
                InvalidRehearsalException mistake = new InvalidRehearsalException(message, e);
                yield e.about() == null ? mistake : mistake.about(Places.data(e.about()));
            }
            case MACHINE -> new EnvironmentException(message, e);
            case LIBRARY -> new HarnessException(message, e);
        };
    }
}
